//! The pages as a browser without scripts uses them: forms, what stands beside a wrong field, live results.

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::sandbox::Sandbox;

/// A browser without scripts: keeps cookies, follows redirects, fills in the hidden token of forms.
struct Browser<'a> {
    sandbox: &'a Sandbox,
    client: reqwest::Client,
    token: String,
}

/// A page that came back.
struct Page {
    status: StatusCode,
    path: String,
    html: String,
}

// === impl Browser ===

impl<'a> Browser<'a> {
    fn open(sandbox: &'a Sandbox) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).build().unwrap();
        Self { sandbox, client, token: String::new() }
    }

    async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.sandbox.url));
        self.load(request).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = fields.to_vec();
        let token = self.token.clone();
        form.push(("csrf_token", &token));
        let request = self.client.post(format!("{}{path}", self.sandbox.url)).form(&form);
        self.load(request).await
    }

    async fn upload(&mut self, path: &str, form: Form) -> Page {
        let address = format!("{}{path}?csrf_token={}", self.sandbox.url, self.token);
        let request = self.client.post(address).multipart(form);
        self.load(request).await
    }

    /// Reads the page and notes the token that its forms carry.
    async fn load(&mut self, request: reqwest::RequestBuilder) -> Page {
        let answer = request.send().await.unwrap();
        let (status, path) = (answer.status(), answer.url().path().to_owned());
        let html = answer.text().await.unwrap();
        if let Some((_, rest)) = html.split_once("name=\"csrf-token\" content=\"") {
            rest.split('"').next().unwrap().clone_into(&mut self.token);
        }
        Page { status, path, html }
    }

    /// Signs up as `handle`.
    async fn sign_up(&mut self, handle: &str) -> Page {
        self.get("/sign-up").await;
        self.post(
            "/sign-up",
            &[("handle", handle), ("password", "correct horse"), ("display_name", "Ana"), ("next", "")],
        )
        .await
    }

    /// Makes a draft; gives the path of the experiment.
    async fn draft(&mut self) -> String {
        let page = self
            .post(
                "/experiments/new",
                &[
                    ("title", "Colours"),
                    ("question", "What is it called?"),
                    ("language", "en"),
                    ("consent_text", ""),
                    ("access", "code"),
                    ("access_code", "tulip"),
                ],
            )
            .await;
        assert_eq!(page.status, 200, "{}", page.html);
        page.path.strip_suffix("/edit").unwrap().to_owned()
    }
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn file(bytes: Vec<u8>, name: &str) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

