//! How an experiment is used.

use axum::extract::State;
use axum::response::Response;

use super::{Frame, page};
use crate::access::Owned;
use crate::error::Result;
use crate::services::usage;
use crate::state::Gateway;
use crate::views::Section;
use crate::views::usage::UsagePage;

/// `GET /experiments/{id}/results/usage`.
pub(super) async fn show(State(gateway): State<Gateway>, frame: Frame, owned: Owned) -> Result<Response> {
    let usage = usage::get(&gateway, &owned).await?;
    page(&UsagePage { site: frame.site(Section::Experiments), experiment: owned.into_experiment(), usage })
}
