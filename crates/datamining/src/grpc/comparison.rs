//! `nameit.datamining.v1.ComparisonService`.

use std::collections::HashSet;

use nameit_analysis::comparison::ReferenceNorms;
use nameit_domain::decision::BODY_MAX_BYTES;
use nameit_domain::{DecisionKind, ExperimentId, Stimulus};
use nameit_proto::datamining::v1::comparison_service_server::ComparisonService;
use nameit_proto::datamining::v1::{
    GetComparisonRequest, GetComparisonResponse, GetReferenceNormsRequest, GetReferenceNormsResponse,
    ReadReferenceNormsRequest, ReadReferenceNormsResponse,
};
use tonic::{Request, Response, Status};

use super::computed;
use super::report::parse_id;
use crate::registry::Registry;
use crate::wire::comparison::{self as wire, Sides, Wanted};

/// The service.
#[derive(Debug)]
pub struct ComparisonOf {
    /// What is followed.
    pub registry: Registry,
}

// === impl ComparisonOf ===

impl ComparisonOf {
    /// The published norms in force, with their version; version 0 while there never were any.
    async fn reference(&self, id: ExperimentId) -> Result<(u64, ReferenceNorms), Status> {
        let Some((version, body)) = self.registry.decided(id, DecisionKind::ReferenceNorms).await? else {
            return Ok((0, ReferenceNorms::default()));
        };
        let norms = serde_json::from_str(&body).map_err(|error| {
            Status::internal(format!("version {version} of the reference norms cannot be used: {error}"))
        })?;
        Ok((version, norms))
    }
}

#[tonic::async_trait]
impl ComparisonService for ComparisonOf {
    async fn get_comparison(
        &self,
        request: Request<GetComparisonRequest>,
    ) -> Result<Response<GetComparisonResponse>, Status> {
        let GetComparisonRequest { experiment_id, rows_offset, rows_limit, points } = request.into_inner();
        let id = parse_id(&experiment_id)?;
        let stimuli = self.registry.stimuli(id).await?;
        let live = self.registry.up_to_date(id).await?;
        let (version, reference) = self.reference(id).await?;
        let (norms, naming) = {
            let published = live.published();
            (published.mined.all_norms(), published.mined.names().naming.clone())
        };
        let wanted = Wanted { offset: rows_offset as usize, limit: rows_limit as usize, points };
        let comparison = computed(move || {
            let sides =
                Sides { version, reference: &reference, stimuli: &stimuli, norms: &norms, naming: &naming };
            wire::comparison(&sides, wanted)
        })
        .await?;
        Ok(Response::new(GetComparisonResponse { comparison: Some(comparison) }))
    }

    async fn get_reference_norms(
        &self,
        request: Request<GetReferenceNormsRequest>,
    ) -> Result<Response<GetReferenceNormsResponse>, Status> {
        let (version, norms) = self.reference(parse_id(&request.get_ref().experiment_id)?).await?;
        Ok(Response::new(GetReferenceNormsResponse { version, rows: wire::reference(&norms) }))
    }

    async fn read_reference_norms(
        &self,
        request: Request<ReadReferenceNormsRequest>,
    ) -> Result<Response<ReadReferenceNormsResponse>, Status> {
        let ReadReferenceNormsRequest { table, experiment_id } = request.into_inner();
        let stimuli = self.registry.stimuli(parse_id(&experiment_id)?).await?;
        let read = computed(move || read(&table, &stimuli)).await?;
        Ok(Response::new(read.map_err(Status::invalid_argument)?))
    }
}

/// The body of the decision, or what is wrong with the table. Of one that is too large, only the stimuli of the
/// experiment are taken: nothing else is ever compared.
fn read(table: &str, stimuli: &[Stimulus]) -> Result<ReadReferenceNormsResponse, String> {
    let mut norms = ReferenceNorms::parse_csv(table).map_err(|error| error.to_string())?;
    let body = |norms: &ReferenceNorms| serde_json::to_string(norms).expect("names and numbers are JSON");
    let whole = body(&norms);
    if whole.len() <= BODY_MAX_BYTES {
        return Ok(ReadReferenceNormsResponse { body: whole, stimuli_left_out: 0 });
    }
    let published = norms.len();
    let known: HashSet<&str> = stimuli.iter().map(|stimulus| stimulus.key.as_str()).collect();
    norms.retain(|stimulus| known.contains(stimulus));
    if norms.is_empty() {
        return Err(format!(
            "the table has {published} stimuli, more than can be kept whole, and none of them is in this experiment; \
             stimuli are matched by their keys, letter by letter"
        ));
    }
    let body = body(&norms);
    if body.len() > BODY_MAX_BYTES {
        return Err(format!(
            "the norms of the {} stimuli of this experiment take {} KiB, and at most {} KiB are kept; leave out rare \
             names, or give only the modal name of each stimulus with its agreement and h",
            norms.len(),
            body.len().div_ceil(1024),
            BODY_MAX_BYTES / 1024
        ));
    }
    Ok(ReadReferenceNormsResponse { body, stimuli_left_out: (published - norms.len()) as u64 })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use nameit_domain::colour::Srgb;
    use nameit_domain::stimulus::StimulusKind;
    use nameit_domain::text::StimulusKey;

    use super::*;

    fn stimuli(keys: &[&str]) -> Vec<Stimulus> {
        let stimulus = |(ordinal, key): (usize, &&str)| Stimulus {
            ordinal: ordinal as u32,
            key: StimulusKey::parse(key).unwrap(),
            question: None,
            kind: StimulusKind::Colour(Srgb::parse("#ff0000").unwrap()),
        };
        keys.iter().enumerate().map(stimulus).collect()
    }

    #[test]
    fn of_a_table_that_is_too_large_the_experiments_stimuli_are_kept() {
        let small = read("stimulus,name,count\ncup,mug,9\n", &[]).unwrap();
        assert_eq!(
            (small.body.as_str(), small.stimuli_left_out),
            (r#"{"cup":{"names":{"mug":9.0},"counted":true}}"#, 0)
        );
        let mut table = "stimulus,name,count\n".to_owned();
        for stimulus in 0..30_000 {
            writeln!(table, "object-{stimulus},something,{stimulus}").unwrap();
        }
        let read_by = |keys: &[&str]| read(&table, &stimuli(keys));
        let kept = read_by(&["object-7", "object-8", "another"]).unwrap();
        assert_eq!(kept.stimuli_left_out, 29_998);
        assert_eq!(
            kept.body,
            r#"{"object-7":{"names":{"something":7.0},"counted":true},"object-8":{"names":{"something":8.0},"counted":true}}"#
        );
        let refusal = read_by(&["another"]).unwrap_err();
        assert!(refusal.contains("30000 stimuli") && refusal.contains("none of them"), "{refusal}");
        assert!(read("stimulus,name,count\ncup,mug,-9\n", &[]).unwrap_err().starts_with("line 2"));
    }

    #[test]
    fn norms_that_take_too_much_are_refused_with_what_would_be_right() {
        let mut table = "stimulus,name,count\n".to_owned();
        for name in 0..60_000 {
            writeln!(table, "cup,a rare name {name},1").unwrap();
        }
        let refusal = read(&table, &stimuli(&["cup"])).unwrap_err();
        assert!(refusal.contains("leave out rare names"), "{refusal}");
    }
}
