//! Descriptions: what they specify, and the annotations by which they are coded.
//!
//! Datamining codes and judges, storage keeps the annotations: nothing is computed here.

use nameit_domain::{DecisionBody, DecisionKind};
use nameit_proto::convert::required;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::findings::v1::{AnnotationChange, Descriptions};

use super::decision;
use crate::access::Owned;
use crate::clients::about;
use crate::error::{Error, ErrorCode, Result};
use crate::state::Gateway;

mod coded;
mod table;

pub(crate) use coded::{Coded, coded, coded_csv};
pub(crate) use table::table;

/// What no annotations look like.
const NOTHING: &str = "{}";

/// How much is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The stimulus whose descriptions are wanted one by one.
    pub(crate) stimulus: Option<String>,
    /// Descriptions of it to leave out, and to give; 0 for 100.
    pub(crate) descriptions: (u32, u32),
    /// The same for stimuli.
    pub(crate) stimuli: (u32, u32),
}

/// The annotations in force as files.
pub(crate) use datamining::GetAnnotationsResponse as Annotations;

/// What the descriptions specify.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, wanted: Wanted) -> Result<Descriptions> {
    let request = datamining::GetDescriptionsRequest {
        experiment_id: owned.id().to_string(),
        stimulus: wanted.stimulus,
        descriptions_offset: wanted.descriptions.0,
        descriptions_limit: wanted.descriptions.1,
        stimuli_offset: wanted.stimuli.0,
        stimuli_limit: wanted.stimuli.1,
    };
    let answer = gateway.clients.descriptions.clone().get_descriptions(about(owned.id(), request)).await?;
    Ok(required("descriptions", answer.into_inner().descriptions)?)
}

/// The annotations in force as files.
pub(crate) async fn annotations(gateway: &Gateway, owned: &Owned) -> Result<Annotations> {
    let request = datamining::GetAnnotationsRequest { experiment_id: owned.id().to_string() };
    Ok(gateway.clients.descriptions.clone().get_annotations(about(owned.id(), request)).await?.into_inner())
}

/// Changes the annotations. It is a conflict when those in force are not the expected version; without one,
/// whatever is in force is built upon.
pub(crate) async fn change(
    gateway: &Gateway,
    owned: &Owned,
    change: AnnotationChange,
    expected_version: Option<u64>,
) -> Result<()> {
    let request = datamining::ApplyAnnotationChangeRequest {
        experiment_id: owned.id().to_string(),
        change: Some(change),
    };
    let applied = gateway
        .clients
        .descriptions
        .clone()
        .apply_annotation_change(about(owned.id(), request))
        .await?
        .into_inner();
    if expected_version.is_some_and(|expected| expected != applied.version) {
        return Err(overtaken(applied.version));
    }
    put(gateway, owned, applied.version, applied.body).await
}

/// Takes the annotations of an earlier version again; version 0 stands for none.
pub(crate) async fn restore(
    gateway: &Gateway,
    owned: &Owned,
    version: u64,
    expected_version: u64,
) -> Result<()> {
    let kind = DecisionKind::Annotations;
    let body = match version {
        0 => NOTHING.to_owned(),
        _ => decision::get(gateway, owned, kind, Some(version)).await?.body.into_string(),
    };
    put(gateway, owned, expected_version, body).await
}

async fn put(gateway: &Gateway, owned: &Owned, expected_version: u64, body: String) -> Result<()> {
    let body = DecisionBody::parse(body)?;
    decision::put(gateway, owned, DecisionKind::Annotations, expected_version, body).await?;
    Ok(())
}

fn overtaken(version: u64) -> Error {
    Error::new(
        ErrorCode::Conflict,
        format!(
            "the annotations were changed meanwhile: version {version} is in force; look at it and change it again"
        ),
    )
}
