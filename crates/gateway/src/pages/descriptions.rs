//! Descriptions: looking at them, and deciding how they are read.
//!
//! Every form changes the annotations and is answered by the page as it is then. The version that was looked at
//! travels along, so that nobody decides over the head of somebody else.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use nameit_domain::DecisionKind;
use nameit_domain::decision::BODY_MAX_BYTES;
use nameit_proto::findings::v1::{AnnotationChange, DescriptionRules};

use super::upload::{broken, read};
use super::{Frame, Params, note, page_with};
use crate::access::Owned;
use crate::body::Form;
use crate::error::{Error, ErrorCode, Result};
use crate::rest::export::file;
use crate::services::descriptions::{self, Wanted};
use crate::services::{decision, export, stimulus};
use crate::state::Gateway;
use crate::views::descriptions::{
    DESCRIPTIONS_PER_PAGE, DescriptionsPage, Query, STIMULI_PER_PAGE, VERSIONS_SHOWN,
};
use crate::views::{Notice, Problems, Section};

/// What a form has besides its file.
const FORM_OVERHEAD_BYTES: usize = 64 << 10;

/// A short field beside a file.
const FIELD_MAX_BYTES: usize = 64;

/// Stimuli in the example of a file.
const EXAMPLE_STIMULI: usize = 2;

/// What the forms of the page send.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    /// The version that was looked at.
    version: u64,
    /// `lexicon`, `built_in` or `rules`.
    #[serde(rename = "do")]
    action: String,
    lexicon: String,
    matching: String,
    check_values: Option<String>,
    type_attribute: String,
    type_rule: String,
    /// To take the annotations of this version again.
    restore: Option<u64>,
}

/// `GET /experiments/{id}/results/descriptions`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    let query = Query::read(|name| params.get(name).to_owned());
    sheet(&gateway, &frame, owned, query, StatusCode::OK, None, None).await
}

/// `POST /experiments/{id}/results/descriptions`: lexicon, rules, or an earlier version.
pub(super) async fn decide(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Form(fields): Form<Fields>,
) -> Result<Response> {
    let typed = (fields.action == "lexicon").then(|| fields.lexicon.clone());
    let done = match (fields.restore, fields.change()) {
        (Some(restored), _) => descriptions::restore(&gateway, &owned, restored, fields.version).await,
        (None, Ok(change)) => descriptions::change(&gateway, &owned, change, Some(fields.version)).await,
        (None, Err(error)) => Err(error),
    };
    answer(&gateway, &frame, owned, done, typed).await
}

/// `POST /experiments/{id}/results/descriptions/annotations`: scenes as a file.
pub(super) async fn import(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    mut form: Multipart,
) -> Result<Response> {
    let (mut given, mut version) = (None, 0);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            // A browser sends an empty part when no file was chosen.
            "annotations" if field.file_name().unwrap_or_default().is_empty() => {}
            "annotations" => given = Some(read(field, BODY_MAX_BYTES).await?),
            "version" => version = text(&read(field, FIELD_MAX_BYTES).await?)?.parse().unwrap_or(0),
            _ => {}
        }
    }
    let done = match given.as_ref().map(text) {
        Some(Ok(scenes)) => {
            let change = AnnotationChange { scenes: Some(scenes), ..AnnotationChange::default() };
            descriptions::change(&gateway, &owned, change, Some(version)).await
        }
        Some(Err(error)) => Err(error),
        None => Err(Error::invalid("", "choose a file first")),
    };
    answer(&gateway, &frame, owned, done, None).await
}

