//! A page of stimuli: a document that is never changed, only replaced by another with another id.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Binary, Document, Uuid, doc};
use nameit_domain::colour::Srgb;
use nameit_domain::image::{ImageHash, ImageRef, ImageVersion};
use nameit_domain::stimulus::{Stimulus, StimulusKind, Target, TargetShape, TargetStyle};
use nameit_domain::text::{Question, StimulusKey};
use nameit_store::Result;
use serde::{Deserialize, Serialize};

use crate::command;
use crate::database::{Ready, run};
use crate::error::Unreadable;
use crate::value;

/// Stimuli in one page at most. A page of the largest ones stays far below what a document may have.
pub(crate) const PAGE_STIMULI: usize = 128;

/// A page of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub(crate) id: ObjectId,
    /// At most [`PAGE_STIMULI`], by ordinal.
    pub(crate) stimuli: Vec<Stimulus>,
}

#[derive(Serialize, Deserialize)]
struct PageDocument {
    #[serde(rename = "_id")]
    id: ObjectId,
    experiment_id: Uuid,
    stimuli: Vec<StimulusDocument>,
}

#[derive(Serialize, Deserialize)]
struct StimulusDocument {
    key: String,
    ordinal: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// Red, green and blue as one number; what has none shows an image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    colour: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<TargetDocument>,
}

#[derive(Serialize, Deserialize)]
struct ImageDocument {
    hash: String,
    width: i64,
    height: i64,
    smaller: Vec<VersionDocument>,
}

#[derive(Serialize, Deserialize)]
struct VersionDocument {
    hash: String,
    width: i64,
}

#[derive(Serialize, Deserialize)]
struct TargetDocument {
    style: String,
    shape: String,
    /// Little-endian `f64`, so that they come back to the last bit.
    points: Binary,
}

/// Stores new pages.
pub(crate) async fn insert(ready: &Ready, experiment_id: Uuid, pages: &[Page]) -> Result<()> {
    if pages.is_empty() {
        return Ok(());
    }
    let documents = pages.iter().map(|page| value::document(&PageDocument::of(experiment_id, page)));
    run(
        command::insert("keeping stimuli", &ready.stimulus_pages).of(documents.len()),
        ready.stimulus_pages.insert_many(documents).ordered(false),
    )
    .await?;
    Ok(())
}

/// Deletes pages that no experiment lists, or no longer.
pub(crate) async fn delete(ready: &Ready, ids: &[ObjectId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let these = doc! { "_id": { "$in": ids } };
    run(command::delete("deleting stimuli", &ready.stimulus_pages), ready.stimulus_pages.delete_many(these))
        .await?;
    Ok(())
}

/// These pages in this order; `None` when one of them was replaced meanwhile.
pub(crate) async fn all(ready: &Ready, ids: &[ObjectId]) -> Result<Option<Vec<Page>>> {
    if ids.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let found = find(ready, doc! { "_id": { "$in": ids } }).await?;
    let mut by_id: HashMap<ObjectId, Page> = found.into_iter().map(|page| (page.id, page)).collect();
    Ok(ids.iter().map(|id| by_id.remove(id)).collect())
}

/// Those of these pages that have a stimulus with one of the keys.
pub(crate) async fn with_keys<'a>(
    ready: &Ready,
    ids: &[ObjectId],
    keys: impl Iterator<Item = &'a StimulusKey>,
) -> Result<Vec<Page>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<&str> = keys.map(StimulusKey::as_str).collect();
    find(ready, doc! { "_id": { "$in": ids }, "stimuli.key": { "$in": keys } }).await
}

async fn find(ready: &Ready, filter: Document) -> Result<Vec<Page>> {
    let find = ready.stimulus_pages.find(filter);
    let found: Vec<Document> = run(command::find("reading stimuli", &ready.stimulus_pages), async {
        find.await?.try_collect().await
    })
    .await?;
    let read = |document| value::read::<PageDocument>("page of stimuli", document)?.into_page();
    Ok(found.into_iter().map(read).collect::<Result<_, _>>()?)
}

// === impl PageDocument ===

impl PageDocument {
    fn of(experiment_id: Uuid, page: &Page) -> Self {
        let stimuli = page.stimuli.iter().map(StimulusDocument::from).collect();
        Self { id: page.id, experiment_id, stimuli }
    }

    fn into_page(self) -> Result<Page, Unreadable> {
        let stimuli = self.stimuli.into_iter().map(Stimulus::try_from).collect::<Result<_, _>>()?;
        Ok(Page { id: self.id, stimuli })
    }
}

