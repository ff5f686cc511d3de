//! Flags of quality: whose answers a researcher should look at, and why. Nobody is ever dropped.
//!
//! For each participant every [`Kind`] of figure is computed, compared with the cohort's and put into words.
//! Thresholds are relative to the cohort by two robust rules that must both agree, and never under a floor that
//! says from where on a deviation matters ([`Limits`]). With few participants or few answers a figure is shown
//! and not judged, and the reason is given.
//!
//! **Pasting and leaving the page are circumstances.** People who dictate, use a screen reader, a switch or a
//! word prediction paste their answers and leave the page for their tool. So a circumstance alone is a note; it
//! becomes a flag only beside a flag that rests on the answers themselves. Pasted answers are left out of the
//! times, so that pasting cannot cause that other flag either.
//!
//! The figures of the whole experiment are given with and without the flagged participants, side by side. Which
//! of the two is published remains the researcher's decision.

use serde::Serialize;

use crate::cohort::{Cohort, Named};

mod counted;
mod duplicate;
mod figure;
mod gibberish;
mod judge;
mod kind;
mod limits;
mod runs;
mod sides;
#[cfg(test)]
mod tests;
mod threshold;
mod view;
mod words;

pub use counted::{Counted, NotCountable};
pub use kind::{Kind, Unit};
pub use limits::Limits;
pub use runs::{Runs, runs};
pub use sides::{Side, Sides, StimulusChange, StimulusFigures};

/// What is striking about an experiment's participants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityReport {
    /// The limits that were applied.
    pub limits: Limits,
    /// The kinds of flags that counted.
    pub counted: Counted,
    /// What the cohort's figures are, by kind, in the order of [`Kind::ALL`].
    pub cohort: Vec<CohortFigure>,
    /// All participants, in the order of their ids.
    pub participants: Vec<ParticipantQuality>,
    /// How many participants are flagged.
    pub flagged: u64,
    /// The experiment's figures with and without the flagged participants.
    pub sides: Sides,
}

/// One kind of figure over the whole cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CohortFigure {
    /// What.
    pub kind: Kind,
    /// Participants with enough answers to be compared.
    pub participants: u64,
    /// Median of their figures; `None` without any. For [`Kind::Duplicate`] the share of names that two
    /// participants have in common by chance.
    pub median: Option<f64>,
    /// First quartile (type 7), likewise; `None` for [`Kind::Duplicate`].
    pub q1: Option<f64>,
    /// Third quartile (type 7), likewise; `None` for [`Kind::Duplicate`].
    pub q3: Option<f64>,
    /// Values beyond this are striking: above, or below for [`Kind::MedianTime`] and [`Kind::Agreement`]. For
    /// [`Kind::Duplicate`] values from this on. `None` when nobody can be judged.
    pub threshold: Option<f64>,
    /// Why nobody can be judged.
    pub reason: Option<String>,
}

/// One participant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParticipantQuality {
    /// The participant's id.
    pub participant: String,
    /// Trials that were answered.
    pub trials: u64,
    /// Those with a name.
    pub n: u64,
    /// Whether the run was completed.
    pub completed: bool,
    /// Whether at least one figure of a kind that counts is a flag.
    pub flagged: bool,
    /// All figures, in the order of [`Kind::ALL`].
    pub figures: Vec<Judged>,
}

/// A figure and what is to be thought of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// What.
    pub kind: Kind,
    /// The value, in the unit that [`Kind`] states; `None` when there was nothing to compute it from.
    pub value: Option<f64>,
    /// How many answers it rests on.
    pub basis: u64,
    /// The cohort's median, as in [`CohortFigure::median`].
    pub cohort_median: Option<f64>,
    /// The threshold, as in [`CohortFigure::threshold`].
    pub threshold: Option<f64>,
    /// What is to be thought of it.
    pub level: Level,
    /// The same in words, with all numbers; for a figure that was not judged the reason.
    pub explanation: String,
    /// For [`Kind::Duplicate`]: the other participant.
    pub other: Option<String>,
}

/// What is to be thought of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Too little is known for a judgement.
    Unjudged,
    /// Nothing striking.
    Usual,
    /// Striking, but a circumstance alone: no reason to doubt anybody.
    Note,
    /// Striking: worth looking at.
    Flag,
}

/// Looks at all participants of a cohort.
///
/// Every figure is judged, whatever counts; `counted` only says which flags make somebody a flagged participant.
/// The result depends on the answers alone, not on the order in which they came in.
pub fn report(cohort: &Cohort, named: &Named, limits: &Limits, counted: &Counted) -> QualityReport {
    judge::report(cohort, named, limits, counted)
}

// === impl Level ===

impl Level {
    /// The word for it in JSON, CSV and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unjudged => "unjudged",
            Self::Usual => "usual",
            Self::Note => "note",
            Self::Flag => "flag",
        }
    }
}

// === impl ParticipantQuality ===

impl ParticipantQuality {
    /// The figures that are flags.
    pub fn flags(&self) -> impl Iterator<Item = &Judged> {
        self.figures.iter().filter(|figure| figure.level == Level::Flag)
    }
}
