//! Stimuli one by one, and many colours at once.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use nameit_domain::stimulus::{TargetShape, TargetStyle};
use nameit_domain::text::{Question, StimulusKey};
use nameit_domain::{Stimulus, StimulusKind, Target};
use serde::Deserialize;

use super::editor::{self, Said, edit_path};
use super::{Frame, done, encoded, note, page_with};
use crate::access::Owned;
use crate::body::Form;
use crate::error::{Error, Result};
use crate::services::colours::{self, Grid};
use crate::services::edit;
use crate::services::experiment;
use crate::services::stimulus::{self, Change};
use crate::state::Gateway;
use crate::views::editor::{Colours, GridForm, Preview};
use crate::views::stimulus::{Edit, Form as StimulusForm};
use crate::views::{Notice, Problems, Section};

/// What is typed for one stimulus.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct StimulusFields {
    question: String,
    x: String,
    y: String,
    width: String,
    height: String,
    style: String,
    action: String,
}

/// What is typed to add colours.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ColourFields {
    kind: String,
    list: String,
    hues: String,
    lightness_steps: String,
    chroma_steps: String,
    greys: String,
    action: String,
}

/// `GET /experiments/{id}/stimuli/{key}`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Response> {
    experiment::require_draft(&owned)?;
    let stimuli = stimulus::list(&gateway, &owned).await?;
    let place = place(&stimuli, &path)?;
    let form = StimulusForm::from(&stimuli[place]);
    page_with(StatusCode::OK, &view(&frame, &owned, &stimuli, place, form, Problems::default()))
}

