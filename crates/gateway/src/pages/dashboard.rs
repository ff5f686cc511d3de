//! The researcher's experiments.

use axum::extract::State;
use axum::response::Response;
use futures::{StreamExt as _, stream};
use nameit_domain::{Experiment, ExperimentState};

use super::{Frame, page};
use crate::access::{self, Actor};
use crate::error::{Error, Result};
use crate::services::{experiment, report};
use crate::state::Gateway;
use crate::views::Section;
use crate::views::dashboard::{Counts, Dashboard, Row};

/// Reports that are asked for at once.
const REPORTS_AT_ONCE: usize = 4;
/// Experiments whose counts are shown; older ones have theirs on their results page.
const COUNTED_MAX: usize = 30;

/// `GET /dashboard`.
pub(super) async fn show(State(gateway): State<Gateway>, frame: Frame, actor: Actor) -> Result<Response> {
    let experiments = experiment::list(&gateway, &actor).await?;
    let trash = experiment::trash(&gateway, &actor).await?;
    let experiments = stream::iter(experiments.into_iter().enumerate())
        .map(async |(place, experiment)| {
            let asked = place < COUNTED_MAX && experiment.state != ExperimentState::Draft;
            let counts = if asked { counts(&gateway, &actor, &experiment).await } else { None };
            Row { experiment, counts, deleted_at: None }
        })
        .buffered(REPORTS_AT_ONCE)
        .collect()
        .await;
    let trash = trash
        .into_iter()
        .map(|deleted| Row {
            experiment: deleted.experiment,
            counts: None,
            deleted_at: Some(deleted.deleted_at),
        })
        .collect();
    page(&Dashboard { site: frame.site(Section::Experiments), experiments, trash })
}

/// How far the experiment has come; unknown while datamining cannot be asked.
async fn counts(gateway: &Gateway, actor: &Actor, experiment: &Experiment) -> Option<Counts> {
    let asked = async {
        let owned = access::owned(gateway, actor, experiment.id).await?;
        let totals = report::get(gateway, &owned, 1).await?.totals;
        Ok::<_, Error>(Counts {
            started: totals.started,
            completed: totals.completed,
            responses: totals.responses,
        })
    };
    asked.await.map_err(|error| error.log()).ok()
}
