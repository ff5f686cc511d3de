//! Participants in groups, with how many of each complete.

use std::collections::BTreeMap;

use serde::Serialize;

use super::channel::{Channel, ChannelOrigin, channel};
use super::run::Run;

/// Participants who have something in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// What; empty when it is not known.
    pub name: String,
    /// Participants who began.
    pub participants: u64,
    /// Of these, who completed.
    pub completed: u64,
    /// Of these, who may still be at it; see [`super::UNDER_WAY_MS`].
    pub under_way: u64,
    /// Their answers.
    pub answers: u64,
    /// Share of those who are no longer under way who completed, from 0 to 1; `None` when all are under way.
    pub completion_rate: Option<f64>,
}

/// A channel that was named in the link is shown from so many participants on: with a link of one's own for
/// each person, its name would be an id.
const CHANNEL_MIN_PARTICIPANTS: u64 = 3;

/// Groups by a name, the largest first, equal ones by name.
pub(super) fn groups<'a>(runs: &'a [Run<'a>], name: impl Fn(&Run<'a>) -> String) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for run in runs {
        let name = name(run);
        let group = groups.entry(name).or_insert_with_key(|name| Group {
            name: name.clone(),
            participants: 0,
            completed: 0,
            under_way: 0,
            answers: 0,
            completion_rate: None,
        });
        group.participants += 1;
        group.completed += u64::from(run.completed);
        group.under_way += u64::from(run.under_way);
        group.answers += run.answers;
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    for group in &mut groups {
        let ended = group.participants - group.under_way;
        group.completion_rate = (ended > 0).then(|| group.completed as f64 / ended as f64);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.participants));
    groups
}

/// Groups by channel: the name of a service or of a link, `direct` without parameters, `other` for parameters
/// that name no channel and for channels of fewer than three participants.
pub(super) fn channels(runs: &[Run<'_>]) -> Vec<Group> {
    let of_run = |run: &Run<'_>| channel(&run.participant.url_parameters);
    let mut participants: BTreeMap<Channel, u64> = BTreeMap::new();
    for run in runs {
        *participants.entry(of_run(run)).or_default() += 1;
    }
    groups(runs, |run| {
        let channel = of_run(run);
        match channel.origin {
            ChannelOrigin::Service => channel.name,
            ChannelOrigin::Link if participants[&channel] >= CHANNEL_MIN_PARTICIPANTS => channel.name,
            ChannelOrigin::Direct => "direct".to_owned(),
            ChannelOrigin::Link | ChannelOrigin::Other => "other".to_owned(),
        }
    })
}
