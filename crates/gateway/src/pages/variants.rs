//! Spelling variants: looking at them, and deciding.
//!
//! Every button of the page sends one form; what it asks for becomes operations of one kind, and the answer is
//! the page as it is then. The version that was looked at travels along, so that nobody decides over the head of
//! somebody else.

use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use nameit_domain::DecisionKind;
use nameit_domain::decision::BODY_MAX_BYTES;
use nameit_proto::findings::v1::VariantOperation;

use super::upload::{broken, read};
use super::{Frame, Params, page_with, refusal};
use crate::access::Owned;
use crate::body::Form;
use crate::error::{Error, Result};
use crate::services::decision;
use crate::services::variants::{self, Wanted};
use crate::state::Gateway;
use crate::views::variants::{
    GROUPS_PER_PAGE, PROPOSALS_PER_PAGE, Query, Typed, VERSIONS_SHOWN, VariantsPage,
};
use crate::views::{Notice, Section};

/// What a form has besides its file.
const FORM_OVERHEAD_BYTES: usize = 64 << 10;

/// A short field beside a file.
const FIELD_MAX_BYTES: usize = 64;

/// What a form asks for.
#[derive(Debug, PartialEq)]
enum Asked {
    Operations(Vec<VariantOperation>),
    /// To decide again what this version said.
    Restore(u64),
}

/// A form in the order of its fields.
struct Fields(Vec<(String, String)>);

/// `GET /experiments/{id}/results/variants`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    let query = Query::read(|name| params.get(name).to_owned());
    sheet(&gateway, &frame, owned, query, StatusCode::OK, None, Typed::default()).await
}

/// `POST /experiments/{id}/results/variants`: one decision, or several of a kind.
pub(super) async fn decide(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let fields = Fields(fields);
    let query = fields.query();
    let version = fields.version();
    let done = match fields.asked() {
        Ok(Asked::Operations(operations)) => {
            variants::decide(&gateway, &owned, operations, Some(version)).await
        }
        Ok(Asked::Restore(restored)) => variants::restore(&gateway, &owned, restored, version).await,
        Err(error) => Err(error),
    };
    let typed =
        Typed { names: fields.get("names").to_owned(), canonical: fields.get("canonical").to_owned() };
    answer(&gateway, &frame, owned, query, done, typed).await
}

/// `POST /experiments/{id}/results/variants/mapping`: a mapping as a file.
pub(super) async fn import(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    mut form: Multipart,
) -> Result<Response> {
    let (mut file, mut replaces, mut version) = (None, false, 0);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            // A browser sends an empty part when no file was chosen.
            "mapping" if field.file_name().unwrap_or_default().is_empty() => {}
            "mapping" => file = Some(read(field, BODY_MAX_BYTES).await?),
            "how" => replaces = text(&read(field, FIELD_MAX_BYTES).await?)? == "replace",
            "version" => version = text(&read(field, FIELD_MAX_BYTES).await?)?.parse().unwrap_or(0),
            _ => {}
        }
    }
    let kind = if replaces { "replace" } else { "add" }.to_owned();
    let done = match file.as_ref().map(text) {
        Some(Ok(file)) => {
            let operation = VariantOperation { kind, file, ..VariantOperation::default() };
            variants::decide(&gateway, &owned, vec![operation], Some(version)).await
        }
        Some(Err(error)) => Err(error),
        None => Err(Error::invalid("", "choose a file first")),
    };
    answer(&gateway, &frame, owned, Query::default(), done, Typed::default()).await
}

/// For the route: one mapping and what surrounds it.
pub(super) fn import_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(BODY_MAX_BYTES + FORM_OVERHEAD_BYTES)
}

/// Leads back to the page when all is well; else shows it again with what is wrong.
async fn answer(
    gateway: &Gateway,
    frame: &Frame,
    owned: Owned,
    query: Query,
    done: Result<()>,
    typed: Typed,
) -> Result<Response> {
    let error = match done {
        Ok(()) => {
            let path = format!("/experiments/{}/results/variants", owned.id());
            let notice = Notice::Decided.as_str();
            return Ok(Redirect::to(&format!("{path}?{}done={notice}", query.encoded())).into_response());
        }
        Err(error) => error,
    };
    let (status, message) = refusal(error)?;
    sheet(gateway, frame, owned, query, status, Some(message), typed).await
}

async fn sheet(
    gateway: &Gateway,
    frame: &Frame,
    owned: Owned,
    query: Query,
    status: StatusCode,
    problem: Option<String>,
    typed: Typed,
) -> Result<Response> {
    let part = |page: usize, size: usize| (((page - 1) * size) as u32, size as u32);
    let wanted = Wanted {
        proposals: part(query.page.max(1), PROPOSALS_PER_PAGE),
        groups: part(query.groups_page.max(1), GROUPS_PER_PAGE),
        min_score: query.least(),
        text: query.text.clone(),
    };
    let found = variants::get(gateway, &owned, wanted).await?;
    let history = decision::versions(gateway, &owned, DecisionKind::Variants, VERSIONS_SHOWN).await?;
    let site = frame.site(Section::Experiments);
    let experiment = owned.into_experiment();
    page_with(status, &VariantsPage { site, experiment, found, query, history, problem, typed })
}

fn text(bytes: &bytes::Bytes) -> Result<String> {
    String::from_utf8(bytes.to_vec())
        .map_err(|_| Error::invalid("", "the file is not UTF-8 text; save it as UTF-8"))
}

