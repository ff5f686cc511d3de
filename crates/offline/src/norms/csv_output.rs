//! Norms as CSV (RFC 4180, UTF-8): one row per stimulus.

use std::io::{self, Write};

use nameit_analysis::bulk::Stimulus;
use nameit_analysis::intervals::Interval;
use nameit_analysis::norms::StimulusNorms;
use nameit_analysis::response_times::TimeSummary;

use super::entry::{Entries, Entry};
use super::memo::{Memo, Shared};
use crate::output::cells::Cells;
use crate::output::in_turns;

/// A column with what stands in it.
type Column<T> = (&'static str, fn(&T, &mut Cells));

const COUNTS: [Column<StimulusNorms>; 6] = [
    ("n", |norms, cells| cells.plain(norms.n)),
    ("non_answers", |norms, cells| cells.plain(norms.non_answers)),
    ("dont_know", |norms, cells| cells.plain(norms.non_answers_by_kind.dont_know)),
    ("skipped", |norms, cells| cells.plain(norms.non_answers_by_kind.skipped)),
    ("blank", |norms, cells| cells.plain(norms.non_answers_by_kind.blank)),
    ("types", |norms, cells| cells.plain(norms.types)),
];

const FIGURES: [Column<StimulusNorms>; 23] = [
    ("modal_count", |norms, cells| cells.plain(norms.modal_count)),
    ("agreement", |norms, cells| cells.figure(norms.agreement)),
    ("agreement_low", |norms, cells| cells.figure(norms.agreement_low)),
    ("agreement_high", |norms, cells| cells.figure(norms.agreement_high)),
    ("agreement_all_trials", |norms, cells| cells.figure(norms.agreement_all_trials)),
    ("h", |norms, cells| cells.figure(norms.h)),
    ("h_se", |norms, cells| cells.figure(norms.h_se)),
    ("h_miller_madow", |norms, cells| cells.figure(norms.h_miller_madow)),
    ("evenness", |norms, cells| cells.figure(norms.evenness)),
    ("perplexity", |norms, cells| cells.figure(norms.perplexity)),
    ("simpson", |norms, cells| cells.figure(norms.simpson)),
    ("brown_lenneberg", |norms, cells| cells.whole(norms.brown_lenneberg)),
    ("f1", |norms, cells| cells.plain(norms.f1)),
    ("f2", |norms, cells| cells.plain(norms.f2)),
    ("idiosyncratic", |norms, cells| cells.figure(norms.idiosyncratic)),
    ("next_new", |norms, cells| cells.figure(norms.next_new)),
    ("coverage_good_turing", |norms, cells| cells.figure(norms.coverage_good_turing)),
    ("coverage", |norms, cells| cells.figure(norms.coverage)),
    ("answers_to_coverage", |norms, cells| cells.whole(norms.answers_to_coverage)),
    ("chao1", |norms, cells| cells.figure(norms.chao1)),
    ("chao1_classic", |norms, cells| cells.figure(norms.chao1_classic)),
    ("chao1_bias_corrected", |norms, cells| cells.figure(norms.chao1_bias_corrected)),
    ("median_first_key_ms", |norms, cells| cells.figure(norms.median_first_key_ms)),
];

/// Bootstrap intervals; what was resampled stands before them, how it was made behind them.
const INTERVALS: [&str; 15] = [
    "resampled",
    "units",
    "h_low",
    "h_high",
    "h_miller_madow_low",
    "h_miller_madow_high",
    "agreement_bootstrap_low",
    "agreement_bootstrap_high",
    "types_low",
    "types_high",
    "simpson_low",
    "simpson_high",
    "level",
    "replicates",
    "seed",
];

const TIMES: [Column<TimeSummary>; 10] = [
    ("n", |times, cells| cells.plain(times.n)),
    ("n_trimmed", |times, cells| cells.plain(times.n_trimmed)),
    ("mean_ms", |times, cells| cells.figure(times.mean_ms)),
    ("sd_ms", |times, cells| cells.figure(times.sd_ms)),
    ("median_ms", |times, cells| cells.figure(times.median_ms)),
    ("q1_ms", |times, cells| cells.figure(times.q1_ms)),
    ("q3_ms", |times, cells| cells.figure(times.q3_ms)),
    ("geometric_mean_ms", |times, cells| cells.figure(times.geometric_mean_ms)),
    ("min_ms", |times, cells| cells.whole(times.min_ms)),
    ("max_ms", |times, cells| cells.whole(times.max_ms)),
];

/// Between the modal names that tie.
const BETWEEN_NAMES: &str = " | ";

/// Stimuli whose rows are written at once.
const PIECE: usize = 512;

/// Stimuli that are looked at together; what they need fits into the nearest cache.
const NEAR: usize = 64;

/// Writes the header and all rows.
pub(super) fn write(output: &mut dyn Write, entries: &Entries<'_>) -> io::Result<()> {
    output.write_all(header(entries).as_ref())?;
    let shared = Shared::default();
    let stimuli = entries.counted.counts.len();
    in_turns::write(
        output,
        entries.threads,
        stimuli.div_ceil(PIECE),
        || shared.memo(),
        |memo, piece, cells: &mut Cells| {
            cells.clear();
            let end = stimuli.min((piece + 1) * PIECE);
            for begin in (piece * PIECE..end).step_by(NEAR) {
                let near = begin..end.min(begin + NEAR);
                entries.counted.counts.approach(near.clone());
                for place in near {
                    row(entries, place, cells, memo);
                }
            }
            Ok(())
        },
    )
}

fn header(entries: &Entries<'_>) -> Cells {
    let mut cells = Cells::default();
    cells.plain("stimulus");
    for (name, _) in COUNTS {
        cells.plain(name);
    }
    for name in ["modal_name", "modal_names"] {
        cells.plain(name);
    }
    for (name, _) in FIGURES {
        cells.plain(name);
    }
    cells.plain("coverage_target");
    if entries.counted.columns.participant.is_some() {
        cells.plain("participants");
    }
    if entries.bootstrap.is_some() {
        for name in INTERVALS {
            cells.plain(name);
        }
    }
    if entries.limits.is_some() {
        for measure in ["first_key", "submitted"] {
            for answers in ["all", "modal"] {
                for (name, _) in TIMES {
                    cells.plain(format_args!("{measure}_{answers}_{name}"));
                }
            }
        }
        cells.plain("trimming");
    }
    cells.end();
    cells
}

fn row(entries: &Entries<'_>, place: usize, cells: &mut Cells, memo: &mut Memo<'_>) {
    let stimulus = entries.counted.counts.stimulus(place);
    cells.text(stimulus.key());
    if entries.are_counts_alone() {
        // All figures follow from the counts, and many stimuli have the same.
        let made = memo.cells_of(stimulus, || figures(&entries.figures(stimulus)));
        let [before, behind] = &*made;
        cells.again(before);
        modal_names(stimulus, cells);
        cells.again(behind);
    } else {
        let entry = entries.figures(stimulus);
        let [before, behind] = figures(&entry);
        cells.again(&before);
        modal_names(stimulus, cells);
        cells.again(&behind);
        details(entries, &entry, cells);
    }
    cells.end();
}

/// All that stands before the modal names and behind them, for any stimulus with these counts.
fn figures(entry: &Entry<'_>) -> [String; 2] {
    let mut parts = [Cells::inside_row(), Cells::inside_row()];
    for (_, write) in COUNTS {
        write(&entry.norms, &mut parts[0]);
    }
    for (_, write) in FIGURES {
        write(&entry.norms, &mut parts[1]);
    }
    parts[1].figure(Some(entry.coverage_target));
    parts.map(Cells::into_string)
}

fn modal_names(stimulus: Stimulus<'_>, cells: &mut Cells) {
    let mut names = stimulus.names();
    let Some((first, most)) = names.next() else {
        cells.text("");
        cells.text("");
        return;
    };
    cells.text(first);
    let mut ties = names.take_while(|(_, count)| *count == most).peekable();
    if ties.peek().is_none() {
        cells.text(first);
        return;
    }
    let mut all = first.to_owned();
    for (name, _) in ties {
        all.push_str(BETWEEN_NAMES);
        all.push_str(name);
    }
    cells.text(&all);
}

/// What stands behind the figures where more was asked for, or is known of the answers.
fn details(entries: &Entries<'_>, entry: &Entry<'_>, cells: &mut Cells) {
    if let Some(participants) = entry.participants {
        cells.plain(participants);
    }
    if let Some(bootstrap) = entries.bootstrap {
        let intervals = entry.intervals.as_ref();
        cells.plain(intervals.map_or("", |intervals| intervals.resampled.as_str()));
        cells.whole(intervals.map(|intervals| intervals.units));
        for interval in [
            intervals.map(|intervals| intervals.h),
            intervals.map(|intervals| intervals.h_miller_madow),
            intervals.map(|intervals| intervals.agreement),
            intervals.map(|intervals| intervals.types),
            intervals.and_then(|intervals| intervals.simpson),
        ] {
            cells.figure(interval.map(|Interval { low, .. }| low));
            cells.figure(interval.map(|Interval { high, .. }| high));
        }
        cells.figure(Some(bootstrap.level));
        cells.plain(bootstrap.replicates);
        cells.plain(bootstrap.seed);
    }
    if let Some(times) = &entry.response_times {
        for measure in [times.first_key, times.submitted] {
            for summary in [measure.all, measure.modal] {
                for (_, write) in TIMES {
                    write(&summary, cells);
                }
            }
        }
        cells.text(&times.trimming.to_string());
    }
}
