//! `nameit.datamining.v1.NormsService`: what is computed when somebody asks.

use std::collections::BTreeMap;

use nameit_analysis::cohort::Cohort;
use nameit_analysis::intervals::{self, Bootstrap, SetAnswer, SetMeans};
use nameit_analysis::naming::Naming;
use nameit_analysis::norms::{Rarefaction, StimulusNorms};
use nameit_analysis::response_times::{self, Measure, Trimming};
use nameit_proto::datamining::v1::norms_service_server::NormsService;
use nameit_proto::datamining::v1::{
    GetSetMeansRequest, GetSetMeansResponse, GetStimulusDetailRequest, GetStimulusDetailResponse,
};
use nameit_proto::findings::v1 as findings;
use tonic::{Request, Response, Status};

use super::report::parse_id;
use crate::registry::Registry;
use crate::wire::norms as wire;

/// Points of a rarefaction curve.
const KNOTS: u32 = 40;

/// Replicates of the intervals of a curve: iNEXT draws 50.
const CURVE_REPLICATES: u32 = 200;

/// Replicates that a caller may ask for.
const REPLICATES_MAX: u32 = 10_000;

/// Answers × replicates that means over all stimuli may take.
const DRAWS_MAX: u64 = 10_000_000_000;

/// The service.
#[derive(Debug)]
pub struct Norms {
    /// What is followed.
    pub registry: Registry,
}

/// Where to look, and how.
struct Question {
    ordinal: u32,
    key: String,
    trimming: Trimming,
    bootstrap: Bootstrap,
}

#[tonic::async_trait]
impl NormsService for Norms {
    async fn get_stimulus_detail(
        &self,
        request: Request<GetStimulusDetailRequest>,
    ) -> Result<Response<GetStimulusDetailResponse>, Status> {
        let GetStimulusDetailRequest { experiment_id, ordinal, trimming, replicates, seed } =
            request.into_inner();
        let id = parse_id(&experiment_id)?;
        let bootstrap = bootstrap(replicates, seed)?;
        let asked: Option<Trimming> = trimming
            .map(|rule| rule.parse())
            .transpose()
            .map_err(|error: response_times::InvalidTrimming| Status::invalid_argument(error.to_string()))?;
        let stimuli = self.registry.stimuli(id).await?;
        let Some(stimulus) = stimuli.iter().find(|stimulus| stimulus.ordinal == ordinal) else {
            return Err(Status::not_found("there is no such stimulus"));
        };
        let key = stimulus.key.as_str().to_owned();
        let live = self.registry.up_to_date(id).await?;
        let (norms, raws, naming, rules) = {
            let published = live.published();
            let tally = published.mined.tally();
            let raws: Vec<(String, u64)> =
                tally.raw_counts(ordinal).into_iter().map(|(raw, count)| (raw.to_owned(), count)).collect();
            (tally.norms(ordinal), raws, published.mined.names().naming.clone(), published.rules)
        };
        let cohort = self.registry.cohort(id).await?;
        let verdict = rules.stop_rule.map(|rule| rule.judge(&norms));
        let question = Question { ordinal, key, trimming: asked.unwrap_or(rules.trimming), bootstrap };
        let detail = super::computed(move || {
            let mut detail = detail(&question, &norms, &raws, &naming, &cohort);
            let mut figures = wire::norms(ordinal, norms, verdict.as_ref());
            figures.stimulus = question.key;
            detail.norms = Some(figures);
            detail
        })
        .await?;
        Ok(Response::new(GetStimulusDetailResponse { detail: Some(detail) }))
    }

    async fn get_set_means(
        &self,
        request: Request<GetSetMeansRequest>,
    ) -> Result<Response<GetSetMeansResponse>, Status> {
        let GetSetMeansRequest { experiment_id, replicates, seed } = request.into_inner();
        let id = parse_id(&experiment_id)?;
        let bootstrap = bootstrap(replicates, seed)?;
        let naming = self.registry.up_to_date(id).await?.names().naming;
        let cohort = self.registry.cohort(id).await?;
        if cohort.answers().len() as u64 * u64::from(bootstrap.replicates) > DRAWS_MAX {
            return Err(Status::invalid_argument("so many answers need fewer replicates"));
        }
        let means = super::computed(move || {
            let named = cohort.named(&naming);
            let answers: Vec<SetAnswer> = intervals::set_answers(&cohort, &named).collect();
            SetMeans::of(&answers, bootstrap)
        })
        .await?;
        Ok(Response::new(GetSetMeansResponse { means: means.as_ref().map(wire::set_means) }))
    }
}

/// How intervals are made; what is not asked for is as usual.
pub(super) fn bootstrap(replicates: u32, seed: Option<u64>) -> Result<Bootstrap, Status> {
    let usual = Bootstrap::default();
    if replicates > REPLICATES_MAX {
        return Err(Status::invalid_argument(format!("at most {REPLICATES_MAX} replicates are drawn")));
    }
    Ok(Bootstrap {
        replicates: if replicates == 0 { usual.replicates } else { replicates },
        seed: seed.unwrap_or(usual.seed),
        ..usual
    })
}

