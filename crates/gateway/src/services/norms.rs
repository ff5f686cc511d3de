//! Norms in depth: what datamining computes when somebody asks.

mod plots;

pub(crate) use plots::Kind as Plotted;

use nameit_domain::text::StimulusKey;
use nameit_proto::convert::required;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::findings::v1::{SetMeans, StimulusDetail};

use super::experiment;
use crate::access::Owned;
use crate::clients::about;
use crate::error::{Error, Result};
use crate::state::Gateway;

/// How it is computed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct How {
    /// The trimming rule; `None` for the one of the experiment.
    pub(crate) trimming: Option<String>,
    /// Replicates of the intervals; 0 for the usual number.
    pub(crate) replicates: u32,
    /// What their random numbers begin with; `None` for the usual seed.
    pub(crate) seed: Option<u64>,
}

/// Everything about one stimulus.
pub(crate) async fn stimulus(
    gateway: &Gateway,
    owned: &Owned,
    key: &StimulusKey,
    how: How,
) -> Result<StimulusDetail> {
    let stimuli = experiment::stimuli(gateway, owned.experiment()).await?;
    let found = stimuli.iter().find(|stimulus| stimulus.key == *key);
    let stimulus = found.ok_or_else(|| Error::not_found("stimulus"))?;
    let request = datamining::GetStimulusDetailRequest {
        experiment_id: owned.id().to_string(),
        ordinal: stimulus.ordinal,
        trimming: how.trimming,
        replicates: how.replicates,
        seed: how.seed,
    };
    let answer = gateway.clients.norms.clone().get_stimulus_detail(about(owned.id(), request)).await?;
    Ok(required("detail", answer.into_inner().detail)?)
}

/// Means over all stimuli; `None` without valid answers.
pub(crate) async fn means(
    gateway: &Gateway,
    owned: &Owned,
    replicates: u32,
    seed: Option<u64>,
) -> Result<Option<SetMeans>> {
    let request = datamining::GetSetMeansRequest { experiment_id: owned.id().to_string(), replicates, seed };
    Ok(gateway.clients.norms.clone().get_set_means(about(owned.id(), request)).await?.into_inner().means)
}
