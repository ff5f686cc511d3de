//! What datamining says: counts of raw texts, enough to see that they arrive.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_proto::common::v1 as common;
use nameit_proto::datamining::v1::*;
use nameit_proto::findings::v1::{NameCount, StimulusNorms};
use tonic::{Request, Response, Status};

use super::Fake;

#[tonic::async_trait]
impl report_service_server::ReportService for Fake {
    type GetReportStream = BoxStream<'static, Result<GetReportResponse, Status>>;

    async fn get_report(
        &self,
        request: Request<GetReportRequest>,
    ) -> Result<Response<Self::GetReportStream>, Status> {
        let (header, stimuli) = self.report(&request.get_ref().experiment_id);
        let messages = vec![
            Ok(GetReportResponse { header: Some(header), stimuli: Vec::new() }),
            Ok(GetReportResponse { header: None, stimuli }),
        ];
        Ok(Response::new(futures::stream::iter(messages).boxed()))
    }

    type WatchReportStream = BoxStream<'static, Result<WatchReportResponse, Status>>;

    async fn watch_report(
        &self,
        request: Request<WatchReportRequest>,
    ) -> Result<Response<Self::WatchReportStream>, Status> {
        let (header, stimuli) = self.report(&request.get_ref().experiment_id);
        let first = futures::stream::iter([Ok(WatchReportResponse { header: Some(header), stimuli })]);
        Ok(Response::new(first.chain(futures::stream::pending()).boxed()))
    }
}

impl Fake {
    fn report(&self, experiment_id: &str) -> (ReportHeader, Vec<StimulusNorms>) {
        let data = self.data();
        let mut names: BTreeMap<u32, BTreeMap<String, u64>> = BTreeMap::new();
        let mut responses = 0;
        for response in data.responses.values() {
            let participation = &data.participations[&response.participation_id];
            if participation.experiment_id != experiment_id {
                continue;
            }
            responses += 1;
            if let Some(common::response::Answer::Text(text)) = &response.answer {
                let ordinal = participation.trial_order[response.trial as usize];
                *names.entry(ordinal).or_default().entry(text.clone()).or_default() += 1;
            }
        }
        let started =
            data.participations.values().filter(|p| p.experiment_id == experiment_id).count() as u64;
        let header = ReportHeader {
            participations: Some(common::ParticipationTotals { started, ..Default::default() }),
            responses,
            progress: vec![ProgressBucket { minute: 1, responses }],
            progress_bucket_minutes: 1,
            ..Default::default()
        };
        let norms = names.into_iter().map(|(ordinal, names)| StimulusNorms {
            ordinal,
            n: names.values().sum(),
            types: names.len() as u64,
            modal_names: names.keys().take(1).cloned().collect(),
            names: names.into_iter().map(|(name, count)| NameCount { name, count }).collect(),
            ..Default::default()
        });
        (header, norms.collect())
    }
}

#[tonic::async_trait]
impl system_service_server::SystemService for Fake {
    async fn examine(&self, _: Request<ExamineRequest>) -> Result<Response<ExamineResponse>, Status> {
        Ok(Response::new(ExamineResponse { service: Some(Self::examination(0)), experiments: 0 }))
    }
}
