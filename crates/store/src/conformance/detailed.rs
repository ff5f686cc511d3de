//! All responses with their details, and the list of participations: what is needed to tell who said what.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::TryStreamExt as _;
use nameit_domain::feed::{DetailedChunk, DetailedPart, FeedCursor, ResponseColumns};
use nameit_domain::participation::ListedParticipation;
use nameit_domain::{Answer, ExperimentId, NonAnswer, ParticipationId, ParticipationState};

use super::story::{
    at, complete_run, exported, new_participation, published, read, record, response, said, started,
};
use crate::response::Write;
use crate::{Error, Result, Store};

super::cases!("detailed":
    every_detail_of_a_response_is_told,
    it_equals_the_export_and_ends_where_the_feed_does,
    it_goes_on_from_a_cursor_of_the_feed,
    a_withdrawal_makes_it_begin_again_without_who_left,
    many_responses_come_with_their_participants_in_bounded_pieces,
    everybody_who_takes_part_is_listed_once,
    whoever_was_there_is_listed_while_others_come_and_go,
    many_participations_come_in_bounded_batches,
    what_does_not_exist_has_neither,
);

/// Who (id and trial) said what: ordinal, kind, text, times, edits, pasted, losses of focus, time of receipt.
type Said = (u32, u8, String, u32, u32, u32, u8, u32, i64);
type Reading = BTreeMap<(ParticipationId, u32), Said>;

/// Reads on from a cursor; gives the cursor at the end and how often it had to begin again.
async fn read_on(
    store: &dyn Store,
    id: ExperimentId,
    mut cursor: FeedCursor,
    reading: &mut Reading,
) -> (FeedCursor, u32) {
    let mut restarts = 0;
    let mut chunks = store.responses(id, cursor.clone());
    while let Some(chunk) = chunks.try_next().await.unwrap() {
        match chunk.part {
            DetailedPart::Restart => {
                reading.clear();
                restarts += 1;
            }
            DetailedPart::Columns(columns) => {
                columns.check().unwrap();
                assert!(columns.len() <= 16_384, "one piece has {} responses", columns.len());
                let once: BTreeSet<_> = columns.participants.iter().collect();
                assert_eq!(once.len(), columns.participants.len(), "each is listed once");
                let responses = &columns.responses;
                for row in 0..columns.len() {
                    let who = columns.participants[columns.participant[row] as usize];
                    let what = (
                        responses.stimulus[row],
                        responses.kind[row],
                        responses.text_at(row).to_owned(),
                        responses.first_key_ms[row],
                        responses.submitted_ms[row],
                        columns.edits[row],
                        columns.pasted[row],
                        columns.focus_losses[row],
                        responses.received_at_ms[row],
                    );
                    let before = reading.insert((who, columns.trial[row]), what);
                    assert_eq!(before, None, "each response comes once");
                }
            }
        }
        cursor = chunk.cursor;
    }
    (cursor, restarts)
}

async fn read_all(store: &dyn Store, id: ExperimentId) -> (Reading, FeedCursor) {
    let mut reading = Reading::new();
    let (cursor, _) = read_on(store, id, FeedCursor::default(), &mut reading).await;
    (reading, cursor)
}

async fn reading_of_export(store: &dyn Store, id: ExperimentId) -> Reading {
    let rows = exported(store, id).await;
    let time = |time: Option<u32>| time.unwrap_or(ResponseColumns::NO_TIME);
    let reading = rows.into_iter().map(|row| {
        let what = (
            row.ordinal,
            ResponseColumns::kind_of(&row.answer),
            row.answer.text().unwrap_or_default().to_owned(),
            time(row.timing.first_key_ms),
            time(row.timing.submitted_ms),
            row.timing.edits,
            row.timing.pasted.into(),
            row.timing.focus_losses,
            row.received_at.as_millisecond(),
        );
        ((row.participation_id, row.trial), what)
    });
    reading.collect()
}

async fn listed(store: &dyn Store, id: ExperimentId) -> Vec<ListedParticipation> {
    let batches: Vec<Vec<ListedParticipation>> = store.participations(id).try_collect().await.unwrap();
    assert!(batches.iter().all(|batch| !batch.is_empty()));
    batches.concat()
}