/// `GET /experiments/{id}/results/descriptions/example.csv`: a file to begin with, with keys of this experiment.
pub(super) async fn example(State(gateway): State<Gateway>, owned: Owned) -> Result<Response> {
    let stimuli = stimulus::list(&gateway, &owned).await?;
    let row = |cells: [&str; 5]| cells.map(export::guarded);
    let mut rows = vec![row(["stimulus", "object", "role", "attribute", "value"])];
    for stimulus in stimuli.iter().take(EXAMPLE_STIMULI) {
        let key = stimulus.key.as_str();
        for (object, role, size, colour) in [
            ("1", "target", "big", "red"),
            ("2", "distractor", "small", "red"),
            ("3", "distractor", "big", "blue"),
        ] {
            rows.extend([
                row([key, object, role, "type", "cup"]),
                row([key, object, role, "size", size]),
                row([key, object, role, "colour", colour]),
            ]);
        }
    }
    let csv = export::csv(rows)?;
    Ok(file(&owned, "annotations-example.csv", "text/csv; charset=utf-8", csv.into()))
}

/// For the route: one file and what surrounds it.
pub(super) fn import_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(BODY_MAX_BYTES + FORM_OVERHEAD_BYTES)
}

/// Leads back to the page when all is well; else shows it again with what is wrong.
async fn answer(
    gateway: &Gateway,
    frame: &Frame,
    owned: Owned,
    done: Result<()>,
    typed: Option<String>,
) -> Result<Response> {
    let error = match done {
        Ok(()) => {
            let path = format!("/experiments/{}/results/descriptions", owned.id());
            let notice = Notice::Decided.as_str();
            return Ok(Redirect::to(&format!("{path}?done={notice}")).into_response());
        }
        Err(error) => error,
    };
    let status = match error.code {
        ErrorCode::Conflict => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let message = if status == StatusCode::CONFLICT {
        super::capital(&error.message)
    } else {
        let mut problems = Problems::default();
        note(&mut problems, error)?;
        problems.into_message()
    };
    sheet(gateway, frame, owned, Query::default(), status, Some(message), typed).await
}

async fn sheet(
    gateway: &Gateway,
    frame: &Frame,
    owned: Owned,
    query: Query,
    status: StatusCode,
    problem: Option<String>,
    typed: Option<String>,
) -> Result<Response> {
    let part = |page: usize, size: usize| (((page.max(1) - 1) * size) as u32, size as u32);
    let wanted = Wanted {
        stimulus: query.stimulus.clone(),
        descriptions: part(query.descriptions_page, DESCRIPTIONS_PER_PAGE),
        stimuli: part(query.page, STIMULI_PER_PAGE),
    };
    let found = descriptions::get(gateway, &owned, wanted).await?;
    let annotations = descriptions::annotations(gateway, &owned).await?;
    let history = decision::versions(gateway, &owned, DecisionKind::Annotations, VERSIONS_SHOWN).await?;
    let site = frame.site(Section::Experiments);
    let lexicon = typed.unwrap_or(annotations.lexicon_csv);
    let experiment = owned.into_experiment();
    page_with(status, &DescriptionsPage { site, experiment, found, query, lexicon, history, problem })
}

fn text(bytes: &bytes::Bytes) -> Result<String> {
    String::from_utf8(bytes.to_vec())
        .map_err(|_| Error::invalid("", "the file is not UTF-8 text; save it as UTF-8"))
}

// === impl Fields ===

impl Fields {
    /// What the button that was pressed asks for.
    fn change(&self) -> Result<AnnotationChange> {
        let none = AnnotationChange::default();
        match self.action.as_str() {
            "lexicon" => Ok(AnnotationChange { lexicon: Some(self.lexicon.clone()), ..none }),
            "built_in" => Ok(AnnotationChange { lexicon: Some(String::new()), ..none }),
            "rules" => {
                let rules = DescriptionRules {
                    matching: self.matching.clone(),
                    check_values: self.check_values.is_some(),
                    type_attribute: self.type_attribute.clone(),
                    type_rule: self.type_rule.clone(),
                };
                Ok(AnnotationChange { rules: Some(rules), ..none })
            }
            _ => Err(Error::invalid("", "this form is not one of this page; load the page again")),
        }
    }
}
