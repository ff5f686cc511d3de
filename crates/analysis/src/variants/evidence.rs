//! What speaks for one name being a spelling of another.
//!
//! A misspelling is rare beside the right spelling, is given where the right spelling is given, and is never
//! what most people say. A rare word of its own is usually given elsewhere. The shorter a word, the more
//! words lie one letter away from it, so the more is asked of it. The limits below were chosen on ManyNames
//! (8,341 distinct English names) and are judged by a person anyway: a proposal changes nothing.

use super::distance::{Alignment, Reason, align};
use super::inflection::are_forms_of_one_word;
use super::keyboard::Keyboard;
use super::letters::{folded, folded_with_umlauts_spelt_out, is_separator, is_whole_syllable, joined, words};
use super::vocabulary::{Entry, Shared, Vocabulary};
use crate::normalise::Language;

/// No pair is proposed with more edits.
pub(super) const MOST_EDITS: usize = 2;

/// Words with fewer letters are never taken for misspellings: `cat`, `car`, `cap`, `can`.
const SHORTEST_WORD: usize = 4;

/// Words with at least so many letters may hold two edits.
const LONG_WORD: usize = 8;

/// Words with at least so many letters may hold two edits if both are slips of the finger.
const SHORTEST_FOR_TWO_SLIPS: usize = 6;

/// What was found out about a pair.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    pub(super) alignment: Alignment,
    pub(super) shared: Shared,
    /// From 0 to 1; see [`super::Proposal::score`].
    pub(super) score: f64,
}

/// Weighs pairs of names of one vocabulary.
#[derive(Debug)]
pub(super) struct Judge<'vocabulary> {
    pub(super) vocabulary: &'vocabulary Vocabulary,
    pub(super) language: Language,
    pub(super) keyboard: Keyboard,
}

impl Judge<'_> {
    /// Whether `typed` may be a spelling of `usual`, which is at least as frequent; `None` when too little
    /// speaks for it.
    pub(super) fn weigh(&self, typed: &Entry, usual: &Entry) -> Option<Evidence> {
        if digits(&typed.name).ne(digits(&usual.name)) {
            return None;
        }
        let shared = Shared::of(typed, usual);
        let share = share(shared.count, typed.count);
        let letters = joined(&usual.name);
        if letters == joined(&typed.name) {
            letters.chars().nth(1)?;
            let alignment = self.align(typed, usual, usize::MAX)?;
            return Some(evidence(alignment, shared, share, 1.0, usual));
        }
        if typed.leads || typed.count >= usual.count {
            return None;
        }
        if folded(&typed.name) == folded(&usual.name)
            || folded_with_umlauts_spelt_out(&typed.name) == folded_with_umlauts_spelt_out(&usual.name)
        {
            // An accent can tell two words apart (schon, schön), so both must have been said of one thing.
            let mut alignment = self.align(typed, usual, usize::MAX).filter(|_| shared.count > 0)?;
            alignment.reasons = vec![Reason::Accent];
            alignment.distance = alignment.distance.min(0.25);
            let ratio = usual.count as f64 / typed.count as f64;
            return Some(evidence(alignment, shared, share, ratio, usual));
        }
        self.misspelling(typed, usual, shared, share)
    }

    fn misspelling(&self, typed: &Entry, usual: &Entry, shared: Shared, share: f64) -> Option<Evidence> {
        if typed.name.chars().chain(usual.name.chars()).any(is_whole_syllable) {
            return None;
        }
        let doubt = self.differing_words(typed, usual)?;
        let alignment = self.align(typed, usual, MOST_EDITS)?;
        let letters = alignment.reasons.iter().filter(|reason| **reason != Reason::SpaceOrHyphen).count();
        let slips = alignment.reasons.iter().all(|reason| reason.is_slip());
        let most =
            if slips && doubt.shortest >= SHORTEST_FOR_TWO_SLIPS { MOST_EDITS } else { doubt.most_edits };
        if letters > most || doubt.ratio < needed_ratio(&doubt, letters, slips) {
            return None;
        }
        let easy = slips && !doubt.first_letter;
        let by_length = match doubt.shortest {
            ..=5 => share >= 0.5,
            8.. if letters > 1 && easy => share >= 0.5 || doubt.ratio >= 100.0,
            _ if letters > 1 || doubt.first_letter => share >= 0.5,
            6 | 7 => share >= 0.5 || (easy && doubt.ratio >= 50.0),
            _ => share >= 0.3 || doubt.ratio >= if easy { 20.0 } else { 100.0 },
        };
        let enough = by_length || (doubt.in_context && easy && share >= 0.3);
        if !enough {
            return None;
        }
        Some(evidence(alignment, shared, share, doubt.ratio, usual))
    }

    fn align(&self, typed: &Entry, usual: &Entry, most: usize) -> Option<Alignment> {
        let letters = |entry: &Entry| entry.name.chars().collect::<Vec<_>>();
        let (typed, usual) = (letters(typed), letters(usual));
        align(&typed, &usual, &self.keyboard, most.min(typed.len().max(usual.len())))
    }

    /// What the words say in which two names differ; `None` when they cannot be spellings of one another.
    fn differing_words(&self, typed: &Entry, usual: &Entry) -> Option<Doubt> {
        let typed_words: Vec<&str> = words(&typed.name).collect();
        let usual_words: Vec<&str> = words(&usual.name).collect();
        if typed_words.len() != usual_words.len() {
            return self.differing_joints(typed, usual, &typed_words, &usual_words);
        }
        let mut doubt = Doubt {
            shortest: usize::MAX,
            most_edits: MOST_EDITS,
            ratio: f64::INFINITY,
            first_letter: false,
            in_context: false,
        };
        let mut differing = 0;
        for (typed_word, usual_word) in typed_words.iter().zip(&usual_words) {
            if typed_word == usual_word {
                continue;
            }
            differing += 1;
            if are_forms_of_one_word(typed_word, usual_word, self.language) {
                return None;
            }
            let length = letters(typed_word).min(letters(usual_word));
            let typed_count = self.vocabulary.word_count(typed_word).max(1);
            let usual_count = self.vocabulary.word_count(usual_word);
            doubt.shortest = doubt.shortest.min(length);
            doubt.ratio = doubt.ratio.min(usual_count as f64 / typed_count as f64);
            doubt.first_letter |= typed_word.chars().next() != usual_word.chars().next();
        }
        if doubt.shortest < SHORTEST_WORD || differing == 0 {
            return None;
        }
        doubt.in_context = differing < typed_words.len();
        if doubt.shortest < LONG_WORD {
            doubt.most_edits = differing.min(MOST_EDITS);
        }
        Some(doubt)
    }

    /// The same for two names of which one has more words: a space or hyphen too many or too few, with at most
    /// one wrong letter. A whole word more is another name.
    fn differing_joints(
        &self,
        typed: &Entry,
        usual: &Entry,
        typed_words: &[&str],
        usual_words: &[&str],
    ) -> Option<Doubt> {
        let has_all = |more: &[&str], fewer: &[&str]| fewer.iter().all(|word| more.contains(word));
        if has_all(typed_words, usual_words) || has_all(usual_words, typed_words) {
            return None;
        }
        let (typed_letters, usual_letters) = (joined(&typed.name), joined(&usual.name));
        if are_forms_of_one_word(&typed_letters, &usual_letters, self.language) {
            return None;
        }
        let shortest = letters(&typed_letters).min(letters(&usual_letters));
        (shortest >= LONG_WORD).then(|| Doubt {
            shortest,
            most_edits: 1,
            ratio: usual.count as f64 / typed.count as f64,
            first_letter: typed_letters.chars().next() != usual_letters.chars().next(),
            in_context: false,
        })
    }
}

