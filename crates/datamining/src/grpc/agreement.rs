//! `nameit.datamining.v1.AgreementService`.

use nameit_analysis::agreement::{name_agreement, number_agreement};
use nameit_analysis::intervals::Bootstrap;
use nameit_analysis::norms::StimulusNorms;
use nameit_proto::datamining::v1::agreement_service_server::AgreementService;
use nameit_proto::datamining::v1::{GetAgreementRequest, GetAgreementResponse};
use nameit_proto::findings::v1 as findings;
use tonic::{Request, Response, Status};

use super::norms::bootstrap;
use super::report::parse_id;
use crate::registry::Registry;
use crate::wire::agreement as wire;

/// Distinct pairs of stimulus and name times replicates that one interval may look at: about a second of work.
const WORK_MAX: u64 = 200_000_000;

/// Replicates that are drawn however many answers there are.
const REPLICATES_MIN: u32 = 100;

/// The service.
#[derive(Debug)]
pub struct AgreementOf {
    /// What is followed.
    pub registry: Registry,
}

#[tonic::async_trait]
impl AgreementService for AgreementOf {
    async fn get_agreement(
        &self,
        request: Request<GetAgreementRequest>,
    ) -> Result<Response<GetAgreementResponse>, Status> {
        let GetAgreementRequest { experiment_id, replicates, seed } = request.into_inner();
        let id = parse_id(&experiment_id)?;
        let asked = bootstrap(replicates, seed)?;
        let stimuli = self.registry.stimuli(id).await?.len() as u64;
        let live = self.registry.up_to_date(id).await?;
        let (norms, participants, version) = {
            let published = live.published();
            let mined = &published.mined;
            (mined.all_norms(), mined.participations().started, mined.names().version)
        };
        let affordable = affordable(&norms);
        if replicates > affordable {
            return Err(Status::invalid_argument(format!(
                "so many answers need fewer replicates; at most {affordable} are drawn here"
            )));
        }
        let bootstrap = Bootstrap { replicates: asked.replicates.min(affordable), ..asked };
        let agreement = super::computed(move || {
            let answered = norms.iter().filter(|norms| norms.n > 0).count() as u64;
            findings::Agreement {
                participants,
                names: Some(wire::names(&name_agreement(&norms, bootstrap))),
                numbers: Some(wire::numbers(&number_agreement(&norms, bootstrap))),
                non_answers: norms.iter().map(|norms| norms.non_answers).sum(),
                unanswered_stimuli: stimuli.saturating_sub(answered),
                variants_version: version,
            }
        })
        .await?;
        Ok(Response::new(GetAgreementResponse { agreement: Some(agreement) }))
    }
}

/// How many replicates are affordable with so many names.
fn affordable(norms: &[StimulusNorms]) -> u32 {
    let pairs: u64 = norms.iter().map(|norms| norms.types).sum();
    u32::try_from(WORK_MAX / pairs.max(1)).unwrap_or(u32::MAX).max(REPLICATES_MIN)
}

#[cfg(test)]
mod tests {
    use nameit_analysis::norms::{NameCount, NonAnswers};

    use super::*;

    #[test]
    fn the_more_names_the_fewer_replicates_down_to_a_hundred() {
        let names = (0..1_000).map(|name| NameCount { name: name.to_string(), count: 1 }).collect();
        let one = StimulusNorms::from_counts(names, NonAnswers::default(), None);
        assert_eq!(affordable(&[]), 200_000_000);
        assert_eq!(affordable(std::slice::from_ref(&one)), 200_000);
        assert_eq!(affordable(&vec![one; 4_000]), REPLICATES_MIN);
    }
}
