//! Spelling variants: what was decided and proposed, deciding, and the decision as a file.
//!
//! Datamining knows what an operation does to a decision, storage keeps it: nothing is computed here.

use futures::Stream;
use nameit_domain::{DecisionBody, DecisionKind};
use nameit_proto::convert::required;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::findings::v1::{CodedResponse, VariantOperation, Variants};

use super::{decision, export};
use crate::access::Owned;
use crate::clients::about;
use crate::error::{Error, ErrorCode, Result};
use crate::state::Gateway;

/// What nothing decided looks like.
const NOTHING: &str = "{}";

/// How much of it is wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Wanted {
    /// Proposals to leave out, and to give; 0 for 100.
    pub(crate) proposals: (u32, u32),
    /// The same for groups.
    pub(crate) groups: (u32, u32),
    /// Only proposals with at least this score.
    pub(crate) min_score: f64,
    /// Only proposals and groups with a name that contains this.
    pub(crate) text: String,
}

/// The decision in force as files.
pub(crate) use datamining::GetMappingResponse as Mapping;

/// What was decided, what is proposed, and what it does to the figures.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, wanted: Wanted) -> Result<Variants> {
    let request = datamining::GetVariantsRequest {
        experiment_id: owned.id().to_string(),
        proposals_offset: wanted.proposals.0,
        proposals_limit: wanted.proposals.1,
        groups_offset: wanted.groups.0,
        groups_limit: wanted.groups.1,
        min_score: wanted.min_score,
        text: wanted.text,
    };
    let answer = gateway.clients.variants.clone().get_variants(about(owned.id(), request)).await?;
    Ok(required("variants", answer.into_inner().variants)?)
}

/// Decides something, all operations or none. It is a conflict when the decision in force is not the expected
/// version; without one, whatever is in force is built upon.
pub(crate) async fn decide(
    gateway: &Gateway,
    owned: &Owned,
    operations: Vec<VariantOperation>,
    expected_version: Option<u64>,
) -> Result<()> {
    let request =
        datamining::ApplyVariantOperationsRequest { experiment_id: owned.id().to_string(), operations };
    let applied = gateway
        .clients
        .variants
        .clone()
        .apply_variant_operations(about(owned.id(), request))
        .await?
        .into_inner();
    if expected_version.is_some_and(|expected| expected != applied.version) {
        return Err(overtaken(applied.version));
    }
    put(gateway, owned, applied.version, applied.body).await
}

/// Decides again what an earlier version said; version 0 stands for nothing decided.
pub(crate) async fn restore(
    gateway: &Gateway,
    owned: &Owned,
    version: u64,
    expected_version: u64,
) -> Result<()> {
    let body = match version {
        0 => NOTHING.to_owned(),
        _ => decision::get(gateway, owned, DecisionKind::Variants, Some(version)).await?.body.into_string(),
    };
    put(gateway, owned, expected_version, body).await
}

/// The decision in force as files.
pub(crate) async fn mapping(gateway: &Gateway, owned: &Owned) -> Result<Mapping> {
    let request = datamining::GetMappingRequest { experiment_id: owned.id().to_string() };
    Ok(gateway.clients.variants.clone().get_mapping(about(owned.id(), request)).await?.into_inner())
}

/// Every distinct answer with the name it counts for.
pub(crate) async fn coded_responses(
    gateway: &Gateway,
    owned: &Owned,
) -> Result<impl Stream<Item = Result<Vec<CodedResponse>>> + Send + 'static + use<>> {
    let request = datamining::ListCodedResponsesRequest { experiment_id: owned.id().to_string() };
    let mut stream =
        gateway.clients.variants.clone().list_coded_responses(about(owned.id(), request)).await?.into_inner();
    Ok(async_stream::try_stream! {
        while let Some(message) = stream.message().await? {
            yield message.responses;
        }
    })
}

/// The same as CSV, piece by piece; the first one is the header.
pub(crate) async fn coded_responses_csv(
    gateway: &Gateway,
    owned: &Owned,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + 'static + use<>> {
    let pieces = coded_responses(gateway, owned).await?;
    Ok(async_stream::try_stream! {
        yield export::csv([["response", "name", "count"].map(str::to_owned)])?;
        for await piece in pieces {
            let rows = piece?.into_iter().map(|coded| {
                [
                    export::guarded(&coded.response),
                    export::guarded(coded.name.as_deref().unwrap_or_default()),
                    coded.count.to_string(),
                ]
            });
            yield export::csv(rows)?;
        }
    })
}

async fn put(gateway: &Gateway, owned: &Owned, expected_version: u64, body: String) -> Result<()> {
    let body = DecisionBody::parse(body)?;
    decision::put(gateway, owned, DecisionKind::Variants, expected_version, body).await?;
    Ok(())
}

fn overtaken(version: u64) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!(
            "something else was decided meanwhile: version {version} is in force; look at it and decide again"
        ),
    )
}
