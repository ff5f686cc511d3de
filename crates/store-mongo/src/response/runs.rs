//! Cutting a batch where a write depends on an earlier one.

use std::collections::{HashMap, HashSet};

use nameit_domain::ParticipationId;
use nameit_store::response::Write;

/// What earlier writes of a run do to a participation.
#[derive(Default)]
struct Touched {
    begins: bool,
    completes: bool,
    trials: HashSet<u32>,
}

/// The batch in runs, within each of which no write depends on an earlier one: all that a run needs to know
/// can be read before, and all that it does can be done at once.
pub(crate) fn runs(mut writes: &[Write]) -> impl Iterator<Item = &[Write]> {
    std::iter::from_fn(move || {
        let (run, rest) = writes.split_at(independent(writes));
        writes = rest;
        (!run.is_empty()).then_some(run)
    })
}

/// How many writes from the beginning do not depend on each other.
fn independent(writes: &[Write]) -> usize {
    let mut touched: HashMap<ParticipationId, Touched> = HashMap::new();
    let dependent = writes.iter().position(|write| {
        let id = match write {
            Write::Start(start) => start.id,
            Write::Record(response) => response.participation_id,
            Write::Complete { participation_id, .. } => *participation_id,
        };
        let touched = touched.entry(id).or_default();
        match write {
            // A response before its beginning was refused by what had been read before the run.
            Write::Start(_) => std::mem::replace(&mut touched.begins, true),
            Write::Record(response) => {
                touched.begins || touched.completes || !touched.trials.insert(response.trial)
            }
            Write::Complete { .. } => {
                touched.begins
                    || !touched.trials.is_empty()
                    || std::mem::replace(&mut touched.completes, true)
            }
        }
    });
    dependent.unwrap_or(writes.len())
}

#[cfg(test)]
mod tests {
    use nameit_domain::response::{Answer, NonAnswer, Response, Timing};
    use nameit_domain::{ExperimentId, NewParticipation};

    use super::*;

    fn start(id: ParticipationId) -> Write {
        Write::Start(NewParticipation {
            id,
            experiment_id: ExperimentId::generate(),
            trial_order: vec![],
            url_parameters: vec![],
            environment: vec![],
        })
    }

    fn record(participation_id: ParticipationId, trial: u32) -> Write {
        let answer = Answer::NonAnswer(NonAnswer::Skipped);
        Write::Record(Response { participation_id, trial, answer, timing: Timing::default() })
    }

    fn complete(participation_id: ParticipationId) -> Write {
        Write::Complete { participation_id, completion_code: "code".to_owned() }
    }

    #[test]
    fn a_batch_is_cut_only_where_a_write_depends_on_an_earlier_one() {
        let (a, b) = (ParticipationId::generate(), ParticipationId::generate());
        let lengths = |writes: &[Write]| runs(writes).map(<[Write]>::len).collect::<Vec<_>>();
        assert_eq!(lengths(&[]), [] as [usize; 0]);
        assert_eq!(lengths(&[record(a, 0), record(a, 1), start(b), record(a, 2)]), [4], "the usual batch");
        assert_eq!(lengths(&[start(a), record(a, 0), record(a, 1), complete(a)]), [1, 2, 1]);
        assert_eq!(lengths(&[record(a, 0), record(b, 0), record(a, 0)]), [2, 1], "the same trial twice");
        assert_eq!(lengths(&[complete(a), record(a, 0)]), [1, 1]);
        assert_eq!(lengths(&[complete(a), complete(b), complete(a)]), [2, 1]);
        assert_eq!(lengths(&[start(a), start(a)]), [1, 1]);
        assert_eq!(lengths(&[record(a, 0), start(a), record(a, 0)]), [2, 1]);
    }
}
