//! Descriptions: what they specify, one stimulus with its codings, annotations, lexicon, rules.

use askama::Template;
use nameit_domain::experiment::{Experiment, ExperimentState};
use nameit_domain::{DecisionVersion, Timestamp};
use nameit_proto::findings::v1 as findings;

use super::{Paging, Section, Site};
use crate::charts::number;

/// Stimuli on one page.
pub(crate) const STIMULI_PER_PAGE: usize = 50;

/// Descriptions of one stimulus on one page.
pub(crate) const DESCRIPTIONS_PER_PAGE: usize = 50;

/// Versions that are listed.
pub(crate) const VERSIONS_SHOWN: u32 = 20;

/// The page of descriptions.
#[derive(Template)]
#[template(path = "descriptions/page.html")]
pub(crate) struct DescriptionsPage {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment.
    pub(crate) experiment: Experiment,
    /// What the descriptions specify.
    pub(crate) found: findings::Descriptions,
    /// Which part of it is shown.
    pub(crate) query: Query,
    /// The lexicon as text: the one in force, or what was typed and not taken.
    pub(crate) lexicon: String,
    /// Versions of the annotations, newest first.
    pub(crate) history: Vec<DecisionVersion>,
    /// Why the last form was not done.
    pub(crate) problem: Option<String>,
}

/// Which part is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// The stimulus whose descriptions are shown.
    pub(crate) stimulus: Option<String>,
    /// The page of the stimuli, from 1.
    pub(crate) page: usize,
    /// The page of the descriptions, from 1.
    pub(crate) descriptions_page: usize,
}

/// A part of a bar: where it begins and how long it is, in hundredths of the whole.
struct Part {
    class: &'static str,
    start: String,
    length: String,
}

// === impl Query ===

impl Query {
    /// Reads it; what is not readable is left out.
    pub(crate) fn read(get: impl Fn(&str) -> String) -> Self {
        let number = |name: &str| get(name).parse().unwrap_or(1).max(1);
        let stimulus = get("stimulus");
        Self {
            stimulus: (!stimulus.is_empty()).then_some(stimulus),
            page: number("page"),
            descriptions_page: number("descriptions"),
        }
    }
}

// === impl DescriptionsPage ===

impl DescriptionsPage {
    fn url(&self) -> String {
        format!("/experiments/{}/results/descriptions", self.experiment.id)
    }

    fn stimulus_url(&self, key: &str) -> String {
        let query =
            serde_urlencoded::to_string([("stimulus", key)]).expect("pairs of strings can be encoded");
        format!("{}?{query}", self.url())
    }

    fn stimuli_url(&self) -> String {
        format!("{}?page=", self.url())
    }

    fn stimuli_paging(&self) -> Paging {
        Paging::new(self.query.page.max(1), STIMULI_PER_PAGE, self.found.stimuli_total as usize)
    }

    fn descriptions_url(&self, key: &str) -> String {
        format!("{}&descriptions=", self.stimulus_url(key))
    }

    fn descriptions_paging(&self, total: u64) -> Paging {
        Paging::new(self.query.descriptions_page.max(1), DESCRIPTIONS_PER_PAGE, total as usize)
    }

    fn has_answers(&self) -> bool {
        self.found.n > 0
    }

    /// Whether any stimulus of this page has parts.
    fn has_parts(&self) -> bool {
        self.found.stimuli.iter().any(|stimulus| stimulus.parts.is_some())
    }

    /// The version that undoing leads back to; none when there is nothing to undo.
    fn previous_version(&self) -> Option<u64> {
        self.found.version.checked_sub(1)
    }

    fn all(&self) -> findings::Specification {
        self.found.all.unwrap_or_default()
    }

    fn rules(&self) -> findings::DescriptionRules {
        self.found.rules.clone().unwrap_or_default()
    }
}

/// The verdicts with their words, in the order of a bar.
const VERDICTS: [(&str, &str); 5] = [
    ("minimal", "minimal"),
    ("over_specified", "over-specified"),
    ("under_specified", "under-specified"),
    ("wrong", "wrong value"),
    ("no_attribute", "no attribute"),
];

fn verdict_in_words(verdict: &str) -> &str {
    VERDICTS.into_iter().find(|(word, _)| *word == verdict).map_or(verdict, |(_, words)| words)
}

