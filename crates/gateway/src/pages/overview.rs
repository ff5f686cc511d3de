//! All stimuli at a glance.

use axum::extract::State;
use axum::response::Response;

use super::{Frame, Params, page};
use crate::access::Owned;
use crate::error::Result;
use crate::services::overview::{self, Plotted, ROWS, Sort};
use crate::state::Gateway;
use crate::views::overview::OverviewPage;
use crate::views::plot::Figure;
use crate::views::{Paging, Section};

/// `GET /experiments/{id}/results/overview`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    // A word that nobody offers is as good as none.
    let sort = Sort::parse(params.get("sort")).unwrap_or_default();
    let found = overview::get(&gateway, &owned, sort).await?;
    let paging = Paging::new(params.page(), ROWS, found.stimuli());
    let from = paging.range(ROWS).start;
    let path = format!("/api/v1/experiments/{}/overview", owned.id());
    let figure = |plotted: Plotted| {
        let query = format!("plot={}&sort={}&from={from}", plotted.as_str(), sort.as_str());
        Figure::new(&found.draw(plotted, from), path.clone(), query)
    };
    page(&OverviewPage {
        site: frame.site(Section::Experiments),
        plots: (!found.is_empty()).then(|| [Plotted::HeatMap, Plotted::Names].map(figure)),
        experiment: owned.into_experiment(),
        sort,
        paging,
    })
}
