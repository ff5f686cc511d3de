//! Lower case by locale.

use std::borrow::Cow;

use super::Language;

/// Lower case as Unicode defines it (final sigma included), with the two i of Turkish and Azeri.
///
/// Lithuanian keeps the plain rule: the special one adds a dot above only where a capital was typed, which
/// would split one name in two.
pub(super) fn lower_case(text: &str, language: Language) -> Cow<'_, str> {
    if !text.chars().any(|character| character.is_uppercase() || has_lower_case(character)) {
        return Cow::Borrowed(text);
    }
    if matches!(language.as_str(), "tr" | "tur" | "az" | "aze") {
        return Cow::Owned(dotless(text).to_lowercase());
    }
    Cow::Owned(text.to_lowercase())
}

fn has_lower_case(character: char) -> bool {
    let mut lower = character.to_lowercase();
    lower.next() != Some(character) || lower.next().is_some()
}

/// Turns the capital i of both kinds into their lower-case letters: `I` → `ı`, `İ` and `I` + dot above → `i`.
fn dotless(text: &str) -> String {
    let mut replaced = String::with_capacity(text.len() + 4);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            'I' if rest.next_if_eq(&'\u{307}').is_some() => replaced.push('i'),
            'I' => replaced.push('ı'),
            'İ' => replaced.push('i'),
            other => replaced.push(other),
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::{Language, lower_case};

    #[test]
    fn the_dotless_i_is_turkish_and_azeri() {
        for (tag, input, expected) in [
            ("tr", "IRMAK İL I\u{307}L", "ırmak il il"),
            ("az-Latn", "QIZ", "qız"),
            ("en", "IRMAK", "irmak"),
            ("en", "İ", "i\u{307}"),
            ("el", "ΟΔΟΣ ΣΟΦΟΣ", "οδος σοφος"),
            ("lt", "JÌ", "jì"),
            ("de", "STRAẞE", "straße"),
        ] {
            assert_eq!(lower_case(input, Language::from_tag(tag)), expected, "{tag} {input}");
        }
    }
}
