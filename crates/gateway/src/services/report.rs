//! The report of an experiment: norms per stimulus, totals, progress; now, and as it changes.

use std::collections::HashMap;
use std::sync::Arc;

use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use nameit_domain::{Stimulus, Timestamp};
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::findings::v1::{ExperimentVerdict, StimulusNorms};

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
    /// What the stop rule says of the whole; `null` when there is no rule.
    pub(crate) verdict: Option<ExperimentVerdict>,
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

/// The report as of now; `names_limit` names per stimulus, also of those that tie, 0 for all.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, names_limit: u32) -> Result<Report> {
    ask(gateway, owned, datamining::GetReportRequest { names_limit, ..Default::default() }).await
}

async fn ask(gateway: &Gateway, owned: &Owned, request: datamining::GetReportRequest) -> Result<Report> {
    let keys = keys(gateway, owned).await?;
    let request = datamining::GetReportRequest { experiment_id: owned.id().to_string(), ..request };
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

/// Norms with all modal names but no others, one row per stimulus, as CSV.
pub(crate) async fn norms_csv(gateway: &Gateway, owned: &Owned) -> Result<Vec<u8>> {
    let modal = datamining::GetReportRequest { names_limit: 1, all_modal_names: true, ..Default::default() };
    let report = ask(gateway, owned, modal).await?;
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
        verdict: None,
    }
}

fn merge(
    report: &mut Report,
    header: Option<datamining::ReportHeader>,
    stimuli: Vec<StimulusNorms>,
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
        report.verdict = header.verdict;
        if !header.progress_continues {
            report.progress.clear();
        }
        for bucket in &header.progress {
            let point = progress_point(bucket)?;
            match report.progress.binary_search_by_key(&point.at, |known| known.at) {
                Ok(place) => report.progress[place] = point,
                Err(place) => report.progress.insert(place, point),
            }
        }
    }
    for mut norms in stimuli {
        let Some(key) = keys.get(&norms.ordinal) else {
            return Err(Error::internal("norms of a stimulus that the experiment does not have"));
        };
        norms.stimulus.clone_from(key);
        report.stimuli.push(norms);
    }
    Ok(())
}

fn progress_point(bucket: &datamining::ProgressBucket) -> Result<ProgressPoint> {
    let at = Timestamp::from_second(bucket.minute.saturating_mul(60)).map_err(Error::internal)?;
    Ok(ProgressPoint { at, responses: bucket.responses })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_that_changed_are_taken_over_and_the_others_stay() {
        let mut report = Report {
            experiment_id: String::new(),
            totals: Totals::default(),
            progress: Vec::new(),
            progress_bucket_minutes: 1,
            stimuli: Vec::new(),
            verdict: None,
        };
        let mut told = |progress_continues, buckets: &[(i64, u64)]| -> Vec<(i64, u64)> {
            let bucket = |&(minute, responses)| datamining::ProgressBucket { minute, responses };
            let progress = buckets.iter().map(bucket).collect();
            let header = datamining::ReportHeader { progress, progress_continues, ..Default::default() };
            merge(&mut report, Some(header), Vec::new(), &HashMap::new()).unwrap();
            report.progress.iter().map(|point| (point.at.as_second() / 60, point.responses)).collect()
        };
        assert_eq!(told(false, &[(1, 4), (5, 1)]), [(1, 4), (5, 1)]);
        assert_eq!(told(true, &[(5, 2), (6, 1)]), [(1, 4), (5, 2), (6, 1)]);
        assert_eq!(told(true, &[(2, 1)]), [(1, 4), (2, 1), (5, 2), (6, 1)]);
        assert_eq!(told(false, &[(0, 6), (6, 1)]), [(0, 6), (6, 1)], "stretches have become wider");
    }
}
