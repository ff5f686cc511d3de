use proptest::prelude::*;

use super::*;
use crate::intervals::Bootstrap;
use crate::norms::{NameCount, NonAnswers, StimulusNorms};

/// Krippendorff (2011), Computing Krippendorff's alpha-reliability, section E: four observers, twelve units.
const FOUR_BY_TWELVE: [[u8; 12]; 4] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
];

fn four_by_twelve() -> Units {
    Units::new((0..12).map(|unit| {
        FOUR_BY_TWELVE
            .iter()
            .map(|observer| observer[unit])
            .filter(|value| *value > 0)
            .map(|value| Value::Number(f64::from(value)))
            .collect()
    }))
}

fn words(units: &[&[&str]]) -> Units {
    Units::new(units.iter().map(|unit| unit.iter().map(|word| Value::parse(word)).collect()))
}

#[test]
fn krippendorffs_own_example_comes_out_under_every_metric() {
    for (metric, published, digits) in [
        (Metric::Nominal, 0.743_421_052_631_579, 0.743),
        (Metric::Ordinal, 0.815_387_503_754_881_4, 0.815),
        (Metric::Interval, 0.849_107_142_857_142_8, 0.849),
        (Metric::Ratio, 0.797_402_774_711_612_1, 0.797),
    ] {
        let found = alpha(&four_by_twelve(), metric).unwrap();
        let value = found.alpha.unwrap();
        assert!((value - published).abs() < 1e-12, "{metric:?}: {value}");
        assert!((value - digits).abs() < 0.0005, "{metric:?}: {value}");
        assert_eq!((found.units, found.values, found.unpaired_units), (11, 40, 1));
    }
}

#[test]
fn what_cannot_disagree_has_no_alpha() {
    for units in [words(&[]), words(&[&["a"], &["b"]]), words(&[&["a", "a"], &["a"], &["a", "a"]])] {
        assert_eq!(alpha(&units, Metric::Nominal).unwrap().alpha, None);
        assert_eq!(alpha_interval(&units, Metric::Nominal, Bootstrap::default()).unwrap(), None);
        assert_eq!(fleiss_kappa(&units).kappa, None);
    }
    let perfect = alpha(&words(&[&["a", "a"], &["b", "b", "b"]]), Metric::Nominal).unwrap();
    assert_eq!(perfect.alpha, Some(1.0));
}

#[test]
fn a_metric_refuses_what_it_cannot_measure() {
    let mixed = words(&[&["1", "two"], &["1", "1"]]);
    assert!(alpha(&mixed, Metric::Nominal).is_ok());
    let unfit = alpha(&mixed, Metric::Interval).unwrap_err();
    assert_eq!(unfit.to_string(), "`two` is not a number, which the metric interval needs");
    let below = alpha(&words(&[&["-1", "1"]]), Metric::Ratio).unwrap_err();
    assert_eq!(below.to_string(), "-1 is below 0, and the metric ratio measures from 0");
    let unknown = "gwet".parse::<Metric>().unwrap_err();
    assert_eq!(unknown.to_string(), "`gwet` is no metric; choose nominal, ordinal, interval or ratio");
}

#[test]
fn numbers_are_one_value_however_they_are_written() {
    let found = alpha(&words(&[&["1", "1.0"], &["-0", "0"], &["2", "2e0"]]), Metric::Nominal).unwrap();
    assert_eq!(found.alpha, Some(1.0));
}

/// The worked example of Fleiss' kappa in Wikipedia: fourteen raters, ten subjects, five categories.
#[test]
fn the_known_example_of_fleiss_kappa_comes_out() {
    let table: [[u64; 5]; 10] = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ];
    let units = Units::from_counts(table.iter().map(|row| (0..).zip(row.iter().copied()).collect()));
    let found = fleiss_kappa(&units);
    assert_eq!((found.units, found.values_per_unit), (10, Some(14)));
    assert!((found.observed.unwrap() - 0.378).abs() < 0.0005);
    assert!((found.expected.unwrap() - 0.213).abs() < 0.0005);
    assert!((found.kappa.unwrap() - 0.210).abs() < 0.0005);
}

