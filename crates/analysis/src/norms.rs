//! Naming norms of one stimulus, computed from the counts of its names.
//!
//! Every figure follows from exact sums over the counts ([`Sums`]), so it does not depend on the order of arrival.
//! Notation: `n_1 … n_k` are the counts of the `k` names, `n` is their sum, `f_r` is the number of names that
//! were given exactly `r` times.

use std::cmp::Ordering;

use serde::Serialize;

mod agreement;
mod diversity;
mod growth;
mod logarithm;
mod quantile;
mod rarefaction;
mod richness;
mod sums;

pub use agreement::{agreement, brown_lenneberg};
pub use diversity::{
    entropy_bits, entropy_standard_error, evenness, miller_madow, perplexity, simpson_biased,
    simpson_unbiased,
};
pub use growth::{Heaps, TypeToken, heaps, type_token_curve};
pub use quantile::{median_type7, quantile_type7};
pub use rarefaction::{Curve, CurvePoint, Place, Rarefaction};
pub use richness::{Frequencies, chao1, coverage};
pub use sums::Sums;

pub(crate) use diversity::{second_order, total};
pub(crate) use quantile::QuantilePlace;

use crate::intervals;

/// The coverage that [`StimulusNorms::answers_to_coverage`] looks for.
pub const COVERAGE_TARGET: f64 = 0.95;

/// A name with how often it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// How many answers gave it; at least 1.
    pub count: u64,
}

/// Trials without a name, by kind. They are in no figure but these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
pub struct NonAnswers {
    /// The participant said "I don't know".
    pub dont_know: u64,
    /// The participant went on without a word, or opted out.
    pub skipped: u64,
    /// Something was typed of which normalisation leaves nothing, such as spaces or `?`.
    pub blank: u64,
}

impl NonAnswers {
    /// All kinds together.
    pub fn total(self) -> u64 {
        self.dont_know.saturating_add(self.skipped).saturating_add(self.blank)
    }
}

