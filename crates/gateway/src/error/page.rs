//! Errors for people: a page.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::{Error, problem};

/// Renders an error for people.
pub(crate) fn render(error: &Error, status: StatusCode) -> Response {
    let mut response = (status, axum::response::Html(html(error))).into_response();
    problem::common_headers(error, response.headers_mut());
    response
}

fn html(error: &Error) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><link rel=\"stylesheet\" href=\"/assets/base.css\"><main><h1>{title}</h1><p>{message}</p><p><a href=\"/\">To the first page</a></p></main></html>",
        title = escape(error.code.title()),
        message = escape(&error.message),
    )
}
