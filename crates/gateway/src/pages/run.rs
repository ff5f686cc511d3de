//! What participants see, and the same as a preview for the researcher.

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, Method};

use super::page;
use crate::access::Owned;
use crate::error::{Error, Result};
use crate::rest::types::run::Run;
use crate::services::{participation, visits};
use crate::state::Gateway;
use crate::views::run::{ClosedPage, RunPage};

/// `GET /run/{slug}`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    Path(slug): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let experiment = participation::experiment(&gateway, &slug).await?;
    if experiment.state.admits() {
        let page = page(&RunPage::open(&experiment))?;
        if visits::is_a_visit(&method, &headers) {
            gateway.visits.opened(experiment.id, gateway.clock.now());
        }
        Ok(page)
    } else {
        page(&ClosedPage::new(&experiment))
    }
}

/// `GET /experiments/{id}/preview`: nothing is stored.
pub(super) async fn preview(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let run = participation::preview(&gateway, &owned).await?;
    let run = serde_json::to_value(Run::from(&run)).map_err(Error::internal)?;
    page(&RunPage::preview(owned.experiment(), run))
}
