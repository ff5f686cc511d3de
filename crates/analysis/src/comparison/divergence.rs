//! How different two distributions of names are.

use std::collections::BTreeMap;

/// Jensen-Shannon divergence of two distributions, given by name with weights (counts or shares), in bits.
///
/// `½ Σ p log2(p/m) + ½ Σ q log2(q/m)` with `m = (p + q) / 2`: 0 when both are equal, 1 when they share no name;
/// symmetric. Source: Lin (1991), Divergence measures based on the Shannon entropy, eq. 4.1 with equal weights.
/// `None` when either side has no weight.
pub fn jensen_shannon_bits<'name>(
    one: impl IntoIterator<Item = (&'name str, f64)>,
    other: impl IntoIterator<Item = (&'name str, f64)>,
) -> Option<f64> {
    let mut weights: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (name, weight) in one {
        weights.entry(name).or_default().0 += weight;
    }
    for (name, weight) in other {
        weights.entry(name).or_default().1 += weight;
    }
    let all_one: f64 = weights.values().map(|(weight, _)| weight).sum();
    let all_other: f64 = weights.values().map(|(_, weight)| weight).sum();
    if all_one <= 0.0 || all_other <= 0.0 {
        return None;
    }
    let part = |share: f64, middle: f64| if share > 0.0 { share * (share / middle).log2() } else { 0.0 };
    let sum: f64 = weights
        .values()
        .map(|(p, q)| {
            let (p, q) = (p / all_one, q / all_other);
            let middle = f64::midpoint(p, q);
            // Both at once, so that exchanging the sides changes no bit.
            part(p, middle) + part(q, middle)
        })
        .sum();
    Some((sum / 2.0).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::jensen_shannon_bits;

    #[test]
    fn known_values() {
        assert_eq!(jensen_shannon_bits([("a", 3.0)], [("a", 9.0)]), Some(0.0));
        assert_eq!(jensen_shannon_bits([("a", 3.0)], [("b", 9.0)]), Some(1.0));
        assert_eq!(jensen_shannon_bits([("a", 3.0)], []), None);
        // p = (1, 0), q = (½, ½): ½ log2(4/3) + ½ (½ log2(2/3) + ½ log2 2).
        let expected = 0.5 * (4.0f64 / 3.0).log2() + 0.25 * (2.0f64 / 3.0).log2() + 0.25;
        let found = jensen_shannon_bits([("a", 1.0)], [("a", 5.0), ("b", 5.0)]).unwrap();
        assert!((found - expected).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn it_is_symmetric_and_between_zero_and_one(
            one in prop::collection::btree_map("[a-e]", 1u32..50, 1..5),
            other in prop::collection::btree_map("[a-e]", 1u32..50, 1..5),
        ) {
            let weights = |names: &std::collections::BTreeMap<String, u32>| -> Vec<(String, f64)> {
                names.iter().map(|(name, count)| (name.clone(), f64::from(*count))).collect()
            };
            let (one, other) = (weights(&one), weights(&other));
            let of = |a: &[(String, f64)], b: &[(String, f64)]| {
                let named = |list: &[(String, f64)]| list.to_vec();
                let (a, b) = (named(a), named(b));
                jensen_shannon_bits(
                    a.iter().map(|(name, weight)| (name.as_str(), *weight)),
                    b.iter().map(|(name, weight)| (name.as_str(), *weight)),
                )
            };
            let found = of(&one, &other).unwrap();
            prop_assert!((0.0..=1.0).contains(&found));
            prop_assert_eq!(Some(found.to_bits()), of(&other, &one).map(f64::to_bits));
        }
    }
}
