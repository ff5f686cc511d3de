//! How one name became another, letter by letter.
//!
//! The distance is that of Damerau (1964) and Levenshtein (1966) in the form of optimal string alignment: a
//! letter too many, missing, or taken for another, and two neighbouring letters that changed places. Each
//! counts 1, except for slips that are known to be easy: a neighbouring key, a letter doubled or not, a
//! separator, an accent.

use serde::{Deserialize, Serialize};

use super::keyboard::Keyboard;
use super::letters::{is_separator, without_accent};

/// What happened to a letter between the usual spelling and the one that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A space, hyphen or apostrophe more, less, or for another (0.5; for another 0.25).
    SpaceOrHyphen,
    /// An accent more, less, or for another (0.25).
    Accent,
    /// Two neighbouring letters changed places (1).
    TransposedLetters,
    /// A key next to the right one (0.5).
    NeighbouringKey,
    /// A letter twice that stands once (0.5).
    DoubledLetter,
    /// A letter once that stands twice (0.5).
    UndoubledLetter,
    /// A letter is missing (1).
    MissingLetter,
    /// A letter too many (1).
    ExtraLetter,
    /// A letter for another (1).
    OtherLetter,
}

impl Reason {
    /// The name of the reason in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SpaceOrHyphen => "space_or_hyphen",
            Self::Accent => "accent",
            Self::TransposedLetters => "transposed_letters",
            Self::NeighbouringKey => "neighbouring_key",
            Self::DoubledLetter => "doubled_letter",
            Self::UndoubledLetter => "undoubled_letter",
            Self::MissingLetter => "missing_letter",
            Self::ExtraLetter => "extra_letter",
            Self::OtherLetter => "other_letter",
        }
    }

    /// The reason in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SpaceOrHyphen => "space or hyphen",
            Self::Accent => "accent",
            Self::TransposedLetters => "transposed letters",
            Self::NeighbouringKey => "neighbouring key",
            Self::DoubledLetter => "doubled letter",
            Self::UndoubledLetter => "letter not doubled",
            Self::MissingLetter => "missing letter",
            Self::ExtraLetter => "letter too many",
            Self::OtherLetter => "other letter",
        }
    }

    /// Whether it is a slip of the finger rather than another word.
    pub(super) const fn is_slip(self) -> bool {
        !matches!(self, Self::MissingLetter | Self::ExtraLetter | Self::OtherLetter)
    }
}

/// The cheapest way from one name to another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Alignment {
    /// Sum of the costs.
    pub(super) distance: f64,
    /// What happened, from left to right.
    pub(super) reasons: Vec<Reason>,
}

/// Costs are counted in quarters, shifted so that of two equally cheap ways the one with fewer edits wins.
const QUARTER: u32 = 1 << 8;
const FAR: u32 = u32::MAX / 2;

const fn cost(reason: Reason) -> u32 {
    let quarters = match reason {
        Reason::Accent => 1,
        Reason::SpaceOrHyphen | Reason::NeighbouringKey | Reason::DoubledLetter | Reason::UndoubledLetter => {
            2
        }
        Reason::TransposedLetters | Reason::MissingLetter | Reason::ExtraLetter | Reason::OtherLetter => 4,
    };
    quarters * QUARTER + 1
}

/// The cheapest way from `typed` to `usual` with at most `most` edits; `None` when there is none.
pub(super) fn align(typed: &[char], usual: &[char], keyboard: &Keyboard, most: usize) -> Option<Alignment> {
    if typed.len().abs_diff(usual.len()) > most {
        return None;
    }
    let table = Table::fill(typed, usual, keyboard, most);
    let total = table.at(typed.len(), usual.len());
    let mut reasons = Vec::new();
    let (mut row, mut column) = (typed.len(), usual.len());
    while (row, column) != (0, 0) {
        let step = table.best(row, column)?;
        reasons.extend(step.reason);
        row -= step.typed;
        column -= step.usual;
    }
    reasons.reverse();
    let distance = f64::from(total / QUARTER) / 4.0;
    (reasons.len() <= most).then_some(Alignment { distance, reasons })
}

/// One move in the table: how many letters it takes of each name, and what it means.
struct Step {
    cost: u32,
    typed: usize,
    usual: usize,
    reason: Option<Reason>,
}

struct Table<'names> {
    typed: &'names [char],
    usual: &'names [char],
    keyboard: &'names Keyboard,
    /// Cells further than this from the diagonal cannot be on a way with so few edits.
    band: usize,
    cells: Vec<u32>,
}

impl<'names> Table<'names> {
    fn fill(typed: &'names [char], usual: &'names [char], keyboard: &'names Keyboard, band: usize) -> Self {
        let cells = vec![FAR; (typed.len() + 1) * (usual.len() + 1)];
        let mut table = Self { typed, usual, keyboard, band, cells };
        table.cells[0] = 0;
        for row in 0..=typed.len() {
            for column in row.saturating_sub(band)..=(row + band).min(usual.len()) {
                if let Some(step) = table.best(row, column) {
                    table.cells[row * (usual.len() + 1) + column] = step.cost;
                }
            }
        }
        table
    }

    fn at(&self, row: usize, column: usize) -> u32 {
        if row.abs_diff(column) > self.band { FAR } else { self.cells[row * (self.usual.len() + 1) + column] }
    }

