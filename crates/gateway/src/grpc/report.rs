//! Reports and exports.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use nameit_proto::api::v1::{
    ExportResponsesRequest, ExportResponsesResponse, ExportedResponse, GetReportRequest, GetReportResponse,
    ProgressPoint, Report, WatchReportRequest, WatchReportResponse, report_service_server::ReportService,
};
use nameit_proto::common::v1::ParticipationTotals;
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::storage::v1::ExportResponse;
use tonic::{Request, Response, Status};

use super::{Api, actor};
use crate::services::{export, report};

#[tonic::async_trait]
impl ReportService for Api {
    async fn get_report(
        &self,
        request: Request<GetReportRequest>,
    ) -> Result<Response<GetReportResponse>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let report = report::get(&self.gateway, &owned, request.get_ref().names_limit).await?;
        Ok(Response::new(GetReportResponse { report: Some(report.into()) }))
    }

    type WatchReportStream = BoxStream<'static, Result<WatchReportResponse, Status>>;

    async fn watch_report(
        &self,
        request: Request<WatchReportRequest>,
    ) -> Result<Response<Self::WatchReportStream>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let reports = report::watch(&self.gateway, &owned, request.get_ref().names_limit).await?;
        let messages = reports.map(|report| {
            let report = report.map_err(Status::from)?;
            Ok(WatchReportResponse { report: Some(report.into()) })
        });
        Ok(Response::new(messages.boxed()))
    }

    type ExportResponsesStream = BoxStream<'static, Result<ExportResponsesResponse, Status>>;

    async fn export_responses(
        &self,
        request: Request<ExportResponsesRequest>,
    ) -> Result<Response<Self::ExportResponsesStream>, Status> {
        let owned = self.owned(&actor(&request)?, &request.get_ref().experiment_id).await?;
        let rows = export::rows(&self.gateway, &owned).await?;
        let messages = rows.map(|message| message.map(exported).map_err(Status::from));
        Ok(Response::new(messages.boxed()))
    }
}

fn exported(message: ExportResponse) -> ExportResponsesResponse {
    let responses = message.responses.into_iter().map(|stored| ExportedResponse {
        stimulus: stored.stimulus,
        completed: stored.completed,
        completion_code: stored.completion_code,
        started_at: stored.started_at,
        url_parameters: stored.url_parameters,
        response: stored.response,
        received_at: stored.received_at,
    });
    ExportResponsesResponse { responses: responses.collect(), row_count: message.row_count }
}

impl From<report::Report> for Report {
    fn from(report: report::Report) -> Self {
        let totals = report.totals;
        let progress = report
            .progress
            .into_iter()
            .map(|point| ProgressPoint { at: Some(timestamp_to_wire(point.at)), responses: point.responses });
        Self {
            participations: Some(ParticipationTotals {
                started: totals.started,
                completed: totals.completed,
                withdrawn: totals.withdrawn,
            }),
            responses: totals.responses,
            non_answers: totals.non_answers,
            progress: progress.collect(),
            progress_bucket_minutes: report.progress_bucket_minutes,
            stimuli: report.stimuli,
            verdict: report.verdict,
        }
    }
}
