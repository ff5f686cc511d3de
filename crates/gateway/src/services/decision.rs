//! Decisions about the analysis: what was decided, version by version, and deciding anew.

use nameit_domain::{Decision, DecisionBody, DecisionKind, DecisionVersion};
use nameit_proto::convert::required;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::storage::v1 as storage;

use crate::access::Owned;
use crate::clients::{about, call, found};
use crate::error::{Error, Result};
use crate::state::Gateway;

/// Time that the check of a body may take.
const CHECK_DEADLINE: std::time::Duration = std::time::Duration::from_secs(10);

/// The latest version of one kind, or a certain one.
pub(crate) async fn get(
    gateway: &Gateway,
    owned: &Owned,
    kind: DecisionKind,
    version: Option<u64>,
) -> Result<Decision> {
    latest_or(gateway, owned, kind, version).await?.ok_or_else(|| {
        let kind = kind.as_str();
        Error::new(
            crate::error::ErrorCode::NotFound,
            match version {
                None => format!("nothing was decided about `{kind}` yet"),
                Some(version) => format!("there is no version {version} of `{kind}`"),
            },
        )
    })
}

/// The same where nothing decided is an answer.
pub(crate) async fn latest_or(
    gateway: &Gateway,
    owned: &Owned,
    kind: DecisionKind,
    version: Option<u64>,
) -> Result<Option<Decision>> {
    let request = storage::GetDecisionRequest {
        experiment_id: owned.experiment().id.to_string(),
        kind: kind.as_str().to_owned(),
        version,
    };
    let answer = found(gateway.clients.decisions.clone().get_decision(call(request)).await)?;
    answer.map(|answer| read(answer.decision)).transpose()
}

/// The versions of one kind, newest first, at most `limit`; 0 for as many as storage lists at once.
pub(crate) async fn versions(
    gateway: &Gateway,
    owned: &Owned,
    kind: DecisionKind,
    limit: u32,
) -> Result<Vec<DecisionVersion>> {
    let request = storage::ListDecisionVersionsRequest {
        experiment_id: owned.experiment().id.to_string(),
        kind: kind.as_str().to_owned(),
        limit,
    };
    let answer = gateway.clients.decisions.clone().list_decision_versions(call(request)).await?;
    let versions = answer.into_inner().versions.into_iter().map(TryInto::try_into);
    Ok(versions.collect::<Result<_, nameit_proto::WireError>>()?)
}

/// Keeps a body as the version after `expected_version` (0: the first). It is a conflict when that is not the
/// latest one, and nothing is kept that datamining could not use.
pub(crate) async fn put(
    gateway: &Gateway,
    owned: &Owned,
    kind: DecisionKind,
    expected_version: u64,
    body: DecisionBody,
) -> Result<Decision> {
    let experiment = owned.experiment();
    let check = datamining::CheckRequest {
        kind: kind.as_str().to_owned(),
        body: body.as_str().to_owned(),
        experiment_id: Some(experiment.id.to_string()),
    };
    let mut check = about(experiment.id, check);
    check.set_timeout(CHECK_DEADLINE);
    gateway.clients.decision_checks.clone().check(check).await.map_err(unusable)?;
    let request = storage::PutDecisionRequest {
        experiment_id: experiment.id.to_string(),
        kind: kind.as_str().to_owned(),
        expected_version,
        body: body.into_string(),
    };
    read(gateway.clients.decisions.clone().put_decision(call(request)).await?.into_inner().decision)
}

/// What is wrong with a body, said about the field that the caller knows.
fn unusable(status: tonic::Status) -> Error {
    let is_about_the_body = status.code() == tonic::Code::InvalidArgument;
    let error = Error::from(status);
    if is_about_the_body { error.with_field("body") } else { error }
}

fn read(decision: Option<storage::Decision>) -> Result<Decision> {
    Ok(required("decision", decision)?.try_into()?)
}
