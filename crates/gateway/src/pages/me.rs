//! The researcher's account: profile and tokens for programs.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use nameit_domain::text::{Affiliation, Biography, DisplayName};
use serde::Deserialize;

use super::{Frame, done, note, page, page_with};
use crate::access::Actor;
use crate::body::Form;
use crate::error::Result;
use crate::services::account::{self, ProfileChange};
use crate::services::token::{self, Label};
use crate::state::Gateway;
use crate::views::me::{Me, ProfileForm};
use crate::views::{Notice, Problems, Section};

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
pub(super) async fn show(State(gateway): State<Gateway>, frame: Frame, actor: Actor) -> Result<Response> {
    page(&view(&gateway, &frame, &actor).await?)
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
    let view = Me { form, problems, ..view(&gateway, &frame, &actor).await? };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// `POST /me/tokens`: the answer is the only place where the token is ever shown.
pub(super) async fn create_token(
    State(gateway): State<Gateway>,
    frame: Frame,
    actor: Actor,
    Form(fields): Form<TokenFields>,
) -> Result<Response> {
    let label = match Label::parse(&fields.label) {
        Ok(label) => label,
        Err(error) => {
            let mut problems = Problems::default();
            note(&mut problems, error)?;
            let view = Me { token_label: fields.label, problems, ..view(&gateway, &frame, &actor).await? };
            return page_with(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let session = token::create(&gateway, &actor, label).await?;
    page(&Me { new_token: Some(session.secret), ..view(&gateway, &frame, &actor).await? })
}

/// `POST /me/tokens/{id}/revoke`.
pub(super) async fn revoke_token(
    State(gateway): State<Gateway>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response> {
    token::revoke(&gateway, &actor, &id).await?;
    Ok(done("/me", Notice::TokenRevoked))
}

async fn view(gateway: &Gateway, frame: &Frame, actor: &Actor) -> Result<Me> {
    let researcher = &actor.researcher;
    Ok(Me {
        site: frame.site(Section::Me),
        handle: researcher.handle.to_string(),
        form: ProfileForm {
            display_name: researcher.display_name.to_string(),
            affiliation: researcher.affiliation.to_string(),
            biography: researcher.biography.to_string(),
        },
        problems: Problems::default(),
        tokens: token::list(gateway, actor).await?,
        new_token: None,
        token_label: String::new(),
    })
}
