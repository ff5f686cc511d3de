//! The researcher's account: profile and tokens for programs.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use nameit_domain::session::SessionKind;
use nameit_domain::text::{Affiliation, Biography, DisplayName};
use serde::Deserialize;

use super::{Frame, done, note, page, page_with};
use crate::access::Actor;
use crate::body::Form;
use crate::error::Result;
use crate::services::account::{self, ProfileChange};
use crate::session;
use crate::state::Gateway;
use crate::views::me::{Me, ProfileForm};
use crate::views::{Notice, Problems, Section};

/// Characters of a token's label.
const LABEL_MAX_CHARS: usize = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ProfileFields {
    display_name: String,
    affiliation: String,
    biography: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct TokenFields {
    label: String,
}

/// `GET /me`.
pub(super) async fn show(frame: Frame, actor: Actor) -> Result<Response> {
    page(&view(&frame, &actor))
}

/// `POST /me`.
pub(super) async fn save(
    State(gateway): State<Gateway>,
    frame: Frame,
    actor: Actor,
    Form(fields): Form<ProfileFields>,
) -> Result<Response> {
    let mut problems = Problems::default();
    let change = ProfileChange {
        display_name: problems.check(DisplayName::parse(&fields.display_name)),
        affiliation: problems.check(Affiliation::parse(&fields.affiliation)),
        biography: problems.check(Biography::parse(&fields.biography)),
    };
    if problems.is_empty() {
        match account::update(&gateway, &actor, change).await {
            Ok(_) => return Ok(done("/me", Notice::Saved)),
            Err(error) => note(&mut problems, error)?,
        }
    }
    let form = ProfileForm {
        display_name: fields.display_name,
        affiliation: fields.affiliation,
        biography: fields.biography,
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &Me { form, problems, ..view(&frame, &actor) })
}

/// `POST /me/tokens`: the answer is the only place where the token is ever shown.
pub(super) async fn create_token(
    State(gateway): State<Gateway>,
    frame: Frame,
    actor: Actor,
    Form(fields): Form<TokenFields>,
) -> Result<Response> {
    let label = fields.label.trim();
    if label.chars().count() > LABEL_MAX_CHARS || label.chars().any(char::is_control) {
        let mut problems = Problems::default();
        problems.add("label", "This must have at most 100 characters on one line.");
        let view = Me { token_label: fields.label, problems, ..view(&frame, &actor) };
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let session = session::open(&gateway, &actor.researcher, SessionKind::Token, label.to_owned()).await?;
    page(&Me { new_token: Some(session.secret), ..view(&frame, &actor) })
}

fn view(frame: &Frame, actor: &Actor) -> Me {
    let researcher = &actor.researcher;
    Me {
        site: frame.site(Section::Me),
        handle: researcher.handle.to_string(),
        form: ProfileForm {
            display_name: researcher.display_name.to_string(),
            affiliation: researcher.affiliation.to_string(),
            biography: researcher.biography.to_string(),
        },
        problems: Problems::default(),
        new_token: None,
        token_label: String::new(),
    }
}
