//! The naming matrix: how often each colour was given each name.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use nameit_domain::colour::{Lab, Shown, Srgb, WhitePoint};
use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::norms::NameCount;

/// A colour that was named.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedColour {
    /// What it is called in the results: the key of the stimulus, or what stands in the file.
    pub key: String,
    /// Its coordinates in CIELAB, under the white point of the matrix.
    pub lab: Lab,
    /// What a screen shows for it, as `#rrggbb`.
    pub hex: String,
    /// Whether it lies outside sRGB, so that `hex` is only near it.
    pub clipped: bool,
}

/// A colour with the names that it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct ColourCounts {
    /// The colour.
    pub colour: NamedColour,
    /// The names, in any order.
    pub names: Vec<NameCount>,
    /// Trials with this colour in which no name was given.
    pub non_answers: u64,
}

/// How often each colour was given each name.
///
/// Sparse: only what was said takes room. Terms are in the order of their frequency, equal ones in the order
/// of their code points.
#[derive(Debug, Clone, PartialEq)]
pub struct NamingMatrix {
    pub(super) white: WhitePoint,
    pub(super) colours: Vec<NamedColour>,
    pub(super) rows: Vec<Row>,
    pub(super) terms: Vec<String>,
    pub(super) columns: Vec<Column>,
}

/// One colour: its terms, the most frequent first, equal counts in the order of the code points.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Row {
    pub(super) n: u64,
    pub(super) non_answers: u64,
    pub(super) terms: Vec<(u32, u64)>,
}

/// One term: its colours in an order that depends on the colours alone, so that sums over them do as well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Column {
    pub(super) n: u64,
    pub(super) colours: Vec<(u32, u64)>,
}

// === impl NamedColour ===

impl NamedColour {
    /// A colour that was shown as sRGB.
    pub fn of_srgb(key: impl Into<String>, colour: Srgb, white: WhitePoint) -> Self {
        Self { key: key.into(), lab: colour.to_cielab(white), hex: colour.to_hex(), clipped: false }
    }

    /// A colour of which the coordinates in CIELAB are known, such as the centre of a bin.
    pub fn of_cielab(key: impl Into<String>, lab: Lab, white: WhitePoint) -> Self {
        let Shown { colour, clipped } = Srgb::near_cielab(lab, white);
        Self { key: key.into(), lab, hex: colour.to_hex(), clipped }
    }
}

// === impl NamingMatrix ===

impl NamingMatrix {
    /// Builds the matrix. The coordinates of all colours must be under `white`. Names with count 0 are
    /// dropped, a name that comes twice for a colour is added up. Counts are held at the largest number there
    /// is.
    pub fn new(white: WhitePoint, counts: Vec<ColourCounts>) -> Self {
        let mut totals: BTreeMap<String, u64> = BTreeMap::new();
        let mut colours = Vec::with_capacity(counts.len());
        let mut named = Vec::with_capacity(counts.len());
        for entry in counts {
            let mut names: BTreeMap<String, u64> = BTreeMap::new();
            for NameCount { name, count } in entry.names {
                if count > 0 {
                    let sum = names.entry(name).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
            for (name, count) in &names {
                let sum = totals.entry(name.clone()).or_default();
                *sum = sum.saturating_add(*count);
            }
            colours.push(entry.colour);
            named.push((entry.non_answers, names));
        }
        let mut terms: Vec<(String, u64)> = totals.into_iter().collect();
        // The sort is stable, so equal counts stay in the order of the names.
        terms.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut columns: Vec<Column> =
            terms.iter().map(|(_, n)| Column { n: *n, colours: Vec::new() }).collect();
        let terms: Vec<String> = terms.into_iter().map(|(term, _)| term).collect();
        let place: FxHashMap<&str, u32> = terms.iter().map(String::as_str).zip(0u32..).collect();

        let mut rows: Vec<Row> = Vec::with_capacity(colours.len());
        for (non_answers, names) in named {
            let mut row = Row { n: 0, non_answers, terms: Vec::with_capacity(names.len()) };
            for (name, count) in names {
                row.n = row.n.saturating_add(count);
                row.terms.push((place[name.as_str()], count));
            }
            row.terms.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            rows.push(row);
        }
        for colour in canonical_order(&colours, &rows) {
            for &(term, count) in &rows[colour as usize].terms {
                columns[term as usize].colours.push((colour, count));
            }
        }
        Self { white, colours, rows, terms, columns }
    }

    /// The white point of all coordinates.
    pub fn white(&self) -> WhitePoint {
        self.white
    }

    /// The colours, as they were given.
    pub fn colours(&self) -> &[NamedColour] {
        &self.colours
    }

    /// The terms, the most frequent first.
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// How often this colour was given this term: `n_ct`.
    pub fn count(&self, colour: usize, term: usize) -> u64 {
        let found = self.rows.get(colour).and_then(|row| {
            row.terms.iter().find(|(other, _)| *other as usize == term).map(|(_, count)| *count)
        });
        found.unwrap_or(0)
    }

    /// Where a term lies: the mean of its colours in CIELAB, weighted by p(colour|term).
    pub(super) fn centre(&self, term: usize) -> Lab {
        let column = &self.columns[term];
        let mut centre = Lab { l: 0.0, a: 0.0, b: 0.0 };
        for &(colour, count) in &column.colours {
            let weight = count as f64 / column.n as f64;
            let lab = self.colours[colour as usize].lab;
            centre.l += weight * lab.l;
            centre.a += weight * lab.a;
            centre.b += weight * lab.b;
        }
        centre
    }
}

/// By coordinates, then key, then what was said: colours that agree in all of that contribute the same.
fn canonical_order(colours: &[NamedColour], rows: &[Row]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..colours.len() as u32).collect();
    order.sort_by(|&one, &other| {
        let (one, other) = (one as usize, other as usize);
        by_place(colours[one].lab, colours[other].lab)
            .then_with(|| colours[one].key.cmp(&colours[other].key))
            .then_with(|| rows[one].terms.cmp(&rows[other].terms))
    });
    order
}

/// An order of coordinates; it means nothing, but it is always the same.
pub(super) fn by_place(one: Lab, other: Lab) -> Ordering {
    one.l.total_cmp(&other.l).then(one.a.total_cmp(&other.a)).then(one.b.total_cmp(&other.b))
}
