//! What a researcher decided last, as storage has it.

use nameit_domain::{DecisionKind, ExperimentId};
use nameit_proto::convert::required;
use nameit_proto::storage::v1::GetDecisionRequest;
use nameit_proto::storage::v1::decision_service_client::DecisionServiceClient;
use nameit_runtime::client;
use tonic::{Code, Status};

use crate::registry::STORAGE_TIMEOUT;

/// The latest decision of one kind, its version and its body; `None` while nothing was decided.
///
/// # Errors
/// What storage says; that there is no such experiment is told by the other calls.
pub(crate) async fn latest(
    storage: client::Channel,
    experiment_id: ExperimentId,
    kind: DecisionKind,
) -> Result<Option<(u64, String)>, Status> {
    let mut request = tonic::Request::new(GetDecisionRequest {
        experiment_id: experiment_id.to_string(),
        kind: kind.as_str().to_owned(),
        version: None,
    });
    request.set_timeout(STORAGE_TIMEOUT);
    match DecisionServiceClient::new(storage).get_decision(request).await {
        Ok(answer) => {
            let decision = required("decision", answer.into_inner().decision)?;
            Ok(Some((decision.version, decision.body)))
        }
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) => Err(status),
    }
}
