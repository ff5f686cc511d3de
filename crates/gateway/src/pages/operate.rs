//! The page of operators. It needs no account, and nothing of storage: it is read when things are broken.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Redirect, Response};
use futures::Stream;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{note, page, page_with};
use crate::access::Operator;
use crate::body::Form;
use crate::csrf;
use crate::error::{Error, ErrorCode, Result};
use crate::operator::{Operators, Refused};
use crate::services::operate;
use crate::state::Gateway;
use crate::views::Problems;
use crate::views::operate::{SelfTestPage, SignIn};

/// Events that the page is sent to see whether they come one by one.
const EVENTS: u32 = 6;
/// Time between two of them: long enough to be told from what a network delays.
const EVENT_INTERVAL: Duration = Duration::from_millis(300);

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SignInFields {
    code: String,
}

/// `GET /operate`: tests everything, each time it is loaded.
pub(super) async fn show(State(gateway): State<Gateway>, operator: Operator) -> Result<Response> {
    let has_session = gateway.operators.has_code();
    page(&SelfTestPage::new(operate::self_test(&gateway, operator).await, has_session))
}

/// `GET /operate/events`: a few events, one after the other, each with the time when it was sent.
pub(super) async fn events(
    State(gateway): State<Gateway>,
    _: Operator,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(async_stream::stream! {
        let mut pace = tokio::time::interval(EVENT_INTERVAL);
        for number in 1..=EVENTS {
            pace.tick().await;
            let sent_ms = gateway.clock.now().as_millisecond();
            yield Ok(Event::default().event("tick").data(format!("{number} {EVENTS} {sent_ms}")));
        }
    })
}

/// `GET /operate/sign-in`: asks for the code, if there is one.
pub(super) async fn sign_in_form(State(gateway): State<Gateway>) -> Result<Response> {
    if !gateway.operators.has_code() {
        return Err(Refused::NotThere.into_error());
    }
    page(&SignIn::default())
}

/// `POST /operate/sign-in`. The form has no token against forged ones: who can forge it knows the code.
pub(super) async fn sign_in(
    State(gateway): State<Gateway>,
    Form(fields): Form<SignInFields>,
) -> Result<Response> {
    let refused = match gateway.operators.sign_in(gateway.clock.now(), &fields.code, gateway.is_https()) {
        Ok(cookie) => {
            let mut response = Redirect::to("/operate").into_response();
            response.headers_mut().append(SET_COOKIE, cookie);
            return Ok(response);
        }
        Err(refused) => refused,
    };
    let mut problems = Problems::default();
    let error = match refused {
        Refused::NotThere => return Err(refused.into_error()),
        Refused::NoProof => {
            tracing::warn!("somebody gave a wrong operator code");
            Error::new(ErrorCode::Unauthenticated, "the code is wrong").with_field("code")
        }
        Refused::TooMany(error) => error,
    };
    let status = error.code.http_status();
    note(&mut problems, error)?;
    let mut response =
        page_with(StatusCode::UNPROCESSABLE_ENTITY, &SignIn { problems, ..SignIn::default() })?;
    if status == StatusCode::TOO_MANY_REQUESTS {
        *response.status_mut() = status;
    }
    Ok(response)
}

/// `POST /operate/sign-out`. The cookie is not sent along from other sites; their forms do nothing.
pub(super) async fn sign_out(
    State(gateway): State<Gateway>,
    _: Operator,
    headers: HeaderMap,
) -> Result<Response> {
    if csrf::is_from_elsewhere(&headers) {
        return Err(Error::new(ErrorCode::PermissionDenied, "this request comes from another site"));
    }
    let mut response = Redirect::to("/operate/sign-in").into_response();
    response.headers_mut().append(SET_COOKIE, Operators::sign_out(gateway.is_https()));
    Ok(response)
}
