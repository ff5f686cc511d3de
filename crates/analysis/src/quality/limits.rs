//! What counts as striking: every limit by name, so that it can be printed with the result.

use serde::{Deserialize, Serialize};

/// The limits of a quality report.
///
/// A *relative* threshold comes from the cohort itself (two robust rules that must agree, see [`super`]); the limits named `*_floor`
/// and `*_ceiling` say from where on a deviation matters at all, so that nobody is flagged for the second run
/// of three in a cohort whose runs are all of two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Participants who can be compared, at least; with fewer nobody is flagged.
    pub min_participants: u32,
    /// Answers of a participant that a figure rests on, at least; with fewer it is shown and not judged.
    pub min_answers: u32,
    /// Other participants who named a stimulus, at least, before it is said that nobody else gave a name.
    pub min_others: u32,
    /// Distinct names shared by two participants or more, at least, from which letter sequences are learned.
    pub min_lexicon: u32,
    /// Widths of the interquartile range beyond a quartile: 3 is "far out" (Tukey 1977).
    pub iqr_widths: f64,
    /// Modified z score beyond which a value is an outlier (Iglewicz & Hoaglin 1993).
    pub mad_z: f64,
    /// A trial that was answered faster is fast, in milliseconds. Nobody sees, finds and begins a name sooner.
    pub fast_trial_ms: u32,
    /// A median time under this is too fast in any cohort, in milliseconds.
    pub median_time_ms: f64,
    /// Under this share of the cohort's median time, at least, before somebody is much faster than others.
    pub median_time_ratio: f64,
    /// Share of fast trials that is never striking.
    pub fast_trials_floor: f64,
    /// Longest run of one name that is never striking, in answers.
    pub longest_run_floor: f64,
    /// Mean length of runs that is never striking, in answers.
    pub mean_run_floor: f64,
    /// Share of names nobody else gave that is never striking.
    pub rare_names_floor: f64,
    /// Share of gibberish that is never striking.
    pub gibberish_floor: f64,
    /// Share of trials without a name that is never striking.
    pub non_answers_floor: f64,
    /// How far under the cohort's median an agreement with the others lies, at least, before it is striking.
    pub agreement_drop: f64,
    /// Share of equal names from which on two answer vectors are near-equal.
    pub duplicate_share: f64,
    /// Chance of so many equal names, times the number of pairs, under which they are no coincidence.
    pub duplicate_chance: f64,
    /// Share of pasted answers that is never striking.
    pub pasted_floor: f64,
    /// Losses of focus per trial that are never striking.
    pub focus_losses_floor: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            min_participants: 10,
            min_answers: 10,
            min_others: 4,
            min_lexicon: 200,
            iqr_widths: 3.0,
            mad_z: 3.5,
            fast_trial_ms: 250,
            median_time_ms: 250.0,
            median_time_ratio: 0.5,
            fast_trials_floor: 0.1,
            longest_run_floor: 4.0,
            mean_run_floor: 2.0,
            rare_names_floor: 0.3,
            gibberish_floor: 0.1,
            non_answers_floor: 0.3,
            agreement_drop: 0.15,
            duplicate_share: 0.9,
            duplicate_chance: 0.001,
            pasted_floor: 0.2,
            focus_losses_floor: 0.5,
        }
    }
}
