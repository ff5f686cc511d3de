//! How different two colours look.

use nameit_domain::colour::Lab;

/// ΔE*ab, the straight distance in CIELAB (CIE 1976). 0 for equal colours, about 2.3 for a just noticeable
/// difference, 100 from black to white. A metric; both colours must be under the same white point.
pub fn delta_e_ab(one: Lab, other: Lab) -> f64 {
    one.distance(other)
}

/// ΔE00, the colour difference CIEDE2000 with all parametric factors 1, for D65 and D50 alike.
///
/// At least 0, symmetric, meant for differences up to about 5. It is *not* a metric: the triangle inequality
/// can fail, and it jumps where hues lie 180° apart. Source: Sharma, Wu & Dalal (2005), The CIEDE2000
/// color-difference formula: Implementation notes, supplementary test data, and mathematical observations,
/// eqs. 2-22.
pub fn delta_e_2000(one: Lab, other: Lab) -> f64 {
    let mean_chroma = f64::midpoint(one.a.hypot(one.b), other.a.hypot(other.b));
    let stretch = 1.0 + 0.5 * (1.0 - high_chroma(mean_chroma));
    let [(chroma_1, hue_1), (chroma_2, hue_2)] = [one, other].map(|lab| {
        let a = stretch * lab.a;
        let chroma = a.hypot(lab.b);
        let hue = if chroma == 0.0 { 0.0 } else { lab.b.atan2(a).to_degrees().rem_euclid(360.0) };
        (chroma, hue)
    });
    let has_hues = chroma_1 * chroma_2 != 0.0;

    let lightness_step = other.l - one.l;
    let chroma_step = chroma_2 - chroma_1;
    let hue_angle = match hue_2 - hue_1 {
        _ if !has_hues => 0.0,
        angle if angle > 180.0 => angle - 360.0,
        angle if angle < -180.0 => angle + 360.0,
        angle => angle,
    };
    let hue_step = 2.0 * (chroma_1 * chroma_2).sqrt() * (hue_angle / 2.0).to_radians().sin();

    let lightness = f64::midpoint(one.l, other.l);
    let chroma = f64::midpoint(chroma_1, chroma_2);
    let hue = match hue_1 + hue_2 {
        sum if !has_hues => sum,
        sum if (hue_1 - hue_2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => sum / 2.0 + 180.0,
        sum => sum / 2.0 - 180.0,
    };
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(hue - 30.0) + 0.24 * cos(2.0 * hue) + 0.32 * cos(3.0 * hue + 6.0)
        - 0.20 * cos(4.0 * hue - 63.0);
    let turn = 30.0 * (-((hue - 275.0) / 25.0).powi(2)).exp();
    let rotation = -(2.0 * turn).to_radians().sin() * 2.0 * high_chroma(chroma);
    let from_middle = (lightness - 50.0).powi(2);
    let lightness_term = lightness_step / (1.0 + 0.015 * from_middle / (20.0 + from_middle).sqrt());
    let chroma_term = chroma_step / (1.0 + 0.045 * chroma);
    let hue_term = hue_step / (1.0 + 0.015 * chroma * t);
    let square =
        lightness_term.powi(2) + chroma_term.powi(2) + hue_term.powi(2) + rotation * chroma_term * hue_term;
    square.max(0.0).sqrt()
}

/// √(C⁷ / (C⁷ + 25⁷)): 0 for greys, 1 for very strong colours.
fn high_chroma(chroma: f64) -> f64 {
    let power = chroma.powi(7);
    if power.is_infinite() { 1.0 } else { (power / (power + 6_103_515_625.0)).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lab([l, a, b]: [f64; 3]) -> Lab {
        Lab { l, a, b }
    }

    /// Table 1 of Sharma, Wu & Dalal (2005): two colours and their ΔE00, to four decimals. In the pairs 10
    /// and 14 the hues lie exactly half a turn apart, where the difference jumps.
    const SHARMA: [([f64; 3], [f64; 3], f64); 34] = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, 3.1571, -77.2803], [50.0, 0.0, -82.7485], 2.8615),
        ([50.0, 2.8361, -74.02], [50.0, 0.0, -82.7485], 3.4412),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, -1.1848, -84.8006], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, -0.9009, -85.5211], [50.0, 0.0, -82.7485], 1.0),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, -1.0, 2.0], [50.0, 0.0, 0.0], 2.3669),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0009], 7.1792),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.001], 7.1792),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011], 7.2195),
        ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0012], 7.2195),
        ([50.0, -0.001, 2.49], [50.0, 0.0009, -2.49], 4.8045),
        ([50.0, -0.001, 2.49], [50.0, 0.001, -2.49], 4.8045),
        ([50.0, -0.001, 2.49], [50.0, 0.0011, -2.49], 4.7461),
        ([50.0, 2.5, 0.0], [50.0, 0.0, -2.5], 4.3065),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [61.0, -5.0, 29.0], 22.8977),
        ([50.0, 2.5, 0.0], [56.0, -27.0, -3.0], 31.9030),
        ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        ([50.0, 2.5, 0.0], [50.0, 3.1736, 0.5854], 1.0),
        ([50.0, 2.5, 0.0], [50.0, 3.2972, 0.0], 1.0),
        ([50.0, 2.5, 0.0], [50.0, 1.8634, 0.5757], 1.0),
        ([50.0, 2.5, 0.0], [50.0, 3.2592, 0.335], 1.0),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.2630),
        ([61.2901, 3.7196, -5.3901], [61.4292, 2.248, -4.962], 1.8731),
        ([35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645),
        ([22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373),
        ([36.4612, 47.858, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146),
        ([90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441),
        ([90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381),
        ([6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377),
        ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
    ];

    #[test]
    fn all_published_pairs_come_out_in_both_directions() {
        for (at, (one, other, expected)) in SHARMA.into_iter().enumerate() {
            for found in [delta_e_2000(lab(one), lab(other)), delta_e_2000(lab(other), lab(one))] {
                assert!((found - expected).abs() < 5e-5, "pair {}: {found}, not {expected}", at + 1);
            }
        }
    }

    #[test]
    fn equal_colours_do_not_differ_and_nothing_panics() {
        for colour in [[0.0; 3], [50.0, 2.5, 0.0], [100.0, 0.0, 0.0], [1e300, 1e300, -1e300]] {
            assert!(delta_e_2000(lab(colour), lab(colour)) == 0.0);
            assert!(delta_e_ab(lab(colour), lab(colour)) == 0.0);
        }
        assert!((delta_e_2000(lab([100.0, 0.0, 0.0]), lab([0.0; 3])) - 100.0).abs() < 1e-12);
        assert!((delta_e_ab(lab([100.0, 3.0, 0.0]), lab([100.0, 0.0, 4.0])) - 5.0).abs() < 1e-12);
        assert!(delta_e_2000(lab([f64::NAN, 0.0, 0.0]), lab([0.0; 3])) >= 0.0);
    }
}
