//! The Poisson binomial distribution: trials with a chance of their own each.

/// The probability of at most `most` successes, where trial `i` succeeds with `chances[i]`; from 0 to 1.
///
/// Exact, by adding one trial after the other (Hong 2013, On computing the distribution function for the Poisson
/// binomial distribution, section 2.5), in time proportional to trials times `most`.
pub(super) fn at_most(most: usize, chances: &[f64]) -> f64 {
    let mut successes = vec![0.0; most + 1];
    successes[0] = 1.0;
    for chance in chances {
        for count in (0..=most).rev() {
            let fewer = if count == 0 { 0.0 } else { successes[count - 1] };
            successes[count] = successes[count] * (1.0 - chance) + fewer * chance;
        }
    }
    successes.iter().sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::at_most;

    #[test]
    fn with_equal_chances_it_is_the_binomial_distribution() {
        // R: pbinom(2, 10, 0.3) = 0.3827828
        assert!((at_most(2, &[0.3; 10]) - 0.382_782_786_4).abs() < 1e-10);
        assert!(at_most(0, &[]) >= 1.0 && at_most(0, &[1.0]) <= 0.0 && at_most(3, &[1.0, 1.0]) >= 1.0);
    }

    proptest! {
        #[test]
        fn it_is_what_counting_all_outcomes_gives(
            chances in prop::collection::vec(0.0f64..=1.0, 0..10), most in 0usize..10,
        ) {
            let outcome = |bits: u32| (0..chances.len()).map(move |at| bits >> at & 1 == 1);
            let counted: f64 = (0u32..1 << chances.len())
                .filter(|bits| bits.count_ones() as usize <= most)
                .map(|bits| {
                    let each = outcome(bits).zip(&chances);
                    each.map(|(hit, chance)| if hit { *chance } else { 1.0 - chance }).product::<f64>()
                })
                .sum();
            prop_assert!((at_most(most, &chances) - counted).abs() < 1e-9);
        }
    }
}
