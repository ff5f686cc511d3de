//! Leading articles by language.
//!
//! Only articles are listed: demonstratives and possessives are a step of their own ([`super::determiner`]),
//! quantities (`some`, `two`) stay.

use super::Language;

/// Articles that stand as a word of their own.
fn words(language: &str) -> &'static [&'static str] {
    match language {
        "en" => &["a", "an", "the"],
        "de" => {
            &["der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "eines"]
        }
        "fr" => &["le", "la", "les", "un", "une", "des", "du", "de la"],
        "es" => &["el", "la", "los", "las", "un", "una", "unos", "unas"],
        "it" => &["il", "lo", "la", "i", "gli", "le", "un", "uno", "una"],
        "nl" => &["de", "het", "een", "'t", "\u{2019}t", "'n", "\u{2019}n"],
        "pt" => &["o", "a", "os", "as", "um", "uma", "uns", "umas"],
        "ca" => &["el", "la", "els", "les", "un", "una", "uns", "unes"],
        "da" => &["en", "et", "den", "det", "de"],
        "no" | "nb" | "nn" => &["en", "ei", "et", "eit", "ein", "den", "det", "de", "dei"],
        "sv" => &["en", "ett", "den", "det", "de"],
        "hu" => &["a", "az", "egy"],
        "el" => &["ο", "η", "το", "οι", "τα", "τον", "την", "τη", "τους", "τις", "ένας", "μια", "μία", "ένα"],
        "ro" => &["un", "o", "niște"],
        _ => &[],
    }
}

/// Articles that are tied to the next word by an apostrophe.
fn elided(language: &str) -> &'static [&'static str] {
    match language {
        "fr" => &["de l", "l"],
        "it" => &["gl", "un", "l"],
        "ca" => &["l"],
        _ => &[],
    }
}

/// Drops one leading article, in lower or upper case, if something is left after it.
pub(super) fn drop_article(text: &str, language: Language) -> &str {
    let language = language.as_str();
    if let Some(rest) = after_word(text, words(language)) {
        return rest;
    }
    for article in elided(language) {
        if let Some(rest) = strip_prefix_ignoring_case(text, article)
            && let Some(rest) = rest.strip_prefix(['\'', '\u{2019}'])
            && !rest.trim_start().is_empty()
        {
            return rest.trim_start();
        }
    }
    text
}

/// What follows the first of these words that the text begins with; `None` when nothing does.
pub(super) fn after_word<'text>(text: &'text str, words: &[&str]) -> Option<&'text str> {
    words.iter().find_map(|word| {
        let rest = strip_prefix_ignoring_case(text, word)?;
        let left = rest.trim_start();
        (left.len() < rest.len() && !left.is_empty()).then_some(left)
    })
}

/// Letters outside ASCII have to be lower case, as they are after [`super::Step::LowerCase`].
fn strip_prefix_ignoring_case<'text>(text: &'text str, prefix: &str) -> Option<&'text str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::{Language, drop_article};

    #[test]
    fn an_article_goes_only_when_something_is_left() {
        for (tag, input, expected) in [
            ("en", "the dog", "dog"),
            ("en", "The  dog", "dog"),
            ("en", "an apple", "apple"),
            ("en", "the", "the"),
            ("en", "a ", "a "),
            ("en", "another dog", "another dog"),
            ("en", "theatre", "theatre"),
            ("en", "my dog", "my dog"),
            ("de", "eine Katze", "Katze"),
            ("fr", "de l'eau", "eau"),
            ("fr", "de la glace", "glace"),
            ("fr", "l\u{2019}", "l\u{2019}"),
            ("es", "los perros", "perros"),
            ("it", "un'amica", "amica"),
            ("it", "un amico", "amico"),
            ("nl", "'t huis", "huis"),
            ("pt-BR", "uma casa", "casa"),
            ("el", "ένα σπίτι", "σπίτι"),
            ("ro", "niște apă", "apă"),
            ("und", "the dog", "the dog"),
            ("zh", "a", "a"),
        ] {
            assert_eq!(drop_article(input, Language::from_tag(tag)), expected, "{tag} {input}");
        }
    }
}
