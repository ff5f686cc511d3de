//! Whether enough answers were gathered: how much of the population's naming is in the sample.
//!
//! Rare names tell about missing ones. Everything here follows from four numbers, the [`Frequencies`].
//! Misspellings raise `f_1`, and with it every estimate of what is missing: look at these figures after
//! normalisation.

/// What the estimators of coverage and richness look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Frequencies {
    /// Answers, `n`.
    pub n: u64,
    /// Names, `k`.
    pub types: u64,
    /// Names given exactly once.
    pub f1: u64,
    /// Names given exactly twice.
    pub f2: u64,
}

/// Sample coverage: the estimated share of the population's answers whose name was already given.
///
/// See [`Frequencies::coverage`]. `None` when `n` = 0.
pub fn coverage(counts: &[u64]) -> Option<f64> {
    Frequencies::of(counts).coverage()
}

/// Chao1 in the form of iNEXT: a lower bound of the number of names in the population, given or not.
///
/// See [`Frequencies::chao1`]. `None` when `n` = 0.
pub fn chao1(counts: &[u64]) -> Option<f64> {
    Frequencies::of(counts).chao1()
}

// === impl Frequencies ===

impl Frequencies {
    /// Of counts in any order; zeros are no names.
    pub fn of(counts: &[u64]) -> Self {
        let mut frequencies = Self::default();
        for &count in counts {
            frequencies.n = frequencies.n.saturating_add(count);
            frequencies.types += u64::from(count > 0);
            frequencies.f1 += u64::from(count == 1);
            frequencies.f2 += u64::from(count == 2);
        }
        frequencies
    }

    /// Estimated probability that the next answer is a new name, `f_1 / n`; from 0 to 1. `None` when `n` = 0.
    ///
    /// Source: Good (1953), The population frequencies of species and the estimation of population parameters
    /// (after Turing).
    pub fn next_new(self) -> Option<f64> {
        (self.n > 0).then(|| self.f1 as f64 / self.n as f64)
    }

    /// Coverage of Good and Turing, `1 - f_1 / n`; from 0 to 1. `None` when `n` = 0. Source: Good (1953).
    pub fn coverage_good_turing(self) -> Option<f64> {
        (self.n > 0).then(|| 1.0 - self.f1 as f64 / self.n as f64)
    }

    /// Coverage of Chao and Jost; from 0 to 1. `None` when `n` = 0.
    ///
    /// Source: Chao & Jost (2012), Coverage-based rarefaction and extrapolation, as in the R package
    /// iNEXT: with `f_2 > 0`, `C = 1 - f_1/n · (n-1) f_1 / ((n-1) f_1 + 2 f_2)`; with `f_2 = 0`,
    /// `C = 1 - f_1/n · (n-1)(f_1-1) / ((n-1)(f_1-1) + 2)`. A single answer gives 1 by this formula, as does any
    /// sample without a name given once, so it means little before some answers are in.
    pub fn coverage(self) -> Option<f64> {
        self.coverage_after(0)
    }

    /// Expected coverage after `more` further answers; from the coverage now up to 1. `None` when `n` = 0.
    ///
    /// Source: Chao & Jost (2012): `C(n + m) = 1 - f_1/n · A^(m+1)` with the factor `A` of
    /// [`Frequencies::coverage`].
    pub fn coverage_after(self, more: u64) -> Option<f64> {
        Some(1.0 - self.next_new()? * self.unseen_factor().powf(more as f64 + 1.0))
    }

    /// About how many more answers until [`Frequencies::coverage_after`] reaches `target`: 0 when it is reached.
    /// `None` when `n` < 2 (one answer says nothing about the next), or when `target` is no share below 1.
    ///
    /// An expectation: it assumes that people go on answering as they did. Beyond as many answers again as there
    /// are (`more > n`), it tells the order of magnitude and no more.
    pub fn answers_to_coverage(self, target: f64) -> Option<u64> {
        if self.n < 2 || !(0.0..1.0).contains(&target) {
            return None;
        }
        self.answers_until(|more| 1.0 - self.unseen_after(more + 1.0) >= target, 1.0 - target, 1.0)
    }

