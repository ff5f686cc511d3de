//! The feed and the export: each response exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::TryStreamExt as _;
use nameit_domain::feed::{FeedChunk, FeedCursor, FeedPart, ResponseColumns};
use nameit_domain::participation::ParticipationTotals;
use nameit_domain::{Answer, ExperimentId, NonAnswer};

use super::story::{
    Reading, at, complete_run, exported, new_participation, once, published, read, read_on, record, recorded,
    response, said, started, tally_of,
};
use crate::response::Write;
use crate::{Error, Store};

super::cases!("feed":
    an_empty_feed_ends_at_its_head,
    it_has_each_response_once_with_what_was_measured,
    refusals_and_repeats_leave_no_trace,
    it_goes_on_from_every_cursor_it_ever_gave,
    experiments_do_not_mix,
    a_reader_misses_and_doubles_nothing_while_others_commit,
    a_withdrawal_makes_every_reader_begin_again,
    a_withdrawal_of_the_newest_hides_nothing_that_comes_later,
    many_responses_come_in_bounded_pieces,
    the_head_counts_participations,
    the_export_equals_the_feed,
    an_export_row_tells_the_whole_story,
    what_does_not_exist_has_no_feed,
);

async fn an_empty_feed_ends_at_its_head(store: Arc<dyn Store>) {
    let experiment = published(&*store, "silent", 2).await;
    started(&*store, experiment, 2).await;
    let reading = read(&*store, experiment).await;
    assert_eq!(reading, Reading::default());
    assert!(reading.cursor.covers(&store.feed_head(experiment).await.unwrap().cursor));
    assert_eq!(exported(&*store, experiment).await, []);
}

async fn it_has_each_response_once_with_what_was_measured(store: Arc<dyn Store>) {
    let experiment = published(&*store, "measured", 3).await;
    let participation = started(&*store, experiment, 3).await;
    let mut unmeasured = response(participation, 1, Answer::NonAnswer(NonAnswer::Skipped));
    unmeasured.timing.first_key_ms = None;
    unmeasured.timing.submitted_ms = None;
    let writes = [
        Write::Record(response(participation, 2, said("rot"))),
        Write::Record(unmeasured),
        Write::Record(response(participation, 0, Answer::NonAnswer(NonAnswer::DontKnow))),
    ];
    let began = store.feed_head(experiment).await.unwrap().cursor;
    store.commit(&writes, at(12)).await.unwrap();
    let chunks: Vec<FeedChunk> = store.feed(experiment, began).try_collect().await.unwrap();
    let mut columns = ResponseColumns::default();
    for chunk in &chunks {
        let FeedPart::Columns(part) = &chunk.part else { panic!("the tail is columns, this is {chunk:?}") };
        for row in 0..part.len() {
            assert_eq!(part.received_at_ms[row], at(12).as_millisecond());
            columns.stimulus.push(part.stimulus[row]);
            columns.kind.push(part.kind[row]);
            columns.first_key_ms.push(part.first_key_ms[row]);
            columns.submitted_ms.push(part.submitted_ms[row]);
            columns.participation.push(part.participation[row]);
        }
    }
    assert_eq!(columns.stimulus, [0, 1, 2], "in the order of the commit");
    assert_eq!(columns.kind, [ResponseColumns::TEXT, ResponseColumns::SKIPPED, ResponseColumns::DONT_KNOW]);
    assert_eq!(columns.first_key_ms, [702, ResponseColumns::NO_TIME, 700]);
    assert_eq!(columns.submitted_ms, [1900, ResponseColumns::NO_TIME, 1900]);
    assert!(columns.participation.windows(2).all(|pair| pair[0] == pair[1]), "one participation, one number");
    let last = chunks.last().expect("there are responses");
    assert!(last.cursor.covers(&store.feed_head(experiment).await.unwrap().cursor));
}

async fn refusals_and_repeats_leave_no_trace(store: Arc<dyn Store>) {
    let experiment = published(&*store, "no-trace", 2).await;
    let participation = started(&*store, experiment, 2).await;
    recorded(&*store, participation, 0, "red").await;
    let before = read(&*store, experiment).await;
    for text in ["red", "blue"] {
        recorded(&*store, participation, 0, text).await;
        recorded(&*store, participation, 7, text).await;
    }
    assert_eq!(read_on(&*store, experiment, before.clone()).await, before);
    assert_eq!(store.feed_head(experiment).await.unwrap().cursor, before.cursor);
}

