use async_trait::async_trait;
use nameit_domain::researcher::Credentials;
use nameit_domain::session::Session;
use nameit_domain::text::Handle;
use nameit_domain::{Researcher, ResearcherId, Timestamp};
use nameit_proto::convert::timestamp_to_wire;
use nameit_proto::storage::v1 as wire;
use nameit_store::{ResearcherStore, Result, SessionStore};

use super::{GrpcStore, answer, found};

#[async_trait]
impl ResearcherStore for GrpcStore {
    async fn create_researcher(&self, credentials: &Credentials) -> Result<()> {
        let request = wire::CreateResearcherRequest::from(credentials.clone());
        answer(self.researchers().create_researcher(request).await).map(drop)
    }

    async fn credentials(&self, handle: &Handle) -> Result<Option<Credentials>> {
        let request = wire::GetCredentialsRequest { handle: handle.to_string() };
        let credentials = found(self.researchers().get_credentials(request).await)?;
        Ok(credentials.map(|credentials| credentials.try_into().unwrap()))
    }

    async fn researcher(&self, id: ResearcherId) -> Result<Option<Researcher>> {
        let request = wire::GetResearcherRequest { id: id.to_string() };
        let answer = found(self.researchers().get_researcher(request).await)?;
        Ok(answer.map(|answer| answer.researcher.unwrap().try_into().unwrap()))
    }

    async fn update_researcher(&self, researcher: &Researcher) -> Result<()> {
        let request = wire::UpdateResearcherRequest { researcher: Some(researcher.clone().into()) };
        answer(self.researchers().update_researcher(request).await).map(drop)
    }

    async fn update_password_hash(&self, id: ResearcherId, password_hash: &str) -> Result<()> {
        let password_hash = password_hash.to_owned();
        let request = wire::UpdatePasswordHashRequest { researcher_id: id.to_string(), password_hash };
        answer(self.researchers().update_password_hash(request).await).map(drop)
    }
}

#[async_trait]
impl SessionStore for GrpcStore {
    async fn create_session(&self, session: &Session) -> Result<()> {
        let request = wire::CreateSessionRequest { session: Some(session.clone().into()) };
        answer(self.researchers().create_session(request).await).map(drop)
    }

    async fn find_session(
        &self,
        secret_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(Session, Researcher)>> {
        let now = Some(timestamp_to_wire(now));
        let request = wire::FindSessionRequest { secret_hash: secret_hash.to_vec(), now };
        let answer = found(self.researchers().find_session(request).await)?;
        Ok(answer.map(|answer| {
            (answer.session.unwrap().try_into().unwrap(), answer.researcher.unwrap().try_into().unwrap())
        }))
    }

    async fn delete_session(&self, secret_hash: &[u8; 32]) -> Result<()> {
        let request = wire::DeleteSessionRequest { secret_hash: secret_hash.to_vec() };
        answer(self.researchers().delete_session(request).await).map(drop)
    }

    async fn sessions_of(&self, researcher_id: ResearcherId, now: Timestamp) -> Result<Vec<Session>> {
        // Without a time storage takes its own: that path is used here.
        self.clock.set(now);
        let request = wire::ListSessionsRequest { researcher_id: researcher_id.to_string(), now: None };
        let answer = answer(self.researchers().list_sessions(request).await)?;
        Ok(answer.sessions.into_iter().map(|session| session.try_into().unwrap()).collect())
    }
}
