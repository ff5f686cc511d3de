//! The earth mover's distance, exactly.
//!
//! Masses are whole numbers (both sides are scaled by the total of the other) and costs are whole billionths
//! of ΔE, so the optimum is a whole number: one and the same whatever the order of the masses, and from
//! either side.

use nameit_domain::colour::Lab;

use super::matrix::by_place;
use flow::Transport;

mod flow;

/// A mass at a place in a colour space.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mass {
    /// The place.
    pub at: Lab,
    /// How much lies there, such as a number of answers.
    pub weight: u64,
}

/// A colour space ends long before; it bounds the whole numbers.
const FARTHEST: f64 = 10_000.0;

/// Costs per unit of distance.
const UNITS: f64 = 1e9;

/// The earth mover's distance (Wasserstein-1) between two distributions of mass in a colour space.
///
/// The least work that turns one into the other, per unit of mass: how far an answer has to be moved on
/// average, in units of the space (ΔE*ab for CIELAB). Each side is scaled to mass 1, so only shares matter.
/// At least 0; 0 if and only if both have the same shares at the same places; symmetric bit for bit; a
/// metric. `None` when a side has no mass. Source: Rubner, Tomasi & Guibas (2000), The earth mover's distance
/// as a metric for image retrieval; for names of colours see Vejdemo-Johansson, Vejdemo & Ek (2014),
/// Comparing distributions of color words, PLOS ONE 9(2): e89184.
///
/// Solved as a transport problem by successive shortest paths, in whole numbers: places with mass of both
/// sides are cancelled first, distances are rounded up to 10⁻⁹. Time grows with about the cube of the number
/// of places, so it is meant for hundreds of them. Totals above 2⁶² lose their lowest bits.
pub fn earth_movers_distance(one: &[Mass], other: &[Mass]) -> Option<f64> {
    let (one, one_total) = shares(one)?;
    let (other, other_total) = shares(other)?;
    let mut places: Vec<(Lab, u128, u128)> = Vec::with_capacity(one.len() + other.len());
    for mass in one {
        places.push((mass.at, u128::from(mass.weight) * u128::from(other_total), 0));
    }
    for mass in other {
        places.push((mass.at, 0, u128::from(mass.weight) * u128::from(one_total)));
    }
    places.sort_by(|a, b| by_place(a.0, b.0));
    places.dedup_by(|next, kept| {
        let same = by_place(next.0, kept.0).is_eq();
        if same {
            kept.1 += next.1;
            kept.2 += next.2;
        }
        same
    });

    let (mut sources, mut sinks) = (Vec::new(), Vec::new());
    for (at, has, wants) in places {
        if has > wants {
            sources.push((at, has - wants));
        } else if wants > has {
            sinks.push((at, wants - has));
        }
    }
    let costs =
        sources.iter().map(|(from, _)| sinks.iter().map(|(to, _)| cost(*from, *to)).collect()).collect();
    let amounts = |side: Vec<(Lab, u128)>| side.into_iter().map(|(_, amount)| amount).collect();
    let work = Transport::new(amounts(sources), amounts(sinks), costs).least_work();
    let mass = u128::from(one_total) * u128::from(other_total);
    Some(work / mass as f64 / UNITS)
}

/// Rounded up, so that different places never cost nothing and a detour is never cheaper than the way.
fn cost(from: Lab, to: Lab) -> i64 {
    let distance = from.distance(to);
    // What is not a number counts as far away.
    let distance = if distance <= FARTHEST { distance } else { FARTHEST };
    ((distance * UNITS).ceil() as i64).max(1)
}

