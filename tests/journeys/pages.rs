//! The pages as a browser without scripts uses them.

use nameit_testkit::pages::csrf_of;
use nameit_testkit::{Sandbox, pictures};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_works_as_plain_forms() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    client.get("/").await.expect_page(200, "NameIT");
    let led = client.get("/dashboard").await;
    assert_eq!(led.headers["location"], "/sign-in?next=%2Fdashboard");
    assert!(client.sign_up_by_page("page-ana").await.status.is_redirection());
    client.get("/dashboard").await.expect_page(200, "Dr Page");

    let path = client.draft_by_page().await;
    let uploaded = client.upload_by_page(&path, "stimuli", "red boat.png", pictures::png(64, 48, 3)).await;
    assert!(uploaded.status.is_redirection() || uploaded.status.is_success(), "{}", uploaded.text);
    let edit = client.get(&format!("{path}/edit")).await.expect_page(200, "red boat");
    let published = client.form(&format!("{path}/publish"), &[("csrf_token", &csrf_of(&edit.text))]).await;
    assert!(published.status.is_redirection(), "{} {}", published.status, published.text);
    for page in ["share", "preview", "results"] {
        client.get(&format!("{path}/{page}")).await.expect_page(200, "Made by hand");
    }
    client.get("/").await.expect_page(200, "Made by hand");
    client.get("/me").await.expect_page(200, "University of Tests");

    let dashboard = client.get("/dashboard").await.expect_page(200, "Made by hand");
    let out = client.form("/sign-out", &[("csrf_token", &csrf_of(&dashboard.text))]).await;
    assert!(out.status.is_redirection());
    assert_eq!(client.get("/dashboard").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_its_token_does_nothing() {
    let sandbox = Sandbox::start().await;
    let client = sandbox.client();
    client.sign_up_by_page("careful").await;
    let path = client.draft_by_page().await;
    let forged = client.form(&format!("{path}/delete"), &[]).await;
    assert_eq!(forged.status, 403, "{}", forged.text);
    let forged = client.form(&format!("{path}/delete"), &[("csrf_token", "forged")]).await;
    assert_eq!(forged.status, 403, "{}", forged.text);
    client.get(&format!("{path}/edit")).await.expect_page(200, "Made by hand");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_text_and_never_markup() {
    let sandbox = Sandbox::start().await;
    let evil = "<script>alert(1)</script>\"'><img src=x>";
    let client = sandbox.client();
    client.sign_up_by_page("escaper").await;
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
