//! Errors for people: a page.

use askama::Template as _;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::{Error, problem};
use crate::views::Site;
use crate::views::error::ErrorPage;

/// Renders an error for people. Who is signed in is not asked: that may be what failed.
pub(crate) fn render(error: &Error, status: StatusCode) -> Response {
    let message = if status.is_server_error() { "" } else { &error.message };
    let view = ErrorPage { site: Site::default(), status: status.as_u16(), detail: capital(message) };
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
