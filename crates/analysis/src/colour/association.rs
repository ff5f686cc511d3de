//! How terms relate to each other.

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::matrix::{Column, NamingMatrix};
use super::transport::{Mass, earth_movers_distance};

/// Term-by-term association: which other names a colour gets that was given a name.
///
/// A[v, w] = Σ_c p(w|c) p(c|v): take a colour that was called v, as often as it was, and ask another person;
/// A is the probability that the answer is w. Asymmetric: from `navy` to `blue` it is more than back. Source:
/// Heer & Stone (2012), Color naming models for color selection, image editing and palette design, section 4,
/// and the matrix A of c3.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Association {
    /// The terms, the most frequent first: rows (v) and columns (w) of the matrix.
    pub terms: Vec<String>,
    /// A[v, w], from 0 to 1. A row and its part of `others` add up to 1.
    pub p: Vec<Vec<f64>>,
    /// For each row the probability of all terms that are not among `terms`; 0 when all are.
    pub others: Vec<f64>,
}

/// Two terms and how near their meanings lie.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermPair {
    /// The more frequent term.
    pub one: String,
    /// The less frequent term.
    pub other: String,
    /// Hellinger distance of p(colour|one) and p(colour|other), √(1 - Σ √(p q)) = √(½ Σ (√p - √q)²): 0 when
    /// they are equal, 1 when no colour was given both names. It knows nothing of how near colours lie. A
    /// metric. Source: c3; Heer & Stone (2012), section 4.
    pub hellinger: f64,
    /// Earth mover's distance between p(colour|one) and p(colour|other) in ΔE*ab, see
    /// [`earth_movers_distance`]: how far the meaning of one has to be moved to become the other. The
    /// "translation loss" of Kim, Thayer, Silva & Heer (2019), Color names across languages. `None` when the two
    /// were said of more than [`EXACT_COLOURS`] colours together: wider bins make it defined.
    pub distance: Option<f64>,
}

/// The earth mover's distance of two terms is computed up to this many colours, for its time grows with the cube.
pub const EXACT_COLOURS: usize = 300;

impl NamingMatrix {
    /// The association of the `most` most frequent terms. Its size is the square of their number.
    pub fn association(&self, most: usize) -> Association {
        let size = most.min(self.terms.len());
        let mut p = vec![vec![0.0; size]; size];
        let mut others = vec![0.0; size];
        for ((from, into), rest) in self.columns.iter().zip(&mut p).zip(&mut others) {
            for &(colour, count) in &from.colours {
                let colour_of_term = count as f64 / from.n as f64;
                let row = &self.rows[colour as usize];
                for &(term, count) in &row.terms {
                    let joint = count as f64 / row.n as f64 * colour_of_term;
                    *into.get_mut(term as usize).unwrap_or(rest) += joint;
                }
            }
        }
        Association { terms: self.terms[..size].to_vec(), p, others }
    }

    /// All pairs of the `most` most frequent terms, in the order of the terms.
    pub fn term_pairs(&self, most: usize) -> Vec<TermPair> {
        let size = most.min(self.terms.len());
        let masses: Vec<Vec<Mass>> = (0..size).map(|term| self.meaning(term)).collect();
        let mut pairs = Vec::with_capacity(size * size.saturating_sub(1) / 2);
        for one in 0..size {
            for other in one + 1..size {
                pairs.push(TermPair {
                    one: self.terms[one].clone(),
                    other: self.terms[other].clone(),
                    hellinger: self.hellinger(one, other),
                    distance: (masses[one].len() + masses[other].len() <= EXACT_COLOURS)
                        .then(|| earth_movers_distance(&masses[one], &masses[other]))
                        .flatten(),
                });
            }
        }
        pairs
    }

    /// Earth mover's distance between what two colours are called, in ΔE*ab: each name lies where its centre
    /// lies, so `navy` against `blue` counts less than `navy` against `yellow`. 0 when both are named alike.
    /// `None` when one of them has no names, or is not there.
    pub fn colour_distance(&self, one: usize, other: usize) -> Option<f64> {
        let names = |colour: usize| -> Option<Vec<Mass>> {
            let row = self.rows.get(colour)?;
            let at = |(term, weight): &(u32, u64)| Mass { at: self.centre(*term as usize), weight: *weight };
            Some(row.terms.iter().map(at).collect())
        };
        earth_movers_distance(&names(one)?, &names(other)?)
    }

    fn meaning(&self, term: usize) -> Vec<Mass> {
        let mass =
            |(colour, weight): &(u32, u64)| Mass { at: self.colours[*colour as usize].lab, weight: *weight };
        self.columns[term].colours.iter().map(mass).collect()
    }

    fn hellinger(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (&self.columns[one], &self.columns[other]);
        let root = |count: u64, n: u64| (count as f64 / n as f64).sqrt();
        let count_of = |column: &Column| -> FxHashMap<u32, u64> { column.colours.iter().copied().collect() };
        let (in_one, in_other) = (count_of(one), count_of(other));
        let mut squares = 0.0;
        for &(colour, count) in &one.colours {
            let both = in_other.get(&colour).copied().unwrap_or(0);
            squares += (root(count, one.n) - root(both, other.n)).powi(2);
        }
        for (_, count) in other.colours.iter().filter(|(colour, _)| !in_one.contains_key(colour)) {
            squares += *count as f64 / other.n as f64;
        }
        (0.5 * squares).sqrt().min(1.0)
    }
}
