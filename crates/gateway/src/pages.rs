//! The pages: thin handlers between forms and use cases.
//!
//! A form that is wrong is shown again with what was typed and what is wrong beside each field; one that is
//! right leads to the next page by a redirect, so that a reload sends nothing twice.

mod account;
mod agreement;
mod assets;
mod colour_naming;
mod comparison;
mod dashboard;
mod demo;
mod descriptions;
mod editor;
mod home;
mod me;
mod norms;
mod operate;
mod overview;
mod participants;
mod results;
mod run;
mod share;
mod stimulus;
mod upload;
mod usage;
mod variants;

use std::collections::HashMap;
use std::fmt::Write as _;

use askama::Template;
use axum::extract::{FromRequestParts, RawQuery};
use axum::handler::Handler as _;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::request::Parts;
use http::{Method, StatusCode};

use crate::access::{Actor, Rule, Visitor};
use crate::csrf::CsrfToken;
use crate::error::{Error, ErrorCode, Result};
use crate::router::Route;
use crate::state::Gateway;
use crate::views::{Notice, Problems, Section, SignedIn, Site, sentence};

/// The routes of the pages.
pub(crate) fn routes() -> Vec<Route> {
    use Rule::{Anyone, Operator, Owner, Researcher};
    vec![
        Route::plain(Method::GET, "/assets/{*path}", Anyone, assets::get).compressed(),
        Route::page(Method::GET, "/", Anyone, home::show),
        Route::page(Method::POST, "/demo", Anyone, demo::create).upload(),
        Route::page(Method::GET, "/sign-up", Anyone, account::sign_up_form),
        Route::page(Method::POST, "/sign-up", Anyone, account::sign_up),
        Route::page(Method::GET, "/sign-in", Anyone, account::sign_in_form),
        Route::page(Method::POST, "/sign-in", Anyone, account::sign_in),
        Route::page(Method::POST, "/sign-out", Researcher, account::sign_out),
        Route::page(Method::GET, "/me", Researcher, me::show),
        Route::page(Method::POST, "/me", Researcher, me::save),
        Route::page(Method::POST, "/me/tokens", Researcher, me::create_token),
        Route::page(Method::POST, "/me/tokens/{id}/revoke", Researcher, me::revoke_token),
        Route::page(Method::GET, "/dashboard", Researcher, dashboard::show),
        Route::page(Method::GET, "/experiments/new", Researcher, editor::new_form),
        Route::page(Method::POST, "/experiments/new", Researcher, editor::create),
        Route::page(Method::GET, "/experiments/{id}/edit", Owner, editor::show),
        Route::page(Method::POST, "/experiments/{id}/edit", Owner, editor::save),
        Route::page(Method::POST, "/experiments/{id}/publish", Owner, editor::publish),
        Route::page(Method::POST, "/experiments/{id}/pause", Owner, editor::pause),
        Route::page(Method::POST, "/experiments/{id}/close", Owner, editor::close),
        Route::page(Method::POST, "/experiments/{id}/versions", Owner, editor::new_version),
        Route::page(Method::POST, "/experiments/{id}/delete", Owner, editor::delete),
        // It is in the trash, where `Owner` does not look; the use case looks there.
        Route::page(Method::POST, "/experiments/{id}/restore", Researcher, editor::restore),
        Route::page(
            Method::POST,
            "/experiments/{id}/stimuli",
            Owner,
            upload::pictures.layer(upload::pictures_limit()),
        )
        .upload(),
        Route::page(
            Method::POST,
            "/experiments/{id}/manifest",
            Owner,
            upload::manifest.layer(upload::manifest_limit()),
        )
        .upload(),
        Route::page(Method::POST, "/experiments/{id}/colours", Owner, stimulus::colours),
        Route::page(Method::GET, "/experiments/{id}/stimuli/{key}", Owner, stimulus::show),
        Route::page(Method::POST, "/experiments/{id}/stimuli/{key}", Owner, stimulus::save),
        Route::page(Method::POST, "/experiments/{id}/stimuli/{key}/delete", Owner, stimulus::delete),
        Route::page(Method::GET, "/experiments/{id}/share", Owner, share::show),
        Route::page(Method::GET, "/experiments/{id}/preview", Owner, run::preview),
        Route::page(Method::GET, "/experiments/{id}/results", Owner, results::show),
        Route::page(Method::GET, "/experiments/{id}/results/events", Owner, results::events),
        Route::page(Method::POST, "/experiments/{id}/results/stop-rule", Owner, results::set_stop_rule),
        Route::page(Method::GET, "/experiments/{id}/results/means", Owner, norms::means),
        Route::page(Method::GET, "/experiments/{id}/results/stimuli/{key}", Owner, norms::show),
        Route::page(Method::POST, "/experiments/{id}/results/stimuli/{key}/trimming", Owner, norms::keep),
        Route::page(Method::GET, "/experiments/{id}/results/overview", Owner, overview::show),
        Route::page(Method::GET, "/experiments/{id}/results/colours", Owner, colour_naming::show),
        Route::page(Method::GET, "/experiments/{id}/results/agreement", Owner, agreement::show),
        Route::page(Method::GET, "/experiments/{id}/results/comparison", Owner, comparison::show),
        Route::page(
            Method::POST,
            "/experiments/{id}/results/comparison",
            Owner,
            comparison::take.layer(comparison::table_limit()),
        )
        .upload(),
        Route::page(Method::POST, "/experiments/{id}/results/comparison/remove", Owner, comparison::remove),
        Route::page(Method::GET, "/experiments/{id}/results/participants", Owner, participants::show),
        Route::page(Method::GET, "/experiments/{id}/results/usage", Owner, usage::show),
        Route::page(Method::GET, "/experiments/{id}/results/variants", Owner, variants::show),
        Route::page(Method::POST, "/experiments/{id}/results/variants", Owner, variants::decide),
        Route::page(
            Method::POST,
            "/experiments/{id}/results/variants/mapping",
            Owner,
            variants::import.layer(variants::import_limit()),
        )
        .upload(),
        Route::page(Method::GET, "/experiments/{id}/results/descriptions", Owner, descriptions::show),
        Route::page(Method::POST, "/experiments/{id}/results/descriptions", Owner, descriptions::decide),
        Route::page(
            Method::POST,
            "/experiments/{id}/results/descriptions/annotations",
            Owner,
            descriptions::import.layer(descriptions::import_limit()),
        )
        .upload(),
        Route::page(
            Method::GET,
            "/experiments/{id}/results/descriptions/example.csv",
            Owner,
            descriptions::example,
        ),
        Route::page(Method::GET, "/run/{slug}", Anyone, run::show),
        Route::page(Method::GET, "/operate", Operator, operate::show),
        Route::plain(Method::GET, "/operate/events", Operator, operate::events),
        // Nothing of storage is needed to knock: no session is looked up and no token is signed.
        Route::plain(Method::GET, "/operate/sign-in", Anyone, operate::sign_in_form),
        Route::plain(Method::POST, "/operate/sign-in", Anyone, operate::sign_in),
        Route::page(Method::POST, "/operate/sign-out", Operator, operate::sign_out),
    ]
}

