//! Analysis → wire.

use nameit_analysis::norms::StimulusNorms;
use nameit_proto::datamining::v1 as wire;

use crate::mined::Mined;

/// Totals and progress of what was mined.
pub(crate) fn header(mined: &Mined, revision: u64) -> wire::ReportHeader {
    let points = mined.tally().progress().points();
    let bucket_minutes = points.first().map_or(1, |point| point.width_ms / 60_000);
    wire::ReportHeader {
        revision,
        participations: Some(mined.participations().into()),
        responses: mined.responses(),
        non_answers: mined.non_answers(),
        progress: points
            .iter()
            .map(|point| wire::ProgressBucket { minute: point.start_ms / 60_000, responses: point.answers })
            .collect(),
        progress_bucket_minutes: bucket_minutes as u32,
    }
}

/// Norms of one stimulus with at most `names_limit` names (0 for all).
pub(crate) fn norms(ordinal: u32, norms: &StimulusNorms, names_limit: u32) -> wire::StimulusNorms {
    let limit = if names_limit == 0 { usize::MAX } else { names_limit as usize };
    let names = norms.names.iter().take(limit);
    wire::StimulusNorms {
        ordinal,
        n: norms.n,
        non_answers: norms.non_answers,
        dont_know: norms.non_answers_by_kind.dont_know,
        skipped: norms.non_answers_by_kind.skipped,
        blank: norms.non_answers_by_kind.blank,
        types: norms.types,
        modal_names: norms.modal_names.clone(),
        modal_count: norms.modal_count,
        agreement: norms.agreement,
        h: norms.h,
        simpson: norms.simpson,
        coverage: norms.coverage,
        chao1: norms.chao1,
        median_first_key_ms: norms.median_first_key_ms,
        names: names.map(|entry| wire::NameShare { name: entry.name.clone(), count: entry.count }).collect(),
    }
}
