//! The stories.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use libtest_mimic::Failed;
use nameit_testkit::{Client, PASSWORD, Sandbox, pictures};

use crate::chromium::{Browser, Driver};

/// What was typed: (who, trial) → text.
type Typed = BTreeMap<(String, String), String>;

/// Sign up, create with 3 pictures and 3 colours, publish with a code, take part twice (once with a reload
/// in the middle, once offline for two trials), see the live numbers change, export, compare.
pub(crate) fn whole_study() -> Result<(), Failed> {
    run(async {
        let sandbox = Sandbox::start().await;
        let driver = Driver::start()?;
        let researcher = driver.open(1280, 900).await?;
        let experiment = build(&researcher, sandbox.url()).await?;
        let slug = publish(&researcher, sandbox.url(), &experiment).await?;
        researcher.goto(&format!("{}{experiment}/results", sandbox.url())).await?;
        researcher.wait_until("#total-answers", "0", |text| text.trim() == "0").await?;
        researcher.assert_no_sideways_scrolling().await?;

        let link = format!("{}/run/{slug}", sandbox.url());
        let mut typed = Typed::new();
        let phone = driver.open(390, 844).await?;
        begin(&phone, &link).await?;
        answer(&phone, "first", &[0, 1, 2], &mut typed).await?;
        // A half-typed answer, and the reload brings the same trial back.
        phone.keys("#answer", "half").await?;
        phone.client.refresh().await?;
        phone.wait_for("#view-trial[data-trial='3'][data-shown]").await?;
        answer(&phone, "first", &[3, 4, 5], &mut typed).await?;
        finish(&phone, "first", &mut typed).await?;
        researcher.wait_until("#total-answers", "6 without a reload", |text| text.trim() == "6").await?;
        researcher.wait_until("#total-completed", "1 completed", |text| text.starts_with('1')).await?;

        let laptop = driver.open(1024, 700).await?;
        begin(&laptop, &link).await?;
        answer(&laptop, "second", &[0, 1], &mut typed).await?;
        researcher.wait_until("#total-answers", "8 without a reload", |text| text.trim() == "8").await?;
        laptop.wait_for("#view-trial[data-trial='2'][data-shown]").await?;
        laptop.offline(true).await?;
        answer(&laptop, "second", &[2, 3], &mut typed).await?;
        laptop.wait_until("#save-status", "that answers are kept", |text| !text.trim().is_empty()).await?;
        let stored = researcher.says("#total-answers").await?;
        ensure!(stored.trim() == "8", "offline nothing arrives, but the results say {stored}");
        laptop.offline(false).await?;
        answer(&laptop, "second", &[4, 5], &mut typed).await?;
        finish(&laptop, "second", &mut typed).await?;
        researcher.wait_until("#total-answers", "12 without a reload", |text| text.trim() == "12").await?;
        researcher
            .wait_until("#stimuli", "both people's names", |text| {
                text.contains("first answer to") && text.contains("second answer to")
            })
            .await?;

        ensure!(export(&researcher, sandbox.url(), &experiment).await? == texts(&typed), "the CSV differs");
        Ok(())
    })
}

/// A target is drawn on a picture with the mouse, and a manifest without its column is answered in words.
pub(crate) fn editing() -> Result<(), Failed> {
    run(async {
        let sandbox = Sandbox::start().await;
        let driver = Driver::start()?;
        let researcher = driver.open(390, 844).await?;
        let experiment = build(&researcher, sandbox.url()).await?;
        researcher.assert_no_sideways_scrolling().await?;
        let stimulus = format!("{}{experiment}/stimuli/boat", sandbox.url());
        researcher.goto(&stimulus).await?;
        researcher.wait_for("#stage").await?;
        drag(&researcher, "#stage").await?;
        researcher.click("#save").await?;
        researcher.goto(&stimulus).await?;
        researcher.wait_for("#stage").await?;
        let width = "return Number(document.querySelector('#target-fields [name=width]')?.value ?? 0)";
        let width = researcher.client.execute(width, Vec::new()).await?.as_f64().unwrap_or_default();
        ensure!(width > 0.1, "the target that was drawn has the width {width}");

        researcher.goto(&format!("{}{experiment}/edit", sandbox.url())).await?;
        let folder = tempfile::tempdir()?;
        let manifest = folder.path().join("manifest.csv");
        fs::write(&manifest, "name,question\nboat,What?\n")?;
        researcher.click("#add-manifest summary").await?;
        researcher.keys("#manifest-file", &manifest.display().to_string()).await?;
        researcher.click("#manifest-form button").await?;
        researcher
            .wait_until("#manifest-form", "which column is missing", |text| text.contains("key"))
            .await?;
        Ok(())
    })
}