/// The norms of one stimulus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StimulusNorms {
    /// Answers that gave a name, `n`. Non-answers are not in it.
    pub n: u64,
    /// Trials without a name, all kinds together. `n + non_answers` is the number of trials.
    pub non_answers: u64,
    /// The same by kind.
    pub non_answers_by_kind: NonAnswers,
    /// Number of distinct names, `k`.
    pub types: u64,
    /// One modal name: the first of `modal_names`. `None` when nobody gave a name, or no names were asked for.
    pub modal_name: Option<String>,
    /// All names that were given most often, in the order of their Unicode code points; of `names` those that tie for
    /// the first place, so there are no more than of those.
    pub modal_names: Vec<String>,
    /// How many names were given most often: 1 unless some tie, 0 when nobody gave a name.
    pub modal_types: u64,
    /// How often a modal name was given; 0 when nobody gave a name.
    pub modal_count: u64,
    /// Name agreement over answers that gave a name, `modal_count / n`, from 0 to 1, see [`agreement()`]. `None`
    /// when `n` = 0.
    pub agreement: Option<f64>,
    /// Lower end of the interval of `agreement`, see [`intervals::wilson`], at the level [`intervals::LEVEL`].
    pub agreement_low: Option<f64>,
    /// Upper end of the same.
    pub agreement_high: Option<f64>,
    /// Name agreement over all trials, `modal_count / (n + non_answers)`. `None` without trials.
    pub agreement_all_trials: Option<f64>,
    /// H in bits, see [`entropy_bits`]. `None` when `n` = 0.
    pub h: Option<f64>,
    /// Standard error of H in bits, see [`entropy_standard_error`]. `None` when `n` = 0.
    pub h_se: Option<f64>,
    /// H with the correction of Miller and Madow, in bits, see [`miller_madow`]. `None` when `n` = 0.
    pub h_miller_madow: Option<f64>,
    /// H / log2 `k`, from 0 to 1, see [`evenness()`]. `None` when `k` < 2.
    pub evenness: Option<f64>,
    /// 2^H, from 1 to `k`, see [`perplexity()`]. `None` when `n` = 0.
    pub perplexity: Option<f64>,
    /// Unbiased Simpson index, see [`simpson_unbiased`]. `None` when `n` < 2.
    pub simpson: Option<f64>,
    /// `max n_i - k + 20`, see [`brown_lenneberg()`]. `None` when `n` = 0.
    pub brown_lenneberg: Option<i64>,
    /// Names given exactly once: the idiosyncratic answers of MultiPic.
    pub f1: u64,
    /// Names given exactly twice.
    pub f2: u64,
    /// Share of all trials whose name nobody else gave, `f1 / (n + non_answers)`, from 0 to 1; the idiosyncratic
    /// percentage of MultiPic (Duñabeitia et al. 2018) / 100. `None` without trials.
    pub idiosyncratic: Option<f64>,
    /// Probability that the next answer is a new name, see [`Frequencies::next_new`]. `None` when `n` = 0.
    pub next_new: Option<f64>,
    /// Coverage of Good and Turing, see [`Frequencies::coverage_good_turing`]. `None` when `n` = 0.
    pub coverage_good_turing: Option<f64>,
    /// Coverage of Chao and Jost, see [`Frequencies::coverage`]. `None` when `n` = 0.
    pub coverage: Option<f64>,
    /// About how many more answers until a coverage of [`COVERAGE_TARGET`], see
    /// [`Frequencies::answers_to_coverage`]. `None` when `n` < 2.
    pub answers_to_coverage: Option<u64>,
    /// Estimated number of names in the population, see [`Frequencies::chao1`]. `None` when `n` = 0.
    pub chao1: Option<f64>,
    /// The same as first published, see [`Frequencies::chao1_classic`]. `None` when `f2` = 0.
    pub chao1_classic: Option<f64>,
    /// The same bias-corrected, see [`Frequencies::chao1_bias_corrected`]. `None` when `n` = 0.
    pub chao1_bias_corrected: Option<f64>,
    /// The names, the most frequent first, equal counts in the order of their Unicode code points: all of them,
    /// unless only the first were asked for.
    pub names: Vec<NameCount>,
    /// Median time to the first key of typed answers, in milliseconds; `None` when none was measured.
    pub median_first_key_ms: Option<f64>,
}

/// The names that were given most often, as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Modal {
    /// How often each of them was given.
    pub(crate) count: u64,
    /// How many there are.
    pub(crate) types: u64,
}

// === impl StimulusNorms ===

impl StimulusNorms {
    /// Computes all figures. `names` may come in any order, each name once; names with count 0 are dropped.
    pub fn from_counts(
        mut names: Vec<NameCount>,
        non_answers: NonAnswers,
        median_first_key_ms: Option<f64>,
    ) -> Self {
        names.retain(|entry| entry.count > 0);
        names.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        let counts: Vec<u64> = names.iter().map(|entry| entry.count).collect();
        Self::from_sums(&Sums::of(&counts), Modal::of(&counts), names, non_answers, median_first_key_ms)
    }

