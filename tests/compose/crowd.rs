//! Participants who say the same again until it is acknowledged, as their browsers do, and who remember what was.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use nameit_testkit::{Answer, Client, Experiment};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Longer than an outage may last.
const PATIENCE: Duration = Duration::from_secs(90);

/// After this time a request is given up and made again: a process that was killed leaves nobody who answers.
const GIVE_UP: Duration = Duration::from_secs(15);

/// How soon something is said again.
const REPEAT: Duration = Duration::from_millis(50);

/// Participants at the same time, with their experiment.
pub(crate) struct Crowd {
    experiment: Experiment,
    /// What was acknowledged.
    pub(crate) ledger: Ledger,
    participants: JoinSet<()>,
    stop: CancellationToken,
}

/// What was acknowledged. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ledger {
    entries: Arc<Mutex<Entries>>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct Entries {
    /// Participation and trial → text.
    answers: HashMap<(String, u64), String>,
    /// Participation → completion code.
    completed: HashMap<String, String>,
    /// When each answer was acknowledged, and how long that took from its first try.
    times: Vec<(Instant, Duration)>,
    /// Requests that had to be made again.
    repeated: usize,
}

/// What came in during some time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    pub(crate) median: Duration,
    pub(crate) slowest: Duration,
}

// === impl Crowd ===

impl Crowd {
    /// So many take part in an experiment, again and again.
    pub(crate) fn begin(experiment: &Experiment, participants: usize) -> Self {
        let ledger = Ledger { entries: Arc::default(), count: watch::Sender::new(0) };
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for number in 0..participants {
            let participant = Participant {
                // A connection of its own, and no token.
                client: Client::new(experiment.researcher.client.url()),
                slug: experiment.slug.clone(),
                ledger: ledger.clone(),
                number,
            };
            tasks.spawn(participant.take_part(stop.clone()));
        }
        Self { experiment: experiment.clone(), ledger, participants: tasks, stop }
    }

    /// Lets everybody come to the end and insists that what was acknowledged is there, once, and nothing else; gives
    /// how many answers these are.
    pub(crate) async fn end(self) -> usize {
        let Self { experiment, ledger, participants, stop } = self;
        stop.cancel();
        let finished = tokio::time::timeout(PATIENCE, participants.join_all());
        finished.await.expect("participants can finish when all is well");
        ledger.compare(&experiment).await
    }
}

// === impl Ledger ===

impl Ledger {
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().expect("nobody panics with the ledger in hand")
    }

    /// How many answers were acknowledged so far.
    pub(crate) fn count(&self) -> usize {
        *self.count.borrow()
    }

    /// How many requests had to be made again so far.
    pub(crate) fn repeated(&self) -> usize {
        self.entries().repeated
    }

    /// Waits until so many more answers were acknowledged, and gives how long that took.
    pub(crate) async fn more(&self, answers: usize) -> Duration {
        let began = Instant::now();
        let (before, mut count) = (self.count(), self.count.subscribe());
        let reaching = count.wait_for(|count| *count >= before + answers);
        let in_time = tokio::time::timeout(PATIENCE, reaching).await.is_ok();
        let came = self.count() - before;
        assert!(in_time, "only {came} of {answers} more answers were acknowledged within {PATIENCE:?}");
        began.elapsed()
    }

    /// What came in between two moments.
    pub(crate) fn figures(&self, from: Instant, until: Instant) -> Figures {
        let entries = self.entries();
        let mut took: Vec<Duration> = entries
            .times
            .iter()
            .filter(|(at, _)| (from..until).contains(at))
            .map(|(_, took)| *took)
            .collect();
        took.sort_unstable();
        Figures {
            per_second: took.len() as f64 / (until - from).as_secs_f64(),
            median: took.get(took.len() / 2).copied().unwrap_or_default(),
            slowest: took.last().copied().unwrap_or_default(),
        }
    }

    /// Insists that an export holds what was acknowledged, once and as it was, and nothing else.
    pub(crate) async fn compare(&self, experiment: &Experiment) -> usize {
        let rows = experiment.rows().await;
        let entries = self.entries();
        let mut stored = HashMap::new();
        for row in &rows {
            let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let key = (text("participation"), row["trial"].as_u64().expect("a row has its trial"));
            assert_eq!(stored.insert(key.clone(), text("response")), None, "{key:?} is stored twice");
            let code = entries.completed.get(&key.0).map(String::as_str);
            assert_eq!(row["completion_code"].as_str(), code, "the code of {}", key.0);
        }
        for (key, text) in &entries.answers {
            assert_eq!(stored.get(key), Some(text), "{key:?} was acknowledged");
        }
        assert_eq!(stored.len(), entries.answers.len(), "nothing is there that nobody said");
        stored.len()
    }
}

/// Somebody at one browser.
struct Participant {
    client: Client,
    slug: String,
    ledger: Ledger,
    number: usize,
}

// === impl Participant ===

impl Participant {
    /// Takes part again and again; after `stop` the participation under way is brought to its end.
    async fn take_part(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.once().await;
        }
    }

    async fn once(&self) {
        let path = format!("/api/v1/run/{}/participations", self.slug);
        // Made again when it was broken off, it begins another participation; the first stays without answers.
        let (run, _) = self.insist(|| self.client.request("POST", &path).json(&json!({}))).await;
        let run: Value = run.json();
        let text = |name: &str| run[name].as_str().expect("a run has its texts").to_owned();
        let (id, token) = (text("participation_id"), text("token"));
        let client = self.client.with_token(&token);
        let trials = run["trials"].as_array().expect("a run has trials").len() as u64;
        for trial in 0..trials {
            let text = format!("{} says {trial} – {id}", self.number);
            let path = format!("/api/v1/participations/{id}/trials/{trial}/response");
            let say = || client.request("PUT", &path).json(&json!({"text": text}));
            let (_, took) = self.insist(say).await;
            let mut entries = self.ledger.entries();
            entries.answers.insert((id.clone(), trial), text);
            entries.times.push((Instant::now(), took));
            drop(entries);
            self.ledger.count.send_modify(|count| *count += 1);
        }
        let path = format!("/api/v1/participations/{id}/complete");
        let (completed, _) = self.insist(|| client.request("POST", &path).json(&Value::Null)).await;
        self.ledger.entries().completed.insert(id, completed.text_of("completion_code"));
    }

    /// Makes a request until it is answered, and gives how long that took. What a server has against it is no
    /// reason to make it again: then the story fails.
    async fn insist(&self, request: impl Fn() -> RequestBuilder) -> (Answer, Duration) {
        let began = Instant::now();
        loop {
            let failure = match self.client.try_send(request().timeout(GIVE_UP)).await {
                Ok(answer) if is_for_now(&answer) => format!("{} {}", answer.status, answer.text),
                Ok(answer) => return (answer.expect_ok(), began.elapsed()),
                Err(error) => format!("{error:?}"),
            };
            assert!(began.elapsed() < PATIENCE, "for {PATIENCE:?} nothing else than {failure}");
            self.ledger.entries().repeated += 1;
            tokio::time::sleep(REPEAT).await;
        }
    }
}

/// Whether a server says that it cannot do it for the moment.
fn is_for_now(answer: &Answer) -> bool {
    matches!(answer.status.as_u16(), 429 | 502 | 503 | 504)
}
