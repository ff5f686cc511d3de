//! One part of the shared counts: some of the stimuli, with all that was said to them.

use std::hash::BuildHasher as _;
use std::ops::Range;

use hashbrown::DefaultHashBuilder;

use super::short::are_same;
use super::slots::{Slot, Slots};

/// How often a name was given to a stimulus. Twelve bytes, because there are so many of them; what does not fit
/// into `count` is in [`Shard::carried`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub(super) stimulus: u32,
    pub(super) name: u32,
    pub(super) count: u32,
}

/// One answer with what is known besides its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Detail {
    pub(super) stimulus: u32,
    pub(super) name: u32,
    pub(super) participant: u32,
    pub(super) first_key_ms: u32,
    pub(super) submitted_ms: u32,
    pub(super) count: u64,
}

/// Some of the stimuli.
#[derive(Debug, Default)]
pub(super) struct Shard {
    pub(super) stimuli: Stimuli,
    pub(super) pairs: Slots<Pair>,
    /// Counts that outgrew their pair.
    pub(super) carried: Vec<(u32, u32, u64)>,
    pub(super) details: Details,
}

/// The stimuli of a shard under numbers, in the order in which they came to it.
#[derive(Debug, Default)]
pub(super) struct Stimuli {
    text: String,
    seen: Vec<Seen>,
    numbers: Slots<Numbered>,
}

/// A stimulus that was seen.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Where its text ends; it begins where the one before ends.
    end: usize,
    /// Block and place in it where it was seen first.
    first: (u32, u32),
}

#[derive(Debug, Clone, Copy)]
struct Numbered {
    hash: u32,
    number: u32,
}

/// Answers with their details; equal ones are put together whenever as many came as there were.
#[derive(Debug, Default)]
pub(super) struct Details {
    all: Vec<Detail>,
    settled: usize,
}

/// Pairs or stimuli that are looked up together: what they need fits into the nearest cache.
pub(super) const NEAR: usize = 256;

// === impl Shard ===

impl Shard {
    /// Adds one answer for each stimulus with its name; `hashes` is room for their hashes.
    pub(super) fn add_each(
        &mut self,
        hasher: &DefaultHashBuilder,
        rows: &[(u32, u32)],
        hashes: &mut Vec<u64>,
    ) {
        for rows in rows.chunks(NEAR) {
            hashes.clear();
            hashes.extend(rows.iter().map(|&(stimulus, name)| hash(hasher, stimulus, name)));
            self.pairs.approach(hashes.iter().copied(), |pair| pair.count);
            for (&(stimulus, name), &hash) in rows.iter().zip(&*hashes) {
                self.add_by_hash(hasher, hash, stimulus, name, 1);
            }
        }
    }

    /// Adds answers; at least one.
    #[inline]
    pub(super) fn add(&mut self, hasher: &DefaultHashBuilder, stimulus: u32, name: u32, count: u64) {
        self.add_by_hash(hasher, hash(hasher, stimulus, name), stimulus, name, count);
    }

    #[inline]
    fn add_by_hash(&mut self, hasher: &DefaultHashBuilder, own: u64, stimulus: u32, name: u32, count: u64) {
        let pair = self.pairs.entry(
            own,
            |pair| pair.stimulus == stimulus && pair.name == name,
            |pair| hash(hasher, pair.stimulus, pair.name),
        );
        let sum = u64::from(pair.count) + count;
        let held = u32::try_from(sum).unwrap_or(u32::MAX);
        *pair = Pair { stimulus, name, count: held };
        if u64::from(held) < sum {
            self.carried.push((stimulus, name, sum - u64::from(held)));
        }
    }
}

impl Slot for Pair {
    const FREE: Self = Self { stimulus: 0, name: 0, count: 0 };

    #[inline]
    fn is_free(&self) -> bool {
        self.count == 0
    }
}

#[inline]
fn hash(hasher: &DefaultHashBuilder, stimulus: u32, name: u32) -> u64 {
    hasher.hash_one(u64::from(stimulus) << 32 | u64::from(name))
}

// === impl Stimuli ===

impl Stimuli {
    /// Looks at all that tells stimuli from others, by their hashes, so that it is near when they are looked up.
    pub(super) fn approach(&self, hashes: impl Iterator<Item = u32> + Clone) {
        let Self { text, seen, numbers } = self;
        numbers.approach(hashes.clone().map(spread), |known| known.number);
        let last_byte = |hash| {
            let known = numbers.find(spread(hash), |known| known.hash == hash)?;
            let seen = seen.get(known.number as usize)?;
            text.as_bytes().get(seen.end.checked_sub(1)?).copied()
        };
        let looked_at = hashes.fold(0, |looked_at, hash| looked_at ^ last_byte(hash).unwrap_or(0));
        std::hint::black_box(looked_at);
    }

    /// The number of a stimulus, given its hash and where it stands in the file.
    #[inline]
    pub(super) fn number(&mut self, hash: u32, stimulus: &str, at: (u32, u32)) -> u32 {
        let Self { text, seen, numbers } = self;
        let entry = numbers.entry(
            spread(hash),
            |known| known.hash == hash && are_same(bytes(text, seen, known.number), stimulus.as_bytes()),
            |known| spread(known.hash),
        );
        if entry.is_free() {
            *entry = Numbered { hash, number: seen.len() as u32 };
            text.push_str(stimulus);
            seen.push(Seen { end: text.len(), first: at });
        } else {
            let first = &mut seen[entry.number as usize].first;
            if at < *first {
                *first = at;
            }
        }
        entry.number
    }

    pub(super) fn key(&self, number: u32) -> &str {
        &self.text[range(&self.seen, number)]
    }

    /// Where each stimulus was seen first, by its number.
    pub(super) fn first(&self) -> impl Iterator<Item = (u32, u32)> {
        self.seen.iter().map(|seen| seen.first)
    }

    /// Gives back what is only needed to find numbers.
    pub(super) fn complete(&mut self) {
        self.numbers = Slots::new();
    }

    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }
}

impl Slot for Numbered {
    const FREE: Self = Self { hash: 0, number: u32::MAX };

    #[inline]
    fn is_free(&self) -> bool {
        self.number == u32::MAX
    }
}

/// All bits of a table's hash from the 32 that a row carries.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn range(seen: &[Seen], number: u32) -> Range<usize> {
    let index = number as usize;
    let start = if index == 0 { 0 } else { seen[index - 1].end };
    start..seen[index].end
}

fn bytes<'text>(text: &'text str, seen: &[Seen], number: u32) -> &'text [u8] {
    &text.as_bytes()[range(seen, number)]
}

// === impl Details ===

impl Details {
    pub(super) fn add(&mut self, detail: Detail) {
        self.all.push(detail);
        if self.all.len() > 2 * self.settled.max(4096) {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.all.sort_unstable();
        self.all.dedup_by(|next, kept| {
            let same = Detail { count: 0, ..*next } == Detail { count: 0, ..*kept };
            kept.count += if same { next.count } else { 0 };
            same
        });
        self.settled = self.all.len();
    }

    pub(super) fn into_settled(mut self) -> Vec<Detail> {
        self.settle();
        self.all
    }
}
