//! The colour of a row.

use nameit_analysis::colour::{Lab, NamedColour, Srgb, WhitePoint};

/// How colours are told apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Places {
    pub(super) white: WhitePoint,
    /// Width of the bins of CIELAB, if there are any.
    pub(super) bin: Option<f64>,
}

impl Places {
    /// The key of the colour that is written as `#rrggbb`.
    pub(super) fn key_of_hex(self, text: &str) -> Result<String, String> {
        let colour = Srgb::parse(text).map_err(|error| error.message)?;
        Ok(match self.bin {
            Some(width) => key_of_cielab(binned(colour.to_cielab(self.white), width)),
            None => colour.to_hex(),
        })
    }

    /// The key of the colour of which L*, a* and b* are given; else which of them is wrong, and how.
    pub(super) fn key_of_coordinates(self, [l, a, b]: [&str; 3]) -> Result<String, (usize, String)> {
        let number = |place: usize, text: &str, low: f64, high: f64| match text.trim().parse::<f64>() {
            // Adding 0 makes a plain 0 of -0.
            Ok(number) if (low..=high).contains(&number) => Ok(number + 0.0),
            _ => Err((place, format!("`{}` is not a coordinate from {low} to {high}", text.trim()))),
        };
        let lab = Lab {
            l: number(0, l, 0.0, 100.0)?,
            a: number(1, a, -200.0, 200.0)?,
            b: number(2, b, -200.0, 200.0)?,
        };
        Ok(key_of_cielab(self.bin.map_or(lab, |width| binned(lab, width))))
    }

    /// The colour of a key.
    pub(super) fn named(self, key: &str) -> NamedColour {
        if let Ok(colour) = Srgb::parse(key) {
            return NamedColour::of_srgb(key, colour, self.white);
        }
        let mut numbers = key.split(',').map(|number| number.parse().expect("a key is made of numbers"));
        let mut next = || numbers.next().expect("a key has three numbers");
        NamedColour::of_cielab(key, Lab { l: next(), a: next(), b: next() }, self.white)
    }
}

/// Numbers are written so that reading gives the same ones.
fn key_of_cielab(lab: Lab) -> String {
    format!("{},{},{}", lab.l, lab.a, lab.b)
}

/// The middle of the bin: the nearest multiple of the width, the higher of two, as in c3.
fn binned(lab: Lab, width: f64) -> Lab {
    let middle = |value: f64| (value / width + 0.5).floor() * width + 0.0;
    Lab { l: middle(lab.l), a: middle(lab.a), b: middle(lab.b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_colour_are_one_colour() {
        let places = Places { white: WhitePoint::D65, bin: None };
        for text in ["#FF8800", "ff8800", " #f80 "] {
            assert_eq!(places.key_of_hex(text).unwrap(), "#ff8800");
        }
        assert!(places.key_of_hex("orange").unwrap_err().contains("#rrggbb"));
        assert_eq!(places.key_of_coordinates(["50", "-0", " 3.50 "]).unwrap(), "50,0,3.5");
        assert_eq!(places.key_of_coordinates(["101", "0", "0"]).unwrap_err().0, 0);
        assert_eq!(places.key_of_coordinates(["1", "0", "NaN"]).unwrap_err().0, 2);
    }

    #[test]
    fn bins_have_their_middle_on_multiples_of_the_width() {
        let places = Places { white: WhitePoint::D50, bin: Some(5.0) };
        assert_eq!(places.key_of_coordinates(["52.4", "-2.4", "-2.6"]).unwrap(), "50,0,-5");
        assert_eq!(places.key_of_coordinates(["52.5", "-2.5", "2.5"]).unwrap(), "55,0,5");
        // rgb(16, 57, 150) is 26.4, 17.0, -55.9 under D50.
        assert_eq!(places.key_of_hex("#103996").unwrap(), "25,15,-55");
    }

    #[test]
    fn a_key_leads_back_to_its_colour() {
        let places = Places { white: WhitePoint::D65, bin: None };
        assert_eq!(places.named("#ff8800").hex, "#ff8800");
        let key = places.key_of_coordinates(["1e-7", "0.1", "-99.30000000000001"]).unwrap();
        let lab = places.named(&key).lab;
        assert_eq!((lab.l, lab.a, lab.b), (1e-7, 0.1, -99.300_000_000_000_01));
    }
}
