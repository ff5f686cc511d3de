//! Colours as stimuli: sRGB as shown, with CIELAB and OKLab derived.

use crate::Invalid;

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lab {
    /// Lightness: 0 to 100 in CIELAB, 0 to 1 in OKLab.
    pub l: f64,
    /// Green to red.
    pub a: f64,
    /// Blue to yellow.
    pub b: f64,
}

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

    #[expect(clippy::many_single_char_names, reason = "the names of the published equations")]
    /// CIELAB (CIE 15:2004) with the white point D65 (2° observer: X 0.95047, Y 1, Z 1.08883).
    pub fn to_cielab_d65(self) -> Lab {
        let [r, g, b] = self.to_linear();
        let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
        let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b;
        let z = (0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83;
        let f = |t: f64| {
            if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 }
        };
        Lab { l: 116.0 * f(y) - 16.0, a: 500.0 * (f(x) - f(y)), b: 200.0 * (f(y) - f(z)) }
    }

    #[expect(clippy::many_single_char_names, reason = "the names of the published equations")]
    /// OKLab (Ottosson 2020).
    pub fn to_oklab(self) -> Lab {
        let [r, g, b] = self.to_linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        Lab {
            l: 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s,
        }
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
    fn cielab_d65_matches_the_known_value_of_a_blue() {
        // rgb(16, 57, 150): a* is 24.3 under D65 (and 17.0 under D50).
        let lab = Srgb { red: 16, green: 57, blue: 150 }.to_cielab_d65();
        assert!((lab.a - 24.3).abs() < 0.05, "{lab:?}");
    }

    #[test]
    fn white_is_the_top_of_both_spaces() {
        let white = Srgb { red: 255, green: 255, blue: 255 };
        assert!((white.to_cielab_d65().l - 100.0).abs() < 1e-3);
        assert!((white.to_oklab().l - 1.0).abs() < 1e-6);
    }
}
