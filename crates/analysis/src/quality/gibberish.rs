//! Names that nobody else gave and that do not look like one.

use super::limits::Limits;
use super::view::View;

mod keyboard;
mod letters;

use keyboard::{one_character, walk_share, without_vowel};
use letters::Letters;

/// Fewer characters are never called gibberish.
const MIN_CHARACTERS: usize = 4;
/// So large a share of of a name's letters on walks along the keyboard is no word.
const WALK_SHARE: f64 = 0.75;

/// Which names of a cohort are gibberish.
///
/// A sign alone never is: the name must also have been used by nobody else, for no stimulus. So a rare word, a
/// loan word or a name in another script is safe as soon as a second person knows it.
#[derive(Debug)]
pub(super) struct Gibberish {
    of_name: Vec<bool>,
}

// === impl Gibberish ===

impl Gibberish {
    pub(super) fn of(view: &View<'_>, limits: &Limits) -> Self {
        let used = |name: &u32| view.users[*name as usize];
        let shared = (0..view.named.names()).filter(|name| used(name) >= 2).map(|name| view.named.name(name));
        let letters = Letters::learn(shared, limits);
        let of_name = (0..view.named.names())
            .map(|name| used(&name) == 1 && looks_typed_blindly(view.named.name(name), &letters))
            .collect();
        Self { of_name }
    }

    /// Whether the name with this number is gibberish.
    pub(super) fn is(&self, name: u32) -> bool {
        self.of_name[name as usize]
    }
}

fn looks_typed_blindly(name: &str, letters: &Letters) -> bool {
    name.chars().filter(|character| !character.is_whitespace()).count() >= MIN_CHARACTERS
        && (one_character(name)
            || without_vowel(name)
            || walk_share(name).is_some_and(|share| share > WALK_SHARE)
            || letters.unlike(name))
}
