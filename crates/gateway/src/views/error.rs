//! Pages that say what went wrong and what to do.

use askama::Template;

use super::{Section, Site};

/// A page that says what went wrong.
#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage {
    /// The frame.
    pub(crate) site: Site,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened in this case, as a sentence; empty where the general words say it.
    pub(crate) detail: String,
}

// === impl ErrorPage ===

impl ErrorPage {
    fn title(&self) -> &'static str {
        match self.status {
            400 | 422 => "That request was not understood",
            401 => "Please sign in first",
            403 => "This is not open to you",
            404 => "There is nothing here",
            405 => "This cannot be done here",
            409 => "That does not fit any more",
            410 => "This is gone",
            413 => "That file is too large",
            415 => "That kind of file is not taken",
            429 => "One moment, please",
            503 => "A part of the house is resting",
            _ => "Something broke on our side",
        }
    }

    fn advice(&self) -> &'static str {
        match self.status {
            400 | 422 => "Go back, check what you entered, and send it again.",
            401 => "The page needs an account. Your session may have ended.",
            403 => {
                "You are signed in as somebody who may not see this page, or the form was open for too long: \
                 go back, reload, and send it again."
            }
            404 => "The address may be mistyped, or the experiment was deleted or belongs to somebody else.",
            405 => "The address exists, but not for this kind of request.",
            409 => {
                "Somebody, perhaps you in another tab, changed this first. Reload the page and look again."
            }
            410 => "It existed once and was removed.",
            413 => "Send smaller files, or fewer at once. Nothing that was stored before is lost.",
            415 => "Pictures are taken as PNG, JPEG or WebP.",
            429 => {
                "Too many requests came at once. Wait a few seconds and reload; what was stored before is safe."
            }
            503 => {
                "The server is busy or restarting. Reload in a few seconds; answers that were stored are safe."
            }
            _ => "It was noted in the server's log. Answers that were stored are safe.",
        }
    }
}
