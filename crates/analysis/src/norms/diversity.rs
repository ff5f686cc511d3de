//! How much people agree on a name.

use std::f64::consts::LN_2;

use super::sums::Sums;

/// H = Σ `p_i` log2(1 / `p_i`) with `p_i = n_i / n`: 0 when everyone gives the same name, at most log2 `k`.
///
/// In bits. Source: Snodgrass & Vanderwart (1980), A standardized set of 260 pictures; non-answers are
/// left out, as there. It is computed as log2 `n` - Σ `n_i` log2 `n_i` / `n` from logarithms in whole numbers, so
/// equal counts give equal bits in any order, and it is off by less than 1e-16 before it is rounded; it is held
/// under log2 `k` against rounding. `None` without answers.
pub fn entropy_bits(counts: &[u64]) -> Option<f64> {
    Sums::of(counts).h()
}

/// H with the correction of Miller and Madow, `H + (k - 1) / (2 n ln 2)`, in bits; at least H.
///
/// H as counted is too low on average, because rare names are missing from a sample. Source: Miller (1955), Note
/// on the bias of information estimates, with the number of names given as the number of names there are; the
/// correction is in nats there, hence ln 2. It may exceed log2 `k`. `None` without answers.
pub fn miller_madow(h: f64, types: u64, n: u64) -> Option<f64> {
    (n > 0).then(|| h + types.saturating_sub(1) as f64 / (2.0 * n as f64 * LN_2))
}

/// The standard error of H in bits, `√((Σ p_i log2² p_i - H²) / n + (k - 1) / (2 n² ln² 2))`: at least 0, and 0
/// when there is one name. `None` without answers.
///
/// Source: Hutcheson (1970), A test for comparing diversities based on the Shannon formula, to the second order
/// and in nats there. It follows from sums in constant time, so it can be followed live; for a publication prefer
/// the bootstrap of [`crate::intervals`]. The bracket is off by less than 5e-15.
pub fn entropy_standard_error(counts: &[u64]) -> Option<f64> {
    Sums::of(counts).h_se()
}

/// `(k - 1) / (2 ln² 2)`: the second-order part of the variance of H, times `n²`, in bits².
pub(crate) fn second_order(types: u64) -> f64 {
    types.saturating_sub(1) as f64 / (2.0 * LN_2 * LN_2)
}

/// Evenness `H / log2 k` of Pielou: from 0 to 1 (all names equally frequent). `None` when `k` < 2: with one name
/// it is 0/0.
///
/// Source: Pielou (1966), The measurement of diversity in different types of biological collections.
pub fn evenness(h: f64, types: u64) -> Option<f64> {
    (types >= 2).then(|| (h / (types as f64).log2()).min(1.0))
}

/// Perplexity `2^H`: so many equally frequent names would give the same H; from 1 to `k`.
///
/// Ecologists call it the Shannon diversity, the Hill number of order 1: Hill (1973), Diversity and evenness.
pub fn perplexity(h: f64) -> f64 {
    h.exp2()
}

/// D = Σ `n_i (n_i - 1)` / (`n (n - 1)`): the probability that two answers drawn without replacement agree.
///
/// From 0 (all differ) to 1 (all agree). Source: Simpson (1949), Measurement of diversity, in the unbiased
/// form of Hunter & Gaston (1988), there as 1 - D. `None` when `n` < 2.
pub fn simpson_unbiased(counts: &[u64]) -> Option<f64> {
    Sums::of(counts).simpson()
}

/// Σ `p_i²`: the probability that two answers drawn *with* replacement agree, larger than
/// [`simpson_unbiased`]; from 1/`k` to 1. Its inverse is the Hill number of order 2. `None` without answers.
pub fn simpson_biased(counts: &[u64]) -> Option<f64> {
    let n: u128 = counts.iter().copied().map(u128::from).sum();
    if n > u128::from(u64::MAX) {
        // n² is beyond all whole numbers.
        return Some(counts.iter().map(|count| (*count as f64 / n as f64).powi(2)).sum());
    }
    let squares: u128 = counts.iter().map(|count| u128::from(*count).pow(2)).sum();
    (n > 0).then(|| squares as f64 / (n * n) as f64)
}

/// Σ `n_i`, held at the largest number there is instead of wrapping.
pub(crate) fn total(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
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
        assert_eq!(simpson_biased(&[2, 1]), Some(5.0 / 9.0));
        assert_eq!(simpson_biased(&[]), None);
        // 1 bit, two names, two answers: 1/(4 ln 2) bits are missing.
        assert!((miller_madow(1.0, 2, 2).unwrap() - 1.360_673_760_222_240_8).abs() < 1e-15);
        assert_eq!(miller_madow(0.0, 1, 9), Some(0.0));
        assert_eq!(miller_madow(0.0, 0, 0), None);
        assert_eq!((evenness(1.5, 8), evenness(0.0, 1), evenness(0.0, 0)), (Some(0.5), None, None));
        assert_eq!((perplexity(3.0), perplexity(0.0)), (8.0, 1.0));
    }

    #[test]
    fn the_standard_error_of_h_is_that_of_hutcheson() {
        // p = 3/4, 1/4: Σ p log2² p = 3/4 · log2²(4/3) + 1/4 · 4 and H = 3/4 · log2(4/3) + 1/2.
        let third = (4.0f64 / 3.0).log2();
        let h = 0.75 * third + 0.5;
        let second = 1.0 / (2.0 * 16.0 * LN_2 * LN_2);
        let expected = ((0.75 * third * third + 1.0 - h * h) / 4.0 + second).sqrt();
        assert!((entropy_standard_error(&[3, 1]).unwrap() - expected).abs() < 1e-15);
        // Two names in balance: only the second order is left, √(1 / (2 · 16)) / ln 2.
        let balanced = entropy_standard_error(&[2, 2]).unwrap();
        assert!((balanced - 1.0 / (32.0f64.sqrt() * LN_2)).abs() < 1e-15);
        assert_eq!(entropy_standard_error(&[9]), Some(0.0));
        assert_eq!(entropy_standard_error(&[]), None);
    }

    #[test]
    fn counts_beyond_all_measure_stop_at_the_end() {
        let huge = [u64::MAX, u64::MAX, 1];
        assert!(entropy_bits(&huge).unwrap().is_finite());
        let halves = [u64::MAX, u64::MAX];
        assert_eq!(entropy_bits(&halves), Some(1.0), "p is a share, also where n is beyond 2^64");
        assert!(entropy_standard_error(&halves).unwrap() < 1e-9);
        assert_eq!((simpson_biased(&halves), simpson_unbiased(&halves)), (Some(0.5), Some(0.5)));
        assert_eq!(simpson_unbiased(&[u64::MAX]), Some(1.0));
        assert!(simpson_unbiased(&huge).is_some_and(f64::is_finite));
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
