//! OKLab.

use super::{Lab, Shown, Srgb};

impl Srgb {
    /// OKLab (Ottosson 2020, "A perceptual color space for image processing"): L from 0 to 1, a and b about
    /// -0.32 to 0.28 for sRGB. Its white is D65.
    pub fn to_oklab(self) -> Lab {
        let [red, green, blue] = self.to_linear();
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        Lab {
            l: 0.210_454_255_3 * long + 0.793_617_785 * medium - 0.004_072_046_8 * short,
            a: 1.977_998_495_1 * long - 2.428_592_205 * medium + 0.450_593_709_9 * short,
            b: 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766 * short,
        }
    }

    /// The colour that a screen can show for these coordinates of OKLab, and whether it had to be clipped.
    pub fn near_oklab(lab: Lab) -> Shown {
        let long = (lab.l + 0.396_337_777_4 * lab.a + 0.215_803_757_3 * lab.b).powi(3);
        let medium = (lab.l - 0.105_561_345_8 * lab.a - 0.063_854_172_8 * lab.b).powi(3);
        let short = (lab.l - 0.089_484_177_5 * lab.a - 1.291_485_548 * lab.b).powi(3);
        Shown::of_linear([
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_coordinates_come_out() {
        // Ottosson's own converter on red.
        let lab = Srgb { red: 255, green: 0, blue: 0 }.to_oklab();
        let expected = Lab { l: 0.627_955_360_6, a: 0.224_863_061_1, b: 0.125_846_298_5 };
        assert!(lab.distance(expected) < 1e-7, "{lab:?}");
        let white = Srgb { red: 255, green: 255, blue: 255 }.to_oklab();
        assert!(white.distance(Lab { l: 1.0, a: 0.0, b: 0.0 }) < 1e-6);
    }

    #[test]
    fn every_colour_comes_back_unclipped() {
        for at in 0..4096u32 {
            let level = |shift: u32| (at >> shift & 15) as u8 * 17;
            let colour = Srgb { red: level(0), green: level(4), blue: level(8) };
            assert_eq!(Srgb::near_oklab(colour.to_oklab()), Shown { colour, clipped: false });
        }
        assert!(Srgb::near_oklab(Lab { l: 0.9, a: 0.3, b: -0.3 }).clipped);
    }
}