// === impl StimulusDocument ===

impl From<&Stimulus> for StimulusDocument {
    fn from(stimulus: &Stimulus) -> Self {
        let (colour, image, target) = match &stimulus.kind {
            StimulusKind::Colour(Srgb { red, green, blue }) => {
                (Some(i32::from_be_bytes([0, *red, *green, *blue])), None, None)
            }
            StimulusKind::Image { image, target } => {
                (None, Some(ImageDocument::from(image)), target.as_ref().map(TargetDocument::from))
            }
        };
        Self {
            key: stimulus.key.as_str().to_owned(),
            ordinal: i64::from(stimulus.ordinal),
            question: stimulus.question.as_ref().map(|question| question.as_str().to_owned()),
            colour,
            image,
            target,
        }
    }
}

impl TryFrom<StimulusDocument> for Stimulus {
    type Error = Unreadable;

    fn try_from(document: StimulusDocument) -> Result<Self, Unreadable> {
        let kind = match (document.colour, document.image) {
            (Some(colour), None) => {
                let [_, red, green, blue] = colour.to_be_bytes();
                StimulusKind::Colour(Srgb { red, green, blue })
            }
            (None, Some(image)) => StimulusKind::Image {
                image: image.try_into()?,
                target: document.target.map(Target::try_from).transpose()?,
            },
            _ => return Err(Unreadable("stimulus")),
        };
        Ok(Self {
            key: StimulusKey::parse(&document.key)?,
            ordinal: number(document.ordinal)?,
            question: document.question.map(|question| Question::parse(&question)).transpose()?,
            kind,
        })
    }
}

// === impl ImageDocument ===

impl From<&ImageRef> for ImageDocument {
    fn from(image: &ImageRef) -> Self {
        let smaller = image.smaller.iter().map(|version| VersionDocument {
            hash: version.hash.as_str().to_owned(),
            width: i64::from(version.width),
        });
        Self {
            hash: image.hash.as_str().to_owned(),
            width: i64::from(image.width),
            height: i64::from(image.height),
            smaller: smaller.collect(),
        }
    }
}

impl TryFrom<ImageDocument> for ImageRef {
    type Error = Unreadable;

    fn try_from(document: ImageDocument) -> Result<Self, Unreadable> {
        let version = |version: VersionDocument| {
            Ok(ImageVersion { hash: ImageHash::parse(&version.hash)?, width: number(version.width)? })
        };
        Ok(Self {
            hash: ImageHash::parse(&document.hash)?,
            width: number(document.width)?,
            height: number(document.height)?,
            smaller: document.smaller.into_iter().map(version).collect::<Result<_, Unreadable>>()?,
        })
    }
}

// === impl TargetDocument ===

impl From<&Target> for TargetDocument {
    fn from(target: &Target) -> Self {
        let (shape, numbers) = match &target.shape {
            TargetShape::Box { x, y, width, height } => ("box", vec![*x, *y, *width, *height]),
            TargetShape::Polygon(points) => ("polygon", points.iter().flat_map(|(x, y)| [*x, *y]).collect()),
        };
        let points: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        Self {
            style: target.style.as_str().to_owned(),
            shape: shape.to_owned(),
            points: value::bytes(points),
        }
    }
}

impl TryFrom<TargetDocument> for Target {
    type Error = Unreadable;

    fn try_from(document: TargetDocument) -> Result<Self, Unreadable> {
        let shape = shape(&document.shape, &document.points.bytes).ok_or(Unreadable("target"))?;
        Ok(Self { shape, style: TargetStyle::parse(&document.style)? })
    }
}

fn shape(word: &str, bytes: &[u8]) -> Option<TargetShape> {
    let (chunks, []) = bytes.as_chunks::<8>() else { return None };
    let numbers: Vec<f64> = chunks.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect();
    match (word, numbers.as_slice()) {
        ("box", &[x, y, width, height]) => Some(TargetShape::Box { x, y, width, height }),
        ("polygon", numbers) => {
            let (points, []) = numbers.as_chunks::<2>() else { return None };
            Some(TargetShape::Polygon(points.iter().map(|[x, y]| (*x, *y)).collect()))
        }
        _ => None,
    }
}

fn number(stored: i64) -> Result<u32, Unreadable> {
    u32::try_from(stored).map_err(|_| Unreadable("number of a stimulus"))
}
