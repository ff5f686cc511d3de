//! CIELAB with a stated white point.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Lab, Shown, Srgb};
use crate::Invalid;

/// The white to which CIELAB relates a colour. The same sRGB colour has other coordinates under each: a* of
/// rgb(16, 57, 150) is 24.3 under D65 and 17.0 under D50. Figures are comparable only under one white.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum WhitePoint {
    /// The white of sRGB itself (2° observer: X 0.95047, Y 1, Z 1.08883). No adaptation is needed.
    #[default]
    D65,
    /// The white of printing and of d3 (2° observer: X 0.96422, Y 1, Z 0.82521), adapted from D65 by the
    /// Bradford transform.
    D50,
}

/// CIE XYZ of linear sRGB, with Y = 1 for white; the white itself; and the way back.
struct Transform {
    to_xyz: [[f64; 3]; 3],
    white: [f64; 3],
    to_linear: [[f64; 3]; 3],
}

/// Matrices of Lindbloom, "RGB/XYZ Matrices", sRGB D65. Rows of `to_xyz` give X, Y and Z.
const D65: Transform = Transform {
    to_xyz: [
        [0.412_456_4, 0.357_576_1, 0.180_437_5],
        [0.212_672_9, 0.715_152_2, 0.072_175],
        [0.019_333_9, 0.119_192, 0.950_304_1],
    ],
    white: [0.950_47, 1.0, 1.088_83],
    to_linear: [
        [3.240_454_2, -1.537_138_5, -0.498_531_4],
        [-0.969_266, 1.876_010_8, 0.041_556],
        [0.055_643_4, -0.204_025_9, 1.057_225_2],
    ],
};

/// The same, "sRGB D50 (Bradford-adapted)": the numbers of d3-color, so LAB of d3 comes out to the last
/// digits.
const D50: Transform = Transform {
    to_xyz: [
        [0.436_074_7, 0.385_064_9, 0.143_080_4],
        [0.222_504_5, 0.716_878_6, 0.060_616_9],
        [0.013_932_2, 0.097_104_5, 0.714_173_3],
    ],
    white: [0.964_22, 1.0, 0.825_21],
    to_linear: [
        [3.133_856_1, -1.616_866_7, -0.490_614_6],
        [-0.978_768_4, 1.916_141_5, 0.033_454],
        [0.071_945_3, -0.228_991_4, 1.405_242_7],
    ],
};

/// ε = (6/29)³ and κ = (29/3)³, the exact bounds of CIE 15:2004.
const EPSILON: f64 = 216.0 / 24_389.0;
const KAPPA: f64 = 24_389.0 / 27.0;

impl WhitePoint {
    /// The word for it on the command line, in files and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::D65 => "D65",
            Self::D50 => "D50",
        }
    }

    fn transform(self) -> &'static Transform {
        match self {
            Self::D65 => &D65,
            Self::D50 => &D50,
        }
    }
}

impl FromStr for WhitePoint {
    type Err = Invalid;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.trim().to_ascii_uppercase().as_str() {
            "D65" => Ok(Self::D65),
            "D50" => Ok(Self::D50),
            _ => {
                let shown: String = word.chars().take(40).collect();
                Err(Invalid::new("white", format!("`{shown}` is no white point; choose D65 or D50")))
            }
        }
    }
}

impl Srgb {
    /// CIE 1931 XYZ with Y = 1 for white, adapted to the white point.
    pub fn to_xyz(self, white: WhitePoint) -> [f64; 3] {
        product(&white.transform().to_xyz, self.to_linear())
    }

    /// CIELAB (CIE 15:2004, section 8.2.1): L* from 0 to 100, a* and b* about -110 to 100 for sRGB.
    ///
    /// Greys have exactly a* = b* = 0, and L* is held at 100, against the rounding of the published matrices.
    pub fn to_cielab(self, white: WhitePoint) -> Lab {
        let reference = white.transform().white;
        let [x, y, z] = self.to_xyz(white);
        let fy = forward(y / reference[1]);
        let l = (116.0 * fy - 16.0).min(100.0);
        if self.red == self.green && self.green == self.blue {
            return Lab { l, a: 0.0, b: 0.0 };
        }
        let (fx, fz) = (forward(x / reference[0]), forward(z / reference[2]));
        Lab { l, a: 500.0 * (fx - fy), b: 200.0 * (fy - fz) }
    }

