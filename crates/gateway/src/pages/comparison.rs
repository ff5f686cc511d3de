//! Own norms beside published ones: looking at them, taking a table, taking it away.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::Response;
use http::StatusCode;
use nameit_plots::number;

use super::upload::{broken, read};
use super::{Frame, Params, done, note, page_with};
use crate::access::Owned;
use crate::body::Form;
use crate::error::{Error, ErrorCode, Result};
use crate::services::comparison::{self, TABLE_MAX_BYTES, Wanted};
use crate::state::Gateway;
use crate::views::comparison::{ComparisonPage, ROWS_PER_PAGE, Said};
use crate::views::plot::Figure;
use crate::views::{Notice, Problems, Section};

/// What a form has besides its file.
const FORM_OVERHEAD_BYTES: usize = 64 << 10;

/// A short field beside a file.
const FIELD_MAX_BYTES: usize = 64;

/// The form that takes the published norms away.
#[derive(serde::Deserialize)]
pub(super) struct Removal {
    version: u64,
}

/// `GET /experiments/{id}/results/comparison`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    sheet(&gateway, &frame, owned, params.page(), StatusCode::OK, Said::Nothing).await
}

/// `POST /experiments/{id}/results/comparison`: a table of published norms as a file.
pub(super) async fn take(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    mut form: Multipart,
) -> Result<Response> {
    let (mut table, mut version) = (None, None);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            // A browser sends an empty part when no file was chosen.
            "table" if field.file_name().unwrap_or_default().is_empty() => {}
            "table" => table = Some(read(field, TABLE_MAX_BYTES).await),
            "version" => {
                let bytes = read(field, FIELD_MAX_BYTES).await?;
                version = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok());
            }
            _ => {}
        }
    }
    let taken = match table {
        Some(Ok(table)) => comparison::put(&gateway, &owned, &table, version).await,
        Some(Err(error)) => Err(error),
        None => Err(Error::invalid("", "choose a file first")),
    };
    answer(&gateway, &frame, owned, taken).await
}

/// `POST /experiments/{id}/results/comparison/remove`.
pub(super) async fn remove(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Form(form): Form<Removal>,
) -> Result<Response> {
    let removed = comparison::delete(&gateway, &owned, Some(form.version)).await;
    answer(&gateway, &frame, owned, removed.map(|()| 0)).await
}

/// For the route: one table and what surrounds it.
pub(super) fn table_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(TABLE_MAX_BYTES + FORM_OVERHEAD_BYTES)
}

/// Leads back to the page when all is well; else shows it again with what is wrong. `outcome` has the number of
/// stimuli that were not kept.
async fn answer(gateway: &Gateway, frame: &Frame, owned: Owned, outcome: Result<u64>) -> Result<Response> {
    let error = match outcome {
        Ok(0) => return Ok(done(&format!("/experiments/{}/results/comparison", owned.id()), Notice::Saved)),
        Ok(left_out) => {
            let left_out = number::counted(left_out, "stimulus", "stimuli");
            let message = format!(
                "Saved. The whole table is too large to be kept: {left_out} not in this experiment left out."
            );
            return sheet(gateway, frame, owned, 1, StatusCode::OK, Said::Note(message)).await;
        }
        Err(error) => error,
    };
    let (status, message) = if error.code == ErrorCode::Conflict {
        let message = "Other published norms were taken meanwhile; look at them and decide again.";
        (StatusCode::CONFLICT, message.to_owned())
    } else {
        let mut problems = Problems::default();
        note(&mut problems, error)?;
        (StatusCode::UNPROCESSABLE_ENTITY, problems.into_message())
    };
    sheet(gateway, frame, owned, 1, status, Said::Problem(message)).await
}

async fn sheet(
    gateway: &Gateway,
    frame: &Frame,
    owned: Owned,
    page: usize,
    status: StatusCode,
    said: Said,
) -> Result<Response> {
    let part = |page: usize| Wanted {
        offset: u32::try_from((page - 1).saturating_mul(ROWS_PER_PAGE)).unwrap_or(u32::MAX),
        limit: ROWS_PER_PAGE as u32,
        points: true,
    };
    let mut page = page.max(1);
    let mut found = comparison::get(gateway, &owned, part(page)).await?;
    let last = (found.stimuli as usize).div_ceil(ROWS_PER_PAGE).max(1);
    if page > last {
        page = last;
        found = comparison::get(gateway, &owned, part(page)).await?;
    }
    let path = format!("/api/v1/experiments/{}/comparison", owned.id());
    let plot = (!found.points.is_empty()).then(|| Figure::new(&comparison::scatter(&found), path, ""));
    let view = ComparisonPage {
        site: frame.site(Section::Experiments),
        experiment: owned.into_experiment(),
        plot,
        found,
        page,
        said,
    };
    page_with(status, &view)
}
