//! Pairs of participants that are worth comparing.

use std::collections::{BTreeMap, BTreeSet};

use super::super::limits::Limits;
use super::super::view::{Person, View};

/// Bands of a signature. Two sets that share 0.82 of their union (nine in ten of equally many) agree in at
/// least one of 24 bands of 4 with probability 1 − (1 − 0.82⁴)²⁴ > 0.999999.
const BANDS: u64 = 24;
/// Hashes in a band.
const ROWS: u64 = 4;
/// In a crowded bucket each participant is compared with so many who follow in the order of the ids, so that
/// time and memory stay proportional to the participants.
const NEIGHBOURS: usize = 64;

/// A name that so few gave to a stimulus points from one to the others.
const FEW: u32 = 3;
/// So many names of that kind in common make a pair worth comparing.
const FEW_SHARED: usize = 2;

/// Pairs (smaller first) of participants with enough names that are equal, or probably similar, in their
/// telling names, or that share names which hardly anybody gave. The last finds those who answered a part only.
pub(super) fn candidates(view: &View<'_>, limits: &Limits) -> BTreeSet<(u32, u32)> {
    let mut buckets: BTreeMap<(u64, u64), Vec<u32>> = BTreeMap::new();
    for (at, person) in (0u32..).zip(&view.people) {
        if person.pairs.len() < limits.min_answers as usize {
            continue;
        }
        let telling: Vec<u64> = telling(view, person).collect();
        if !telling.is_empty() {
            for band in 0..BANDS {
                buckets.entry((band, signature(&telling, band))).or_default().push(at);
            }
        }
        // One more bucket for vectors that are equal throughout.
        let whole = person.pairs.iter().fold(0, |hash, pair| mix(hash ^ shingle(view, *pair)));
        buckets.entry((BANDS, whole)).or_default().push(at);
    }
    let mut pairs = sharing_what_few_gave(view, limits);
    for bucket in buckets.values() {
        for (at, one) in bucket.iter().enumerate() {
            pairs.extend(bucket[at + 1..].iter().take(NEIGHBOURS).map(|other| (*one, *other)));
        }
    }
    pairs
}

/// Pairs with two or more names in common that no more than three gave. No more pairs are held than answers.
fn sharing_what_few_gave(view: &View<'_>, limits: &Limits) -> BTreeSet<(u32, u32)> {
    let mut given: Vec<((u32, u32), u32)> = Vec::new();
    for (at, person) in (0u32..).zip(&view.people) {
        if person.pairs.len() >= limits.min_answers as usize {
            let few = person.pairs.iter().filter(|pair| (2..=FEW).contains(&view.givers(**pair)));
            given.extend(few.map(|pair| (*pair, at)));
        }
    }
    given.sort_unstable();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for same in given.chunk_by(|a, b| a.0 == b.0) {
        for (at, (_, one)) in same.iter().enumerate() {
            pairs.extend(same[at + 1..].iter().map(|(_, other)| (*one, *other)));
        }
    }
    pairs.sort_unstable();
    pairs.chunk_by(|a, b| a == b).filter(|same| same.len() >= FEW_SHARED).map(|same| same[0]).collect()
}

/// The names that fewer than half of those who named the stimulus gave.
fn telling<'a>(view: &'a View<'_>, person: &'a Person<'_>) -> impl Iterator<Item = u64> + 'a {
    let few = |pair: &&(u32, u32)| view.givers(**pair) * 2 < view.namers[pair.0 as usize];
    person.pairs.iter().filter(few).map(|pair| shingle(view, *pair))
}

/// One band of the MinHash signature.
fn signature(shingles: &[u64], band: u64) -> u64 {
    (band * ROWS..(band + 1) * ROWS).fold(0, |hash, row| {
        let seed = mix(row + 1);
        let least = shingles.iter().map(|shingle| mix(shingle ^ seed)).min().unwrap_or(u64::MAX);
        mix(hash ^ least)
    })
}

/// A stimulus with a name, as a number that depends on nothing else.
fn shingle(view: &View<'_>, (stimulus, name): (u32, u32)) -> u64 {
    // FNV-1a over the name, then the stimulus.
    let name = view.named.name(name).bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(name ^ mix(u64::from(stimulus)))
}

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): every bit of the input moves every bit of the output.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