async fn it_goes_on_from_every_cursor_it_ever_gave(store: Arc<dyn Store>) {
    let experiment = published(&*store, "every-cursor", 4).await;
    let mut readings = vec![Reading::default()];
    for round in 0..6 {
        let participation = started(&*store, experiment, 4).await;
        let writes: Vec<Write> =
            (0..=round % 4).map(|trial| record(participation, trial, &format!("{round}-{trial}"))).collect();
        store.commit(&writes, at(12)).await.unwrap();
        let last = readings.last().expect("there is a first").clone();
        readings.push(read_on(&*store, experiment, last).await);
    }
    let whole = read(&*store, experiment).await;
    assert_eq!(whole.tally.values().sum::<u64>(), 13);
    for (number, reading) in readings.into_iter().enumerate() {
        let resumed = read_on(&*store, experiment, reading).await;
        assert_eq!(resumed, whole, "from the cursor after round {number}");
    }
}

async fn experiments_do_not_mix(store: Arc<dyn Store>) {
    let one = published(&*store, "mine", 1).await;
    let two = published(&*store, "yours", 1).await;
    let (in_one, in_two) = (started(&*store, one, 1).await, started(&*store, two, 1).await);
    let batch = [record(in_one, 0, "mine"), record(in_two, 0, "yours")];
    let mut changed = store.commit(&batch, at(12)).await.unwrap().written.len();
    changed += exported(&*store, one).await.len() + exported(&*store, two).await.len();
    assert_eq!(changed, 4);
    assert_eq!(read(&*store, one).await.tally, once([(0, "mine")]));
    assert_eq!(read(&*store, two).await.tally, once([(0, "yours")]));
}

async fn a_reader_misses_and_doubles_nothing_while_others_commit(store: Arc<dyn Store>) {
    let experiment = published(&*store, "busy", 10).await;
    let finished = Arc::new(AtomicBool::new(false));
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..3 {
        let store = store.clone();
        writers.spawn(async move {
            for run in 0..10 {
                complete_run(&*store, experiment, 10, &format!("{writer}-{run}")).await;
            }
        });
    }
    let reader = tokio::spawn({
        let (store, finished) = (store.clone(), finished.clone());
        async move {
            let mut reading = Reading::default();
            loop {
                let last_round = finished.load(Ordering::SeqCst);
                reading = read_on(&*store, experiment, reading).await;
                if last_round {
                    return reading;
                }
                let head = store.feed_head(experiment).await.unwrap().cursor;
                let seen_before = read_on(&*store, experiment, reading.clone()).await.cursor;
                assert!(seen_before.covers(&head), "what was committed is read");
            }
        }
    });
    writers.join_all().await;
    finished.store(true, Ordering::SeqCst);
    let reading = reader.await.unwrap();
    assert!(reading.tally.values().all(|count| *count == 1), "each once: {:?}", reading.tally);
    assert_eq!(reading.tally.len(), 300);
    assert_eq!(reading, read(&*store, experiment).await);
}

async fn a_withdrawal_makes_every_reader_begin_again(store: Arc<dyn Store>) {
    let experiment = published(&*store, "epochs", 2).await;
    let leaves = complete_run(&*store, experiment, 2, "leaves").await;
    let early = read(&*store, experiment).await;
    complete_run(&*store, experiment, 2, "stays").await;
    let late = read(&*store, experiment).await;
    store.withdraw(leaves, at(30)).await.unwrap();
    complete_run(&*store, experiment, 2, "new").await;

    let remaining = once([(1, "stays-0"), (0, "stays-1"), (1, "new-0"), (0, "new-1")]);
    for reading in [early, late] {
        assert!(!reading.cursor.covers(&store.feed_head(experiment).await.unwrap().cursor));
        let after = read_on(&*store, experiment, reading).await;
        assert_eq!((after.restarts, &after.tally), (1, &remaining));
        let again = read_on(&*store, experiment, after.clone()).await;
        assert_eq!(again, after, "one restart is enough");
    }
}

async fn a_withdrawal_of_the_newest_hides_nothing_that_comes_later(store: Arc<dyn Store>) {
    let experiment = published(&*store, "newest", 2).await;
    complete_run(&*store, experiment, 2, "first").await;
    let newest = complete_run(&*store, experiment, 2, "newest").await;
    let reader = read(&*store, experiment).await;
    store.withdraw(newest, at(30)).await.unwrap();
    let reader = read_on(&*store, experiment, reader).await;
    assert_eq!(reader.tally, once([(1, "first-0"), (0, "first-1")]));
    complete_run(&*store, experiment, 2, "later").await;
    let reader = read_on(&*store, experiment, reader).await;
    assert_eq!(reader.tally, once([(1, "first-0"), (0, "first-1"), (1, "later-0"), (0, "later-1")]));
    assert_eq!(reader.restarts, 1);
}

