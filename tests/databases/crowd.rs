//! Participants who say the same again until it is acknowledged, through whichever process is there, and who
//! remember what was.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use nameit_domain::feed::StoredResponse;
use nameit_domain::{ExperimentId, NonAnswer, ParticipationId};
use nameit_proto::common::v1 as common;
use nameit_proto::storage::v1::start_outcome::Outcome;
use nameit_proto::storage::v1::write::Write;
use nameit_proto::storage::v1::written::Written;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use crate::storage::{Client, code, complete, record, recorded, start, started};

/// Trials of each participation.
pub(crate) const TRIALS: u32 = 6;

/// Longer than anything that is waited for takes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// What storage says while its database is away.
const UNAVAILABLE: &str = "the database is unavailable";

/// How soon it is said again to a process whose database is unavailable.
const REPEAT: Duration = Duration::from_millis(100);

/// What people type, in several scripts; each answer also says whose it is.
const WORDS: [&str; 5] =
    ["light blue", "голубой", "أزرق فاتح", "水色 🎨", "e\u{301}claire\u{301} \"bleu\", =1+1"];

/// Answers by participation and trial; `None` stands for "I don't know".
pub(crate) type Answers = HashMap<(ParticipationId, u32), Option<String>>;

/// What was acknowledged. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ledger {
    entries: Arc<Mutex<Entries>>,
    /// How many answers were acknowledged so far.
    count: watch::Sender<usize>,
    /// How often a process said that its database is unavailable.
    outages: Arc<AtomicUsize>,
}

/// What stands in a ledger.
#[derive(Clone, Default)]
pub(crate) struct Entries {
    pub(crate) answers: Answers,
    /// Participation → its completion code.
    pub(crate) completed: HashMap<ParticipationId, String>,
    /// These have asked to be forgotten, and were told that they are.
    pub(crate) withdrawn: HashSet<ParticipationId>,
}

/// How a participant ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Completes.
    Complete,
    /// Withdraws half-way, every second one.
    Withdraw,
}

/// Somebody who takes part again and again.
pub(crate) struct Participant {
    /// The process that is there now; another one when that has ended.
    pub(crate) process: watch::Receiver<Client>,
    pub(crate) experiment_id: ExperimentId,
    pub(crate) ledger: Ledger,
    pub(crate) end: End,
}

// === impl Ledger ===

impl Ledger {
    pub(crate) fn new() -> Self {
        Self { entries: Arc::default(), count: watch::Sender::new(0), outages: Arc::default() }
    }

    pub(crate) fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().expect("nobody panics with the ledger in hand")
    }

    /// How many answers were acknowledged so far.
    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// How often a process said that its database is unavailable.
    pub(crate) fn outages(&self) -> usize {
        self.outages.load(Ordering::Relaxed)
    }

    /// Waits until at least so many answers were acknowledged.
    pub(crate) async fn reaches(&self, count: usize) {
        let mut reached = self.count.subscribe();
        let reaching = reached.wait_for(|so_far| *so_far >= count);
        let in_time = tokio::time::timeout(PATIENCE, reaching).await.is_ok();
        assert!(in_time, "{} answers were acknowledged, and no more in {PATIENCE:?}", self.count());
    }

    fn acknowledged(&self, answers: Answers) {
        self.count.send_modify(|count| *count += answers.len());
        self.entries().answers.extend(answers);
    }
}

// === impl Participant ===

impl Participant {
    /// Takes part again and again; after `stop` the participation under way is brought to its end.
    pub(crate) async fn take_part(mut self, stop: CancellationToken) {
        for number in 0_usize.. {
            if stop.is_cancelled() {
                return;
            }
            self.once(number).await;
        }
    }

