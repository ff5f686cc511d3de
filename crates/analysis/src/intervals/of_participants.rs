//! Bootstrap of whole participants.

use super::figures::Figures;
use super::{ANSWERS_MAX, Bootstrap, Intervals, Multinomial, Random, Resampled, of_counts};

/// Intervals for one stimulus from who said what: pairs of participant and name, one per answer that gave a name,
/// in any order; both are numbers that stand for themselves. `key` names the stimulus.
///
/// Where nobody gave two answers this is [`of_counts()`]. Else participants are drawn with replacement, as many as
/// there are, each with all answers to this stimulus. `None` without answers, or with more than [`ANSWERS_MAX`].
pub fn of_participants(answers: &[(u32, u32)], key: &str, bootstrap: Bootstrap) -> Option<Intervals> {
    if answers.len() as u64 > ANSWERS_MAX {
        return None;
    }
    let mut sorted = answers.to_vec();
    sorted.sort_unstable();
    let (names, counts) = numbered(&mut sorted);
    let mut clusters: Vec<&[(u32, u32)]> = sorted.chunk_by(|a, b| a.0 == b.0).collect();
    if clusters.iter().all(|answers| answers.len() == 1) {
        return of_counts(&counts, key, bootstrap);
    }
    // Participants stand in the order of what they said, so that their numbers do not matter.
    clusters.sort_by(|a, b| a.iter().map(|(_, name)| name).cmp(b.iter().map(|(_, name)| name)));
    let bootstrap = bootstrap.bounded();
    let participants = Multinomial::new(clusters.iter().map(|_| 1));
    let mut random = Random::new(bootstrap.seed, "intervals", key);
    let mut figures = Figures::with_capacity(bootstrap.replicates);
    let mut times = vec![0; clusters.len()];
    let mut replicate = vec![0; names];
    for _ in 0..bootstrap.replicates {
        participants.draw(&mut random, clusters.len() as u64, &mut times);
        replicate.fill(0);
        for (answers, times) in clusters.iter().zip(&times) {
            for (_, name) in *answers {
                replicate[*name as usize] += times;
            }
        }
        figures.add(&mut replicate);
    }
    figures.intervals(bootstrap, Resampled::Participants, clusters.len() as u64)
}

/// Gives the names numbers from 0 on, the most frequent first, and says how many there are and how often each was
/// given. Names that are equally frequent keep the order of their old numbers.
fn numbered(answers: &mut [(u32, u32)]) -> (usize, Vec<u64>) {
    let mut said: Vec<u32> = answers.iter().map(|(_, name)| *name).collect();
    said.sort_unstable();
    let mut names: Vec<(u32, u64)> =
        said.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect();
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut number_of: Vec<(u32, u32)> = names.iter().map(|(name, _)| *name).zip(0..).collect();
    number_of.sort_unstable();
    for (_, name) in answers.iter_mut() {
        let at = number_of
            .binary_search_by_key(name, |(old, _)| *old)
            .expect("every name of the answers was numbered");
        *name = number_of[at].1;
    }
    answers.sort_unstable();
    (names.len(), names.into_iter().map(|(_, count)| count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer_each_is_a_draw_from_the_counts() {
        let answers = [(4, 10), (1, 10), (2, 11), (9, 10), (3, 12)];
        let bootstrap = Bootstrap::default();
        assert_eq!(of_participants(&answers, "key", bootstrap), of_counts(&[3, 1, 1], "key", bootstrap));
        assert_eq!(of_participants(&[], "key", bootstrap), None);
    }

    #[test]
    fn who_repeats_themselves_counts_as_one() {
        // The same counts: twenty people with one answer each, or five with four equal answers each.
        let singles: Vec<(u32, u32)> = (0..20).map(|at| (at, at / 4)).collect();
        let repeated: Vec<(u32, u32)> = (0..20).map(|at| (at / 4, at / 4)).collect();
        let bootstrap = Bootstrap::default();
        let narrow = of_participants(&singles, "key", bootstrap).unwrap();
        let wide = of_participants(&repeated, "key", bootstrap).unwrap();
        assert_eq!((narrow.resampled, narrow.units), (Resampled::Counts, 20));
        assert_eq!((wide.resampled, wide.units), (Resampled::Participants, 5));
        let width = |intervals: &Intervals| intervals.h.high - intervals.h.low;
        assert!(width(&wide) > 1.3 * width(&narrow), "{} and {}", width(&wide), width(&narrow));
    }

    #[test]
    fn neither_order_nor_the_numbers_of_people_matter() {
        let answers = [(1, 5), (1, 6), (2, 5), (3, 7), (3, 5), (4, 6)];
        let mut other = answers.map(|(participant, name)| (100 - participant, name));
        other.reverse();
        let bootstrap = Bootstrap { replicates: 200, ..Bootstrap::default() };
        assert_eq!(of_participants(&answers, "key", bootstrap), of_participants(&other, "key", bootstrap));
    }
}
