//! The demo of an empty server.

use nameit_testkit::Sandbox;
use nameit_testkit::pages::csrf_of;

#[tokio::test(flavor = "multi_thread")]
async fn the_button_of_an_empty_server_makes_the_demo_once() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    let first = client.get("/").await.expect_page(200, "action=\"/demo\"");
    let made = client.form("/demo", &[("csrf_token", &csrf_of(&first.text))]).await;
    assert!(made.status.is_redirection(), "{} {}", made.status, made.text);

    let dashboard = client.get("/dashboard").await.expect_page(200, "Objects in scenes");
    assert!(dashboard.text.contains("What do you call this colour"));
    let home = client.get("/").await.expect_ok();
    assert!(!home.text.contains("action=\"/demo\""), "the button is gone");
    let again = client.form("/demo", &[("csrf_token", &csrf_of(&dashboard.text))]).await;
    assert_eq!(again.status, 409, "{}", again.text);

    let id = dashboard.text.split("/experiments/").skip(1).find(|rest| !rest.starts_with("new"));
    let id = id.and_then(|rest| rest.split(['/', '"', '?']).next()).expect("the dashboard links experiments");
    let results = client.get(&format!("/experiments/{id}/results")).await.expect_page(200, "<svg");
    assert!(results.text.to_lowercase().contains("agreement"));
}
