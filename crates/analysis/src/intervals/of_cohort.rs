//! Intervals of a cohort's figures.

use super::{Bootstrap, Intervals, SetAnswer, of_participants};
use crate::cohort::{Cohort, Named};

/// The intervals of one stimulus, by [`of_participants()`]; `key` names the stimulus.
pub fn of_cohort(
    cohort: &Cohort,
    named: &Named,
    stimulus: u32,
    key: &str,
    bootstrap: Bootstrap,
) -> Option<Intervals> {
    let answers: Vec<(u32, u32)> = set_answers(cohort, named)
        .filter(|answer| answer.stimulus == stimulus)
        .map(|answer| (answer.participant, answer.name))
        .collect();
    of_participants(&answers, key, bootstrap)
}

/// The answers of a cohort that gave a name, for [`super::SetMeans`].
pub fn set_answers<'cohort>(
    cohort: &'cohort Cohort,
    named: &'cohort Named,
) -> impl Iterator<Item = SetAnswer> + 'cohort {
    cohort.answers().iter().zip(named.answers()).filter_map(|(answer, name)| {
        Some(SetAnswer { participant: answer.participant, stimulus: answer.stimulus, name: (*name)? })
    })
}

#[cfg(test)]
mod tests {
    use nameit_domain::NonAnswer;

    use super::*;
    use crate::cohort::{CohortBuilder, Details, Participant};
    use crate::intervals::{Resampled, SetMeans, of_counts};
    use crate::naming::Naming;
    use crate::normalise::{Normalisation, Normaliser};
    use crate::tally::Said;

    #[test]
    fn people_with_one_answer_each_need_only_counts_and_non_answers_are_left_out() {
        let mut builder = CohortBuilder::default();
        let said =
            [Said::Text("cat"), Said::Text("Cat"), Said::Text("dog"), Said::NonAnswer(NonAnswer::Skipped)];
        for (at, said) in said.into_iter().enumerate() {
            let participant =
                builder.participant(Participant { id: format!("p{at}"), ..Participant::default() });
            builder.answer(said, Details { participant, stimulus: 3, ..Details::default() });
            let other = Details { participant, trial: 1, ..Details::default() };
            builder.answer(Said::Text("sky"), other);
        }
        let cohort = builder.build();
        let named = cohort.named(&Naming::new(Normaliser::new(Normalisation::Standard, "en")));
        let bootstrap = Bootstrap::default();
        let intervals = of_cohort(&cohort, &named, 3, "pet", bootstrap);
        assert_eq!(intervals, of_counts(&[2, 1], "pet", bootstrap));
        assert_eq!(intervals.unwrap().resampled, Resampled::Counts);
        assert_eq!(of_cohort(&cohort, &named, 1, "nothing", bootstrap), None);
        let answers: Vec<SetAnswer> = set_answers(&cohort, &named).collect();
        let means = SetMeans::of(&answers, bootstrap).unwrap();
        assert_eq!((means.participants, means.stimuli), (4, 2));
    }
}
