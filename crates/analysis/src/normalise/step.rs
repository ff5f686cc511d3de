//! The single steps of normalisation.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::Language;
use super::article::drop_article;
use super::compound::{Between, between_words};
use super::determiner::drop_determiner;
use super::lower_case::lower_case;

/// One step. Each can be switched on or off by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// A leading demonstrative or possessive of the language (`this`, `my`) is dropped if something is left
    /// after it. Numbers and quantities (`two`, `some`) stay.
    DropDeterminer,
    /// A hyphen or dash between two words becomes a space: `t-shirt` counts as `t shirt`. Hyphens at the ends
    /// stay.
    HyphenToSpace,
    /// Spaces, hyphens and dashes between words go: `t-shirt`, `t shirt` and `tshirt` all count as `tshirt`.
    JoinWords,
}

/// The word is the name of no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no step of normalisation; the steps are {names}", names = Step::ALL.map(Step::name).join(", "))]
pub struct UnknownStep(String);

impl Step {
    /// All steps, in the order in which they are applied.
    pub const ALL: [Self; 10] = [
        Self::Nfc,
        Self::Trim,
        Self::LowerCase,
        Self::CollapseSpaces,
        Self::StripPunctuation,
        Self::StripQuotes,
        Self::DropArticle,
        Self::DropDeterminer,
        Self::HyphenToSpace,
        Self::JoinWords,
    ];

    /// The steps of the standard pipeline: those that change how a name is written and never which words it
    /// has.
    ///
    /// Determiners can carry meaning (`my mother`), so dropping them is a decision. So is the spelling of
    /// compounds: no rule that looks at one name alone can know whether `t shirt` or `tshirt` is the usual
    /// one. [`crate::variants`] proposes such pairs by how often each was given, and keeps a name that
    /// somebody typed; the last two steps are for those who want a rule instead.
    pub const STANDARD: [Self; 7] = [
        Self::Nfc,
        Self::Trim,
        Self::LowerCase,
        Self::CollapseSpaces,
        Self::StripPunctuation,
        Self::StripQuotes,
        Self::DropArticle,
    ];

    /// The name of the step in files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nfc => "nfc",
            Self::Trim => "trim",
            Self::LowerCase => "lower_case",
            Self::CollapseSpaces => "collapse_spaces",
            Self::StripPunctuation => "strip_punctuation",
            Self::StripQuotes => "strip_quotes",
            Self::DropArticle => "drop_article",
            Self::DropDeterminer => "drop_determiner",
            Self::HyphenToSpace => "hyphen_to_space",
            Self::JoinWords => "join_words",
        }
    }

    /// The step in a few words, for a switch.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nfc => "Join accents to their letters",
            Self::Trim => "Trim spaces at both ends",
            Self::LowerCase => "Lower case",
            Self::CollapseSpaces => "One space between words",
            Self::StripPunctuation => "Drop final punctuation",
            Self::StripQuotes => "Drop quotation marks around the name",
            Self::DropArticle => "Drop a leading article",
            Self::DropDeterminer => "Drop a leading determiner",
            Self::HyphenToSpace => "Hyphens as spaces",
            Self::JoinWords => "Join words",
        }
    }

    /// What the step does, in one sentence.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Nfc => {
                "An accent that was typed as a character of its own joins its letter (Unicode form C), so both \
                 ways of typing \u{e9} are one."
            }
            Self::Trim => "White space before and after the name goes.",
            Self::LowerCase => {
                "Capitals become small letters, by the rules of the language (Turkish \u{130} and I are two letters)."
            }
            Self::CollapseSpaces => {
                "Several spaces, tabs or line ends between words become one space. The published counts of \
                 ManyNames keep them."
            }
            Self::StripPunctuation => "Full stops, commas, question marks and their kin at the end go.",
            Self::StripQuotes => "Quotation marks around the whole name go; apostrophes inside stay.",
            Self::DropArticle => {
                "A leading article of the language goes if something is left after it: the, a, der, une."
            }
            Self::DropDeterminer => {
                "A leading demonstrative or possessive of the language goes: this, my, dieser, mon. It can \
                 carry meaning (my mother), so it is off in the standard pipeline."
            }
            Self::HyphenToSpace => {
                "A hyphen or dash between two words becomes a space: t-shirt counts as t shirt."
            }
            Self::JoinWords => {
                "Spaces and hyphens between words go: t-shirt, t shirt and tshirt all count as tshirt. Names \
                 of several words are then hard to read."
            }
        }
    }

    /// An answer that the step changes, and what it makes of it, in English.
    pub const fn example(self) -> (&'static str, &'static str) {
        match self {
            Self::Nfc => ("cafe\u{301}", "caf\u{e9}"),
            Self::Trim => (" dog ", "dog"),
            Self::LowerCase => ("Dog", "dog"),
            Self::CollapseSpaces => ("polar  bear", "polar bear"),
            Self::StripPunctuation => ("dog.", "dog"),
            Self::StripQuotes => ("\u{201c}dog\u{201d}", "dog"),
            Self::DropArticle => ("the dog", "dog"),
            Self::DropDeterminer => ("this dog", "dog"),
            Self::HyphenToSpace => ("t-shirt", "t shirt"),
            Self::JoinWords => ("t-shirt", "tshirt"),
        }
    }

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
            Self::DropDeterminer => Cow::Borrowed(drop_determiner(text, language)),
            Self::HyphenToSpace => between_words(text, Between::Hyphens),
            Self::JoinWords => between_words(text, Between::Anything),
        }
    }
}

impl FromStr for Step {
    type Err = UnknownStep;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|step| step.name() == name).ok_or_else(|| UnknownStep(name.to_owned()))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
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
    fn the_name_of_a_step_is_the_same_everywhere_and_its_example_is_true() {
        for step in Step::ALL {
            assert_eq!(serde_json::to_string(&step).unwrap(), format!("\"{step}\""));
            assert_eq!(step.name().parse(), Ok(step));
            let (before, after) = step.example();
            assert_eq!(apply(step, before), after, "{step}");
            assert_eq!(apply(step, after), after, "{step}");
        }
        let error = "stem".parse::<Step>().unwrap_err().to_string();
        assert!(error.starts_with("`stem` is no step of normalisation; the steps are nfc, trim,"), "{error}");
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
