//! Variant mappings: which names mean the same, as a person decided.
//!
//! A mapping is applied after normalisation. Chains are followed to their end when a mapping is built, so a
//! name never needs more than one look-up; cycles and contradictions are refused.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use crate::normalise::Normaliser;

mod json;
mod parse;

/// One line of a mapping file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands: the line of a CSV file or the entry of a JSON list, from 1.
    pub line: u64,
    /// The name.
    pub name: String,
    /// What it counts for.
    pub canonical: String,
    /// What was decided about it.
    pub verdict: Verdict,
}

/// What a person wrote into the column `accept`. Without such a column every row is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// `yes`, `true`, `1`, `x`, `accept`.
    Accepted,
    /// `no`, `false`, `0`, `reject`.
    Rejected,
    /// Nothing.
    Open,
}

/// Reads the rows of a mapping file: CSV or tab-separated text with the columns `name` and `canonical`, or `from`
/// and `to` as `nameit variants` writes them, or JSON: an object `{"name": "canonical"}` or a list of objects
/// with these keys. A column or key `accept` says yes, no, or nothing.
pub fn read(text: &str) -> Result<Vec<Row>, Error> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let listed = start.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(['{', ']']));
    if start.starts_with('{') || listed { json::rows(start) } else { parse::rows(text) }
}

/// Names with the canonical name that each of them counts for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct VariantMapping {
    canonical: BTreeMap<String, String>,
}

/// Why something is no mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A name leads back to itself.
    #[error("the mapping runs in a circle: {}", .names.join(" → "))]
    Cycle {
        /// The names on the circle; the first is repeated at the end.
        names: Vec<String>,
    },
    /// A name has two different targets.
    #[error("`{name}` is mapped to `{first}` and also to `{second}`")]
    Conflict {
        /// The name.
        name: String,
        /// The target that was read first.
        first: String,
        /// The other target.
        second: String,
    },
    /// A name or its target is empty.
    #[error("`{name}` → `{canonical}`: neither side may be empty")]
    Empty {
        /// The name.
        name: String,
        /// Its target.
        canonical: String,
    },
    /// A line of the file cannot be read.
    #[error("line {line}: {problem}")]
    Line {
        /// Line in the file, from 1.
        line: u64,
        /// What is wrong there.
        problem: String,
    },
}

impl VariantMapping {
    /// Builds a mapping from pairs (name, canonical name). A pair of equal names says nothing and is dropped,
    /// a pair may be repeated, and chains (`tv` → `telly`, `telly` → `television`) are followed to their end.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        let mut direct = BTreeMap::new();
        for (name, canonical) in pairs {
            if name.is_empty() || canonical.is_empty() {
                return Err(Error::Empty { name, canonical });
            }
            match direct.entry(name) {
                Entry::Vacant(vacant) => {
                    vacant.insert(canonical);
                }
                Entry::Occupied(occupied) if *occupied.get() == canonical => {}
                Entry::Occupied(occupied) => {
                    let (name, first) = occupied.remove_entry();
                    return Err(Error::Conflict { name, first, second: canonical });
                }
            }
        }
        direct.retain(|name, canonical| name != canonical);
        resolve(&direct).map(|canonical| Self { canonical })
    }

    /// Reads a mapping from CSV or tab-separated text with two columns: name, canonical name. A first line
    /// that says `name,canonical` is taken as the header; with a header there may be more columns, and a
    /// column `accept` tells which rows count. See [`read`].
    pub fn parse_csv(text: &str) -> Result<Self, Error> {
        parse::rows(text).and_then(Self::from_rows)
    }

    /// The mapping of those rows that are accepted.
    pub fn from_rows(rows: Vec<Row>) -> Result<Self, Error> {
        let accepted = rows.into_iter().filter(|row| row.verdict == Verdict::Accepted);
        Self::from_pairs(accepted.map(|row| (row.name, row.canonical)))
    }

    /// The mapping as CSV (RFC 4180) with the header `name,canonical`, in the order of the names. A text that a
    /// spreadsheet would run as a formula gets an apostrophe in front, which is taken off again on reading.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from("name,canonical\r\n");
        for (name, canonical) in self.iter() {
            parse::write_field(&mut csv, name);
            csv.push(',');
            parse::write_field(&mut csv, canonical);
            csv.push_str("\r\n");
        }
        csv
    }

    /// The same mapping between normalised names, so that `TV → Television` meets the answer `tv`.
    ///
    /// Refused when two names that become one have different targets.
    pub fn normalised(&self, normaliser: &Normaliser) -> Result<Self, Error> {
        Self::from_pairs(self.canonical.iter().map(|(name, canonical)| {
            (normaliser.apply(name).into_owned(), normaliser.apply(canonical).into_owned())
        }))
    }

    /// What `name` counts for; itself when the mapping does not know it.
    pub fn canonical<'name>(&'name self, name: &'name str) -> &'name str {
        self.canonical.get(name).map_or(name, String::as_str)
    }

    /// The pairs (name, canonical name), in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.canonical.iter().map(|(name, canonical)| (name.as_str(), canonical.as_str()))
    }

    /// How many names are mapped.
    pub fn len(&self) -> usize {
        self.canonical.len()
    }

    /// Whether a name counts for another one.
    pub fn contains(&self, name: &str) -> bool {
        self.canonical.contains_key(name)
    }

    /// The pairs themselves. Whoever changes them sees to it that no canonical name is mapped on.
    pub(crate) fn pairs_mut(&mut self) -> &mut BTreeMap<String, String> {
        &mut self.canonical
    }

    /// Whether no name is mapped.
    pub fn is_empty(&self) -> bool {
        self.canonical.is_empty()
    }
}

