//! Answer vectors that equal, or nearly equal, another participant's.
//!
//! Everybody says "red" to red: equal answers alone prove nothing. Two vectors are duplicates when their names
//! are equal for nearly all stimuli that both named *and* so many equal names cannot be a coincidence. That is
//! the generalised binomial test of van der Linden & Sotaridona (2006), Detecting answer copying when the regular
//! response process follows a known response model, J. Educ. Behav. Stat. 31: the number of matches is a sum of
//! independent trials, here with the unbiased Simpson index of each stimulus as its chance. The chance is
//! multiplied by the number of pairs (Bonferroni).
//!
//! Pairs are not all compared. Candidates share a band of a MinHash signature (Broder 1997, On the resemblance
//! and containment of documents) over their telling names, those that fewer than half gave, or share two names
//! that no more than three gave, or have equal vectors. A pair of complete vectors with nine in ten telling names
//! equal is found with a probability above 0.999999.

use std::collections::BTreeSet;

use super::limits::Limits;
use super::view::{Person, View};

mod candidates;
mod chance;

use chance::at_most;

/// The most similar other participant whose names are no coincidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Twin {
    /// The other participant.
    pub(super) other: u32,
    /// Stimuli that both named.
    pub(super) shared: u32,
    /// Share of them with equal names.
    pub(super) share: f64,
    /// Chance of so many equal names or more in any pair of the cohort, at most 1.
    pub(super) chance: f64,
}

/// For each participant the near-equal other with the smallest chance, however large that is; `None` where
/// nobody is near-equal over enough stimuli.
pub(super) fn twins(view: &View<'_>, limits: &Limits) -> Vec<Option<Twin>> {
    let matching = match_chances(view);
    let enough = |person: &&Person<'_>| person.pairs.len() >= limits.min_answers as usize;
    let comparable = view.people.iter().filter(enough).count() as f64;
    let pairs = (comparable * (comparable - 1.0) / 2.0).max(1.0);
    let mut twins: Vec<Option<Twin>> = vec![None; view.people.len()];
    let candidates: BTreeSet<(u32, u32)> = candidates::candidates(view, limits);
    for (one, other) in candidates {
        let Some(twin) = compare(view, &matching, (one, other), pairs, limits) else { continue };
        for (own, others) in [(one, other), (other, one)] {
            let twin = Twin { other: others, ..twin };
            let known = &mut twins[own as usize];
            if known.as_ref().is_none_or(|known| closer(&twin, known)) {
                *known = Some(twin);
            }
        }
    }
    twins
}

/// Candidates come in ascending order, so of equally close ones the first stays.
fn closer(twin: &Twin, known: &Twin) -> bool {
    (twin.chance, -twin.share) < (known.chance, -known.share)
}

/// The chance that two participants give a stimulus the same name, by stimulus; `None` under two namers.
pub(super) fn match_chances(view: &View<'_>) -> Vec<Option<f64>> {
    let mut equal = vec![0u64; view.namers.len()];
    for ((stimulus, _), givers) in view.sorted_givers() {
        equal[stimulus as usize] += u64::from(givers) * u64::from(givers - 1);
    }
    let chance = |(namers, equal): (&u32, &u64)| {
        let pairs = u64::from(*namers) * u64::from(namers.saturating_sub(1));
        (pairs > 0).then(|| (*equal as f64 / pairs as f64).min(1.0))
    };
    view.namers.iter().zip(&equal).map(chance).collect()
}

fn compare(
    view: &View<'_>,
    matching: &[Option<f64>],
    (one, other): (u32, u32),
    pairs: f64,
    limits: &Limits,
) -> Option<Twin> {
    let chances = shared_stimuli(&view.people[one as usize], &view.people[other as usize]);
    let shared = chances.len() as u32;
    let different = chances.iter().filter(|(_, equal)| !equal).count() as u32;
    let share = f64::from(shared - different) / f64::from(shared);
    if shared < limits.min_answers || share < limits.duplicate_share {
        return None;
    }
    let misses: Vec<f64> = chances
        .iter()
        .map(|(stimulus, _)| 1.0 - matching[*stimulus as usize].expect("two named this stimulus"))
        .collect();
    let chance = (at_most(different as usize, &misses) * pairs).min(1.0);
    Some(Twin { other, shared, share, chance })
}

/// The stimuli that both named, ascending, with whether they have a name in common.
fn shared_stimuli(one: &Person<'_>, other: &Person<'_>) -> Vec<(u32, bool)> {
    let mut shared = Vec::new();
    let mut others = other.pairs.chunk_by(|a, b| a.0 == b.0).peekable();
    for own in one.pairs.chunk_by(|a, b| a.0 == b.0) {
        let stimulus = own[0].0;
        while others.next_if(|names| names[0].0 < stimulus).is_some() {}
        if let Some(names) = others.next_if(|names| names[0].0 == stimulus) {
            shared.push((stimulus, own.iter().any(|pair| names.contains(pair))));
        }
    }
    shared
}