    async fn once(&mut self, number: usize) {
        let id = ParticipationId::generate();
        let start = start(id, self.experiment_id, TRIALS);
        let began = self.insist(|client| {
            let writes = vec![start.clone()];
            async move { client.commit(writes).await }
        });
        let began = began.await;
        assert_eq!(started(&began[0]), Outcome::Started);
        // One by one, or several in one message, as a browser does whose network was away.
        let together = 1 + number as u32 % TRIALS;
        for first in (0..TRIALS).step_by(together as usize) {
            let trials = first..TRIALS.min(first + together);
            let answers: Answers = trials.map(|trial| ((id, trial), answer(id, trial, number))).collect();
            let written = self.insist(|client| {
                let writes = answers.iter().map(|((_, trial), text)| said(id, *trial, text.as_deref()));
                let writes = writes.collect();
                async move { client.commit(writes).await }
            });
            for written in written.await {
                let recorded = recorded(&written);
                let is_stored =
                    matches!(recorded, common::Recorded::Stored | common::Recorded::AlreadyStored);
                assert!(is_stored, "{recorded:?}");
            }
            self.ledger.acknowledged(answers);
            if self.end == End::Withdraw && number % 2 == 1 && first + together >= TRIALS / 2 {
                return self.withdraw(id).await;
            }
        }
        self.complete(id).await;
    }

    async fn complete(&mut self, id: ParticipationId) {
        // Another proposal each time: what counts is the code that was made durable first.
        let mut tries = 0;
        let written: Vec<Written> = self
            .insist(|client| {
                tries += 1;
                let proposal = format!("{tries}-{id}");
                async move { client.commit(vec![complete(id, &proposal)]).await }
            })
            .await;
        let code = code(&written[0]).expect("every trial has its answer").to_owned();
        self.ledger.entries().completed.insert(id, code);
    }

    async fn withdraw(&mut self, id: ParticipationId) {
        // From now on nobody knows what is still there, until the withdrawal was acknowledged.
        self.ledger.entries().answers.retain(|(participation, _), _| *participation != id);
        self.insist(|client| async move { client.withdraw(id).await }).await;
        self.ledger.entries().withdrawn.insert(id);
    }

    /// Says it until it is answered: when the process has gone, to the next one; when its database is
    /// unavailable, to the same, a little later.
    async fn insist<T, F>(&self, mut say: impl FnMut(Client) -> F) -> T
    where
        F: Future<Output = Result<T, Status>>,
    {
        let mut process = self.process.clone();
        loop {
            let client = process.borrow_and_update().clone();
            match say(client).await {
                Ok(answer) => return answer,
                Err(status) if status.message() == UNAVAILABLE => {
                    self.ledger.outages.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(REPEAT).await;
                    continue;
                }
                Err(status) => assert_lost(&status),
            }
            let next = tokio::time::timeout(PATIENCE, process.changed()).await;
            next.expect("a process that has gone is followed by another").expect("the story goes on");
        }
    }
}

/// Insists that a call failed because the process has gone, and not because it had something against it.
#[track_caller]
pub(crate) fn assert_lost(status: &Status) {
    let codes = [Code::Unavailable, Code::Unknown, Code::Cancelled, Code::Internal];
    let is_loss = codes.contains(&status.code()) && !status.message().contains("in storage");
    assert!(is_loss, "a process that was killed says nothing: {status}");
}

/// Every thirteenth answer is none.
fn answer(id: ParticipationId, trial: u32, number: usize) -> Option<String> {
    let place = number * TRIALS as usize + trial as usize;
    (place % 13 != 12).then(|| format!("{} {id} {trial}", WORDS[place % WORDS.len()]))
}

fn said(id: ParticipationId, trial: u32, text: Option<&str>) -> Write {
    match text {
        Some(text) => record(id, trial, text),
        None => Write::Record(common::Response {
            participation_id: id.to_string(),
            trial,
            answer: Some(common::response::Answer::NonAnswer(common::NonAnswer::DontKnow.into())),
            ..common::Response::default()
        }),
    }
}

/// The answers in an export, none of which may stand there twice.
#[track_caller]
pub(crate) fn answers_of(rows: &[StoredResponse]) -> Answers {
    let mut answers = Answers::new();
    for row in rows {
        let text = match &row.answer {
            nameit_domain::Answer::Text(text) => Some(text.as_str().to_owned()),
            nameit_domain::Answer::NonAnswer(NonAnswer::DontKnow) => None,
            other @ nameit_domain::Answer::NonAnswer(_) => panic!("nobody said {other:?}"),
        };
        let key = (row.participation_id, row.trial);
        assert!(answers.insert(key, text).is_none(), "{key:?} is stored twice");
        assert_eq!(row.ordinal, TRIALS - 1 - row.trial, "{key:?} belongs to another stimulus");
    }
    answers
}
