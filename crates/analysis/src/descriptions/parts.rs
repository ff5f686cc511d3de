//! Naming divergence of parts that are stimuli of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::divergence::{Collector, Divergence};
use super::words::WordRule;
use crate::cohort::{AnswerText, Cohort};

/// Part naming divergence (PND, see [`Divergence`]) of several wholes, each given by the stimuli that show its
/// parts; in the same order.
///
/// What one participant said of the parts of a whole is one answer with so many part names. Non-answers and texts
/// of white space alone name no part; who named none at all is not in `n`.
pub fn divergence_of_parts(rule: WordRule, cohort: &Cohort, wholes: &[BTreeSet<u32>]) -> Vec<Divergence> {
    let mut wholes_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (whole, parts) in wholes.iter().enumerate() {
        for part in parts {
            wholes_of.entry(*part).or_default().push(whole);
        }
    }
    let mut collectors = vec![Collector::new(rule); wholes.len()];
    let mut names: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for participant in 0..cohort.participants().len() as u32 {
        for answer in cohort.answers_of(participant) {
            let (AnswerText::Text(text), Some(found)) = (answer.said, wholes_of.get(&answer.stimulus)) else {
                continue;
            };
            let name = cohort.text(text);
            if !name.trim().is_empty() {
                for whole in found {
                    names.entry(*whole).or_default().push(name);
                }
            }
        }
        for (whole, names) in std::mem::take(&mut names) {
            collectors[whole].add_parts(names, 1);
        }
    }
    collectors.iter().map(Collector::divergence).collect()
}

#[cfg(test)]
mod tests {
    use nameit_domain::NonAnswer;

    use super::*;
    use crate::cohort::{CohortBuilder, Details, Participant};
    use crate::tally::Said;

    /// By participant: what they said, and of which stimulus.
    fn cohort(said: &[&[(u32, &str)]]) -> Cohort {
        let mut builder = CohortBuilder::default();
        for (index, answers) in said.iter().enumerate() {
            let participant =
                builder.participant(Participant { id: format!("p{index}"), ..Participant::default() });
            for (&(stimulus, text), trial) in answers.iter().zip(0u32..) {
                let said =
                    if text.is_empty() { Said::NonAnswer(NonAnswer::Skipped) } else { Said::Text(text) };
                builder.answer(said, Details { participant, trial, stimulus, ..Details::default() });
            }
        }
        builder.build()
    }

    #[test]
    fn what_one_person_says_of_the_parts_is_one_answer() {
        // Stimulus 0 is the whole of 1 and 2; 3 belongs to nothing.
        let cohort = cohort(&[
            &[(0, "a bird"), (1, "left arm"), (2, "left arm"), (3, "dog")],
            &[(1, "the arm"), (2, "")],
            &[(1, ""), (2, " "), (0, "arm")],
        ]);
        let found = divergence_of_parts(
            WordRule::English,
            &cohort,
            &[BTreeSet::from([1, 2]), BTreeSet::from([3]), BTreeSet::new()],
        );
        // `left arm` twice is one name of two words, of which the other one has `arm`.
        let expected = f64::midpoint(f64::midpoint(1.0, 0.0), 0.0);
        assert_eq!((found[0].n, found[0].without_words), (2, 0));
        assert!((found[0].divergence.unwrap() - expected).abs() < 1e-15);
        assert_eq!((found[1].n, found[1].divergence), (1, None));
        assert_eq!((found[2].n, found[2].divergence), (0, None));
    }

    #[test]
    fn a_part_of_two_wholes_counts_for_both_and_nothing_at_all_does_no_harm() {
        let two = [BTreeSet::from([7]), BTreeSet::from([7, 8])];
        let found = divergence_of_parts(WordRule::Plain, &cohort(&[&[(7, "wing")], &[(7, "head")]]), &two);
        assert_eq!(found[0].divergence, Some(1.0));
        assert_eq!(found[0], found[1]);
        assert_eq!(divergence_of_parts(WordRule::Plain, &Cohort::default(), &two)[0].n, 0);
        assert!(divergence_of_parts(WordRule::Plain, &Cohort::default(), &[]).is_empty());
    }
}
