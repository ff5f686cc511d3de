//! Signs of gibberish that need no other answers: walks along a keyboard, no vowels, one letter again and again.
//!
//! They hold for Latin letters; a name in another script shows none of them.

use unicode_normalization::UnicodeNormalization as _;

/// Rows of letters of the usual keyboards with Latin letters (QWERTY, QWERTZ, AZERTY).
const ROWS: [&str; 8] =
    ["qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm", "zxcvbnm", "yxcvbnm", "wxcvbn"];

/// Steps in one direction along a row make a walk from so many letters on.
const WALK_MIN: usize = 3;

/// Share of a name's letters that lie on walks, from 0 to 1; `None` under four letters or outside of Latin.
///
/// A walk is a longest stretch of letters, at least three, that goes along one row of a keyboard in one
/// direction. `asdfasdf` is two walks of four and gives 1; `schwert` holds the walk `wert` and gives 4/7.
pub(super) fn walk_share(name: &str) -> Option<f64> {
    let letters = latin_letters(name)?;
    let best = ROWS.iter().map(|row| on_walks(&letters, row)).max()?;
    Some(best as f64 / letters.len() as f64)
}

/// Whether a name of five Latin letters or more has no vowel (y is one).
pub(super) fn without_vowel(name: &str) -> bool {
    latin_letters(name).is_some_and(|letters| {
        letters.len() >= 5 && !letters.iter().any(|letter| "aeiouyæœøı".contains(*letter))
    })
}

/// Whether a name is one character four times or more.
pub(super) fn one_character(name: &str) -> bool {
    let mut characters = name.chars().filter(|character| !character.is_whitespace());
    let Some(first) = characters.next() else { return false };
    let mut others = 0;
    characters.all(|character| {
        others += 1;
        character == first
    }) && others >= 3
}

/// The letters in lower case without accents, when there are four or more and all are Latin.
fn latin_letters(name: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = name
        .nfd()
        .filter(|character| character.is_alphabetic())
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphabetic())
        .collect();
    let latin = |letter: &char| letter.is_ascii_lowercase() || matches!(*letter, '\u{df}'..='\u{24f}');
    (letters.len() >= 4 && letters.iter().all(latin)).then_some(letters)
}

/// How many letters lie on walks along one row.
fn on_walks(letters: &[char], row: &str) -> usize {
    let place = |letter: char| row.chars().position(|key| key == letter).map(|place| place as isize);
    let places: Vec<Option<isize>> = letters.iter().map(|letter| place(*letter)).collect();
    let step = |at: usize| Some(places[at]? - places[at - 1]?).filter(|step| step.abs() == 1);
    let mut total = 0;
    let mut begin = 0;
    while begin < places.len() {
        let mut end = begin + 1;
        let direction = (end < places.len()).then(|| step(end)).flatten();
        while direction.is_some() && end < places.len() && step(end) == direction {
            end += 1;
        }
        if end - begin >= WALK_MIN {
            total += end - begin;
            begin = end;
        } else {
            begin += 1;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_along_rows_are_seen_in_both_directions_and_on_three_keyboards() {
        for name in ["asdf", "asdfasdf", "qwerty", "qwertz", "azerty", "poiuy", "Lkjhg", "yxcvb", "asd asd"] {
            assert_eq!(walk_share(name), Some(1.0), "{name}");
        }
    }

    #[test]
    fn words_are_no_walks() {
        for name in ["tree", "were", "power", "property", "typewriter", "Schwert", "dress", "saddle", "pool"]
        {
            assert!(walk_share(name).unwrap() <= 0.75, "{name}: {:?}", walk_share(name));
        }
        assert_eq!(walk_share("Schwert"), Some(4.0 / 7.0));
        assert_eq!((walk_share("tv"), walk_share("电视机盒子"), walk_share("дерево")), (None, None, None));
    }

    #[test]
    fn no_vowel_is_a_sign_only_in_latin_letters_and_longer_names() {
        assert!(without_vowel("sdfgh") && without_vowel("Xkcdb"));
        assert!(!without_vowel("rhythm") && !without_vowel("dvd") && !without_vowel("Bär im Wald"));
        assert!(!without_vowel("שולחן") && !without_vowel("стрдк"));
    }

    #[test]
    fn one_character_again_and_again() {
        assert!(one_character("aaaa") && one_character("x x x x") && one_character("....."));
        assert!(!one_character("aaa") && !one_character("aaab") && !one_character(""));
    }
}