/// `POST /experiments/{id}/stimuli/{key}`.
pub(super) async fn save(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Path(path): Path<HashMap<String, String>>,
    Form(fields): Form<StimulusFields>,
) -> Result<Response> {
    let stimuli = stimulus::list(&gateway, &owned).await?;
    let place = place(&stimuli, &path)?;
    let (key, marked) = (&stimuli[place].key, has_polygon(&stimuli[place]));
    let mut problems = Problems::default();
    if let Some(change) = fields.check(marked, &mut problems) {
        match stimulus::change(&gateway, &owned, key, change).await {
            Ok(_) => {
                let next = stimuli.get(place + 1).filter(|_| fields.action == "next");
                let path = stimulus_path(&owned, next.map_or(key, |next| &next.key));
                return Ok(done(&path, Notice::Saved));
            }
            Err(error) => note(&mut problems, error)?,
        }
    }
    let view = view(&frame, &owned, &stimuli, place, fields.into(), problems);
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

/// `POST /experiments/{id}/stimuli/{key}/delete`.
pub(super) async fn delete(
    State(gateway): State<Gateway>,
    owned: Owned,
    Path(path): Path<HashMap<String, String>>,
) -> Result<Response> {
    stimulus::delete(&gateway, &owned, &key(&path)?).await?;
    Ok(done(&edit_path(owned.id()), Notice::StimulusRemoved))
}

/// `POST /experiments/{id}/colours`: a list or a grid; a grid may be looked at first.
pub(super) async fn colours(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Form(fields): Form<ColourFields>,
) -> Result<Response> {
    let mut problems = Problems::default();
    let asked = if fields.kind == "grid" {
        fields.grid(&mut problems).map(colours::grid)
    } else {
        Some(colours::parse_list(&fields.list))
    };
    let mut preview = None;
    match asked {
        Some(Ok(colours)) if fields.action == "preview" => {
            let colours = colours.into_iter().map(|(_, colour)| colour.to_hex()).collect();
            preview = Some(Preview { colours });
        }
        Some(Ok(colours)) => match stimulus::put_colours(&gateway, &owned, colours).await {
            Ok(_) => return Ok(done(&edit_path(owned.id()), Notice::StimuliChanged)),
            Err(error) => note(&mut problems, error)?,
        },
        Some(Err(error)) => note(&mut problems, error)?,
        None => {}
    }
    let grid = GridForm {
        hues: fields.hues,
        lightness_steps: fields.lightness_steps,
        chroma_steps: fields.chroma_steps,
        greys: fields.greys,
    };
    let grid = if fields.kind == "grid" { grid } else { GridForm::default() };
    let status = if preview.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let colours = Colours { list: fields.list, grid, problems, preview };
    editor::show_again(&gateway, &frame, &owned, status, Said { colours, ..Said::default() }).await
}

fn view(
    frame: &Frame,
    owned: &Owned,
    stimuli: &[Stimulus],
    place: usize,
    form: StimulusForm,
    problems: Problems,
) -> Edit {
    let key_at = |place: Option<usize>| {
        place.and_then(|place| stimuli.get(place)).map(|stimulus| stimulus.key.to_string())
    };
    Edit {
        site: frame.site(Section::Experiments),
        experiment_id: owned.id(),
        experiment_title: owned.experiment().title.to_string(),
        common_question: owned.experiment().question.to_string(),
        stimulus: stimuli[place].clone(),
        place: place + 1,
        total: stimuli.len(),
        previous: key_at(place.checked_sub(1)),
        next: key_at(Some(place + 1)),
        form,
        problems,
    }
}

fn key(path: &HashMap<String, String>) -> Result<StimulusKey> {
    let key = path.get("key").map_or("", String::as_str);
    StimulusKey::parse(key).map_err(|_| Error::not_found("stimulus"))
}

fn place(stimuli: &[Stimulus], path: &HashMap<String, String>) -> Result<usize> {
    let key = key(path)?;
    stimuli.iter().position(|stimulus| stimulus.key == key).ok_or_else(|| Error::not_found("stimulus"))
}

fn has_polygon(stimulus: &Stimulus) -> bool {
    matches!(&stimulus.kind, StimulusKind::Image { target: Some(target), .. }
        if matches!(target.shape, TargetShape::Polygon(_)))
}

fn stimulus_path(owned: &Owned, key: &StimulusKey) -> String {
    format!("/experiments/{}/stimuli/{}", owned.id(), encoded(key.as_str()))
}

// === impl StimulusFields ===

impl StimulusFields {
    /// The four fields cannot say a polygon: empty, they leave one as it is.
    fn check(&self, has_polygon: bool, problems: &mut Problems) -> Option<Change> {
        let question = match self.question.trim() {
            "" => Some(None),
            text => problems.check(Question::parse(text)).map(Some),
        };
        let texts = [&self.x, &self.y, &self.width, &self.height].map(|text| text.trim());
        let empty = texts.iter().all(|text| text.is_empty());
        let target = if empty && has_polygon && self.action != "unmark" {
            Some(edit::Edit::Keep)
        } else if empty || self.action == "unmark" {
            Some(edit::Edit::Clear)
        } else {
            self.target(texts, problems).map(edit::Edit::Set)
        };
        Some(Change { question: edit::Edit::to(question?), target: target? })
    }

    fn target(&self, texts: [&str; 4], problems: &mut Problems) -> Option<Target> {
        let mut numbers = [0.0; 4];
        let mut all = true;
        for ((field, text), number) in ["x", "y", "width", "height"].into_iter().zip(texts).zip(&mut numbers)
        {
            if let Ok(percent) = text.replace(',', ".").parse::<f64>() {
                *number = percent / 100.0;
            } else {
                problems.add(field, "Write a number from 0 to 100.");
                all = false;
            }
        }
        let [x, y, width, height] = numbers;
        let shape = if all { problems.check(TargetShape::parse_box(x, y, width, height)) } else { None };
        let style = TargetStyle::parse(&self.style).unwrap_or_default();
        Some(Target { shape: shape?, style })
    }
}

impl From<StimulusFields> for StimulusForm {
    fn from(fields: StimulusFields) -> Self {
        Self {
            question: fields.question,
            x: fields.x,
            y: fields.y,
            width: fields.width,
            height: fields.height,
            style: fields.style,
        }
    }
}

// === impl ColourFields ===

impl ColourFields {
    fn grid(&self, problems: &mut Problems) -> Option<Grid> {
        let mut number = |field: &str, text: &str| {
            let number = text.trim().parse::<u32>().ok();
            if number.is_none() {
                problems.add(field, "Write a whole number.");
            }
            number
        };
        let hues = number("hues", &self.hues);
        let lightness_steps = number("lightness_steps", &self.lightness_steps);
        let chroma_steps = number("chroma_steps", &self.chroma_steps);
        let greys = number("greys", &self.greys);
        Some(Grid {
            hues: hues?,
            lightness_steps: lightness_steps?,
            chroma_steps: chroma_steps?,
            greys: greys?,
        })
    }
}
