//! The place that a storage process takes as a writer of responses.
//!
//! A writer numbers the responses of each experiment: 1, 2, 3, and so on. A place is taken for as long as its
//! holder shows that it lives, and can be taken over afterwards; so there are about as many places as there
//! ever were processes at once, and cursors stay small. Nothing depends on a place having one holder only:
//! two that hold it for a moment (one was asleep, a clock is wrong) collide at the unique index of the feed,
//! and who loses takes another number.

use std::time::Duration;

use mongodb::bson::{Document, Uuid, doc};
use nameit_domain::{Clock as _, SystemClock};
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{Ready, run};
use crate::keep;
use crate::value::micros;

/// How often the holder of a place shows that it lives.
pub(crate) const BEAT: Duration = Duration::from_secs(15);

/// After so long without a sign of life a place may be taken over.
const ABANDONED: Duration = Duration::from_secs(90);

/// Places there are at most.
const PLACES: i32 = 4_096;

/// A place that was taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer {
    /// Its number.
    pub(crate) number: i32,
    token: Uuid,
}

// === impl Writer ===

impl Writer {
    /// Takes the first place that is free or abandoned.
    pub(crate) async fn take(ready: &Ready) -> Result<Self> {
        let token = Uuid::new();
        for number in 0..PLACES {
            let now = micros(SystemClock.now());
            let abandoned = doc! { "_id": number, "beat_at": { "$lt": now - ABANDONED.as_micros() as i64 } };
            let mine = doc! { "$set": { "token": token, "beat_at": now } };
            let taken = ready.writers.find_one_and_update(abandoned, mine);
            if run(command::find_and_modify("taking over a writer's place", &ready.writers), taken)
                .await?
                .is_some()
            {
                return Ok(Self { number, token });
            }
            let new: Document = doc! { "_id": number, "token": token, "beat_at": now };
            if keep::insert(&ready.writers, "taking a writer's place", &new).await? {
                return Ok(Self { number, token });
            }
        }
        Err(Error::Unavailable(format!("all {PLACES} places for storage processes are taken").into()))
    }

    /// Shows that the holder lives; `false` when somebody else has the place by now.
    pub(crate) async fn beat(&self, ready: &Ready) -> Result<bool> {
        let place = doc! { "_id": self.number, "token": self.token };
        let beat = doc! { "$set": { "beat_at": micros(SystemClock.now()) } };
        let updated = run(
            command::update("showing that a writer lives", &ready.writers),
            ready.writers.update_one(place, beat),
        )
        .await?;
        Ok(updated.matched_count == 1)
    }
}

/// The name of a writer in cursors. Says which database it belongs to, so that a cursor of another database
/// is noticed.
pub(crate) fn name(identity: &str, number: i32) -> String {
    format!("{identity}-{number}")
}

/// The number of the writer with this name; `None` if it belongs to another database.
pub(crate) fn parse(identity: &str, name: &str) -> Option<i32> {
    name.strip_prefix(identity)?.strip_prefix('-')?.parse().ok()
}