#[test]
fn kappa_needs_equally_many_values() {
    let found = fleiss_kappa(&words(&[&["a", "b"], &["a", "b", "b"]]));
    assert_eq!((found.kappa, found.values_per_unit, found.units), (None, None, 2));
}

#[test]
fn names_of_stimuli_are_units_of_values() {
    let norms = |names: &[(&str, u64)]| {
        let names = names.iter().map(|&(name, count)| NameCount { name: name.to_owned(), count }).collect();
        StimulusNorms::from_counts(names, NonAnswers::default(), None)
    };
    let stimuli = [norms(&[("cat", 3), ("kitten", 1)]), norms(&[("dog", 4)]), norms(&[("cup", 1)])];
    let found = name_agreement(&stimuli, Bootstrap::default());
    assert_eq!((found.stimuli, found.answers, found.unpaired_stimuli, found.types), (2, 8, 1, 3));
    // Pairs that differ: 6 of 12 in the first stimulus, each weighing 1/3, so 2; of all, 64 - 9 - 1 - 16 = 38.
    assert!((found.alpha.unwrap() - (1.0 - 7.0 * 2.0 / 38.0)).abs() < 1e-15);
    assert_eq!(found.observed_agreement, Some(0.75));
    assert!(found.kappa.is_none() && found.alpha_interval.is_some());
    assert_eq!((found.kappa_undefined, found.alpha_undefined), (Some(Undefined::UnequalUnits), None));
    assert_eq!(found.answers_range, Some((4, 4)));
    let nothing = name_agreement([], Bootstrap::default());
    assert_eq!(
        (nothing.alpha_undefined, nothing.kappa_undefined),
        (Some(Undefined::NoPairs), Some(Undefined::NoPairs))
    );
}

#[test]
fn one_unit_alone_has_no_interval() {
    let one = words(&[&["a", "a", "b"]]);
    assert!(alpha(&one, Metric::Nominal).unwrap().alpha.is_some());
    assert_eq!(alpha_interval(&one, Metric::Nominal, Bootstrap::default()).unwrap(), None);
}

#[test]
fn what_is_not_defined_says_why() {
    for (units, alphas, kappas) in [
        (words(&[]), Undefined::NoPairs, Undefined::NoPairs),
        (words(&[&["a"], &["b"]]), Undefined::NoPairs, Undefined::NoPairs),
        (words(&[&["a", "a"], &["a", "a"]]), Undefined::NoVariation, Undefined::NoVariation),
        (words(&[&["a", "a"], &["a"]]), Undefined::NoVariation, Undefined::UnequalUnits),
    ] {
        assert_eq!(alpha(&units, Metric::Nominal).unwrap().undefined(), Some(alphas));
        assert_eq!(fleiss_kappa(&units).undefined(), Some(kappas));
    }
    let both = words(&[&["a", "b"], &["a", "a"]]);
    assert_eq!(alpha(&both, Metric::Nominal).unwrap().undefined(), None);
    assert_eq!(fleiss_kappa(&both).undefined(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn order_leaves_no_trace_and_alpha_is_at_most_one(
        units in prop::collection::vec(prop::collection::vec(1u8..6, 0..6), 0..12).prop_shuffle(),
    ) {
        let table = |units: &[Vec<u8>]| {
            Units::new(units.iter().map(|unit| unit.iter().map(|value| Value::Number(f64::from(*value))).collect()))
        };
        let mut sorted = units.clone();
        for unit in &mut sorted {
            unit.sort_unstable();
        }
        sorted.sort_unstable();
        let few = Bootstrap { replicates: 20, ..Bootstrap::default() };
        for metric in Metric::ALL {
            let one = alpha(&table(&units), metric).unwrap();
            prop_assert_eq!(&one, &alpha(&table(&sorted), metric).unwrap());
            prop_assert!(one.alpha.is_none_or(|alpha| alpha <= 1.0));
            let interval = alpha_interval(&table(&units), metric, few).unwrap();
            prop_assert_eq!(interval, alpha_interval(&table(&sorted), metric, few).unwrap());
        }
        prop_assert_eq!(fleiss_kappa(&table(&units)), fleiss_kappa(&table(&sorted)));
    }
}
