//! Agreement between participants.

use axum::extract::State;
use axum::response::Response;

use super::{Frame, page};
use crate::access::Owned;
use crate::error::Result;
use crate::services::agreement;
use crate::state::Gateway;
use crate::views::Section;
use crate::views::agreement::AgreementPage;

/// `GET /experiments/{id}/results/agreement`.
pub(super) async fn show(State(gateway): State<Gateway>, frame: Frame, owned: Owned) -> Result<Response> {
    let found = agreement::get(&gateway, &owned, 0, None).await?;
    page(&AgreementPage {
        site: frame.site(Section::Experiments),
        experiment: owned.into_experiment(),
        names: found.names.clone().unwrap_or_default(),
        numbers: found.numbers.clone().unwrap_or_default(),
        found,
    })
}
