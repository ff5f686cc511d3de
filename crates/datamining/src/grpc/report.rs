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
use crate::report::{Message, NamesTold};

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
        let id = parse_id(&request.experiment_id)?;
        let live = self.registry.up_to_date(id).await?;
        let stimuli = judged_stimuli(&self.registry, id, &live).await?;
        let names = NamesTold { limit: request.names_limit, all_modal: request.all_modal_names };
        let (messages, _) = live.published().changes_since(None, stimuli, &request.ordinals, names);
        let messages =
            messages.into_iter().map(|Message { header, stimuli }| Ok(GetReportResponse { header, stimuli }));
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
        let id = parse_id(&request.experiment_id)?;
        let live = self.registry.up_to_date(id).await?;
        let registry = self.registry.clone();
        let soft = self.shutdown.soft();
        let stream = async_stream::stream! {
            let _permit = permit;
            let mut changes = live.changes();
            let mut seen = None;
            loop {
                changes.borrow_and_update();
                let stimuli = match judged_stimuli(&registry, id, &live).await {
                    Ok(stimuli) => stimuli,
                    Err(status) => {
                        yield Err(status);
                        break;
                    }
                };
                let names = NamesTold::first(request.names_limit);
                let (messages, now) = live.published().changes_since(seen, stimuli, &[], names);
                seen = Some(now);
                for Message { header, stimuli } in messages {
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

/// How many stimuli the stop rule judges; 0 when there is none, for then nobody needs to know.
async fn judged_stimuli(
    registry: &Registry,
    experiment_id: ExperimentId,
    live: &LiveExperiment,
) -> Result<u32, Status> {
    if live.rules().stop_rule.is_none() {
        return Ok(0);
    }
    Ok(registry.stimuli(experiment_id).await?.len() as u32)
}

pub(super) fn parse_id(text: &str) -> Result<ExperimentId, Status> {
    ExperimentId::parse(text).map_err(|invalid| WireError::from(invalid).into())
}
