//! Participants: the figures with and without flagged people, what counts, and everybody with what is striking.

mod query;

pub(crate) use query::{Query, Show};

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_proto::findings::v1 as findings;

use super::{Paging, Section, Site};
use crate::charts::number::{self, UNDEFINED};

/// Participants on one page.
pub(crate) const PEOPLE_PER_PAGE: usize = 50;

/// So many characters of an id are shown: its random end, for its beginning is a time.
const SHORT_ID: usize = 8;

/// The page of participants.
#[derive(Template)]
#[template(path = "participants/page.html")]
pub(crate) struct ParticipantsPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// The cohort and a part of its participants.
    pub(crate) found: findings::Participants,
    /// What counts and who is shown.
    pub(crate) query: Query,
}

/// One row of the figures side by side.
struct SideRow {
    label: &'static str,
    explanation: &'static str,
    all: String,
    unflagged: String,
    difference: String,
}

/// One row of the stimuli that change.
struct ChangeRow<'page> {
    stimulus: &'page str,
    modal: String,
    /// With everybody, if it is another one.
    modal_of_all: Option<String>,
    n: [String; 2],
    h: [String; 2],
    agreement: [String; 2],
}

/// A figure of one participant beside that of the cohort.
struct Beside<'page> {
    figure: &'page findings::QualityFigure,
    cohort: &'page findings::CohortFigure,
}

// === impl ParticipantsPage ===

impl ParticipantsPage {
    fn url(&self) -> String {
        format!("/experiments/{}/results/participants", self.experiment.id)
    }

    fn pages_url(&self) -> String {
        format!("{}?{}page=", self.url(), self.query.encoded())
    }

    fn csv_url(&self) -> String {
        let counted = self.query.counted_words().map(|words| format!("?counted={words}"));
        format!("/api/v1/experiments/{}/participants.csv{}", self.experiment.id, counted.unwrap_or_default())
    }

    fn paging(&self) -> Paging {
        Paging::new(self.query.page, PEOPLE_PER_PAGE, self.found.participants_total as usize)
    }

    /// Why nobody at all can be judged.
    fn unjudged(&self) -> Option<&str> {
        let reasons = self.found.cohort.iter().map(|figure| figure.reason.as_deref());
        reasons.reduce(Option::and).flatten()
    }

    fn sides(&self) -> Vec<SideRow> {
        let (all, unflagged) = (self.found.all.unwrap_or_default(), self.found.unflagged.unwrap_or_default());
        let count = |label, explanation, of: fn(&findings::QualitySide) -> u64| SideRow {
            label,
            explanation,
            all: number::count(of(&all)),
            unflagged: number::count(of(&unflagged)),
            difference: count_change(of(&all), of(&unflagged)),
        };
        let mean =
            |label, explanation, digits: Digits, of: fn(&findings::QualitySide) -> Option<f64>| SideRow {
                label,
                explanation,
                all: digits.write(of(&all)),
                unflagged: digits.write(of(&unflagged)),
                difference: digits.change(of(&all), of(&unflagged)),
            };
        vec![
            count("Participants", "with at least one answer", |side| side.participants),
            count("Answers", "that gave a name", |side| side.n),
            count("Non-answers", "trials without a name", |side| side.non_answers),
            count("Names", "distinct, counted per stimulus", |side| side.types),
            mean("Agreement", "share of the modal name, mean", Digits::Percent, |side| side.mean_agreement),
            mean("H", "bits, mean", Digits::Two, |side| side.mean_h),
            mean("Coverage", "mean", Digits::Percent, |side| side.mean_coverage),
        ]
    }

    fn changes(&self) -> Vec<ChangeRow<'_>> {
        let rows = self.found.changes.iter().map(|change| {
            let sides =
                [change.all.clone().unwrap_or_default(), change.unflagged.clone().unwrap_or_default()];
            let [modal_of_all, modal] = sides.each_ref().map(modal);
            ChangeRow {
                stimulus: &change.stimulus,
                modal_of_all: (modal != modal_of_all).then_some(modal_of_all),
                modal,
                n: sides.each_ref().map(|side| number::count(side.n)),
                h: sides.each_ref().map(|side| number::two_decimals(side.h)),
                agreement: sides.each_ref().map(|side| number::percent(side.agreement)),
            }
        });
        rows.collect()
    }

    /// Figures of one participant beside those of the cohort.
    fn beside<'page>(&'page self, person: &'page findings::ParticipantQuality) -> Vec<Beside<'page>> {
        let pairs = person.figures.iter().zip(&self.found.cohort);
        pairs.map(|(figure, cohort)| Beside { figure, cohort }).collect()
    }

    /// Those of them that are flags or notes.
    fn striking<'page>(&'page self, person: &'page findings::ParticipantQuality) -> Vec<Beside<'page>> {
        let mut beside = self.beside(person);
        beside.retain(|pair| matches!(pair.figure.level.as_str(), "flag" | "note"));
        beside
    }
}