    /// The cheapest last step to a cell, with the whole cost up to there. The first of equally cheap ones, in
    /// a fixed order, so the reasons do not depend on chance.
    fn best(&self, row: usize, column: usize) -> Option<Step> {
        let mut best: Option<Step> = None;
        let mut offer = |typed: usize, usual: usize, reason: Option<Reason>| {
            let before = self.at(row - typed, column - usual);
            let cost = before + reason.map_or(0, cost);
            if before < FAR && best.as_ref().is_none_or(|best| cost < best.cost) {
                best = Some(Step { cost, typed, usual, reason });
            }
        };
        if row > 0 && column > 0 {
            let (typed, usual) = (self.typed[row - 1], self.usual[column - 1]);
            offer(1, 1, (typed != usual).then(|| self.substitution(typed, usual)));
            if row > 1
                && column > 1
                && typed != usual
                && typed == self.usual[column - 2]
                && usual == self.typed[row - 2]
                && !is_separator(typed)
                && !is_separator(usual)
            {
                offer(2, 2, Some(Reason::TransposedLetters));
            }
        }
        if row > 0 {
            offer(1, 0, Some(extra(self.typed, row - 1, Reason::DoubledLetter, Reason::ExtraLetter)));
        }
        if column > 0 {
            offer(0, 1, Some(extra(self.usual, column - 1, Reason::UndoubledLetter, Reason::MissingLetter)));
        }
        best
    }

    fn substitution(&self, typed: char, usual: char) -> Reason {
        if is_separator(typed) && is_separator(usual) {
            Reason::SpaceOrHyphen
        } else if without_accent(typed) == without_accent(usual) {
            Reason::Accent
        } else if self.keyboard.adjacent(typed, usual) {
            Reason::NeighbouringKey
        } else {
            Reason::OtherLetter
        }
    }
}

/// Why a name has a letter that the other has not.
fn extra(name: &[char], place: usize, doubled: Reason, single: Reason) -> Reason {
    let letter = name[place];
    if is_separator(letter) {
        return Reason::SpaceOrHyphen;
    }
    let before = place.checked_sub(1).map(|before| name[before]);
    let after = name.get(place + 1).copied();
    if before == Some(letter) || after == Some(letter) { doubled } else { single }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalise::Language;

    fn aligned(typed: &str, usual: &str, most: usize) -> Option<(f64, Vec<Reason>)> {
        let letters = |name: &str| name.chars().collect::<Vec<_>>();
        let keyboard = Keyboard::of(Language::from_tag("en"));
        align(&letters(typed), &letters(usual), &keyboard, most).map(|found| (found.distance, found.reasons))
    }

    #[test]
    fn every_slip_has_its_name_and_its_cost() {
        for (typed, usual, distance, reason) in [
            ("tabel", "table", 1.0, Reason::TransposedLetters),
            ("tsble", "table", 0.5, Reason::NeighbouringKey),
            ("toble", "table", 1.0, Reason::OtherLetter),
            ("tble", "table", 1.0, Reason::MissingLetter),
            ("taxble", "table", 1.0, Reason::ExtraLetter),
            ("tabble", "table", 0.5, Reason::DoubledLetter),
            ("aple", "apple", 0.5, Reason::UndoubledLetter),
            ("t shirt", "t-shirt", 0.5, Reason::SpaceOrHyphen),
            ("tshirt", "t-shirt", 0.5, Reason::SpaceOrHyphen),
            ("cafe", "café", 0.25, Reason::Accent),
        ] {
            assert_eq!(aligned(typed, usual, 2), Some((distance, vec![reason])), "{typed} {usual}");
        }
        assert_eq!(aligned("table", "table", 0), Some((0.0, vec![])));
        assert_eq!(aligned("chair", "table", 2), None);
        assert_eq!(aligned("", "ab", 1), None);
        let two = aligned("motercylce", "motorcycle", 2).unwrap();
        assert_eq!(two, (2.0, vec![Reason::OtherLetter, Reason::TransposedLetters]));
    }

    /// The plain distance, written as the textbook has it.
    fn plain(one: &[char], other: &[char]) -> usize {
        let mut cells = vec![vec![0; other.len() + 1]; one.len() + 1];
        for row in 0..=one.len() {
            for column in 0..=other.len() {
                cells[row][column] = if row == 0 || column == 0 {
                    row + column
                } else {
                    let same = usize::from(one[row - 1] != other[column - 1]);
                    let mut best = (cells[row - 1][column - 1] + same)
                        .min(cells[row - 1][column] + 1)
                        .min(cells[row][column - 1] + 1);
                    if row > 1
                        && column > 1
                        && one[row - 1] == other[column - 2]
                        && one[row - 2] == other[column - 1]
                    {
                        best = best.min(cells[row - 2][column - 2] + 1);
                    }
                    best
                };
            }
        }
        cells[one.len()][other.len()]
    }

    proptest! {
        #[test]
        fn with_letters_only_it_never_exceeds_the_plain_distance_and_costs_at_most_the_edits(
            one in "[xaem]{0,7}",
            other in "[xaem]{0,7}",
        ) {
            let letters = |name: &str| name.chars().collect::<Vec<_>>();
            let keyboard = Keyboard::of(Language::from_tag("ru"));
            let edits = plain(&letters(&one), &letters(&other));
            let found = align(&letters(&one), &letters(&other), &keyboard, 14).unwrap();
            prop_assert!(found.distance <= edits as f64);
            prop_assert!(found.distance <= found.reasons.len() as f64);
            prop_assert!(found.reasons.len() >= edits);
            prop_assert_eq!(found.distance == 0.0, one == other);
        }
    }
}
