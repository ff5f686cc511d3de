//! What is meant by one term.

use std::cmp::Ordering;

use nameit_domain::colour::{Lab, Shown, Srgb};
use serde::Serialize;

use super::matrix::NamingMatrix;

/// A colour with its share of the answers that gave a term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColourShare {
    /// The key of the colour.
    pub colour: String,
    /// How often the colour was given this term, `n_ct`.
    pub count: u64,
    /// p(colour|term) = `n_ct` / `n_t`, above 0 and at most 1. It depends on how often each colour was shown.
    pub p: f64,
}

/// The meaning of one term.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermNorms {
    /// The term.
    pub term: String,
    /// Answers that gave it, `n_t`; at least 1.
    pub n: u64,
    /// Its share of all answers that gave a name.
    pub share: f64,
    /// Number of colours that were given it.
    pub types: u64,
    /// Whether it is a basic colour term, see [`super::basic_term`]. `None` when the terms of the language
    /// are not known.
    pub basic: Option<bool>,
    /// Centre: the mean of its colours in CIELAB, weighted by p(colour|term), under the white point of the
    /// matrix. Means are taken here and never in sRGB or in hue angles, where they mean nothing.
    pub centre: Lab,
    /// What a screen shows for the centre, as `#rrggbb`.
    pub centre_hex: String,
    /// Whether the centre lies outside sRGB, so that `centre_hex` is only near it.
    pub centre_clipped: bool,
    /// Spread: the root of the mean of ΔE*ab² between its colours and the centre, weighted by p(colour|term).
    /// 0 for a term of one colour.
    pub spread: f64,
    /// Focal choice as the data show it: the colour with the highest p(term|colour). Equal ones: the one that
    /// was given the term more often, then the one nearer to the centre, then the one whose key comes first.
    /// `None` when no colour has enough answers (see [`super::Reading::focal_min_n`]).
    pub focal: Option<String>,
    /// All colours with that highest p(term|colour), `focal` first, then in the order of the rule.
    pub focal_colours: Vec<String>,
    /// p(term|colour) of the focal choice.
    pub focal_p: Option<f64>,
    /// What a screen shows for the focal choice, as `#rrggbb`.
    pub focal_hex: Option<String>,
    /// Its colours, the most frequent first, equal counts in the order of their keys.
    pub colours: Vec<ColourShare>,
}

impl NamingMatrix {
    /// The meaning of one term. `n` is the number of all answers that gave a name.
    pub(super) fn term_norms(&self, term: usize, n: u64, focal_min_n: u64, basic: Option<bool>) -> TermNorms {
        let column = &self.columns[term];
        let total = column.n as f64;
        let centre = self.centre(term);
        let mut squares = 0.0;
        for &(colour, count) in &column.colours {
            squares += count as f64 / total * self.colours[colour as usize].lab.distance(centre).powi(2);
        }
        let focal = self.focal(term, focal_min_n, centre);
        let Shown { colour: centre_shown, clipped } = Srgb::near_cielab(centre, self.white);
        let mut colours: Vec<ColourShare> = column
            .colours
            .iter()
            .map(|&(colour, count)| ColourShare {
                colour: self.colours[colour as usize].key.clone(),
                count,
                p: count as f64 / total,
            })
            .collect();
        colours.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.colour.cmp(&b.colour)));
        let first = focal.first().copied();
        TermNorms {
            term: self.terms[term].clone(),
            n: column.n,
            share: total / n as f64,
            types: column.colours.len() as u64,
            basic,
            centre,
            centre_hex: centre_shown.to_hex(),
            centre_clipped: clipped,
            spread: squares.sqrt(),
            focal: first.map(|focal| self.colours[focal.colour].key.clone()),
            focal_colours: focal.iter().map(|focal| self.colours[focal.colour].key.clone()).collect(),
            focal_p: first.map(|focal| focal.count as f64 / focal.n as f64),
            focal_hex: first.map(|focal| self.colours[focal.colour].hex.clone()),
            colours,
        }
    }

    /// The colours with the highest p(term|colour), in the order of the rule. The shares are compared as
    /// fractions, so ties are exact.
    fn focal(&self, term: usize, focal_min_n: u64, centre: Lab) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = self.columns[term]
            .colours
            .iter()
            .map(|&(colour, count)| {
                let colour = colour as usize;
                let away = self.colours[colour].lab.distance(centre);
                Candidate { colour, count, n: self.rows[colour].n, away }
            })
            .filter(|candidate| candidate.n >= focal_min_n)
            .collect();
        candidates.sort_by(|one, other| {
            other
                .by_share(one)
                .then(other.count.cmp(&one.count))
                .then(one.away.total_cmp(&other.away))
                .then_with(|| self.colours[one.colour].key.cmp(&self.colours[other.colour].key))
        });
        if let Some(best) = candidates.first().copied() {
            candidates.retain(|candidate| candidate.by_share(&best) == Ordering::Equal);
        }
        candidates
    }
}

#[derive(Clone, Copy)]
struct Candidate {
    colour: usize,
    count: u64,
    n: u64,
    away: f64,
}

impl Candidate {
    fn by_share(&self, other: &Self) -> Ordering {
        let share = |count: u64, n: u64| u128::from(count) * u128::from(n);
        share(self.count, other.n).cmp(&share(other.count, self.n))
    }
}
