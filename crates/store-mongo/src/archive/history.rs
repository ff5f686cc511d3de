//! The audit trail of an experiment: what its owner did stands in its own document, a withdrawal of a
//! participant in that of the participation. A loaded trail stands whole in the experiment.

use mongodb::bson::{Document, doc};
use nameit_domain::ExperimentId;
use nameit_store::archive::{Actor, AuditEntry};

use crate::error::Unreadable;
use crate::value::{micros, time};

/// The action of a participant who withdraws.
const WITHDRAW: &str = "participation.withdraw";

/// The trail: the history of the experiment's document in its order, and between its entries the withdrawals
/// by their times.
pub(super) fn trail(
    experiment: &Document,
    experiment_id: ExperimentId,
    mut withdrawn_at: Vec<i64>,
) -> Result<Vec<AuditEntry>, Unreadable> {
    withdrawn_at.sort_unstable();
    let mut withdrawals = withdrawn_at.into_iter().peekable();
    let mut trail = Vec::new();
    for entry in experiment.get_array("history").map_err(|_| UNREADABLE)? {
        let entry = entry.as_document().ok_or(UNREADABLE)?;
        let at = entry.get_i64("at").map_err(|_| UNREADABLE)?;
        while let Some(withdrawn_at) = withdrawals.next_if(|withdrawn_at| *withdrawn_at < at) {
            trail.push((withdrawn_at, Actor::Participant, WITHDRAW.to_owned()));
        }
        let actor = entry.get_str("actor").unwrap_or(Actor::Owner.as_str());
        let action = entry.get_str("action").map_err(|_| UNREADABLE)?;
        trail.push((at, Actor::parse(actor).map_err(|_| UNREADABLE)?, action.to_owned()));
    }
    trail.extend(withdrawals.map(|at| (at, Actor::Participant, WITHDRAW.to_owned())));
    let entries = (0..).zip(trail).map(|(place, (at, actor, action))| {
        Ok(AuditEntry { experiment_id, place, at: time(at)?, actor, action })
    });
    entries.collect()
}

/// A loaded entry as it stands in the history of its experiment.
pub(super) fn entry(entry: &AuditEntry) -> Document {
    doc! { "at": micros(entry.at), "actor": entry.actor.as_str(), "action": &entry.action }
}

const UNREADABLE: Unreadable = Unreadable("history of an experiment");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withdrawals_stand_between_what_the_owner_did() {
        let history = vec![doc! { "at": 10_i64, "action": "a" }, doc! { "at": 5_i64, "action": "b" }];
        let experiment = doc! { "history": history };
        let trail = trail(&experiment, ExperimentId::generate(), vec![30, 7, 10]).unwrap();
        let told: Vec<_> = trail
            .iter()
            .map(|entry| {
                (entry.place, entry.at.as_microsecond(), entry.actor.as_str(), entry.action.as_str())
            })
            .collect();
        let expected = [
            (0, 7, "participant", WITHDRAW),
            (1, 10, "owner", "a"),
            (2, 5, "owner", "b"),
            (3, 10, "participant", WITHDRAW),
            (4, 30, "participant", WITHDRAW),
        ];
        assert_eq!(told, expected, "the history keeps its order, whatever the clocks said");
    }
}
