//! A stimulus as columns.

use nameit_domain::colour::Srgb;
use nameit_domain::image::{ImageHash, ImageRef, ImageVersion};
use nameit_domain::stimulus::{Stimulus, StimulusKind, Target, TargetShape, TargetStyle};
use nameit_domain::text::{Question, StimulusKey};
use rusqlite::Row;

use crate::error::{Failure, Unreadable};
use crate::row;

/// What a stimulus shows, as its columns hold it.
pub(super) struct Columns<'a> {
    pub(super) colour: Option<u32>,
    pub(super) image: Option<&'a ImageRef>,
    /// The smaller versions as JSON: `[[hash, width], …]`.
    pub(super) smaller: Option<String>,
    pub(super) target_style: Option<&'static str>,
    pub(super) target_shape: Option<&'static str>,
    pub(super) target_points: Option<Vec<u8>>,
}

// === impl Columns ===

impl<'a> Columns<'a> {
    pub(super) fn of(kind: &'a StimulusKind) -> Result<Self, Failure> {
        let (image, target) = match kind {
            StimulusKind::Colour(Srgb { red, green, blue }) => {
                let colour = Some(u32::from_be_bytes([0, *red, *green, *blue]));
                return Ok(Self {
                    colour,
                    image: None,
                    smaller: None,
                    target_style: None,
                    target_shape: None,
                    target_points: None,
                });
            }
            StimulusKind::Image { image, target } => (image, target.as_ref()),
        };
        let smaller: Vec<(&str, u32)> =
            image.smaller.iter().map(|version| (version.hash.as_str(), version.width)).collect();
        let (target_shape, target_points) = target.map(|target| pack(&target.shape)).unzip();
        Ok(Self {
            colour: None,
            image: Some(image),
            smaller: Some(serde_json::to_string(&smaller)?),
            target_style: target.map(|target| target.style.as_str()),
            target_shape,
            target_points,
        })
    }
}

/// Reads key, ordinal, question, colour, image and target from the columns of `sql::stimulus::STIMULUS`.
pub(crate) fn stimulus(row: &Row<'_>) -> Result<Stimulus, Failure> {
    let question: Option<String> = row.get(2)?;
    Ok(Stimulus {
        key: StimulusKey::parse(row::text(row, 0)?)?,
        ordinal: row.get(1)?,
        question: question.map(|question| Question::parse(&question)).transpose()?,
        kind: match row.get::<_, Option<u32>>(3)? {
            Some(colour) => {
                let [_, red, green, blue] = colour.to_be_bytes();
                StimulusKind::Colour(Srgb { red, green, blue })
            }
            None => StimulusKind::Image { image: image(row)?, target: target(row)? },
        },
    })
}

fn image(row: &Row<'_>) -> Result<ImageRef, Failure> {
    let smaller: Vec<(String, u32)> = serde_json::from_str(row::text(row, 7)?)?;
    let version = |(hash, width): (String, u32)| Ok(ImageVersion { hash: ImageHash::parse(&hash)?, width });
    Ok(ImageRef {
        hash: ImageHash::parse(row::text(row, 4)?)?,
        width: row.get(5)?,
        height: row.get(6)?,
        smaller: smaller.into_iter().map(version).collect::<Result<_, Failure>>()?,
    })
}

fn target(row: &Row<'_>) -> Result<Option<Target>, Failure> {
    let Some(style) = row.get::<_, Option<String>>(8)? else { return Ok(None) };
    let points: Vec<u8> = row.get(10)?;
    let shape = unpack(row::text(row, 9)?, &points).ok_or(Unreadable("target"))?;
    Ok(Some(Target { shape, style: TargetStyle::parse(&style)? }))
}

/// The word for a shape, and its numbers as little-endian `f64`, so that they come back to the last bit.
fn pack(shape: &TargetShape) -> (&'static str, Vec<u8>) {
    let bytes = |numbers: &[f64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    match shape {
        TargetShape::Box { x, y, width, height } => ("box", bytes(&[*x, *y, *width, *height])),
        TargetShape::Polygon(points) => {
            let numbers: Vec<f64> = points.iter().flat_map(|(x, y)| [*x, *y]).collect();
            ("polygon", bytes(&numbers))
        }
    }
}

fn unpack(word: &str, bytes: &[u8]) -> Option<TargetShape> {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let numbers: Vec<f64> = chunks.iter().map(|chunk| f64::from_le_bytes(*chunk)).collect();
    match (word, numbers.as_slice(), rest) {
        ("box", &[x, y, width, height], []) => Some(TargetShape::Box { x, y, width, height }),
        ("polygon", numbers, []) => {
            let (points, []) = numbers.as_chunks::<2>() else { return None };
            Some(TargetShape::Polygon(points.iter().map(|[x, y]| (*x, *y)).collect()))
        }
        _ => None,
    }
}
