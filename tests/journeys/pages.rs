//! The pages as a browser without scripts uses them.

use nameit_testkit::{Answer, Client, PASSWORD, Sandbox, pictures};
use reqwest::multipart::{Form, Part};

/// The CSRF token of a page's forms.
pub(crate) fn csrf_of(page: &str) -> String {
    let field = page.split("name=\"csrf\"").nth(1).expect("the page has a form with a token");
    field.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Signs up through the page; the client then holds the session cookie.
pub(crate) async fn sign_up(client: &Client, handle: &str) -> Answer {
    let page = client.get("/sign-up").await.expect_page(200, "<form");
    let csrf = csrf_of(&page.text);
    let fields = [
        ("csrf", csrf.as_str()),
        ("handle", handle),
        ("password", PASSWORD),
        ("display_name", "Dr Page"),
        ("affiliation", "University of Tests"),
    ];
    client.form("/sign-up", &fields).await
}

/// Makes a draft through the page and gives the path of its experiment.
pub(crate) async fn draft(client: &Client) -> String {
    let page = client.get("/experiments/new").await.expect_page(200, "<form");
    let csrf = csrf_of(&page.text);
    let fields = [
        ("csrf", csrf.as_str()),
        ("title", "Made by hand"),
        ("question", "What is this?"),
        ("language", "en"),
        ("consent_text", "I agree."),
        ("access", "public"),
        ("access_code", ""),
    ];
    let made = client.form("/experiments/new", &fields).await;
    assert!(made.status.is_redirection(), "{} {}", made.status, made.text);
    let location = made.headers["location"].to_str().unwrap();
    location.split("/edit").next().unwrap().to_owned()
}

/// Uploads a file through the page's form.
pub(crate) async fn upload(client: &Client, path: &str, name: &str, media_type: &str, file: Vec<u8>) -> Answer {
    let edit = client.get(&format!("{path}/edit")).await.expect_page(200, "<form");
    let part = Part::bytes(file).file_name(name.to_owned()).mime_str(media_type).unwrap();
    let form = Form::new().text("csrf", csrf_of(&edit.text)).part("files", part);
    client.send(client.request("POST", &format!("{path}/stimuli")).multipart(form)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_works_as_plain_forms() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    client.get("/").await.expect_page(200, "NameIT");
    let led = client.get("/dashboard").await;
    assert_eq!(led.headers["location"], "/sign-in?next=%2Fdashboard");
    assert!(sign_up(&client, "page-ana").await.status.is_redirection());
    client.get("/dashboard").await.expect_page(200, "Dr Page");

    let path = draft(&client).await;
    let uploaded = upload(&client, &path, "red boat.png", "image/png", pictures::png(64, 48, 3)).await;
    assert!(uploaded.status.is_redirection() || uploaded.status.is_success(), "{}", uploaded.text);
    let edit = client.get(&format!("{path}/edit")).await.expect_page(200, "red boat");
    let published = client.form(&format!("{path}/publish"), &[("csrf", &csrf_of(&edit.text))]).await;
    assert!(published.status.is_redirection(), "{} {}", published.status, published.text);
    for page in ["share", "preview", "results"] {
        client.get(&format!("{path}/{page}")).await.expect_page(200, "Made by hand");
    }
    client.get("/").await.expect_page(200, "Made by hand");
    client.get("/me").await.expect_page(200, "University of Tests");

    let dashboard = client.get("/dashboard").await.expect_page(200, "Made by hand");
    let out = client.form("/sign-out", &[("csrf", &csrf_of(&dashboard.text))]).await;
    assert!(out.status.is_redirection());
    assert_eq!(client.get("/dashboard").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_does_nothing() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    sign_up(&client, "careful").await;
    let path = draft(&client).await;
    let forged = client.form(&format!("{path}/delete"), &[]).await;
    assert_eq!(forged.status, 403, "{}", forged.text);
    let forged = client.form(&format!("{path}/delete"), &[("csrf", "forged")]).await;
    assert_eq!(forged.status, 403, "{}", forged.text);
    client.get(&format!("{path}/edit")).await.expect_page(200, "Made by hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_text_and_never_markup() {
    let sandbox = Sandbox::start().await;
    let evil = "<script>alert(1)</script>\"'><img src=x>";
    let client = sandbox.client();
    sign_up(&client, "escaper").await;
    let ana = sandbox.researcher("ana").await;
    let experiment =
        ana.experiment().with("title", evil).with("access", "public").colours(["#ff0000"]).published().await;
    experiment.participant().await.answer(0, evil).await.expect_ok();
    for path in ["/".to_owned(), format!("/run/{}", experiment.slug)] {
        let page = client.get(&path).await.expect_page(200, "alert(1)");
        assert!(!page.text.contains("<script>alert"), "{path}: {}", page.text);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    }
}
