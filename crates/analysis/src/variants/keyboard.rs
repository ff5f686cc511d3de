//! Which keys lie next to each other.
//!
//! Positions are in quarters of a key: the letter rows of every usual keyboard are shifted against each other
//! by about a half, a quarter and a half of a key (ISO/IEC 9995-2).

use rustc_hash::FxHashMap;

use crate::normalise::Language;

/// The rows of letters from top to bottom, each with the place of its first key.
type Rows = [(i32, &'static str); 4];

const QWERTY: Rows = [(0, "1234567890-="), (2, "qwertyuiop"), (3, "asdfghjkl"), (5, "zxcvbnm")];
const QWERTY_SPANISH: Rows = [(0, "1234567890"), (2, "qwertyuiop"), (3, "asdfghjklñ"), (5, "zxcvbnm")];
const QWERTY_PORTUGUESE: Rows = [(0, "1234567890"), (2, "qwertyuiop"), (3, "asdfghjklç"), (5, "zxcvbnm")];
const QWERTY_ITALIAN: Rows = [(0, "1234567890'ì"), (2, "qwertyuiopè"), (3, "asdfghjklòàù"), (5, "zxcvbnm")];
const QWERTY_SWEDISH: Rows = [(0, "1234567890"), (2, "qwertyuiopå"), (3, "asdfghjklöä"), (5, "zxcvbnm")];
const QWERTY_DANISH: Rows = [(0, "1234567890"), (2, "qwertyuiopå"), (3, "asdfghjklæø"), (5, "zxcvbnm")];
const QWERTY_NORWEGIAN: Rows = [(0, "1234567890"), (2, "qwertyuiopå"), (3, "asdfghjkløæ"), (5, "zxcvbnm")];
const QWERTZ: Rows = [(0, "1234567890ß"), (2, "qwertzuiopü"), (3, "asdfghjklöä"), (5, "yxcvbnm")];
const AZERTY: Rows = [(0, "&é\"'(-è_çà"), (2, "azertyuiop"), (3, "qsdfghjklmù"), (5, "wxcvbn")];

/// The keyboard that is usual where a language is written. Letters that are not on it, as those of other
/// scripts, lie next to none.
#[derive(Debug, Clone)]
pub(super) struct Keyboard {
    places: FxHashMap<char, (i32, i32)>,
}

impl Keyboard {
    pub(super) fn of(language: Language) -> Self {
        let rows = match language.as_str() {
            "fr" => AZERTY,
            "de" | "gsw" | "cs" | "sk" | "hu" | "sl" | "hr" | "bs" | "sr" | "sq" => QWERTZ,
            "es" | "ca" | "gl" | "eu" => QWERTY_SPANISH,
            "pt" => QWERTY_PORTUGUESE,
            "it" => QWERTY_ITALIAN,
            "sv" | "fi" => QWERTY_SWEDISH,
            "da" => QWERTY_DANISH,
            "no" | "nb" | "nn" => QWERTY_NORWEGIAN,
            _ => QWERTY,
        };
        let mut places = FxHashMap::default();
        for (row, (start, keys)) in (0..).zip(rows) {
            places.extend((0..).zip(keys.chars()).map(|(key, letter)| (letter, (row, start + 4 * key))));
        }
        Self { places }
    }

    /// Whether two different letters lie side by side, or touch in neighbouring rows.
    pub(super) fn adjacent(&self, one: char, other: char) -> bool {
        let (Some(&(row, x)), Some(&(other_row, other_x))) = (self.places.get(&one), self.places.get(&other))
        else {
            return false;
        };
        match (row - other_row).abs() {
            0 => (x - other_x).abs() == 4,
            1 => (x - other_x).abs() < 4,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_depend_on_the_language() {
        for (tag, one, other, expected) in [
            ("en", 'a', 's', true),
            ("en", 'a', 'q', true),
            ("en", 'a', 'w', true),
            ("en", 'a', 'z', true),
            ("en", 'a', 'x', false),
            ("en", 'g', 'b', true),
            ("en", 'a', 'a', false),
            ("en", 't', 'y', true),
            ("de", 't', 'y', false),
            ("de", 't', 'z', true),
            ("de", 'l', 'ö', true),
            ("fr", 'a', 'z', true),
            ("fr", 'q', 's', true),
            ("fr", 'l', 'm', true),
            ("und", 'i', 'o', true),
            ("ru", 'п', 'р', false),
        ] {
            let keyboard = Keyboard::of(Language::from_tag(tag));
            assert_eq!(keyboard.adjacent(one, other), expected, "{tag} {one} {other}");
            assert_eq!(keyboard.adjacent(other, one), expected, "{tag} {other} {one}");
        }
    }
}
