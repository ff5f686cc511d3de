//! The report of an experiment: norms per stimulus, totals, progress; now, and as it changes.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use nameit_domain::{Stimulus, Timestamp};
use nameit_proto::datamining::v1 as datamining;

use super::experiment::stimuli;
use crate::access::Owned;
use crate::clients::about;
use crate::error::{Error, Result};
use crate::state::Gateway;

/// A report, or what changed of one since the last: then with the changed stimuli only.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Report {
    pub(crate) experiment_id: String,
    pub(crate) totals: Totals,
    /// Responses over time, ascending; buckets without responses are left out.
    pub(crate) progress: Vec<ProgressPoint>,
    /// Width of a bucket of `progress` in minutes.
    pub(crate) progress_bucket_minutes: u32,
    pub(crate) stimuli: Vec<StimulusNorms>,
}

/// An experiment in numbers.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Totals {
    /// Participations that began and were not withdrawn, completed ones included.
    pub(crate) started: u64,
    /// Participations with a completion code.
    pub(crate) completed: u64,
    /// Participations that were withdrawn.
    pub(crate) withdrawn: u64,
    /// All responses, non-answers included.
    pub(crate) responses: u64,
    /// "I don't know" and skipped.
    pub(crate) non_answers: u64,
}

/// Responses in one bucket of time.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct ProgressPoint {
    /// Start of the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    pub(crate) responses: u64,
}

/// The statistics of one stimulus; `null` where one is not defined.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct StimulusNorms {
    /// Key of the stimulus.
    pub(crate) stimulus: String,
    pub(crate) ordinal: u32,
    /// Valid answers.
    pub(crate) n: u64,
    pub(crate) non_answers: u64,
    pub(crate) dont_know: u64,
    pub(crate) skipped: u64,
    /// Different names.
    pub(crate) types: u64,
    /// The most frequent name; the first of `modal_names` when several tie.
    pub(crate) modal_name: Option<String>,
    /// All names that tie for the most frequent.
    pub(crate) modal_names: Vec<String>,
    pub(crate) modal_count: u64,
    /// Share of the modal name among valid answers, 0 to 1.
    pub(crate) agreement: Option<f64>,
    /// H statistic in bits.
    pub(crate) h: Option<f64>,
    /// Unbiased Simpson index.
    pub(crate) simpson: Option<f64>,
    /// Sample coverage.
    pub(crate) coverage: Option<f64>,
    /// Chao1 lower bound of the number of names.
    pub(crate) chao1: Option<f64>,
    /// Median time to the first key of valid answers, in milliseconds.
    pub(crate) median_first_key_ms: Option<f64>,
    /// Names with their counts, most frequent first.
    pub(crate) names: Vec<NameCount>,
}

/// A name and how often it was given.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct NameCount {
    pub(crate) name: String,
    pub(crate) count: u64,
}

/// The report as of now; `names_limit` names per stimulus, 0 for all.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, names_limit: u32) -> Result<Report> {
    let keys = keys(gateway, owned).await?;
    let request = datamining::GetReportRequest {
        experiment_id: owned.id().to_string(),
        ordinals: Vec::new(),
        names_limit,
    };
    let mut stream =
        gateway.clients.reports.clone().get_report(about(owned.id(), request)).await?.into_inner();
    let mut report = empty(owned);
    while let Some(message) = stream.message().await? {
        merge(&mut report, message.header, message.stimuli, &keys)?;
    }
    Ok(report)
}

/// The report, then what changes. The stream ends when the service stops or cannot go on; the reader then
/// connects again and begins with a whole report.
pub(crate) async fn watch(
    gateway: &Gateway,
    owned: &Owned,
    names_limit: u32,
) -> Result<BoxStream<'static, Result<Report>>> {
    let place = gateway.streams.open(owned.id())?;
    let keys = keys(gateway, owned).await?;
    let request = datamining::WatchReportRequest { experiment_id: owned.id().to_string(), names_limit };
    let mut stream =
        gateway.clients.reports.clone().watch_report(about(owned.id(), request)).await?.into_inner();
    let mut header = empty(owned);
    let soft = gateway.shutdown.soft();
    let changes = async_stream::try_stream! {
        let _place = place;
        while let Some(message) = stream.message().await? {
            // A message without a header repeats the totals that were last said.
            let mut change = Report { stimuli: Vec::new(), ..header.clone() };
            merge(&mut change, message.header, message.stimuli, &keys)?;
            header = Report { stimuli: Vec::new(), ..change.clone() };
            yield change;
        }
    };
    Ok(until(changes, soft).boxed())
}

/// Norms without names, one row per stimulus, as CSV.
pub(crate) async fn norms_csv(gateway: &Gateway, owned: &Owned) -> Result<Vec<u8>> {
    let report = get(gateway, owned, 1).await?;
    super::export::norms_csv(&report)
}

fn until(
    stream: impl Stream<Item = Result<Report>> + Send,
    end: tokio_util::sync::CancellationToken,
) -> impl Stream<Item = Result<Report>> + Send {
    stream.take_until(end.cancelled_owned())
}

async fn keys(gateway: &Gateway, owned: &Owned) -> Result<HashMap<u32, String>> {
    let stimuli: Arc<[Stimulus]> = stimuli(gateway, owned.experiment()).await?;
    Ok(stimuli.iter().map(|stimulus| (stimulus.ordinal, stimulus.key.as_str().to_owned())).collect())
}

fn empty(owned: &Owned) -> Report {
    Report {
        experiment_id: owned.id().to_string(),
        totals: Totals::default(),
        progress: Vec::new(),
        progress_bucket_minutes: 1,
        stimuli: Vec::new(),
    }
}

fn merge(
    report: &mut Report,
    header: Option<datamining::ReportHeader>,
    stimuli: Vec<datamining::StimulusNorms>,
    keys: &HashMap<u32, String>,
) -> Result<()> {
    if let Some(header) = header {
        let participations = header.participations.unwrap_or_default();
        report.totals = Totals {
            started: participations.started,
            completed: participations.completed,
            withdrawn: participations.withdrawn,
            responses: header.responses,
            non_answers: header.non_answers,
        };
        report.progress_bucket_minutes = header.progress_bucket_minutes;
        report.progress = header.progress.iter().map(progress_point).collect::<Result<_>>()?;
    }
    for norms in stimuli {
        let Some(key) = keys.get(&norms.ordinal) else {
            return Err(Error::internal("norms of a stimulus that the experiment does not have"));
        };
        report.stimuli.push(named(key.clone(), norms));
    }
    Ok(())
}

fn progress_point(bucket: &datamining::ProgressBucket) -> Result<ProgressPoint> {
    let at = Timestamp::from_second(bucket.minute.saturating_mul(60)).map_err(Error::internal)?;
    Ok(ProgressPoint { at, responses: bucket.responses })
}

fn named(stimulus: String, norms: datamining::StimulusNorms) -> StimulusNorms {
    StimulusNorms {
        stimulus,
        ordinal: norms.ordinal,
        n: norms.n,
        non_answers: norms.non_answers,
        dont_know: norms.dont_know,
        skipped: norms.skipped,
        types: norms.types,
        modal_name: norms.modal_names.first().cloned(),
        modal_names: norms.modal_names,
        modal_count: norms.modal_count,
        agreement: norms.agreement,
        h: norms.h,
        simpson: norms.simpson,
        coverage: norms.coverage,
        chao1: norms.chao1,
        median_first_key_ms: norms.median_first_key_ms,
        names: norms
            .names
            .into_iter()
            .map(|share| NameCount { name: share.name, count: share.count })
            .collect(),
    }
}