/// Runs a story to its end.
pub(crate) fn run(story: impl Future<Output = anyhow::Result<()>>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(story).map_err(|error| Failed::from(format!("{error:#}")))
}

/// Signs up and makes a draft with its stimuli; gives the path of its pages.
async fn build(researcher: &Browser, url: &str) -> anyhow::Result<String> {
    researcher.goto(&format!("{url}/sign-up")).await?;
    researcher.fill("#handle", "ana").await?;
    researcher.fill("#password", PASSWORD).await?;
    researcher.fill("#display_name", "Ana").await?;
    researcher.click("#sign-up-form button").await?;
    researcher.wait_until("body", "where experiments are", |text| text.contains("xperiment")).await?;

    researcher.goto(&format!("{url}/experiments/new")).await?;
    researcher.fill("#title", "Boats and colours").await?;
    researcher.fill("#question", "What is this?").await?;
    researcher.fill("#language", "en").await?;
    researcher.fill("#consent_text", "I take part of my own free will.").await?;
    researcher.click("input[name=access][value=code]").await?;
    researcher.fill("#access_code", "tulip").await?;
    researcher.click("#settings-form button").await?;
    researcher.wait_for("#upload-form").await?;
    let path = researcher.client.current_url().await?.path().trim_end_matches("/edit").to_owned();

    let folder = tempfile::tempdir()?;
    let files: Vec<String> = ["boat", "cup", "tree"]
        .into_iter()
        .enumerate()
        .map(|(number, name)| picture(folder.path(), name, number as u8))
        .collect::<anyhow::Result<_>>()?;
    researcher.keys("#files", &files.join("\n")).await?;
    researcher.wait_until("#stimulus-count", "3 stimuli", |text| text.contains('3')).await?;
    researcher.click("#add-colours summary").await?;
    researcher.fill("#colours", "red, #ff0000\ngreen, #00aa00\nblue, #0000ff").await?;
    researcher.click("#colour-list-form button").await?;
    researcher.wait_until("#stimulus-count", "6 stimuli", |text| text.contains('6')).await?;
    Ok(path)
}

fn picture(folder: &Path, name: &str, seed: u8) -> anyhow::Result<String> {
    let path = folder.join(format!("{name}.png"));
    fs::write(&path, pictures::png(900, 600, seed))?;
    Ok(path.display().to_string())
}

/// Publishes; gives the slug of the link on the share page.
async fn publish(researcher: &Browser, url: &str, experiment: &str) -> anyhow::Result<String> {
    researcher.goto(&format!("{url}{experiment}/edit")).await?;
    researcher.click("#publish-button").await?;
    researcher.goto(&format!("{url}{experiment}/share")).await?;
    let link = researcher.wait_until("#link", "the link", |text| text.contains("/run/")).await?;
    researcher.wait_until("#access-code", "the code", |text| text.trim() == "tulip").await?;
    researcher.assert_no_sideways_scrolling().await?;
    Ok(link.rsplit('/').next().unwrap_or_default().trim().to_owned())
}

