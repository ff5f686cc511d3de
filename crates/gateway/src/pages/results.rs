//! The results, and how they change.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use nameit_domain::{Experiment, Stimulus};

use super::{Frame, Params, page};
use crate::access::Owned;
use crate::charts::progress::{self, Bucket};
use crate::error::Result;
use crate::services::experiment;
use crate::services::report::{self, Report, StimulusNorms};
use crate::state::Gateway;
use crate::views::picture::Picture;
use crate::views::results::{
    CARDS_PER_PAGE, Card, NAMES_SHOWN, Norms, Progress, Query, Results, Sort, Totals,
};
use crate::views::{Paging, Section};

/// Width of a picture on a card.
const PICTURE_WIDTH: u32 = 320;

/// `GET /experiments/{id}/results`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    let query = query(&params);
    // A search looks at all names, a card shows the first few.
    let names_limit = if query.text.is_empty() { NAMES_SHOWN as u32 } else { 0 };
    let report = report::get(&gateway, &owned, names_limit).await?;
    let stimuli = experiment::stimuli(&gateway, owned.experiment()).await?;
    let (totals, progress) = (totals(owned.experiment(), &report), progress(&report));
    let mut norms: HashMap<u32, StimulusNorms> =
        report.stimuli.into_iter().map(|norms| (norms.ordinal, norms)).collect();
    let mut cards: Vec<Card> = stimuli
        .iter()
        .map(|stimulus| card(owned.experiment(), stimulus, norms.remove(&stimulus.ordinal)))
        .filter(|card| query.lets_through(card))
        .collect();
    query.sort(&mut cards);
    let paging = Paging::new(params.page(), CARDS_PER_PAGE, cards.len());
    let cards = cards.drain(paging.range(CARDS_PER_PAGE)).collect();
    page(&Results {
        site: frame.site(Section::Experiments),
        experiment: owned.into_experiment(),
        totals,
        progress,
        cards,
        query,
        paging,
    })
}

/// `GET /experiments/{id}/results/events?ordinals=0,1,2`: the parts of the page that change, as HTML, for the
/// stimuli that stand on the page. The first event brings the page up to date.
pub(super) async fn events(State(gateway): State<Gateway>, owned: Owned, params: Params) -> Result<Response> {
    let shown: HashSet<u32> =
        params.get("ordinals").split(',').filter_map(|ordinal| ordinal.parse().ok()).collect();
    let stimuli = experiment::stimuli(&gateway, owned.experiment()).await?;
    let changes = report::watch(&gateway, &owned, NAMES_SHOWN as u32).await?;
    let experiment = Arc::new(owned.into_experiment());
    let events = changes.filter_map(move |change| {
        let event = match change {
            Ok(report) => {
                Some(Event::default().event("part").data(parts(&experiment, &stimuli, &shown, report)))
            }
            // The stream ends; the browser connects again.
            Err(error) => {
                error.log();
                None
            }
        };
        std::future::ready(event.map(Ok::<_, Infallible>))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

/// The changed parts of the page, one after the other.
fn parts(experiment: &Experiment, stimuli: &[Stimulus], shown: &HashSet<u32>, report: Report) -> String {
    let mut html = format!("{}{}", totals(experiment, &report), progress(&report));
    for norms in report.stimuli {
        if !shown.contains(&norms.ordinal) {
            continue;
        }
        if let Some(stimulus) = stimuli.iter().find(|stimulus| stimulus.ordinal == norms.ordinal) {
            let card = card(experiment, stimulus, Some(norms));
            write!(html, "{card}").expect("writing to a String cannot fail");
        }
    }
    html
}

fn query(params: &Params) -> Query {
    Query {
        sort: Sort::parse(params.get("sort")),
        descending: params.get("order") == "desc",
        text: params.get("q").chars().take(200).collect(),
        fewer_than: params.get("fewer").trim().parse().ok(),
    }
}

fn totals(experiment: &Experiment, report: &Report) -> Totals {
    Totals {
        started: report.totals.started,
        completed: report.totals.completed,
        withdrawn: report.totals.withdrawn,
        responses: report.totals.responses,
        non_answers: report.totals.non_answers,
        state: experiment.state,
        share_url: format!("/experiments/{}/share", experiment.id),
    }
}

fn progress(report: &Report) -> Progress {
    let buckets: Vec<Bucket> =
        report.progress.iter().map(|point| Bucket { at: point.at, responses: point.responses }).collect();
    Progress { plot: progress::plot(&buckets, report.progress_bucket_minutes) }
}

fn card(experiment: &Experiment, stimulus: &Stimulus, norms: Option<StimulusNorms>) -> Card {
    Card {
        ordinal: stimulus.ordinal,
        key: stimulus.key.to_string(),
        question: stimulus.question.as_ref().map(ToString::to_string),
        language: experiment.language.to_string(),
        picture: Picture::of(stimulus, PICTURE_WIDTH),
        norms: norms.map(Norms::from).unwrap_or_default(),
    }
}

// === impl Norms ===

impl From<StimulusNorms> for Norms {
    fn from(norms: StimulusNorms) -> Self {
        Self {
            n: norms.n,
            non_answers: norms.non_answers,
            dont_know: norms.dont_know,
            skipped: norms.skipped,
            types: norms.types,
            modal_names: norms.modal_names,
            agreement: norms.agreement,
            h: norms.h,
            simpson: norms.simpson,
            coverage: norms.coverage,
            median_first_key_ms: norms.median_first_key_ms,
            names: norms.names.into_iter().map(|name| (name.name, name.count)).collect(),
        }
    }
}
