//! What a person does with a page.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use fantoccini::Locator;

use crate::chromium::Browser;

/// How long a person waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(20);

// === impl Browser ===

impl Browser {
    /// Opens an address.
    pub(crate) async fn goto(&self, url: &str) -> anyhow::Result<()> {
        self.client.goto(url).await.with_context(|| format!("cannot open {url}"))
    }

    /// Waits until an element is there.
    pub(crate) async fn wait_for(&self, css: &str) -> anyhow::Result<()> {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(_) => Ok(()),
            Err(error) => {
                bail!("`{css}` did not appear ({error}); the page says:\n{}", self.says("body").await?)
            }
        }
    }

    /// Clicks.
    pub(crate) async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.wait_for(css).await?;
        let element = self.client.find(Locator::Css(css)).await?;
        element.click().await.with_context(|| format!("cannot click `{css}`"))
    }

    /// Types into a field, over what stands there.
    pub(crate) async fn fill(&self, css: &str, text: &str) -> anyhow::Result<()> {
        self.wait_for(css).await?;
        let element = self.client.find(Locator::Css(css)).await?;
        element.clear().await?;
        element.send_keys(text).await.with_context(|| format!("cannot type into `{css}`"))
    }

    /// Types at the end of what stands in a field; also chooses files.
    pub(crate) async fn keys(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let element = self.client.find(Locator::Css(css)).await?;
        element.send_keys(text).await.with_context(|| format!("cannot type into `{css}`"))
    }

    /// The text that can be seen.
    pub(crate) async fn says(&self, css: &str) -> anyhow::Result<String> {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let text = self.client.execute(script, vec![css.into()]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the text of an element fits.
    pub(crate) async fn wait_until(
        &self,
        css: &str,
        what: &str,
        fits: impl Fn(&str) -> bool,
    ) -> anyhow::Result<String> {
        let begin = Instant::now();
        loop {
            let text = self.says(css).await?;
            if fits(&text) {
                return Ok(text);
            }
            if begin.elapsed() > PATIENCE {
                bail!("`{css}` never said {what}, but:\n{text}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Whether what is on the screen fits into its width.
    pub(crate) async fn assert_no_sideways_scrolling(&self) -> anyhow::Result<()> {
        let script = "const root = document.documentElement; return root.scrollWidth - root.clientWidth";
        let overhang = self.client.execute(script, Vec::new()).await?.as_i64().unwrap_or(i64::MAX);
        if overhang > 0 {
            bail!("{} is {overhang} pixels too wide", self.client.current_url().await?);
        }
        Ok(())
    }
}
