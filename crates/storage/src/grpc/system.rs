//! The installation.

use std::sync::Arc;

use nameit_domain::Invalid;
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::system_service_server::SystemService;
use nameit_store::Store;
use tonic::{Request, Response, Status};

use super::status::{of_invalid, of_store};

pub(super) struct System {
    pub(super) store: Arc<dyn Store>,
}

#[tonic::async_trait]
impl SystemService for System {
    async fn get_signing_key(
        &self,
        request: Request<wire::GetSigningKeyRequest>,
    ) -> Result<Response<wire::GetSigningKeyResponse>, Status> {
        let proposal = <[u8; 32]>::try_from(request.into_inner().proposal)
            .map_err(|_| of_invalid(Invalid::new("proposal", "must have 32 bytes")))?;
        let key = self.store.signing_key(proposal).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::GetSigningKeyResponse { key: key.to_vec() }))
    }

    async fn get_status(
        &self,
        _request: Request<wire::GetStatusRequest>,
    ) -> Result<Response<wire::GetStatusResponse>, Status> {
        let researcher_count = self.store.researcher_count().await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::GetStatusResponse { researcher_count }))
    }
}
