//! What a researcher says about the scenes of an experiment, and how descriptions are to be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::judgement::{Judge, Rules};
use super::lexicon::{Error as LexiconError, Lexicon};
use super::scene::Scene;

mod table;

pub use table::{Table, TableError};

/// The scenes of the stimuli, which show parts of which, the lexicon and the rules. Stored as one decision; as JSON,
/// all of them are optional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Annotations {
    /// By key of the stimulus: its scene.
    pub scenes: BTreeMap<String, Scene>,
    /// By key of the stimulus that shows a whole: the keys of the stimuli that show its parts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, BTreeSet<String>>,
    /// Which words name which value; [`Lexicon::english`] when none is given.
    pub lexicon: Lexicon,
    /// How descriptions are coded and judged.
    pub rules: Rules,
}

/// Why annotations cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A scene says nothing about its target.
    #[error("the target of `{stimulus}` has no attribute: give at least one, such as `colour: red`")]
    EmptyTarget {
        /// Key of the stimulus.
        stimulus: String,
    },
    /// A scene is of a stimulus that the experiment does not have.
    #[error("the experiment has no stimulus `{stimulus}`: give the keys as they stand in the experiment")]
    UnknownStimulus {
        /// Key as given.
        stimulus: String,
    },
    /// A stimulus is a part of itself.
    #[error("`{stimulus}` is given as a part of itself: a part is another stimulus of the experiment")]
    PartOfItself {
        /// Key of the stimulus.
        stimulus: String,
    },
    /// They are not JSON of the right form.
    #[error("these annotations cannot be read: {0}")]
    Json(String),
    /// The table of scenes cannot be used.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The lexicon cannot be used.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// The rules name no attribute as the type.
    #[error(
        "`type_attribute` is empty: name the attribute that says what kind of thing an object is, such as `type`"
    )]
    NoTypeAttribute,
}

/// Something that is allowed but probably not meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Remark {
    /// A distractor has every value of the target.
    Twin {
        /// Key of the stimulus.
        stimulus: String,
    },
    /// The lexicon has no words for an attribute.
    NoWords {
        /// The attribute.
        attribute: String,
    },
}

// === impl Annotations ===

impl Default for Annotations {
    fn default() -> Self {
        Self {
            scenes: BTreeMap::new(),
            parts: BTreeMap::new(),
            lexicon: Lexicon::english(),
            rules: Rules::default(),
        }
    }
}

impl Annotations {
    /// Reads annotations from JSON as [`Self::to_json`] writes them.
    pub fn parse(json: &str) -> Result<Self, Error> {
        serde_json::from_str(json).map_err(|error| Error::Json(error.to_string()))
    }

    /// The annotations as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("maps with text keys are JSON")
    }

    /// Replaces the scenes by those of a file: a table (see [`Self::parse_table`]), which replaces the parts as
    /// well, or JSON of the scenes by key of the stimulus. Whole annotations in JSON replace everything.
    pub fn replace_scenes(&mut self, file: &str) -> Result<(), Error> {
        if !file.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
            Table { scenes: self.scenes, parts: self.parts } = Self::parse_table(file)?;
            return Ok(());
        }
        let json = file.trim_start_matches('\u{feff}');
        let keys: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(json).map_err(|error| Error::Json(error.to_string()))?;
        if keys.keys().all(|key| ["scenes", "parts", "lexicon", "rules"].contains(&key.as_str())) {
            *self = Self::parse(json)?;
        } else {
            self.scenes = serde_json::from_str(json).map_err(|error| Error::Json(error.to_string()))?;
        }
        Ok(())
    }

    /// Replaces the lexicon by one given as CSV (see [`Lexicon::parse_csv`]); an empty text stands for the
    /// built-in one.
    pub fn replace_lexicon(&mut self, csv: &str) -> Result<(), Error> {
        self.lexicon = if csv.trim().is_empty() { Lexicon::english() } else { Lexicon::parse_csv(csv)? };
        Ok(())
    }

    /// What makes them unusable, if anything. `known` tells which keys are stimuli of the experiment.
    pub fn check(&self, known: impl Fn(&str) -> bool) -> Result<(), Error> {
        if self.rules.type_attribute.trim().is_empty() {
            return Err(Error::NoTypeAttribute);
        }
        for (stimulus, scene) in &self.scenes {
            if !known(stimulus) {
                return Err(Error::UnknownStimulus { stimulus: stimulus.clone() });
            }
            if scene.target.is_empty() {
                return Err(Error::EmptyTarget { stimulus: stimulus.clone() });
            }
        }
        for (whole, parts) in &self.parts {
            if let Some(stimulus) = std::iter::once(whole).chain(parts).find(|stimulus| !known(stimulus)) {
                return Err(Error::UnknownStimulus { stimulus: stimulus.clone() });
            }
            if parts.contains(whole) {
                return Err(Error::PartOfItself { stimulus: whole.clone() });
            }
        }
        Ok(())
    }

    /// What is probably not meant, in a fixed order.
    pub fn remarks(&self) -> Vec<Remark> {
        let twins = self
            .scenes
            .iter()
            .filter(|(_, scene)| !Judge::new(scene, &self.rules).possible())
            .map(|(stimulus, _)| Remark::Twin { stimulus: stimulus.clone() });
        let attributes: BTreeSet<&str> = self
            .scenes
            .values()
            .flat_map(Scene::objects)
            .flat_map(|object| object.attributes().map(|(attribute, _)| attribute))
            .filter(|attribute| !self.lexicon.knows(attribute))
            .collect();
        let no_words =
            attributes.into_iter().map(|attribute| Remark::NoWords { attribute: attribute.to_owned() });
        twins.chain(no_words).collect()
    }
}

