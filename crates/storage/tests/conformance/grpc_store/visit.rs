use async_trait::async_trait;
use nameit_domain::{ExperimentId, Hour, Visits};
use nameit_proto::storage::v1 as wire;
use nameit_store::{Result, VisitStore};

use super::{GrpcStore, answer};

#[async_trait]
impl VisitStore for GrpcStore {
    async fn add_visits(&self, visits: &[Visits]) -> Result<()> {
        let visits = visits.iter().copied().map(Into::into).collect();
        answer(self.visit_counts().add_visits(wire::AddVisitsRequest { visits }).await).map(drop)
    }

    async fn visits(&self, experiment_id: ExperimentId) -> Result<Vec<Visits>> {
        let request = wire::ListVisitsRequest { experiment_id: experiment_id.to_string() };
        let found = answer(self.visit_counts().list_visits(request).await)?.visits;
        let visits = found.into_iter().map(|one| {
            let hour = Hour::parse(one.hour).unwrap();
            Visits { experiment_id, hour, count: one.count }
        });
        Ok(visits.collect())
    }
}