impl TryFrom<BTreeMap<String, String>> for VariantMapping {
    type Error = Error;

    fn try_from(pairs: BTreeMap<String, String>) -> Result<Self, Self::Error> {
        Self::from_pairs(pairs)
    }
}

impl From<VariantMapping> for BTreeMap<String, String> {
    fn from(mapping: VariantMapping) -> Self {
        mapping.canonical
    }
}

/// Follows every chain to its end. Each end is stored as soon as it is known, so long chains stay cheap.
fn resolve(direct: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let mut ends: BTreeMap<&str, &str> = BTreeMap::new();
    let mut on_path: BTreeMap<&str, usize> = BTreeMap::new();
    let mut path: Vec<&str> = Vec::new();
    for start in direct.keys() {
        let mut current = start.as_str();
        path.clear();
        on_path.clear();
        let end = loop {
            if let Some(&end) = ends.get(current) {
                break end;
            }
            if let Some(&position) = on_path.get(current) {
                let mut names: Vec<String> = path[position..].iter().map(ToString::to_string).collect();
                names.push(current.to_owned());
                return Err(Error::Cycle { names });
            }
            let Some(next) = direct.get(current) else { break current };
            on_path.insert(current, path.len());
            path.push(current);
            current = next;
        };
        ends.extend(path.iter().map(|name| (*name, end)));
    }
    Ok(ends.into_iter().map(|(name, end)| (name.to_owned(), end.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::Normalisation;

    fn mapping(pairs: &[(&str, &str)]) -> Result<VariantMapping, Error> {
        VariantMapping::from_pairs(pairs.iter().map(|(name, to)| ((*name).to_owned(), (*to).to_owned())))
    }

    #[test]
    fn chains_are_followed_to_their_end() {
        let mapping = mapping(&[("a", "b"), ("b", "c"), ("c", "d"), ("x", "b"), ("d", "d")]).unwrap();
        for name in ["a", "b", "c", "d", "x"] {
            assert_eq!(mapping.canonical(name), "d");
        }
        assert_eq!(mapping.canonical("other"), "other");
        assert_eq!(mapping.len(), 4);
    }

    #[test]
    fn circles_contradictions_and_empty_names_are_refused() {
        let circle = mapping(&[("a", "b"), ("b", "c"), ("c", "b")]).unwrap_err();
        assert_eq!(circle.to_string(), "the mapping runs in a circle: b → c → b");
        let conflict = mapping(&[("a", "b"), ("a", "c")]).unwrap_err();
        assert_eq!(conflict.to_string(), "`a` is mapped to `b` and also to `c`");
        assert!(matches!(mapping(&[("a", "")]), Err(Error::Empty { .. })));
    }

    #[test]
    fn names_are_compared_after_normalisation() {
        let normaliser = Normaliser::new(Normalisation::Standard, "en");
        let normalised = mapping(&[("A TV", "Television")]).unwrap().normalised(&normaliser).unwrap();
        assert_eq!(normalised.canonical("tv"), "television");
        let contradiction = mapping(&[("TV", "screen"), ("tv", "television")]).unwrap();
        assert!(matches!(contradiction.normalised(&normaliser), Err(Error::Conflict { .. })));
    }

    #[test]
    fn it_travels_as_a_json_object_and_is_checked_on_arrival() {
        let original = mapping(&[("telly", "television")]).unwrap();
        let json = serde_json::to_string(&original).unwrap();
        assert_eq!(json, r#"{"telly":"television"}"#);
        assert_eq!(serde_json::from_str::<VariantMapping>(&json).unwrap(), original);
        let circle = serde_json::from_str::<VariantMapping>(r#"{"a":"b","b":"a"}"#).unwrap_err();
        assert!(circle.to_string().contains("circle"), "{circle}");
    }
}
