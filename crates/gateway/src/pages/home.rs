//! The first page.

use axum::extract::State;
use axum::response::Response;

use super::{Frame, page};
use crate::error::{Error, Result};
use crate::services::{account, experiment};
use crate::state::Gateway;
use crate::views::Section;
use crate::views::home::{Home, Listed};

/// Public experiments that are listed.
const LISTED_MAX: u32 = 30;

/// `GET /`. While storage cannot be asked, the page is shown without its list.
pub(super) async fn show(State(gateway): State<Gateway>, frame: Frame) -> Result<Response> {
    let asked = tokio::join!(account::is_fresh(&gateway), experiment::public(&gateway, LISTED_MAX));
    let logged = |error: Error| error.log();
    let may_create_demo = asked.0.map_err(logged).unwrap_or(false);
    let public = asked.1.map_err(logged).unwrap_or_default();
    let public = public
        .into_iter()
        .map(|experiment| Listed {
            title: experiment.title.into_string(),
            question: experiment.question.into_string(),
            language: experiment.language.into_string(),
            slug: experiment.slug.into_string(),
            stimulus_count: experiment.stimulus_count,
        })
        .collect();
    page(&Home { site: frame.site(Section::Elsewhere), may_create_demo, public })
}
