use std::time::Duration;

use async_trait::async_trait;
use nameit_proto::storage::v1 as wire;
use nameit_store::{Disk, Error, Examination, Result, SystemStore};

use super::{GrpcStore, answer};

#[async_trait]
impl SystemStore for GrpcStore {
    async fn ping(&self) -> Result<()> {
        self.researcher_count().await.map(drop)
    }

    async fn signing_key(&self, proposal: [u8; 32]) -> Result<[u8; 32]> {
        let request = wire::GetSigningKeyRequest { proposal: proposal.to_vec() };
        let answer = answer(self.system().get_signing_key(request).await)?;
        Ok(answer.key.try_into().unwrap())
    }

    async fn researcher_count(&self) -> Result<u64> {
        Ok(answer(self.system().get_status(wire::GetStatusRequest {}).await)?.researcher_count)
    }

    async fn examine(&self) -> Examination {
        let found = self.system().examine(wire::ExamineRequest {}).await.unwrap().into_inner();
        let service = found.service.unwrap();
        assert_eq!(service.telemetry.len(), 3, "traces, logs and metrics");
        assert!(!service.version.is_empty() && service.now.is_some());
        let disk = found.disk.map(|disk| {
            let wire::Disk { free_bytes, total_bytes, database_bytes } = disk;
            Disk { free_bytes, total_bytes, database_bytes }
        });
        Examination {
            backend: if found.backend == "sqlite" { "sqlite" } else { "mongodb" },
            version: found.backend_version,
            read: probe(found.read.unwrap()),
            write: probe(found.write.unwrap()),
            disk,
        }
    }
}

fn probe(probe: wire::Probe) -> Result<Duration> {
    match probe.outcome.unwrap() {
        wire::probe::Outcome::Milliseconds(took) => Ok(Duration::from_secs_f64(took / 1000.0)),
        wire::probe::Outcome::Problem(problem) => Err(Error::Unavailable(problem.into())),
    }
}
