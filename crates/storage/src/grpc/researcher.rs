//! Accounts, sessions and tokens.

use std::sync::Arc;

use nameit_domain::session::Session;
use nameit_domain::text::Handle;
use nameit_domain::{Clock, ResearcherId, Timestamp};
use nameit_proto::convert::researcher::secret_hash;
use nameit_proto::convert::{required, timestamp_from_wire};
use nameit_proto::storage::v1 as wire;
use nameit_proto::storage::v1::researcher_service_server::ResearcherService;
use nameit_store::Store;
use tonic::{Request, Response, Status};

use super::status::{not_found, of_invalid, of_store};

pub(super) struct Researchers {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
}

// === impl Researchers ===

impl Researchers {
    /// The time that a caller asks about: the present, unless it says otherwise.
    fn time(&self, wire: Option<prost_types::Timestamp>) -> Result<Timestamp, Status> {
        match wire {
            Some(time) => Ok(timestamp_from_wire("now", time)?),
            None => Ok(self.clock.now()),
        }
    }
}

#[tonic::async_trait]
impl ResearcherService for Researchers {
    async fn create_researcher(
        &self,
        request: Request<wire::CreateResearcherRequest>,
    ) -> Result<Response<wire::CreateResearcherResponse>, Status> {
        let credentials = request.into_inner().try_into()?;
        self.store.create_researcher(&credentials).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::CreateResearcherResponse {}))
    }

    async fn get_credentials(
        &self,
        request: Request<wire::GetCredentialsRequest>,
    ) -> Result<Response<wire::GetCredentialsResponse>, Status> {
        let handle = Handle::parse(&request.into_inner().handle).map_err(of_invalid)?;
        let found = self.store.credentials(&handle).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(found.ok_or_else(|| not_found("researcher"))?.into()))
    }

    async fn get_researcher(
        &self,
        request: Request<wire::GetResearcherRequest>,
    ) -> Result<Response<wire::GetResearcherResponse>, Status> {
        let id = ResearcherId::parse(&request.into_inner().id).map_err(of_invalid)?;
        let found = self.store.researcher(id).await.map_err(|error| of_store(&error))?;
        let researcher = found.ok_or_else(|| not_found("researcher"))?;
        Ok(Response::new(wire::GetResearcherResponse { researcher: Some(researcher.into()) }))
    }

    async fn update_researcher(
        &self,
        request: Request<wire::UpdateResearcherRequest>,
    ) -> Result<Response<wire::UpdateResearcherResponse>, Status> {
        let researcher = required("researcher", request.into_inner().researcher)?.try_into()?;
        self.store.update_researcher(&researcher).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::UpdateResearcherResponse {}))
    }

    async fn update_password_hash(
        &self,
        request: Request<wire::UpdatePasswordHashRequest>,
    ) -> Result<Response<wire::UpdatePasswordHashResponse>, Status> {
        let request = request.into_inner();
        let id = ResearcherId::parse(&request.researcher_id).map_err(of_invalid)?;
        let updated = self.store.update_password_hash(id, &request.password_hash).await;
        updated.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::UpdatePasswordHashResponse {}))
    }

    async fn create_session(
        &self,
        request: Request<wire::CreateSessionRequest>,
    ) -> Result<Response<wire::CreateSessionResponse>, Status> {
        let session = Session::try_from(required("session", request.into_inner().session)?)?;
        self.store.create_session(&session).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::CreateSessionResponse {}))
    }

    async fn find_session(
        &self,
        request: Request<wire::FindSessionRequest>,
    ) -> Result<Response<wire::FindSessionResponse>, Status> {
        let request = request.into_inner();
        let hash = secret_hash(&request.secret_hash)?;
        let now = self.time(request.now)?;
        let found = self.store.find_session(&hash, now).await.map_err(|error| of_store(&error))?;
        let (session, researcher) = found.ok_or_else(|| not_found("session"))?;
        let (session, researcher) = (Some(session.into()), Some(researcher.into()));
        Ok(Response::new(wire::FindSessionResponse { session, researcher }))
    }

    async fn delete_session(
        &self,
        request: Request<wire::DeleteSessionRequest>,
    ) -> Result<Response<wire::DeleteSessionResponse>, Status> {
        let hash = secret_hash(&request.into_inner().secret_hash)?;
        self.store.delete_session(&hash).await.map_err(|error| of_store(&error))?;
        Ok(Response::new(wire::DeleteSessionResponse {}))
    }

    async fn list_sessions(
        &self,
        request: Request<wire::ListSessionsRequest>,
    ) -> Result<Response<wire::ListSessionsResponse>, Status> {
        let request = request.into_inner();
        let id = ResearcherId::parse(&request.researcher_id).map_err(of_invalid)?;
        let now = self.time(request.now)?;
        let sessions = self.store.sessions_of(id, now).await.map_err(|error| of_store(&error))?;
        let sessions = sessions.into_iter().map(Into::into).collect();
        Ok(Response::new(wire::ListSessionsResponse { sessions }))
    }
}
