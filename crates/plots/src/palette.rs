//! The colours of a plot: the same few words as in the pages' style sheet, in light and in dark.

/// A colour by its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Text and whiskers.
    Ink,
    /// Text of lesser weight: ticks, notes.
    Soft,
    /// What can be used and what is counted.
    Accent,
    /// Text on a full accent.
    AccentInk,
    /// What is marked.
    Mark,
    /// Lines of a grid.
    Line,
    /// Lines of an axis.
    LineStrong,
    /// The ground.
    Surface,
    /// What lies behind bars.
    Sunken,
    /// A colour that is itself the datum.
    Literal([u8; 3]),
}

/// How a plot is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the reader's system asks: light, or dark where it prefers dark.
    #[default]
    Auto,
    /// Dark ink on white.
    Light,
    /// Light ink on near-black.
    Dark,
}

/// Every paint that follows the theme.
pub(crate) const THEMED: [Paint; 9] = [
    Paint::Ink,
    Paint::Soft,
    Paint::Accent,
    Paint::AccentInk,
    Paint::Mark,
    Paint::Line,
    Paint::LineStrong,
    Paint::Surface,
    Paint::Sunken,
];

// === impl Paint ===

impl Paint {
    /// Its word in class names; `None` for a literal colour.
    pub(crate) fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::Ink => "ink",
            Self::Soft => "soft",
            Self::Accent => "accent",
            Self::AccentInk => "accent-ink",
            Self::Mark => "mark",
            Self::Line => "line",
            Self::LineStrong => "line-strong",
            Self::Surface => "surface",
            Self::Sunken => "sunken",
            Self::Literal(_) => return None,
        })
    }

    /// Its colour in the light theme, or the dark one.
    pub(crate) fn rgb(self, dark: bool) -> [u8; 3] {
        let (in_light, in_dark) = match self {
            Self::Ink => (0x1c_1d24, 0xec_ebe6),
            Self::Soft => (0x57_5a68, 0xab_adb8),
            Self::Accent => (0x2b_3fc0, 0xa3_b0ff),
            Self::AccentInk => (0xff_ffff, 0x11_142e),
            Self::Mark => (0xd1_401b, 0xff_8a66),
            Self::Line => (0xdf_dad0, 0x31_343f),
            Self::LineStrong => (0x8b_877e, 0x78_7c8a),
            Self::Surface => (0xff_ffff, 0x1c_1e25),
            Self::Sunken => (0xf2_efe8, 0x10_1116),
            Self::Literal(rgb) => return rgb,
        };
        let [_, red, green, blue] = u32::to_be_bytes(if dark { in_dark } else { in_light });
        [red, green, blue]
    }

    /// Its colour as `#rrggbb`.
    pub(crate) fn hex(self, dark: bool) -> String {
        let [red, green, blue] = self.rgb(dark);
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// How strongly a cell of the accent covers the ground for a share of 0 to 1, and the ink that can be read
/// on it.
///
/// The strengths between a half and three quarters are left out: there, neither ink reaches a contrast of
/// 4.5 : 1 in both themes.
pub(crate) fn shade(share: f64) -> (f64, Paint) {
    let share = share.clamp(0.0, 1.0);
    if share < 0.5 { (share, Paint::Ink) } else { (0.78 + (share - 0.5) * 0.44, Paint::AccentInk) }
}

#[cfg(test)]
pub(crate) mod contrast {
    //! Contrast as WCAG 2.2 defines it.

    /// Contrast of two colours, 1 to 21.
    pub(crate) fn ratio(one: [u8; 3], other: [u8; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// `top` of the given opacity over `ground`.
    pub(crate) fn over(top: [u8; 3], opacity: f64, ground: [u8; 3]) -> [u8; 3] {
        std::array::from_fn(|at| {
            (f64::from(ground[at]) + (f64::from(top[at]) - f64::from(ground[at])) * opacity).round() as u8
        })
    }

    fn luminance(colour: [u8; 3]) -> f64 {
        let [red, green, blue] = colour.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_in_both_themes() {
        for dark in [false, true] {
            let surface = Paint::Surface.rgb(dark);
            for paint in [Paint::Ink, Paint::Soft, Paint::Mark] {
                for ground in [surface, Paint::Sunken.rgb(dark)] {
                    let ratio = contrast::ratio(paint.rgb(dark), ground);
                    let least = if paint == Paint::Mark { 3.0 } else { 4.5 };
                    assert!(ratio >= least, "{paint:?} {dark} {ratio}");
                }
            }
            for step in 0..=1000 {
                let (opacity, ink) = shade(f64::from(step) / 1000.0);
                let ground = contrast::over(Paint::Accent.rgb(dark), opacity, surface);
                let ratio = contrast::ratio(ink.rgb(dark), ground);
                assert!(ratio >= 4.5, "share {step} ‰, dark {dark}: {ratio}");
            }
        }
    }

    #[test]
    fn darker_means_more() {
        let strengths: Vec<f64> = (0..=1000).map(|step| shade(f64::from(step) / 1000.0).0).collect();
        assert!(strengths.is_sorted() && strengths[0] == 0.0 && (strengths[1000] - 1.0).abs() < 1e-12);
    }
}
