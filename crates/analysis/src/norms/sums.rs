//! The sums over the counts of the names from which all figures of diversity follow.

use super::logarithm::{BITS, log2};
use super::richness::Frequencies;

/// Bits after the binary point of a squared logarithm.
const SQUARE_BITS: u32 = 52;

/// Sums over the counts `n_1 … n_k` of names, in whole numbers.
///
/// They are exact, so the order of the names leaves no trace in them, and a count can be changed in constant time
/// with the same result, bit for bit, as if all were summed anew. Beyond 2^64 answers, as only a file can tell of,
/// all counts are halved until they fit, which leaves their shares as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    frequencies: Frequencies,
    /// Σ `n_i` of the counts in the sums below.
    answers: u64,
    /// Σ `n_i (n_i - 1)`
    agreeing: u128,
    /// Σ `n_i log2 n_i` in units of 2^-[`BITS`].
    logarithms: u128,
    /// Σ `n_i log2² n_i` in units of 2^-[`SQUARE_BITS`].
    squares: u128,
}

/// What one count adds to the sums.
struct Terms {
    agreeing: u128,
    logarithms: u128,
    squares: u128,
}

// === impl Sums ===

impl Sums {
    /// Of counts in any order; zeros are no names.
    pub fn of(counts: &[u64]) -> Self {
        let sums = Self::of_halved(counts, 0);
        if sums.answers < u64::MAX {
            return sums;
        }
        let answers: u128 = counts.iter().copied().map(u128::from).sum();
        let halvings = u64::BITS.saturating_sub(answers.leading_zeros());
        Self { frequencies: sums.frequencies, ..Self::of_halved(counts, halvings) }
    }

    fn of_halved(counts: &[u64], halvings: u32) -> Self {
        let mut sums = Self::default();
        for &count in counts {
            sums.add(count >> halvings);
        }
        sums
    }

    /// The count of one name, which was `from` until now (0 for a new name), is `to` from now on.
    pub fn change(&mut self, from: u64, to: u64) {
        let Terms { agreeing, logarithms, squares } = Terms::of(from);
        self.agreeing = self.agreeing.saturating_sub(agreeing);
        self.logarithms = self.logarithms.saturating_sub(logarithms);
        self.squares = self.squares.saturating_sub(squares);
        self.answers = self.answers.saturating_sub(from);
        let Frequencies { n, types, f1, f2 } = &mut self.frequencies;
        *n = n.saturating_sub(from);
        *types = types.saturating_sub(u64::from(from > 0));
        *f1 = f1.saturating_sub(u64::from(from == 1));
        *f2 = f2.saturating_sub(u64::from(from == 2));
        self.add(to);
    }

    fn add(&mut self, count: u64) {
        let Terms { agreeing, logarithms, squares } = Terms::of(count);
        self.agreeing = self.agreeing.saturating_add(agreeing);
        self.logarithms = self.logarithms.saturating_add(logarithms);
        self.squares = self.squares.saturating_add(squares);
        self.answers = self.answers.saturating_add(count);
        let Frequencies { n, types, f1, f2 } = &mut self.frequencies;
        *n = n.saturating_add(count);
        *types += u64::from(count > 0);
        *f1 += u64::from(count == 1);
        *f2 += u64::from(count == 2);
    }

    /// Answers, names, and names given once and twice.
    pub fn frequencies(&self) -> Frequencies {
        self.frequencies
    }

    /// H in bits, see [`super::entropy_bits`]. `None` without answers.
    pub fn h(&self) -> Option<f64> {
        // Σ p log2 (1/p) = log2 n - Σ n_i log2 n_i / n.
        let h = u128::from(log2(self.answers)) - self.mean_logarithm()?;
        Some((h as f64 / (1u64 << BITS) as f64).min((self.frequencies.types as f64).log2()))
    }

    /// The standard error of H in bits, see [`super::entropy_standard_error`]. `None` without answers.
    pub fn h_se(&self) -> Option<f64> {
        let Frequencies { n, types, .. } = self.frequencies;
        let mean = self.mean_logarithm()?;
        // The spread of log2 (1/p) is that of log2 n_i: their sum is the same for all names.
        let mean_square = self.squares / u128::from(self.answers);
        let spread = mean_square.saturating_sub(square(mean));
        let spread = spread as f64 / (1u64 << SQUARE_BITS) as f64;
        let n = n as f64;
        Some((spread / n + super::second_order(types) / (n * n)).sqrt())
    }

