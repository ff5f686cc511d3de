//! What kind of character a letter is, and what is left of a name without its accents or separators.

use unicode_normalization::char::decompose_canonical;

use crate::normalise::is_hyphen;

/// Whether a character holds the words or letters of a name together without being one: space, hyphen,
/// apostrophe.
pub(super) fn is_separator(character: char) -> bool {
    character.is_whitespace() || is_hyphen(character) || matches!(character, '\'' | '\u{2019}' | '\u{2018}')
}

/// Whether one character is a word or a syllable, so that another character is another word: Chinese
/// characters, kana, Korean syllables.
pub(super) fn is_whole_syllable(character: char) -> bool {
    matches!(u32::from(character),
        0x2e80..=0xa4cf | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x2_0000..=0x3_ffff)
}

/// A Latin letter without its accent (`é` → `e`, `ø` → `o`), any other character as it is. In other scripts a
/// mark may be a letter.
pub(super) fn without_accent(character: char) -> char {
    match character {
        'ø' => return 'o',
        'ł' => return 'l',
        'đ' => return 'd',
        'ı' => return 'i',
        _ if character.is_ascii() => return character,
        _ => {}
    }
    let mut base = None;
    decompose_canonical(character, |part| {
        base.get_or_insert(part);
    });
    base.filter(char::is_ascii_alphabetic).unwrap_or(character)
}

/// The letters of a name without separators.
pub(super) fn joined(name: &str) -> String {
    name.chars().filter(|character| !is_separator(*character)).collect()
}

/// The letters of a name without separators and accents; `ß`, `æ` and `œ` as the two letters that people type
/// who do not have the key.
pub(super) fn folded(name: &str) -> String {
    fold(name, false)
}

/// The same with `ä`, `ö`, `ü` as `ae`, `oe`, `ue`, the German way to write them without the key.
pub(super) fn folded_with_umlauts_spelt_out(name: &str) -> String {
    fold(name, true)
}

fn fold(name: &str, umlauts: bool) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.chars().filter(|character| !is_separator(*character)) {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ä' if umlauts => folded.push_str("ae"),
            'ö' if umlauts => folded.push_str("oe"),
            'ü' if umlauts => folded.push_str("ue"),
            other => folded.push(without_accent(other)),
        }
    }
    folded
}

/// The words of a name.
pub(super) fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|character: char| character.is_whitespace() || is_hyphen(character))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go_where_they_are_accents() {
        assert_eq!(folded("Crème brûlée"), "Cremebrulee");
        assert_eq!(folded("straße"), "strasse");
        assert_eq!(folded("bär"), "bar");
        assert_eq!(folded_with_umlauts_spelt_out("bär"), "baer");
        assert_eq!(folded("й"), "й");
        assert_eq!(joined("merry-go round"), "merrygoround");
        assert_eq!(words("merry-go  round ").collect::<Vec<_>>(), ["merry", "go", "round"]);
        assert!(is_whole_syllable('狗') && is_whole_syllable('い') && is_whole_syllable('개'));
        assert!(!is_whole_syllable('é') && !is_whole_syllable('п'));
    }
}
