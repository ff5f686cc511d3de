//! Signing up, in and out.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};
use nameit_domain::session::SessionKind;
use nameit_domain::text::{Affiliation, DisplayName, Handle, check_password};
use serde::Deserialize;

use super::{Frame, Params, done, local_path, note, page, page_with};
use crate::access::Actor;
use crate::body::Form;
use crate::error::Result;
use crate::services::account::{self, NewAccount};
use crate::session;
use crate::state::Gateway;
use crate::views::account::{SignIn, SignUp, SignUpForm};
use crate::views::{Notice, Problems, Section};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SignUpFields {
    handle: String,
    password: String,
    display_name: String,
    affiliation: String,
    next: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SignInFields {
    handle: String,
    password: String,
    next: String,
}

/// `GET /sign-up`.
pub(super) async fn sign_up_form(frame: Frame, params: Params) -> Result<Response> {
    page(&SignUp {
        site: frame.site(Section::Elsewhere),
        form: SignUpForm::default(),
        problems: Problems::default(),
        next: params.get("next").to_owned(),
    })
}

/// `POST /sign-up`: makes the account and signs in.
pub(super) async fn sign_up(
    State(gateway): State<Gateway>,
    frame: Frame,
    Form(fields): Form<SignUpFields>,
) -> Result<Response> {
    let mut problems = Problems::default();
    let handle = problems.check(Handle::parse(&fields.handle));
    let display_name = problems.check(DisplayName::parse(&fields.display_name));
    let affiliation = problems.check(Affiliation::parse(&fields.affiliation));
    let password = problems.check(check_password(&fields.password));
    if let (Some(handle), Some(display_name), Some(affiliation), Some(())) =
        (handle, display_name, affiliation, password)
    {
        let new = NewAccount { handle, password: fields.password, display_name, affiliation };
        match account::create(&gateway, new).await {
            Ok(researcher) => {
                let session =
                    session::open(&gateway, &researcher, SessionKind::Browser, String::new()).await?;
                return Ok(signed_in(session::session_cookie(&gateway, &session), &fields.next));
            }
            Err(error) => note(&mut problems, error)?,
        }
    }
    let form = SignUpForm {
        handle: fields.handle,
        display_name: fields.display_name,
        affiliation: fields.affiliation,
    };
    let view = SignUp { site: frame.site(Section::Elsewhere), form, problems, next: fields.next };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// `GET /sign-in`.
pub(super) async fn sign_in_form(frame: Frame, params: Params) -> Result<Response> {
    page(&SignIn {
        site: frame.site(Section::SignIn),
        handle: String::new(),
        problems: Problems::default(),
        next: params.get("next").to_owned(),
    })
}

/// `POST /sign-in`.
pub(super) async fn sign_in(
    State(gateway): State<Gateway>,
    frame: Frame,
    Form(fields): Form<SignInFields>,
) -> Result<Response> {
    let answer = account::sign_in(&gateway, &fields.handle, fields.password, SessionKind::Browser, "").await;
    let mut problems = Problems::default();
    match answer {
        Ok((_, session)) => {
            return Ok(signed_in(session::session_cookie(&gateway, &session), &fields.next));
        }
        Err(error) => note(&mut problems, error)?,
    }
    let view =
        SignIn { site: frame.site(Section::SignIn), handle: fields.handle, problems, next: fields.next };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// `POST /sign-out`.
pub(super) async fn sign_out(State(gateway): State<Gateway>, actor: Actor) -> Result<Response> {
    account::sign_out(&gateway, &actor).await?;
    let mut response = done("/sign-in", Notice::SignedOut);
    response.headers_mut().append(SET_COOKIE, session::no_session_cookie(&gateway));
    Ok(response)
}

/// On to the next page, with the cookie of the new session.
pub(super) fn signed_in(cookie: HeaderValue, next: &str) -> Response {
    let mut response = Redirect::to(local_path(next).unwrap_or("/dashboard")).into_response();
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}
