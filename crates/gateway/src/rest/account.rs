//! Accounts and the profile of whoever calls.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use nameit_domain::Timestamp;
use nameit_domain::text::{Affiliation, Biography, DisplayName, Handle};

use crate::access::Actor;
use crate::body;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::account::{self, NewAccount, ProfileChange};
use crate::state::Gateway;

/// A researcher's account.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Researcher {
    id: String,
    handle: String,
    display_name: String,
    affiliation: String,
    biography: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// What somebody says who wants an account.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateAccount {
    /// Signs in with this: 3 to 32 letters a-z, digits, - or _, beginning with a letter.
    handle: String,
    /// 10 to 200 characters.
    password: String,
    display_name: String,
    affiliation: Option<String>,
}

/// What changes in the profile; what is missing stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateMe {
    display_name: Option<String>,
    affiliation: Option<String>,
    biography: Option<String>,
}

/// Makes an account.
#[utoipa::path(
    post, path = "/api/v1/accounts", tag = "accounts", request_body = CreateAccount, operation_id = "create_account",
    responses(
        (status = 201, body = Researcher),
        (status = 409, description = "the handle is taken", body = Problem),
        (status = 422, body = Problem),
        (status = 429, body = Problem),
    )
)]
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    body::Json(new): body::Json<CreateAccount>,
) -> Result<(StatusCode, Json<Researcher>)> {
    let new = NewAccount {
        handle: Handle::parse(&new.handle)?,
        password: new.password,
        display_name: DisplayName::parse(&new.display_name)?,
        affiliation: Affiliation::parse(new.affiliation.as_deref().unwrap_or_default())?,
    };
    Ok((StatusCode::CREATED, Json(account::create(&gateway, new).await?.into())))
}

/// The account of whoever calls.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "accounts", operation_id = "get_me", security(("researcher" = [])),
    responses((status = 200, body = Researcher), (status = 401, body = Problem))
)]
pub(crate) async fn get(actor: Actor) -> Json<Researcher> {
    Json(actor.researcher.into())
}

/// Changes the profile of whoever calls.
#[utoipa::path(
    patch, path = "/api/v1/me", tag = "accounts", operation_id = "update_me", request_body = UpdateMe,
    security(("researcher" = [])),
    responses((status = 200, body = Researcher), (status = 401, body = Problem), (status = 422, body = Problem))
)]
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    actor: Actor,
    body::Json(change): body::Json<UpdateMe>,
) -> Result<Json<Researcher>> {
    let change = ProfileChange {
        display_name: change.display_name.as_deref().map(DisplayName::parse).transpose()?,
        affiliation: change.affiliation.as_deref().map(Affiliation::parse).transpose()?,
        biography: change.biography.as_deref().map(Biography::parse).transpose()?,
    };
    Ok(Json(account::update(&gateway, &actor, change).await?.into()))
}

impl From<nameit_domain::Researcher> for Researcher {
    fn from(researcher: nameit_domain::Researcher) -> Self {
        Self {
            id: researcher.id.to_string(),
            handle: researcher.handle.into_string(),
            display_name: researcher.display_name.into_string(),
            affiliation: researcher.affiliation.into_string(),
            biography: researcher.biography.into_string(),
            created_at: researcher.created_at,
        }
    }
}
