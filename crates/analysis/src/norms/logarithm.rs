//! Logarithms of counts in whole numbers, so that sums of them are exact.
//!
//! A sum of floats depends on the order of its terms, and nothing can be taken out of it again. A sum of whole
//! numbers has neither trouble: it is the same in any order and on any machine, and it can follow the answers one
//! by one.

/// Bits after the binary point of [`log2`].
pub(super) const BITS: u32 = 56;

/// Bits after the binary point of what is looked up and of what is added to it. Those beyond [`BITS`] keep the errors
/// of both from showing.
const FINE_BITS: u32 = 63;

/// The first bits of a number choose a logarithm of this table; the rest is small enough for a short series.
const INDEX_BITS: u32 = 10;

const STRETCHES: usize = 1 << INDEX_BITS;

/// The logarithms of 1 + i/1024 for i = 0 … 1024, in units of 2^-[`FINE_BITS`].
static LOGARITHMS: [u64; STRETCHES + 1] = table();

/// log2 e in units of 2^-[`FINE_BITS`].
const LOG2_E: u64 = 13_306_513_097_844_322_491;

/// The logarithm of `count` to the base 2, in units of 2^-[`BITS`], off by less than 0.6 of a unit; 0 for 0.
///
/// It never falls as `count` grows, and is exact for powers of 2; `log2(2 c)` is `log2(c)` plus 1 exactly.
pub(super) fn log2(count: u64) -> u64 {
    if count == 0 {
        return 0;
    }
    let whole = count.ilog2();
    // From 1 to 2, with 63 bits after the point.
    let number = count << (63 - whole);
    let first = number >> (63 - INDEX_BITS);
    let stretch = (first as usize) & (STRETCHES - 1);
    let rest = number << (1 + INDEX_BITS);
    let mut fraction = LOGARITHMS[stretch];
    if rest > 0 {
        // Errors of the last bit must not lead beyond where the next stretch begins.
        fraction = (fraction + log2_1p(rest / first)).min(LOGARITHMS[stretch + 1]);
    }
    (u64::from(whole) << BITS) + ((fraction + (1 << (FINE_BITS - BITS - 1))) >> (FINE_BITS - BITS))
}

/// log2(1 + x) in units of 2^-[`FINE_BITS`], for `x` below 1/1024 in units of 2^-64: off by less than 4 units.
/// It never falls as `x` grows, for what is taken from `x` grows by no more than a unit when `x` does.
fn log2_1p(x: u64) -> u64 {
    // ln(1 + x) = x - x² (1/2 - x (1/3 - x (1/4 - x (1/5 - x/6)))), and what is left out is below 2^-72.
    let series = u64::MAX / 5 - x / 6;
    let series = u64::MAX / 4 - product(x, series);
    let series = u64::MAX / 3 - product(x, series);
    let series = u64::MAX / 2 - product(x, series);
    product(x - product(x, product(x, series)), LOG2_E)
}

/// Of two numbers in units of 2^-64.
fn product(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) >> 64) as u64
}

const fn table() -> [u64; STRETCHES + 1] {
    let mut table = [1 << FINE_BITS; STRETCHES + 1];
    let mut stretch = 0;
    while stretch < STRETCHES {
        table[stretch] = bit_by_bit(((STRETCHES + stretch) as u64) << (63 - INDEX_BITS));
        stretch += 1;
    }
    table
}

/// The logarithm of a number from 1 to 2 with 63 bits after the point, in units of 2^-[`FINE_BITS`]: squaring a number
/// doubles its logarithm, and one that reaches 2 has a whole bit to give. Off by less than 4 units.
const fn bit_by_bit(mut number: u64) -> u64 {
    let mut bits = 0;
    let mut place = 0;
    while place < FINE_BITS {
        let square = (number as u128 * number as u128) >> 63;
        let carry = (square >> 64) as u64;
        number = (square >> carry) as u64;
        bits = (bits << 1) | carry;
        place += 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ONE: u64 = 1 << BITS;
    const LOG2_3: u64 = 114_208_584_442_304_136;
    const LOG2_10: u64 = 239_370_146_084_580_908;

    #[test]
    fn known_values() {
        assert_eq!((log2(0), log2(1), log2(2), log2(1 << 63)), (0, 0, ONE, 63 * ONE));
        // From 50 digits: 1.58496250072115618145… and 3.32192809488736234787… times 2^56.
        assert!(log2(3).abs_diff(LOG2_3) <= 1 && log2(10).abs_diff(LOG2_10) <= 1);
    }

    #[test]
    fn it_does_not_fall_where_a_stretch_ends() {
        for stretch in 1025..=2047u64 {
            let begin = stretch << 53;
            assert!(log2(begin - 1) <= log2(begin), "{stretch}");
        }
        assert!(log2(u64::MAX) <= 64 * ONE);
    }

    proptest! {
        #[test]
        fn it_is_the_logarithm_bit_by_bit(count in 1u64.., bits in 0u32..64) {
            let count = (count >> bits).max(1);
            let whole = count.ilog2();
            let fine = (u128::from(whole) << FINE_BITS) + u128::from(bit_by_bit(count << (63 - whole)));
            let unit = 1 << (FINE_BITS - BITS);
            prop_assert!((u128::from(log2(count)) * unit).abs_diff(fine) <= unit / 2 + 8);
        }

        #[test]
        fn it_never_falls_between_neighbours(count in 1u64..u64::MAX, bits in 0u32..64) {
            let count = (count >> bits).max(1);
            prop_assert!(log2(count) <= log2(count + 1));
        }

        #[test]
        fn it_is_what_floats_say_and_never_falls(count in 1u64..u64::MAX) {
            let float = (count as f64).log2();
            prop_assert!((log2(count) as f64 / ONE as f64 - float).abs() < 2e-14);
            prop_assert!(log2(count) <= log2(count + 1));
        }

        #[test]
        fn a_factor_of_two_is_one_bit(count in 1u64..u64::MAX / 2) {
            prop_assert_eq!(log2(2 * count), log2(count) + ONE);
        }
    }
}
