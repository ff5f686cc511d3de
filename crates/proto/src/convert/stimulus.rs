//! Stimuli, images and targets.

use nameit_domain::colour::Srgb;
use nameit_domain::image::{ImageHash, ImageRef, ImageVersion};
use nameit_domain::stimulus::{TargetShape, TargetStyle};
use nameit_domain::text::{Question, StimulusKey};
use nameit_domain::{Invalid, Stimulus, StimulusKind, Target};

use super::{WireError, required};
use crate::common::v1 as common;

impl From<Stimulus> for common::Stimulus {
    fn from(stimulus: Stimulus) -> Self {
        let kind = match stimulus.kind {
            StimulusKind::Colour(colour) => common::stimulus::Kind::Colour(colour.to_hex()),
            StimulusKind::Image { image, target } => common::stimulus::Kind::Image(common::Image {
                hash: image.hash.to_string(),
                width: image.width,
                height: image.height,
                smaller: image
                    .smaller
                    .into_iter()
                    .map(|version| common::ImageVersion {
                        hash: version.hash.to_string(),
                        width: version.width,
                    })
                    .collect(),
                target: target.map(Into::into),
            }),
        };
        Self {
            key: stimulus.key.into_string(),
            ordinal: stimulus.ordinal,
            question: stimulus.question.map(Question::into_string),
            kind: Some(kind),
        }
    }
}

impl TryFrom<common::Stimulus> for Stimulus {
    type Error = WireError;

    fn try_from(wire: common::Stimulus) -> Result<Self, WireError> {
        let kind = match required("kind", wire.kind)? {
            common::stimulus::Kind::Colour(colour) => StimulusKind::Colour(Srgb::parse(&colour)?),
            common::stimulus::Kind::Image(image) => StimulusKind::Image {
                image: ImageRef {
                    hash: ImageHash::parse(&image.hash)?,
                    width: image.width,
                    height: image.height,
                    smaller: image
                        .smaller
                        .iter()
                        .map(|version| {
                            Ok(ImageVersion { hash: ImageHash::parse(&version.hash)?, width: version.width })
                        })
                        .collect::<Result<_, Invalid>>()?,
                },
                target: image.target.map(Target::try_from).transpose()?,
            },
        };
        Ok(Self {
            key: StimulusKey::parse(&wire.key)?,
            ordinal: wire.ordinal,
            question: wire.question.as_deref().map(Question::parse).transpose()?,
            kind,
        })
    }
}

impl From<Target> for common::Target {
    fn from(target: Target) -> Self {
        let shape = match target.shape {
            TargetShape::Box { x, y, width, height } => {
                common::target::Shape::Box(common::TargetBox { x, y, width, height })
            }
            TargetShape::Polygon(points) => common::target::Shape::Polygon(common::TargetPolygon {
                coordinates: points.into_iter().flat_map(|(x, y)| [x, y]).collect(),
            }),
        };
        let style = match target.style {
            TargetStyle::Outline => common::TargetStyle::Outline,
            TargetStyle::Dim => common::TargetStyle::Dim,
        };
        Self { shape: Some(shape), style: style.into() }
    }
}

impl TryFrom<common::Target> for Target {
    type Error = WireError;

    fn try_from(wire: common::Target) -> Result<Self, WireError> {
        let style = match wire.style() {
            common::TargetStyle::Dim => TargetStyle::Dim,
            common::TargetStyle::Outline | common::TargetStyle::Unspecified => TargetStyle::Outline,
        };
        let shape = match required("target.shape", wire.shape)? {
            common::target::Shape::Box(area) => {
                TargetShape::parse_box(area.x, area.y, area.width, area.height)?
            }
            common::target::Shape::Polygon(polygon) => {
                let pairs = polygon.coordinates.chunks_exact(2);
                if !pairs.remainder().is_empty() {
                    return Err(Invalid::new("target", "has a corner without y").into());
                }
                TargetShape::parse_polygon(pairs.map(|pair| (pair[0], pair[1])).collect())?
            }
        };
        Ok(Self { shape, style })
    }
}