    /// About how many more answers until `f_1 / n` is expected at `target` or below; otherwise as
    /// [`Frequencies::answers_to_coverage`]. `None` when `n` < 2, or when `target` is no share above 0.
    ///
    /// `f_1 / n` tells what the *last* answer could be expected to add, so after `m` more it is expected at
    /// `f_1/n · A^m`: what Chao & Jost (2012) expect of the coverage one answer earlier.
    pub fn answers_to_next_new(self, target: f64) -> Option<u64> {
        if self.n < 2 || !(target > 0.0 && target <= 1.0) {
            return None;
        }
        self.answers_until(|more| self.unseen_after(more) <= target, target, 0.0)
    }

    /// The smallest whole number of further answers for which `reached` holds, which is where
    /// `f_1/n · A^(more + ahead)` falls to `unseen`.
    fn answers_until(self, reached: impl Fn(f64) -> bool, unseen: f64, ahead: f64) -> Option<u64> {
        if reached(0.0) {
            return Some(0);
        }
        let fall = -self.unseen_factor().ln();
        let mut more = ((self.next_new()? / unseen).ln() / fall - ahead).ceil().max(1.0);
        // Where `A` rounds to 1 there is no end, and beyond 2^53 answers are no longer told apart.
        if fall <= 0.0 || more >= 2.0f64.powi(53) {
            return None;
        }
        // The logarithms may have rounded across a whole number.
        if !reached(more) {
            more += 1.0;
        } else if reached(more - 1.0) {
            more -= 1.0;
        }
        Some(more as u64)
    }

    /// `f_1/n · A^power`.
    fn unseen_after(self, power: f64) -> f64 {
        self.next_new().unwrap_or(0.0) * self.unseen_factor().powf(power)
    }

    /// Chao1 in the form of iNEXT: a lower bound of the number of names in the population, at least `k`. `None`
    /// when `n` = 0.
    ///
    /// `k + (n-1)/n · f_1² / (2 f_2)`, and `k + (n-1)/n · f_1 (f_1-1) / 2` when `f_2 = 0`. Source: Chao (1984),
    /// Nonparametric estimation of the number of classes, with the factor `(n-1)/n` of Chao & Jost (2012).
    pub fn chao1(self) -> Option<f64> {
        (self.n > 0).then(|| self.types as f64 + self.unseen())
    }

    /// Chao1 as first published, `k + f_1² / (2 f_2)`; at least `k`. `None` when `n` = 0, and when `f_2` = 0,
    /// where it is infinite (or 0/0).
    ///
    /// Source: Chao (1984), Nonparametric estimation of the number of classes in a population.
    pub fn chao1_classic(self) -> Option<f64> {
        let (_, once, twice) = self.numbers();
        (self.f2 > 0).then(|| self.types as f64 + once * once / (2.0 * twice))
    }

    /// Chao1 bias-corrected, `k + f_1 (f_1-1) / (2 (f_2+1))`; at least `k`. `None` when `n` = 0.
    ///
    /// Source: Chao (2005), Species richness estimation; the default of vegan (`estimateR`) and scikit-bio.
    pub fn chao1_bias_corrected(self) -> Option<f64> {
        let (_, once, twice) = self.numbers();
        (self.n > 0).then(|| self.types as f64 + ordered_pairs(once) / (2.0 * (twice + 1.0)))
    }

    /// Names expected in the population but not in the sample: what [`Frequencies::chao1`] adds to `k`.
    pub(crate) fn unseen(self) -> f64 {
        let (n, once, twice) = self.numbers();
        if n == 0.0 {
            return 0.0;
        }
        let unseen = if twice > 0.0 { once * once / (2.0 * twice) } else { ordered_pairs(once) / 2.0 };
        (n - 1.0) / n * unseen
    }

    /// `A`: by this factor the unseen share falls with each further answer; from 0 to 1.
    pub(crate) fn unseen_factor(self) -> f64 {
        let (n, once, twice) = self.numbers();
        if once == 0.0 {
            return 0.0;
        }
        let (once, rest) = if twice > 0.0 { (once, 2.0 * twice) } else { (once - 1.0, 2.0) };
        (n - 1.0) * once / ((n - 1.0) * once + rest)
    }

    /// `n`, `f_1` and `f_2` as numbers to calculate with.
    fn numbers(self) -> (f64, f64, f64) {
        (self.n as f64, self.f1 as f64, self.f2 as f64)
    }
}

