//! Participants: what is striking about their answers, and what becomes of the figures without them.

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::{Frame, page};
use crate::access::Owned;
use crate::error::Result;
use crate::services::participants::{self, Wanted};
use crate::state::Gateway;
use crate::views::Section;
use crate::views::participants::{PEOPLE_PER_PAGE, ParticipantsPage, Query};

/// `GET /experiments/{id}/results/participants`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = Query::read(&query.unwrap_or_default());
    let wanted = Wanted {
        counted: query.counted_words(),
        show: query.show.as_str().to_owned(),
        offset: ((query.page - 1) * PEOPLE_PER_PAGE) as u32,
        limit: PEOPLE_PER_PAGE as u32,
    };
    let found = participants::get(&gateway, &owned, wanted).await?;
    let site = frame.site(Section::Experiments);
    page(&ParticipantsPage { site, experiment: owned.into_experiment(), found, query })
}
