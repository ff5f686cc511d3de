//! How much the sets of attributes agree that participants mention.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// Mean agreement over all pairs of participants.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Overlap {
    /// Pairs of participants, n(n − 1)/2.
    pub pairs: u64,
    /// Mean of [`dice`] over the pairs, from 0 to 1.
    pub dice: f64,
    /// Mean of [`masi`] over the pairs, from 0 to 1.
    pub masi: f64,
}

/// The coefficient of Dice: 2·|A ∩ B| / (|A| + |B|), from 0 (nothing in common) to 1 (equal). Two empty sets
/// are equal.
///
/// Source: Dice (1945), Ecology 26; for descriptions Gatt & Belz (2010), the TUNA challenges.
pub fn dice<Item: Ord>(a: &BTreeSet<Item>, b: &BTreeSet<Item>) -> f64 {
    let both = a.intersection(b).count();
    match a.len() + b.len() {
        0 => 1.0,
        sum => 2.0 * both as f64 / sum as f64,
    }
}

/// MASI, the measuring agreement on set-valued items, as a similarity: J · M, where J = |A ∩ B| / |A ∪ B| and M
/// is 1 for equal sets, 2/3 when one holds the other, 1/3 when they overlap and 0 when they are disjoint. From 0
/// to 1. Two empty sets are equal.
///
/// Source: Passonneau (2006), Measuring agreement on set-valued items (MASI), LREC, section 3.
pub fn masi<Item: Ord>(a: &BTreeSet<Item>, b: &BTreeSet<Item>) -> f64 {
    let both = a.intersection(b).count();
    let either = a.len() + b.len() - both;
    if either == both {
        return 1.0;
    }
    let monotonicity = match both {
        0 => 0.0,
        _ if both == a.len().min(b.len()) => 2.0 / 3.0,
        _ => 1.0 / 3.0,
    };
    both as f64 / either as f64 * monotonicity
}

/// The means over all pairs, from distinct sets with how many participants gave each. `None` for fewer than two
/// participants.
pub fn mean_over_pairs<Item: Ord>(sets: &BTreeMap<BTreeSet<Item>, u64>) -> Option<Overlap> {
    let sets: Vec<(&BTreeSet<Item>, u128)> =
        sets.iter().filter(|(_, count)| **count > 0).map(|(set, &count)| (set, u128::from(count))).collect();
    let n: u128 = sets.iter().map(|(_, count)| count).sum();
    if n < 2 {
        return None;
    }
    let pairs_of =
        |n: u128| if n.is_multiple_of(2) { (n / 2).saturating_mul(n - 1) } else { n.saturating_mul(n / 2) };
    let (mut dice_sum, mut masi_sum) = (0.0, 0.0);
    for (index, (a, count_a)) in sets.iter().enumerate() {
        let same = pairs_of(*count_a) as f64;
        dice_sum += same;
        masi_sum += same;
        for (b, count_b) in &sets[index + 1..] {
            let pairs = count_a.saturating_mul(*count_b) as f64;
            dice_sum += pairs * dice(a, b);
            masi_sum += pairs * masi(a, b);
        }
    }
    let pairs = pairs_of(n);
    Some(Overlap {
        pairs: u64::try_from(pairs).unwrap_or(u64::MAX),
        dice: (dice_sum / pairs as f64).clamp(0.0, 1.0),
        masi: (masi_sum / pairs as f64).clamp(0.0, 1.0),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pairs_are_weighted_by_who_gave_them() {
        let colour = BTreeSet::from(["colour"]);
        let both = BTreeSet::from(["colour", "size"]);
        let overlap = mean_over_pairs(&BTreeMap::from([(colour, 2), (both, 1)])).unwrap();
        assert_eq!(overlap.pairs, 3);
        assert!((overlap.dice - (1.0 + 2.0 * 2.0 / 3.0) / 3.0).abs() < 1e-15);
        assert!((overlap.masi - (1.0 + 2.0 * 0.5 * 2.0 / 3.0) / 3.0).abs() < 1e-15);
    }

    #[test]
    fn one_participant_makes_no_pair_and_huge_counts_do_no_harm() {
        let set = BTreeSet::from(["colour"]);
        assert_eq!(mean_over_pairs(&BTreeMap::from([(set.clone(), 1)])), None);
        assert_eq!(mean_over_pairs::<&str>(&BTreeMap::new()), None);
        let huge = BTreeMap::from([(set, 1 << 60), (BTreeSet::new(), 1 << 60)]);
        let overlap = mean_over_pairs(&huge).unwrap();
        assert_eq!(overlap.pairs, u64::MAX);
        assert!((overlap.dice - 0.5).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn both_are_shares_symmetric_and_1_for_equal_sets_only(
            a in prop::collection::btree_set(0u8..6, 0..5),
            b in prop::collection::btree_set(0u8..6, 0..5),
        ) {
            for measure in [dice::<u8>, masi::<u8>] {
                let value = measure(&a, &b);
                prop_assert!((0.0..=1.0).contains(&value));
                prop_assert_eq!(value.to_bits(), measure(&b, &a).to_bits());
                prop_assert_eq!(value > 1.0 - 1e-12, a == b);
            }
        }

        #[test]
        fn the_mean_over_groups_is_the_mean_over_single_pairs(
            given in prop::collection::vec(prop::collection::btree_set(0u8..4, 0..4), 2..12),
        ) {
            let mut groups = BTreeMap::new();
            for set in &given {
                *groups.entry(set.clone()).or_insert(0) += 1;
            }
            let overlap = mean_over_pairs(&groups).unwrap();
            let pairs: Vec<(&BTreeSet<u8>, &BTreeSet<u8>)> =
                (0..given.len()).flat_map(|i| (i + 1..given.len()).map(move |j| (i, j)))
                    .map(|(i, j)| (&given[i], &given[j])).collect();
            let mean = |measure: fn(&BTreeSet<u8>, &BTreeSet<u8>) -> f64| {
                pairs.iter().map(|(a, b)| measure(a, b)).sum::<f64>() / pairs.len() as f64
            };
            prop_assert_eq!(overlap.pairs, pairs.len() as u64);
            prop_assert!((overlap.dice - mean(dice)).abs() < 1e-12);
            prop_assert!((overlap.masi - mean(masi)).abs() < 1e-12);
        }
    }
}
