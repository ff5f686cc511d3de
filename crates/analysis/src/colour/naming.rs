//! All figures of a colour-naming experiment.

use nameit_domain::colour::WhitePoint;
use serde::Serialize;

use super::basic::{is_monolexemic, writes_modifiers_apart};
use super::by_colour::ColourNorms;
use super::by_term::TermNorms;
use super::matrix::NamingMatrix;

/// How the figures are read from the counts; to be told beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Language of the answers as a BCP-47 tag: decides which terms are basic.
    pub language: String,
    /// A colour with fewer answers than this is never a focal choice: where each colour was seen by few, such
    /// as with colours drawn at random, a single answer would be a share of 1. Kim et al. (2019) ask for 4
    /// per bin.
    pub focal_min_n: u64,
}

/// The naming of all colours and the meaning of all terms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColourNaming {
    /// The white point of all coordinates in CIELAB: `D65` or `D50`.
    pub white: WhitePoint,
    /// How the figures were read.
    #[serde(flatten)]
    pub reading: Reading,
    /// Answers that gave a name, over all colours.
    pub n: u64,
    /// Trials without a name, over all colours.
    pub non_answers: u64,
    /// Number of distinct terms.
    pub types: u64,
    /// Share of the answers that are basic colour terms, see [`super::basic_term`]. `None` when `n` = 0 or
    /// the terms of the language are not known.
    pub basic_share: Option<f64>,
    /// Share of the answers that are one word, see [`is_monolexemic`]. `None` when `n` = 0, and for languages
    /// that write modifier and colour as one word, where spaces do not tell.
    pub monolexemic_share: Option<f64>,
    /// The colours, in the order in which they were given.
    pub colours: Vec<ColourNorms>,
    /// The terms, the most frequent first, equal counts in the order of their code points.
    pub terms: Vec<TermNorms>,
}

impl NamingMatrix {
    /// Computes all figures per colour and per term.
    pub fn naming(&self, reading: &Reading) -> ColourNaming {
        let basic = self.basic_terms(&reading.language);
        let n = self.rows.iter().fold(0u64, |sum, row| sum.saturating_add(row.n));
        let share_of = |chosen: &dyn Fn(usize) -> bool| {
            let counts = self.columns.iter().enumerate().filter(|(term, _)| chosen(*term));
            let sum = counts.fold(0u64, |sum, (_, column)| sum.saturating_add(column.n));
            (n > 0).then(|| sum as f64 / n as f64)
        };
        ColourNaming {
            white: self.white,
            reading: reading.clone(),
            n,
            non_answers: self.rows.iter().fold(0u64, |sum, row| sum.saturating_add(row.non_answers)),
            types: self.terms.len() as u64,
            basic_share: basic.as_ref().and_then(|basic| share_of(&|term| basic[term])),
            monolexemic_share: writes_modifiers_apart(&reading.language)
                .then(|| share_of(&|term| is_monolexemic(&self.terms[term])))
                .flatten(),
            colours: (0..self.colours.len())
                .map(|colour| self.colour_norms(colour, basic.as_deref()))
                .collect(),
            terms: (0..self.terms.len())
                .map(|term| {
                    let basic = basic.as_ref().map(|basic| basic[term]);
                    self.term_norms(term, n, reading.focal_min_n, basic)
                })
                .collect(),
        }
    }
}
