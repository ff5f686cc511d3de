use proptest::prelude::*;

use super::*;
use crate::cohort::{CohortBuilder, Details};
use crate::tally::Said;

/// A Monday, 12:00 UTC.
const NOON_MS: i64 = 1_768_824_000_000;
const HOUR_MS: i64 = 3_600_000;

/// One participant: what the link and the browser said, trials answered, whether completed.
#[derive(Debug, Clone)]
struct Run {
    zone: &'static str,
    language: &'static str,
    channel: &'static str,
    answered: u32,
    completed: bool,
}

fn cohort(runs: &[Run]) -> Cohort {
    let mut builder = CohortBuilder::default();
    for (at, run) in runs.iter().enumerate() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let participant = builder.participant(Participant {
            id: format!("p{at:03}"),
            trials: 4,
            started_at_ms: Some(NOON_MS),
            completed_at_ms: run.completed.then_some(NOON_MS + 60_000 * (1 + at as i64)),
            url_parameters: match run.channel {
                "" => Vec::new(),
                channel => vec![pair("utm_source", channel)],
            },
            environment: vec![
                pair("language", run.language),
                pair("time_zone", run.zone),
                pair("viewport", "390x844"),
                pair("touch", "true"),
            ],
        });
        for trial in 0..run.answered {
            let received_at_ms = Some(NOON_MS + i64::from(trial) * 1000);
            let details =
                Details { participant, trial, stimulus: trial, received_at_ms, ..Details::default() };
            builder.answer(Said::Text("cat"), details);
        }
    }
    builder.build()
}

fn run(answered: u32) -> Run {
    Run { zone: "Europe/Vienna", language: "de-AT", channel: "", answered, completed: answered == 4 }
}

fn later(hours: i64) -> Surroundings {
    Surroundings { now_ms: NOON_MS + hours * HOUR_MS, trials: 4, link_openings: None }
}

#[test]
fn the_funnel_narrows_step_by_step() {
    let runs = [run(0), run(0), run(1), run(2), run(3), run(4), run(4), run(4)];
    let report = report(&cohort(&runs), Surroundings { link_openings: Some(16), ..later(5) });
    let steps: Vec<_> = report.funnel.iter().map(|step| (step.step.as_str(), step.count)).collect();
    assert_eq!(steps, [("opened", 16), ("began", 8), ("first_answer", 6), ("half", 5), ("completed", 3)]);
    let previous: Vec<_> = report.funnel.iter().map(|step| step.of_previous).collect();
    assert_eq!(previous, [None, Some(0.5), Some(0.75), Some(5.0 / 6.0), Some(0.6)]);
    let began: Vec<_> = report.funnel.iter().map(|step| step.of_began).collect();
    assert_eq!(began, [None, Some(1.0), Some(0.75), Some(0.625), Some(0.375)]);
    assert_eq!((report.participants, report.completed, report.under_way, report.answers), (8, 3, 0, 18));
    // Completed after 6, 7 and 8 minutes.
    assert_eq!(report.median_duration_ms, Some(420_000.0));
    assert_eq!((report.duration_q1_ms, report.duration_q3_ms), (Some(390_000.0), Some(450_000.0)));
}

#[test]
fn the_hazard_is_the_share_of_those_who_reached_a_trial() {
    // 10 begin; 2 stop before the first trial, 4 before the second, 1 at the last; 3 complete.
    let mut runs = vec![run(0); 2];
    runs.extend(vec![run(1); 4]);
    runs.push(run(3));
    runs.extend(vec![run(4); 3]);
    let report = report(&cohort(&runs), later(5));
    let seen: Vec<_> = report.drop_off.iter().map(|trial| (trial.reached, trial.stopped)).collect();
    assert_eq!(seen, [(10, 2), (8, 4), (4, 0), (4, 1)]);
    let hazard: Vec<_> = report.drop_off.iter().map(|trial| trial.hazard.unwrap()).collect();
    assert_eq!(hazard, [0.2, 0.5, 0.0, 0.25]);
    let remaining: Vec<_> = report.drop_off.iter().map(|trial| trial.remaining.unwrap()).collect();
    for (seen, expected) in remaining.iter().zip([0.8, 0.4, 0.4, 0.3]) {
        assert!((seen - expected).abs() < 1e-12, "without censoring it is the plain share: {remaining:?}");
    }
}

