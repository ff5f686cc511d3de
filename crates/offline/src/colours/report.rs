//! Colour naming as a report.

use nameit_analysis::colour::{ColourNorms, Lab, TermNorms, TermPair};
use nameit_plots::report::{Part, Report, Section, Table};
use nameit_plots::{Association, Bar, Bars, MOST_COLUMNS, Plot, Unit, association, bars, number};

use super::args::Args;
use super::count::Counted;
use super::findings::Findings;
use crate::report::{Recipe, histogram, one_decimal, table, three_decimals, tied, yes_or_no};

mod map;

/// The most terms in the bars.
const MOST_TERMS: usize = 30;

/// The map, the terms, how they relate, and each colour.
pub(super) fn report(args: &Args, counted: &Counted, findings: &Findings, summary: &str) -> Report {
    let consensus: Vec<f64> = findings.naming.colours.iter().filter_map(|colour| colour.consensus).collect();
    let plots = [
        terms_plot(findings),
        associations(findings),
        histogram("Colours by consensus", &consensus, 0.1, number::percent),
    ];
    let mut overview = map::parts(&counted.matrix);
    overview.extend(plots.map(|plot| Part::Plot(Box::new(plot))));
    let section = |heading: &str, parts| Section { heading: heading.to_owned(), parts };
    Report {
        title: "Colour naming".to_owned(),
        subtitle: format!("{summary}."),
        sections: vec![
            section("Overview", overview),
            section("Terms", vec![Part::Table(terms(findings))]),
            section("Pairs of terms", vec![Part::Table(pairs(findings))]),
            section("Colours", vec![Part::Table(colours(findings))]),
            recipe(args, counted).section(),
        ],
    }
}

fn terms_plot(findings: &Findings) -> Plot {
    let terms = &findings.naming.terms;
    let bar = |term: &TermNorms| Bar {
        label: term.term.clone(),
        value: term.share,
        count: Some(term.n),
        interval: None,
        strong: term.basic == Some(true),
    };
    bars(&Bars {
        title: "Terms by their share of answers; basic colour terms are full".to_owned(),
        unit: Unit::Share,
        whole: false,
        bars: terms.iter().take(MOST_TERMS).map(bar).collect(),
        note: (terms.len() > MOST_TERMS).then(|| {
            format!("The {MOST_TERMS} most frequent of {} terms", number::count(terms.len() as u64))
        }),
    })
}

fn associations(findings: &Findings) -> Plot {
    let Findings { association: found, .. } = findings;
    let shown = found.terms.len().min(MOST_COLUMNS);
    association(&Association {
        title: "What one calls the row, another calls the column".to_owned(),
        terms: found.terms[..shown].to_vec(),
        values: found.p[..shown].iter().map(|row| row[..shown].to_vec()).collect(),
        note: Some(format!(
            "Per cent, over all colours; the {shown} most frequent terms, so rows need not add up to 100"
        )),
    })
}

fn terms(findings: &Findings) -> Table {
    let header = [
        "Term",
        "Centre",
        "Answers",
        "Share",
        "Colours",
        "Basic",
        "L*",
        "a*",
        "b*",
        "Spread ΔE",
        "Focal colour",
        "p(term|focal)",
    ];
    let row = |term: &TermNorms| {
        let mut cells = vec![
            term.term.clone(),
            term.centre_hex.clone(),
            number::count(term.n),
            number::percent(Some(term.share)),
            number::count(term.types),
            term.basic.map_or_else(|| number::UNDEFINED.to_owned(), yes_or_no),
        ];
        cells.extend(coordinates(term.centre));
        cells.extend([
            one_decimal(Some(term.spread)),
            term.focal.clone().unwrap_or_else(|| number::UNDEFINED.to_owned()),
            three_decimals(term.focal_p),
        ]);
        cells
    };
    let caption = "Terms, the most frequent first. The centre is the mean in CIELAB, weighted by answers; the spread is \
        the root mean square distance from it; the focal colour has the highest p(term|colour)";
    let rows = findings.naming.terms.iter().map(row);
    Table { swatches: Some(1), ..table(caption, &header, &[0, 1, 5, 10], rows, findings.naming.terms.len()) }
}

fn pairs(findings: &Findings) -> Table {
    let row = |pair: &TermPair| {
        vec![
            pair.one.clone(),
            pair.other.clone(),
            three_decimals(Some(pair.hellinger)),
            number::two_decimals(pair.distance),
        ]
    };
    let caption = "Pairs of frequent terms: Hellinger distance of their distributions over colours (0 to 1), and the \
        least mean ΔE over which the answers of one would have to move to become those of the other";
    let header = ["One", "Other", "Hellinger", "Distance ΔE"];
    table(caption, &header, &[0, 1], findings.pairs.iter().map(row), findings.pairs.len())
}

fn colours(findings: &Findings) -> Table {
    let header = [
        "Colour",
        "sRGB",
        "L*",
        "a*",
        "b*",
        "Answers",
        "Non-answers",
        "Terms",
        "Modal term",
        "Consensus",
        "H",
        "Saliency",
    ];
    let row = |colour: &ColourNorms| {
        let mut cells = vec![colour.colour.key.clone(), colour.colour.hex.clone()];
        cells.extend(coordinates(colour.colour.lab));
        cells.extend([
            number::count(colour.n),
            number::count(colour.non_answers),
            number::count(colour.types),
            tied(&colour.modal_names),
            number::percent(colour.consensus),
            three_decimals(colour.h),
            three_decimals(colour.saliency),
        ]);
        cells
    };
    let caption = "Colours in the order of the file. Consensus is the share of the modal term; H is in bits, and \
        saliency is its negative";
    let rows = findings.naming.colours.iter().map(row);
    Table { swatches: Some(1), ..table(caption, &header, &[0, 1, 8], rows, findings.naming.colours.len()) }
}

fn coordinates(lab: Lab) -> [String; 3] {
    [lab.l, lab.a, lab.b].map(|coordinate| one_decimal(Some(coordinate)))
}

fn recipe(args: &Args, counted: &Counted) -> Recipe {
    Recipe::new("colours")
        .with("File", &counted.assumptions)
        .with_naming(&args.naming)
        .with("White point of CIELAB", args.white.as_str())
        .with(
            "Bins",
            args.bin.map_or_else(|| "none".to_owned(), |width| format!("{width} wide in each direction")),
        )
        .with("Focal choices", format!("colours with at least {} answers", args.focal_min_n))
        .with("Terms that are related", format!("the {} most frequent", args.terms))
}
