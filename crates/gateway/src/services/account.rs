//! Accounts of researchers: sign up, sign in, sign out, profile.

use nameit_domain::researcher::Credentials;
use nameit_domain::session::SessionKind;
use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle, check_password};
use nameit_domain::{Researcher, ResearcherId};
use nameit_proto::storage::v1::{
    CreateResearcherRequest, DeleteSessionRequest, GetCredentialsRequest, GetStatusRequest,
    UpdatePasswordHashRequest, UpdateResearcherRequest,
};

use crate::access::Actor;
use crate::clients::{call, found};
use crate::error::{Error, ErrorCode, Result};
use crate::services::token::Label;
use crate::session::{self, NewSession};
use crate::state::Gateway;

/// What somebody says who wants an account.
pub(crate) struct NewAccount {
    pub(crate) handle: Handle,
    pub(crate) password: String,
    pub(crate) display_name: DisplayName,
    pub(crate) affiliation: Affiliation,
}

/// What changes in a profile; `None` leaves a field as it is.
#[derive(Default)]
pub(crate) struct ProfileChange {
    pub(crate) display_name: Option<DisplayName>,
    pub(crate) affiliation: Option<Affiliation>,
    pub(crate) biography: Option<Biography>,
}

/// Makes an account.
pub(crate) async fn create(gateway: &Gateway, new: NewAccount) -> Result<Researcher> {
    check_password(&new.password)?;
    gateway.throttles.accounts.count("")?;
    let researcher = Researcher {
        id: ResearcherId::generate(),
        handle: new.handle,
        display_name: new.display_name,
        affiliation: new.affiliation,
        biography: Biography::parse("")?,
        created_at: gateway.clock.now(),
    };
    let password_hash = gateway.passwords.hash(new.password).await?;
    let credentials = Credentials { researcher: researcher.clone(), password_hash };
    let request = CreateResearcherRequest::from(credentials);
    match gateway.clients.researchers.clone().create_researcher(call(request)).await {
        Ok(_) => Ok(researcher),
        Err(status) if status.code() == tonic::Code::AlreadyExists => Err(Error::new(
            ErrorCode::AlreadyExists,
            format!("the handle `{}` is taken; choose another one", researcher.handle),
        )
        .with_field("handle")),
        Err(status) => Err(status.into()),
    }
}

/// Opens a session for whoever knows the password. The answer takes the same time whether the handle
/// exists or not.
pub(crate) async fn sign_in(
    gateway: &Gateway,
    handle: &str,
    password: String,
    kind: SessionKind,
    label: &str,
) -> Result<(Researcher, NewSession)> {
    let wrong = || Error::new(ErrorCode::Unauthenticated, "the handle or the password is wrong");
    let label = Label::parse(label)?;
    let handle = Handle::parse(handle).map_err(|_| wrong())?;
    gateway.throttles.sign_in.count(handle.as_str())?;
    let request = GetCredentialsRequest { handle: handle.as_str().to_owned() };
    let answer = found(gateway.clients.researchers.clone().get_credentials(call(request)).await)?;
    let credentials = answer.map(Credentials::try_from).transpose()?;
    let stored = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let right = gateway.passwords.verify(password.clone(), stored).await?;
    let Some(credentials) = credentials.filter(|_| right) else { return Err(wrong()) };
    if gateway.passwords.is_outdated(&credentials.password_hash) {
        renew_hash(gateway, credentials.researcher.id, password).await?;
    }
    let session = session::open(gateway, &credentials.researcher, kind, label.into_string()).await?;
    Ok((credentials.researcher, session))
}

/// Ends the session (or token) that the actor called with.
pub(crate) async fn sign_out(gateway: &Gateway, actor: &Actor) -> Result<()> {
    let request = DeleteSessionRequest { secret_hash: actor.secret_hash.to_vec() };
    gateway.clients.researchers.clone().delete_session(call(request)).await?;
    Ok(())
}

/// Changes the actor's profile.
pub(crate) async fn update(gateway: &Gateway, actor: &Actor, change: ProfileChange) -> Result<Researcher> {
    let mut researcher = actor.researcher.clone();
    if let Some(display_name) = change.display_name {
        researcher.display_name = display_name;
    }
    if let Some(affiliation) = change.affiliation {
        researcher.affiliation = affiliation;
    }
    if let Some(biography) = change.biography {
        researcher.biography = biography;
    }
    let request = UpdateResearcherRequest { researcher: Some(researcher.clone().into()) };
    gateway.clients.researchers.clone().update_researcher(call(request)).await?;
    Ok(researcher)
}

/// Whether nobody has an account yet: the first page then offers a demonstration.
pub(crate) async fn is_fresh(gateway: &Gateway) -> Result<bool> {
    let status = gateway.clients.system.clone().get_status(call(GetStatusRequest {})).await?;
    Ok(status.into_inner().researcher_count == 0)
}

/// Hashes the password again at the present cost.
async fn renew_hash(gateway: &Gateway, id: ResearcherId, password: String) -> Result<()> {
    let password_hash = gateway.passwords.hash(password).await?;
    let request = UpdatePasswordHashRequest { researcher_id: id.to_string(), password_hash };
    gateway.clients.researchers.clone().update_password_hash(call(request)).await?;
    Ok(())
}