/// What the frame of a page is made of: who looks at it, the token of its forms, what just happened.
pub(crate) struct Frame {
    pub(crate) actor: Option<Actor>,
    csrf: CsrfToken,
    notice: Option<Notice>,
}

/// The query of a page; what is not there or not readable is empty.
pub(crate) struct Params(HashMap<String, String>);

/// A rendered page.
pub(crate) fn page(view: &impl Template) -> Result<Response> {
    page_with(StatusCode::OK, view)
}

/// A rendered page with a status: a form that was wrong is 422.
pub(crate) fn page_with(status: StatusCode, view: &impl Template) -> Result<Response> {
    let html = view.render().map_err(Error::internal)?;
    Ok((status, Html(html)).into_response())
}

/// To the next page after a form, telling there what was done.
pub(crate) fn done(path: &str, notice: Notice) -> Response {
    Redirect::to(&format!("{path}?done={}", notice.as_str())).into_response()
}

/// Puts an error that the person can correct beside its field; all others go on as errors.
pub(crate) fn note(problems: &mut Problems, error: Error) -> Result<()> {
    match error.code {
        ErrorCode::InvalidArgument
        | ErrorCode::AlreadyExists
        | ErrorCode::Unauthenticated
        | ErrorCode::ResourceExhausted
        | ErrorCode::TooLarge
        | ErrorCode::UnsupportedMedia => {
            let field = error.field.as_deref().unwrap_or_default();
            problems.add(field, capital(&sentence_of(field, &error.message)));
            Ok(())
        }
        _ => Err(error),
    }
}

