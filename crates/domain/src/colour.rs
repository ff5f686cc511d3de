//! Colours as stimuli: sRGB as shown, and the spaces in which perception is measured.
//!
//! The way of a colour: [`Srgb`] → linear light → CIE XYZ → CIELAB ([`Srgb::to_cielab`]) or OKLab
//! ([`Srgb::to_oklab`]), and back for plots ([`Srgb::near_cielab`], [`Srgb::near_oklab`]).

use serde::{Deserialize, Serialize};

use crate::Invalid;

mod cielab;
mod oklab;
mod shown;

pub use cielab::WhitePoint;
pub use shown::Shown;

/// A colour as sent to the screen: eight bits per channel, sRGB (IEC 61966-2-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Srgb {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

/// Three coordinates in a perceptual space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lab {
    /// Lightness: 0 to 100 in CIELAB, 0 to 1 in OKLab.
    pub l: f64,
    /// Green to red.
    pub a: f64,
    /// Blue to yellow.
    pub b: f64,
}

/// A [`Lab`] in polar coordinates: lightness, chroma and hue (LCh of CIELAB, OKLCH of OKLab).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lch {
    /// Lightness, as in [`Lab`].
    pub l: f64,
    /// Chroma: the distance from grey, at least 0.
    pub c: f64,
    /// Hue in degrees, from 0 (inclusive) to 360 (exclusive). `None` for a grey, which has none.
    pub h: Option<f64>,
}

/// Below this chroma a colour is a grey, in either space: what rounding makes of exact greys lies under it,
/// and every sRGB colour that is not grey far above.
const GREY: f64 = 1e-6;

// === impl Srgb ===

impl Srgb {
    /// Reads `#rrggbb` or `rrggbb`, in either case; `#rgb` is short for `#rrggbb`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = text.trim();
        let digits = digits.strip_prefix('#').unwrap_or(digits);
        let wrong = || {
            let shown: String = text.chars().take(40).collect();
            Invalid::new(
                "colour",
                format!("`{shown}` is not a colour; write it as #rrggbb, for example #1e90ff"),
            )
        };
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let channel = |part: &str| u8::from_str_radix(part, 16).map_err(|_| wrong());
        match digits.len() {
            6 => Ok(Self {
                red: channel(&digits[0..2])?,
                green: channel(&digits[2..4])?,
                blue: channel(&digits[4..6])?,
            }),
            3 => {
                let double = |at: usize| channel(&digits[at..=at].repeat(2));
                Ok(Self { red: double(0)?, green: double(1)?, blue: double(2)? })
            }
            _ => Err(wrong()),
        }
    }

    /// `#rrggbb` in lower case.
    pub fn to_hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }

    /// Linear light per channel, 0 to 1 (IEC 61966-2-1, threshold 0.04045).
    pub fn to_linear(self) -> [f64; 3] {
        [self.red, self.green, self.blue].map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }
}

// === impl Lab ===

impl Lab {
    /// The same colour in polar coordinates: C = √(a² + b²), h = atan2(b, a) (CIE 15:2004, section 8.2.1.2).
    pub fn to_lch(self) -> Lch {
        let chroma = self.a.hypot(self.b);
        let hue = || {
            let degrees = self.b.atan2(self.a).to_degrees().rem_euclid(360.0);
            // An angle just under zero is rounded up to a full turn.
            if degrees < 360.0 { degrees } else { 0.0 }
        };
        Lch { l: self.l, c: chroma, h: (chroma >= GREY).then(hue) }
    }

    /// The straight distance √(ΔL² + Δa² + Δb²): ΔE*ab in CIELAB (CIE 1976), ΔEOK in OKLab.
    pub fn distance(self, other: Self) -> f64 {
        let (l, a, b) = (self.l - other.l, self.a - other.a, self.b - other.b);
        (l * l + a * a + b * b).sqrt()
    }
}

// === impl Lch ===

impl Lch {
    /// The same colour in straight coordinates. A grey lies on the axis, whatever its chroma.
    pub fn to_lab(self) -> Lab {
        let (sin, cos) = self.h.unwrap_or(0.0).to_radians().sin_cos();
        let chroma = if self.h.is_some() { self.c } else { 0.0 };
        Lab { l: self.l, a: chroma * cos, b: chroma * sin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_in_all_its_spellings() {
        let orange = Srgb { red: 255, green: 136, blue: 0 };
        for text in ["#ff8800", "FF8800", "#f80", " #FF8800 "] {
            assert_eq!(Srgb::parse(text), Ok(orange), "{text}");
        }
        for wrong in ["", "#ff88", "orange", "#ggghhh", "#ff88001", "#é80"] {
            assert!(Srgb::parse(wrong).is_err(), "{wrong:?} must be refused");
        }
        assert_eq!(orange.to_hex(), "#ff8800");
    }

    #[test]
    fn polar_coordinates_lead_back() {
        let lab = Lab { l: 40.0, a: 3.0, b: -4.0 };
        let lch = lab.to_lch();
        assert_eq!((lch.l, lch.c), (40.0, 5.0));
        assert!((lch.h.unwrap() - 306.869_897_645_844).abs() < 1e-9);
        assert!(lch.to_lab().distance(lab) < 1e-12);
        assert_eq!(Lab { l: 1.0, a: 1.0, b: -1e-300 }.to_lch().h, Some(0.0));
    }

    #[test]
    fn only_greys_are_without_a_hue() {
        for level in 0..=255 {
            let grey = Srgb { red: level, green: level, blue: level };
            let nearly = Srgb { blue: level ^ 1, ..grey };
            for space in [
                |colour: Srgb| colour.to_cielab(WhitePoint::D65),
                |colour: Srgb| colour.to_cielab(WhitePoint::D50),
                Srgb::to_oklab,
            ] {
                assert_eq!(space(grey).to_lch().h, None, "{level}");
                assert!(space(nearly).to_lch().h.is_some(), "{level}");
            }
        }
    }
}
