//! How differently two groups name the same colours.

use std::collections::BTreeMap;

use nameit_domain::colour::Lab;
use serde::Serialize;

use super::matrix::{ColourCounts, NamedColour, NamingMatrix};
use super::transport::{Mass, earth_movers_distance};
use crate::norms::NameCount;

/// How differently one colour is named.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColourDistance {
    /// The key of the colour in the first group.
    pub colour: String,
    /// What a screen shows for it, as `#rrggbb`.
    pub hex: String,
    /// Answers of the first group that gave a name.
    pub n_one: u64,
    /// Answers of the second group that gave a name.
    pub n_other: u64,
    /// The modal name in the first group, `None` when nobody gave one.
    pub modal_one: Option<String>,
    /// The modal name in the second group.
    pub modal_other: Option<String>,
    /// Earth mover's distance between the two distributions of names, in ΔE*ab; each name lies at its centre.
    /// `None` when a group gave the colour no name.
    pub distance: Option<f64>,
}

/// How differently two groups name the colours that both were shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupDistance {
    /// The shared colours, in the order of the first group.
    pub colours: Vec<ColourDistance>,
    /// Mean of the distances, each colour counted once, in ΔE*ab. 0 if and only if every shared colour is
    /// named alike (and no two names share one centre). `None` when no shared colour was named by both.
    pub mean: Option<f64>,
    /// Colours that only the first group was shown.
    pub only_one: u64,
    /// Colours that only the second group was shown.
    pub only_other: u64,
}

/// Compares the naming of two groups, experiments or points in time, colour by colour.
///
/// Colours are the same when their coordinates are the same bit for bit, whatever their keys; a colour that a
/// group was shown under several keys is taken together. A name lies at its centre over the answers of both
/// groups, so groups that differ in words alone (`navy` for `dark blue`) are near, and those that differ in
/// meaning are far. Symmetric bit for bit. Two random halves of one group are already above 0, so compare
/// with those. `None` when the white points differ.
pub fn group_distance(one: &NamingMatrix, other: &NamingMatrix) -> Option<GroupDistance> {
    if one.white != other.white {
        return None;
    }
    let (one_counts, other_counts) = (by_coordinates(one), by_coordinates(other));
    let together = one_counts.iter().chain(&other_counts).cloned().collect();
    let both = NamingMatrix::new(one.white, together);
    let centres: BTreeMap<&str, Lab> =
        both.terms.iter().enumerate().map(|(term, name)| (name.as_str(), both.centre(term))).collect();
    let there: BTreeMap<Coordinates, &ColourCounts> =
        other_counts.iter().map(|counts| (coordinates(&counts.colour), counts)).collect();
    let masses = |names: &[NameCount]| -> Vec<Mass> {
        names.iter().map(|entry| Mass { at: centres[entry.name.as_str()], weight: entry.count }).collect()
    };
    let mut colours = Vec::new();
    for here in &one_counts {
        let Some(there) = there.get(&coordinates(&here.colour)) else { continue };
        colours.push(ColourDistance {
            colour: here.colour.key.clone(),
            hex: here.colour.hex.clone(),
            n_one: answers(here),
            n_other: answers(there),
            modal_one: modal_name(here),
            modal_other: modal_name(there),
            distance: earth_movers_distance(&masses(&here.names), &masses(&there.names)),
        });
    }
    let mut distances: Vec<f64> = colours.iter().filter_map(|colour| colour.distance).collect();
    distances.sort_unstable_by(f64::total_cmp);
    let sum: f64 = distances.iter().sum();
    let count = colours.len() as u64;
    Some(GroupDistance {
        mean: (!distances.is_empty()).then(|| sum / distances.len() as f64),
        only_one: one_counts.len() as u64 - count,
        only_other: other_counts.len() as u64 - count,
        colours,
    })
}

/// Coordinates as bits: what makes a colour the same.
type Coordinates = [u64; 3];

fn coordinates(colour: &NamedColour) -> Coordinates {
    [colour.lab.l, colour.lab.a, colour.lab.b].map(f64::to_bits)
}

/// The counts of a matrix, each colour once.
fn by_coordinates(matrix: &NamingMatrix) -> Vec<ColourCounts> {
    let mut places: BTreeMap<Coordinates, usize> = BTreeMap::new();
    let mut all: Vec<ColourCounts> = Vec::new();
    for (colour, row) in matrix.colours.iter().zip(&matrix.rows) {
        let place = *places.entry(coordinates(colour)).or_insert(all.len());
        if place == all.len() {
            all.push(ColourCounts { colour: colour.clone(), names: Vec::new(), non_answers: 0 });
        }
        let into = &mut all[place];
        into.non_answers = into.non_answers.saturating_add(row.non_answers);
        for &(term, count) in &row.terms {
            let name = &matrix.terms[term as usize];
            match into.names.iter_mut().find(|entry| entry.name == *name) {
                Some(entry) => entry.count = entry.count.saturating_add(count),
                None => into.names.push(NameCount { name: name.clone(), count }),
            }
        }
    }
    all
}

fn answers(counts: &ColourCounts) -> u64 {
    counts.names.iter().fold(0, |sum, entry| sum.saturating_add(entry.count))
}

/// The most frequent name, of equal ones the first by code point.
fn modal_name(counts: &ColourCounts) -> Option<String> {
    let better = |a: &&NameCount, b: &&NameCount| a.count.cmp(&b.count).then_with(|| b.name.cmp(&a.name));
    counts.names.iter().max_by(better).map(|entry| entry.name.clone())
}
