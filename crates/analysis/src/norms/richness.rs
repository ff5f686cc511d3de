//! Whether enough answers were gathered.

/// Sample coverage: the estimated share of the population's answers whose name was already given.
///
/// From 0 to 1. Source: Chao & Jost (2012), Coverage-based rarefaction and extrapolation, eq. 4a, as in the
/// R package iNEXT: with `f_2 > 0`, `C = 1 - f_1/n · (n-1) f_1 / ((n-1) f_1 + 2 f_2)`; with `f_2 = 0`,
/// `C = 1 - f_1/n · (n-1)(f_1-1) / ((n-1)(f_1-1) + 2)`. `None` when `n` = 0. A single answer gives 1 by this
/// formula, as does any sample without a name given once, so it means little before some answers are in.
/// Misspellings raise `f_1` and lower the coverage.
pub fn coverage(counts: &[u64]) -> Option<f64> {
    let sample = Sample::of(counts)?;
    let Sample { n, once, twice, .. } = sample;
    let missing = if twice > 0.0 {
        (n - 1.0) * once / ((n - 1.0) * once + 2.0 * twice)
    } else if once > 0.0 {
        (n - 1.0) * (once - 1.0) / ((n - 1.0) * (once - 1.0) + 2.0)
    } else {
        0.0
    };
    Some(1.0 - once / n * missing)
}

/// Chao1: a lower bound of the number of names in the population, given or not.
///
/// In names, at least `k`. The form of iNEXT: `k + (n-1)/n · f_1² / (2 f_2)`, and
/// `k + (n-1)/n · f_1 (f_1-1) / 2` when `f_2 = 0`. Source: Chao (1984), Nonparametric estimation of the number
/// of classes, with the factor (n-1)/n of Chao & Jost (2012). Not the bias-corrected form, which is the default
/// of vegan and scikit-bio. `None` when `n` = 0.
pub fn chao1(counts: &[u64]) -> Option<f64> {
    let Sample { n, types, once, twice } = Sample::of(counts)?;
    let unseen = if twice > 0.0 { once * once / (2.0 * twice) } else { once * (once - 1.0) / 2.0 };
    Some(types + (n - 1.0) / n * unseen)
}

/// What the estimators look at, as numbers to calculate with.
struct Sample {
    n: f64,
    types: f64,
    once: f64,
    twice: f64,
}

impl Sample {
    fn of(counts: &[u64]) -> Option<Self> {
        let n: u64 = counts.iter().sum();
        let given = |times: u64| counts.iter().filter(|count| **count == times).count() as f64;
        (n > 0).then(|| Self {
            n: n as f64,
            types: counts.len() as f64 - given(0),
            once: given(1),
            twice: given(2),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The spider data of the vignette of the R package iNEXT 3.0.1.
    const GIRDLED: [u64; 26] =
        [46, 22, 17, 15, 15, 9, 8, 6, 6, 4, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    const LOGGED: [u64; 37] = [
        88, 22, 16, 15, 13, 10, 8, 8, 7, 7, 7, 5, 4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, 1, 1, 1,
    ];

    #[test]
    fn the_printed_figures_of_inext_come_out() {
        for (counts, printed_coverage, printed_chao1) in
            [(&GIRDLED[..], 0.9289, 43.893), (&LOGGED[..], 0.9446, 61.403)]
        {
            assert!((coverage(counts).unwrap() - printed_coverage).abs() < 0.000_05);
            assert!((chao1(counts).unwrap() - printed_chao1).abs() < 0.000_5);
        }
    }

    #[test]
    fn without_names_given_twice_the_other_branch_is_taken() {
        // n = 3, f1 = 3, f2 = 0: C = 1 - 1 · 4/6, Chao1 = 3 + 2/3 · 3.
        assert!((coverage(&[1, 1, 1]).unwrap() - 1.0 / 3.0).abs() < 1e-15);
        assert!((chao1(&[1, 1, 1]).unwrap() - 5.0).abs() < 1e-15);
        assert_eq!(coverage(&[3, 4]), Some(1.0));
        assert_eq!(chao1(&[3, 4]), Some(2.0));
        assert_eq!(coverage(&[1]), Some(1.0));
        assert_eq!((coverage(&[]), chao1(&[0])), (None, None));
    }

    proptest! {
        #[test]
        fn coverage_is_a_share_and_chao1_at_least_what_was_seen(
            counts in prop::collection::vec(1u64..6, 1..60),
        ) {
            let coverage = coverage(&counts).unwrap();
            prop_assert!((0.0..=1.0).contains(&coverage));
            prop_assert!(chao1(&counts).unwrap() >= counts.len() as f64);
        }
    }
}
