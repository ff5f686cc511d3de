//! What is said of one colour.

use serde::Serialize;

use super::basic::basic_term;
use super::matrix::{NamedColour, NamingMatrix};
use crate::norms::entropy_bits;

/// A term with its share of the answers to a colour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermShare {
    /// The term.
    pub term: String,
    /// How often the colour was given this term, `n_ct`.
    pub count: u64,
    /// p(term|colour) = `n_ct` / `n_c`, above 0 and at most 1.
    pub p: f64,
}

/// The naming of one colour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColourNorms {
    /// The colour.
    #[serde(flatten)]
    pub colour: NamedColour,
    /// Answers that gave a name, `n_c`.
    pub n: u64,
    /// Trials without a name.
    pub non_answers: u64,
    /// Number of distinct terms.
    pub types: u64,
    /// One modal name: the first of `modal_names`. `None` when nobody gave a name.
    pub modal_name: Option<String>,
    /// All terms that were given most often, in the order of their code points.
    pub modal_names: Vec<String>,
    /// Consensus, max p(term|colour), above 0 and at most 1: the name agreement of the colour. `None` when
    /// `n` = 0. Source: Heer & Stone (2012), Color naming models, section 4; the same as `agreement` of the
    /// norms.
    pub consensus: Option<f64>,
    /// H in bits, see [`entropy_bits`]. `None` when `n` = 0.
    pub h: Option<f64>,
    /// Saliency, Σ p log2 p = -H: 0 when all agree, the lower the more names compete. `None` when `n` = 0.
    /// Source: Heer & Stone (2012), section 4, as in c3 and the data of Kim, Thayer, Silva & Heer (2019).
    pub saliency: Option<f64>,
    /// Share of the answers that are basic colour terms, see [`basic_term`]. `None` when `n` = 0 or the terms
    /// of the language are not known.
    pub basic_share: Option<f64>,
    /// The terms, the most frequent first, equal counts in the order of their code points.
    pub names: Vec<TermShare>,
}

impl NamingMatrix {
    /// The naming of one colour. `basic[term]` tells which terms are basic, if that is known.
    pub(super) fn colour_norms(&self, colour: usize, basic: Option<&[bool]>) -> ColourNorms {
        let row = &self.rows[colour];
        let total = row.n as f64;
        let counts: Vec<u64> = row.terms.iter().map(|(_, count)| *count).collect();
        let modal_count = counts.first().copied();
        let modal_names: Vec<String> = row
            .terms
            .iter()
            .take_while(|(_, count)| Some(*count) == modal_count)
            .map(|(term, _)| self.terms[*term as usize].clone())
            .collect();
        let h = entropy_bits(&counts);
        ColourNorms {
            colour: self.colours[colour].clone(),
            n: row.n,
            non_answers: row.non_answers,
            types: row.terms.len() as u64,
            modal_name: modal_names.first().cloned(),
            modal_names,
            consensus: modal_count.map(|count| count as f64 / total),
            h,
            // A plain 0, not -0, when all agree.
            saliency: h.map(|h| 0.0 - h),
            basic_share: basic.filter(|_| row.n > 0).map(|basic| {
                let share =
                    row.terms.iter().filter(|(term, _)| basic[*term as usize]).map(|(_, count)| *count);
                share.fold(0, u64::saturating_add) as f64 / total
            }),
            names: row
                .terms
                .iter()
                .map(|&(term, count)| TermShare {
                    term: self.terms[term as usize].clone(),
                    count,
                    p: count as f64 / total,
                })
                .collect(),
        }
    }

    /// For each term whether it is basic in the language; `None` when the basic terms of it are not known.
    pub(super) fn basic_terms(&self, language: &str) -> Option<Vec<bool>> {
        super::basic::is_known(language)
            .then(|| self.terms.iter().map(|term| basic_term(language, term).is_some()).collect())
    }
}
