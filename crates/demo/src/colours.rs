//! A grid of colours, and what English speakers call them.
//!
//! A name is the likelier the nearer the colour lies to the name's best example in OKLab; basic terms reach
//! further than fancy ones. So focal colours get one name and the borders between names get many, as in
//! real naming data.

use nameit_domain::colour::{Lab, Srgb};

/// A name, its best example, and how readily it comes to mind.
struct Term(&'static str, u32, f64);

/// Basic terms first (weights near 1), then the terms that a crowd also uses.
const TERMS: [Term; 44] = [
    Term("red", 0x00d8_1e1e, 1.0),
    Term("orange", 0x00ff_8c1a, 1.0),
    Term("yellow", 0x00f8_e01c, 1.0),
    Term("green", 0x002e_a03c, 1.0),
    Term("blue", 0x001e_55d0, 1.0),
    Term("purple", 0x007a_30a8, 1.0),
    Term("pink", 0x00f7_8fc0, 1.0),
    Term("brown", 0x007a_4a22, 1.0),
    Term("grey", 0x0086_8686, 0.8),
    Term("gray", 0x0086_8686, 0.45),
    Term("black", 0x000c_0c0c, 1.0),
    Term("white", 0x00fa_fafa, 1.0),
    Term("light blue", 0x008c_c4f4, 0.8),
    Term("sky blue", 0x007e_c4f0, 0.45),
    Term("baby blue", 0x00a4_d0f4, 0.25),
    Term("dark blue", 0x0012_2670, 0.7),
    Term("navy", 0x0010_1c54, 0.5),
    Term("navy blue", 0x0010_1c54, 0.35),
    Term("teal", 0x0010_8080, 0.6),
    Term("turquoise", 0x0030_d0c4, 0.6),
    Term("cyan", 0x0010_e0e8, 0.35),
    Term("aqua", 0x0040_d8e0, 0.25),
    Term("mint", 0x00a8_ecc8, 0.4),
    Term("light green", 0x0092_e08c, 0.7),
    Term("dark green", 0x0012_5424, 0.7),
    Term("forest green", 0x001c_6430, 0.3),
    Term("lime", 0x009c_e824, 0.45),
    Term("lime green", 0x008a_dc28, 0.35),
    Term("olive", 0x007c_7c24, 0.5),
    Term("olive green", 0x0074_7c2c, 0.25),
    Term("mustard", 0x00d0_a420, 0.35),
    Term("gold", 0x00e0_b430, 0.3),
    Term("peach", 0x00fc_c8a0, 0.45),
    Term("salmon", 0x00f8_9078, 0.4),
    Term("coral", 0x00f8_7c60, 0.25),
    Term("maroon", 0x006c_1420, 0.55),
    Term("burgundy", 0x006c_1030, 0.3),
    Term("dark red", 0x0084_1414, 0.5),
    Term("magenta", 0x00e0_20b0, 0.45),
    Term("hot pink", 0x00f4_40a4, 0.3),
    Term("lavender", 0x00c8_b4f0, 0.5),
    Term("lilac", 0x00cc_a8e4, 0.35),
    Term("violet", 0x008c_4ce0, 0.45),
    Term("beige", 0x00ec_dcbc, 0.5),
];

/// How far a term of weight 1 reaches in OKLab.
const REACH: f64 = 0.085;

/// Names rarer than this share are left out.
const RARE: f64 = 0.004;

/// Eight hues at three lightnesses, and four greys: key and colour.
pub(crate) fn grid() -> Vec<(String, Srgb)> {
    let hues = ["red", "orange", "yellow", "green", "teal", "blue", "violet", "magenta"];
    let levels = [("light", 0.85, 0.09), ("middle", 0.64, 0.16), ("dark", 0.40, 0.11)];
    let mut colours = Vec::new();
    for (level, lightness, chroma) in levels {
        for (at, hue) in hues.iter().enumerate() {
            let angle = (25.0 + 45.0 * at as f64).to_radians();
            let colour = within_srgb(lightness, chroma, angle);
            colours.push((format!("{level}-{hue}"), colour));
        }
    }
    for (at, lightness) in [0.98, 0.78, 0.5, 0.16].into_iter().enumerate() {
        colours.push((format!("grey-{}", at + 1), within_srgb(lightness, 0.0, 0.0)));
    }
    colours
}

/// What a crowd calls a colour, with weights.
pub(crate) fn names(colour: Srgb) -> Vec<(String, f64)> {
    let seen = colour.to_oklab();
    let weigh = |term: &Term| {
        let away = distance(seen, hex(term.1).to_oklab());
        term.2 * (-(away / REACH).powi(2)).exp()
    };
    let total: f64 = TERMS.iter().map(weigh).sum();
    let mut names: Vec<(String, f64)> = TERMS
        .iter()
        .map(|term| (term.0.to_owned(), weigh(term) / total))
        .filter(|(_, share)| *share > RARE)
        .collect();
    names.sort_by(|one, other| other.1.total_cmp(&one.1));
    names
}

fn distance(one: Lab, other: Lab) -> f64 {
    // Names follow hue more than lightness.
    (0.6 * (one.l - other.l)).hypot((one.a - other.a).hypot(one.b - other.b))
}

fn hex(rgb: u32) -> Srgb {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Srgb { red, green, blue }
}

/// The colour of this OKLCH hue and lightness with as much of the chroma as sRGB can show.
fn within_srgb(lightness: f64, chroma: f64, hue: f64) -> Srgb {
    let mut chroma = chroma;
    loop {
        let shown = Srgb::near_oklab(Lab { l: lightness, a: chroma * hue.cos(), b: chroma * hue.sin() });
        if !shown.clipped || chroma < 0.005 {
            return shown.colour;
        }
        chroma *= 0.96;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_focal_colour_has_one_name_and_a_border_has_many() {
        let focal = names(hex(0x00d8_1e1e));
        assert_eq!(focal[0].0, "red");
        assert!(focal[0].1 > 0.7, "{focal:?}");
        let border = names(hex(0x0040_c8b0));
        assert!(border[0].1 < 0.6 && border.len() >= 3, "{border:?}");
    }

    #[test]
    fn the_grid_has_different_colours_that_all_have_names() {
        let grid = grid();
        let distinct: std::collections::HashSet<_> = grid.iter().map(|(_, colour)| *colour).collect();
        assert_eq!((grid.len(), distinct.len()), (28, 28));
        assert!(grid.iter().all(|(_, colour)| !names(*colour).is_empty()));
    }
}
