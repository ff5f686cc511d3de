//! The button that fills an empty server.

use axum::extract::State;
use axum::response::Response;
use http::header::SET_COOKIE;

use super::done;
use crate::error::Result;
use crate::services::demo;
use crate::session;
use crate::state::Gateway;
use crate::views::Notice;

/// `POST /demo`: makes the demo and signs in as its researcher.
pub(super) async fn create(State(gateway): State<Gateway>) -> Result<Response> {
    let session = demo::create(&gateway).await?;
    let mut response = done("/dashboard", Notice::DemoCreated);
    response.headers_mut().append(SET_COOKIE, session::session_cookie(&gateway, &session));
    Ok(response)
}
