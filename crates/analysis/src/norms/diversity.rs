//! How much people agree on a name.

/// H = Σ `p_i` log2(1 / `p_i`) with `p_i = n_i / n`: 0 when everyone gives the same name, at most log2 `k`.
///
/// In bits. Source: Snodgrass & Vanderwart (1980), A standardized set of 260 pictures, p. 184; non-answers are
/// left out, as there. The sum runs over the counts in descending order whatever order they are given in, so
/// equal counts give equal bits, and it is held under log2 `k` against rounding. `None` without answers.
pub fn entropy_bits(counts: &[u64]) -> Option<f64> {
    let n: u64 = counts.iter().sum();
    if n == 0 {
        return None;
    }
    let mut sorted: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let total = n as f64;
    let mut sum = 0.0;
    for &count in &sorted {
        let count = count as f64;
        sum += count / total * (total / count).log2();
    }
    Some(sum.min((sorted.len() as f64).log2()))
}

/// D = Σ `n_i (n_i - 1)` / (`n (n - 1)`): the probability that two answers drawn without replacement agree.
///
/// From 0 (all differ) to 1 (all agree). Source: Simpson (1949), Measurement of diversity, in the unbiased
/// form of Hunter & Gaston (1988), eq. 1, there as 1 - D. `None` when `n` < 2.
pub fn simpson_unbiased(counts: &[u64]) -> Option<f64> {
    let n: u128 = counts.iter().map(|count| u128::from(*count)).sum();
    if n < 2 {
        return None;
    }
    let agreeing: u128 =
        counts.iter().map(|count| u128::from(*count) * u128::from(count.saturating_sub(1))).sum();
    Some(agreeing as f64 / (n * (n - 1)) as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agreement_of_all_is_plain_zero_bits() {
        let h = entropy_bits(&[7]).unwrap();
        assert!(h == 0.0 && h.is_sign_positive());
        assert_eq!(entropy_bits(&[]), None);
        assert_eq!(entropy_bits(&[0]), None);
    }

    #[test]
    fn known_values() {
        assert_eq!(entropy_bits(&[5, 5]), Some(1.0));
        assert_eq!(entropy_bits(&[1, 1, 1, 1]), Some(2.0));
        // Three answers, two alike: one agreeing pair of three.
        assert_eq!(simpson_unbiased(&[2, 1]), Some(1.0 / 3.0));
        assert_eq!(simpson_unbiased(&[4]), Some(1.0));
        assert_eq!(simpson_unbiased(&[1, 1, 1]), Some(0.0));
        assert_eq!(simpson_unbiased(&[1]), None);
    }

    proptest! {
        #[test]
        fn h_is_between_zero_and_log2_of_types(counts in prop::collection::vec(1u64..10_000, 1..50)) {
            let h = entropy_bits(&counts).unwrap();
            prop_assert!(h >= 0.0 && h <= (counts.len() as f64).log2());
        }

        #[test]
        fn h_has_the_same_bits_in_any_order(
            counts in prop::collection::vec(1u64..10_000, 1..50).prop_shuffle(),
        ) {
            let mut sorted = counts.clone();
            sorted.sort_unstable();
            prop_assert_eq!(
                entropy_bits(&counts).map(f64::to_bits),
                entropy_bits(&sorted).map(f64::to_bits)
            );
        }

        #[test]
        fn merging_two_names_lowers_neither_agreement_nor_raises_h(
            counts in prop::collection::vec(1u64..1000, 2..30),
        ) {
            let mut merged = counts.clone();
            let last = merged.pop().unwrap();
            merged[0] += last;
            prop_assert!(entropy_bits(&merged).unwrap() <= entropy_bits(&counts).unwrap() + 1e-12);
            if let (Some(after), Some(before)) = (simpson_unbiased(&merged), simpson_unbiased(&counts)) {
                prop_assert!(after >= before);
            }
        }
    }
}