/// 20,000 responses.
async fn crowd(store: &dyn Store, experiment: ExperimentId) {
    for group in 0..20 {
        let mut writes = Vec::new();
        for member in 0..10 {
            let new = new_participation(experiment, 100);
            let participation = new.id;
            writes.push(Write::Start(new));
            let text = format!("text {group} {member}");
            writes.extend((0..100).map(|trial| record(participation, trial, &text)));
        }
        store.commit(&writes, at(20 + group)).await.unwrap();
    }
}

async fn many_responses_come_in_bounded_pieces(store: Arc<dyn Store>) {
    let experiment = published(&*store, "crowd", 100).await;
    crowd(&*store, experiment).await;
    let whole = read(&*store, experiment).await;
    assert_eq!(whole.tally.len(), 20_000);
    assert!(whole.tally.values().all(|count| *count == 1));
    let chunks: Vec<FeedChunk> = store.feed(experiment, FeedCursor::default()).try_collect().await.unwrap();
    for chunk in &chunks {
        if let FeedPart::Columns(columns) = &chunk.part {
            assert!(columns.len() <= 16_384, "one piece has {} responses", columns.len());
        }
        let reading =
            read_on(&*store, experiment, Reading { cursor: chunk.cursor.clone(), ..Reading::default() });
        assert_eq!(reading.await.cursor, whole.cursor, "every piece can be resumed after");
    }
    let batches: Vec<Vec<_>> = store.export(experiment).try_collect().await.unwrap();
    assert!(batches.iter().all(|batch| !batch.is_empty() && batch.len() <= 16_384));
    assert_eq!(tally_of(&batches.concat()), whole.tally);
}

async fn the_head_counts_participations(store: Arc<dyn Store>) {
    let experiment = published(&*store, "counting", 1).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        started(&*store, experiment, 1).await;
        ids.push(complete_run(&*store, experiment, 1, "red").await);
    }
    store.withdraw(ids[0], at(30)).await.unwrap();
    let head = store.feed_head(experiment).await.unwrap();
    assert_eq!(head.totals, ParticipationTotals { started: 5, completed: 2, withdrawn: 1 });
    assert_eq!(head.cursor, read(&*store, experiment).await.cursor);
}

async fn the_export_equals_the_feed(store: Arc<dyn Store>) {
    let experiment = published(&*store, "equal", 5).await;
    for number in 0..10 {
        complete_run(&*store, experiment, 5, &format!("same {}", number % 3)).await;
        let half = started(&*store, experiment, 5).await;
        let skipped = response(half, number % 5, Answer::NonAnswer(NonAnswer::Skipped));
        store.commit(&[Write::Record(skipped)], at(12)).await.unwrap();
    }
    let rows = exported(&*store, experiment).await;
    assert_eq!(rows.len(), 60);
    assert_eq!(tally_of(&rows), read(&*store, experiment).await.tally);
}

async fn an_export_row_tells_the_whole_story(store: Arc<dyn Store>) {
    let experiment = published(&*store, "whole", 2).await;
    let new = new_participation(experiment, 2);
    let first = response(new.id, 1, said("blau"));
    let writes = [Write::Start(new.clone()), Write::Record(first.clone())];
    store.commit(&writes, at(14)).await.unwrap();
    complete_run(&*store, experiment, 2, "red").await;
    let rows = exported(&*store, experiment).await;
    assert_eq!(rows.iter().map(|row| row.completed).collect::<Vec<_>>(), [false, true, true]);
    for row in &rows {
        let participation = store.participation(row.participation_id).await.unwrap().unwrap();
        assert_eq!(row.completion_code, participation.completion_code, "codes can be checked");
        assert_eq!(row.completion_code.is_some(), row.completed);
    }
    let row = &rows[0];
    assert_eq!((row.experiment_id, row.participation_id, row.trial), (experiment, new.id, 1));
    assert_eq!((row.stimulus.as_str(), row.ordinal), ("c0", 0));
    assert_eq!((&row.answer, &row.timing), (&first.answer, &first.timing));
    assert_eq!((row.started_at, row.received_at), (at(14), at(14)));
    assert_eq!(row.url_parameters, new.url_parameters);
}

async fn what_does_not_exist_has_no_feed(store: Arc<dyn Store>) {
    let nowhere = ExperimentId::generate();
    let feed: Result<Vec<FeedChunk>, Error> = store.feed(nowhere, FeedCursor::default()).try_collect().await;
    assert!(matches!(feed, Err(Error::NotFound { what: "experiment" })), "{feed:?}");
    let export: Result<Vec<_>, Error> = store.export(nowhere).try_collect().await;
    assert!(matches!(export, Err(Error::NotFound { what: "experiment" })), "{export:?}");
    let head = store.feed_head(nowhere).await;
    assert!(matches!(head, Err(Error::NotFound { what: "experiment" })), "{head:?}");
}
