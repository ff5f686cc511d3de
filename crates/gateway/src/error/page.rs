//! Errors for people: a page.

use askama::Template as _;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::{Error, problem};
use crate::access::Onlooker;
use crate::views::error::ErrorPage;
use crate::views::{SignedIn, Site};

/// Renders an error for people. Who is signed in is shown where it is known already; it is not asked here,
/// since that may be what failed.
pub(crate) fn render(error: &Error, status: StatusCode, onlooker: Option<Onlooker>) -> Response {
    let site = onlooker.map(|Onlooker { actor, csrf }| Site {
        signed_in: Some(SignedIn { display_name: actor.researcher.display_name.into_string() }),
        csrf_token: csrf.0,
        ..Site::default()
    });
    let message = if status.is_server_error() { "" } else { &error.message };
    let view =
        ErrorPage { site: site.unwrap_or_default(), status: status.as_u16(), detail: capital(message) };
    let html = view.render().expect("the template of errors has no fallible parts");
    let mut response = (status, axum::response::Html(html)).into_response();
    problem::common_headers(error, response.headers_mut());
    response
}

/// Messages begin in lower case and end without a full stop; on a page they are sentences.
fn capital(message: &str) -> String {
    let mut characters = message.chars();
    let Some(first) = characters.next() else { return String::new() };
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), characters.as_str())
}
