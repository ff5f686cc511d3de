//! Proposals as a report.

use std::collections::BTreeMap;

use nameit_analysis::variants::{BeforeAfter, Change, Proposal, Reason};
use nameit_plots::report::{Part, Report, Section, Table};
use nameit_plots::{Bar, Bars, Plot, Unit, bars, number};

use super::Args;
use crate::answers::Answers;
use crate::report::{Recipe, histogram, table, three_decimals};

/// The most proposals in the plot.
const MOST_DRAWN: usize = 30;

/// The proposals, what speaks for them, and what accepting them would change.
pub(super) fn report(
    args: &Args,
    answers: &Answers,
    found: &[Proposal],
    compared: &BeforeAfter,
    summary: &str,
) -> Report {
    let scores: Vec<f64> = found.iter().map(|proposal| proposal.score).collect();
    let plots = [
        weightiest(found),
        by_reason(found),
        histogram("Proposals by score", &scores, 0.1, number::two_decimals),
    ];
    let mut parts = vec![Part::Paragraph(
        "Nothing was merged. A person accepts or rejects each proposal in the column accept of the CSV, which \
         --mapping then reads."
            .to_owned(),
    )];
    parts.extend(plots.map(|plot| Part::Plot(Box::new(plot))));
    let recipe = Recipe::new("variants")
        .with("File", &answers.assumptions)
        .with_naming(&args.naming)
        .with("Least score", args.min_score.to_string());
    Report {
        title: "Spelling variants".to_owned(),
        subtitle: format!("{summary}."),
        sections: vec![
            Section { heading: "Overview".to_owned(), parts },
            Section { heading: "Proposals".to_owned(), parts: vec![Part::Table(proposals(found))] },
            Section { heading: "If all were accepted".to_owned(), parts: effect(answers, compared) },
            recipe.section(),
        ],
    }
}

fn weightiest(found: &[Proposal]) -> Plot {
    let mut by_count: Vec<&Proposal> = found.iter().collect();
    by_count
        .sort_by(|one, other| other.from_count.cmp(&one.from_count).then_with(|| one.from.cmp(&other.from)));
    let bar = |proposal: &&Proposal| Bar {
        label: format!("{} → {}", proposal.from, proposal.to),
        value: proposal.from_count as f64,
        ..Bar::default()
    };
    bars(&Bars {
        title: "Proposals with most answers".to_owned(),
        unit: Unit::Count,
        whole: false,
        bars: by_count.iter().take(MOST_DRAWN).map(bar).collect(),
        note: (found.len() > MOST_DRAWN)
            .then(|| format!("{MOST_DRAWN} of {} proposals", number::count(found.len() as u64))),
    })
}

fn by_reason(found: &[Proposal]) -> Plot {
    let mut counts: BTreeMap<Reason, u64> = BTreeMap::new();
    for reason in found.iter().flat_map(|proposal| &proposal.reasons) {
        *counts.entry(*reason).or_default() += 1;
    }
    let mut counts: Vec<(Reason, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
    let bar = |(reason, count): (Reason, u64)| Bar {
        label: reason.label().to_owned(),
        value: count as f64,
        ..Bar::default()
    };
    bars(&Bars {
        title: "What happened to letters".to_owned(),
        unit: Unit::Count,
        whole: false,
        bars: counts.into_iter().map(bar).collect(),
        note: None,
    })
}

fn proposals(found: &[Proposal]) -> Table {
    let header = [
        "From",
        "To",
        "Answers of from",
        "Answers of to",
        "Score",
        "Distance",
        "Reasons",
        "Shared stimuli",
        "Alternatives",
    ];
    let row = |proposal: &Proposal| {
        let reasons: Vec<&str> = proposal.reasons.iter().map(|reason| reason.label()).collect();
        vec![
            proposal.from.clone(),
            proposal.to.clone(),
            number::count(proposal.from_count),
            number::count(proposal.to_count),
            three_decimals(Some(proposal.score)),
            proposal.distance.to_string(),
            reasons.join(", "),
            format!("{} of {}", number::count(proposal.shared_stimuli), number::count(proposal.from_stimuli)),
            proposal.alternatives.join(", "),
        ]
    };
    let caption = "Probable variants, the surest first. The score is between 0 and 1; the distance is that of Damerau \
        and Levenshtein, with less for slips of the finger";
    table(caption, &header, &[0, 1, 6, 8], found.iter().map(row), found.len())
}

/// The figures before and after, over all stimuli and of those that change most.
fn effect(answers: &Answers, compared: &BeforeAfter) -> Vec<Part> {
    let (before, after) = (&compared.before, &compared.after);
    let count = |name: &str, before: u64, after: u64| {
        vec![name.to_owned(), number::count(before), number::count(after)]
    };
    let figure = |name: &str, before: Option<f64>, after: Option<f64>| {
        vec![name.to_owned(), three_decimals(before), three_decimals(after)]
    };
    let rows = vec![
        count("Names", before.types, after.types),
        count("Names given once", before.singletons, after.singletons),
        figure("Coverage of all names", before.coverage, after.coverage),
        figure("Mean names per stimulus", before.mean_types, after.mean_types),
        figure("Mean H (bits)", before.mean_h, after.mean_h),
        figure("Mean agreement", before.mean_agreement, after.mean_agreement),
        figure("Mean coverage", before.mean_coverage, after.mean_coverage),
    ];
    let all = rows.len();
    let overall = table("Over all stimuli", &["Figure", "Before", "After"], &[0], rows.into_iter(), all);
    let row = |change: &Change| {
        let (before, after) = (&change.before, &change.after);
        vec![
            answers.counts.stimulus(change.ordinal as usize).key().to_owned(),
            number::count(before.types),
            number::count(after.types),
            before.modal_name.clone().unwrap_or_default(),
            after.modal_name.clone().unwrap_or_default(),
            number::percent(before.agreement),
            number::percent(after.agreement),
            three_decimals(before.h),
            three_decimals(after.h),
        ]
    };
    let header = [
        "Stimulus",
        "Names before",
        "after",
        "Modal name before",
        "after",
        "Agreement before",
        "after",
        "H before",
        "after",
    ];
    let changes = compared.changes.len();
    let mut changing =
        table("Stimuli that change most", &header, &[0, 3, 4], compared.changes.iter().map(row), changes);
    let (shown, changed) = (number::count(changes as u64), number::count(compared.changed));
    changing.note = Some(format!("{shown} of {changed} stimuli whose figures would change."));
    vec![Part::Table(overall), Part::Table(changing)]
}