/// Opens the link, is told about a wrong code, and consents with the right one.
async fn begin(participant: &Browser, link: &str) -> anyhow::Result<()> {
    participant.goto(link).await?;
    participant.wait_for("#view-consent:not([hidden])").await?;
    participant.fill("#access-code", "rose").await?;
    participant.click("#begin").await?;
    participant
        .wait_until("#consent-error", "that the code is wrong", |text| !text.trim().is_empty())
        .await?;
    participant.fill("#access-code", "tulip").await?;
    participant.click("#begin").await
}

/// Answers these trials, and notes what was typed to which stimulus.
async fn answer(participant: &Browser, who: &str, trials: &[u32], typed: &mut Typed) -> anyhow::Result<()> {
    for trial in trials {
        participant.wait_for(&format!("#view-trial[data-trial='{trial}'][data-shown]")).await?;
        participant.assert_no_sideways_scrolling().await?;
        let text = format!("{who} answer to {trial}");
        participant.fill("#answer", &text).await?;
        participant.click("#next").await?;
        typed.insert((who.to_owned(), trial.to_string()), text);
    }
    Ok(())
}

/// Waits for the completion code, which is given only when every answer is stored.
async fn finish(participant: &Browser, who: &str, typed: &mut Typed) -> anyhow::Result<()> {
    participant.wait_for("#view-thanks:not([hidden])").await?;
    let code = participant.wait_until("#completion-code", "a code", |text| text.trim().len() == 9).await?;
    ensure!(code.contains('-'), "`{code}` is not a completion code");
    ensure!(typed.keys().filter(|(person, _)| person == who).count() == 6, "{who} answered six trials");
    Ok(())
}

fn texts(typed: &Typed) -> Vec<(String, String)> {
    let mut texts: Vec<_> = typed.iter().map(|((_, trial), text)| (trial.clone(), text.clone())).collect();
    texts.sort();
    texts
}

/// Trial and response of each row of the CSV that the results page links, fetched with the browser's session.
async fn export(researcher: &Browser, url: &str, experiment: &str) -> anyhow::Result<Vec<(String, String)>> {
    let link = "return document.querySelector('#export-responses-csv').getAttribute('href')";
    let link = researcher.client.execute(link, Vec::new()).await?;
    let link = link.as_str().context("the results page links the export")?.to_owned();
    ensure!(link.contains(experiment.rsplit('/').next().unwrap_or_default()), "{link}");
    let cookies = researcher.client.get_all_cookies().await?;
    let header: Vec<String> =
        cookies.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value())).collect();
    let client = Client::new(url);
    let request = client.request("GET", &link).header("cookie", header.join("; "));
    let csv = client.send(request).await.expect_ok().text;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers()?.clone();
    let column = |name: &str| columns.iter().position(|column| column == name).context("a column is missing");
    let (trial, response, stimulus) = (column("trial")?, column("response")?, column("stimulus")?);
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        let known = ["boat", "cup", "tree", "red", "green", "blue"].contains(&&record[stimulus]);
        ensure!(known, "`{}` is none of the stimuli", &record[stimulus]);
        rows.push((record[trial].to_owned(), record[response].to_owned()));
    }
    rows.sort();
    Ok(rows)
}

/// Draws a box over the middle of an element.
async fn drag(browser: &Browser, css: &str) -> anyhow::Result<()> {
    use fantoccini::actions::{InputSource as _, MouseActions, PointerAction};
    use fantoccini::{Locator, actions::MOUSE_BUTTON_LEFT};
    let element = browser.client.find(Locator::Css(css)).await?;
    let scroll = "document.querySelector(arguments[0]).scrollIntoView({block: 'center'})";
    browser.client.execute(scroll, vec![css.into()]).await?;
    let to = |x, y| PointerAction::MoveToElement { element: element.clone(), duration: None, x, y };
    let actions = MouseActions::new("mouse".to_owned())
        .then(to(-60.0, -40.0))
        .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
        .then(to(0.0, 0.0))
        .then(to(60.0, 40.0))
        .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
    browser.client.perform_actions(actions).await?;
    Ok(())
}
