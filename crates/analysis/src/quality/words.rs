//! Figures put into words.

use super::duplicate::Twin;
use super::kind::Kind;
use super::limits::Limits;

/// Why a circumstance alone is no flag.
pub(super) const CIRCUMSTANCE: &str = " A note, not a flag: people who dictate or use assistive technology do this too, and nothing else is striking.";

pub(super) fn figure(kind: Kind, value: f64, median: Option<f64>, threshold: f64) -> String {
    let cohort = median.map_or_else(String::new, |median| format!(" (cohort: {})", kind.written(median)));
    let beyond = kind.striking();
    let threshold = kind.written(threshold);
    format!("{}: {}{cohort}; striking {beyond} {threshold}.", kind.label(), kind.written(value))
}

pub(super) fn twin(twin: &Twin) -> String {
    let Twin { shared, .. } = twin;
    let equal = equal(twin);
    let chance = if twin.chance < 1e-12 { "under 1e-12".to_owned() } else { format!("{:.1e}", twin.chance) };
    format!(
        "{equal} of {shared} names equal those of another participant; the chance of that anywhere in this cohort \
         is {chance}."
    )
}

pub(super) fn coincidence(twin: &Twin) -> String {
    let equal = equal(twin);
    format!(
        "{equal} of {} names equal those of another participant, which is no surprise where people agree so much \
         (chance {:.2}).",
        twin.shared, twin.chance
    )
}

fn equal(twin: &Twin) -> f64 {
    (twin.share * f64::from(twin.shared)).round()
}

pub(super) fn no_twin(limits: &Limits) -> String {
    format!(
        "No other participant gave {:.0} % equal names over {} stimuli or more.",
        limits.duplicate_share * 100.0,
        limits.min_answers
    )
}

pub(super) fn nothing(kind: Kind) -> String {
    format!("Not judged: no {}.", kind.basis())
}

pub(super) fn too_few_answers(kind: Kind, basis: u32, least: u32) -> String {
    format!("Not judged: rests on {basis} {}; at least {least} are needed.", kind.basis())
}

pub(super) fn too_few_participants(participants: usize, least: u32) -> String {
    format!("Not judged: {participants} participants can be compared; at least {least} are needed.")
}
