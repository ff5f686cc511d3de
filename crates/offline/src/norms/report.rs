//! Norms as a report: one HTML file with tables and plots.

use nameit_plots::number;
use nameit_plots::report::{Part, Report, Section, Table};

use super::args::Args;
use super::entry::{Entries, Entry};
use crate::report::{
    Figure, MOST_LISTED, Recipe, histogram, one_decimal, spreads, table, three_decimals, tied,
};

mod draw;
mod times;

/// The most stimuli with plots of their own.
const MOST_DRAWN: usize = 24;

/// Everything about a file: figures over all stimuli, a table of norms, and plots of the first stimuli.
pub(super) fn report(args: &Args, entries: &Entries<'_>, summary: &str) -> Report {
    let stimuli = entries.counted.counts.len();
    let listed = entries.first(MOST_LISTED);
    let drawn = &listed[..listed.len().min(MOST_DRAWN)];
    let mut sections = overview(entries, &listed, stimuli);
    sections.push(Section {
        heading: "Norms by stimulus".to_owned(),
        parts: vec![Part::Table(norms(entries, &listed, stimuli))],
    });
    sections.extend(times::section(entries, &listed, stimuli));
    let words = if stimuli > drawn.len() {
        format!("Plots of the first {} of {} stimuli.", drawn.len(), number::count(stimuli as u64))
    } else {
        "Plots of all stimuli.".to_owned()
    };
    sections.push(Section { heading: "Names".to_owned(), parts: vec![Part::Paragraph(words)] });
    sections.extend(drawn.iter().map(draw::of_stimulus));
    sections.push(recipe(args, entries).section());
    Report { title: "Naming norms".to_owned(), subtitle: format!("{summary}."), sections }
}

/// The figures over all stimuli, as plots and as papers report them.
fn overview(entries: &Entries<'_>, listed: &[Entry<'_>], stimuli: usize) -> Vec<Section> {
    let mut all = Spreads::default();
    for more in entries.pieces(|places| Spreads::of(entries, places)) {
        all.append(more);
    }
    let agreement = histogram("Stimuli by name agreement", &all.agreement, 0.1, whole_percent);
    let h = histogram("Stimuli by H in bits", &all.h, 0.25, number::two_decimals);
    let plots = [draw::overview(listed, stimuli), agreement, h];
    let mut parts = vec![Part::Table(all.table())];
    parts.extend(plots.map(|plot| Part::Plot(Box::new(plot))));
    vec![Section { heading: "Over all stimuli".to_owned(), parts }]
}

fn whole_percent(share: Option<f64>) -> String {
    share.map_or_else(|| number::UNDEFINED.to_owned(), |share| format!("{:.0}\u{202f}%", share * 100.0))
}

/// The figures of many stimuli, where they are defined.
#[derive(Default)]
struct Spreads {
    n: Vec<f64>,
    types: Vec<f64>,
    agreement: Vec<f64>,
    h: Vec<f64>,
    simpson: Vec<f64>,
    coverage: Vec<f64>,
}

// === impl Spreads ===

impl Spreads {
    fn of(entries: &Entries<'_>, places: std::ops::Range<usize>) -> Self {
        let mut spreads = Self::default();
        for place in places {
            let norms = entries.counted.counts.stimulus(place).norms();
            spreads.n.push(norms.n as f64);
            spreads.types.push(norms.types as f64);
            spreads.agreement.extend(norms.agreement);
            spreads.h.extend(norms.h);
            spreads.simpson.extend(norms.simpson);
            spreads.coverage.extend(norms.coverage);
        }
        spreads
    }

    fn append(&mut self, mut more: Self) {
        self.n.append(&mut more.n);
        self.types.append(&mut more.types);
        self.agreement.append(&mut more.agreement);
        self.h.append(&mut more.h);
        self.simpson.append(&mut more.simpson);
        self.coverage.append(&mut more.coverage);
    }

    fn table(&self) -> Table {
        let figure = |name, values: &Vec<f64>, show| Figure { name, values: values.clone(), show };
        let figures = vec![
            figure("Answers", &self.n, one_decimal as fn(_) -> _),
            figure("Names", &self.types, one_decimal),
            figure("Agreement", &self.agreement, number::percent),
            figure("H (bits)", &self.h, three_decimals),
            figure("Simpson", &self.simpson, three_decimals),
            figure("Coverage", &self.coverage, three_decimals),
        ];
        let caption = "The figures over the stimuli where they are defined: mean, standard deviation (n − 1), quartiles of type 7";
        spreads(caption, "Stimuli", figures)
    }
}

fn norms(entries: &Entries<'_>, listed: &[Entry<'_>], stimuli: usize) -> Table {
    let mut header =
        vec!["Stimulus", "Answers", "Non-answers", "Names", "Modal name", "Agreement", "95 % interval", "H"];
    let with_intervals = entries.bootstrap.is_some();
    if with_intervals {
        header.extend(["H from", "H to"]);
    }
    header.extend(["Miller–Madow", "Simpson", "Coverage", "Next is new", "Chao1"]);
    let participants = entries.counted.columns.participant.is_some();
    header.extend(participants.then_some("Participants"));
    let row = |entry: &Entry<'_>| {
        let norms = &entry.norms;
        let wilson = match (norms.agreement_low, norms.agreement_high) {
            (Some(low), Some(high)) => format!("{:.1} – {:.1}", low * 100.0, high * 100.0),
            _ => number::UNDEFINED.to_owned(),
        };
        let mut cells = vec![
            entry.stimulus.to_owned(),
            number::count(norms.n),
            number::count(norms.non_answers),
            number::count(norms.types),
            tied(&norms.modal_names),
            number::percent(norms.agreement),
            wilson,
            three_decimals(norms.h),
        ];
        if with_intervals {
            let h = entry.intervals.map(|intervals| intervals.h);
            cells.extend([three_decimals(h.map(|h| h.low)), three_decimals(h.map(|h| h.high))]);
        }
        cells.extend([
            three_decimals(norms.h_miller_madow),
            three_decimals(norms.simpson),
            three_decimals(norms.coverage),
            three_decimals(norms.next_new),
            one_decimal(norms.chao1),
        ]);
        cells.extend(entry.participants.map(number::count));
        cells
    };
    let caption = "Agreement is the share of the modal name among answers, with Wilson's interval; H is in bits, also \
        with the correction of Miller and Madow; Simpson is unbiased; coverage is that of Chao and Jost (2012)";
    table(caption, &header, &[0, 4], listed.iter().map(row), stimuli)
}

fn recipe(args: &Args, entries: &Entries<'_>) -> Recipe {
    let mut recipe = Recipe::new("norms")
        .with("File", &entries.counted.assumptions)
        .with_naming(&args.naming)
        .with("Coverage looked for", format!("{}", entries.coverage_target));
    recipe = match entries.bootstrap {
        Some(bootstrap) => recipe.with(
            "Bootstrap",
            format!(
                "{} replicates, seed {}, level {}; of participants where they are known, else of answers",
                number::count(bootstrap.replicates.into()),
                bootstrap.seed,
                bootstrap.level
            ),
        ),
        None => recipe.with("Bootstrap", "no intervals were asked for (--intervals)"),
    };
    recipe = recipe.with("Curves of rarefaction", draw::curves_in_words());
    if entries.counted.columns.have_times() {
        recipe = recipe.with("Trimming of response times", args.trim.to_string());
    }
    recipe
}