    /// Simpson's index, see [`super::simpson_unbiased`]. `None` when `n` < 2.
    pub fn simpson(&self) -> Option<f64> {
        let n = u128::from(self.answers);
        (n >= 2).then(|| self.agreeing as f64 / (n * (n - 1)) as f64)
    }

    /// Σ `n_i log2 n_i` / n in units of 2^-[`BITS`]; at most log2 n against rounding.
    fn mean_logarithm(&self) -> Option<u128> {
        let n = self.answers;
        Some(self.logarithms.checked_div(n.into())?.min(log2(n).into()))
    }
}

// === impl Terms ===

impl Terms {
    fn of(count: u64) -> Self {
        let logarithm = u128::from(log2(count));
        let count = u128::from(count);
        Self {
            agreeing: count * count.saturating_sub(1),
            logarithms: count * logarithm,
            squares: count * square(logarithm),
        }
    }
}

/// From units of 2^-[`BITS`] to units of 2^-[`SQUARE_BITS`].
fn square(logarithm: u128) -> u128 {
    (logarithm * logarithm) >> (2 * BITS - SQUARE_BITS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn equal_counts_give_exact_figures() {
        for (counts, h) in [(&[7][..], 0.0), (&[5, 5], 1.0), (&[3, 3, 3, 3], 2.0), (&[u64::MAX], 0.0)] {
            let sums = Sums::of(counts);
            assert_eq!(sums.h(), Some(h));
            let n = sums.frequencies().n as f64;
            assert_eq!(sums.h_se(), Some((super::super::second_order(counts.len() as u64) / (n * n)).sqrt()));
        }
        assert_eq!(
            (Sums::default().h(), Sums::default().h_se(), Sums::of(&[0]).simpson()),
            (None, None, None)
        );
    }

    #[test]
    fn few_others_among_millions_keep_their_digits() {
        // p = 1 - 1e-7 and 1e-7, computed to 40 digits.
        let sums = Sums::of(&[9_999_999, 1]);
        assert!((sums.h().unwrap() - 2.469_619_163_296_574_5e-6).abs() < 5e-17, "{:?}", sums.h());
    }

    #[test]
    fn beyond_all_measure_shares_are_kept() {
        let sums = Sums::of(&[u64::MAX; 9]);
        assert_eq!((sums.frequencies().n, sums.frequencies().types), (u64::MAX, 9));
        assert!((sums.h().unwrap() - 9.0f64.log2()).abs() < 1e-15, "{:?}", sums.h());
        assert!(sums.h_se().unwrap() < 1e-9, "{:?}", sums.h_se());
        assert!((sums.simpson().unwrap() - 1.0 / 9.0).abs() < 1e-15, "{:?}", sums.simpson());
        let three = Sums::of(&[u64::MAX, u64::MAX / 2, 1]);
        assert_eq!((three.frequencies().types, three.frequencies().f1), (3, 1));
        assert!((three.h().unwrap() - 0.918_295_834_054_489_5).abs() < 1e-15, "{:?}", three.h());
    }

    proptest! {
        #[test]
        fn they_are_what_floats_say(counts in prop::collection::vec(1u64..10_000, 1..50)) {
            let sums = Sums::of(&counts);
            let n: u64 = counts.iter().sum();
            let share = |count: u64| count as f64 / n as f64;
            let h: f64 = counts.iter().map(|count| -share(*count) * share(*count).log2()).sum();
            let spread: f64 =
                counts.iter().map(|count| share(*count) * (-share(*count).log2() - h).powi(2)).sum();
            let second = super::super::second_order(counts.len() as u64);
            let se = (spread / n as f64 + second / (n as f64).powi(2)).sqrt();
            prop_assert!((sums.h().unwrap() - h).abs() < 1e-13);
            prop_assert!((sums.h_se().unwrap() - se).abs() < 1e-9);
        }

        #[test]
        fn changing_counts_one_by_one_equals_summing_anew(
            steps in prop::collection::vec((0usize..12, prop_oneof![0u64..4, 0u64..5_000_000]), 0..200),
        ) {
            let mut counts = [0u64; 12];
            let mut sums = Sums::default();
            for (name, to) in steps {
                sums.change(counts[name], to);
                counts[name] = to;
            }
            prop_assert_eq!(sums, Sums::of(&counts));
            counts.reverse();
            prop_assert_eq!(sums, Sums::of(&counts));
        }
    }
}
