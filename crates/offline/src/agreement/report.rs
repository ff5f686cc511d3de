//! Agreement as a report.

use std::collections::BTreeMap;

use nameit_analysis::agreement::Value;
use nameit_plots::report::{Part, Report, Section, Table};
use nameit_plots::{Association, Bar, Bars, MOST_COLUMNS, Plot, Unit, association, bars, number};

use super::Findings;
use super::coincidences::{Coincidences, shown};
use super::count::{Judgements, Unit as Judged};
use crate::report::{Recipe, histogram, table, three_decimals};

/// The most values whose counts are drawn.
const MOST_VALUES: usize = 30;

/// One unit.
struct UnitAgreement<'judgements> {
    key: &'judgements str,
    n: u64,
    /// Values with how often they were given, the most frequent first.
    values: Vec<(String, u64)>,
    /// Share of pairs that agree; `None` with a single value.
    agreeing: Option<f64>,
}

/// The figures in words.
pub(super) fn summary(findings: &Findings) -> String {
    let interval = findings
        .alpha_interval
        .map_or_else(String::new, |interval| format!(" [{:.3}, {:.3}]", interval.low, interval.high));
    let alpha = findings.alpha.alpha.map_or_else(
        || "alpha is not defined: no two values could have differed".to_owned(),
        |alpha| format!("alpha {alpha:.3}{interval}"),
    );
    let kappa = findings.kappa.kappa.map_or_else(
        || "kappa is not defined: it needs equally many values for each unit".to_owned(),
        |kappa| format!("kappa {kappa:.3}"),
    );
    format!(
        "{} units, {} values, metric {}: {alpha}; {kappa}",
        findings.alpha.units,
        findings.alpha.values,
        findings.alpha.metric.as_str()
    )
}

/// Both measures, which values meet, and the units that people disagree on.
pub(super) fn report(judgements: &Judgements, findings: &Findings) -> Report {
    let coincidences = Coincidences::of(&judgements.units, MOST_COLUMNS);
    let units = by_agreement(judgements);
    let shares: Vec<f64> = units.iter().filter_map(|unit| unit.agreeing).collect();
    let plots = [
        given(judgements),
        met(&coincidences),
        histogram("Units by their share of agreeing pairs", &shares, 0.1, number::percent),
    ];
    let mut parts = vec![Part::Facts(figures(findings))];
    parts.extend(plots.map(|plot| Part::Plot(Box::new(plot))));
    let bootstrap = findings.bootstrap;
    let recipe = Recipe::new("agreement")
        .with("File", &judgements.assumptions)
        .with("Metric", findings.alpha.metric.as_str())
        .with(
            "Interval of alpha",
            format!(
                "{} replicates of units, seed {}, level {}",
                number::count(bootstrap.replicates.into()),
                bootstrap.seed,
                bootstrap.level
            ),
        );
    Report {
        title: "Agreement between coders".to_owned(),
        subtitle: format!("{}.", summary(findings)),
        sections: vec![
            Section { heading: "Overview".to_owned(), parts },
            Section { heading: "By unit".to_owned(), parts: vec![Part::Table(by_unit(&units))] },
            recipe.section(),
        ],
    }
}

fn figures(findings: &Findings) -> Vec<(String, String)> {
    let interval = findings.alpha_interval.map_or_else(
        || number::UNDEFINED.to_owned(),
        |interval| format!("{:.3} to {:.3}", interval.low, interval.high),
    );
    let per_unit = match findings.kappa.values_per_unit {
        Some(values) => number::count(values),
        None => "differs".to_owned(),
    };
    [
        ("Krippendorff’s alpha", three_decimals(findings.alpha.alpha)),
        ("95 % interval of alpha", interval),
        ("Fleiss’ kappa", three_decimals(findings.kappa.kappa)),
        ("Units compared", number::count(findings.alpha.units)),
        ("Values of these", number::count(findings.alpha.values)),
        ("Units with one value, left out", number::count(findings.alpha.unpaired_units)),
        ("Values per unit", per_unit),
        ("Coders", if findings.coders == 0 { "not told".to_owned() } else { number::count(findings.coders) }),
        ("Missing values", number::count(findings.missing)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn counted<'values>(values: impl Iterator<Item = &'values (Value, u64)>) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (value, count) in values {
        *counts.entry(shown(value)).or_default() += count;
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

fn given(judgements: &Judgements) -> Plot {
    let counts = counted(judgements.units.iter().flat_map(|unit| &unit.values));
    let bar =
        |(value, count): &(String, u64)| Bar { label: value.clone(), value: *count as f64, ..Bar::default() };
    let note = (counts.len() > MOST_VALUES)
        .then(|| format!("The {MOST_VALUES} most frequent of {} values", number::count(counts.len() as u64)));
    bars(&Bars {
        title: "How often each value was given".to_owned(),
        unit: Unit::Count,
        whole: false,
        bars: counts.iter().take(MOST_VALUES).map(bar).collect(),
        note,
    })
}

fn met(coincidences: &Coincidences) -> Plot {
    let note = if coincidences.distinct > coincidences.values.len() {
        format!(
            "Coincidences in per cent of a row; the {} most frequent of {} values",
            coincidences.values.len(),
            number::count(coincidences.distinct as u64)
        )
    } else {
        "Coincidences in per cent of a row".to_owned()
    };
    association(&Association {
        title: "Where one coder says the row, another says the column".to_owned(),
        terms: coincidences.values.clone(),
        values: coincidences.shares(),
        note: Some(note),
    })
}

fn agreement_of(unit: &Judged) -> UnitAgreement<'_> {
    let n = unit.n();
    let values = counted(unit.values.iter());
    let same: u64 = values.iter().map(|(_, count)| count * (count - 1)).sum();
    let agreeing = (n > 1).then(|| same as f64 / (n * (n - 1)) as f64);
    UnitAgreement { key: &unit.key, n, values, agreeing }
}

/// The units, those that agree least first.
fn by_agreement(judgements: &Judgements) -> Vec<UnitAgreement<'_>> {
    let mut units: Vec<UnitAgreement<'_>> = judgements.units.iter().map(agreement_of).collect();
    units.sort_by(|one, other| {
        let place = |unit: &UnitAgreement<'_>| unit.agreeing.unwrap_or(2.0);
        place(one).total_cmp(&place(other)).then_with(|| one.key.cmp(other.key))
    });
    units
}

fn by_unit(units: &[UnitAgreement<'_>]) -> Table {
    /// The most values of a unit that are told.
    const MOST_TOLD: usize = 8;
    let row = |unit: &UnitAgreement<'_>| {
        let told = unit.values.iter().take(MOST_TOLD).map(|(value, count)| format!("{value} ({count})"));
        let mut told: Vec<String> = told.collect();
        if unit.values.len() > MOST_TOLD {
            told.push("…".to_owned());
        }
        vec![
            unit.key.to_owned(),
            number::count(unit.n),
            number::count(unit.values.len() as u64),
            number::percent(unit.agreeing),
            told.join(", "),
        ]
    };
    let header = ["Unit", "Values", "Distinct", "Agreeing pairs", "What was given"];
    let caption =
        "Units, those that agree least first; agreeing pairs are exactly the same, whatever the metric";
    table(caption, &header, &[0, 4], units.iter().map(row), units.len())
}
