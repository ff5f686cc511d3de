//! Stimuli, pictures and targets as JSON.

use nameit_domain::stimulus::{TargetShape, TargetStyle};
use nameit_domain::{Invalid, StimulusKind};

/// One thing shown.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Stimulus {
    /// Stable in exports.
    key: String,
    /// Place within the experiment, from 0.
    ordinal: u32,
    /// Overrides the experiment's question.
    question: Option<String>,
    #[serde(flatten)]
    shown: Shown,
}

/// What a stimulus shows.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Shown {
    /// A picture, possibly with one object marked.
    Image { image: Image, target: Option<Target> },
    /// A colour, `#rrggbb`.
    Colour { colour: String },
}

/// A picture in its full size and in smaller versions.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Image {
    url: String,
    width: u32,
    height: u32,
    /// Smaller versions, ascending by width.
    versions: Vec<ImageVersion>,
}

/// A smaller version of a picture.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct ImageVersion {
    url: String,
    width: u32,
}

/// The marked object, in fractions of the picture's width and height, origin at the top left.
#[derive(Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub(crate) enum Target {
    /// A rectangle.
    Box {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        #[serde(default)]
        style: Style,
    },
    /// A closed polygon.
    Polygon {
        /// Corners as `[x, y]`.
        points: Vec<[f64; 2]>,
        #[serde(default)]
        style: Style,
    },
}

/// How a target is marked.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Style {
    /// A line around it.
    #[default]
    Outline,
    /// Everything else is dimmed.
    Dim,
}

// === impl conversions ===

impl From<&nameit_domain::Stimulus> for Stimulus {
    fn from(stimulus: &nameit_domain::Stimulus) -> Self {
        Self {
            key: stimulus.key.as_str().to_owned(),
            ordinal: stimulus.ordinal,
            question: stimulus.question.as_ref().map(ToString::to_string),
            shown: (&stimulus.kind).into(),
        }
    }
}

impl From<&StimulusKind> for Shown {
    fn from(kind: &StimulusKind) -> Self {
        match kind {
            StimulusKind::Colour(colour) => Self::Colour { colour: colour.to_hex() },
            StimulusKind::Image { image, target } => Self::Image {
                image: Image {
                    url: format!("/images/{}", image.hash),
                    width: image.width,
                    height: image.height,
                    versions: image
                        .smaller
                        .iter()
                        .map(|version| ImageVersion {
                            url: format!("/images/{}", version.hash),
                            width: version.width,
                        })
                        .collect(),
                },
                target: target.as_ref().map(Into::into),
            },
        }
    }
}

impl From<&nameit_domain::Target> for Target {
    fn from(target: &nameit_domain::Target) -> Self {
        let style = match target.style {
            TargetStyle::Outline => Style::Outline,
            TargetStyle::Dim => Style::Dim,
        };
        match &target.shape {
            TargetShape::Box { x, y, width, height } => {
                Self::Box { x: *x, y: *y, width: *width, height: *height, style }
            }
            TargetShape::Polygon(points) => {
                Self::Polygon { points: points.iter().map(|(x, y)| [*x, *y]).collect(), style }
            }
        }
    }
}

impl TryFrom<Target> for nameit_domain::Target {
    type Error = Invalid;

    fn try_from(target: Target) -> Result<Self, Invalid> {
        let (shape, style) = match target {
            Target::Box { x, y, width, height, style } => {
                (TargetShape::parse_box(x, y, width, height)?, style)
            }
            Target::Polygon { points, style } => {
                (TargetShape::parse_polygon(points.into_iter().map(|[x, y]| (x, y)).collect())?, style)
            }
        };
        let style = match style {
            Style::Outline => TargetStyle::Outline,
            Style::Dim => TargetStyle::Dim,
        };
        Ok(Self { shape, style })
    }
}