// === impl Beside ===

impl Beside<'_> {
    fn value(&self) -> String {
        written(&self.cohort.unit, self.figure.value)
    }

    /// What is to be thought of it, in a word.
    fn verdict(&self) -> &'static str {
        match self.figure.level.as_str() {
            "flag" if self.cohort.counted || self.cohort.circumstance => "flag",
            "flag" => "flag, not counted",
            "note" => "note",
            "usual" => "usual",
            _ => "not judged",
        }
    }
}

/// How a mean is written.
#[derive(Clone, Copy)]
enum Digits {
    Percent,
    Two,
}

impl Digits {
    fn write(self, value: Option<f64>) -> String {
        match self {
            Self::Percent => number::percent(value),
            Self::Two => number::two_decimals(value),
        }
    }

    fn change(self, from: Option<f64>, to: Option<f64>) -> String {
        let Some(change) = from.zip(to).map(|(from, to)| to - from) else { return UNDEFINED.to_owned() };
        let size = match self {
            Self::Percent => format!("{:.1}\u{202f}points", change.abs() * 100.0),
            Self::Two => format!("{:.2}", change.abs()),
        };
        if size.starts_with("0.0") && !size.contains(|digit: char| ('1'..='9').contains(&digit)) {
            return "none".to_owned();
        }
        format!("{}{size}", if change < 0.0 { '−' } else { '+' })
    }
}

fn count_change(from: u64, to: u64) -> String {
    match from.cmp(&to) {
        std::cmp::Ordering::Equal => "none".to_owned(),
        std::cmp::Ordering::Greater => format!("−{}", number::count(from - to)),
        std::cmp::Ordering::Less => format!("+{}", number::count(to - from)),
    }
}

/// The end of an id; the whole one stands in exports.
fn short(id: &str) -> &str {
    let from = id.char_indices().rev().nth(SHORT_ID - 1).map_or(0, |(at, _)| at);
    &id[from..]
}

/// A figure in its unit.
fn written(unit: &str, value: Option<f64>) -> String {
    let Some(number) = value else { return UNDEFINED.to_owned() };
    match unit {
        "ms" => format!("{number:.0}\u{202f}ms"),
        "share" => number::percent(value),
        "answers" if number.fract() == 0.0 => format!("{number:.0}"),
        _ => number::two_decimals(value),
    }
}

/// `median 1 204 ms, half between 980 and 1 500`; nothing without a cohort.
fn of_cohort(figure: &findings::CohortFigure) -> String {
    let value = |value| written(&figure.unit, value);
    match (figure.median, figure.q1, figure.q3) {
        (None, ..) => UNDEFINED.to_owned(),
        (Some(_), Some(_), Some(_)) => {
            format!("{} ({} to {})", value(figure.median), value(figure.q1), value(figure.q3))
        }
        _ => format!("{} by chance", value(figure.median)),
    }
}

/// `above 40.0 %`.
fn threshold(figure: &findings::CohortFigure) -> String {
    if figure.threshold.is_none() {
        return UNDEFINED.to_owned();
    }
    let from = if figure.kind == "duplicate" { "from" } else { figure.striking.as_str() };
    format!("{from} {}", written(&figure.unit, figure.threshold))
}

/// The modal names of a stimulus, shortened.
fn modal(figures: &findings::QualityStimulus) -> String {
    match figures.modal_names.as_slice() {
        [] => UNDEFINED.to_owned(),
        [name] => name.clone(),
        [name, rest @ ..] => format!("{name} and {} more", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_in_their_unit() {
        assert_eq!(written("ms", Some(812.4)), "812\u{202f}ms");
        assert_eq!(written("share", Some(0.25)), "25.0\u{202f}%");
        assert_eq!(
            (written("answers", Some(3.0)), written("answers", Some(1.25))),
            ("3".into(), "1.25".into())
        );
        assert_eq!((written("per_trial", Some(0.5)), written("ms", None)), ("0.50".into(), "–".into()));
    }

    #[test]
    fn differences_have_a_sign_and_none_is_told() {
        assert_eq!((count_change(5, 2), count_change(2, 5)), ("−3".into(), "+3".into()));
        assert_eq!(count_change(4, 4), "none");
        assert_eq!(Digits::Two.change(Some(1.0), Some(0.75)), "−0.25");
        assert_eq!(Digits::Percent.change(Some(0.5), Some(0.534)), "+3.4\u{202f}points");
        assert_eq!(Digits::Two.change(Some(0.5), Some(0.501)), "none");
        assert_eq!(Digits::Two.change(None, Some(0.5)), "–");
    }

    #[test]
    fn ids_are_shortened_to_their_end() {
        assert_eq!(short("018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f"), "2c3d4e5f");
        assert_eq!(short("ähé"), "ähé");
    }
}
