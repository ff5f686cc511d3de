//! Basic colour terms.

use crate::normalise::Language;

mod lists;

/// The languages whose basic colour terms are known, as primary subtags.
pub const BASIC_LANGUAGES: [&str; 8] = ["de", "en", "es", "fr", "it", "nl", "pt", "zh"];

/// The basic colour term that a name is, in its usual spelling: `gray` in English is `grey`, `roja` in
/// Spanish is `rojo`. `None` for other names (`navy`, `light blue`) and for languages that are not in
/// [`BASIC_LANGUAGES`].
///
/// The eleven categories of Berlin & Kay (1969), Basic Color Terms; Italian has a twelfth, `azzurro`
/// (Paramei, D'Orsi & Menegaz 2014, "Italian blues"). Where speakers are divided about the word for a
/// category, every candidate counts: German `lila` and `violett`, French `marron` and `brun`, Spanish
/// `morado` and `violeta`, `marrón` and `café` (Lillo et al. 2018 on three dialects), Portuguese `castanho`
/// and `marrom`, Mandarin `棕`, `褐` and `咖啡`. Feminine forms count, in Mandarin also traditional characters,
/// with or without `色`. Upper and lower case are the same; other spellings are what a mapping of variants is
/// for.
pub fn basic_term(language: &str, name: &str) -> Option<&'static str> {
    let language = Language::from_tag(language);
    let name = name.trim().to_lowercase();
    let name = match language.as_str() {
        "zh" => name.strip_suffix('色').unwrap_or(&name),
        _ => &name,
    };
    let spellings = lists::of(language.as_str())?.iter().find(|spellings| spellings.contains(&name))?;
    spellings.first().copied()
}

/// Whether a name is one word: neither a space nor a hyphen stands inside. `navy` is, `light blue` and
/// `blue-green` are not.
pub fn is_monolexemic(name: &str) -> bool {
    let name = name.trim();
    !name.is_empty()
        && !name.contains(|character: char| character.is_whitespace() || "-‐‑–".contains(character))
}

pub(super) fn is_known(language: &str) -> bool {
    lists::of(Language::from_tag(language).as_str()).is_some()
}

/// Whether a modified colour name is several words in this language: `light blue`, but German `hellblau`.
/// Known for English, French, Italian, Portuguese and Spanish.
pub(super) fn writes_modifiers_apart(language: &str) -> bool {
    matches!(Language::from_tag(language).as_str(), "en" | "es" | "fr" | "it" | "pt")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn basic_terms_are_known_in_their_spellings() {
        for (language, name, expected) in [
            ("en", "Gray", Some("grey")),
            ("en-GB", "purple", Some("purple")),
            ("en", "violet", None),
            ("en", "light blue", None),
            ("de", "weiss", Some("weiß")),
            ("de", "Violett", Some("lila")),
            ("de", "türkis", None),
            ("fr", "verte", Some("vert")),
            ("es-MX", "café", Some("marrón")),
            ("it", "azzurro", Some("azzurro")),
            ("nl", "paars", Some("paars")),
            ("pt-BR", "cor-de-rosa", Some("rosa")),
            ("zh", "紅色", Some("红")),
            ("zh-Hant", "咖啡", Some("棕")),
            ("zh", "深蓝色", None),
            ("zh", "色", None),
            ("sv", "röd", None),
        ] {
            assert_eq!(basic_term(language, name), expected, "{name} in {language}");
        }
    }

    #[test]
    fn every_list_has_the_eleven_categories_and_no_word_twice() {
        for language in BASIC_LANGUAGES {
            let categories = lists::of(language).unwrap();
            let expected = if language == "it" { 12 } else { 11 };
            assert_eq!(categories.len(), expected, "{language}");
            let words: Vec<&str> =
                categories.iter().flat_map(|spellings| spellings.iter().copied()).collect();
            let distinct: BTreeSet<&str> = words.iter().copied().collect();
            assert_eq!(distinct.len(), words.len(), "{language}");
            for word in words {
                assert!(basic_term(language, word).is_some(), "{word} in {language}");
                assert_eq!(word, word.to_lowercase(), "{language}");
            }
        }
    }

    #[test]
    fn one_word_is_one_word() {
        for (name, expected) in [
            ("navy", true),
            (" navy ", true),
            ("light blue", false),
            ("blue-green", false),
            ("", false),
            ("狗", true),
        ] {
            assert_eq!(is_monolexemic(name), expected, "{name:?}");
        }
        assert!(writes_modifiers_apart("pt-BR"));
        assert!(!writes_modifiers_apart("de"));
    }
}
