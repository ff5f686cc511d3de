//! A simulated participant: one connection, one answer after the other.

use std::time::Duration;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::time::Instant;

use super::acknowledged::{Acknowledgement, fingerprint};
use super::connection::Connection;

/// How long a participant waits after "too much at once", or after a lost connection.
const PAUSE: Duration = Duration::from_millis(50);

/// A participant and what it measured.
pub(super) struct Participant {
    connection: Connection,
    start_path: String,
    random: Xoshiro256PlusPlus,
    run: Option<Run>,
    pub(super) acknowledged: Vec<Acknowledgement>,
    /// Microseconds from sending an answer to its acknowledgement.
    pub(super) answer_us: Vec<u32>,
    /// Microseconds of each call of the no-op route.
    pub(super) noop_us: Vec<u32>,
    /// Requests that were sent again.
    pub(super) retried: u64,
    /// What should not have happened.
    pub(super) errors: Vec<String>,
}

/// A participation under way.
struct Run {
    id: u128,
    path: String,
    token: HeaderValue,
    trials: u32,
    next: u32,
}

#[derive(Deserialize)]
struct Started {
    participation_id: uuid::Uuid,
    token: String,
    trials: Vec<IgnoredAny>,
}

// === impl Participant ===

impl Participant {
    pub(super) fn new(url: &str, slug: &str, number: u32) -> anyhow::Result<Self> {
        Ok(Self {
            connection: Connection::to(url)?,
            start_path: format!("/api/v1/run/{slug}/participations"),
            random: Xoshiro256PlusPlus::seed_from_u64(u64::from(number)),
            run: None,
            acknowledged: Vec::new(),
            answer_us: Vec::new(),
            noop_us: Vec::new(),
            retried: 0,
            errors: Vec::new(),
        })
    }

    /// Calls the route that does nothing, again and again.
    pub(super) async fn call_noop(mut self, until: Instant) -> Self {
        while Instant::now() < until {
            let begin = Instant::now();
            match self.connection.send(Method::GET, "/api/v1/ping", None, Bytes::new()).await {
                Ok((status, _)) if status.is_success() => self.noop_us.push(microseconds(begin)),
                Ok((status, _)) => self.went_wrong(format!("the no-op route answered {status}")).await,
                Err(error) => self.went_wrong(format!("the no-op route: {error:#}")).await,
            }
        }
        self
    }

    /// Takes part, again and again.
    pub(super) async fn answer(mut self, until: Instant) -> Self {
        while Instant::now() < until {
            if let Err(error) = self.step().await {
                self.run = None;
                self.went_wrong(format!("{error:#}")).await;
            }
        }
        self
    }

    /// One thing that a participant does: begin, answer a trial, or complete.
    async fn step(&mut self) -> anyhow::Result<()> {
        let Some(run) = self.run.take() else {
            self.run = Some(self.start().await?);
            return Ok(());
        };
        if run.next == run.trials {
            let path = format!("{}/complete", run.path);
            let (status, _) = self.patiently(Method::POST, &path, Some(&run.token), Bytes::new()).await?;
            return expect(status, StatusCode::OK, "complete");
        }
        self.run = Some(self.respond(run).await?);
        Ok(())
    }

    async fn start(&mut self) -> anyhow::Result<Run> {
        let body = Bytes::from_static(
            br#"{"environment":{"language":"en-GB","viewport":"390x844","touch":"true"}}"#,
        );
        let path = self.start_path.clone();
        let (status, answer) = self.patiently(Method::POST, &path, None, body).await?;
        expect(status, StatusCode::CREATED, "start")?;
        let started: Started = serde_json::from_slice(&answer).context("start: the answer cannot be read")?;
        let token = HeaderValue::try_from(format!("Bearer {}", started.token)).context("the token")?;
        Ok(Run {
            id: started.participation_id.as_u128(),
            path: format!("/api/v1/participations/{}", started.participation_id),
            token,
            trials: u32::try_from(started.trials.len()).context("start: too many trials")?,
            next: 0,
        })
    }

    async fn respond(&mut self, mut run: Run) -> anyhow::Result<Run> {
        let trial = run.next;
        let text = name(&mut self.random);
        let body = format!(
            r#"{{"text":"{text}","shown_at":"2026-01-01T12:00:{:02}.{:03}Z","first_key_ms":{},"submitted_ms":{},"edits":{},"pasted":false,"focus_losses":0}}"#,
            trial % 60,
            self.random.random_range(0..1000),
            self.random.random_range(400..2_000),
            self.random.random_range(2_000..4_000),
            self.random.random_range(0..3),
        );
        let path = format!("{}/trials/{trial}/response", run.path);
        let begin = Instant::now();
        let (status, _) = self.patiently(Method::PUT, &path, Some(&run.token), Bytes::from(body)).await?;
        expect(status, StatusCode::OK, "response")?;
        self.answer_us.push(microseconds(begin));
        self.acknowledged.push(Acknowledgement { participation: run.id, trial, text: fingerprint(&text) });
        run.next += 1;
        Ok(run)
    }

    /// Sends until the server took it or refused it for good, like a browser does.
    async fn patiently(
        &mut self,
        method: Method,
        path: &str,
        token: Option<&HeaderValue>,
        body: Bytes,
    ) -> anyhow::Result<(StatusCode, Bytes)> {
        /// Tries before a participant gives up.
        const TRIES: u32 = 100;
        for _ in 1..TRIES {
            match self.connection.send(method.clone(), path, token, body.clone()).await {
                Ok((StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, _)) | Err(_) => {
                    self.retried += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Ok(answer) => return Ok(answer),
            }
        }
        self.connection.send(method, path, token, body).await
    }

    async fn went_wrong(&mut self, what: String) {
        self.errors.push(what);
        tokio::time::sleep(PAUSE).await;
    }
}

fn expect(status: StatusCode, wanted: StatusCode, what: &str) -> anyhow::Result<()> {
    if status == wanted {
        return Ok(());
    }
    bail!("{what} was answered with {status}")
}

fn microseconds(begin: Instant) -> u32 {
    u32::try_from(begin.elapsed().as_micros()).unwrap_or(u32::MAX)
}

/// A name: a few are frequent, many are rare.
fn name(random: &mut Xoshiro256PlusPlus) -> String {
    const WORDS: [&str; 12] = [
        "blue",
        "green",
        "light blue",
        "red",
        "teal",
        "dark green",
        "türkis",
        "sky blue",
        "purple",
        "mint",
        "olive",
        "salmon",
    ];
    let rank = (random.random::<f64>().powi(3) * 2_000.0) as usize;
    let word = WORDS[rank % WORDS.len()];
    if rank < WORDS.len() { word.to_owned() } else { format!("{word} {rank}") }
}
