//! A stimulus as a small picture: an image with its marked target, or a patch of colour.

use askama::Template;
use nameit_domain::stimulus::{Stimulus, StimulusKind};

use crate::charts::{Svg, target};

/// A stimulus as a small picture.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/picture.html")]
pub(crate) enum Picture {
    /// An image, with the mark over it.
    Image {
        /// Where the image is fetched from.
        url: String,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// What it is called, for those who do not see it.
        key: String,
        /// The mark.
        target: Option<Svg>,
    },
    /// A patch of colour.
    Colour {
        /// The colour as `#rrggbb`.
        hex: String,
    },
}

// === impl Picture ===

impl Picture {
    /// The stimulus in a version that is at least `wanted` pixels wide, where there is one.
    pub(crate) fn of(stimulus: &Stimulus, wanted: u32) -> Self {
        match &stimulus.kind {
            StimulusKind::Image { image, target } => {
                let smaller = image.smaller.iter().find(|version| version.width >= wanted);
                let hash = smaller.map_or(&image.hash, |version| &version.hash);
                Self::Image {
                    url: format!("/images/{hash}"),
                    width: image.width,
                    height: image.height,
                    key: stimulus.key.as_str().to_owned(),
                    target: target.as_ref().map(target::overlay),
                }
            }
            StimulusKind::Colour(colour) => Self::Colour { hex: colour.to_hex() },
        }
    }
}

impl askama::filters::HtmlSafe for Picture {}
