//! One experiment, followed live: reads storage's feed and keeps a [`Mined`] in step with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nameit_domain::feed::{FeedCursor, FeedHead, ResponseColumns};
use nameit_domain::{Clock, DecisionKind, ExperimentId, SystemClock};
use nameit_proto::convert::required;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::read_feed_response::Part;
use nameit_proto::storage::v1::{ReadFeedRequest, ReadFeedResponse};
use nameit_runtime::{MESSAGE_MAX_BYTES, client};
use nameit_telemetry::metrics::{Counter, Histogram};
use nameit_telemetry::{TraceContext, names, trace};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::judged::Judged;
use crate::mined::Mined;
use crate::names::Names;
use crate::rules::Rules;

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
    /// When there are enough answers, and which times are left out.
    pub rules: Rules,
    /// What the stop rule says.
    pub judged: Judged,
    complete: bool,
}

/// Follows the feed of one experiment.
struct Follower {
    experiment_id: ExperimentId,
    storage: client::Channel,
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
    /// Starts to follow an experiment about which this was decided.
    pub fn follow(
        experiment_id: ExperimentId,
        names: Names,
        rules: Rules,
        storage: client::Channel,
        stop: &CancellationToken,
    ) -> Self {
        let stop = stop.child_token();
        let empty = Mutex::new(Published::new(names, rules));
        let shared = Arc::new(Shared { published: empty, changes: watch::Sender::new(0) });
        let client = FeedServiceClient::new(storage.clone()).max_decoding_message_size(MESSAGE_MAX_BYTES);
        let follower =
            Follower { experiment_id, storage, client, shared: Arc::clone(&shared), rebuilding: None };
        tokio::spawn(stop.clone().run_until_cancelled_owned(follower.run()));
        Self { shared, _stops_following: stop.drop_guard() }
    }

    /// Looks at what was mined. Nobody waits while this is held, so hold it briefly.
    pub fn published(&self) -> MutexGuard<'_, Published> {
        self.shared.lock()
    }

    /// The decision about names that is in force.
    pub fn names(&self) -> Names {
        self.published().mined.names().clone()
    }

    /// Counts by a later decision about names from now on; all who watch are told.
    pub async fn decide(&self, names: Names) {
        self.shared.decide(names).await;
    }

    /// The rules that are in force.
    pub fn rules(&self) -> Rules {
        self.published().rules
    }

    /// Judges by other rules from now on; all who watch are told.
    pub fn rule(&self, rules: Rules) {
        self.shared.rule(rules);
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

// === impl Published ===

impl Published {
    /// Nothing known yet of an experiment about which this was decided.
    pub fn new(names: Names, rules: Rules) -> Self {
        Self { mined: Mined::new(names), generation: 0, rules, judged: Judged::default(), complete: false }
    }

    /// Computes norms and verdicts of what changed since the last call.
    pub fn refresh(&mut self) {
        self.mined.refresh();
        self.judged.refresh(self.rules.stop_rule, &self.mined);
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Published> {
        // A panic while it was held cannot leave it half changed: a `Mined` is replaced or added to by
        // calls that check first.
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names every distinct answer anew, away from the threads that serve.
    async fn decide(self: &Arc<Self>, names: Names) {
        let shared = Arc::clone(self);
        let renamed = tokio::task::spawn_blocking(move || {
            if shared.lock().mined.decide(&names) {
                shared.tell();
            }
        });
        // It fails only when the process is stopping.
        let _ = renamed.await;
    }

    /// Takes over rules that are later than those in force. Every verdict may be another one, so whoever watches
    /// is given all of them.
    fn rule(&self, rules: Rules) {
        let mut published = self.lock();
        if published.rules.are_behind(rules.stop_rule_version, rules.trimming_version) {
            published.rules = rules;
            published.generation += 1;
            drop(published);
            self.tell();
        }
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
            self.begin_again();
        }
        let request = ReadFeedRequest {
            experiment_id: self.experiment_id.to_string(),
            cursor: cursor.map(Into::into),
            follow: true,
        };
        let mut feed = self.client.read_feed(request).await?.into_inner();
        while let Some(message) = feed.message().await? {
            if let Some(Part::CaughtUp(caught_up)) = &message.part {
                self.follow_names(&caught_up.decisions).await?;
                self.follow_rules(&caught_up.decisions).await?;
            }
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

    /// Takes over a later decision about names than the one in force.
    async fn follow_names(&self, versions: &HashMap<String, u64>) -> Result<(), Broken> {
        let latest = versions.get(DecisionKind::Variants.as_str()).copied().unwrap_or(0);
        let names = self.names();
        if latest > names.version {
            let names = Names::load(self.storage.clone(), self.experiment_id, &names.language).await?;
            self.shared.decide(names).await;
        }
        Ok(())
    }

    /// Takes over later rules than those in force.
    async fn follow_rules(&self, versions: &HashMap<String, u64>) -> Result<(), Broken> {
        let latest = |kind: DecisionKind| versions.get(kind.as_str()).copied().unwrap_or(0);
        let rules = self.shared.lock().rules;
        if rules.are_behind(latest(DecisionKind::StopRule), latest(DecisionKind::Trimming)) {
            self.shared.rule(Rules::load(self.storage.clone(), self.experiment_id).await?);
        }
        Ok(())
    }

    fn names(&self) -> Names {
        self.shared.lock().mined.names().clone()
    }

    /// Forgets what was being rebuilt, and rebuilds from the beginning.
    fn begin_again(&mut self) {
        self.rebuilding = Some((Mined::new(self.names()), Instant::now()));
    }

    fn apply(&mut self, message: ReadFeedResponse) -> Result<(), Broken> {
        let cursor = FeedCursor::from(required("cursor", message.cursor)?);
        match required("part", message.part)? {
            Part::Restart(_) => self.begin_again(),
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
                    rebuilt.decide(&self.names());
                    rebuilt.refresh();
                    REBUILD_DURATION.record(begin.elapsed().as_secs_f64(), &[]);
                    rebuilt
                });
                let mut published = self.shared.lock();
                let mut news = rebuilt.is_some() || published.mined.cursor() != &cursor;
                if let Some(mut rebuilt) = rebuilt {
                    // Somebody may have decided in the moment between.
                    rebuilt.decide(published.mined.names());
                    published.mined = rebuilt;
                    published.judged.forget();
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
