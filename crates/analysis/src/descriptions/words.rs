//! From a description to the words that are compared.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod porter;
mod stop_words;
mod tokens;

pub use porter::stem;

/// How a description becomes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WordRule {
    /// As KiloGram does: lower case, taken apart as the Penn Treebank does, words of NLTK's English stop list and
    /// tokens without a letter or digit dropped, the rest stemmed (see [`stem`]).
    #[default]
    English,
    /// For other languages: lower case and taken apart in the same way, but neither a stop list nor stems.
    Plain,
}

impl WordRule {
    /// All rules, the default first.
    pub const ALL: [Self; 2] = [Self::English, Self::Plain];

    /// The word for it on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::Plain => "plain",
        }
    }

    /// The rule for answers in a language, given by its BCP-47 tag.
    pub fn for_language(tag: &str) -> Self {
        match crate::normalise::Language::from_tag(tag).as_str() {
            "en" | "eng" => Self::English,
            _ => Self::Plain,
        }
    }

    /// The words of `text` in their order, repeated as often as they stand there.
    pub fn words(self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let tokens = tokens::tokens(&text);
        match self {
            Self::English => tokens
                .filter(|token| stop_words::ENGLISH.binary_search(&token.as_ref()).is_err())
                .filter(|token| is_word(token))
                .map(|token| stem(&token))
                .collect(),
            Self::Plain => tokens.filter(|token| is_word(token)).map(std::borrow::Cow::into_owned).collect(),
        }
    }
}

/// The word is neither `english` nor `plain`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no rule for words; choose english or plain")]
pub struct UnknownWordRule(String);

impl FromStr for WordRule {
    type Err = UnknownWordRule;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|rule| rule.as_str() == word)
            .ok_or_else(|| UnknownWordRule(word.to_owned()))
    }
}

/// The number of words of `text` as the field counts the length of a description: pieces between white space.
/// Punctuation that stands alone is a word of its own; an empty text has 0.
pub fn length(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

/// What KiloGram keeps: a token with a small letter in it, or one of letters and digits only (a number, or a
/// word of a script without case).
fn is_word(token: &str) -> bool {
    token.chars().any(char::is_lowercase) || token.chars().all(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::{WordRule, length, stop_words};

    fn english(text: &str) -> Vec<String> {
        WordRule::English.words(text)
    }

    #[test]
    fn stop_words_go_and_the_rest_is_stemmed() {
        assert_eq!(english("Areal view of a House"), ["areal", "view", "hous"]);
        assert_eq!(english("A woman's leg in heels"), ["woman", "'s", "leg", "heel"]);
        assert_eq!(english("the \u{2014} & !"), Vec::<String>::new());
        assert_eq!(english("90's hip-hop star, don't"), ["90", "'s", "hip-hop", "star", "n't"]);
        assert_eq!(english("arm arm"), ["arm", "arm"]);
    }

    #[test]
    fn other_languages_keep_all_words_as_they_are() {
        assert_eq!(
            WordRule::Plain.words("Ein Häuschen, mit 3 Türen."),
            ["ein", "häuschen", "mit", "3", "türen"]
        );
        assert_eq!(WordRule::Plain.words("房子 ！"), ["房子"]);
        assert_eq!(WordRule::for_language("en-GB"), WordRule::English);
        assert_eq!(WordRule::for_language("de"), WordRule::Plain);
    }

    #[test]
    fn the_stop_list_is_in_order_and_rules_are_read_as_written() {
        assert!(stop_words::ENGLISH.is_sorted());
        for rule in WordRule::ALL {
            assert_eq!(rule.as_str().parse(), Ok(rule));
        }
        assert!("porter".parse::<WordRule>().is_err());
    }

    #[test]
    fn length_is_what_stands_between_white_space() {
        assert_eq!(length("  a big \u{3000} red , one\n"), 5);
        assert_eq!(length("   "), 0);
    }
}