#[tokio::test]
async fn an_experiment_is_built_shared_and_watched_without_script() {
    let sandbox = Sandbox::start().await;
    let mut browser = Browser::open(&sandbox);
    let dashboard = browser.sign_up("ana").await;
    assert_eq!((dashboard.path.as_str(), dashboard.html.contains("Nothing here yet")), ("/dashboard", true));
    let path = browser.draft().await;

    let page = browser.get(&format!("{path}/edit")).await;
    assert!(page.html.contains("At least one stimulus.") && page.html.contains("disabled>Publish"));
    let page = browser
        .post(&format!("{path}/colours"), &[("kind", "list"), ("list", "#1e90ff\nsky, #87ceeb")])
        .await;
    assert!(page.html.contains("2\u{a0}stimuli"), "{}", page.html);
    let form = Form::new()
        .part("files", file(png(40, 30), "cup.png"))
        .part("files", file(png(30, 40), "cup.png"))
        .part("files", file(b"no picture".to_vec(), "fake.png"));
    let page = browser.upload(&format!("{path}/stimuli"), form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("stored as cup-2"), "one bad file does not keep the good ones out");
    assert!(page.html.contains("4\u{a0}stimuli"));

    let mark = [
        ("question", "What is in the box?"),
        ("x", "10"),
        ("y", "12,5"),
        ("width", "50"),
        ("height", "50"),
        ("style", "dim"),
        ("action", "next"),
    ];
    let page = browser.post(&format!("{path}/stimuli/cup"), &mark).await;
    assert!(page.path.ends_with("/stimuli/cup-2"), "on to the next one: {}", page.path);
    let page = browser.get(&format!("{path}/stimuli/cup")).await;
    assert!(page.html.contains("value=\"12.5\"") && page.html.contains("target-dim"), "{}", page.html);

    let page = browser.post(&format!("{path}/publish"), &[]).await;
    assert!(page.path.ends_with("/share") && page.html.contains("tulip"), "{}", page.html);
    let link = page.html.split("id=\"link\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = browser.get(&format!("{path}/results")).await;
    assert!(page.html.contains("id=\"no-answers\""), "{}", page.html);

    let (status, run) = sandbox
        .call(
            reqwest::Method::POST,
            &format!("/api/v1{link}/participations"),
            None,
            Some(json!({"code": "tulip"})),
        )
        .await;
    assert_eq!(status, 201, "{run}");
    let participant = super::sandbox::Participant {
        id: run["participation_id"].as_str().unwrap().to_owned(),
        token: run["token"].as_str().unwrap().to_owned(),
    };
    let hostile = "<script>alert(1)</script>";
    assert_eq!(sandbox.respond(&participant, 0, json!({"text": hostile})).await.0, 200);
    let page = browser.get(&format!("{path}/results")).await;
    assert!(!page.html.contains(hostile) && page.html.contains("&#60;script&#62;"), "{}", page.html);
    assert!(!page.html.contains("id=\"no-answers\""));

    let page = browser.post(&format!("{path}/edit"), &[("title", "Other")]).await;
    assert!(page.status.is_client_error(), "a published experiment is frozen: {}", page.status);
    let page = browser.post(&format!("{path}/versions"), &[]).await;
    assert!(page.html.contains("version 2") && page.html.contains("4\u{a0}stimuli"), "{}", page.html);
}

#[tokio::test]
async fn a_wrong_form_is_shown_again_with_what_was_typed() {
    let sandbox = Sandbox::start().await;
    let mut browser = Browser::open(&sandbox);
    browser.get("/sign-up").await;
    let page = browser
        .post("/sign-up", &[("handle", "1 \"x\""), ("password", "pw9!xyz"), ("display_name", "Ana Prodan")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for wanted in
        ["id=\"handle-problem\"", "id=\"password-problem\"", "value=\"Ana Prodan\"", "1 &#34;x&#34;"]
    {
        assert!(page.html.contains(wanted), "{wanted} is missing in {}", page.html);
    }
    assert!(!page.html.contains("pw9!xyz"), "a password is never sent back");

    browser.sign_up("ana").await;
    let mut other = Browser::open(&sandbox);
    let page = other.sign_up("ana").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("is taken"), "{}", page.html);
    other.get("/sign-in").await;
    let page = other.post("/sign-in", &[("handle", "ana"), ("password", "wrong wrong wrong")]).await;
    assert!(page.html.contains("The handle or the password is wrong."), "{}", page.html);

    let path = browser.draft().await;
    let page = browser.post(&format!("{path}/colours"), &[("kind", "list"), ("list", "#fff\nblue")]).await;
    assert!(page.html.contains("id=\"colours-problem\"") && page.html.contains("Line 2"), "{}", page.html);
    let form = Form::new().part("manifest", file(b"stimulus,question\na,b\n".to_vec(), "m.csv"));
    let page = browser.upload(&format!("{path}/manifest"), form).await;
    assert!(page.html.contains("id=\"manifest-problem\""), "a column is missing: {}", page.html);
    let form = Form::new().part("files", file(vec![7; (25 << 20) + 1], "big.png"));
    let page = browser.upload(&format!("{path}/stimuli"), form).await;
    assert!(page.html.contains("too large"), "{}", page.html);
}

#[tokio::test]
async fn tokens_are_made_and_revoked_on_the_page_of_the_account() {
    let sandbox = Sandbox::start().await;
    let mut browser = Browser::open(&sandbox);
    browser.sign_up("ana").await;
    let page = browser.get("/me").await;
    assert!(page.html.contains("id=\"no-tokens\""), "the browser's own session is no token: {}", page.html);
    let page = browser.post("/me/tokens", &[("label", &"x".repeat(101))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("id=\"label-problem\"") && page.html.contains("id=\"no-tokens\""));

    let page = browser.post("/me/tokens", &[("label", "R notebook")]).await;
    let part = |html: &str, start: &str, end: char| {
        html.split(start).nth(1).unwrap().split(end).next().unwrap().to_owned()
    };
    let secret = part(&page.html, "id=\"new-token\">", '<');
    let (status, me) = sandbox.call(reqwest::Method::GET, "/api/v1/me", Some(&secret), None).await;
    assert_eq!((status, &me["handle"]), (200, &json!("ana")));
    let page = browser.get("/me").await;
    assert!(page.html.contains(">R notebook</th>") && !page.html.contains(&secret), "{}", page.html);
    let revoke = part(&page.html, "action=\"/me/tokens/", '"');
    let page = browser.post(&format!("/me/tokens/{revoke}"), &[]).await;
    assert!(page.html.contains("id=\"no-tokens\"") && page.html.contains("Revoked."), "{}", page.html);
    let (status, _) = sandbox.call(reqwest::Method::GET, "/api/v1/me", Some(&secret), None).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    let sandbox = Sandbox::start().await;
    let mut browser = Browser::open(&sandbox);
    browser.sign_up("ana").await;
    let path = browser.draft().await;
    browser.token = "AAAA".to_owned();
    let page = browser.post(&format!("{path}/delete"), &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.html.contains("<h1>This is not open to you</h1>"), "{}", page.html);
    assert!(browser.get("/dashboard").await.html.contains("Colours"));
}

#[tokio::test]
async fn errors_are_pages_that_say_what_to_do() {
    let sandbox = Sandbox::start().await;
    let mut browser = Browser::open(&sandbox);
    let page = browser.get("/nothing").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.html.contains("<h1>There is nothing here</h1>"), "{}", page.html);
    assert_eq!(browser.post("/dashboard", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let page = browser.get("/experiments/new").await;
    assert_eq!((page.path.as_str(), page.status), ("/sign-in", StatusCode::OK));
    browser.sign_up("ana").await;
    let page = browser.get("/experiments/018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f/edit").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.html.contains("id=\"sign-out\""), "it shows who is signed in: {}", page.html);
    let page = browser.post("/sign-out", &[]).await;
    assert_eq!(page.status, StatusCode::OK, "with a token that counts: {}", page.html);
    assert_eq!(browser.get("/dashboard").await.path, "/sign-in");
}

#[tokio::test]
async fn changes_are_sent_as_the_parts_of_the_page() {
    let sandbox = Sandbox::start().await;
    let token = sandbox.researcher("ana").await;
    let experiment = sandbox.published(&token).await;
    let participant = sandbox.participant(&experiment).await;
    sandbox.respond(&participant, 0, json!({"text": "crimson"})).await;
    let path = format!("/experiments/{}/results/events?ordinals=0,1", experiment["id"].as_str().unwrap());
    let mut answer = sandbox.request(reqwest::Method::GET, &path, Some(&token)).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    while !text.contains("\n\n") {
        text.push_str(std::str::from_utf8(&answer.chunk().await.unwrap().unwrap()).unwrap());
    }
    for wanted in ["event: part", "id=\"totals\"", "id=\"progress\"", "id=\"stimulus-", "crimson"] {
        assert!(text.contains(wanted), "{wanted} is missing in {text}");
    }
}
