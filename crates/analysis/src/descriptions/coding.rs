//! From a description to the attributes that it mentions.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::lexicon::Lexicon;
use super::scene::Scene;
use super::text::{key, words};

/// Where a word of the lexicon must stand to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Matching {
    /// As whole words, in this order and next to each other; whatever is neither letter nor digit ends a word.
    /// `red` is not found in `coloured`, and `light blue` is found in `light-blue`.
    #[default]
    Word,
    /// Anywhere, also inside words, as Degen et al. (2020) did: it forgives `bluee` and `redcup`, and finds
    /// `red` in `coloured`. The only one for scripts that put no space between words.
    Substring,
}

impl Matching {
    /// All of them, the default first.
    pub const ALL: [Self; 2] = [Self::Word, Self::Substring];

    /// The word for it in files and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Substring => "substring",
        }
    }
}

/// An attribute that a description mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// The attribute.
    pub attribute: String,
    /// Its values that are named, in order of their code points; at least one.
    pub values: Vec<String>,
    /// The words that named them, in order of their code points, each once.
    pub words: Vec<String>,
}

/// Finds mentions in descriptions of one scene.
///
/// Per attribute the text is read from the left, and at each place the longest phrase counts: where the lexicon
/// has `blue` and `light blue`, the text `light blue` names the latter only. What is negated (`not the red one`)
/// or said of something else (`left of the red one`) is found all the same: look at the codings.
#[derive(Debug, Clone)]
pub struct Coder {
    matching: Matching,
    attributes: Vec<(String, Phrases)>,
}

/// The phrases of one attribute by their first word, or by their first letter when matching inside words; each
/// list with the longest first.
#[derive(Debug, Clone, Default)]
struct Phrases(FxHashMap<String, Vec<Phrase>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Phrase {
    text: String,
    words: Vec<String>,
    values: BTreeSet<String>,
}

// === impl Coder ===

impl Coder {
    /// Prepares a lexicon for a scene. Every value that an object of the scene has also names itself, so values
    /// that the lexicon does not know are found by their own word.
    pub fn new(lexicon: &Lexicon, scene: &Scene, matching: Matching) -> Self {
        let mut found: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (attribute, values) in lexicon.attributes() {
            let phrases = found.entry(attribute.to_owned()).or_default();
            for (value, texts) in values {
                for text in texts {
                    phrases.entry(text.clone()).or_default().insert(value.clone());
                }
            }
        }
        for (attribute, values) in scene.objects().flat_map(super::scene::Object::attributes) {
            let phrases = found.entry(attribute.to_owned()).or_default();
            for value in values {
                phrases.entry(value.clone()).or_default().insert(value.clone());
            }
        }
        let attributes = found
            .into_iter()
            .map(|(attribute, phrases)| (attribute, Phrases::new(phrases, matching)))
            .collect();
        Self { matching, attributes }
    }

    /// The attributes that `description` mentions, in order of their code points.
    pub fn code(&self, description: &str) -> Vec<Mention> {
        let text = key(description);
        self.attributes
            .iter()
            .filter_map(|(attribute, phrases)| {
                let found = match self.matching {
                    Matching::Word => phrases.in_words(&text),
                    Matching::Substring => phrases.inside(&text),
                };
                (!found.is_empty()).then(|| Mention::new(attribute, &found))
            })
            .collect()
    }
}

impl Mention {
    fn new(attribute: &str, found: &[&Phrase]) -> Self {
        let values: BTreeSet<&String> = found.iter().flat_map(|phrase| &phrase.values).collect();
        let words: BTreeSet<&String> = found.iter().map(|phrase| &phrase.text).collect();
        Self {
            attribute: attribute.to_owned(),
            values: values.into_iter().cloned().collect(),
            words: words.into_iter().cloned().collect(),
        }
    }
}

// === impl Phrases ===

impl Phrases {
    fn new(texts: BTreeMap<String, BTreeSet<String>>, matching: Matching) -> Self {
        let mut phrases: FxHashMap<String, Vec<Phrase>> = FxHashMap::default();
        for (text, values) in texts {
            let words: Vec<String> = words(&text).map(str::to_owned).collect();
            let first = match matching {
                Matching::Word => words.first().cloned(),
                Matching::Substring => text.chars().next().map(String::from),
            };
            if let Some(first) = first {
                phrases.entry(first).or_default().push(Phrase { text, words, values });
            }
        }
        for list in phrases.values_mut() {
            list.sort_by(|a, b| match matching {
                Matching::Word => b.words.len().cmp(&a.words.len()),
                Matching::Substring => b.text.len().cmp(&a.text.len()),
            });
        }
        Self(phrases)
    }

    fn in_words(&self, text: &str) -> Vec<&Phrase> {
        let words: Vec<&str> = words(text).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let mut step = 1;
            // Phrases that differ only in punctuation (`t-shirt`, `t shirt`) are equally long and both count.
            for phrase in self.0.get(words[at]).into_iter().flatten() {
                let length = phrase.words.len();
                if length >= step && words[at..].starts_with_words(&phrase.words) {
                    step = length;
                    found.push(phrase);
                }
            }
            at += step;
        }
        found
    }

    fn inside(&self, text: &str) -> Vec<&Phrase> {
        let mut found = Vec::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let longest = self
                .0
                .get(letter.encode_utf8(&mut [0; 4]) as &str)
                .into_iter()
                .flatten()
                .find(|phrase| rest.starts_with(&phrase.text));
            found.extend(longest);
            rest = &rest[longest.map_or(letter.len_utf8(), |phrase| phrase.text.len())..];
        }
        found
    }
}

