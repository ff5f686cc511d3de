//! What operators see: the installation, tested.

use askama::Template;

use super::{Problems, Site};
use crate::charts::number;
use crate::services::operate::{Check, SelfTest, Service, Signal, State};

/// The self-test.
#[derive(Template)]
#[template(path = "operate/self_test.html")]
pub(crate) struct SelfTestPage {
    site: Site,
    test: SelfTest,
    /// Whether the operator has a session that can be ended.
    has_session: bool,
}

/// The page that asks for the code.
#[derive(Template, Default)]
#[template(path = "operate/sign_in.html")]
pub(crate) struct SignIn {
    /// What is wrong.
    pub(crate) problems: Problems,
    /// The frame.
    pub(crate) site: Site,
}

// === impl SelfTestPage ===

impl SelfTestPage {
    /// The page of a test.
    pub(crate) fn new(test: SelfTest, has_session: bool) -> Self {
        Self { site: Site::default(), test, has_session }
    }

    /// The whole in one sentence.
    fn summary(&self) -> String {
        let count = |state| self.test.checks.iter().filter(|check| check.state == state).count() as u64;
        let broken = number::counted(count(State::Broken), "thing does not work", "things do not work");
        let attention =
            number::counted(count(State::Attention), "thing needs attention", "things need attention");
        match (count(State::Broken), count(State::Attention)) {
            (0, 0) => "Everything works.".to_owned(),
            (0, _) => format!("It works, but {attention}."),
            (_, 0) => format!("{broken}."),
            _ => format!("{broken}, and {attention}."),
        }
    }

    fn notice(&self) -> &'static str {
        match self.test.state {
            State::Ok => "good",
            State::Attention => "warn",
            State::Broken => "danger",
        }
    }

    fn at(&self) -> String {
        self.test.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    fn word(check: &Check) -> &'static str {
        match check.state {
            State::Ok => "ok",
            State::Attention => "attention",
            State::Broken => "broken",
        }
    }

    /// Services that export something, each with its signals.
    fn exporters(&self) -> impl Iterator<Item = (&Service, &Signal)> {
        self.test.services.iter().flat_map(|service| {
            let exported = service.telemetry.iter().filter(|signal| signal.endpoint.is_some());
            exported.map(move |signal| (service, signal))
        })
    }

    fn exported(signal: &Signal) -> String {
        number::count(signal.exported)
    }

    fn dropped(signal: &Signal) -> String {
        number::count(signal.dropped)
    }

    fn last(signal: &Signal) -> String {
        let ago = |ms: u64| format!("{} s ago", number::count(ms / 1000));
        match (signal.last_success_ago_ms, &signal.last_error, signal.last_error_ago_ms) {
            (_, Some(error), Some(ms)) if signal.is_failing => format!("failed {}: {error}", ago(ms)),
            (Some(ms), _, _) => format!("arrived {}", ago(ms)),
            _ => "nothing yet".to_owned(),
        }
    }
}
