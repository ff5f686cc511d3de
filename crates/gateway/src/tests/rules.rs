//! Who may call what: every route of the table and every gRPC method is called by nobody, by another
//! researcher and by another participant.

use std::collections::BTreeSet;

use nameit_proto::FILE_DESCRIPTOR_SET;
use prost::Message as _;
use reqwest::Method;
use serde_json::Value;

use super::sandbox::{Participant, Sandbox};
use crate::access::{Rule, Surface};
use crate::grpc::RULES;
use crate::router;

/// An experiment with a participant, and people who have no business with them.
struct Scene {
    sandbox: Sandbox,
    experiment: Value,
    owner: String,
    stranger: String,
    participant: Participant,
    other_participant: Participant,
}

impl Scene {
    async fn set() -> Self {
        let sandbox = Sandbox::start_with(|config| config.operator = super::operate::with_code()).await;
        let owner = sandbox.researcher("ana").await;
        let stranger = sandbox.researcher("eve").await;
        let experiment = sandbox.published(&owner).await;
        let participant = sandbox.participant(&experiment).await;
        let other_participant = sandbox.participant(&experiment).await;
        Self { sandbox, experiment, owner, stranger, participant, other_participant }
    }

    /// The path of a route with real ids in it.
    fn path(&self, route: &router::Route) -> String {
        let id = if route.path.contains("/participations/") {
            &self.participant.id
        } else {
            self.experiment["id"].as_str().unwrap()
        };
        route
            .path
            .replace("{id}", id)
            .replace("{slug}", self.experiment["slug"].as_str().unwrap())
            .replace("{key}", "red")
            .replace("{trial}", "0")
            .replace("{kind}", "variants")
            .replace("{hash}", &"0".repeat(64))
            .replace("{*file}", "index.html")
            .replace("{*path}", "base.css")
    }

    async fn status(&self, method: &Method, path: &str, token: Option<&str>) -> u16 {
        let request = self.sandbox.request(method.clone(), path, token);
        request.send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn every_route_refuses_those_whom_its_rule_does_not_name() {
    let scene = Scene::set().await;
    let mut by_rule = std::collections::HashMap::new();
    for route in router::table() {
        let (method, path) = (&route.method, scene.path(&route));
        let name = format!("{method} {} ({})", route.path, route.rule.as_str());
        assert!(!path.contains('{'), "{name}: the test knows no value for a part of the path");
        *by_rule.entry(route.rule).or_insert(0) += 1;
        let nobody = scene.status(method, &path, None).await;
        let is_page = !route.path.starts_with("/api/");
        match route.rule {
            Rule::Anyone => {
                assert_ne!(nobody, 401, "{name} is open to nobody in particular");
                assert!(nobody < 500, "{name}: {nobody}");
            }
            Rule::Researcher | Rule::Owner => {
                // A page leads to the sign-in page.
                assert_eq!(nobody, if is_page { 303 } else { 401 }, "{name} by nobody");
                let token = scene.status(method, &path, Some("nit_wrong")).await;
                assert_eq!(token, if is_page { 303 } else { 401 }, "{name} with a wrong token");
                let participant = scene.status(method, &path, Some(&scene.participant.token)).await;
                assert_eq!(participant, if is_page { 303 } else { 401 }, "{name} by a participant");
            }
            Rule::Operator => {
                let refused = if route.surface == Surface::Page { 303 } else { 401 };
                assert_eq!(nobody, refused, "{name} by nobody");
                for token in [&scene.owner, &scene.participant.token, "0".repeat(32).as_str()] {
                    assert_eq!(
                        scene.status(method, &path, Some(token)).await,
                        refused,
                        "{name} with another secret"
                    );
                }
            }
            Rule::Participant => {
                assert_eq!(nobody, 401, "{name} by nobody");
                let other = scene.status(method, &path, Some(&scene.other_participant.token)).await;
                assert_eq!(other, 403, "{name} by another participant");
                let owner = scene.status(method, &path, Some(&scene.owner)).await;
                assert_eq!(owner, 403, "{name} by the researcher");
            }
        }
        if route.rule == Rule::Owner {
            let stranger = scene.status(method, &path, Some(&scene.stranger)).await;
            assert_eq!(stranger, 404, "{name} by another researcher");
        }
    }
    for rule in [Rule::Anyone, Rule::Researcher, Rule::Owner, Rule::Participant, Rule::Operator] {
        assert!(by_rule.get(&rule).is_some_and(|count| *count > 0), "no route has the rule {rule:?}");
    }
    let state = scene.sandbox.fake.data().experiments[scene.experiment["id"].as_str().unwrap()].state;
    assert_eq!(state, 2, "nobody has changed anything: it is still published");
}

#[tokio::test]
async fn what_is_in_the_trash_is_its_owners_only() {
    let scene = Scene::set().await;
    let path = format!("/api/v1/experiments/{}", scene.experiment["id"].as_str().unwrap());
    assert_eq!(scene.status(&Method::DELETE, &path, Some(&scene.owner)).await, 204);
    assert_eq!(scene.status(&Method::GET, &path, Some(&scene.owner)).await, 404);
    let restore = format!("{path}/restore");
    assert_eq!(scene.status(&Method::POST, &restore, Some(&scene.stranger)).await, 404);
    assert_eq!(scene.status(&Method::POST, &restore, Some(&scene.owner)).await, 200);
    assert_eq!(scene.status(&Method::GET, &path, Some(&scene.owner)).await, 200);
}

#[test]
fn every_grpc_method_has_a_rule_and_every_rule_a_method() {
    let set = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).unwrap();
    let methods: BTreeSet<String> = set
        .file
        .iter()
        .filter(|file| file.package() == "nameit.api.v1")
        .flat_map(|file| &file.service)
        .flat_map(|service| {
            service
                .method
                .iter()
                .map(move |method| format!("/nameit.api.v1.{}/{}", service.name(), method.name()))
        })
        .collect();
    let ruled: BTreeSet<String> = RULES.iter().map(|(method, _)| (*method).to_owned()).collect();
    assert_eq!(methods, ruled);
}

#[test]
fn the_routes_and_their_rules_are_as_written_down() {
    let mut listing: Vec<String> = router::table()
        .iter()
        .map(|route| format!("{:6} {:60} {}", route.method.as_str(), route.path, route.rule.as_str()))
        .collect();
    listing
        .extend(RULES.iter().map(|(method, rule)| format!("{:6} {:60} {}", "gRPC", method, rule.as_str())));
    insta::assert_snapshot!(listing.join("\n"));
}

#[test]
fn the_openapi_document_is_as_written_down() {
    let document: Value = serde_json::to_value(router::openapi()).unwrap();
    insta::assert_json_snapshot!(document);
}