    /// Computes all figures in a time that follows `names`, which begin with the most frequent, equal counts in the
    /// order of their code points, and may end before the last.
    pub(crate) fn from_sums(
        sums: &Sums,
        modal: Modal,
        names: Vec<NameCount>,
        non_answers: NonAnswers,
        median_first_key_ms: Option<f64>,
    ) -> Self {
        let frequencies = sums.frequencies();
        let Frequencies { n, types, f1, f2 } = frequencies;
        let trials = n.saturating_add(non_answers.total());
        let Modal { count: modal_count, types: modal_types } = modal;
        let interval = intervals::wilson(modal_count, n, intervals::LEVEL);
        let h = sums.h();
        let modal_names = names.iter().take_while(|entry| entry.count == modal_count);
        let modal_names: Vec<String> = modal_names.map(|entry| entry.name.clone()).collect();
        Self {
            n,
            non_answers: non_answers.total(),
            non_answers_by_kind: non_answers,
            types,
            modal_name: modal_names.first().cloned(),
            modal_names,
            modal_types,
            modal_count,
            agreement: agreement(modal_count, n),
            agreement_low: interval.map(|interval| interval.low),
            agreement_high: interval.map(|interval| interval.high),
            agreement_all_trials: agreement(modal_count, trials),
            h,
            h_se: sums.h_se(),
            h_miller_madow: h.and_then(|h| miller_madow(h, types, n)),
            evenness: h.and_then(|h| evenness(h, types)),
            perplexity: h.map(perplexity),
            simpson: sums.simpson(),
            brown_lenneberg: brown_lenneberg(modal_count, types),
            f1,
            f2,
            idiosyncratic: (trials > 0).then(|| f1 as f64 / trials as f64),
            next_new: frequencies.next_new(),
            coverage_good_turing: frequencies.coverage_good_turing(),
            coverage: frequencies.coverage(),
            answers_to_coverage: frequencies.answers_to_coverage(COVERAGE_TARGET),
            chao1: frequencies.chao1(),
            chao1_classic: frequencies.chao1_classic(),
            chao1_bias_corrected: frequencies.chao1_bias_corrected(),
            names,
            median_first_key_ms,
        }
    }

    /// Trials: answers that gave a name and non-answers.
    pub fn trials(&self) -> u64 {
        self.n.saturating_add(self.non_answers)
    }

    /// What the estimators of coverage and richness look at.
    pub fn frequencies(&self) -> Frequencies {
        Frequencies { n: self.n, types: self.types, f1: self.f1, f2: self.f2 }
    }

    /// The counts of the names in descending order.
    pub fn counts(&self) -> Vec<u64> {
        self.names.iter().map(|entry| entry.count).collect()
    }
}

// === impl Modal ===

impl Modal {
    /// Of the counts of all names, in descending order.
    pub(crate) fn of(counts: &[u64]) -> Self {
        let count = counts.first().copied().unwrap_or(0);
        Self { count, types: counts.partition_point(|&other| other == count) as u64 }
    }

