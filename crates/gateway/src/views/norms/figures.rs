//! The tables of figures and of times.

use nameit_proto::findings::v1 as findings;

use crate::charts::number;

/// One row of the table of figures.
pub(super) struct Row {
    pub(super) figure: &'static str,
    pub(super) value: String,
    pub(super) interval: String,
    pub(super) about: &'static str,
}

/// One row of the table of times.
pub(super) struct TimeRow {
    pub(super) what: &'static str,
    times: findings::TimeSummary,
}

/// All figures that counts give, with the intervals that were drawn.
pub(super) fn rows(norms: &findings::StimulusNorms, drawn: Option<&findings::NormIntervals>) -> Vec<Row> {
    let two = number::two_decimals;
    let figures = |of: fn(&findings::NormIntervals) -> Option<&findings::Interval>| {
        let interval = drawn.and_then(of);
        interval.map_or_else(String::new, |interval| {
            format!("{} – {}", two(Some(interval.low)), two(Some(interval.high)))
        })
    };
    let whole = |interval: Option<&findings::Interval>| {
        interval.map_or_else(String::new, |interval| format!("{:.0} – {:.0}", interval.low, interval.high))
    };
    let row = |figure, value, about| Row { figure, value, interval: String::new(), about };
    let sure = |figure, value, interval, about| Row { figure, value, interval, about };
    let agreement = norms.agreement_low.zip(norms.agreement_high).map_or_else(String::new, |(low, high)| {
        format!("{} – {}", number::percent(Some(low)), number::percent(Some(high)))
    });
    let non_answers = number::count(norms.non_answers);
    let types = whole(drawn.and_then(|drawn| drawn.types.as_ref()));
    let undefined = || number::UNDEFINED.to_owned();
    let score = norms.brown_lenneberg.map_or_else(undefined, |score| score.to_string());
    let more = match norms.answers_to_coverage {
        None => undefined(),
        Some(0) => number::count(0),
        Some(more) => format!("about {}", number::count(more)),
    };
    let h = figures(|drawn| drawn.h.as_ref());
    let corrected = figures(|drawn| drawn.h_miller_madow.as_ref());
    let simpson = figures(|drawn| drawn.simpson.as_ref());
    vec![
        row("Answers", number::count(norms.n), "gave a name"),
        row("Non-answers", non_answers, "gave none; in no figure but where it is said"),
        row("– don’t know", number::count(norms.dont_know), "said so"),
        row("– skipped", number::count(norms.skipped), "went on without a word"),
        row("– blank", number::count(norms.blank), "typed something that holds no name"),
        sure("Names", number::count(norms.types), types, "different ones"),
        sure(
            "Agreement",
            number::percent(norms.agreement),
            agreement,
            "share of the modal name among the answers; interval by Wilson",
        ),
        row(
            "Agreement, all trials",
            number::percent(norms.agreement_all_trials),
            "with non-answers in the denominator",
        ),
        sure("H", two(norms.h), h, "bits, as counted; 0 when all say the same"),
        sure(
            "H, Miller-Madow",
            two(norms.h_miller_madow),
            corrected,
            "bits, corrected for the names that a sample misses",
        ),
        row("Evenness", two(norms.evenness), "H / log₂ of the number of names"),
        row("Perplexity", two(norms.perplexity), "so many equally frequent names would give the same H"),
        sure("Simpson", two(norms.simpson), simpson, "chance that two answers agree, unbiased"),
        row("Brown-Lenneberg", score, "count of the modal name − names + 20"),
        row("Given once", number::count(norms.f1), "names with a single answer"),
        row("Given twice", number::count(norms.f2), "names with two answers"),
        row(
            "Idiosyncratic",
            number::percent(norms.idiosyncratic),
            "share of all trials whose name nobody else gave",
        ),
        row(
            "Next is new",
            number::percent(norms.next_new),
            "chance that the next answer is a new name (Good-Turing)",
        ),
        row(
            "Coverage",
            number::percent(norms.coverage),
            "share of naming, by frequency, whose names were seen (Chao and Jost)",
        ),
        row("Coverage, Good-Turing", number::percent(norms.coverage_good_turing), "1 − next is new"),
        row("More answers", more, "until coverage is at 95\u{202f}%"),
        row("Chao1", two(norms.chao1), "least number of names in use, as iNEXT computes it"),
        row(
            "Chao1, classic",
            two(norms.chao1_classic),
            "as first published; undefined without names given twice",
        ),
        row("Chao1, bias-corrected", two(norms.chao1_bias_corrected), "as vegan computes it"),
    ]
}

/// How intervals were made, in words.
pub(super) fn method(drawn: &findings::NormIntervals) -> String {
    let people = number::counted(drawn.units, "participant", "participants");
    let whole = if drawn.resampled == "counts" { "" } else { ", each with all that they said" };
    format!(
        "Where nothing else is said, intervals hold {} of {} bootstrap samples of {people}{whole} (percentiles; seed {}). \
         Samples hold fewer names than the whole, so the intervals of names and of H as counted lie low.",
        number::percent(Some(drawn.level)),
        number::count(drawn.replicates.into()),
        drawn.seed
    )
}

/// The times of both measures, of all answers and of those that gave a modal name.
pub(super) fn time_rows(times: &findings::ResponseTimes) -> Vec<TimeRow> {
    let row = |what, measure: &Option<findings::MeasureTimes>, modal| {
        let measure = measure.clone().unwrap_or_default();
        TimeRow { what, times: if modal { measure.modal } else { measure.all }.unwrap_or_default() }
    };
    vec![
        row("First key, all answers", &times.first_key, false),
        row("First key, modal names", &times.first_key, true),
        row("Submitted, all answers", &times.submitted, false),
        row("Submitted, modal names", &times.submitted, true),
    ]
}

// === impl TimeRow ===

impl TimeRow {
    pub(super) fn cells(&self) -> [String; 9] {
        let whole = |ms: Option<f64>| {
            ms.map_or_else(|| number::UNDEFINED.to_owned(), |ms| number::count(ms.round() as u64))
        };
        let times = &self.times;
        [
            number::count(times.n),
            number::count(times.n_trimmed),
            whole(times.mean_ms),
            whole(times.sd_ms),
            whole(times.q1_ms),
            whole(times.median_ms),
            whole(times.q3_ms),
            whole(times.geometric_mean_ms),
            match (times.min_ms, times.max_ms) {
                (Some(min), Some(max)) => {
                    format!("{} – {}", number::count(min.into()), number::count(max.into()))
                }
                _ => number::UNDEFINED.to_owned(),
            },
        ]
    }
}
