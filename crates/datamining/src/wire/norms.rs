//! Norms → wire.

use nameit_analysis::enough::{ExperimentVerdict, StopRule, Verdict};
use nameit_analysis::intervals::{Interval, Intervals, MeanInterval, Resampled, SetMeans};
use nameit_analysis::norms::{Curve, Place, StimulusNorms};
use nameit_analysis::response_times::{MeasureTimes, TimeBin, TimeSummary};
use nameit_proto::findings::v1 as wire;

/// Norms of one stimulus. Whoever asked knows the key.
pub(crate) fn norms(ordinal: u32, norms: StimulusNorms, verdict: Option<&Verdict>) -> wire::StimulusNorms {
    let names = norms.names.into_iter();
    wire::StimulusNorms {
        stimulus: String::new(),
        ordinal,
        n: norms.n,
        non_answers: norms.non_answers,
        dont_know: norms.non_answers_by_kind.dont_know,
        skipped: norms.non_answers_by_kind.skipped,
        blank: norms.non_answers_by_kind.blank,
        types: norms.types,
        modal_name: norms.modal_name,
        modal_names: norms.modal_names,
        modal_types: norms.modal_types,
        modal_count: norms.modal_count,
        agreement: norms.agreement,
        agreement_low: norms.agreement_low,
        agreement_high: norms.agreement_high,
        agreement_all_trials: norms.agreement_all_trials,
        h: norms.h,
        h_se: norms.h_se,
        h_miller_madow: norms.h_miller_madow,
        evenness: norms.evenness,
        perplexity: norms.perplexity,
        simpson: norms.simpson,
        brown_lenneberg: norms.brown_lenneberg,
        f1: norms.f1,
        f2: norms.f2,
        idiosyncratic: norms.idiosyncratic,
        next_new: norms.next_new,
        coverage_good_turing: norms.coverage_good_turing,
        coverage: norms.coverage,
        answers_to_coverage: norms.answers_to_coverage,
        chao1: norms.chao1,
        chao1_classic: norms.chao1_classic,
        chao1_bias_corrected: norms.chao1_bias_corrected,
        median_first_key_ms: norms.median_first_key_ms,
        names: names.map(|entry| wire::NameCount { name: entry.name, count: entry.count }).collect(),
        verdict: verdict.map(|verdict| wire::StopVerdict {
            enough: verdict.enough,
            about_more: verdict.about_more,
            unmet: verdict.unmet.iter().map(|condition| condition.as_str().to_owned()).collect(),
        }),
    }
}

/// What the rule says of an experiment.
pub(crate) fn experiment_verdict(rule: &StopRule, verdict: ExperimentVerdict) -> wire::ExperimentVerdict {
    let conditions = rule.conditions();
    wire::ExperimentVerdict {
        rule: Some(wire::StopRule {
            min_answers: conditions.min_answers,
            coverage: conditions.coverage,
            max_next_new: conditions.max_next_new,
            h_half_width: conditions.h_half_width,
            agreement_half_width: conditions.agreement_half_width,
        }),
        stimuli: verdict.stimuli,
        enough: verdict.enough,
        about_more: verdict.about_more,
        about_more_at_most: verdict.about_more_at_most,
        unknown: verdict.unknown,
    }
}

pub(crate) fn intervals(intervals: &Intervals) -> wire::NormIntervals {
    let resampled = match intervals.resampled {
        Resampled::Counts => "counts",
        Resampled::Participants => "participants",
    };
    wire::NormIntervals {
        resampled: resampled.to_owned(),
        units: intervals.units,
        replicates: intervals.bootstrap.replicates,
        seed: intervals.bootstrap.seed,
        level: intervals.bootstrap.level,
        h: Some(interval(intervals.h)),
        h_miller_madow: Some(interval(intervals.h_miller_madow)),
        agreement: Some(interval(intervals.agreement)),
        types: Some(interval(intervals.types)),
        simpson: intervals.simpson.map(interval),
    }
}

fn interval(interval: Interval) -> wire::Interval {
    wire::Interval { low: interval.low, high: interval.high }
}

pub(crate) fn rarefaction(curve: &Curve) -> wire::Rarefaction {
    let points = curve.points.iter().map(|point| {
        let place = match point.place {
            Place::Rarefied => "rarefied",
            Place::Observed => "observed",
            Place::Extrapolated => "extrapolated",
        };
        wire::RarefactionPoint {
            m: point.m,
            place: place.to_owned(),
            types: point.types,
            types_low: point.types_low,
            types_high: point.types_high,
            coverage: point.coverage,
            coverage_low: point.coverage_low,
            coverage_high: point.coverage_high,
        }
    });
    wire::Rarefaction {
        replicates: curve.bootstrap.replicates,
        seed: curve.bootstrap.seed,
        level: curve.bootstrap.level,
        points: points.collect(),
    }
}

pub(crate) fn measure_times(times: &MeasureTimes, bins: &[TimeBin]) -> wire::MeasureTimes {
    let bins = bins.iter().map(|bin| wire::TimeBin {
        from_ms: bin.from_ms,
        to_ms: bin.to_ms,
        all: bin.all,
        modal: bin.modal,
    });
    wire::MeasureTimes {
        all: Some(summary(&times.all)),
        modal: Some(summary(&times.modal)),
        bins: bins.collect(),
    }
}

fn summary(summary: &TimeSummary) -> wire::TimeSummary {
    wire::TimeSummary {
        n: summary.n,
        n_trimmed: summary.n_trimmed,
        mean_ms: summary.mean_ms,
        sd_ms: summary.sd_ms,
        median_ms: summary.median_ms,
        q1_ms: summary.q1_ms,
        q3_ms: summary.q3_ms,
        geometric_mean_ms: summary.geometric_mean_ms,
        min_ms: summary.min_ms,
        max_ms: summary.max_ms,
    }
}

pub(crate) fn set_means(means: &SetMeans) -> wire::SetMeans {
    wire::SetMeans {
        participants: means.participants,
        stimuli: means.stimuli,
        replicates: means.bootstrap.replicates,
        seed: means.bootstrap.seed,
        level: means.bootstrap.level,
        h: Some(mean(means.h)),
        agreement: Some(mean(means.agreement)),
        types: Some(mean(means.types)),
        simpson: means.simpson.map(mean),
    }
}

fn mean(mean: MeanInterval) -> wire::MeanInterval {
    wire::MeanInterval { mean: mean.mean, low: mean.interval.low, high: mean.interval.high }
}