/// What a form that could not be done is answered with: the status and a sentence above the form. An error that the
/// person cannot correct goes on.
pub(crate) fn refusal(error: Error) -> Result<(StatusCode, String)> {
    if error.code == ErrorCode::Conflict {
        return Ok((StatusCode::CONFLICT, capital(&error.message)));
    }
    let mut problems = Problems::default();
    note(&mut problems, error)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, problems.into_message()))
}

/// The path to go on to after signing in, if it is one of this server's pages.
pub(crate) fn local_path(next: &str) -> Option<&str> {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\r', '\n'])
        && next.len() <= 500;
    local.then_some(next)
}

/// A key as one segment of a path.
pub(crate) fn encoded(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    text
}

/// Messages of use cases begin with their field's name; beside the field that would be said twice.
fn sentence_of(field: &str, message: &str) -> String {
    let about = message.strip_prefix(field).filter(|_| !field.is_empty()).unwrap_or(message).trim_start();
    if about.len() == message.len() { message.to_owned() } else { sentence(about) }
}

/// Begins with a capital letter and ends with a full stop.
fn capital(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

// === impl Frame ===

impl Frame {
    /// The frame of a page of `section`.
    pub(crate) fn site(&self, section: Section) -> Site {
        Site {
            signed_in: self
                .actor
                .as_ref()
                .map(|actor| SignedIn { display_name: actor.researcher.display_name.to_string() }),
            csrf_token: self.csrf.0.clone(),
            section,
            notice: self.notice,
        }
    }
}

impl FromRequestParts<Gateway> for Frame {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self> {
        let Visitor(actor) = Visitor::from_request_parts(parts, gateway).await?;
        let csrf = CsrfToken::from_request_parts(parts, gateway).await?;
        let params = Params::from_request_parts(parts, gateway).await?;
        Ok(Self { actor, csrf, notice: Notice::parse(params.get("done")) })
    }
}

// === impl Params ===

impl Params {
    /// The value of `name`, or nothing.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The number of the page that is asked for.
    pub(crate) fn page(&self) -> usize {
        self.get("page").parse().unwrap_or(1)
    }
}

impl FromRequestParts<Gateway> for Params {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self> {
        let RawQuery(query) =
            RawQuery::from_request_parts(parts, gateway).await.unwrap_or_else(|never| match never {});
        Ok(Self(serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_server_follow() {
        assert_eq!(local_path("/experiments/new"), Some("/experiments/new"));
        for elsewhere in
            ["", "https://example.org", "//example.org", "/\\example.org", "experiments", "/a\nb"]
        {
            assert_eq!(local_path(elsewhere), None, "{elsewhere:?}");
        }
    }

    #[test]
    fn keys_fit_into_paths() {
        assert_eq!(encoded("red apple 3"), "red%20apple%203");
        assert_eq!(encoded("ä?#%"), "%C3%A4%3F%23%25");
    }

    #[test]
    fn messages_stand_beside_their_field() {
        let mut problems = Problems::default();
        note(&mut problems, Error::invalid("title", "title is empty; write 1 to 200 characters")).unwrap();
        assert_eq!(problems.of("title"), Some("This is empty; write 1 to 200 characters."));
        let taken = Error::new(ErrorCode::AlreadyExists, "the handle `ana` is taken").with_field("handle");
        note(&mut problems, taken).unwrap();
        assert_eq!(problems.of("handle"), Some("The handle `ana` is taken."));
        assert!(note(&mut problems, Error::internal("broken")).is_err());
    }
}