    /// Another name was given so often, or one of the others so often now.
    pub(crate) fn raise(&mut self, count: u64) {
        match count.cmp(&self.count) {
            Ordering::Greater => *self = Self { count, types: 1 },
            Ordering::Equal => self.types += 1,
            Ordering::Less => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(counts: &[(&str, u64)]) -> Vec<NameCount> {
        counts.iter().map(|&(name, count)| NameCount { name: name.to_owned(), count }).collect()
    }

    #[test]
    fn ties_are_all_named_and_the_pick_is_the_first_by_code_point() {
        let norms = StimulusNorms::from_counts(
            names(&[("sofa", 4), ("couch", 4), ("seat", 1), ("never", 0)]),
            NonAnswers { dont_know: 2, skipped: 1, blank: 1 },
            Some(812.5),
        );
        assert_eq!((norms.n, norms.types, norms.modal_count), (9, 3, 4));
        assert_eq!(norms.modal_names, ["couch", "sofa"]);
        assert_eq!(norms.modal_types, 2);
        assert_eq!(norms.modal_name.as_deref(), Some("couch"));
        assert_eq!(norms.agreement, Some(4.0 / 9.0));
        assert_eq!((norms.non_answers, norms.trials()), (4, 13));
        assert_eq!(norms.agreement_all_trials, Some(4.0 / 13.0));
        assert_eq!((norms.f1, norms.f2, norms.idiosyncratic), (1, 0, Some(1.0 / 13.0)));
        assert_eq!((norms.next_new, norms.coverage_good_turing), (Some(1.0 / 9.0), Some(8.0 / 9.0)));
        assert_eq!(norms.brown_lenneberg, Some(21));
        assert_eq!(norms.names.iter().map(|entry| entry.count).collect::<Vec<_>>(), [4, 4, 1]);
    }

    #[test]
    fn a_published_row_of_manynames_zh_comes_out() {
        let counts = [16, 1, 1, 1, 1, 2];
        let named: Vec<(String, u64)> =
            counts.iter().enumerate().map(|(index, count)| (format!("name {index}"), *count)).collect();
        let named: Vec<(&str, u64)> = named.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        let norms = StimulusNorms::from_counts(names(&named), NonAnswers::default(), None);
        assert_eq!((norms.n, norms.types), (22, 6));
        assert!((norms.agreement.unwrap() * 100.0 - 72.727_272_727_272_73).abs() < 1e-9);
        assert!((norms.h.unwrap() - 1.459_431_618_637_297_3).abs() < 1e-9);
    }

    #[test]
    fn nothing_said_gives_no_figures_instead_of_wrong_ones() {
        let norms = StimulusNorms::from_counts(Vec::new(), NonAnswers::default(), None);
        assert_eq!((norms.n, norms.types, norms.modal_count), (0, 0, 0));
        assert_eq!((norms.agreement, norms.h, norms.simpson), (None, None, None));
        assert_eq!((norms.coverage, norms.chao1, norms.modal_name), (None, None, None));
        assert_eq!((norms.agreement_all_trials, norms.agreement_low, norms.evenness), (None, None, None));
        assert_eq!((norms.h_se, norms.h_miller_madow, norms.perplexity), (None, None, None));
        assert_eq!((norms.answers_to_coverage, norms.next_new, norms.idiosyncratic), (None, None, None));
        assert_eq!((norms.chao1_classic, norms.chao1_bias_corrected), (None, None));
        assert_eq!((norms.brown_lenneberg, norms.coverage_good_turing), (None, None));
    }

    #[test]
    fn all_that_nobody_could_name_is_an_agreement_of_0_over_trials() {
        let nobody = NonAnswers { dont_know: 5, skipped: 0, blank: 0 };
        let norms = StimulusNorms::from_counts(Vec::new(), nobody, None);
        assert_eq!((norms.agreement, norms.agreement_all_trials), (None, Some(0.0)));
    }

    proptest! {
        #[test]
        fn every_figure_is_in_its_range_whatever_the_order(
            counts in prop::collection::vec(0u64..50, 0..20), dont_know in 0u64..9,
        ) {
            let named: Vec<NameCount> = counts
                .iter()
                .enumerate()
                .map(|(at, count)| NameCount { name: format!("name {at}"), count: *count })
                .collect();
            let non_answers = NonAnswers { dont_know, ..NonAnswers::default() };
            let norms = StimulusNorms::from_counts(named.clone(), non_answers, None);
            let reversed = named.into_iter().rev().collect();
            prop_assert_eq!(&norms, &StimulusNorms::from_counts(reversed, non_answers, None));
            let share = |value: Option<f64>| value.is_none_or(|value| (0.0..=1.0).contains(&value));
            prop_assert!(share(norms.agreement) && share(norms.agreement_all_trials) && share(norms.evenness));
            prop_assert!(share(norms.simpson) && share(norms.next_new) && share(norms.idiosyncratic));
            prop_assert!(share(norms.coverage) && share(norms.coverage_good_turing));
            prop_assert!(norms.agreement_all_trials <= norms.agreement || norms.n == 0);
            prop_assert!(norms.agreement_low <= norms.agreement && norms.agreement <= norms.agreement_high);
            prop_assert!(norms.h <= norms.h_miller_madow && norms.h_se.is_none_or(|se| se >= 0.0));
            let types = norms.types as f64;
            prop_assert!(norms.h.is_none_or(|h| h <= types.log2()));
            prop_assert!(norms.perplexity.is_none_or(|names| names >= 1.0 && names <= types + 1e-9));
            prop_assert_eq!(norms.n > 0, norms.h.is_some() && norms.chao1.is_some());
        }
    }
}
