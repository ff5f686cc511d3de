//! Agreement between participants.

use nameit_proto::convert::required;
use nameit_proto::datamining::v1::GetAgreementRequest;
use nameit_proto::findings::v1::Agreement;

use crate::access::Owned;
use crate::clients::about;
use crate::error::Result;
use crate::state::Gateway;

/// How far participants agree, with intervals from so many replicates (0 for the usual number) that begin with this
/// seed (`None` for the usual one).
pub(crate) async fn get(
    gateway: &Gateway,
    owned: &Owned,
    replicates: u32,
    seed: Option<u64>,
) -> Result<Agreement> {
    let request = GetAgreementRequest { experiment_id: owned.id().to_string(), replicates, seed };
    let answer = gateway.clients.agreement.clone().get_agreement(about(owned.id(), request)).await?;
    Ok(required("agreement", answer.into_inner().agreement)?)
}
