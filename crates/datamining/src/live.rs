//! One experiment, followed live: reads storage's feed and keeps a [`Mined`] in step with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nameit_analysis::normalise::{Normalisation, Normaliser};
use nameit_analysis::tally::Tally;
use nameit_domain::feed::{FeedCursor, FeedHead, ResponseColumns};
use nameit_domain::{Clock, ExperimentId, SystemClock};
use nameit_proto::convert::required;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::read_feed_response::Part;
use nameit_proto::storage::v1::{ReadFeedRequest, ReadFeedResponse};
use nameit_runtime::{MESSAGE_MAX_BYTES, client};
use nameit_telemetry::metrics::{Counter, Histogram};
use nameit_telemetry::{TraceContext, names, trace};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::mined::Mined;

static RESPONSES: Counter = Counter::new(&names::FEED_RESPONSES);
static LAG: Histogram = Histogram::new(&names::FEED_LAG);
static RESUMES: Counter = Counter::new(&names::FEED_RESUMES);
static REBUILD_DURATION: Histogram = Histogram::new(&names::TALLIES_REBUILD_DURATION);

/// First and longest pause before a broken feed is opened again.
const RETRY_PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// An experiment that is followed as long as somebody holds this.
#[derive(Debug)]
pub struct LiveExperiment {
    shared: Arc<Shared>,
    _stops_following: DropGuard,
}

#[derive(Debug)]
struct Shared {
    published: Mutex<Published>,
    /// Counts up with each change of `published`.
    changes: watch::Sender<u64>,
}

/// What readers see.
#[derive(Debug)]
pub struct Published {
    /// What was mined; complete up to its cursor.
    pub mined: Mined,
    /// Counts the rebuilds from the beginning: revisions of different generations do not compare.
    pub generation: u64,
    complete: bool,
}

/// Follows the feed of one experiment.
struct Follower {
    experiment_id: ExperimentId,
    language: String,
    client: FeedServiceClient<client::Channel>,
    shared: Arc<Shared>,
    /// What is being rebuilt from the beginning, until it has caught up, and since when.
    rebuilding: Option<(Mined, Instant)>,
}

