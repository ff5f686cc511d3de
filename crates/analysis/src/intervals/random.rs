//! Random numbers that are the same on every machine.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};

/// A stream of random bits for one purpose. Only whole numbers are drawn, exactly, so no rounding of any machine
/// comes in.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    words: Xoshiro256PlusPlus,
    bits: u64,
    bits_left: u32,
}

// === impl Random ===

impl Random {
    /// The stream of `seed` for one `purpose` (such as what is computed) and one `key` (such as a stimulus). It
    /// begins with the SHA-256 of the three, so streams of different keys have nothing to do with each other.
    pub(crate) fn new(seed: u64, purpose: &str, key: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update((purpose.len() as u64).to_le_bytes());
        hash.update(purpose.as_bytes());
        hash.update(key.as_bytes());
        Self { words: Xoshiro256PlusPlus::from_seed(hash.finalize().into()), bits: 0, bits_left: 0 }
    }

    /// How many of `n` independent trials succeed, each with probability `numerator / denominator`; all of them
    /// when that is 1 or more, none when it is 0. Takes about `n / 32` random words.
    ///
    /// Each trial compares a uniform number with the probability bit by bit, all trials at once: at each place
    /// half of the undecided are decided, and how many is a number of random bits. Exact for any fraction.
    pub(crate) fn binomial(&mut self, n: u64, numerator: u128, denominator: u128) -> u64 {
        if numerator >= denominator {
            return n;
        }
        let mut rest = numerator;
        let mut undecided = n;
        let mut successes = 0;
        while undecided > 0 && rest > 0 {
            rest *= 2;
            let zeros = self.ones_of(undecided);
            if rest >= denominator {
                rest -= denominator;
                successes += zeros;
                undecided -= zeros;
            } else {
                undecided = zeros;
            }
        }
        successes
    }

    /// How many of `n` random bits are ones.
    fn ones_of(&mut self, n: u64) -> u64 {
        let mut wanted = n;
        let mut ones = 0;
        while wanted > 0 {
            if self.bits_left == 0 {
                self.bits = self.words.next_u64();
                self.bits_left = u64::BITS;
            }
            let taken = u64::from(self.bits_left).min(wanted) as u32;
            let mask = u64::MAX >> (u64::BITS - taken);
            ones += u64::from((self.bits & mask).count_ones());
            self.bits = self.bits.checked_shr(taken).unwrap_or(0);
            self.bits_left -= taken;
            wanted -= u64::from(taken);
        }
        ones
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_same_seed_gives_the_same_and_another_key_something_else() {
        let draw = |seed, key| {
            let mut random = Random::new(seed, "test", key);
            [(); 8].map(|()| random.binomial(1000, 3, 7))
        };
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
        // Held fast: whoever publishes a seed gets these draws from every later version too.
        assert_eq!(draw(1, "a"), [438, 410, 413, 416, 386, 428, 456, 438]);
    }

    #[test]
    fn draws_have_the_mean_and_the_spread_of_a_binomial() {
        let mut random = Random::new(9, "test", "moments");
        for (n, numerator, denominator) in [(1u64, 1u128, 3u128), (20, 1, 2), (500, 9, 10), (77, 1, 1000)] {
            let p = numerator as f64 / denominator as f64;
            let draws: Vec<f64> =
                (0..20_000).map(|_| random.binomial(n, numerator, denominator) as f64).collect();
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            let variance =
                draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / (draws.len() - 1) as f64;
            let (expected, spread) = (n as f64 * p, n as f64 * p * (1.0 - p));
            // Five standard errors of a mean of 20 000 draws; the seed is fixed, so this holds or it does not.
            assert!((mean - expected).abs() < 5.0 * (spread / 20_000.0).sqrt(), "{n} {p}: mean {mean}");
            assert!((variance / spread - 1.0).abs() < 0.1, "{n} {p}: variance {variance}, not {spread}");
        }
    }

    #[test]
    fn certain_is_certain() {
        let mut random = Random::new(0, "test", "");
        assert_eq!(random.binomial(10, 0, 5), 0);
        assert_eq!(random.binomial(10, 5, 5), 10);
        assert_eq!(random.binomial(10, 6, 5), 10);
        assert_eq!(random.binomial(0, 1, 2), 0);
    }
}
