//! What is looked at.

use serde::Serialize;

/// One thing that a participant's answers are looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Median time until an answer began, in milliseconds, over answers that were not pasted: the time to the
    /// first key, or to the submission where no key was pressed. Low is striking.
    MedianTime,
    /// Share of the same trials that took less than [`super::Limits::fast_trial_ms`]; from 0 to 1.
    FastTrials,
    /// Longest run of one name, in answers; see [`super::runs()`].
    LongestRun,
    /// Mean length of the runs, in answers.
    MeanRun,
    /// Share of names that nobody else gave to the same stimulus, of those to stimuli that enough others named;
    /// from 0 to 1.
    RareNames,
    /// Share of names that nobody else gave to any stimulus and that do not look like a name: letters in an
    /// order unlike the cohort's names, walks along a keyboard, no vowel, one letter again and again; 0 to 1.
    Gibberish,
    /// Share of trials without a name: don't know, skipped, nothing left after normalisation; from 0 to 1.
    NonAnswers,
    /// Mean share of the *other* participants who gave the same name to the same stimulus (leave one out);
    /// from 0 to 1. Low is striking.
    Agreement,
    /// Share of names that equal those of the most similar other participant; from 0 to 1.
    Duplicate,
    /// Share of typed answers that were pasted; from 0 to 1. A circumstance.
    Pasted,
    /// How often the page lost the focus, per trial. A circumstance.
    FocusLosses,
}

/// Which end of the cohort is striking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tail {
    High,
    Low,
}

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// A share, from 0 to 1.
    Share,
    /// A number of answers.
    Answers,
    /// How often per trial.
    PerTrial,
}

// === impl Kind ===

impl Kind {
    /// All kinds, in the order in which they are reported.
    pub const ALL: [Self; 11] = [
        Self::MedianTime,
        Self::FastTrials,
        Self::LongestRun,
        Self::MeanRun,
        Self::RareNames,
        Self::Gibberish,
        Self::NonAnswers,
        Self::Agreement,
        Self::Duplicate,
        Self::Pasted,
        Self::FocusLosses,
    ];

    /// The word for it in JSON, CSV and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MedianTime => "median_time",
            Self::FastTrials => "fast_trials",
            Self::LongestRun => "longest_run",
            Self::MeanRun => "mean_run",
            Self::RareNames => "rare_names",
            Self::Gibberish => "gibberish",
            Self::NonAnswers => "non_answers",
            Self::Agreement => "agreement",
            Self::Duplicate => "duplicate",
            Self::Pasted => "pasted",
            Self::FocusLosses => "focus_losses",
        }
    }

    /// A few words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::MedianTime => "Median time until an answer began",
            Self::FastTrials => "Trials answered too fast",
            Self::LongestRun => "Longest run of one name",
            Self::MeanRun => "Mean run of one name",
            Self::RareNames => "Names nobody else gave",
            Self::Gibberish => "Gibberish",
            Self::NonAnswers => "Trials without a name",
            Self::Agreement => "Agreement with the others",
            Self::Duplicate => "Names equal to another participant's",
            Self::Pasted => "Pasted answers",
            Self::FocusLosses => "Losses of focus",
        }
    }

    /// Whether it tells about the circumstances rather than about the answers.
    ///
    /// People who dictate, use a screen reader, a switch or a word prediction paste, and leave the page for the
    /// window of their tool. So a circumstance alone is never more than a note.
    pub fn is_circumstance(self) -> bool {
        matches!(self, Self::Pasted | Self::FocusLosses)
    }

    /// On which side of the threshold a figure is striking: `above` or `below`.
    pub fn striking(self) -> &'static str {
        match self.tail() {
            Tail::High => "above",
            Tail::Low => "below",
        }
    }

    /// What its figures are counted in.
    pub fn unit(self) -> Unit {
        match self {
            Self::MedianTime => Unit::Milliseconds,
            Self::LongestRun | Self::MeanRun => Unit::Answers,
            Self::FocusLosses => Unit::PerTrial,
            _ => Unit::Share,
        }
    }

    pub(super) fn tail(self) -> Tail {
        match self {
            Self::MedianTime | Self::Agreement => Tail::Low,
            _ => Tail::High,
        }
    }

    /// What a figure rests on, in the plural.
    pub(super) fn basis(self) -> &'static str {
        match self {
            Self::MedianTime | Self::FastTrials => "trials with a time",
            Self::LongestRun | Self::MeanRun | Self::Gibberish => "names",
            Self::RareNames | Self::Agreement => "names for stimuli that enough others named",
            Self::Duplicate => "stimuli that both named",
            Self::Pasted => "typed answers",
            Self::NonAnswers | Self::FocusLosses => "trials",
        }
    }

    /// A figure with its unit, for people.
    pub(super) fn written(self, value: f64) -> String {
        match self.unit() {
            Unit::Milliseconds => format!("{value:.0} ms"),
            Unit::Share => format!("{:.0} %", value * 100.0),
            Unit::Answers if value.fract() == 0.0 => format!("{value:.0}"),
            Unit::Answers => format!("{value:.1}"),
            Unit::PerTrial => format!("{value:.2} per trial"),
        }
    }
}

// === impl Unit ===

impl Unit {
    /// The word for it on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::Share => "share",
            Self::Answers => "answers",
            Self::PerTrial => "per_trial",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_json() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
    }
}
