//! The participant's pages: one shell whose views the scripts in `assets/run` show one by one.
//!
//! The scripts find everything they need in the JSON of `#run-config` (see `assets/run/types.js`).

use askama::Template;
use nameit_domain::text::{ConsentText, Language, Slug, Title};
use serde::Serialize;
use serde_json::Value;

/// An experiment that somebody new may start: consent first, then the trials.
#[derive(Debug, Clone, Template)]
#[template(path = "run/run.html")]
pub struct RunPage {
    /// The frame of the page and the scripts' configuration.
    pub shell: RunShell,
    /// What the participant agrees to.
    pub consent_text: ConsentText,
}

/// An experiment that nobody new may start: still a draft, paused or closed. Who began before goes on here,
/// and who finished finds the completion code, because the page runs the same scripts.
#[derive(Debug, Clone, Template)]
#[template(path = "run/closed.html")]
pub struct ClosedPage {
    /// The frame of the page and the scripts' configuration.
    pub shell: RunShell,
}

/// What both pages have in common.
#[derive(Debug, Clone)]
pub struct RunShell {
    /// The experiment's title.
    pub title: Title,
    /// The experiment's language.
    pub language: Language,
    /// The part of the link after `/run/`.
    pub slug: Slug,
    /// Whether an access code has to be given.
    pub needs_code: bool,
    /// Whether somebody new may start.
    pub admits: bool,
    /// For a researcher's preview: the run as `POST /api/v1/run/{slug}/participations` would answer it.
    pub preview: Option<Value>,
}

/// What the scripts read.
#[derive(Serialize)]
struct Config<'a> {
    slug: &'a str,
    language: &'a str,
    needs_code: bool,
    admits: bool,
    preview: Option<&'a Value>,
}

// === impl RunPage ===

impl RunPage {
    /// The page of an experiment that is open.
    pub fn open(
        title: Title,
        language: Language,
        slug: Slug,
        consent_text: ConsentText,
        needs_code: bool,
    ) -> Self {
        let shell = RunShell { title, language, slug, needs_code, admits: true, preview: None };
        Self { shell, consent_text }
    }

    /// The same page for its researcher: nothing that is done on it is stored, and no code is asked for.
    pub fn preview(
        title: Title,
        language: Language,
        slug: Slug,
        consent_text: ConsentText,
        run: Value,
    ) -> Self {
        let shell = RunShell { title, language, slug, needs_code: false, admits: true, preview: Some(run) };
        Self { shell, consent_text }
    }
}

// === impl ClosedPage ===

impl ClosedPage {
    /// The page of an experiment that is not open.
    pub fn new(title: Title, language: Language, slug: Slug) -> Self {
        let shell = RunShell { title, language, slug, needs_code: false, admits: false, preview: None };
        Self { shell }
    }
}

// === impl RunShell ===

impl RunShell {
    /// Whether nothing is stored.
    pub fn is_preview(&self) -> bool {
        self.preview.is_some()
    }

    /// The scripts' configuration as JSON that can stand in a `<script>` element: without `<`, nothing in it
    /// ends the element or opens a comment.
    pub fn config_json(&self) -> String {
        let config = Config {
            slug: self.slug.as_str(),
            language: self.language.as_str(),
            needs_code: self.needs_code,
            admits: self.admits,
            preview: self.preview.as_ref(),
        };
        let json = serde_json::to_string(&config).expect("strings, flags and JSON are JSON");
        json.replace('<', "\\u003c")
    }
}
