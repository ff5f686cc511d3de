//! Analysis → wire.

pub(crate) mod agreement;
pub(crate) mod colours;
pub(crate) mod comparison;
pub(crate) mod descriptions;
pub(crate) mod norms;
pub(crate) mod participants;
pub(crate) mod usage;
pub(crate) mod variants;

use nameit_proto::datamining::v1 as wire;

use crate::judged::Judged;
use crate::mined::Mined;

const MINUTE_MS: i64 = 60_000;

/// Totals and progress of what was mined, of an experiment with so many stimuli, for a reader who has seen what was
/// told up to the tally's revision `since` (0 for nothing).
pub(crate) fn header(
    mined: &Mined,
    judged: &Judged,
    stimuli: u32,
    revision: u64,
    since: u64,
) -> wire::ReportHeader {
    let progress = mined.tally().progress();
    let bucket = |start_ms: i64, responses| wire::ProgressBucket { minute: start_ms / MINUTE_MS, responses };
    let changed = mined.progress_since(since);
    let progress_continues = changed.is_some();
    let buckets = match changed {
        Some(starts) => starts.into_iter().map(|start| bucket(start, progress.answers_at(start))).collect(),
        None => progress.points().iter().map(|point| bucket(point.start_ms, point.answers)).collect(),
    };
    wire::ReportHeader {
        revision,
        participations: Some(mined.participations().into()),
        responses: mined.tally().responses(),
        non_answers: mined.tally().non_answers(),
        progress: buckets,
        progress_continues,
        progress_bucket_minutes: (progress.width_ms() / MINUTE_MS) as u32,
        verdict: judged
            .rule()
            .zip(judged.of_all(stimuli))
            .map(|(rule, verdict)| norms::experiment_verdict(rule, verdict)),
    }
}
