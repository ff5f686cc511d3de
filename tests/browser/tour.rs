//! Every page, filled with the demo, on a desktop and on a phone.

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, ensure};
use libtest_mimic::Failed;
use nameit_testkit::Sandbox;

use crate::chromium::{Browser, Driver};
use crate::story::run;

/// Width and height of the windows.
const SIZES: [(u32, u32); 2] = [(1280, 900), (390, 844)];

/// Where pictures are written, if anybody wants them.
const SCREENSHOTS: &str = "NAMEIT_SCREENSHOTS";

/// Nothing sticks out sideways and no console complains, also about the content policy.
pub(crate) fn every_page() -> Result<(), Failed> {
    run(async {
        let sandbox = Sandbox::start().await;
        let driver = Driver::start()?;
        let browser = driver.open(1280, 900).await?;
        let url = sandbox.url();
        for (name, path) in [("home-fresh", "/"), ("sign-in", "/sign-in"), ("sign-up", "/sign-up")] {
            look(&browser, name, &format!("{url}{path}"), "h1").await?;
        }
        look(&browser, "operate", &format!("{url}/operate"), "[data-events] .tag.ok").await?;
        browser.resize(1280, 900).await?;
        browser.goto(url).await?;
        browser.click("#try-demo").await?;
        browser
            .wait_until("body", "the demo's experiments", |text| text.contains("Objects in scenes"))
            .await?;
        let scenes = experiment(&browser, "Objects in scenes").await?;
        let slug = slug(&browser, url, &scenes).await?;
        browser.goto(&format!("{url}{scenes}/results")).await?;
        let all =
            |text: &str| text.trim().replace([',', '.', '\u{202f}'], "").parse().is_ok_and(|n: u32| n >= 600);
        browser.wait_until("#total-answers", "that hundreds have answered", all).await?;

        look(&browser, "results", &format!("{url}{scenes}/results"), "article svg").await?;
        look(&browser, "share", &format!("{url}{scenes}/share"), "#link").await?;
        look(&browser, "edit-frozen", &format!("{url}{scenes}/edit"), "#new-version").await?;
        look(&browser, "dashboard", &format!("{url}/dashboard"), "h1").await?;
        look(&browser, "me", &format!("{url}/me"), "h1").await?;
        look(&browser, "new", &format!("{url}/experiments/new"), "#settings-form").await?;
        look(&browser, "home", &format!("{url}/"), "h1").await?;

        browser.goto(&format!("{url}{scenes}/edit")).await?;
        browser.click("#new-version").await?;
        browser.wait_for("#upload-form").await?;
        let draft = browser.client.current_url().await?.path().trim_end_matches("/edit").to_owned();
        look(&browser, "edit-draft", &format!("{url}{draft}/edit"), ".tile").await?;
        look(&browser, "stimulus", &format!("{url}{draft}/stimuli/harbour-boat"), "#stage").await?;
        look(&browser, "preview", &format!("{url}{draft}/preview"), "main").await?;

        let link = format!("{url}/run/{slug}");
        look(&browser, "run-consent", &link, "#view-consent:not([hidden])").await?;
        browser.click("#begin").await?;
        browser.wait_for("#view-trial[data-shown]").await?;
        pictures(&browser, "run-trial").await?;
        look(&browser, "not-found", &format!("{url}/nothing-here"), "h1").await?;
        Ok(())
    })
}

/// Opens a page and looks at it in both sizes.
async fn look(browser: &Browser, name: &str, url: &str, shows: &str) -> anyhow::Result<()> {
    browser.goto(url).await?;
    browser.wait_for(shows).await?;
    pictures(browser, name).await
}

async fn pictures(browser: &Browser, name: &str) -> anyhow::Result<()> {
    for (width, height) in SIZES {
        browser.resize(width, height).await?;
        browser.assert_no_sideways_scrolling().await.with_context(|| format!("{name} at {width} pixels"))?;
        if let Some(folder) = env::var_os(SCREENSHOTS).map(PathBuf::from) {
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(format!("{name}-{width}-top.png")), browser.client.screenshot().await?)?;
            // What lies below the fold is drawn only in a window that reaches there.
            let height =
                browser.client.execute("return document.documentElement.scrollHeight", vec![]).await?;
            let height = height.as_u64().and_then(|height| u32::try_from(height).ok()).unwrap_or(900);
            browser.resize(width, height).await?;
            fs::write(folder.join(format!("{name}-{width}.png")), browser.picture().await?)?;
        }
    }
    // A page that is not there is an error of the network, and meant to be.
    let complaints = browser.complaints().await?;
    let complaints: Vec<_> = complaints.iter().filter(|text| !text.contains("status of 404")).collect();
    ensure!(complaints.is_empty(), "{name}: {complaints:?}");
    Ok(())
}

/// Path of the pages of the experiment with this in its title.
async fn experiment(browser: &Browser, title: &str) -> anyhow::Result<String> {
    let script = "const link = [...document.querySelectorAll('main a[href^=\"/experiments/\"]')]
        .find((link) => link.closest('article, li, tr, section')?.innerText.includes(arguments[0])
            && !link.href.includes('/experiments/new'));
        return link?.getAttribute('href') ?? ''";
    let link = browser.client.execute(script, vec![title.into()]).await?;
    let link = link.as_str().unwrap_or_default();
    let id = link.strip_prefix("/experiments/").and_then(|rest| rest.split(['/', '?', '#']).next());
    let id = id.with_context(|| format!("the dashboard links nothing called {title}"))?;
    Ok(format!("/experiments/{id}"))
}

async fn slug(browser: &Browser, url: &str, experiment: &str) -> anyhow::Result<String> {
    browser.goto(&format!("{url}{experiment}/share")).await?;
    let link = browser.wait_until("#link", "the link", |text| text.contains("/run/")).await?;
    Ok(link.rsplit('/').next().unwrap_or_default().trim().to_owned())
}
