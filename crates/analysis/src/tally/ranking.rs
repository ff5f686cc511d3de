//! The most frequent names of one stimulus, kept in their order while counts grow.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::texts::Texts;

/// So many names are kept in their order. Whoever wants more has them sorted.
const KEPT: usize = 32;

/// The first names: the most frequent first, equal counts in the order of the code points. Always [`KEPT`] of them,
/// or all if there are fewer.
///
/// Counts only grow, so a name outside can come in, and nobody comes after one who leaves.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranking {
    first: Vec<Ranked>,
}

/// A name with its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ranked {
    pub(super) name: u32,
    pub(super) count: u64,
}

/// At most so many of these names, in the order of a [`Ranking`].
pub(super) fn first(counts: &FxHashMap<u32, u64>, limit: usize, names: &Texts) -> Vec<Ranked> {
    // Each text is looked up once, for most of them are far from the processor.
    let with_text = |(&name, &count)| (Ranked { name, count }, names.get(name));
    let mut all: Vec<(Ranked, &str)> = counts.iter().map(with_text).collect();
    if all.len() > limit {
        all.select_nth_unstable_by(limit, |a, b| compare(*a, *b));
        all.truncate(limit);
    }
    all.sort_unstable_by(|a, b| compare(*a, *b));
    all.into_iter().map(|(ranked, _)| ranked).collect()
}

/// The order of names with their texts: the most frequent first, equal counts in the order of the code points.
fn compare((a, a_text): (Ranked, &str), (b, b_text): (Ranked, &str)) -> Ordering {
    b.count.cmp(&a.count).then_with(|| a_text.cmp(b_text))
}

// === impl Ranking ===

impl Ranking {
    /// Of names with their counts.
    pub(super) fn of(counts: &FxHashMap<u32, u64>, names: &Texts) -> Self {
        Self { first: first(counts, KEPT, names) }
    }

    /// The first names in their order.
    pub(super) fn first(&self) -> &[Ranked] {
        &self.first
    }

    /// The count of a name has grown from `from`, 0 for a new name.
    pub(super) fn raise(&mut self, raised: Ranked, from: u64, names: &Texts) {
        let was_kept = from > 0 && self.remove(Ranked { count: from, ..raised }, names);
        let place = self.place(raised, names);
        if was_kept || place < KEPT {
            self.first.insert(place, raised);
            self.first.truncate(KEPT);
        }
    }

    fn remove(&mut self, ranked: Ranked, names: &Texts) -> bool {
        let place = self.place(ranked, names);
        let is_kept = self.first.get(place) == Some(&ranked);
        if is_kept {
            self.first.remove(place);
        }
        is_kept
    }

    fn place(&self, ranked: Ranked, names: &Texts) -> usize {
        let text = names.get(ranked.name);
        self.first.partition_point(|&other| {
            let is_before = other.count.cmp(&ranked.count).reverse();
            is_before.then_with(|| names.get(other.name).cmp(text)).is_lt()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_names_are_those_of_all_in_order_at_any_time(
            // Many names with few answers tie; a few names take the lead now and then.
            answers in prop::collection::vec(prop_oneof![3 => 0u32..90, 1 => 0u32..3], 0..400),
        ) {
            let mut names = Texts::default();
            let mut counts: FxHashMap<u32, u64> = FxHashMap::default();
            let mut ranking = Ranking::default();
            for answer in answers {
                let name = names.intern(&format!("name {}", answer.wrapping_mul(0x9E37_79B9)));
                let count = counts.entry(name).or_default();
                *count += 1;
                ranking.raise(Ranked { name, count: *count }, *count - 1, &names);
                let all = super::first(&counts, usize::MAX, &names);
                let order = |ranked: &Ranked| (Reverse(ranked.count), names.get(ranked.name));
                prop_assert!(all.is_sorted_by_key(order));
                prop_assert_eq!(all.len(), counts.len());
                prop_assert_eq!(ranking.first(), &all[..all.len().min(KEPT)]);
                let anew = Ranking::of(&counts, &names);
                prop_assert_eq!(ranking.first(), anew.first());
            }
        }
    }
}