    /// The colour that a screen can show for these coordinates of CIELAB, and whether it had to be clipped.
    pub fn near_cielab(lab: Lab, white: WhitePoint) -> Shown {
        let transform = white.transform();
        let fy = (lab.l + 16.0) / 116.0;
        let [x, y, z] = [fy + lab.a / 500.0, fy, fy - lab.b / 200.0].map(backward);
        let reference = transform.white;
        let xyz = [x * reference[0], y * reference[1], z * reference[2]];
        Shown::of_linear(product(&transform.to_linear, xyz))
    }
}

fn product(matrix: &[[f64; 3]; 3], [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * x + row[1] * y + row[2] * z)
}

fn forward(ratio: f64) -> f64 {
    if ratio > EPSILON { ratio.cbrt() } else { (KAPPA * ratio + 16.0) / 116.0 }
}

fn backward(value: f64) -> f64 {
    let cube = value.powi(3);
    if cube > EPSILON { cube } else { (116.0 * value - 16.0) / KAPPA }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(red: u8, green: u8, blue: u8) -> Srgb {
        Srgb { red, green, blue }
    }

    #[test]
    fn published_coordinates_come_out() {
        // d3-color's tests before and after its move from D65 to D50; Lindbloom's and CSS Color 4's red; the
        // blue by which the two whites are told apart in the colour-naming data of the University of
        // Washington.
        let known = [
            (
                WhitePoint::D65,
                rgb(70, 130, 180),
                [52.465_517_187_7, -4.077_471_012_4, -32.191_861_229_8],
                1e-9,
            ),
            (WhitePoint::D65, rgb(255, 0, 0), [53.2408, 80.0925, 67.2032], 1e-4),
            (WhitePoint::D50, rgb(255, 0, 0), [54.2917, 80.8125, 69.8851], 1e-4),
            (WhitePoint::D65, rgb(16, 57, 150), [27.4, 24.3, -54.6], 0.05),
            (WhitePoint::D50, rgb(16, 57, 150), [26.4, 17.0, -55.9], 0.05),
        ];
        for (white, colour, [l, a, b], tolerance) in known {
            let lab = colour.to_cielab(white);
            for (found, expected) in [(lab.l, l), (lab.a, a), (lab.b, b)] {
                assert!((found - expected).abs() < tolerance, "{colour:?} under {white:?}: {lab:?}");
            }
        }
    }

    #[test]
    fn white_black_and_greys_are_exact() {
        for white in [WhitePoint::D65, WhitePoint::D50] {
            assert_eq!(rgb(255, 255, 255).to_cielab(white), Lab { l: 100.0, a: 0.0, b: 0.0 });
            assert!(rgb(0, 0, 0).to_cielab(white).l.abs() < 1e-12);
            let grey = rgb(119, 119, 119).to_cielab(white);
            assert!((grey.l - 50.0344).abs() < 1e-4 && grey.a == 0.0 && grey.b == 0.0);
        }
    }

    #[test]
    fn every_colour_comes_back_unclipped() {
        for white in [WhitePoint::D65, WhitePoint::D50] {
            for at in 0..4096u32 {
                let level = |shift: u32| (at >> shift & 15) as u8 * 17;
                let colour = rgb(level(0), level(4), level(8));
                assert_eq!(
                    Srgb::near_cielab(colour.to_cielab(white), white),
                    Shown { colour, clipped: false }
                );
            }
        }
    }

    #[test]
    fn what_no_screen_shows_is_said_to_be_clipped() {
        // The green of the CIELAB corner and a colour brighter than white.
        for lab in [Lab { l: 80.0, a: -128.0, b: 100.0 }, Lab { l: 130.0, a: 0.0, b: 0.0 }] {
            assert!(Srgb::near_cielab(lab, WhitePoint::D65).clipped, "{lab:?}");
        }
        let nothing = Lab { l: f64::NAN, a: 0.0, b: 0.0 };
        assert!(Srgb::near_cielab(nothing, WhitePoint::D50).clipped);
    }

    #[test]
    fn the_words_for_whites_are_read_and_written() {
        for white in [WhitePoint::D65, WhitePoint::D50] {
            assert_eq!(white.as_str().parse(), Ok(white));
            assert_eq!(white.as_str().to_lowercase().parse(), Ok(white));
        }
        assert!("C".parse::<WhitePoint>().unwrap_err().message.contains("D65 or D50"));
    }
}
