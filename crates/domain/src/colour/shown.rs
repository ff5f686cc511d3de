//! Colours that a screen can show.

use super::Srgb;

/// What a screen shows for a colour that was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shown {
    /// The colour to show.
    pub colour: Srgb,
    /// Whether the computed colour lies outside sRGB: channels were cut to 0 or 255, so what is shown differs
    /// from it in lightness, chroma or hue.
    pub clipped: bool,
}

impl Shown {
    /// Encodes linear light (IEC 61966-2-1, threshold 0.0031308) and cuts each channel to 0..=255. What
    /// rounds to 0 or 255 anyway is not clipped.
    pub(super) fn of_linear(linear: [f64; 3]) -> Self {
        let levels = linear.map(|light| {
            let value =
                if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
            (value * 255.0).round()
        });
        let [red, green, blue] = levels.map(|level| level.clamp(0.0, 255.0) as u8);
        let clipped = !levels.iter().all(|level| (0.0..=255.0).contains(level));
        Self { colour: Srgb { red, green, blue }, clipped }
    }
}
