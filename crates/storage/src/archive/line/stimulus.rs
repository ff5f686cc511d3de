//! Stimuli as lines.

use std::borrow::Cow;

use nameit_domain::colour::Srgb;
use nameit_domain::image::{ImageHash, ImageRef, ImageVersion};
use nameit_domain::stimulus::{TargetShape, TargetStyle};
use nameit_domain::text::{Question, StimulusKey};
use nameit_domain::{ExperimentId, Stimulus, StimulusKind, Target};
use nameit_store::archive::Record;
use serde::{Deserialize, Serialize};

use super::Error;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StimulusLine<'a> {
    experiment_id: ExperimentId,
    key: Cow<'a, str>,
    ordinal: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    question: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    colour: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<ImageRefLine<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<TargetLine<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ImageRefLine<'a> {
    hash: Cow<'a, str>,
    width: u32,
    height: u32,
    smaller: Vec<ImageVersionLine<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ImageVersionLine<'a> {
    hash: Cow<'a, str>,
    width: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct TargetLine<'a> {
    style: Cow<'a, str>,
    #[serde(flatten)]
    shape: ShapeLine<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ShapeLine<'a> {
    Box { x: f64, y: f64, width: f64, height: f64 },
    Polygon(Cow<'a, [(f64, f64)]>),
}

// === impl StimulusLine ===

impl<'a> StimulusLine<'a> {
    pub(super) fn of(experiment_id: ExperimentId, stimulus: &'a Stimulus) -> Self {
        let (colour, image, target) = match &stimulus.kind {
            StimulusKind::Colour(colour) => (Some(colour.to_hex()), None, None),
            StimulusKind::Image { image, target } => {
                (None, Some(ImageRefLine::of(image)), target.as_ref().map(TargetLine::of))
            }
        };
        Self {
            experiment_id,
            key: stimulus.key.as_str().into(),
            ordinal: stimulus.ordinal,
            question: stimulus.question.as_ref().map(Question::as_str).map(Cow::Borrowed),
            colour,
            image,
            target,
        }
    }

    pub(super) fn into_record(self) -> Result<Record, Error> {
        let kind = match (self.colour, self.image) {
            (Some(colour), None) => StimulusKind::Colour(Srgb::parse(&colour)?),
            (None, Some(image)) => StimulusKind::Image {
                image: image.into_image_ref()?,
                target: self.target.map(TargetLine::into_target).transpose()?,
            },
            (Some(_), Some(_)) | (None, None) => return Err(Error::Value("colour or image")),
        };
        let stimulus = Stimulus {
            key: StimulusKey::parse(&self.key)?,
            ordinal: self.ordinal,
            question: self.question.as_deref().map(Question::parse).transpose()?,
            kind,
        };
        Ok(Record::Stimulus { experiment_id: self.experiment_id, stimulus })
    }
}

// === impl ImageRefLine ===

impl<'a> ImageRefLine<'a> {
    fn of(image: &'a ImageRef) -> Self {
        let version = |version: &'a ImageVersion| ImageVersionLine {
            hash: version.hash.as_str().into(),
            width: version.width,
        };
        Self {
            hash: image.hash.as_str().into(),
            width: image.width,
            height: image.height,
            smaller: image.smaller.iter().map(version).collect(),
        }
    }

    fn into_image_ref(self) -> Result<ImageRef, Error> {
        let version = |line: &ImageVersionLine<'_>| {
            Ok(ImageVersion { hash: ImageHash::parse(&line.hash)?, width: line.width })
        };
        Ok(ImageRef {
            hash: ImageHash::parse(&self.hash)?,
            width: self.width,
            height: self.height,
            smaller: self.smaller.iter().map(version).collect::<Result<_, Error>>()?,
        })
    }
}

// === impl TargetLine ===

impl<'a> TargetLine<'a> {
    fn of(target: &'a Target) -> Self {
        let shape = match &target.shape {
            TargetShape::Box { x, y, width, height } => {
                ShapeLine::Box { x: *x, y: *y, width: *width, height: *height }
            }
            TargetShape::Polygon(points) => ShapeLine::Polygon(points.into()),
        };
        Self { style: target.style.as_str().into(), shape }
    }

    fn into_target(self) -> Result<Target, Error> {
        let shape = match self.shape {
            ShapeLine::Box { x, y, width, height } => TargetShape::parse_box(x, y, width, height)?,
            ShapeLine::Polygon(points) => TargetShape::parse_polygon(points.into_owned())?,
        };
        Ok(Target { shape, style: TargetStyle::parse(&self.style)? })
    }
}
