//! Finds names that are a few letters apart, without comparing all pairs.
//!
//! Two names within two edits become the same text when at most two letters are taken out of each (Garbe's
//! symmetric deletion, known as SymSpell). The index holds every such shortened text of the possible targets
//! as a hash; what a look-up finds by chance is sorted out by the distance afterwards.

/// Names up to this length are searched with two edits, longer ones with one: the number of shortened texts
/// grows with the square of the length.
const LONGEST_FOR_TWO: usize = 40;

/// Names longer than this are sentences; they are not searched.
const LONGEST: usize = 120;

/// At most so many candidates are looked at for one name, the most frequent first. No vocabulary of people
/// comes near; made-up ones could make every name a neighbour of every other.
const MOST_CANDIDATES: usize = 512;

/// An odd number with well mixed bits, the base of the polynomial hash.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Shortened texts of the targets.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Hash of a shortened text, and the number of the name it came from.
    shortened: Vec<(u64, u32)>,
}

impl Index {
    /// Takes the possible targets, each with its number.
    pub(super) fn new<'names>(names: impl Iterator<Item = (u32, &'names [char])>) -> Self {
        let mut shortened = Vec::new();
        for (number, name) in names {
            each_shortened(name, |hash| shortened.push((hash, number)));
        }
        shortened.sort_unstable();
        shortened.dedup();
        Self { shortened }
    }

    /// The targets with a number under `below` that may be close to a name, in the order of their numbers.
    pub(super) fn near(&self, name: &[char], below: u32) -> Vec<u32> {
        let mut found = Vec::new();
        each_shortened(name, |hash| {
            let start = self.shortened.partition_point(|entry| entry.0 < hash);
            let same = self.shortened[start..].iter().take_while(|entry| entry.0 == hash);
            found
                .extend(same.map(|entry| entry.1).take_while(|number| *number < below).take(MOST_CANDIDATES));
        });
        found.sort_unstable();
        found.dedup();
        found.truncate(MOST_CANDIDATES);
        found
    }
}

/// Calls back with the hash of the name and of the name without one or two of its letters.
fn each_shortened(name: &[char], mut found: impl FnMut(u64)) {
    let length = name.len();
    if length > LONGEST {
        return;
    }
    let mut prefixes = Vec::with_capacity(length + 1);
    let mut powers = Vec::with_capacity(length + 1);
    let (mut prefix, mut power) = (0u64, 1u64);
    for &letter in name {
        prefixes.push(prefix);
        powers.push(power);
        prefix = prefix.wrapping_mul(BASE).wrapping_add(mixed(letter));
        power = power.wrapping_mul(BASE);
    }
    prefixes.push(prefix);
    powers.push(power);
    let part =
        |from: usize, to: usize| prefixes[to].wrapping_sub(prefixes[from].wrapping_mul(powers[to - from]));
    let append =
        |head: u64, from: usize, to: usize| head.wrapping_mul(powers[to - from]).wrapping_add(part(from, to));
    found(prefix);
    for first in 0..length {
        let head = part(0, first);
        found(append(head, first + 1, length));
        if length <= LONGEST_FOR_TWO {
            for second in first + 1..length {
                found(append(append(head, first + 1, second), second + 1, length));
            }
        }
    }
}

/// Never 0, so that a text is never the same as one with a letter before it.
fn mixed(letter: char) -> u64 {
    (u64::from(u32::from(letter)) + 1).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters(name: &str) -> Vec<char> {
        name.chars().collect()
    }

    #[test]
    fn it_finds_what_is_near_and_more_frequent() {
        let names: Vec<Vec<char>> = ["bicycle", "tricycle", "icicle", "boat"].map(letters).to_vec();
        let index = Index::new((0..).zip(names.iter().map(Vec::as_slice)));
        assert_eq!(index.near(&letters("bycicle"), 9), [0, 2]);
        assert_eq!(index.near(&letters("bycicle"), 2), [0]);
        assert_eq!(index.near(&letters("bota"), 9), [3]);
        assert_eq!(index.near(&letters(""), 9), Vec::<u32>::new());
        assert_eq!(index.near(&letters(&"x".repeat(500)), 9), Vec::<u32>::new());
    }

    proptest! {
        #[test]
        fn up_to_two_edits_are_always_found(
            name in "[a-d]{3,9}",
            edits in prop::collection::vec((0usize..4, 0usize..9, prop::char::range('a', 'd')), 0..=2),
        ) {
            let mut typed = letters(&name);
            for (kind, place, letter) in edits {
                let place = place % typed.len();
                match kind {
                    0 => typed[place] = letter,
                    1 => { typed.remove(place); }
                    2 => typed.insert(place, letter),
                    _ => if place > 0 { typed.swap(place - 1, place) },
                }
            }
            let index = Index::new([(0, letters(&name).as_slice())].into_iter());
            prop_assert_eq!(index.near(&typed, 1), [0]);
        }
    }
}
