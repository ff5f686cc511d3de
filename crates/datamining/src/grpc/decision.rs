//! `nameit.datamining.v1.DecisionService`: whether a decision can be used, before it is kept.

use nameit_analysis::comparison::ReferenceNorms;
use nameit_analysis::descriptions::Annotations;
use nameit_analysis::variants::VariantDecisions;
use nameit_domain::DecisionKind;
use nameit_proto::WireError;
use nameit_proto::datamining::v1::decision_service_server::DecisionService;
use nameit_proto::datamining::v1::{CheckRequest, CheckResponse};
use serde::de::DeserializeOwned;
use tonic::{Request, Response, Status};

use super::descriptions;
use super::report::parse_id;
use crate::registry::Registry;
use crate::rules;

/// The language that decides where none is known: one without rules of its own.
const NO_LANGUAGE: &str = "und";

/// The service.
#[derive(Debug)]
pub struct Decisions {
    /// What is followed.
    pub registry: Registry,
}

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn check(&self, request: Request<CheckRequest>) -> Result<Response<CheckResponse>, Status> {
        let CheckRequest { kind, body, experiment_id } = request.into_inner();
        let kind = DecisionKind::parse(&kind).map_err(WireError::from)?;
        let language = match &experiment_id {
            Some(id) => self.registry.language(parse_id(id)?).await?,
            None => NO_LANGUAGE.into(),
        };
        check(kind, &body, &language).map_err(Status::invalid_argument)?;
        if let (DecisionKind::Annotations, Some(id)) = (kind, &experiment_id) {
            let refused =
                |refusal: nameit_analysis::descriptions::Error| Status::invalid_argument(refusal.to_string());
            let annotations = Annotations::parse(&body).map_err(refused)?;
            descriptions::check(&annotations, &self.registry.stimuli(parse_id(id)?).await?)?;
        }
        Ok(Response::new(CheckResponse {}))
    }
}

/// What is wrong with a body, in words.
fn check(kind: DecisionKind, body: &str, language: &str) -> Result<(), String> {
    match kind {
        DecisionKind::Variants => {
            VariantDecisions::parse(body, language).map(drop).map_err(|refusal| refusal.to_string())
        }
        DecisionKind::Annotations => Annotations::parse(body)
            .and_then(|annotations| annotations.check(|_| true))
            .map_err(|refusal| refusal.to_string()),
        DecisionKind::ReferenceNorms => form::<ReferenceNorms>(kind, body),
        DecisionKind::StopRule => rules::stop_rule(body).map(drop),
        DecisionKind::Trimming => rules::trimming(body).map(drop),
    }
}

/// Whether a body has the form of a kind; its own type knows what it may hold.
fn form<T: DeserializeOwned>(kind: DecisionKind, body: &str) -> Result<(), String> {
    serde_json::from_str::<T>(body).map(drop).map_err(|error| format!("{}: {error}", kind.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_used_is_let_through_and_the_rest_is_told_what_is_wrong() {
        for (kind, right, wrong, word) in [
            (DecisionKind::Variants, "{}", r#"{"merges": {"a": "b", "b": "a"}}"#, "circle"),
            (
                DecisionKind::ReferenceNorms,
                r#"{"cup": {"names": {"cup": 3}, "counted": true}}"#,
                r#"{"cup": 3}"#,
                "reference_norms",
            ),
            (
                DecisionKind::ReferenceNorms,
                r#"{"cup": {"names": {"cup": 0.5}, "counted": false}}"#,
                r#"{"cup": {"names": {"cup": -3}, "counted": true}}"#,
                "give a whole number from 0",
            ),
            (
                DecisionKind::StopRule,
                r#"{"min_answers": 20, "coverage": 0.95}"#,
                r#"{"coverage": 1.5}"#,
                "coverage must be",
            ),
            (DecisionKind::Trimming, r#""min:200,sd:2.5""#, r#""fast""#, "trimming"),
            (DecisionKind::Annotations, "ANNOTATIONS", r#"{"scenes": 3}"#, "annotations"),
        ] {
            let right = right.replace("ANNOTATIONS", &annotations());
            assert_eq!(check(kind, &right, "en"), Ok(()), "{}", kind.as_str());
            let refusal = check(kind, wrong, "en").unwrap_err();
            assert!(refusal.contains(word), "{}: {refusal}", kind.as_str());
            assert!(check(kind, "not JSON", "en").is_err(), "{}", kind.as_str());
        }
    }

    fn annotations() -> String {
        serde_json::to_string(&Annotations::default()).expect("annotations are JSON")
    }
}