/// Everything but the norms themselves.
fn detail(
    question: &Question,
    norms: &StimulusNorms,
    raws: &[(String, u64)],
    naming: &Naming,
    cohort: &Cohort,
) -> findings::StimulusDetail {
    let Question { ordinal, key, trimming, bootstrap } = question;
    let named = cohort.named(naming);
    let intervals = intervals::of_cohort(cohort, &named, *ordinal, key, *bootstrap);
    let curve = Rarefaction::of(&norms.counts()).map(|rarefaction| {
        let bootstrap = Bootstrap { replicates: bootstrap.replicates.min(CURVE_REPLICATES), ..*bootstrap };
        wire::rarefaction(&rarefaction.curve(&rarefaction.sizes(KNOTS), key, bootstrap))
    });
    let answers = response_times::timed_answers(cohort, &named);
    let times = response_times::by_stimulus(&answers, ordinal + 1, trimming).pop();
    let times = times.map(|times| {
        let bins = |measure| response_times::time_bins(&answers, *ordinal, measure, trimming);
        findings::ResponseTimes {
            trimming: times.trimming.to_string(),
            first_key: Some(wire::measure_times(&times.first_key, &bins(Measure::FirstKey))),
            submitted: Some(wire::measure_times(&times.submitted, &bins(Measure::Submitted))),
        }
    });
    let (names, blanks) = texts(norms, raws, naming);
    findings::StimulusDetail {
        norms: None,
        intervals: intervals.as_ref().map(wire::intervals),
        rarefaction: curve,
        response_times: times,
        names,
        blanks,
    }
}

/// The names in their order with the raw texts behind them, and the raw texts that gave none.
fn texts(
    norms: &StimulusNorms,
    raws: &[(String, u64)],
    naming: &Naming,
) -> (Vec<findings::NameTexts>, Vec<findings::RawText>) {
    let mut by_name: BTreeMap<String, Vec<findings::RawText>> = BTreeMap::new();
    let mut blanks = Vec::new();
    for (text, count) in raws {
        let raw = findings::RawText { text: text.clone(), count: *count };
        match naming.name(text) {
            Some(name) => by_name.entry(name.into_owned()).or_default().push(raw),
            None => blanks.push(raw),
        }
    }
    let names = norms.names.iter().map(|entry| findings::NameTexts {
        name: entry.name.clone(),
        count: entry.count,
        texts: by_name.remove(&entry.name).unwrap_or_default(),
    });
    (names.collect(), blanks)
}

#[cfg(test)]
mod tests {
    use nameit_analysis::cohort::{CohortBuilder, Details, Participant};
    use nameit_analysis::tally::{Observation, Said, Tally};

    use super::*;
    use crate::names::Names;

    #[test]
    fn everything_about_a_stimulus_fits_together() {
        let naming = Names::undecided("en").naming;
        let mut tally = Tally::new(naming.clone());
        let mut builder = CohortBuilder::default();
        let said = ["cat", "Cat", "the cat", "dog", "dog", "wolf", "?"];
        for (at, text) in (0u32..).zip(said) {
            let participant =
                builder.participant(Participant { id: format!("p{at}"), ..Participant::default() });
            let first_key_ms = Some(500 + 10 * at);
            tally.add(Observation {
                stimulus: 1,
                said: Said::Text(text),
                first_key_ms,
                submitted_at_ms: None,
            });
            builder.answer(
                Said::Text(text),
                Details { participant, stimulus: 1, first_key_ms, ..Details::default() },
            );
        }
        let (norms, cohort) = (tally.norms(1), builder.build());
        let raws: Vec<(String, u64)> =
            tally.raw_counts(1).into_iter().map(|(raw, count)| (raw.to_owned(), count)).collect();
        let question = Question {
            ordinal: 1,
            key: "pet".to_owned(),
            trimming: "min:505".parse().unwrap(),
            bootstrap: bootstrap(100, None).unwrap(),
        };
        let found = detail(&question, &norms, &raws, &naming, &cohort);
        let intervals = found.intervals.unwrap();
        assert_eq!((intervals.resampled.as_str(), intervals.units, intervals.replicates), ("counts", 6, 100));
        let names: Vec<(&str, u64, usize)> =
            found.names.iter().map(|name| (name.name.as_str(), name.count, name.texts.len())).collect();
        assert_eq!(names, [("cat", 3, 3), ("dog", 2, 1), ("wolf", 1, 1)]);
        assert_eq!(found.blanks, [findings::RawText { text: "?".to_owned(), count: 1 }]);
        let curve = found.rarefaction.unwrap();
        let observed = curve.points.iter().find(|point| point.place == "observed").unwrap();
        assert_eq!(observed.m, 6);
        assert!((observed.types - 3.0).abs() < 1e-12);
        let times = found.response_times.unwrap();
        let first_key = times.first_key.unwrap();
        let (all, modal) = (first_key.all.unwrap(), first_key.modal.unwrap());
        assert_eq!((times.trimming.as_str(), all.n, all.n_trimmed, modal.n), ("min:505", 5, 1, 2));
        assert_eq!(first_key.bins.iter().map(|bin| bin.all).sum::<u64>(), 5);
        assert!(bootstrap(REPLICATES_MAX + 1, None).is_err());
    }

    #[test]
    fn a_stimulus_that_nobody_answered_has_no_figures() {
        let naming = Names::undecided("en").naming;
        let question = Question {
            ordinal: 4,
            key: "new".to_owned(),
            trimming: Trimming::default(),
            bootstrap: bootstrap(0, Some(7)).unwrap(),
        };
        let norms = Tally::new(naming.clone()).norms(4);
        let found = detail(&question, &norms, &[], &naming, &CohortBuilder::default().build());
        assert_eq!((found.intervals, found.rarefaction, found.names.len()), (None, None, 0));
        assert_eq!(found.response_times.unwrap().first_key.unwrap().all.unwrap().n, 0);
    }
}
