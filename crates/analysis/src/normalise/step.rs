//! The single steps of normalisation.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::Language;
use super::article::drop_article;
use super::lower_case::lower_case;

/// One step. Each can be switched on or off by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Unicode normalisation form C: an accent typed as a character of its own joins its letter.
    Nfc,
    /// White space at both ends is dropped.
    Trim,
    /// Lower case, with the dotless i of Turkish and Azeri.
    LowerCase,
    /// A run of white space inside becomes one space.
    CollapseSpaces,
    /// Final punctuation (`. , ; : ! ? …` and their kin in other scripts) is dropped.
    StripPunctuation,
    /// Double quotation marks at either end are dropped, single ones only as a pair around the whole, because
    /// a lone one may be an apostrophe.
    StripQuotes,
    /// A leading article of the language is dropped if something is left after it.
    DropArticle,
}

impl Step {
    /// All steps, in the order of the standard pipeline.
    pub const ALL: [Self; 7] = [
        Self::Nfc,
        Self::Trim,
        Self::LowerCase,
        Self::CollapseSpaces,
        Self::StripPunctuation,
        Self::StripQuotes,
        Self::DropArticle,
    ];

    /// The text after this step; borrowed when nothing or only an end was dropped.
    pub fn apply(self, text: &str, language: Language) -> Cow<'_, str> {
        match self {
            Self::Nfc if is_nfc(text) => Cow::Borrowed(text),
            Self::Nfc => Cow::Owned(text.nfc().collect()),
            Self::Trim => Cow::Borrowed(text.trim()),
            Self::LowerCase => lower_case(text, language),
            Self::CollapseSpaces => collapse_spaces(text),
            Self::StripPunctuation => Cow::Borrowed(text.trim_end_matches(is_final_punctuation)),
            Self::StripQuotes => Cow::Borrowed(strip_quotes(text)),
            Self::DropArticle => Cow::Borrowed(drop_article(text, language)),
        }
    }
}

fn collapse_spaces(text: &str) -> Cow<'_, str> {
    let mut after_space = false;
    let collapsed = text.chars().all(|character| {
        let space = character.is_whitespace();
        let fine = !space || (character == ' ' && !after_space);
        after_space = space;
        fine
    });
    if collapsed {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut after_space = false;
    for character in text.chars() {
        let space = character.is_whitespace();
        if !space {
            result.push(character);
        } else if !after_space {
            result.push(' ');
        }
        after_space = space;
    }
    Cow::Owned(result)
}

fn is_final_punctuation(character: char) -> bool {
    matches!(
        character,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '…'
            | '。'
            | '．'
            | '，'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '｡'
            | '､'
            | '،'
            | '؛'
            | '؟'
            | '۔'
            | '।'
            | '॥'
    )
}

fn strip_quotes(text: &str) -> &str {
    let double = ['"', '“', '”', '„', '‟', '«', '»', '＂', '「', '」', '『', '』'];
    let inner = text.trim_matches(double);
    let pairs =
        [('\'', '\''), ('‘', '’'), ('‚', '‘'), ('‚', '’'), ('‹', '›'), ('›', '‹'), ('`', '\''), ('`', '`')];
    for (open, close) in pairs {
        if let Some(rest) = inner.strip_prefix(open)
            && let Some(rest) = rest.strip_suffix(close)
        {
            return rest;
        }
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::{Language, Step};

    fn apply(step: Step, text: &str) -> String {
        step.apply(text, Language::from_tag("en")).into_owned()
    }

    #[test]
    fn nfc_joins_accents() {
        assert_eq!(apply(Step::Nfc, "e\u{301}"), "é");
    }

    #[test]
    fn spaces_of_every_kind_collapse() {
        assert_eq!(apply(Step::CollapseSpaces, "t \t\u{3000} shirt\u{a0}x"), "t shirt x");
        assert_eq!(apply(Step::CollapseSpaces, "a\u{a0}b"), "a b");
    }

    #[test]
    fn punctuation_goes_at_the_end_only() {
        assert_eq!(apply(Step::StripPunctuation, "st. bernard?!…"), "st. bernard");
        assert_eq!(apply(Step::StripPunctuation, ".5"), ".5");
        assert_eq!(apply(Step::StripPunctuation, "c++"), "c++");
    }

    #[test]
    fn quotes_go_around_but_apostrophes_stay() {
        assert_eq!(apply(Step::StripQuotes, "'dog'"), "dog");
        assert_eq!(apply(Step::StripQuotes, "„Hund“"), "Hund");
        assert_eq!(apply(Step::StripQuotes, "« chien »"), " chien ");
        assert_eq!(apply(Step::StripQuotes, "dog\""), "dog");
        assert_eq!(apply(Step::StripQuotes, "'t huis"), "'t huis");
        assert_eq!(apply(Step::StripQuotes, "the dogs'"), "the dogs'");
        assert_eq!(apply(Step::StripQuotes, "'"), "'");
    }
}
