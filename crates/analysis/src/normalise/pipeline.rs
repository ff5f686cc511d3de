//! A selection of steps that can be stored.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Normalisation, Normaliser, Step, UnknownStep};

/// Which steps are switched on. They are always applied in the order of [`Step::ALL`], whatever order they are
/// named in, so two pipelines with the same steps are the same pipeline.
///
/// As JSON it is a list of names, `["nfc","trim"]`; as text the names with commas between them, `nfc,trim`.
/// From text also the ready-made ones are read: `none`, `case`, `standard`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pipeline {
    steps: BTreeSet<Step>,
}

/// A word is neither a ready-made pipeline nor a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}; or choose one of none, case and standard")]
pub struct UnknownPipeline(#[from] UnknownStep);

impl Pipeline {
    /// The steps, in the order in which they are applied.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        self.steps.iter().copied()
    }

    /// Whether a step is switched on.
    pub fn has(&self, step: Step) -> bool {
        self.steps.contains(&step)
    }

    /// The ready-made pipeline that has the same steps, if one has.
    pub fn ready_made(&self) -> Option<Normalisation> {
        [Normalisation::None, Normalisation::Case, Normalisation::Standard]
            .into_iter()
            .find(|ready_made| Self::from(*ready_made) == *self)
    }

    /// The normaliser for answers in a language, given as a BCP-47 tag such as `pt-BR`.
    pub fn normaliser(&self, language: &str) -> Normaliser {
        Normaliser::from_steps(self.steps().collect(), language)
    }
}

impl Default for Pipeline {
    /// The standard pipeline.
    fn default() -> Self {
        Normalisation::default().into()
    }
}

impl From<Normalisation> for Pipeline {
    fn from(normalisation: Normalisation) -> Self {
        normalisation.steps().iter().copied().collect()
    }
}

impl FromIterator<Step> for Pipeline {
    fn from_iter<Steps: IntoIterator<Item = Step>>(steps: Steps) -> Self {
        Self { steps: steps.into_iter().collect() }
    }
}

impl FromStr for Pipeline {
    type Err = UnknownPipeline;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(ready_made) = text.parse::<Normalisation>() {
            return Ok(ready_made.into());
        }
        let names = text.split(',').map(str::trim);
        Ok(names.map(Step::from_str).collect::<Result<Self, UnknownStep>>()?)
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return formatter.write_str(Normalisation::None.as_str());
        }
        let names: Vec<&str> = self.steps().map(Step::name).collect();
        formatter.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_from_what_it_prints() {
        for text in ["none", "trim", "trim,lower_case", "nfc,trim,hyphen_to_space,join_words"] {
            let pipeline: Pipeline = text.parse().unwrap();
            assert_eq!(pipeline.to_string(), text);
            let json = serde_json::to_string(&pipeline).unwrap();
            assert_eq!(serde_json::from_str::<Pipeline>(&json).unwrap(), pipeline);
        }
        let shuffled: Pipeline = "lower_case, trim".parse().unwrap();
        assert_eq!(shuffled.ready_made(), Some(Normalisation::Case));
        assert_eq!(serde_json::to_string(&shuffled).unwrap(), r#"["trim","lower_case"]"#);
        let standard: Pipeline = "standard".parse().unwrap();
        assert_eq!(standard, Pipeline::default());
        assert!(standard.has(Step::DropArticle) && !standard.has(Step::JoinWords));
        assert!("trim,stem".parse::<Pipeline>().unwrap_err().to_string().starts_with("`stem` is no step"));
        assert!(serde_json::from_str::<Pipeline>(r#"["stem"]"#).is_err());
    }

    #[test]
    fn compounds_are_joined_by_their_steps() {
        let join: Pipeline = "trim,lower_case,join_words".parse().unwrap();
        let split: Pipeline = "trim,lower_case,hyphen_to_space".parse().unwrap();
        for raw in ["T-Shirt", "t shirt", " t \u{2010} shirt"] {
            assert_eq!(join.normaliser("en").apply(raw), "tshirt");
            assert_eq!(split.normaliser("en").apply(raw), "t shirt");
        }
        assert_eq!(join.normaliser("en").apply("TShirt"), "tshirt");
        assert_eq!(split.normaliser("en").apply("TShirt"), "tshirt");
    }
}
