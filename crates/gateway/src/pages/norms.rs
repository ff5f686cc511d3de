//! One stimulus in depth, the trimming rule, and means over all stimuli.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use nameit_domain::text::StimulusKey;
use nameit_domain::{DecisionBody, DecisionKind};
use serde::Deserialize;

use super::{Frame, Params, done, encoded, page_with, refusal};
use crate::access::Owned;
use crate::body::Form;
use crate::error::{Error, Result};
use crate::services::norms::{self, How};
use crate::services::{decision, experiment};
use crate::state::Gateway;
use crate::views::norms::{Asked, MeansPage, StimulusPage};
use crate::views::picture::Picture;
use crate::views::{Notice, Section};

/// Width of the picture.
const PICTURE_WIDTH: u32 = 640;

/// A rule that shall be kept for the experiment.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Kept {
    trimming: String,
    version: u64,
}

/// `GET /experiments/{id}/results/stimuli/{key}`, with `?trimming=`, `?seed=` and `?replicates=` to look with others.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Path(path): Path<(String, String)>,
    params: Params,
) -> Result<Response> {
    sheet(&gateway, &frame, owned, &path.1, asked(&params), None).await
}

/// `POST /experiments/{id}/results/stimuli/{key}/trimming`: the rule is that of the experiment from now on.
pub(super) async fn keep(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Path(path): Path<(String, String)>,
    Form(kept): Form<Kept>,
) -> Result<Response> {
    let body = DecisionBody::parse(serde_json::Value::String(kept.trimming.trim().to_owned()).to_string())?;
    match decision::put(&gateway, &owned, DecisionKind::Trimming, kept.version, body).await {
        Ok(_) => {
            let page = format!("/experiments/{}/results/stimuli/{}", owned.id(), encoded(&path.1));
            Ok(done(&page, Notice::Saved))
        }
        Err(error) => {
            let asked = Asked { trimming: kept.trimming, ..Asked::default() };
            sheet(&gateway, &frame, owned, &path.1, asked, Some(refusal(error)?)).await
        }
    }
}

/// `GET /experiments/{id}/results/means`: means over all stimuli with their intervals.
pub(super) async fn means(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    let asked = asked(&params);
    let found = match drawn(&asked) {
        Ok((replicates, seed)) => norms::means(&gateway, &owned, replicates, seed).await,
        Err(error) => Err(error),
    };
    let (means, (status, problem)) = match found {
        Ok(means) => (means, (StatusCode::OK, None)),
        Err(error) => {
            let (status, message) = refusal(error)?;
            (None, (status, Some(message)))
        }
    };
    let site = frame.site(Section::Experiments);
    page_with(status, &MeansPage { site, experiment: owned.into_experiment(), means, asked, problem })
}

fn asked(params: &Params) -> Asked {
    let typed = |name| params.get(name).trim().chars().take(200).collect();
    Asked { trimming: typed("trimming"), replicates: typed("replicates"), seed: typed("seed") }
}

/// Replicates and seed as numbers.
fn drawn(asked: &Asked) -> Result<(u32, Option<u64>)> {
    let replicates =
        match asked.replicates.as_str() {
            "" => 0,
            typed => typed.parse().ok().filter(|replicates| *replicates > 0).ok_or_else(|| {
                Error::invalid("", "the number of replicates is a whole number such as 1000")
            })?,
        };
    let seed = match asked.seed.as_str() {
        "" => None,
        typed => {
            let seed = typed
                .parse()
                .map_err(|_| Error::invalid("", "the seed is a whole number from 0 on, such as 20250401"))?;
            Some(seed)
        }
    };
    Ok((replicates, seed))
}

/// The page of a stimulus; what cannot be done as `asked` is said above what was done instead.
async fn sheet(
    gateway: &Gateway,
    frame: &Frame,
    owned: Owned,
    key: &str,
    asked: Asked,
    refused: Option<(StatusCode, String)>,
) -> Result<Response> {
    let key = StimulusKey::parse(key).map_err(|_| Error::not_found("stimulus"))?;
    let stimuli = experiment::stimuli(gateway, owned.experiment()).await?;
    let stimulus = stimuli.iter().find(|stimulus| stimulus.key == key);
    let stimulus = stimulus.ok_or_else(|| Error::not_found("stimulus"))?;
    let found = match drawn(&asked) {
        Ok((replicates, seed)) => {
            let trimming = Some(asked.trimming.clone()).filter(|rule| !rule.is_empty());
            norms::stimulus(gateway, &owned, &key, How { trimming, replicates, seed }).await
        }
        Err(error) => Err(error),
    };
    let (detail, problem) = match found {
        Ok(detail) => (detail, refused),
        Err(error) => {
            let problem = refusal(error)?;
            let usual = norms::stimulus(gateway, &owned, &key, How::default()).await?;
            (usual, Some(refused.unwrap_or(problem)))
        }
    };
    let kept = decision::latest_or(gateway, &owned, DecisionKind::Trimming, None).await?;
    let view = StimulusPage {
        site: frame.site(Section::Experiments),
        picture: Picture::of(stimulus, PICTURE_WIDTH),
        question: stimulus.question.as_ref().unwrap_or(&owned.experiment().question).to_string(),
        norms: detail.norms.clone().unwrap_or_default(),
        detail,
        asked,
        kept_rule: kept.as_ref().and_then(|kept| serde_json::from_str(kept.body.as_str()).ok()),
        trimming_version: kept.map_or(0, |kept| kept.version),
        problem: problem.as_ref().map(|(_, message)| message.clone()),
        experiment: owned.into_experiment(),
    };
    page_with(problem.map_or(StatusCode::OK, |(status, _)| status), &view)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_and_replicates_are_numbers_or_nothing() {
        let asked = |replicates: &str, seed: &str| Asked {
            replicates: replicates.to_owned(),
            seed: seed.to_owned(),
            ..Asked::default()
        };
        assert_eq!(drawn(&Asked::default()).unwrap(), (0, None));
        assert_eq!(drawn(&asked("2000", "7")).unwrap(), (2000, Some(7)));
        for (replicates, seed, word) in
            [("many", "", "replicates"), ("0", "", "replicates"), ("", "-1", "seed")]
        {
            let refused = drawn(&asked(replicates, seed)).unwrap_err();
            assert!(refused.message.contains(word), "{}", refused.message);
        }
    }
}