async fn every_detail_of_a_response_is_told(store: Arc<dyn Store>) {
    let id = published(&*store, "details", 3).await;
    let participation = started(&*store, id, 3).await;
    let mut pasted = response(participation, 0, said("rot"));
    pasted.timing.pasted = true;
    pasted.timing.edits = 70_000;
    let mut unmeasured = response(participation, 2, Answer::NonAnswer(NonAnswer::Skipped));
    unmeasured.timing.first_key_ms = None;
    unmeasured.timing.submitted_ms = None;
    store.commit(&[Write::Record(pasted), Write::Record(unmeasured)], at(12)).await.unwrap();
    let (reading, cursor) = read_all(&*store, id).await;
    let received_at = at(12).as_millisecond();
    let none = ResponseColumns::NO_TIME;
    let expected = Reading::from([
        ((participation, 0), (2, 0, "rot".to_owned(), 700, 1900, 70_000, 1, 1, received_at)),
        ((participation, 2), (0, 2, String::new(), none, none, 2, 0, 1, received_at)),
    ]);
    assert_eq!(reading, expected);
    assert_eq!(cursor, store.feed_head(id).await.unwrap().cursor);
}

async fn it_equals_the_export_and_ends_where_the_feed_does(store: Arc<dyn Store>) {
    let id = published(&*store, "equal", 4).await;
    let (nothing, cursor) = read_all(&*store, id).await;
    assert_eq!((nothing, cursor), (Reading::new(), FeedCursor::default()));
    for number in 0..5 {
        complete_run(&*store, id, 4, &format!("run {number}")).await;
        let half = started(&*store, id, 4).await;
        let dont_know = response(half, number % 4, Answer::NonAnswer(NonAnswer::DontKnow));
        store.commit(&[Write::Record(dont_know)], at(13)).await.unwrap();
    }
    let (reading, cursor) = read_all(&*store, id).await;
    assert_eq!(reading.len(), 25);
    assert_eq!(reading, reading_of_export(&*store, id).await);
    assert_eq!(cursor, read(&*store, id).await.cursor);
}

async fn it_goes_on_from_a_cursor_of_the_feed(store: Arc<dyn Store>) {
    let id = published(&*store, "goes-on", 2).await;
    complete_run(&*store, id, 2, "first").await;
    let of_feed = read(&*store, id).await.cursor;
    let newer = complete_run(&*store, id, 2, "second").await;
    let mut reading = Reading::new();
    let (end, restarts) = read_on(&*store, id, of_feed, &mut reading).await;
    assert_eq!((reading.len(), restarts), (2, 0));
    assert!(reading.keys().all(|(who, _)| *who == newer), "only what came after the cursor");
    let feed: Vec<_> = store.feed(id, end.clone()).try_collect::<Vec<_>>().await.unwrap();
    assert_eq!(feed, [], "the feed has nothing more");
    let (again, restarts) = read_on(&*store, id, end.clone(), &mut reading).await;
    assert_eq!((again, restarts, reading.len()), (end, 0, 2));
}

async fn a_withdrawal_makes_it_begin_again_without_who_left(store: Arc<dyn Store>) {
    let id = published(&*store, "leaves", 2).await;
    let leaves = complete_run(&*store, id, 2, "leaves").await;
    let stays = complete_run(&*store, id, 2, "stays").await;
    let (mut reading, cursor) = read_all(&*store, id).await;
    assert_eq!(reading.len(), 4);
    store.withdraw(leaves, at(30)).await.unwrap();
    assert!(!cursor.covers(&store.feed_head(id).await.unwrap().cursor), "its reader can tell");
    let (cursor, restarts) = read_on(&*store, id, cursor, &mut reading).await;
    assert_eq!(restarts, 1);
    assert!(reading.keys().all(|(who, _)| *who == stays) && reading.len() == 2, "{reading:?}");
    assert!(cursor.covers(&store.feed_head(id).await.unwrap().cursor));
    assert_eq!(listed(&*store, id).await.iter().map(|one| one.id).collect::<Vec<_>>(), [stays]);
}

async fn many_responses_come_with_their_participants_in_bounded_pieces(store: Arc<dyn Store>) {
    let id = published(&*store, "crowd", 100).await;
    for group in 0..20 {
        let new: Vec<_> = (0..10).map(|_| new_participation(id, 100)).collect();
        let mut writes: Vec<Write> = new.iter().cloned().map(Write::Start).collect();
        // All at the same time, trial by trial, as people do.
        for trial in 0..100 {
            writes.extend(new.iter().map(|one| record(one.id, trial, &format!("text {group} {trial}"))));
        }
        store.commit(&writes, at(20 + group)).await.unwrap();
    }
    let (reading, cursor) = read_all(&*store, id).await;
    assert_eq!(reading.len(), 20_000);
    assert!(reading == reading_of_export(&*store, id).await);
    assert_eq!(cursor, store.feed_head(id).await.unwrap().cursor);
    let chunks: Vec<DetailedChunk> = store.responses(id, FeedCursor::default()).try_collect().await.unwrap();
    assert!(chunks.len() > 1, "a piece is bounded");
    let mut half = Reading::new();
    let (end, restarts) = read_on(&*store, id, chunks[0].cursor.clone(), &mut half).await;
    assert_eq!((end, restarts), (cursor, 0), "every piece can be resumed after");
    assert!(half.len() < 20_000 && half.iter().all(|(who, what)| reading[who] == *what));
}

