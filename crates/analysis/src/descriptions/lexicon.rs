//! Which words name which value of which attribute.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::text::{key, line_of, words};

mod built_in;

/// The words and phrases that name the values of attributes. It can be edited, stored and exchanged.
///
/// One word may stand for several values (`turquoise` for blue and green); then it names all of them. As JSON:
/// `{"colour": {"red": ["red", "scarlet"]}}`. As CSV: one row per value, `attribute,value,word,word,…`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, BTreeMap<String, Vec<String>>>")]
pub struct Lexicon(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

/// What is wrong with a lexicon given as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A row cannot be read.
    #[error("line {line}: not readable as CSV")]
    Malformed {
        /// Line in the text, from 1.
        line: u64,
    },
    /// A row has no word.
    #[error(
        "line {line}: give the attribute, the value and at least one word, for example `colour,red,red,scarlet`"
    )]
    TooFew {
        /// Line in the text, from 1.
        line: u64,
    },
    /// A word has neither letter nor digit.
    #[error("line {line}: `{word}` has neither letter nor digit, so it cannot be found in a description")]
    NoWord {
        /// Line in the text, from 1.
        line: u64,
        /// The word.
        word: String,
    },
}

impl Lexicon {
    /// Adds a word or phrase for a value. What has neither letter nor digit is not added.
    pub fn insert(&mut self, attribute: &str, value: &str, word: &str) {
        let (attribute, value, word) = (key(attribute), key(value), key(word));
        if !attribute.is_empty() && !value.is_empty() && words(&word).next().is_some() {
            self.0.entry(attribute).or_default().entry(value).or_default().insert(word);
        }
    }

    /// The attributes with their values and the words of each, in order of their code points.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &BTreeMap<String, BTreeSet<String>>)> {
        self.0.iter().map(|(attribute, values)| (attribute.as_str(), values))
    }

    /// True if it has words for the attribute.
    pub fn knows(&self, attribute: &str) -> bool {
        self.0.contains_key(attribute)
    }

    /// Reads `attribute,value,word,word,…`, one value a line; a value may have several lines. Empty lines and
    /// a header whose first cell is `attribute` are passed over.
    pub fn parse_csv(text: &str) -> Result<Self, Error> {
        let mut lexicon = Self::default();
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let line_at =
            |position: Option<&csv::Position>| line_of(text, position.map_or(0, csv::Position::byte));
        let mut first = true;
        for row in reader.records() {
            let row = row.map_err(|error| Error::Malformed { line: line_at(error.position()) })?;
            let line = || line_at(row.position());
            if std::mem::take(&mut first) && row.get(0).is_some_and(|cell| key(cell) == "attribute") {
                continue;
            }
            let mut cells = row.iter();
            let (Some(attribute), Some(value)) = (cells.next(), cells.next()) else {
                return Err(Error::TooFew { line: line() });
            };
            let mut any = false;
            for word in cells.filter(|cell| !cell.trim().is_empty()) {
                if words(&key(word)).next().is_none() {
                    return Err(Error::NoWord { line: line(), word: word.to_owned() });
                }
                any = true;
                lexicon.insert(attribute, value, word);
            }
            if !any || key(attribute).is_empty() || key(value).is_empty() {
                return Err(Error::TooFew { line: line() });
            }
        }
        Ok(lexicon)
    }

    /// The lexicon as [`Lexicon::parse_csv`] reads it, without a header.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for (attribute, values) in self.attributes() {
            for (value, words) in values {
                let cells = [attribute, value].into_iter().chain(words.iter().map(String::as_str));
                writer.write_record(cells).expect("writing to memory does not fail");
            }
        }
        let bytes = writer.into_inner().expect("writing to memory does not fail");
        String::from_utf8(bytes).expect("only text was written")
    }
}

impl From<BTreeMap<String, BTreeMap<String, Vec<String>>>> for Lexicon {
    fn from(attributes: BTreeMap<String, BTreeMap<String, Vec<String>>>) -> Self {
        let mut lexicon = Self::default();
        for (attribute, values) in attributes {
            for (value, words) in values {
                for word in words {
                    lexicon.insert(&attribute, &value, &word);
                }
            }
        }
        lexicon
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, Lexicon};

    #[test]
    fn it_is_read_and_written_as_csv_and_json() {
        let text =
            "Attribute,value,words\ncolour,Red,red,Scarlet\n\ncolour,red,crimson\nsize,big,\"really big\"\n";
        let lexicon = Lexicon::parse_csv(text).unwrap();
        assert_eq!(lexicon.to_csv(), "colour,red,crimson,red,scarlet\nsize,big,really big\n");
        assert_eq!(Lexicon::parse_csv(&lexicon.to_csv()).unwrap(), lexicon);
        let json = serde_json::to_string(&lexicon).unwrap();
        assert_eq!(serde_json::from_str::<Lexicon>(&json).unwrap(), lexicon);
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_line() {
        assert_eq!(Lexicon::parse_csv("colour,red,red\ncolour,blue"), Err(Error::TooFew { line: 2 }));
        assert_eq!(Lexicon::parse_csv("colour\n"), Err(Error::TooFew { line: 1 }));
        assert_eq!(Lexicon::parse_csv("colour,,red\n"), Err(Error::TooFew { line: 1 }));
        assert_eq!(
            Lexicon::parse_csv("colour,red,red\n\ncolour,white,?!"),
            Err(Error::NoWord { line: 3, word: "?!".to_owned() })
        );
        assert_eq!(Lexicon::parse_csv(""), Ok(Lexicon::default()));
    }

    #[test]
    fn the_built_in_lexicons_come_back_from_their_csv() {
        for lexicon in [Lexicon::english(), Lexicon::degen_et_al()] {
            assert!(lexicon.knows("colour") && lexicon.knows("size"));
            assert_eq!(Lexicon::parse_csv(&lexicon.to_csv()).unwrap(), lexicon);
        }
    }
}