// === impl Fields ===

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    fn all<'fields>(&'fields self, name: &'fields str) -> impl Iterator<Item = &'fields str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Which part of the page the form stands on.
    fn query(&self) -> Query {
        Query::read(|name| self.get(&format!("at_{name}")).to_owned())
    }

    /// The version that was looked at.
    fn version(&self) -> u64 {
        self.get("version").parse().unwrap_or(0)
    }

    /// What the button that was pressed asks for.
    fn asked(&self) -> Result<Asked> {
        for (button, value) in &self.0 {
            let kind = button.as_str();
            match kind {
                "accept" | "reject" | "reconsider" => {
                    return Ok(Asked::Operations(vec![on_pair(kind, value)?]));
                }
                "split" => {
                    let names = vec![value.clone()];
                    return Ok(one(VariantOperation {
                        kind: kind.to_owned(),
                        names,
                        ..VariantOperation::default()
                    }));
                }
                "dissolve" => {
                    let canonical = value.clone();
                    return Ok(one(VariantOperation {
                        kind: kind.to_owned(),
                        canonical,
                        ..VariantOperation::default()
                    }));
                }
                "restore" => {
                    let version = value.parse().map_err(|_| not_of_this_page())?;
                    return Ok(Asked::Restore(version));
                }
                "do" => return self.form(value),
                _ => {}
            }
        }
        Err(not_of_this_page())
    }

    /// What a form with fields of its own asks for.
    fn form(&self, kind: &str) -> Result<Asked> {
        let mut operation = VariantOperation { kind: kind.to_owned(), ..VariantOperation::default() };
        match kind {
            "accept" | "reject" => {
                let picked: Vec<_> =
                    self.all("pick").map(|pair| on_pair(kind, pair)).collect::<Result<_>>()?;
                if picked.is_empty() {
                    return Err(Error::invalid("", "tick one or more proposals first"));
                }
                return Ok(Asked::Operations(picked));
            }
            "accept_all" => {
                let hundredths: f64 = self.get("least").parse().map_err(|_| not_of_this_page())?;
                operation.min_score = hundredths / 100.0;
            }
            "merge" => {
                operation.names = self
                    .get("names")
                    .lines()
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect();
                self.get("canonical").trim().clone_into(&mut operation.canonical);
                if operation.names.is_empty() || operation.canonical.is_empty() {
                    return Err(Error::invalid(
                        "",
                        "write one or more names, and the name that they count for",
                    ));
                }
            }
            "rename" => {
                self.get("group").clone_into(&mut operation.canonical);
                operation.names = vec![self.get("new").trim().to_owned()];
            }
            "steps" => operation.steps = self.all("step").map(str::to_owned).collect(),
            _ => return Err(not_of_this_page()),
        }
        Ok(one(operation))
    }
}

fn one(operation: VariantOperation) -> Asked {
    Asked::Operations(vec![operation])
}

/// An operation on a pair of names, which stands in a button as JSON.
fn on_pair(kind: &str, pair: &str) -> Result<VariantOperation> {
    let [from, to]: [String; 2] = serde_json::from_str(pair).map_err(|_| not_of_this_page())?;
    Ok(VariantOperation {
        kind: kind.to_owned(),
        names: vec![from],
        canonical: to,
        ..VariantOperation::default()
    })
}

fn not_of_this_page() -> Error {
    Error::invalid("", "this form is not one of this page; load the page again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn asked(fields: &[(&str, &str)]) -> Result<Asked> {
        Fields(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()).asked()
    }

    fn operation(kind: &str, names: &[&str], canonical: &str) -> VariantOperation {
        VariantOperation {
            kind: kind.to_owned(),
            names: names.iter().map(ToString::to_string).collect(),
            canonical: canonical.to_owned(),
            ..VariantOperation::default()
        }
    }

    #[test]
    fn every_button_asks_for_what_it_says() {
        let pair = r#"["a \"b\"","c"]"#;
        for (fields, expected) in [
            (
                &[("version", "1"), ("pick", r#"["x","y"]"#), ("accept", pair)][..],
                operation("accept", &["a \"b\""], "c"),
            ),
            (&[("reject", pair)], operation("reject", &["a \"b\""], "c")),
            (&[("do", "reject"), ("pick", pair)], operation("reject", &["a \"b\""], "c")),
            (&[("split", "a")], operation("split", &["a"], "")),
            (&[("dissolve", "a")], operation("dissolve", &[], "a")),
            (
                &[("do", "merge"), ("names", " a \r\n\r\nb"), ("canonical", " c ")],
                operation("merge", &["a", "b"], "c"),
            ),
            (&[("do", "rename"), ("group", "a"), ("new", "b")], operation("rename", &["b"], "a")),
        ] {
            assert_eq!(asked(fields).unwrap(), Asked::Operations(vec![expected]), "{fields:?}");
        }
        assert_eq!(asked(&[("restore", "3")]).unwrap(), Asked::Restore(3));
        let Asked::Operations(steps) = asked(&[("do", "steps"), ("step", "nfc"), ("step", "trim")]).unwrap()
        else {
            panic!("steps are operations");
        };
        assert_eq!(steps[0].steps, ["nfc", "trim"]);
        let Asked::Operations(all) = asked(&[("do", "accept_all"), ("least", "85")]).unwrap() else {
            panic!("accepting all is an operation");
        };
        assert!((all[0].min_score - 0.85).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_of_the_page_is_refused() {
        for fields in [&[][..], &[("do", "x")], &[("accept", "a")], &[("restore", "-")], &[("do", "accept")]]
        {
            assert_eq!(asked(fields).unwrap_err().code, ErrorCode::InvalidArgument, "{fields:?}");
        }
    }
}
