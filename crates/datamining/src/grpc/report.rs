//! `nameit.datamining.v1.ReportService`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::Stream;
use nameit_domain::ExperimentId;
use nameit_proto::WireError;
use nameit_proto::datamining::v1::report_service_server::ReportService;
use nameit_proto::datamining::v1::{
    GetReportRequest, GetReportResponse, WatchReportRequest, WatchReportResponse,
};
use nameit_runtime::Shutdown;
use tonic::{Request, Response, Status};

use crate::live::LiveExperiment;
use crate::registry::Registry;
use crate::wire;

/// Norms that travel in one message.
const STIMULI_PER_MESSAGE: usize = 64;

/// Shortest time between two messages of a stream of changes: what comes in between is merged.
const CHANGE_INTERVAL: Duration = Duration::from_millis(200);

/// Streams of changes that may be open at once.
const WATCHERS_MAX: usize = 4096;

/// The service.
#[derive(Debug)]
pub struct Reports {
    registry: Registry,
    shutdown: Shutdown,
    watchers: Arc<tokio::sync::Semaphore>,
}

/// Where a reader of changes stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    generation: u64,
    revision: u64,
}

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

// === impl Reports ===

impl Reports {
    /// Serves what `registry` finds.
    pub fn new(registry: Registry, shutdown: Shutdown) -> Self {
        Self { registry, shutdown, watchers: Arc::new(tokio::sync::Semaphore::new(WATCHERS_MAX)) }
    }
}

#[tonic::async_trait]
impl ReportService for Reports {
    type GetReportStream = Streamed<GetReportResponse>;
    type WatchReportStream = Streamed<WatchReportResponse>;

    async fn get_report(
        &self,
        request: Request<GetReportRequest>,
    ) -> Result<Response<Streamed<GetReportResponse>>, Status> {
        let request = request.into_inner();
        let live = self.registry.up_to_date(parse_id(&request.experiment_id)?).await?;
        let (messages, _) = changes_since(&live, None, &request.ordinals, request.names_limit);
        let messages =
            messages.into_iter().map(|(header, stimuli)| Ok(GetReportResponse { header, stimuli }));
        Ok(Response::new(Box::pin(futures::stream::iter(messages))))
    }

    async fn watch_report(
        &self,
        request: Request<WatchReportRequest>,
    ) -> Result<Response<Streamed<WatchReportResponse>>, Status> {
        let request = request.into_inner();
        let permit = Arc::clone(&self.watchers)
            .try_acquire_owned()
            .map_err(|_| Status::resource_exhausted("too many reports are being watched; try again later"))?;
        let live = self.registry.up_to_date(parse_id(&request.experiment_id)?).await?;
        let soft = self.shutdown.soft();
        let stream = async_stream::stream! {
            let _permit = permit;
            let mut changes = live.changes();
            let mut seen = None;
            loop {
                changes.borrow_and_update();
                let (messages, now) = changes_since(&live, seen, &[], request.names_limit);
                seen = Some(now);
                for (header, stimuli) in messages {
                    yield Ok(WatchReportResponse { header, stimuli });
                }
                let next = async {
                    tokio::time::sleep(CHANGE_INTERVAL).await;
                    changes.changed().await.is_ok()
                };
                tokio::select! {
                    more = next => if !more { break },
                    () = soft.cancelled() => break,
                }
            }
        };
        Ok(Response::new(Box::pin(stream)))
    }
}

type Message =
    (Option<nameit_proto::datamining::v1::ReportHeader>, Vec<nameit_proto::datamining::v1::StimulusNorms>);

/// What a reader at `seen` has to be told: always a header, and the norms that changed (all of them for a
/// new reader or after a rebuild), or only `ordinals` where some are named.
fn changes_since(
    live: &LiveExperiment,
    seen: Option<Seen>,
    ordinals: &[u32],
    names_limit: u32,
) -> (Vec<Message>, Seen) {
    let mut published = live.published();
    published.mined.refresh();
    let mined = &published.mined;
    let now = Seen { generation: published.generation, revision: mined.tally().revision() };
    let since = match seen {
        Some(seen) if seen.generation == now.generation => seen.revision,
        _ => 0,
    };
    let wanted = if ordinals.is_empty() { mined.changed_since(since) } else { ordinals.to_vec() };
    let norms: Vec<_> = wanted
        .into_iter()
        .filter_map(|ordinal| mined.norms(ordinal).map(|found| wire::norms(ordinal, found, names_limit)))
        .collect();
    // Revisions of a later generation are larger, so that a client can compare them.
    let header = wire::header(mined, (now.generation << 40) + now.revision);
    drop(published);
    let mut norms = norms.into_iter();
    let mut messages = vec![(Some(header), norms.by_ref().take(STIMULI_PER_MESSAGE).collect::<Vec<_>>())];
    loop {
        let part: Vec<_> = norms.by_ref().take(STIMULI_PER_MESSAGE).collect();
        if part.is_empty() {
            return (messages, now);
        }
        messages.push((None, part));
    }
}

fn parse_id(text: &str) -> Result<ExperimentId, Status> {
    ExperimentId::parse(text).map_err(|invalid| WireError::from(invalid).into())
}
