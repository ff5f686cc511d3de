//! The installation.

use std::sync::Arc;
use std::time::Duration;

use nameit_domain::{Clock, Invalid};
use nameit_proto::common::v1 as common;
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::system_service_server::SystemService;
use nameit_store::{Disk, Store};
use nameit_telemetry::Status as Signal;
use tonic::{Request, Response, Status};

use super::status::{of_invalid, of_store};

pub(super) struct System {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
}

#[tonic::async_trait]
impl SystemService for System {
    async fn get_signing_key(
        &self,
        request: Request<wire::GetSigningKeyRequest>,
    ) -> Result<Response<wire::GetSigningKeyResponse>, Status> {
        let proposal = <[u8; 32]>::try_from(request.into_inner().proposal)
            .map_err(|_| of_invalid(Invalid::new("proposal", "must have 32 bytes")))?;
        let key = self.store.signing_key(proposal).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::GetSigningKeyResponse { key: key.to_vec() }))
    }

    async fn get_status(
        &self,
        _request: Request<wire::GetStatusRequest>,
    ) -> Result<Response<wire::GetStatusResponse>, Status> {
        let researcher_count = self.store.researcher_count().await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::GetStatusResponse { researcher_count }))
    }

    async fn examine(
        &self,
        _request: Request<wire::ExamineRequest>,
    ) -> Result<Response<wire::ExamineResponse>, Status> {
        let found = self.store.examine().await;
        Ok(Response::new(wire::ExamineResponse {
            service: Some(common::ServiceExamination {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                now: Some(timestamp_to_wire(self.clock.now())),
                telemetry: nameit_telemetry::status().into_iter().map(signal_to_wire).collect(),
            }),
            backend: found.backend.to_owned(),
            backend_version: found.version,
            read: Some(probe_to_wire(found.read)),
            write: Some(probe_to_wire(found.write)),
            disk: found.disk.map(disk_to_wire),
        }))
    }
}

fn probe_to_wire(probe: nameit_store::Result<Duration>) -> wire::Probe {
    use wire::probe::Outcome;
    let outcome = match probe {
        Ok(took) => Outcome::Milliseconds(took.as_secs_f64() * 1000.0),
        Err(error) => Outcome::Problem(error.story()),
    };
    wire::Probe { outcome: Some(outcome) }
}

fn disk_to_wire(disk: Disk) -> wire::Disk {
    let Disk { free_bytes, total_bytes, database_bytes } = disk;
    wire::Disk { free_bytes, total_bytes, database_bytes }
}

fn signal_to_wire(signal: Signal) -> common::TelemetrySignal {
    let failing = signal.is_failing();
    let (last_error, last_error_ago) = signal.last_error.unzip();
    common::TelemetrySignal {
        signal: signal.signal.to_owned(),
        endpoint: signal.endpoint,
        exported: signal.exported,
        dropped_full: signal.dropped_full,
        dropped_failed: signal.dropped_failed,
        last_error,
        last_error_ago_ms: last_error_ago.map(milliseconds),
        last_success_ago_ms: signal.last_success.map(milliseconds),
        failing,
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
