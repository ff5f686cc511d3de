//! Samples of the page of usage.

use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, site};
use crate::views::Section;
use crate::views::usage::UsagePage;

pub(super) fn pages(pages: &mut Pages) {
    pages.add("usage-nobody", &page(findings::Usage::default()));
    let opened = findings::Usage { funnel: vec![step("opened", 3)], ..findings::Usage::default() };
    pages.add("usage-opened", &page(opened));
    pages.add("usage", &page(found()));
}

fn page(usage: findings::Usage) -> UsagePage {
    UsagePage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        usage,
    }
}

fn step(step: &str, count: u64) -> findings::FunnelStep {
    let share = (step != "opened").then_some(0.9);
    findings::FunnelStep { step: step.to_owned(), count, of_previous: share, of_began: share }
}

fn found() -> findings::Usage {
    let hour = 3_600_000;
    let group = |name: &str, participants| findings::UsageGroup {
        name: name.to_owned(),
        participants,
        completed: participants / 2,
        under_way: 3,
        answers: participants * 24,
        completion_rate: (participants > 10).then_some(0.5),
    };
    let point = |at: i64| findings::UsagePoint {
        start_ms: 1_790_000_000_000 + at * hour,
        width_ms: hour,
        answers: (at * 7 % 31) as u64,
    };
    let cell = |at: u32| findings::UsageHour { weekday: at % 7 + 1, hour: at % 24, answers: u64::from(at) };
    let trial = |trial: u32| findings::TrialDropOff {
        trial,
        reached: 1_204 - u64::from(trial) * 9,
        stopped: 9,
        hazard: Some(0.01),
        remaining: (trial < 38).then(|| 0.99_f64.powi(trial as i32)),
    };
    findings::Usage {
        now_ms: 1_790_000_000_000,
        participants: 1_204,
        completed: 1_100,
        under_way: 4,
        answers: 28_733,
        median_duration_ms: Some(312_000.0),
        duration_q1_ms: Some(250_000.0),
        duration_q3_ms: Some(480_000.0),
        over_time: (0..60).map(point).collect(),
        hours: Some(findings::UsageHours {
            cells: (0..168).map(cell).collect(),
            answers_without_zone: 48,
            participants_without_zone: 2,
        }),
        funnel: vec![step("opened", 900), step("began", 1_204), step("completed", 1_100)],
        drop_off: (0..40).map(trial).collect(),
        locales: vec![group("de-AT", 800), group("", 400), group("en-US", 4)],
        devices: vec![group("phone", 1_000), group("desktop", 204)],
        channels: vec![group("prolific", 1_000), group(HOSTILE, 200), group("other", 4)],
    }
}
