//! A comparison as a report.

use nameit_analysis::comparison::{Comparison, Correlation, StimulusComparison};
use nameit_plots::report::{Part, Report, Section, Table};
use nameit_plots::{Plot, Scatter, ScatterPoint, Unit, number, scatter};

use super::Args;
use crate::report::{Recipe, table, three_decimals, tied, yes_or_no};

/// The most points that are labelled.
const LABELLED: usize = 8;

/// How far own answers and published norms agree, and where they do not.
pub(super) fn report(
    args: &Args,
    answers: &str,
    reference: &str,
    comparison: &Comparison,
    summary: &str,
) -> Report {
    let h = |row: &StimulusComparison| Some((row.reference_h?, row.h));
    let agreement = |row: &StimulusComparison| Some((row.reference_agreement?, row.agreement));
    let plots = [
        beside(comparison, "H in bits", Unit::Plain, comparison.h_pearson, h),
        beside(comparison, "Name agreement", Unit::Share, comparison.agreement_pearson, agreement),
    ];
    let mut overview = vec![Part::Table(correlations(comparison)), Part::Facts(counts(comparison))];
    overview.extend(plots.into_iter().flatten().map(|plot| Part::Plot(Box::new(plot))));
    let recipe = Recipe::new("compare")
        .with("Own answers", answers)
        .with("Published norms", reference)
        .with_naming(&args.naming)
        .with(
            "Intervals",
            "95 %: Wilson's of shares, Fisher's of Pearson's r, that of Bonett and Wright of Spearman's",
        );
    Report {
        title: "Own answers beside published norms".to_owned(),
        subtitle: format!("{summary}."),
        sections: vec![
            Section { heading: "Overview".to_owned(), parts: overview },
            Section { heading: "By stimulus".to_owned(), parts: vec![Part::Table(by_stimulus(comparison))] },
            recipe.section(),
        ],
    }
}

fn counts(comparison: &Comparison) -> Vec<(String, String)> {
    let matches = format!(
        "{} of {}, {}{}",
        number::count(comparison.modal_matches),
        number::count(comparison.stimuli),
        number::percent(comparison.modal_match),
        comparison.modal_match_interval.map_or_else(String::new, |interval| {
            format!(" (95 % interval {:.1} to {:.1} %)", interval.low * 100.0, interval.high * 100.0)
        })
    );
    let only = format!(
        "{} only here, {} only in the published norms",
        number::count(comparison.only_here),
        number::count(comparison.only_in_reference)
    );
    [
        ("Modal names match", matches),
        ("Stimuli left out", only),
        ("Mean difference in H", format!("{} bits", three_decimals(comparison.h_difference))),
        ("Mean difference in agreement", three_decimals(comparison.agreement_difference)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn correlations(comparison: &Comparison) -> Table {
    let row = |(name, found): (&str, Option<Correlation>)| {
        let interval = found.and_then(|found| found.interval);
        vec![
            name.to_owned(),
            found.map_or_else(|| number::UNDEFINED.to_owned(), |found| number::count(found.n)),
            three_decimals(found.map(|found| found.r)),
            three_decimals(interval.map(|interval| interval.low)),
            three_decimals(interval.map(|interval| interval.high)),
        ]
    };
    let rows = [
        ("H, Pearson", comparison.h_pearson),
        ("H, Spearman", comparison.h_spearman),
        ("Agreement, Pearson", comparison.agreement_pearson),
        ("Agreement, Spearman", comparison.agreement_spearman),
    ];
    let header = ["Correlation", "Stimuli", "r", "from", "to"];
    table("Correlations with their 95 % intervals", &header, &[0], rows.into_iter().map(row), rows.len())
}

/// One figure of both; `None` where the published norms do not have it.
fn beside(
    comparison: &Comparison,
    what: &str,
    unit: Unit,
    correlation: Option<Correlation>,
    of: impl Fn(&StimulusComparison) -> Option<(f64, f64)>,
) -> Option<Plot> {
    let point = |row: &StimulusComparison| {
        let (x, y) = of(row)?;
        Some(ScatterPoint { label: row.stimulus.clone(), x, y })
    };
    let points: Vec<ScatterPoint> = comparison.rows.iter().filter_map(point).collect();
    if points.is_empty() {
        return None;
    }
    Some(scatter(&Scatter {
        title: format!("{what}, here and published"),
        across: format!("{what}, published"),
        up: format!("{what}, here"),
        unit,
        identity: true,
        points,
        labelled: LABELLED,
        note: correlation.map(|found| match found.interval {
            Some(interval) => {
                format!("Pearson’s r = {:.3} [{:.3}, {:.3}]", found.r, interval.low, interval.high)
            }
            None => format!("Pearson’s r = {:.3}", found.r),
        }),
    }))
}

fn by_stimulus(comparison: &Comparison) -> Table {
    let header = [
        "Stimulus",
        "Answers",
        "Modal name here",
        "Published",
        "Match",
        "Agreement here",
        "Published",
        "H here",
        "Published",
        "Divergence",
    ];
    let row = |row: &StimulusComparison| {
        vec![
            row.stimulus.clone(),
            number::count(row.n),
            tied(&row.modal_names),
            tied(&row.reference_modal_names),
            yes_or_no(row.modal_match),
            number::percent(Some(row.agreement)),
            number::percent(row.reference_agreement),
            three_decimals(Some(row.h)),
            three_decimals(row.reference_h),
            three_decimals(row.divergence),
        ]
    };
    let caption = "Stimuli that both have, the most divergent first: by the divergence of Jensen and Shannon in bits, \
        from 0 (the same names equally often) to 1 (no name in common), else by the difference in agreement";
    table(caption, &header, &[0, 2, 3, 4], comparison.rows.iter().map(row), comparison.rows.len())
}
