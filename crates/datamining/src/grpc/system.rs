//! `nameit.datamining.v1.SystemService`.

use std::sync::Arc;
use std::time::Duration;

use nameit_domain::Clock;
use nameit_proto::common::v1 as common;
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::datamining::v1::system_service_server::SystemService;
use nameit_proto::datamining::v1::{ExamineRequest, ExamineResponse};
use nameit_telemetry::Status as Signal;
use tonic::{Request, Response, Status};

use crate::registry::Registry;

/// The service.
pub struct System {
    /// What is followed.
    pub registry: Registry,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

#[tonic::async_trait]
impl SystemService for System {
    async fn examine(&self, _: Request<ExamineRequest>) -> Result<Response<ExamineResponse>, Status> {
        Ok(Response::new(ExamineResponse {
            service: Some(common::ServiceExamination {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                now: Some(timestamp_to_wire(self.clock.now())),
                telemetry: nameit_telemetry::status().into_iter().map(signal_to_wire).collect(),
            }),
            experiments: self.registry.experiments(),
        }))
    }
}

fn signal_to_wire(signal: Signal) -> common::TelemetrySignal {
    let milliseconds = |ago: Duration| u64::try_from(ago.as_millis()).unwrap_or(u64::MAX);
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