/// What is to be overcome before a pair is proposed.
struct Doubt {
    /// Letters of the shortest word that differs.
    shortest: usize,
    /// So many letters may be wrong.
    most_edits: usize,
    /// How many times more frequent the usual words are; the smallest, when several differ.
    ratio: f64,
    /// Whether the first letter of a word differs, which typists seldom miss.
    first_letter: bool,
    /// Whether other words of the name are equal.
    in_context: bool,
}

/// How many times more frequent the usual word has to be.
fn needed_ratio(doubt: &Doubt, letters: usize, slips: bool) -> f64 {
    let by_length: f64 = match doubt.shortest {
        ..=4 => 20.0,
        5 => 12.0,
        6 => 8.0,
        _ => 4.0,
    };
    let by_edits = if letters > 1 { 2.0 } else { 1.0 };
    let by_place = match doubt.shortest {
        _ if !doubt.first_letter || slips => 1.0,
        ..=5 => 5.0,
        _ => 2.0,
    };
    let by_kind = if slips { 0.5 } else { 1.0 };
    by_length * by_edits * by_place * by_kind
}

fn evidence(alignment: Alignment, shared: Shared, share: f64, ratio: f64, usual: &Entry) -> Evidence {
    let length = usual.name.chars().filter(|character| !is_separator(*character)).count().max(1);
    let closeness = 1.0 - alignment.distance / (length as f64 + 1.0);
    let dominance = if alignment.reasons.iter().all(|reason| *reason == Reason::SpaceOrHyphen) {
        1.0
    } else {
        ratio / (ratio + 3.0)
    };
    let score = closeness.max(0.0) * dominance * (1.0 + share) / 2.0;
    Evidence { alignment, shared, score }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn digits(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|character| character.is_numeric())
}

fn letters(word: &str) -> usize {
    word.chars().count()
}