/// The masses above 0, and their total, which is at most 2⁶².
fn shares(masses: &[Mass]) -> Option<(Vec<Mass>, u64)> {
    let total: u128 = masses.iter().map(|mass| u128::from(mass.weight)).sum();
    let surplus_bits = 66u32.saturating_sub(total.leading_zeros());
    let mut masses: Vec<Mass> =
        masses.iter().map(|mass| Mass { weight: mass.weight >> surplus_bits, ..*mass }).collect();
    masses.retain(|mass| mass.weight > 0);
    let total: u64 = masses.iter().map(|mass| mass.weight).sum();
    (total > 0).then_some((masses, total))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mass(l: f64, a: f64, b: f64, weight: u64) -> Mass {
        Mass { at: Lab { l, a, b }, weight }
    }

    #[test]
    fn worked_examples_by_hand() {
        let here = [mass(50.0, 0.0, 0.0, 1)];
        let there = [mass(50.0, 3.0, 4.0, 7)];
        // All has to go the same way.
        assert_eq!(earth_movers_distance(&here, &there), Some(5.0));
        // On a line: a third goes from 0 to 10, and a third from 10 to 30.
        let one = [mass(0.0, 0.0, 0.0, 2), mass(10.0, 0.0, 0.0, 1)];
        let other = [mass(0.0, 0.0, 0.0, 1), mass(10.0, 0.0, 0.0, 1), mass(30.0, 0.0, 0.0, 1)];
        assert_eq!(earth_movers_distance(&one, &other), Some(10.0));
        // The nearest pair is not in the best plan: 10 → 9 and 0 → 100 cost 101, 0 → 9 and 10 → 100 cost 99.
        let one = [mass(0.0, 0.0, 0.0, 1), mass(10.0, 0.0, 0.0, 1)];
        let other = [mass(9.0, 0.0, 0.0, 1), mass(100.0, 0.0, 0.0, 1)];
        assert_eq!(earth_movers_distance(&one, &other), Some(49.5));
    }

    #[test]
    fn nothing_has_no_distance_and_much_does_not_overflow() {
        assert_eq!(earth_movers_distance(&[], &[]), None);
        assert_eq!(earth_movers_distance(&[mass(1.0, 0.0, 0.0, 0)], &[mass(1.0, 0.0, 0.0, 3)]), None);
        let heavy = [mass(0.0, 0.0, 0.0, u64::MAX), mass(1.0, 0.0, 0.0, u64::MAX)];
        let far = [mass(0.0, 1e300, 0.0, u64::MAX), mass(f64::NAN, 0.0, 0.0, u64::MAX)];
        assert_eq!(earth_movers_distance(&heavy, &far), Some(FARTHEST));
        let shifted = [mass(1.0, 0.0, 0.0, u64::MAX), mass(2.0, 0.0, 0.0, u64::MAX)];
        assert_eq!(earth_movers_distance(&heavy, &shifted), Some(1.0));
    }

    fn distribution() -> impl Strategy<Value = Vec<Mass>> {
        let place = (0u8..5, -3i8..3, -3i8..3);
        prop::collection::vec((place, 1u64..9), 1..7).prop_map(|masses| {
            let mass = |((l, a, b), weight): ((u8, i8, i8), u64)| {
                mass(f64::from(l) * 10.0, f64::from(a) * 7.0, f64::from(b) * 7.0, weight)
            };
            masses.into_iter().map(mass).collect()
        })
    }

    /// On a line the distance is the area between the two cumulative distributions.
    fn on_a_line(one: &[Mass], other: &[Mass]) -> f64 {
        let total = |masses: &[Mass]| masses.iter().map(|mass| mass.weight).sum::<u64>() as f64;
        let mut ends: Vec<f64> = one.iter().chain(other).map(|mass| mass.at.l).collect();
        ends.sort_by(f64::total_cmp);
        let below = |masses: &[Mass], end: f64| {
            masses.iter().filter(|mass| mass.at.l <= end).map(|mass| mass.weight).sum::<u64>() as f64
                / total(masses)
        };
        ends.windows(2)
            .map(|pair| (below(one, pair[0]) - below(other, pair[0])).abs() * (pair[1] - pair[0]))
            .sum()
    }

    proptest! {
        #[test]
        fn it_is_a_metric(one in distribution(), other in distribution(), third in distribution()) {
            let distance = |a: &[Mass], b: &[Mass]| earth_movers_distance(a, b).unwrap();
            prop_assert!(distance(&one, &one) == 0.0);
            prop_assert_eq!(distance(&one, &other).to_bits(), distance(&other, &one).to_bits());
            let detour = distance(&one, &third) + distance(&third, &other);
            prop_assert!(distance(&one, &other) <= detour + 1e-8);
            let twice = |mass: &Mass| Mass { weight: mass.weight * 2, ..*mass };
            let doubled: Vec<Mass> = one.iter().map(twice).collect();
            prop_assert!(distance(&one, &doubled) == 0.0);
        }

        #[test]
        fn only_equal_distributions_are_at_distance_0(one in distribution(), grown in 0usize..7) {
            let mut other = one.clone();
            let grown = grown % other.len();
            other[grown].weight += 1;
            let alone = one.iter().all(|mass| mass.at == one[grown].at);
            prop_assert_eq!(earth_movers_distance(&one, &other) == Some(0.0), alone);
        }

        #[test]
        fn the_order_of_the_masses_leaves_no_trace(
            (one, shuffled) in distribution()
                .prop_flat_map(|one| (Just(one.clone()), Just(one).prop_shuffle())),
            other in distribution(),
        ) {
            let found = earth_movers_distance(&one, &other).map(f64::to_bits);
            prop_assert_eq!(found, earth_movers_distance(&shuffled, &other).map(f64::to_bits));
        }

        #[test]
        fn on_a_line_it_is_the_area_between_the_cumulative_shares(
            one in distribution(), other in distribution(),
        ) {
            let flat = |masses: Vec<Mass>| -> Vec<Mass> {
                let flat = |mass: Mass| Mass { at: Lab { a: 0.0, b: 0.0, ..mass.at }, ..mass };
                masses.into_iter().map(flat).collect()
            };
            let (one, other) = (flat(one), flat(other));
            let found = earth_movers_distance(&one, &other).unwrap();
            prop_assert!((found - on_a_line(&one, &other)).abs() < 1e-7);
        }
    }
}
