//! The results, how they change, and when there are enough answers.

mod stop_rule;

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use http::StatusCode;
use nameit_domain::{DecisionBody, DecisionKind, Experiment, Stimulus};
use nameit_proto::findings::v1::{StimulusNorms, StopRule};

use self::stop_rule::Fields;
use super::{Frame, Params, done, encoded, page_with, refusal};
use crate::access::Owned;
use crate::body::Form;
use crate::charts::progress::{self, Bucket};
use crate::error::{Error, Result};
use crate::services::report::{self, Report};
use crate::services::{decision, experiment};
use crate::state::Gateway;
use crate::views::norms;
use crate::views::picture::Picture;
use crate::views::results::{
    CARDS_PER_PAGE, Card, Enough, NAMES_SHOWN, Norms, Progress, Query, Results, Sort, StopRuleForm, Totals,
};
use crate::views::{Notice, Paging, Section};

/// Width of a picture on a card.
const PICTURE_WIDTH: u32 = 320;

/// `GET /experiments/{id}/results`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    let stop_rule = in_force(&gateway, &owned).await?;
    sheet(&gateway, &frame, owned, &params, StatusCode::OK, stop_rule).await
}

/// `POST /experiments/{id}/results/stop-rule`: when there are enough answers.
pub(super) async fn set_stop_rule(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
    Form(fields): Form<Fields>,
) -> Result<Response> {
    let kept = match fields.body() {
        Ok(body) => {
            let body = DecisionBody::parse(body)?;
            decision::put(&gateway, &owned, DecisionKind::StopRule, fields.version, body).await
        }
        Err(error) => Err(error),
    };
    match kept {
        Ok(_) => Ok(done(&url(owned.experiment()), Notice::Saved)),
        Err(error) => {
            let (status, message) = refusal(error)?;
            let now = in_force(&gateway, &owned).await?;
            let typed = fields.typed(&now, message);
            sheet(&gateway, &frame, owned, &params, status, typed).await
        }
    }
}

/// The stop rule that was decided last.
async fn in_force(gateway: &Gateway, owned: &Owned) -> Result<StopRuleForm> {
    let Some(decided) = decision::latest_or(gateway, owned, DecisionKind::StopRule, None).await? else {
        return Ok(StopRuleForm::default());
    };
    let rule: StopRule = serde_json::from_str(decided.body.as_str()).map_err(Error::internal)?;
    Ok(StopRuleForm::of(&rule, decided.version))
}

async fn sheet(
    gateway: &Gateway,
    frame: &Frame,
    owned: Owned,
    params: &Params,
    status: StatusCode,
    stop_rule: StopRuleForm,
) -> Result<Response> {
    let query = query(params);
    // A search looks at all names, a card shows the first few.
    let names_limit = if query.text.is_empty() { NAMES_SHOWN as u32 } else { 0 };
    let report = report::get(gateway, &owned, names_limit).await?;
    let stimuli = experiment::stimuli(gateway, owned.experiment()).await?;
    let (totals, progress) = (totals(owned.experiment(), &report), progress(&report));
    let enough = enough(owned.experiment(), &report);
    let of_nothing = of_nothing(&report);
    let mut norms: HashMap<u32, StimulusNorms> =
        report.stimuli.into_iter().map(|norms| (norms.ordinal, norms)).collect();
    let mut cards: Vec<Card> = stimuli
        .iter()
        .map(|stimulus| {
            let norms = norms.remove(&stimulus.ordinal);
            card(owned.experiment(), stimulus, norms.unwrap_or_else(|| of_nothing.clone()))
        })
        .filter(|card| query.lets_through(card))
        .collect();
    query.sort(&mut cards);
    let paging = Paging::new(params.page(), CARDS_PER_PAGE, cards.len());
    let cards = cards.drain(paging.range(CARDS_PER_PAGE)).collect();
    let page = Results {
        site: frame.site(Section::Experiments),
        experiment: owned.into_experiment(),
        totals,
        progress,
        enough,
        stop_rule,
        cards,
        query,
        paging,
    };
    page_with(status, &page)
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
    let mut html =
        format!("{}{}{}", totals(experiment, &report), progress(&report), enough(experiment, &report));
    for norms in report.stimuli {
        if !shown.contains(&norms.ordinal) {
            continue;
        }
        if let Some(stimulus) = stimuli.iter().find(|stimulus| stimulus.ordinal == norms.ordinal) {
            let card = card(experiment, stimulus, norms);
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
        enough: match params.get("enough") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
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

fn enough(experiment: &Experiment, report: &Report) -> Enough {
    Enough { verdict: report.verdict, url: url(experiment) }
}

/// The norms of a stimulus without responses.
fn of_nothing(report: &Report) -> StimulusNorms {
    let rule = report.verdict.as_ref().and_then(|verdict| verdict.rule.as_ref());
    StimulusNorms { verdict: rule.map(norms::of_nothing), ..StimulusNorms::default() }
}

fn url(experiment: &Experiment) -> String {
    format!("/experiments/{}/results", experiment.id)
}

fn card(experiment: &Experiment, stimulus: &Stimulus, norms: StimulusNorms) -> Card {
    Card {
        ordinal: stimulus.ordinal,
        key: stimulus.key.to_string(),
        url: format!("{}/stimuli/{}", url(experiment), encoded(stimulus.key.as_str())),
        question: stimulus.question.as_ref().map(ToString::to_string),
        language: experiment.language.to_string(),
        picture: Picture::of(stimulus, PICTURE_WIDTH),
        norms: Norms::from(norms),
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
            blank: norms.blank,
            types: norms.types,
            modal_names: norms.modal_names,
            modal_types: norms.modal_types,
            agreement: norms.agreement,
            h: norms.h,
            simpson: norms.simpson,
            coverage: norms.coverage,
            median_first_key_ms: norms.median_first_key_ms,
            names: norms.names.into_iter().map(|name| (name.name, name.count)).collect(),
            verdict: norms.verdict,
        }
    }
}
