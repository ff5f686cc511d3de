//! The researcher's account: profile and API tokens.

use askama::Template;

use super::dashboard::date;
use super::{Problems, Section, Site};
use crate::services::token::Token;

/// The researcher's account.
#[derive(Template)]
#[template(path = "me.html")]
pub(crate) struct Me {
    /// The frame.
    pub(crate) site: Site,
    /// The name to sign in with.
    pub(crate) handle: String,
    /// What is typed.
    pub(crate) form: ProfileForm,
    /// What is wrong with it.
    pub(crate) problems: Problems,
    /// Tokens that count, the newest first.
    pub(crate) tokens: Vec<Token>,
    /// A token that was just made; it is shown this once.
    pub(crate) new_token: Option<String>,
    /// Label typed for a token.
    pub(crate) token_label: String,
}

/// What others see of a researcher.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileForm {
    /// The name that others see.
    pub(crate) display_name: String,
    /// Where the researcher works.
    pub(crate) affiliation: String,
    /// A short profile.
    pub(crate) biography: String,
}
