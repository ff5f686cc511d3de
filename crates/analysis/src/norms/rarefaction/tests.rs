use proptest::prelude::*;

use super::*;

/// The spider data of the vignette of the R package iNEXT 3.0.1.
const GIRDLED: [u64; 26] =
    [46, 22, 17, 15, 15, 9, 8, 6, 6, 4, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
const LOGGED: [u64; 37] = [
    88, 22, 16, 15, 13, 10, 8, 8, 7, 7, 7, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1,
];

fn few() -> Bootstrap {
    Bootstrap { replicates: 50, ..Bootstrap::default() }
}

#[test]
fn the_printed_figures_of_inext_come_out() {
    for (counts, m, types, coverage) in [(&GIRDLED[..], 84, 18.912, 0.900), (&LOGGED[..], 126, 28.268, 0.908)]
    {
        let rarefaction = Rarefaction::of(counts).unwrap();
        assert!((rarefaction.types_at(m) - types).abs() < 0.000_5, "{}", rarefaction.types_at(m));
        assert!((rarefaction.coverage_at(m) - coverage).abs() < 0.000_5, "{}", rarefaction.coverage_at(m));
    }
}

#[test]
fn at_the_size_of_the_sample_the_curve_is_the_sample() {
    let girdled = Rarefaction::of(&GIRDLED).unwrap();
    assert!((girdled.types_at(168) - 26.0).abs() < 1e-12);
    assert!((girdled.coverage_at(168) - 0.9289).abs() < 0.000_05);
    assert!(girdled.types_at(0).abs() < 1e-15 && (girdled.types_at(1) - 1.0).abs() < 1e-12);
    // Far beyond, the curve ends at Chao1.
    assert!((girdled.types_at(1_000_000) - 43.893).abs() < 0.000_5);
    assert_eq!(Rarefaction::of(&[]), None);
    let one = Rarefaction::of(&[1]).unwrap();
    assert_eq!((one.types_at(1), one.types_at(2), one.coverage_at(0)), (1.0, 1.0, 0.0));
}

#[test]
fn sizes_are_spread_as_inext_does_it() {
    let girdled = Rarefaction::of(&GIRDLED).unwrap();
    let sizes = girdled.sizes(40);
    assert_eq!(sizes.len(), 40);
    assert_eq!((sizes[0], sizes[1], sizes[18], sizes[19], sizes[20], sizes[39]), (1, 10, 167, 168, 169, 336));
    for (counts, knots) in [(&[1u64][..], 40), (&[2], 0), (&[1, 1], 3), (&[u64::MAX], 40)] {
        let rarefaction = Rarefaction::of(counts).unwrap();
        let sizes = rarefaction.sizes(knots);
        assert!(sizes.contains(&rarefaction.n()) && sizes[0] >= 1, "{sizes:?}");
    }
}

#[test]
fn the_curve_has_intervals_and_the_same_seed_the_same_ones() {
    let girdled = Rarefaction::of(&GIRDLED).unwrap();
    let sizes = girdled.sizes(10);
    let curve = girdled.curve(&sizes, "girdled", few());
    assert_eq!(curve, girdled.curve(&sizes, "girdled", few()));
    assert_ne!(curve, girdled.curve(&sizes, "logged", few()));
    let places: Vec<Place> = curve.points.iter().map(|point| point.place).collect();
    assert_eq!((places[0], places[4], places[9]), (Place::Rarefied, Place::Observed, Place::Extrapolated));
    let widths: Vec<f64> = curve.points.iter().map(|point| point.types_high - point.types_low).collect();
    assert!(widths[0] < 1e-9, "one answer always shows one name");
    assert!(widths[9] > widths[4] && widths[4] > 0.0, "the further out, the less is known: {widths:?}");
    assert!(curve.points.iter().all(|point| point.coverage_low >= 0.0 && point.coverage_high <= 1.0));
}

#[test]
fn the_width_is_near_the_analytic_one() {
    // The unconditional variance of Colwell et al. (2012), which at the size of the sample is √(k - k² / Chao1).
    let girdled = Rarefaction::of(&GIRDLED).unwrap();
    let expected = (26.0f64 - 26.0 * 26.0 / 43.893).sqrt();
    let curve = girdled.curve(&[168], "girdled", Bootstrap::default());
    let sd = (curve.points[0].types_high - curve.points[0].types) / 1.96;
    assert!((sd / expected - 1.0).abs() < 0.25, "{sd} and {expected}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_curves_rise_to_the_sample_and_on(counts in prop::collection::vec(1u64..200, 1..40)) {
        let rarefaction = Rarefaction::of(&counts).unwrap();
        let n = rarefaction.n();
        let sizes: Vec<u64> = rarefaction.sizes(60);
        let types: Vec<f64> = sizes.iter().map(|m| rarefaction.types_at(*m)).collect();
        prop_assert!(types.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
        prop_assert!((rarefaction.types_at(n) - counts.len() as f64).abs() < 1e-9);
        prop_assert!(rarefaction.types_at(n.saturating_sub(1)) <= counts.len() as f64 + 1e-9);
        let coverage: Vec<f64> = sizes.iter().filter(|m| **m < n).map(|m| rarefaction.coverage_at(*m)).collect();
        prop_assert!(coverage.windows(2).all(|pair| pair[0] <= pair[1] + 1e-9));
        prop_assert!(coverage.iter().all(|share| (0.0..=1.0).contains(share)));
    }

    #[test]
    fn each_further_answer_adds_the_coverage_that_was_missing(
        counts in prop::collection::vec(1u64..30, 2..20),
    ) {
        // E[S_(m+1)] - E[S_m] = 1 - E[C_m] below n, as Chao & Jost (2012) show.
        let rarefaction = Rarefaction::of(&counts).unwrap();
        for m in 0..rarefaction.n() - 1 {
            let step = rarefaction.types_at(m + 1) - rarefaction.types_at(m);
            prop_assert!((step - (1.0 - rarefaction.coverage_at(m))).abs() < 1e-9);
        }
    }
}
