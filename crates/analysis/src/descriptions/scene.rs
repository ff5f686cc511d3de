//! What is to be seen: a target among distractors, each with its attributes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::text::key;

/// A thing with the values of its attributes, such as `colour: red`. An attribute may have several values.
///
/// Attributes and values are kept trimmed, in lower case and in NFC, so that `Colour` and `colour` are one.
/// As JSON: `{"colour": "red", "pattern": ["dotted", "striped"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Values>", into = "BTreeMap<String, Values>")]
pub struct Object {
    attributes: BTreeMap<String, BTreeSet<String>>,
}

/// The thing to be described and the things it must be told from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The thing to be described.
    pub target: Object,
    /// What else is there. Without distractors every description that is true of the target singles it out.
    #[serde(default)]
    pub distractors: Vec<Object>,
}

/// Values as they stand in JSON: one, or a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Several(BTreeSet<String>),
}

// === impl Object ===

impl Object {
    /// Adds a value; what is empty after trimming is not added.
    pub fn insert(&mut self, attribute: &str, value: &str) {
        let (attribute, value) = (key(attribute), key(value));
        if !attribute.is_empty() && !value.is_empty() {
            self.attributes.entry(attribute).or_default().insert(value);
        }
    }

    /// The attributes with their values, in order of their code points.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.attributes.iter().map(|(attribute, values)| (attribute.as_str(), values))
    }

    /// The values of an attribute; `None` when it has none.
    pub fn values(&self, attribute: &str) -> Option<&BTreeSet<String>> {
        self.attributes.get(attribute)
    }

    /// True if the object has this value of this attribute.
    pub fn has(&self, attribute: &str, value: &str) -> bool {
        self.values(attribute).is_some_and(|values| values.contains(value))
    }

    /// True if nothing is known of it.
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty()
    }
}

impl<Attribute: AsRef<str>, Value: AsRef<str>> FromIterator<(Attribute, Value)> for Object {
    fn from_iter<Pairs: IntoIterator<Item = (Attribute, Value)>>(pairs: Pairs) -> Self {
        let mut object = Self::default();
        for (attribute, value) in pairs {
            object.insert(attribute.as_ref(), value.as_ref());
        }
        object
    }
}

impl From<BTreeMap<String, Values>> for Object {
    fn from(attributes: BTreeMap<String, Values>) -> Self {
        let mut object = Self::default();
        for (attribute, values) in attributes {
            match values {
                Values::One(value) => object.insert(&attribute, &value),
                Values::Several(values) => {
                    for value in values {
                        object.insert(&attribute, &value);
                    }
                }
            }
        }
        object
    }
}

impl From<Object> for BTreeMap<String, Values> {
    fn from(object: Object) -> Self {
        object
            .attributes
            .into_iter()
            .map(|(attribute, mut values)| {
                let values = match (values.len(), values.pop_first()) {
                    (1, Some(value)) => Values::One(value),
                    (_, first) => {
                        values.extend(first);
                        Values::Several(values)
                    }
                };
                (attribute, values)
            })
            .collect()
    }
}

// === impl Scene ===

impl Scene {
    /// All objects, the target first.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        std::iter::once(&self.target).chain(&self.distractors)
    }
}

#[cfg(test)]
mod tests {
    use super::{Object, Scene};

    #[test]
    fn scenes_are_read_from_json_with_one_or_several_values_and_written_the_same() {
        let json = r#"{"target":{"Colour":" Red ","pattern":["striped","dotted"]},"distractors":[{"colour":"blue"}]}"#;
        let scene: Scene = serde_json::from_str(json).unwrap();
        assert!(scene.target.has("colour", "red") && scene.target.has("pattern", "dotted"));
        assert_eq!(scene.distractors, [Object::from_iter([("colour", "blue")])]);
        let written = serde_json::to_string(&scene).unwrap();
        assert_eq!(
            written,
            r#"{"target":{"colour":"red","pattern":["dotted","striped"]},"distractors":[{"colour":"blue"}]}"#
        );
        assert_eq!(serde_json::from_str::<Scene>(&written).unwrap(), scene);
    }

    #[test]
    fn empty_words_are_no_attributes() {
        assert!(Object::from_iter([(" ", "red"), ("colour", "")]).is_empty());
        assert!(serde_json::from_str::<Scene>(r#"{"target":{},"distractor":[]}"#).is_err());
    }
}