/// `f (f - 1)`, and 0 instead of a negative zero when there is nothing.
fn ordered_pairs(number: f64) -> f64 {
    number * (number - 1.0).max(0.0)
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
    fn the_forms_of_chao1_differ() {
        let girdled = Frequencies::of(&GIRDLED);
        assert_eq!(girdled, Frequencies { n: 168, types: 26, f1: 12, f2: 4 });
        assert_eq!(girdled.chao1_classic(), Some(44.0));
        // The default of vegan.
        assert!((girdled.chao1_bias_corrected().unwrap() - 39.2).abs() < 1e-12);
        // ManyNames, English, all names pooled.
        let pooled = Frequencies { n: 653_967, types: 8_341, f1: 4_618, f2: 1_013 };
        assert!((pooled.coverage().unwrap() - 0.992_94).abs() < 0.000_005);
        assert!((pooled.chao1_bias_corrected().unwrap() - 18_854.0).abs() < 0.5);
    }

    #[test]
    fn without_names_given_twice_the_other_branch_is_taken() {
        // n = 3, f1 = 3, f2 = 0: C = 1 - 1 · 4/6, Chao1 = 3 + 2/3 · 3.
        assert!((coverage(&[1, 1, 1]).unwrap() - 1.0 / 3.0).abs() < 1e-15);
        assert!((chao1(&[1, 1, 1]).unwrap() - 5.0).abs() < 1e-15);
        assert_eq!(Frequencies::of(&[1, 1, 1]).chao1_classic(), None);
        assert_eq!(Frequencies::of(&[1, 1, 1]).chao1_bias_corrected(), Some(6.0));
        assert_eq!(coverage(&[3, 4]), Some(1.0));
        assert_eq!(chao1(&[3, 4]), Some(2.0));
        assert_eq!(coverage(&[1]), Some(1.0));
        assert_eq!((coverage(&[]), chao1(&[0])), (None, None));
    }

    #[test]
    fn what_more_answers_would_bring() {
        let girdled = Frequencies::of(&GIRDLED);
        assert_eq!(girdled.next_new(), Some(12.0 / 168.0));
        assert_eq!(girdled.coverage_good_turing(), Some(1.0 - 12.0 / 168.0));
        // 12/168 · (2004/2012)^(m+1) <= 0.05 at m = ln(0.7) / ln(2004/2012) - 1 = 88.5.
        assert_eq!(girdled.answers_to_coverage(0.95), Some(89));
        assert!(girdled.coverage_after(89).unwrap() >= 0.95 && girdled.coverage_after(88).unwrap() < 0.95);
        assert_eq!(girdled.answers_to_next_new(0.05), Some(90));
        assert_eq!(girdled.answers_to_coverage(0.9), Some(0));
        assert_eq!(Frequencies::of(&[9]).answers_to_coverage(0.95), Some(0));
        assert_eq!(Frequencies::of(&[1]).answers_to_coverage(0.95), None);
        assert_eq!(Frequencies::of(&[]).answers_to_coverage(0.95), None);
        assert_eq!(girdled.answers_to_coverage(1.0), None);
        assert_eq!(girdled.answers_to_coverage(f64::NAN), None);
        let endless = Frequencies { n: u64::MAX, types: u64::MAX, f1: u64::MAX, f2: 0 };
        assert_eq!(endless.answers_to_coverage(0.95), None);
    }

    proptest! {
        #[test]
        fn coverage_is_a_share_and_chao1_at_least_what_was_seen(
            counts in prop::collection::vec(1u64..6, 1..60),
        ) {
            let of = Frequencies::of(&counts);
            prop_assert!((0.0..=1.0).contains(&of.coverage().unwrap()));
            let seen = counts.len() as f64;
            prop_assert!(of.chao1().unwrap() >= seen && of.chao1_bias_corrected().unwrap() >= seen);
            prop_assert!(of.chao1_classic().is_none_or(|classic| classic >= of.chao1().unwrap()));
        }

        #[test]
        fn the_number_of_answers_is_the_smallest_that_does(
            counts in prop::collection::vec(1u64..5, 2..40), target in 0.01f64..0.999,
        ) {
            let of = Frequencies::of(&counts);
            let more = of.answers_to_coverage(target).unwrap();
            prop_assert!(of.coverage_after(more).unwrap() >= target);
            prop_assert!(more == 0 || of.coverage_after(more - 1).unwrap() < target);
            let fewer_new = of.answers_to_next_new(1.0 - target).unwrap();
            prop_assert!(fewer_new.abs_diff(more) <= 1 || more == 0, "{fewer_new} and {more}");
        }
    }
}
