//! From the link to the end.

use serde::Serialize;

use super::run::Run;

/// One step of the funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelStep {
    /// `opened` (the link; openings, not people), `began` (consented), `first_answer`, `half` (half of the
    /// trials), `completed`.
    pub step: String,
    /// How many came so far.
    pub count: u64,
    /// Share of those of the step before, from 0 to 1; `None` for the first step and when nobody came so far.
    /// `began` over `opened` is held under 1, because a count of openings may begin after the first people did.
    pub of_previous: Option<f64>,
    /// Share of those who began, from 0 to 1; `None` for `opened` and when nobody began.
    pub of_began: Option<f64>,
}

/// The steps in their order. Without a count of openings the funnel begins with those who began.
pub(super) fn funnel(runs: &[Run<'_>], link_openings: Option<u64>) -> Vec<FunnelStep> {
    let count = |came: fn(&&Run<'_>) -> bool| runs.iter().filter(came).count() as u64;
    let began = runs.len() as u64;
    let people = [
        ("began", began),
        ("first_answer", count(|run| run.answers > 0)),
        ("half", count(|run| run.completed || (run.answers > 0 && run.answers * 2 >= u64::from(run.trials)))),
        ("completed", count(|run| run.completed)),
    ];
    let mut previous = None;
    let mut steps = Vec::with_capacity(people.len() + 1);
    for (step, count) in link_openings.map(|openings| ("opened", openings)).into_iter().chain(people) {
        let of = |whole: u64| (whole > 0).then(|| (count as f64 / whole as f64).min(1.0));
        let of_began = if step == "opened" { None } else { of(began) };
        steps.push(FunnelStep { step: step.to_owned(), count, of_previous: previous.and_then(of), of_began });
        previous = Some(count);
    }
    steps
}
