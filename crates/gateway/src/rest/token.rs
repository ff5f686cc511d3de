//! Bearer tokens of programs.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use nameit_domain::Timestamp;
use nameit_domain::session::SessionKind;

use crate::access::Actor;
use crate::body;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::{account, token};
use crate::state::Gateway;

/// Who wants a token.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateToken {
    handle: String,
    password: String,
    /// A name for the token, for the researcher's own overview.
    #[serde(default)]
    label: String,
}

/// A new token. It is shown this once.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Token {
    token: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// One of the caller's tokens, without its secret.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct TokenInfo {
    /// First 16 hex digits of the SHA-256 of the token.
    id: String,
    label: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// The caller's tokens.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Tokens {
    /// The newest first.
    tokens: Vec<TokenInfo>,
}

/// Gives a token to whoever knows the password.
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "accounts", operation_id = "create_token", request_body = CreateToken,
    responses(
        (status = 201, body = Token),
        (status = 401, description = "the handle or the password is wrong", body = Problem),
        (status = 429, body = Problem),
    )
)]
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    body::Json(wanted): body::Json<CreateToken>,
) -> Result<(StatusCode, Json<Token>)> {
    let (_, new) =
        account::sign_in(&gateway, &wanted.handle, wanted.password, SessionKind::Token, &wanted.label)
            .await?;
    Ok((StatusCode::CREATED, Json(Token { token: new.secret, expires_at: new.session.expires_at })))
}

/// The caller's tokens that count now.
#[utoipa::path(
    get, path = "/api/v1/tokens", tag = "accounts", operation_id = "list_tokens", security(("researcher" = [])),
    responses((status = 200, body = Tokens), (status = 401, body = Problem))
)]
pub(crate) async fn list(State(gateway): State<Gateway>, actor: Actor) -> Result<Json<Tokens>> {
    let tokens = token::list(&gateway, &actor).await?.into_iter().map(TokenInfo::from).collect();
    Ok(Json(Tokens { tokens }))
}

/// Ends one of the caller's tokens at once.
#[utoipa::path(
    delete, path = "/api/v1/tokens/{id}", tag = "accounts", operation_id = "revoke_token",
    params(("id" = String, Path)), security(("researcher" = [])),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn revoke(
    State(gateway): State<Gateway>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    token::revoke(&gateway, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the token that this call carries.
#[utoipa::path(
    delete, path = "/api/v1/tokens/current", tag = "accounts", operation_id = "delete_token",
    security(("researcher" = [])),
    responses((status = 204), (status = 401, body = Problem))
)]
pub(crate) async fn delete(State(gateway): State<Gateway>, actor: Actor) -> Result<StatusCode> {
    account::sign_out(&gateway, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<token::Token> for TokenInfo {
    fn from(token: token::Token) -> Self {
        let token::Token { id, label, created_at, expires_at } = token;
        Self { id, label, created_at, expires_at }
    }
}
