//! Building an experiment: new, settings, state, versions, trash.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use nameit_domain::text::{ConsentText, Language, Question, Title};
use nameit_domain::{Access, Experiment, ExperimentId, ExperimentState, NewExperiment};
use serde::Deserialize;

use super::{Frame, Params, done, note, page, page_with};
use crate::access::{Actor, Owned};
use crate::body::Form;
use crate::error::{Error, Result};
use crate::services::experiment::{self, Change};
use crate::state::Gateway;
use crate::views::editor::{Colours, Edit, New, STIMULI_PER_PAGE, SettingsForm, Tile, Uploaded};
use crate::views::{Notice, Paging, Problems, Section};

/// What is typed into the settings.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct SettingsFields {
    title: String,
    question: String,
    language: String,
    consent_text: String,
    access: String,
    access_code: String,
}

/// What a form on the editor's page has to say when it was wrong.
#[derive(Default)]
pub(super) struct Said {
    pub(super) settings: Option<(SettingsForm, Problems)>,
    pub(super) uploads: Vec<Uploaded>,
    pub(super) manifest_problem: Option<String>,
    pub(super) colours: Colours,
}

/// `GET /experiments/new`.
pub(super) async fn new_form(frame: Frame) -> Result<Response> {
    page(&New {
        site: frame.site(Section::Experiments),
        form: SettingsForm::default(),
        problems: Problems::default(),
    })
}

/// `POST /experiments/new`.
pub(super) async fn create(
    State(gateway): State<Gateway>,
    frame: Frame,
    actor: Actor,
    Form(fields): Form<SettingsFields>,
) -> Result<Response> {
    let mut problems = Problems::default();
    if let Some(new) = fields.check(&mut problems) {
        match experiment::create(&gateway, &actor, new).await {
            Ok(created) => return Ok(done(&edit_path(created.id), Notice::Created)),
            Err(error) => note(&mut problems, error)?,
        }
    }
    let view = New { site: frame.site(Section::Experiments), form: fields.into(), problems };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// `GET /experiments/{id}/edit`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    let view = sheet(&gateway, &frame, owned.experiment(), params.page(), Said::default()).await?;
    page(&view)
}

/// `POST /experiments/{id}/edit`: the settings.
pub(super) async fn save(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Form(fields): Form<SettingsFields>,
) -> Result<Response> {
    let id = owned.id();
    let mut problems = Problems::default();
    if let Some(new) = fields.check(&mut problems) {
        let change = Change {
            title: Some(new.title),
            question: Some(new.question),
            language: Some(new.language),
            consent_text: Some(new.consent_text),
            access: Some(new.access),
        };
        match experiment::update(&gateway, owned.clone(), change).await {
            Ok(_) => return Ok(done(&edit_path(id), Notice::Saved)),
            Err(error) => note(&mut problems, error)?,
        }
    }
    let said = Said { settings: Some((fields.into(), problems)), ..Said::default() };
    show_again(&gateway, &frame, &owned, StatusCode::UNPROCESSABLE_ENTITY, said).await
}

/// `POST /experiments/{id}/publish`: also opens a paused experiment again.
pub(super) async fn publish(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    experiment::set_state(&gateway, &owned, ExperimentState::Published).await?;
    Ok(done(&share_path(owned.id()), Notice::Published))
}

/// `POST /experiments/{id}/pause`.
pub(super) async fn pause(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    experiment::set_state(&gateway, &owned, ExperimentState::Paused).await?;
    Ok(done(&share_path(owned.id()), Notice::Paused))
}

/// `POST /experiments/{id}/close`.
pub(super) async fn close(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    experiment::set_state(&gateway, &owned, ExperimentState::Closed).await?;
    Ok(done(&share_path(owned.id()), Notice::Closed))
}

/// `POST /experiments/{id}/versions`.
pub(super) async fn new_version(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let copy = experiment::new_version(&gateway, owned).await?;
    Ok(done(&edit_path(copy.id), Notice::NewVersion))
}

/// `POST /experiments/{id}/delete`.
pub(super) async fn delete(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    experiment::delete(&gateway, &owned).await?;
    Ok(done("/dashboard", Notice::Deleted))
}

/// `POST /experiments/{id}/restore`.
pub(super) async fn restore(
    State(gateway): State<Gateway>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Response> {
    let id = ExperimentId::parse(&id).map_err(|_| Error::not_found("experiment"))?;
    experiment::restore(&gateway, &actor, id).await?;
    Ok(done("/dashboard", Notice::Restored))
}

/// The editor's page after a form that has something to say.
pub(super) async fn show_again(
    gateway: &Gateway,
    frame: &Frame,
    owned: &Owned,
    status: StatusCode,
    said: Said,
) -> Result<Response> {
    let view = sheet(gateway, frame, owned.experiment(), 1, said).await?;
    page_with(status, &view)
}

/// What is missing before an experiment can be published.
pub(super) fn missing(stimulus_count: usize) -> Vec<&'static str> {
    if stimulus_count == 0 { vec!["At least one stimulus."] } else { Vec::new() }
}

/// What should be looked at before publishing.
fn advice(experiment: &Experiment) -> Vec<&'static str> {
    let consent = experiment.consent_text.as_str();
    if consent.is_empty() {
        vec!["There is no consent text: participants begin without being told what happens to their answers."]
    } else if consent.contains('[') && consent.contains(']') {
        vec!["The consent text still has passages in [brackets]."]
    } else {
        Vec::new()
    }
}

/// The path of the editor.
pub(super) fn edit_path(id: ExperimentId) -> String {
    format!("/experiments/{id}/edit")
}

fn share_path(id: ExperimentId) -> String {
    format!("/experiments/{id}/share")
}

async fn sheet(
    gateway: &Gateway,
    frame: &Frame,
    experiment: &Experiment,
    wanted_page: usize,
    said: Said,
) -> Result<Edit> {
    let stimuli = experiment::stimuli(gateway, experiment).await?;
    let paging = Paging::new(wanted_page, STIMULI_PER_PAGE, stimuli.len());
    let (form, problems) =
        said.settings.unwrap_or_else(|| (SettingsForm::from(experiment), Problems::default()));
    Ok(Edit {
        site: frame.site(Section::Experiments),
        experiment: experiment.clone(),
        form,
        problems,
        stimuli: stimuli[paging.range(STIMULI_PER_PAGE)].iter().map(Tile::from).collect(),
        paging,
        uploads: said.uploads,
        manifest_problem: said.manifest_problem,
        colours: said.colours,
        missing: missing(stimuli.len()),
        advice: advice(experiment),
    })
}

// === impl SettingsFields ===

impl SettingsFields {
    fn check(&self, problems: &mut Problems) -> Option<NewExperiment> {
        let title = problems.check(Title::parse(&self.title));
        let question = problems.check(Question::parse(&self.question));
        let language = problems.check(Language::parse(self.language.trim()));
        let consent_text = problems.check(ConsentText::parse(&self.consent_text));
        let access = problems.check(Access::parse(&self.access, Some(&self.access_code)));
        Some(NewExperiment {
            title: title?,
            question: question?,
            language: language?,
            consent_text: consent_text?,
            access: access?,
        })
    }
}

impl From<SettingsFields> for SettingsForm {
    fn from(fields: SettingsFields) -> Self {
        Self {
            title: fields.title,
            question: fields.question,
            language: fields.language,
            consent_text: fields.consent_text,
            access: fields.access,
            access_code: fields.access_code,
        }
    }
}
