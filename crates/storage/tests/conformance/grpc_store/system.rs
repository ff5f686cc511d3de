use async_trait::async_trait;
use nameit_proto::storage::v1 as wire;
use nameit_store::{Result, SystemStore};

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
}