async fn everybody_who_takes_part_is_listed_once(store: Arc<dyn Store>) {
    let id = published(&*store, "list", 3).await;
    let other = published(&*store, "other", 2).await;
    started(&*store, other, 2).await;
    assert_eq!(listed(&*store, id).await, []);
    let begun = started(&*store, id, 3).await;
    let complete = complete_run(&*store, id, 3, "red").await;
    let left = complete_run(&*store, id, 3, "left").await;
    store.withdraw(left, at(30)).await.unwrap();
    let mut list = listed(&*store, id).await;
    list.sort_unstable_by_key(|one| one.id);
    let mut expected = Vec::new();
    for id in [begun, complete] {
        let whole = store.participation(id).await.unwrap().unwrap();
        expected.push(ListedParticipation {
            id,
            state: whole.state,
            started_at: whole.started_at,
            completed_at: whole.completed_at,
            url_parameters: whole.url_parameters,
            environment: whole.environment,
            trial_count: 3,
        });
    }
    expected.sort_unstable_by_key(|one| one.id);
    assert_eq!(list, expected);
    assert!(list.iter().any(|one| one.completed_at.is_some()), "one was completed");
}

async fn whoever_was_there_is_listed_while_others_come_and_go(store: Arc<dyn Store>) {
    let id = published(&*store, "busy", 1).await;
    let mut before = BTreeSet::new();
    for _ in 0..20 {
        before.insert(started(&*store, id, 1).await);
    }
    let over = Arc::new(AtomicBool::new(false));
    let going_on = tokio::spawn({
        let (store, over, early) = (store.clone(), over.clone(), before.clone());
        async move {
            // Those who were there complete, others come and leave again.
            for participation in early {
                let writes = [record(participation, 0, "red"), super::story::complete(participation, "done")];
                store.commit(&writes, at(12)).await.unwrap();
                let leaves = started(&*store, id, 1).await;
                store.withdraw(leaves, at(13)).await.unwrap();
            }
            over.store(true, Ordering::SeqCst);
        }
    });
    loop {
        let last_round = over.load(Ordering::SeqCst);
        let list = listed(&*store, id).await;
        let ids: BTreeSet<_> = list.iter().map(|one| one.id).collect();
        assert_eq!(ids.len(), list.len(), "nobody twice");
        assert!(before.is_subset(&ids), "nobody is missing");
        if last_round {
            assert_eq!(ids, before);
            assert!(list.iter().all(|one| one.state == ParticipationState::Completed));
            break;
        }
    }
    going_on.await.unwrap();
}

async fn many_participations_come_in_bounded_batches(store: Arc<dyn Store>) {
    let id = published(&*store, "many", 1).await;
    let mut ids = BTreeSet::new();
    for _ in 0..5 {
        let new: Vec<_> = (0..1_000).map(|_| new_participation(id, 1)).collect();
        ids.extend(new.iter().map(|one| one.id));
        let writes: Vec<Write> = new.into_iter().map(Write::Start).collect();
        store.commit(&writes, at(10)).await.unwrap();
    }
    let batches: Vec<Vec<ListedParticipation>> = store.participations(id).try_collect().await.unwrap();
    assert!(batches.len() > 1 && batches.iter().all(|batch| batch.len() <= 2_048));
    let listed: Vec<_> = batches.concat().into_iter().map(|one| one.id).collect();
    assert_eq!(listed.len(), 5_000);
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), ids);
}

async fn what_does_not_exist_has_neither(store: Arc<dyn Store>) {
    let trashed = published(&*store, "trashed", 1).await;
    store.delete_experiment(trashed, at(20)).await.unwrap();
    for id in [trashed, ExperimentId::generate()] {
        let responses: Result<Vec<_>> = store.responses(id, FeedCursor::default()).try_collect().await;
        assert!(matches!(responses, Err(Error::NotFound { what: "experiment" })), "{responses:?}");
        let participations: Result<Vec<_>> = store.participations(id).try_collect().await;
        assert!(matches!(participations, Err(Error::NotFound { what: "experiment" })), "{participations:?}");
    }
}
