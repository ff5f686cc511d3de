//! The community of names that a sample may have come from.

use super::{Frequencies, Multinomial, Random};

/// Names with estimated probabilities, unseen ones included: Chao et al. (2014), as
/// `EstiBootComm.Ind` of iNEXT.
#[derive(Debug)]
pub(super) struct Community {
    n: u64,
    /// Draws one of the seen names, or, as the last, any of the unseen.
    names: Multinomial,
    seen: usize,
    /// How many unseen names there are; they are equally probable.
    unseen: u64,
}

/// Probabilities are rounded to this fraction, so that the last digit of a machine's arithmetic changes no draw.
const STEPS: f64 = (1u64 << 40) as f64;

// === impl Community ===

impl Community {
    /// `p_i = n_i/n · (1 - w (1 - n_i/n)^n)`, where `w` makes the sum the coverage; what is left is shared by
    /// the unseen names of Chao1, rounded up.
    pub(super) fn of(frequencies: Frequencies, occurring: &[(u64, u64)]) -> Self {
        let n = frequencies.n as f64;
        let missing = 1.0 - frequencies.coverage().unwrap_or(1.0);
        let rare = |count: u64| {
            let share = count as f64 / n;
            (share, (n * (-share).ln_1p()).exp())
        };
        let correction: f64 = occurring
            .iter()
            .map(|&(count, names)| {
                let (share, absent) = rare(count);
                names as f64 * share * absent
            })
            .sum();
        let weight = if correction > 0.0 { missing / correction } else { 0.0 };
        let mut weights = Vec::new();
        for &(count, names) in occurring {
            let (share, absent) = rare(count);
            let probability = (share * (1.0 - weight * absent)).max(0.0);
            weights.extend((0..names).map(|_| (probability * STEPS).round() as u64));
        }
        let seen = weights.len();
        let unseen = frequencies.unseen().ceil() as u64;
        weights.push(if unseen > 0 { (missing * STEPS).round() as u64 } else { 0 });
        Self { n: frequencies.n, names: Multinomial::new(weights), seen, unseen }
    }

    /// The counts of a sample of the same size, in no particular order; some may be 0.
    pub(super) fn draw(&self, random: &mut Random) -> Vec<u64> {
        let mut counts = vec![0; self.seen + 1];
        self.names.draw(random, self.n, &mut counts);
        let unseen = counts.pop().unwrap_or(0);
        spread(random, unseen, self.unseen, &mut counts);
        counts.retain(|count| *count > 0);
        counts
    }
}

/// Divides draws among equally probable names and adds the counts of those that were drawn.
fn spread(random: &mut Random, draws: u64, names: u64, counts: &mut Vec<u64>) {
    if draws == 0 || names == 0 {
        return;
    }
    if names == 1 {
        counts.push(draws);
        return;
    }
    let half = names / 2;
    let in_half = random.binomial(draws, u128::from(half), u128::from(names));
    spread(random, in_half, half, counts);
    spread(random, draws - in_half, names - half, counts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_the_size_and_about_the_shares_of_the_first() {
        let occurring = [(1, 10), (2, 3), (40, 1), (44, 1)];
        let counts: Vec<u64> = [1; 10].into_iter().chain([2, 2, 2, 40, 44]).collect();
        let frequencies = Frequencies::of(&counts);
        let community = Community::of(frequencies, &occurring);
        let mut random = Random::new(5, "test", "");
        let mut new_names = 0;
        for _ in 0..500 {
            let drawn = community.draw(&mut random);
            assert_eq!(drawn.iter().sum::<u64>(), frequencies.n);
            assert!(drawn.iter().all(|count| *count > 0));
            new_names += usize::from(drawn.len() > counts.len());
        }
        assert!(
            new_names > 0,
            "a sample may hold more names than the first, since unseen ones are drawn too"
        );
    }

    #[test]
    fn without_names_given_once_nothing_is_unseen() {
        let community = Community::of(Frequencies::of(&[5, 9]), &[(5, 1), (9, 1)]);
        assert_eq!(community.unseen, 0);
        assert!(community.draw(&mut Random::new(1, "test", "")).len() <= 2);
        let alone = Community::of(Frequencies::of(&[3]), &[(3, 1)]);
        assert_eq!(alone.draw(&mut Random::new(1, "test", "")), [3]);
    }
}
