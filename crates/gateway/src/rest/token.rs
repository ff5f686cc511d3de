//! Bearer tokens of programs.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use nameit_domain::Timestamp;
use nameit_domain::session::SessionKind;

use crate::access::Actor;
use crate::body;
use crate::error::Result;
use crate::error::problem::Problem;
use crate::services::account;
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
