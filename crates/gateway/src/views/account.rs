//! Signing up and signing in.

use askama::Template;

use super::{Problems, Section, Site};

/// The page to create an account.
#[derive(Template)]
#[template(path = "sign_up.html")]
pub(crate) struct SignUp {
    /// The frame.
    pub(crate) site: Site,
    /// What was typed, without the password.
    pub(crate) form: SignUpForm,
    /// What is wrong with it.
    pub(crate) problems: Problems,
    /// Where to go afterwards; a path on this server.
    pub(crate) next: String,
}

/// What is typed to create an account, without the password.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignUpForm {
    /// The name to sign in with.
    pub(crate) handle: String,
    /// The name that others see.
    pub(crate) display_name: String,
    /// Where the researcher works.
    pub(crate) affiliation: String,
}

/// The page to sign in.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignIn {
    /// The frame.
    pub(crate) site: Site,
    /// The handle that was typed.
    pub(crate) handle: String,
    /// What is wrong.
    pub(crate) problems: Problems,
    /// Where to go afterwards; a path on this server.
    pub(crate) next: String,
}
