//! Each distinct string once, in one piece of memory, under a small number.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Strings numbered in the order in which they first came.
///
/// All texts lie in one buffer, so a new string costs no allocation of its own and a known one none at all.
/// The hash is seeded per instance, because the strings come from strangers.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    text: String,
    ends: Vec<usize>,
    ids: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Interner {
    /// The number of `string`, which is given one if it is new.
    ///
    /// # Panics
    /// When there are more than 2^32 - 1 distinct strings.
    pub fn intern(&mut self, string: &str) -> u32 {
        let Self { text, ends, ids, hasher } = self;
        let hash = hasher.hash_one(string);
        if let Some(&id) = ids.find(hash, |&id| slice(text, ends, id) == string) {
            return id;
        }
        let id = u32::try_from(ends.len()).expect("fewer than 2^32 distinct strings fit into memory");
        text.push_str(string);
        ends.push(text.len());
        ids.insert_unique(hash, id, |&id| hasher.hash_one(slice(text, ends, id)));
        id
    }

    /// The number of `string`, if it has one.
    pub fn number(&self, string: &str) -> Option<u32> {
        let Self { text, ends, ids, hasher } = self;
        ids.find(hasher.hash_one(string), |&id| slice(text, ends, id) == string).copied()
    }

    /// The string with this number.
    ///
    /// # Panics
    /// When the number was not given by this interner.
    pub fn get(&self, id: u32) -> &str {
        slice(&self.text, &self.ends, id)
    }

    /// How many distinct strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no string yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All strings, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0u32..).take(self.ends.len()).map(|id| self.get(id))
    }
}

fn slice<'text>(text: &'text str, ends: &[usize], id: u32) -> &'text str {
    let index = id as usize;
    let start = if index == 0 { 0 } else { ends[index - 1] };
    &text[start..ends[index]]
}

#[cfg(test)]
mod tests {
    use super::Interner;

    #[test]
    fn equal_strings_share_a_number_and_every_string_comes_back() {
        let mut interner = Interner::default();
        let words: Vec<String> = (0..1000).map(|number| format!("word {}", number % 400)).collect();
        let ids: Vec<u32> = words.iter().map(|word| interner.intern(word)).collect();
        assert_eq!(interner.len(), 400);
        assert_eq!(ids[0], ids[400]);
        for (word, id) in words.iter().zip(ids) {
            assert_eq!(interner.get(id), word);
        }
        assert_eq!(interner.iter().nth(399), Some("word 399"));
    }

    #[test]
    fn the_empty_string_is_a_string() {
        let mut interner = Interner::default();
        assert!(interner.is_empty());
        let empty = interner.intern("");
        let word = interner.intern("a");
        assert_eq!((interner.get(empty), interner.get(word)), ("", "a"));
    }
}