#[test]
fn who_is_still_at_it_has_not_stopped() {
    let runs = [run(1), run(2), run(4)];
    let now = report(&cohort(&runs), later(0));
    assert_eq!((now.under_way, now.completed), (2, 1));
    assert!(now.drop_off.iter().all(|trial| trial.stopped == 0));
    assert_eq!(now.drop_off.iter().map(|trial| trial.reached).collect::<Vec<_>>(), [3, 2, 1, 1]);
    assert_eq!(now.devices[0].completion_rate, Some(1.0));
    let tomorrow = report(&cohort(&runs), later(24));
    assert_eq!(tomorrow.under_way, 0);
    assert_eq!(tomorrow.drop_off.iter().map(|trial| trial.stopped).collect::<Vec<_>>(), [0, 1, 1, 0]);
    assert_eq!(tomorrow.devices[0].completion_rate, Some(1.0 / 3.0));
}

#[test]
fn hours_are_those_of_each_participants_own_clock() {
    let mut runs = vec![run(4); 2];
    runs.push(Run { zone: "America/Los_Angeles", ..run(3) });
    runs.push(Run { zone: "Mars/Olympus", ..run(2) });
    runs.push(Run { zone: "", ..run(0) });
    runs.push(Run { zone: "Etc/Unknown", ..run(1) });
    let hours = report(&cohort(&runs), later(1)).hours;
    let cells: Vec<_> = hours.cells.iter().map(|cell| (cell.weekday, cell.hour, cell.answers)).collect();
    assert_eq!(cells, [(1, 4, 3), (1, 13, 8)]);
    assert_eq!((hours.answers_without_zone, hours.participants_without_zone), (3, 2));
}

#[test]
fn groups_are_counted_and_small_channels_are_not_named() {
    let mut runs = vec![Run { channel: "Newsletter", ..run(4) }; 3];
    runs.push(Run { channel: "ada", language: "zh-Hant-TW", ..run(1) });
    runs.push(Run { channel: "bob", language: "", ..run(1) });
    runs.push(run(4));
    let report = report(&cohort(&runs), later(5));
    let seen = |groups: &[Group]| -> Vec<(String, u64, u64)> {
        groups.iter().map(|group| (group.name.clone(), group.participants, group.completed)).collect()
    };
    let named = |name: &str, participants, completed| (name.to_owned(), participants, completed);
    assert_eq!(
        seen(&report.channels),
        [named("newsletter", 3, 3), named("other", 2, 0), named("direct", 1, 1)]
    );
    assert_eq!(seen(&report.locales), [named("de-AT", 4, 4), named("", 1, 0), named("zh-TW", 1, 0)]);
    assert_eq!(seen(&report.devices), [named("phone", 6, 4)]);
    let json = serde_json::to_string(&report).unwrap();
    assert!(!json.contains("p000") && !json.contains("ada") && !json.contains("bob"), "{json}");
}

#[test]
fn nobody_came_yet() {
    let report = report(&cohort(&[]), Surroundings { link_openings: Some(0), ..later(0) });
    assert!(report.drop_off.is_empty() && report.over_time.is_empty() && report.channels.is_empty());
    assert_eq!(report.median_duration_ms, None);
    assert!(report.funnel.iter().all(|step| step.count == 0 && step.of_previous.is_none()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_is_lost_and_the_order_leaves_no_trace(
        answered in prop::collection::vec((0u32..=4, 0usize..3, 0usize..3), 0..30),
        hours in 0i64..3,
    ) {
        let zones = ["Europe/Vienna", "Asia/Kolkata", "nowhere"];
        let channels = ["", "flyer", "radio"];
        let runs: Vec<Run> = answered.iter().map(|(answered, zone, channel)| Run {
            zone: zones[*zone], channel: channels[*channel], ..run(*answered)
        }).collect();
        let seen = report(&cohort(&runs), later(hours));
        let cells: u64 = seen.hours.cells.iter().map(|cell| cell.answers).sum();
        prop_assert_eq!(cells + seen.hours.answers_without_zone, seen.answers);
        for groups in [&seen.locales, &seen.devices, &seen.channels] {
            prop_assert_eq!(groups.iter().map(|group| group.participants).sum::<u64>(), seen.participants);
            prop_assert_eq!(groups.iter().map(|group| group.answers).sum::<u64>(), seen.answers);
        }
        let stopped: u64 = seen.drop_off.iter().map(|trial| trial.stopped).sum();
        prop_assert_eq!(stopped + seen.completed + seen.under_way, seen.participants);
        prop_assert!(seen.funnel.windows(2).all(|two| two[0].count >= two[1].count));
        // A participant's place only changes their id, which nothing here depends on.
        let mut reversed: Vec<Run> = runs.iter().rev().cloned().collect();
        reversed.retain(|run| !run.completed);
        let mut kept = runs;
        kept.retain(|run| !run.completed);
        prop_assert_eq!(report(&cohort(&kept), later(hours)), report(&cohort(&reversed), later(hours)));
    }
}