/// Why a feed has to be opened again.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("storage ended the feed")]
    Ended,
    #[error("storage broke the feed off: {0}")]
    Status(#[from] tonic::Status),
    #[error("the feed cannot be read: {0}")]
    Wire(#[from] nameit_proto::WireError),
    #[error(transparent)]
    Impossible(#[from] crate::mined::ImpossibleStimulus),
}

// === impl LiveExperiment ===

impl LiveExperiment {
    /// Starts to follow an experiment whose answers are in `language`.
    pub fn follow(
        experiment_id: ExperimentId,
        language: String,
        storage: client::Channel,
        stop: &CancellationToken,
    ) -> Self {
        let stop = stop.child_token();
        let empty = Published { mined: new_mined(&language), generation: 0, complete: false };
        let shared = Arc::new(Shared { published: Mutex::new(empty), changes: watch::Sender::new(0) });
        let client = FeedServiceClient::new(storage).max_decoding_message_size(MESSAGE_MAX_BYTES);
        let follower =
            Follower { experiment_id, language, client, shared: Arc::clone(&shared), rebuilding: None };
        tokio::spawn(stop.clone().run_until_cancelled_owned(follower.run()));
        Self { shared, _stops_following: stop.drop_guard() }
    }

    /// Looks at what was mined. Nobody waits while this is held, so hold it briefly.
    pub fn published(&self) -> MutexGuard<'_, Published> {
        self.shared.lock()
    }

    /// Tells when something changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// Waits until everything up to `head` was mined. Responses come before the totals of the same moment,
    /// so these are taken from `head` if they are the later ones.
    pub async fn caught_up_with(&self, head: &FeedHead) {
        let mut changes = self.changes();
        loop {
            changes.borrow_and_update();
            {
                let mut published = self.published();
                if published.complete && published.mined.cursor().covers(&head.cursor) {
                    let news = published.mined.note_participations(head.totals);
                    drop(published);
                    if news {
                        self.shared.tell();
                    }
                    return;
                }
            }
            if changes.changed().await.is_err() {
                // The follower has stopped because the process is stopping.
                return std::future::pending().await;
            }
        }
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Published> {
        // A panic while it was held cannot leave it half changed: a `Mined` is replaced or added to by
        // calls that check first.
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }
}

// === impl Follower ===

impl Follower {
    async fn run(mut self) {
        let (mut pause, longest) = RETRY_PAUSE;
        RESUMES.add(0, &[]);
        RESPONSES.add(0, &[]);
        loop {
            let begin = tokio::time::Instant::now();
            let broken = self.read_feed().await;
            if begin.elapsed() > longest {
                pause = RETRY_PAUSE.0;
            }
            tracing::warn!(experiment_id = %self.experiment_id, error = %broken, "feed broke off, opening it again");
            self.rebuilding = None;
            RESUMES.add(1, &[]);
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }

    async fn read_feed(&mut self) -> Broken {
        match self.try_read_feed().await {
            Ok(()) => Broken::Ended,
            Err(broken) => broken,
        }
    }

    async fn try_read_feed(&mut self) -> Result<(), Broken> {
        let cursor = {
            let published = self.shared.lock();
            published.complete.then(|| published.mined.cursor().clone())
        };
        if cursor.is_none() {
            self.rebuilding = Some((new_mined(&self.language), Instant::now()));
        }
        let request = ReadFeedRequest {
            experiment_id: self.experiment_id.to_string(),
            cursor: cursor.map(Into::into),
            follow: true,
        };
        let mut feed = self.client.read_feed(request).await?.into_inner();
        while let Some(message) = feed.message().await? {
            // A child of the batch that brought it; what is older than this process's storage has no such parent.
            let cause = message.traceparent.as_deref().and_then(TraceContext::parse);
            let responses = match &message.part {
                Some(Part::Columns(columns)) => columns.stimulus.len(),
                _ => 0,
            };
            if let Some(cause) = cause {
                let span = apply_span(self.experiment_id, responses);
                trace::caused_by(span, [cause], async { self.apply(message) }).await?;
            } else {
                self.apply(message)?;
            }
        }
        Ok(())
    }

    fn apply(&mut self, message: ReadFeedResponse) -> Result<(), Broken> {
        let cursor = FeedCursor::from(required("cursor", message.cursor)?);
        match required("part", message.part)? {
            Part::Restart(_) => self.rebuilding = Some((new_mined(&self.language), Instant::now())),
            Part::Columns(columns) => {
                let columns: ResponseColumns = columns.try_into()?;
                let is_live = self.rebuilding.is_none();
                self.change(|mined| mined.add_columns(&columns), cursor)?;
                RESPONSES.add(columns.len() as u64, &[]);
                if is_live {
                    note_lag(&columns);
                }
            }
            Part::Grouped(grouped) => {
                let grouped = grouped.try_into().map_err(Broken::Wire)?;
                self.change(|mined| mined.add_grouped(&grouped), cursor)?;
            }
            Part::CaughtUp(caught_up) => {
                let totals = caught_up.totals.unwrap_or_default().into();
                let rebuilt = self.rebuilding.take().map(|(mut rebuilt, begin)| {
                    // Before the lock: readers go on with the old state meanwhile.
                    rebuilt.refresh();
                    REBUILD_DURATION.record(begin.elapsed().as_secs_f64(), &[]);
                    rebuilt
                });
                let mut published = self.shared.lock();
                let mut news = rebuilt.is_some() || published.mined.cursor() != &cursor;
                if let Some(rebuilt) = rebuilt {
                    published.mined = rebuilt;
                    published.generation += 1;
                    published.complete = true;
                }
                news |= published.mined.note_participations(totals);
                published.mined.set_cursor(cursor);
                drop(published);
                if news {
                    self.shared.tell();
                }
            }
        }
        Ok(())
    }

    fn change<E>(
        &mut self,
        change: impl FnOnce(&mut Mined) -> Result<(), E>,
        cursor: FeedCursor,
    ) -> Result<(), E> {
        if let Some((rebuilding, _)) = &mut self.rebuilding {
            change(rebuilding)?;
            rebuilding.set_cursor(cursor);
            return Ok(());
        }
        let mut published = self.shared.lock();
        change(&mut published.mined)?;
        published.mined.set_cursor(cursor);
        drop(published);
        self.shared.tell();
        Ok(())
    }
}

fn apply_span(experiment_id: ExperimentId, responses: usize) -> tracing::Span {
    tracing::debug_span!(
        parent: None,
        names::APPLY_FEED,
        { names::EXPERIMENT_ID } = %experiment_id,
        { names::RESPONSES } = responses,
    )
}

/// How long ago storage received the newest of these responses, which are counted now.
fn note_lag(columns: &ResponseColumns) {
    if nameit_telemetry::metrics::enabled()
        && let Some(newest) = columns.received_at_ms.iter().max()
    {
        let lag_ms = SystemClock.now().as_millisecond() - newest;
        LAG.record(lag_ms.max(0) as f64 / 1000.0, &[]);
    }
}

fn new_mined(language: &str) -> Mined {
    Mined::new(Tally::new(Normaliser::new(Normalisation::Standard, language)))
}
