//! Drawing counts.

use super::Random;

/// Draws counts of categories with fixed weights.
#[derive(Debug, Clone)]
pub(crate) struct Multinomial {
    /// Sums of the weights before each category, and of all.
    before: Vec<u128>,
}

// === impl Multinomial ===

impl Multinomial {
    /// Categories with these weights, in this order.
    pub(crate) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut before = vec![0];
        let mut sum = 0;
        for weight in weights {
            sum += u128::from(weight);
            before.push(sum);
        }
        Self { before }
    }

    /// Puts `n` draws into `counts`, one per category. All stay 0 without weights.
    pub(crate) fn draw(&self, random: &mut Random, n: u64, counts: &mut [u64]) {
        counts.fill(0);
        if self.before[self.before.len() - 1] > 0 {
            self.split(random, n, 0, counts);
        }
    }

    /// Divides `n` draws among the categories from `first` on: how many fall into the lower half of them is
    /// binomial, and so on within each half. That takes about `n / 32 · log2 k` random words instead of `n`.
    fn split(&self, random: &mut Random, n: u64, first: usize, counts: &mut [u64]) {
        if n == 0 {
            return;
        }
        if let [only] = counts {
            *only = n;
            return;
        }
        let half = counts.len() / 2;
        let weight = |from: usize, to: usize| self.before[to] - self.before[from];
        let lower_weight = weight(first, first + half);
        let all = weight(first, first + counts.len());
        let (lower, upper) = counts.split_at_mut(half);
        let in_lower = random.binomial(n, lower_weight, all);
        self.split(random, in_lower, first, lower);
        self.split(random, n - in_lower, first + half, upper);
    }
}

#[cfg(test)]
mod tests {
    use super::{Multinomial, Random};

    #[test]
    fn draws_follow_the_weights_and_add_up() {
        let weights = [50u64, 0, 30, 15, 5];
        let multinomial = Multinomial::new(weights);
        let mut random = Random::new(4, "test", "");
        let mut counts = [0; 5];
        let mut totals = [0u64; 5];
        for _ in 0..4000 {
            multinomial.draw(&mut random, 25, &mut counts);
            assert_eq!(counts.iter().sum::<u64>(), 25);
            for (total, count) in totals.iter_mut().zip(counts) {
                *total += count;
            }
        }
        assert_eq!(totals[1], 0);
        for (total, weight) in totals.into_iter().zip(weights) {
            let (share, expected) = (total as f64 / 100_000.0, weight as f64 / 100.0);
            assert!((share - expected).abs() < 0.01, "{share} instead of {expected}");
        }
    }

    #[test]
    fn nothing_to_draw_from_is_nothing() {
        let mut random = Random::new(4, "test", "");
        Multinomial::new([]).draw(&mut random, 5, &mut []);
        let mut counts = [7, 7];
        Multinomial::new([0, 0]).draw(&mut random, 5, &mut counts);
        assert_eq!(counts, [0, 0]);
    }
}
