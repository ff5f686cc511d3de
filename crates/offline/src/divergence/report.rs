//! Divergence as a report.

use nameit_plots::report::{Part, Report, Section, Table};
use nameit_plots::{Bar, Bars, Plot, Scatter, ScatterPoint, Unit, bars, number, scatter};

use super::args::Args;
use super::count::Counted;
use super::entry::{Entry, entries};
use crate::report::{Figure, MOST_LISTED, Recipe, histogram, one_decimal, spreads, table, three_decimals};

/// The most stimuli at either end that are drawn.
const MOST_DRAWN: usize = 15;
/// The most points that are labelled.
const LABELLED: usize = 8;

/// What a report keeps of all stimuli.
#[derive(Default)]
struct All {
    n: Vec<f64>,
    words: Vec<f64>,
    snd: Vec<f64>,
    pnd: Vec<f64>,
    /// Key, SND and PND, where it is defined.
    places: Vec<(String, f64, Option<f64>)>,
}

/// The figures over all stimuli, at both ends, and of each.
pub(super) fn report(args: &Args, counted: &Counted, summary: &str) -> Report {
    let mut all = All::default();
    let mut listed = Vec::new();
    for entry in entries(counted) {
        all.add(&entry);
        if listed.len() < MOST_LISTED {
            listed.push(entry);
        }
    }
    let mut parts = vec![Part::Table(all.table(counted.parts.is_some()))];
    let mut draw = |plot: Plot| parts.push(Part::Plot(Box::new(plot)));
    draw(histogram("Stimuli by SND", &all.snd, 0.05, number::two_decimals));
    draw(all.ends());
    if counted.parts.is_some() {
        draw(all.wholes_and_parts());
    }
    let recipe = Recipe::new("divergence")
        .with("File", &counted.assumptions)
        .with("Language", &args.language)
        .with("Rule for words", words(counted))
        .with(
            "SND, PND",
            "mean over descriptions of the mean over their words of 1 − (other descriptions with the word) / (n − 1), \
             as published with KiloGram (Ji et al. 2022)",
        );
    Report {
        title: "Divergence of descriptions".to_owned(),
        subtitle: format!("{summary}."),
        sections: vec![
            Section { heading: "Over all stimuli".to_owned(), parts },
            Section {
                heading: "By stimulus".to_owned(),
                parts: vec![Part::Table(by_stimulus(counted, &listed))],
            },
            recipe.section(),
        ],
    }
}

fn words(counted: &Counted) -> String {
    let rule = match counted.words {
        nameit_analysis::descriptions::WordRule::English => "lower case, no stop words, stems of Porter",
        nameit_analysis::descriptions::WordRule::Plain => "lower case",
    };
    format!("{}: {rule}", counted.words.as_str())
}

// === impl All ===

impl All {
    fn add(&mut self, entry: &Entry<'_>) {
        let pnd = entry.parts.as_ref().and_then(|parts| parts.pnd);
        self.n.push(entry.n as f64);
        self.words.extend(entry.mean_words);
        self.snd.extend(entry.snd);
        self.pnd.extend(pnd);
        if let Some(snd) = entry.snd {
            self.places.push((entry.stimulus.to_owned(), snd, pnd));
        }
    }

    fn table(&self, with_parts: bool) -> Table {
        let figure = |name, values: &Vec<f64>, show| Figure { name, values: values.clone(), show };
        let mut figures = vec![
            figure("Descriptions", &self.n, one_decimal as fn(_) -> _),
            figure("Mean words", &self.words, number::two_decimals),
            figure("SND", &self.snd, three_decimals),
        ];
        if with_parts {
            figures.push(figure("PND", &self.pnd, three_decimals));
        }
        let caption = "The figures over the stimuli where they are defined: mean, standard deviation (n − 1), quartiles of type 7";
        spreads(caption, "Stimuli", figures)
    }

    /// Where people diverge least and most.
    fn ends(&self) -> Plot {
        let mut places: Vec<&(String, f64, Option<f64>)> = self.places.iter().collect();
        places.sort_by(|one, other| one.1.total_cmp(&other.1).then_with(|| one.0.cmp(&other.0)));
        let shown: Vec<&(String, f64, Option<f64>)> = if places.len() <= 2 * MOST_DRAWN {
            places.clone()
        } else {
            places[..MOST_DRAWN].iter().chain(&places[places.len() - MOST_DRAWN..]).copied().collect()
        };
        let title = if shown.len() < places.len() {
            format!("SND: the {MOST_DRAWN} lowest and the {MOST_DRAWN} highest")
        } else {
            "SND".to_owned()
        };
        let bar = |(stimulus, snd, _): &(String, f64, Option<f64>)| Bar {
            label: stimulus.clone(),
            value: *snd,
            ..Bar::default()
        };
        bars(&Bars {
            title,
            unit: Unit::Plain,
            whole: false,
            bars: shown.into_iter().map(bar).collect(),
            note: None,
        })
    }

    fn wholes_and_parts(&self) -> Plot {
        let point = |(stimulus, snd, pnd): &(String, f64, Option<f64>)| {
            Some(ScatterPoint { label: stimulus.clone(), x: *snd, y: (*pnd)? })
        };
        scatter(&Scatter {
            title: "Divergence of wholes and parts".to_owned(),
            across: "SND, of wholes".to_owned(),
            up: "PND, of parts".to_owned(),
            unit: Unit::Plain,
            identity: true,
            points: self.places.iter().filter_map(point).collect(),
            labelled: LABELLED,
            note: None,
        })
    }
}

fn by_stimulus(counted: &Counted, listed: &[Entry<'_>]) -> Table {
    let mut header =
        vec!["Stimulus", "Descriptions", "Non-answers", "Without words", "Mean words", "SD", "Median", "SND"];
    header.extend(counted.parts.is_some().then_some("PND"));
    let row = |entry: &Entry<'_>| {
        let mut cells = vec![
            entry.stimulus.to_owned(),
            number::count(entry.n),
            number::count(entry.non_answers),
            number::count(entry.without_words),
            number::two_decimals(entry.mean_words),
            number::two_decimals(entry.sd_words),
            one_decimal(entry.median_words),
            three_decimals(entry.snd),
        ];
        cells.extend(entry.parts.as_ref().map(|parts| three_decimals(parts.pnd)));
        cells
    };
    let caption = "Divergence is between 0 (everybody uses the same words) and 1 (nobody uses a word of another); \
        lengths are in words between spaces";
    table(caption, &header, &[0], listed.iter().map(row), counted.wholes.len())
}
