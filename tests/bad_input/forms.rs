//! The same in the pages: the form comes back with the message, and with what was typed.

use nameit_testkit::{Answer, Client, PASSWORD, Sandbox, pictures};
use serde_json::json;

/// Signs up and makes a draft; gives the client and the draft's path.
async fn draft(sandbox: &Sandbox) -> (Client, String) {
    let client = sandbox.client();
    assert!(client.sign_up_by_page("former").await.status.is_redirection());
    let path = client.draft_by_page().await;
    (client, path)
}

/// The page or its answer says `part`, with a status of a refusal.
#[track_caller]
fn refused(answer: &Answer, part: &str) {
    assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.text);
    let says = answer.text.to_lowercase();
    assert!(says.contains(&part.to_lowercase()), "`{part}` is not in {}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_handle() {
    let sandbox = Sandbox::start().await;
    sandbox.researcher("ana").await;
    let page = sandbox.client().sign_up_by_page("Ana").await.expect_page(422, "taken");
    assert!(page.text.contains("value=\"Ana\""), "what was typed stays");
    assert!(page.text.contains("value=\"Dr Page\""), "what was typed stays");
    let account = json!({"handle": "ANA", "password": PASSWORD, "display_name": "Another"});
    let by_rest = sandbox.client().post("/api/v1/accounts", &account).await.expect_problem(409, "taken");
    assert_eq!(by_rest.json()["field"], "handle");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_password_and_an_odd_handle() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    let fields = [("handle", "1 odd"), ("password", "short"), ("display_name", ""), ("affiliation", "")];
    let page = client.fill("/sign-up", "/sign-up", &fields).await.expect_page(422, "10 to 200 characters");
    assert!(page.text.contains("beginning with a letter"), "{}", page.text);
    assert!(!page.text.contains("value=\"short\""), "a password is never sent back");
    let account = json!({"handle": "fine", "password": "short", "display_name": "Fine"});
    sandbox.client().post("/api/v1/accounts", &account).await.expect_problem(422, "10 to 200");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_non_image_named_png() {
    let sandbox = Sandbox::start().await;
    let (client, path) = draft(&sandbox).await;
    refused(&client.upload_by_page(&path, "stimuli", "fake.png", b"I am a text".to_vec()).await, "png");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_of_20000_by_20000_pixels() {
    let sandbox = Sandbox::start().await;
    let (client, path) = draft(&sandbox).await;
    let huge = pictures::flat_png(20_000, 20_000);
    refused(&client.upload_by_page(&path, "stimuli", "huge.png", huge).await, "pixel");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_200_megabytes() {
    let sandbox = Sandbox::start().await;
    let (client, path) = draft(&sandbox).await;
    let heavy = vec![0x55; 200 * 1024 * 1024];
    let answer = client.upload_by_page(&path, "stimuli", "heavy.png", heavy).await;
    refused(&answer, "large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_with_a_missing_column() {
    let sandbox = Sandbox::start().await;
    let (client, path) = draft(&sandbox).await;
    let manifest = b"name,question\nboat,What?\n".to_vec();
    refused(&client.upload_by_page(&path, "manifest", "manifest.csv", manifest).await, "key");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_experiment_without_a_title() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    assert!(client.sign_up_by_page("former").await.status.is_redirection());
    let fields = [
        ("title", " "),
        ("question", "Kept as typed?"),
        ("language", "english"),
        ("consent_text", ""),
        ("access", "code"),
        ("access_code", "a b"),
    ];
    let page = client.fill("/experiments/new", "/experiments/new", &fields).await;
    let page = page.expect_page(422, "empty");
    assert!(page.text.contains("Kept as typed?"), "what was typed stays");
    assert!(
        page.text.contains("language tag") && page.text.contains("white space"),
        "each field has its message"
    );
}