fn counts(of: &findings::Specification) -> [u64; 5] {
    [of.minimal, of.over_specified, of.under_specified, of.wrong, of.no_attribute]
}

/// The bar of what the descriptions are.
fn bar(of: &findings::Specification) -> Vec<Part> {
    let whole = of.trials.max(1) as f64;
    let mut start = 0.0;
    let mut parts = Vec::new();
    for ((class, _), count) in VERDICTS.into_iter().zip(counts(of)) {
        let length = count as f64 / whole * 100.0;
        if count > 0 {
            parts.push(Part { class, start: format!("{start:.2}"), length: format!("{length:.2}") });
        }
        start += length;
    }
    parts
}

/// The bar for those who do not see it.
fn bar_in_words(of: &findings::Specification) -> String {
    let parts: Vec<String> = VERDICTS
        .into_iter()
        .zip(counts(of))
        .filter(|(_, count)| *count > 0)
        .map(|((_, words), count)| format!("{} {words}", number::count(count)))
        .collect();
    if parts.is_empty() { "no descriptions".to_owned() } else { parts.join(", ") }
}

/// `12.5 % (10.1–15.2), 45 of 360`.
fn rate_in_words(of: &findings::Specification) -> String {
    match of.rate {
        Some(_) => format!("{} of {}", number::count(of.over_specified), number::count(of.distinguishing)),
        None => "no description singles out its target".to_owned(),
    }
}

fn interval(of: &findings::Specification) -> String {
    match (of.rate_low, of.rate_high) {
        (Some(low), Some(high)) => format!("{:.1}–{:.1}\u{202f}%", low * 100.0, high * 100.0),
        _ => String::new(),
    }
}

/// `size or colour`, or that none does.
fn sufficient(attributes: &[String]) -> String {
    if attributes.is_empty() { "none alone".to_owned() } else { attributes.join(" or ") }
}

/// What became of the descriptions that are not in the denominator.
fn dropped(of: &findings::Specification) -> String {
    let parts: Vec<String> = [
        (of.under_specified, "under-specified"),
        (of.wrong, "naming a wrong value"),
        (of.no_attribute, "without an attribute"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| format!("{} {words}", number::count(count)))
    .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

fn smallest(of: &findings::StimulusSpecification) -> Option<String> {
    of.smallest_size.map(|size| number::counted(size.into(), "attribute", "attributes"))
}

fn pairs(of: &findings::StimulusSpecification) -> Option<String> {
    of.pairs.map(|pairs| number::counted(pairs, "pair", "pairs"))
}

fn object(object: &findings::SceneObject) -> String {
    let attributes: Vec<String> = object
        .attributes
        .iter()
        .map(|attribute| format!("{}: {}", attribute.attribute, attribute.values.join(", ")))
        .collect();
    attributes.join(" · ")
}

fn time(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_a_whole_and_said_in_words() {
        let of = findings::Specification {
            trials: 8,
            minimal: 4,
            over_specified: 2,
            wrong: 2,
            distinguishing: 6,
            rate: Some(1.0 / 3.0),
            rate_low: Some(0.1),
            rate_high: Some(0.7),
            ..findings::Specification::default()
        };
        let parts: Vec<(&str, String, String)> =
            bar(&of).into_iter().map(|part| (part.class, part.start, part.length)).collect();
        let expected =
            [("minimal", "0.00", "50.00"), ("over_specified", "50.00", "25.00"), ("wrong", "75.00", "25.00")];
        assert_eq!(
            parts,
            expected.map(|(class, start, length)| (class, start.to_owned(), length.to_owned()))
        );
        assert_eq!(bar_in_words(&of), "4 minimal, 2 over-specified, 2 wrong value");
        assert_eq!(
            (rate_in_words(&of), dropped(&of)),
            ("2 of 6".to_owned(), "2 naming a wrong value".to_owned())
        );
        assert_eq!(interval(&of), "10.0–70.0\u{202f}%");
        let none = findings::Specification::default();
        assert_eq!((bar(&none).len(), bar_in_words(&none)), (0, "no descriptions".to_owned()));
    }

    #[test]
    fn the_query_is_read_with_what_can_be_read() {
        let query = Query::read(|name| match name {
            "stimulus" => "a b".to_owned(),
            "page" => "x".to_owned(),
            _ => "3".to_owned(),
        });
        assert_eq!(query, Query { stimulus: Some("a b".to_owned()), page: 1, descriptions_page: 3 });
    }
}
