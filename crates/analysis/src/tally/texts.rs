//! Each distinct text once, under a small number, with no text that costs much more than the others.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts that lie in one piece of memory.
const PIECE: usize = 1024;

/// Texts in one table at most: as many as one of 1,024 places takes before it grows.
const TABLE_MAX: usize = 896;

/// Bits of a hash, the highest, that can choose a table.
const CHOOSING_BITS: u32 = 24;

/// Texts numbered in the order in which they first came.
///
/// Unlike [`crate::intern::Interner`], whose one table is filled anew and whose one buffer is copied whenever they
/// double, it keeps pieces, and small tables of which a full one is split in two: extendible hashing, Fagin et al.
/// (1979). So no single text takes longer than a fraction of a millisecond, and those who look at an experiment
/// meanwhile need not wait. The hash is seeded per instance, because the texts come from strangers.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    pieces: Vec<Piece>,
    tables: Vec<Table>,
    /// The table for each value of the first `bits` choosing bits. Neighbours share tables that were split less often.
    directory: Vec<u32>,
    bits: u32,
    hasher: DefaultHashBuilder,
}

/// Texts one after the other, [`PIECE`] of them unless it is the last piece.
#[derive(Debug, Clone, Default)]
struct Piece {
    text: String,
    ends: Vec<usize>,
}

/// The texts whose hashes agree in their first `bits` choosing bits.
#[derive(Debug, Clone, Default)]
struct Table {
    bits: u32,
    entries: HashTable<Entry>,
}

/// A text in a table. Its hash is kept, for a table is split far more quickly when no text is read for it.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u32,
    id: u32,
}

// === impl Texts ===

impl Texts {
    /// The number of `text`, which is given one if it is new.
    ///
    /// # Panics
    /// When there are more than 2^32 - 1 distinct texts.
    pub(super) fn intern(&mut self, text: &str) -> u32 {
        let hash = self.hash(text);
        if let Some(id) = self.find(hash, text) {
            return id;
        }
        let id = u32::try_from(self.len()).expect("fewer than 2^32 distinct texts fit into memory");
        if self.pieces.last().is_none_or(|last| last.ends.len() == PIECE) {
            self.pieces.push(Piece::default());
        }
        if let Some(last) = self.pieces.last_mut() {
            last.text.push_str(text);
            last.ends.push(last.text.len());
        }
        let table = self.table_with_room(hash);
        let entry = Entry { hash, id };
        self.tables[table].entries.insert_unique(entry.place(), entry, |entry| entry.place());
        id
    }

    /// The text with this number.
    ///
    /// # Panics
    /// When the number was not given here.
    pub(super) fn get(&self, id: u32) -> &str {
        slice(&self.pieces, id)
    }

    /// How many distinct texts there are.
    pub(super) fn len(&self) -> usize {
        let last = self.pieces.last().map_or(0, |last| last.ends.len());
        self.pieces.len().saturating_sub(1) * PIECE + last
    }

    /// All texts, in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0u32..).take(self.len()).map(|id| self.get(id))
    }

    /// Half of a hash is enough: of texts that share it the right one is found by comparison.
    fn hash(&self, text: &str) -> u32 {
        (self.hasher.hash_one(text) >> u32::BITS) as u32
    }

    fn find(&self, hash: u32, text: &str) -> Option<u32> {
        let table = *self.directory.get(first(hash, self.bits))?;
        let entries = &self.tables[table as usize].entries;
        let is_it = |entry: &Entry| entry.hash == hash && self.get(entry.id) == text;
        entries.find(place(hash), is_it).map(|entry| entry.id)
    }

    /// The place of the table for a hash, after splitting it where it is full.
    fn table_with_room(&mut self, hash: u32) -> usize {
        if self.tables.is_empty() {
            self.tables.push(Table::default());
            self.directory.push(0);
        }
        loop {
            let table = self.directory[first(hash, self.bits)] as usize;
            let Table { bits, entries } = &self.tables[table];
            if entries.len() < TABLE_MAX || *bits == CHOOSING_BITS {
                return table;
            }
            self.split(table, hash);
        }
    }

    /// Moves the texts of a table that have one more choosing bit set into a new table. `hash` belongs to the table.
    fn split(&mut self, table: usize, hash: u32) {
        if self.tables[table].bits == self.bits {
            self.directory = self.directory.iter().flat_map(|&table| [table, table]).collect();
            self.bits += 1;
        }
        let Table { bits, entries } = &mut self.tables[table];
        *bits += 1;
        let bits = *bits;
        let mut halves = [HashTable::with_capacity(TABLE_MAX), HashTable::with_capacity(TABLE_MAX)];
        for entry in entries.drain() {
            halves[first(entry.hash, bits) & 1].insert_unique(entry.place(), entry, |entry| entry.place());
        }
        let [stay, go] = halves;
        *entries = stay;
        let new = u32::try_from(self.tables.len()).expect("there are fewer tables than texts");
        self.tables.push(Table { bits, entries: go });
        // The table's places lie side by side; the new one takes the second half of them.
        let each = 1 << (self.bits - bits);
        let begin = (first(hash, bits) | 1) * each;
        self.directory[begin..begin + each].fill(new);
    }
}

// === impl Entry ===

impl Entry {
    fn place(self) -> u64 {
        place(self.hash)
    }
}

/// The first of the choosing bits of a hash.
fn first(hash: u32, bits: u32) -> usize {
    (hash >> (u32::BITS - CHOOSING_BITS)) as usize >> (CHOOSING_BITS - bits)
}

/// Where a table looks for a hash. All of a table agree in the highest bits, so these decide little: Fibonacci hashing,
/// Knuth (1973).
fn place(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn slice(pieces: &[Piece], id: u32) -> &str {
    let index = id as usize;
    let Piece { text, ends } = &pieces[index / PIECE];
    let start = (index % PIECE).checked_sub(1).map_or(0, |before| ends[before]);
    &text[start..ends[index % PIECE]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_a_number_through_many_splits() {
        let mut texts = Texts::default();
        for round in 0..2 {
            for number in 0..40_000u32 {
                assert_eq!(texts.intern(&format!("text {number}")), number, "round {round}");
            }
        }
        assert_eq!((texts.len(), texts.intern(""), texts.get(40_000)), (40_000, 40_000, ""));
        assert!(texts.iter().take(40_000).eq((0..40_000).map(|number| format!("text {number}"))));
    }

    #[test]
    fn tables_stay_small_and_hold_what_the_directory_sends_them() {
        let mut texts = Texts::default();
        for number in 0..20_000 {
            texts.intern(&format!("{number}"));
        }
        assert!(texts.tables.len() > 22 && texts.tables.iter().all(|table| table.entries.len() <= TABLE_MAX));
        assert_eq!(texts.tables.iter().map(|table| table.entries.len()).sum::<usize>(), 20_000);
        assert_eq!(texts.directory.len(), 1 << texts.bits);
        for (place, &table) in texts.directory.iter().enumerate() {
            let Table { bits, entries } = &texts.tables[table as usize];
            for &Entry { hash, id } in entries {
                assert_eq!(hash, texts.hash(texts.get(id)));
                assert_eq!(first(hash, *bits), place >> (texts.bits - bits));
            }
        }
    }
}