/// Comparing words that are held in different ways.
trait StartsWithWords {
    fn starts_with_words(&self, words: &[String]) -> bool;
}

impl StartsWithWords for [&str] {
    fn starts_with_words(&self, words: &[String]) -> bool {
        self.len() >= words.len() && self.iter().zip(words).all(|(mine, theirs)| mine == theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptions::scene::Object;

    fn scene() -> Scene {
        Scene {
            target: Object::from_iter([("colour", "blue"), ("size", "big"), ("type", "coffee table")]),
            distractors: vec![Object::from_iter([("type", "sofa")])],
        }
    }

    fn code(matching: Matching, description: &str) -> Vec<(String, String)> {
        let mut lexicon = Lexicon::english();
        lexicon.insert("colour", "light blue", "light blue");
        Coder::new(&lexicon, &scene(), matching)
            .code(description)
            .into_iter()
            .map(|mention| (mention.attribute, mention.values.join("+")))
            .collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn whole_words_are_found_and_parts_of_words_are_not() {
        for (description, expected) in [
            (
                "The BIG blue Coffee-Table!",
                &[("colour", "blue"), ("size", "big"), ("type", "coffee table")][..],
            ),
            ("light-blue sofa", &[("colour", "light blue"), ("type", "sofa")]),
            ("turquoise", &[("colour", "blue+green")]),
            ("the coloured, giant one", &[("size", "big")]),
            ("red yarn left of the blue yarn", &[("colour", "blue+red")]),
            ("coffee", &[]),
            ("", &[]),
        ] {
            assert_eq!(code(Matching::Word, description), pairs(expected), "{description}");
        }
    }

    #[test]
    fn inside_words_more_is_found_and_the_longest_counts() {
        for (description, expected) in [
            ("bluee", &[("colour", "blue")][..]),
            ("the coloured one", &[("colour", "red")]),
            ("lightblue light blue", &[("colour", "blue+light blue")]),
            ("蓝色blue", &[("colour", "blue")]),
        ] {
            assert_eq!(code(Matching::Substring, description), pairs(expected), "{description}");
        }
    }

    #[test]
    fn the_words_that_named_a_value_are_told() {
        let mentions = Coder::new(&Lexicon::english(), &scene(), Matching::Word).code("teal or navy, teal");
        assert_eq!(mentions[0].words, ["navy", "teal"]);
        assert_eq!(mentions[0].values, ["blue", "green"]);
    }
}
