//! Usage → wire.

use nameit_analysis::usage::{Group, UsageReport};
use nameit_proto::findings::v1 as wire;

pub(crate) fn usage(report: &UsageReport) -> wire::Usage {
    let points = report.over_time.iter().map(|point| wire::UsagePoint {
        start_ms: point.start_ms,
        width_ms: point.width_ms,
        answers: point.answers,
    });
    let cells = report.hours.cells.iter().map(|cell| wire::UsageHour {
        weekday: cell.weekday,
        hour: cell.hour,
        answers: cell.answers,
    });
    let funnel = report.funnel.iter().map(|step| wire::FunnelStep {
        step: step.step.clone(),
        count: step.count,
        of_previous: step.of_previous,
        of_began: step.of_began,
    });
    let drop_off = report.drop_off.iter().map(|drop| wire::TrialDropOff {
        trial: drop.trial,
        reached: drop.reached,
        stopped: drop.stopped,
        hazard: drop.hazard,
        remaining: drop.remaining,
    });
    wire::Usage {
        now_ms: report.now_ms,
        participants: report.participants,
        completed: report.completed,
        under_way: report.under_way,
        answers: report.answers,
        median_duration_ms: report.median_duration_ms,
        duration_q1_ms: report.duration_q1_ms,
        duration_q3_ms: report.duration_q3_ms,
        over_time: points.collect(),
        hours: Some(wire::UsageHours {
            cells: cells.collect(),
            answers_without_zone: report.hours.answers_without_zone,
            participants_without_zone: report.hours.participants_without_zone,
        }),
        funnel: funnel.collect(),
        drop_off: drop_off.collect(),
        locales: groups(&report.locales),
        devices: groups(&report.devices),
        channels: groups(&report.channels),
    }
}

fn groups(groups: &[Group]) -> Vec<wire::UsageGroup> {
    let group = |group: &Group| wire::UsageGroup {
        name: group.name.clone(),
        participants: group.participants,
        completed: group.completed,
        under_way: group.under_way,
        answers: group.answers,
        completion_rate: group.completion_rate,
    };
    groups.iter().map(group).collect()
}
