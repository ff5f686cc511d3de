//! From a raw answer to a normalised name, by a list of named steps.
//!
//! Every function is pure, and a pipeline is idempotent: normalising a normalised name changes nothing.

use std::borrow::Cow;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod article;
mod compound;
mod determiner;
mod language;
mod lower_case;
mod pipeline;
mod step;

pub use language::Language;
pub use pipeline::{Pipeline, UnknownPipeline};
pub use step::{Step, UnknownStep};

pub(crate) use compound::is_hyphen;

/// A ready-made list of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Normalisation {
    /// No step: strings are counted exactly as they are.
    None,
    /// Trim and lower-case only, as the published counts of ManyNames. Inner spaces stay as typed.
    Case,
    /// The steps of [`Step::STANDARD`].
    #[default]
    Standard,
}

impl Normalisation {
    /// The steps, in their order.
    pub fn steps(self) -> &'static [Step] {
        match self {
            Self::None => &[],
            Self::Case => &[Step::Trim, Step::LowerCase],
            Self::Standard => &Step::STANDARD,
        }
    }

    /// The word for it on the command line and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Case => "case",
            Self::Standard => "standard",
        }
    }
}

/// The word is none of `none`, `case` and `standard`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no normalisation; choose none, case or standard")]
pub struct UnknownNormalisation(String);

impl FromStr for Normalisation {
    type Err = UnknownNormalisation;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "none" => Ok(Self::None),
            "case" => Ok(Self::Case),
            "standard" => Ok(Self::Standard),
            other => Err(UnknownNormalisation(other.to_owned())),
        }
    }
}

/// A list of steps together with the language of the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normaliser {
    steps: Vec<Step>,
    language: Language,
}

impl Normaliser {
    /// A ready-made pipeline. `language` is a BCP-47 tag such as `pt-BR`.
    pub fn new(normalisation: Normalisation, language: &str) -> Self {
        Self::from_steps(normalisation.steps().to_vec(), language)
    }

    /// A pipeline of one's own.
    pub fn from_steps(steps: Vec<Step>, language: &str) -> Self {
        Self { steps, language: Language::from_tag(language) }
    }

    /// The steps, in their order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The normalised form of `raw`. It may be empty, when nothing but space and punctuation was typed.
    ///
    /// The steps are repeated until nothing changes, because one step can make room for an earlier one:
    /// in `the "dog"` the quotes surround the text only once the article is gone.
    pub fn apply<'raw>(&self, raw: &'raw str) -> Cow<'raw, str> {
        let mut text = Cow::Borrowed(raw);
        loop {
            let mut changed = false;
            for step in &self.steps {
                let next = match step.apply(&text, self.language) {
                    Cow::Borrowed(same) if same.len() == text.len() => continue,
                    other => other.into_owned(),
                };
                if next != *text {
                    changed = true;
                    text = Cow::Owned(next);
                }
            }
            if !changed {
                return text;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn standard(language: &str, raw: &str) -> String {
        Normaliser::new(Normalisation::Standard, language).apply(raw).into_owned()
    }

    #[test]
    fn none_changes_nothing() {
        let normaliser = Normaliser::new(Normalisation::None, "en");
        assert_eq!(normaliser.apply("  The \"Dog\".  "), "  The \"Dog\".  ");
    }

    #[test]
    fn case_trims_and_lower_cases_and_keeps_inner_spaces() {
        let normaliser = Normaliser::new(Normalisation::Case, "en");
        assert_eq!(normaliser.apply("\u{a0} T  Shirt. "), "t  shirt.");
    }

    #[test]
    fn standard_applies_its_steps() {
        assert_eq!(standard("en", "  A \u{201c}Cafe\u{301}   Table\u{201d}! "), "caf\u{e9} table");
        assert_eq!(standard("en", "the \"dog\"."), "dog");
        assert_eq!(standard("en", "the"), "the");
        assert_eq!(standard("en", " ?! "), "");
        assert_eq!(standard("de", "Die Katze"), "katze");
        assert_eq!(standard("en", "Die Katze"), "die katze");
        assert_eq!(standard("fr", "L\u{2019}eau"), "eau");
        assert_eq!(standard("nl", "'t Huis"), "huis");
        assert_eq!(standard("tr", "IŞIK"), "ışık");
        assert_eq!(standard("zh", "狗。"), "狗");
    }

    #[test]
    fn words_for_the_pipelines_are_read_and_written() {
        for normalisation in [Normalisation::None, Normalisation::Case, Normalisation::Standard] {
            assert_eq!(normalisation.as_str().parse(), Ok(normalisation));
        }
        let error = "full".parse::<Normalisation>().unwrap_err();
        assert_eq!(error.to_string(), "`full` is no normalisation; choose none, case or standard");
    }

    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("the ".to_owned()),
            Just("l'".to_owned()),
            Just("this ".to_owned()),
            Just("-".to_owned()),
            Just("\u{2013}".to_owned()),
            Just("'".to_owned()),
            Just("\"".to_owned()),
            Just("«".to_owned()),
            Just("İ".to_owned()),
            Just("I\u{307}".to_owned()),
            Just("Σ".to_owned()),
            Just(".".to_owned()),
            Just(" ".to_owned()),
            Just("\u{301}".to_owned()),
            any::<char>().prop_map(String::from),
            "[a-zA-Z]{1,3}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(
            raw in nasty(),
            language in prop::sample::select(vec!["en", "de", "fr", "it", "nl", "tr", "el", "und"]),
            normalisation in prop::sample::select(vec![
                Normalisation::None, Normalisation::Case, Normalisation::Standard,
            ]),
        ) {
            let normaliser = Normaliser::new(normalisation, language);
            let once = normaliser.apply(&raw).into_owned();
            let twice = normaliser.apply(&once).into_owned();
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn any_selection_of_steps_is_idempotent(raw in nasty(), chosen in 0u16..1024) {
            let steps: Vec<Step> = Step::ALL
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| chosen & (1 << bit) != 0)
                .map(|(_, step)| step)
                .collect();
            let normaliser = Normaliser::from_steps(steps, "en");
            let once = normaliser.apply(&raw).into_owned();
            let twice = normaliser.apply(&once).into_owned();
            prop_assert_eq!(once, twice);
        }
    }
}
