//! Naming norms of one stimulus, computed from the counts of its names.
//!
//! Every figure is a function of the *sorted* counts alone, so it does not depend on the order of arrival.
//! Notation: `n_1 … n_k` are the counts of the `k` names, `n` is their sum, `f_r` is the number of names that
//! were given exactly `r` times.

use serde::Serialize;

mod diversity;
mod median;
mod richness;

pub use diversity::{entropy_bits, simpson_unbiased};
pub use median::median_type7;
pub use richness::{chao1, coverage};

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
        self.dont_know + self.skipped + self.blank
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
    /// One modal name: the first of `modal_names`. `None` when nobody gave a name.
    pub modal_name: Option<String>,
    /// All names that were given most often, in the order of their Unicode code points.
    pub modal_names: Vec<String>,
    /// How often a modal name was given; 0 when nobody gave a name.
    pub modal_count: u64,
    /// Name agreement, `max n_i / n`, from 0 to 1, over answers that gave a name (the denominator of ManyNames
    /// and MultiPic, not the one of the IPNP, which also counts non-answers). `None` when `n` = 0.
    pub agreement: Option<f64>,
    /// H in bits, see [`entropy_bits`]. `None` when `n` = 0.
    pub h: Option<f64>,
    /// Unbiased Simpson index, see [`simpson_unbiased`]. `None` when `n` < 2.
    pub simpson: Option<f64>,
    /// Sample coverage, see [`coverage`]. `None` when `n` = 0.
    pub coverage: Option<f64>,
    /// Estimated number of names in the population, see [`chao1`]. `None` when `n` = 0.
    pub chao1: Option<f64>,
    /// The names, the most frequent first, equal counts in the order of their Unicode code points.
    pub names: Vec<NameCount>,
    /// Median time to the first key of typed answers, in milliseconds; `None` when none was measured.
    pub median_first_key_ms: Option<f64>,
}

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
        let n: u64 = counts.iter().sum();
        let modal_count = counts.first().copied().unwrap_or(0);
        let modal_names: Vec<String> = names
            .iter()
            .take_while(|entry| entry.count == modal_count)
            .map(|entry| entry.name.clone())
            .collect();
        Self {
            n,
            non_answers: non_answers.total(),
            non_answers_by_kind: non_answers,
            types: counts.len() as u64,
            modal_name: modal_names.first().cloned(),
            modal_names,
            modal_count,
            agreement: (n > 0).then(|| modal_count as f64 / n as f64),
            h: entropy_bits(&counts),
            simpson: simpson_unbiased(&counts),
            coverage: coverage(&counts),
            chao1: chao1(&counts),
            names,
            median_first_key_ms,
        }
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(norms.modal_name.as_deref(), Some("couch"));
        assert_eq!(norms.agreement, Some(4.0 / 9.0));
        assert_eq!(norms.non_answers, 4);
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
    }
}
