//! The researcher's account: profile and API tokens.

use askama::Template;

use super::{Problems, Section, Site};

/// The researcher's account.
#[derive(Template)]
#[template(path = "me.html")]
pub struct Me {
    /// The frame.
    pub site: Site,
    /// The name to sign in with.
    pub handle: String,
    /// What is typed.
    pub form: ProfileForm,
    /// What is wrong with it.
    pub problems: Problems,
    /// A token that was just made; it is shown this once.
    pub new_token: Option<String>,
    /// Label typed for a token.
    pub label: String,
}

/// What others see of a researcher.
#[derive(Debug, Clone, Default)]
pub struct ProfileForm {
    /// The name that others see.
    pub display_name: String,
    /// Where the researcher works.
    pub affiliation: String,
    /// A short profile.
    pub biography: String,
}