// === impl Remark ===

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twin { stimulus } => {
                write!(
                    f,
                    "`{stimulus}`: a distractor has every value of the target, so no description singles it out"
                )
            }
            Self::NoWords { attribute } => {
                write!(
                    f,
                    "the lexicon has no words for `{attribute}`, so its values are found only by their own words"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptions::scene::Object;

    fn annotations(json: &str) -> Annotations {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn everything_has_a_default_and_comes_back_from_json() {
        let given = annotations(
            r#"{"scenes":{"s1":{"target":{"colour":"red"}}},"rules":{"type_rule":"counts","type_attribute":" Kind"}}"#,
        );
        assert_eq!(given.rules.type_attribute, "kind");
        assert_eq!(given.lexicon, Lexicon::english());
        assert_eq!(annotations(&serde_json::to_string(&given).unwrap()), given);
        assert_eq!(annotations("{}"), Annotations::default());
        assert!(serde_json::from_str::<Annotations>(r#"{"scene":{}}"#).is_err());
    }

    #[test]
    fn scenes_and_lexicon_are_replaced_by_files() {
        let mut given = Annotations::default();
        given.replace_lexicon("size,big,big\n").unwrap();
        given.replace_scenes("stimulus,object,role,attribute,value\ns,a,target,size,big\n").unwrap();
        let table = given.clone();
        given.replace_scenes(r#"{"s":{"target":{"size":"big"}}}"#).unwrap();
        assert_eq!(given, table);
        given.replace_scenes(&table.to_json()).unwrap();
        assert_eq!(given, table);
        given.replace_scenes("stimulus,object,role,attribute,value\ns,t,part,,\n").unwrap();
        assert!(given.scenes.is_empty() && given.parts["s"].contains("t"), "a table replaces both");
        assert_eq!(annotations(&given.to_json()), given);
        assert!(matches!(given.replace_scenes(r#"{"s":3}"#), Err(Error::Json(_))));
        assert!(matches!(given.replace_scenes("x"), Err(Error::Table(_))));
        assert!(matches!(given.replace_lexicon("size\n"), Err(Error::Lexicon(_))));
        given.replace_lexicon(" ").unwrap();
        assert_eq!(given.lexicon, Lexicon::english());
    }

    #[test]
    fn unusable_annotations_are_refused_with_what_would_be_right() {
        let mut given = annotations(r#"{"scenes":{"s1":{"target":{"colour":"red"}}}}"#);
        assert_eq!(given.check(|key| key == "s1"), Ok(()));
        assert_eq!(given.check(|_| false), Err(Error::UnknownStimulus { stimulus: "s1".to_owned() }));
        let parts = |json: &str| annotations(json).check(|key| ["bird", "wing"].contains(&key));
        assert_eq!(parts(r#"{"parts":{"bird":["wing"]}}"#), Ok(()));
        assert_eq!(
            parts(r#"{"parts":{"bird":["wing","tail"]}}"#),
            Err(Error::UnknownStimulus { stimulus: "tail".to_owned() })
        );
        assert_eq!(
            parts(r#"{"parts":{"bird":["bird","wing"]}}"#),
            Err(Error::PartOfItself { stimulus: "bird".to_owned() })
        );
        given.scenes.insert("s0".to_owned(), Scene::default());
        assert_eq!(given.check(|_| true), Err(Error::EmptyTarget { stimulus: "s0".to_owned() }));
        given.rules.type_attribute = " ".to_owned();
        assert_eq!(given.check(|_| true), Err(Error::NoTypeAttribute));
    }

    #[test]
    fn what_is_probably_not_meant_is_remarked() {
        let red = Object::from_iter([("color", "red")]);
        let scene = Scene { target: red.clone(), distractors: vec![red] };
        let given =
            Annotations { scenes: BTreeMap::from([("s1".to_owned(), scene)]), ..Annotations::default() };
        assert_eq!(
            given.remarks(),
            [Remark::Twin { stimulus: "s1".to_owned() }, Remark::NoWords { attribute: "color".to_owned() }]
        );
    }
}
