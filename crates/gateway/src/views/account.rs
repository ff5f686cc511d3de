//! Signing up and signing in.

use askama::Template;

use super::{Problems, Section, Site};

/// The page to create an account.
#[derive(Template)]
#[template(path = "sign_up.html")]
pub struct SignUp {
    /// The frame.
    pub site: Site,
    /// What was typed, without the password.
    pub form: SignUpForm,
    /// What is wrong with it.
    pub problems: Problems,
    /// Where to go afterwards; a path on this server.
    pub next: String,
}

/// What is typed to create an account, without the password.
#[derive(Debug, Clone, Default)]
pub struct SignUpForm {
    /// The name to sign in with.
    pub handle: String,
    /// The name that others see.
    pub display_name: String,
    /// Where the researcher works.
    pub affiliation: String,
}

/// The page to sign in.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// The frame.
    pub site: Site,
    /// The handle that was typed.
    pub handle: String,
    /// What is wrong.
    pub problems: Problems,
    /// Where to go afterwards; a path on this server.
    pub next: String,
}
