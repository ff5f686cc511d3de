use nameit_domain::NonAnswer;
use proptest::prelude::*;

use super::*;
use crate::normalise::{Normalisation, Normaliser};

fn cohort(people: &[&str], answers: &[(u32, u32, u32, &str)]) -> Cohort {
    let mut builder = CohortBuilder::default();
    for id in people {
        builder.participant(Participant { id: (*id).to_owned(), ..Participant::default() });
    }
    for (participant, trial, stimulus, text) in answers {
        let said = if text.is_empty() { Said::NonAnswer(NonAnswer::DontKnow) } else { Said::Text(text) };
        let (participant, trial, stimulus) = (*participant, *trial, *stimulus);
        builder.answer(said, Details { participant, trial, stimulus, ..Details::default() });
    }
    builder.build()
}

#[test]
fn people_and_their_answers_come_in_order() {
    let cohort =
        cohort(&["b", "a", "c"], &[(0, 1, 4, "Cat"), (0, 0, 2, "dog"), (1, 0, 4, "a cat"), (1, 1, 2, "")]);
    let ids: Vec<&str> = cohort.participants().iter().map(|person| person.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    let stimuli = |person| cohort.answers_of(person).iter().map(|answer| answer.stimulus).collect::<Vec<_>>();
    assert_eq!((stimuli(0), stimuli(1), stimuli(2)), (vec![4, 2], vec![2, 4], vec![]));
    assert_eq!(cohort.stimuli(), 5);
    assert_eq!(cohort.by_stimulus()[4], [0, 3]);

    let named = cohort.named(&Naming::new(Normaliser::new(Normalisation::Standard, "en")));
    let name = |answer| named.of_answer(answer).map(|name| named.name(name));
    assert_eq!([name(0), name(1), name(2), name(3)], [Some("cat"), None, Some("dog"), Some("cat")]);
    assert_eq!(named.names(), 2);
}

#[test]
fn an_empty_cohort_is_a_cohort() {
    let cohort = cohort(&[], &[]);
    assert!(cohort.participants().is_empty() && cohort.by_stimulus().is_empty());
}

proptest! {
    #[test]
    fn the_order_of_filling_leaves_no_trace(
        answers in prop::collection::vec((0u32..4, 0u32..6, 0u32..6, "[ab]{0,2}"), 0..40).prop_shuffle(),
    ) {
        let people = ["p2", "p0", "p3", "p1"];
        let given: Vec<_> = answers.iter().map(|(p, t, s, text)| (*p, *t, *s, text.as_str())).collect();
        let mut sorted = given.clone();
        sorted.sort_unstable();
        let seen = |cohort: &Cohort| -> Vec<(u32, u32, u32, Option<String>)> {
            let text = |said| match said {
                AnswerText::Text(text) => Some(cohort.text(text).to_owned()),
                AnswerText::NonAnswer(_) => None,
            };
            cohort.answers().iter().map(|a| (a.participant, a.trial, a.stimulus, text(a.said))).collect()
        };
        prop_assert_eq!(seen(&cohort(&people, &given)), seen(&cohort(&people, &sorted)));
    }
}
