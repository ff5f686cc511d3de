//! A headless Chromium, driven through chromedriver.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

const PROGRAMS: [&str; 2] = ["chromium", "chromedriver"];

/// What every browser of the tests is started with: nothing that calls home or needs a screen.
const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// The first program that is not there.
pub(crate) fn missing() -> Option<&'static str> {
    PROGRAMS.into_iter().find(|program| on_path(program).is_none())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A running chromedriver. Dropping it ends it and its browsers.
pub(crate) struct Driver {
    child: Child,
    url: String,
}

/// One browser with a profile of its own: somebody's computer or phone.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: String,
    _profile: TempDir,
}

// === impl Driver ===

impl Driver {
    /// Starts it on a free port.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver does not start")?;
        let stdout = child.stdout.take().context("stdout is a pipe")?;
        let mut driver = Self { child, url: String::new() };
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines
            .by_ref()
            .find_map(|line| line.split_once("successfully on port ").map(|(_, rest)| rest.to_owned()))
            .context("chromedriver did not say its port")?;
        thread::spawn(move || lines.for_each(drop));
        driver.url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        Ok(driver)
    }

    /// Opens a browser with a window of this size.
    pub(crate) async fn open(&self, width: u32, height: u32) -> anyhow::Result<Browser> {
        let profile = tempfile::tempdir()?;
        let mut arguments: Vec<String> = ARGUMENTS.iter().map(ToString::to_string).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={width},{height}"));
        let binary = on_path("chromium").context("chromium was there a moment ago")?;
        let options = json!({"binary": binary, "args": arguments});
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}));
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector).capabilities(capabilities).connect(&self.url).await?;
        let browser = Browser { client, driver: self.url.clone(), _profile: profile };
        browser.resize(width, height).await?;
        Ok(browser)
    }
}

impl Driver {
    /// Lets it close its browsers; a driver that is killed leaves them running.
    fn shut_down(&self) -> std::io::Result<()> {
        let address = self.url.trim_start_matches("http://");
        let mut connection = TcpStream::connect(address)?;
        connection.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(connection, "GET /shutdown HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        connection.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Err(error) = self.shut_down() {
            eprintln!("chromedriver did not shut down by itself: {error}");
        }
        // Fails only when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

// === impl Browser ===

impl Browser {
    /// Another size of the window. Windows of desktops are at least 500 pixels wide; a phone is narrower.
    pub(crate) async fn resize(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        self.command("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    /// Takes the network away, or gives it back.
    pub(crate) async fn offline(&self, offline: bool) -> anyhow::Result<()> {
        self.command("Network.enable", json!({})).await?;
        let conditions = json!({
            "offline": offline,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        });
        self.command("Network.emulateNetworkConditions", conditions).await?;
        Ok(())
    }

    /// The whole page as a PNG file.
    pub(crate) async fn picture(&self) -> anyhow::Result<Vec<u8>> {
        let whole = json!({"format": "png", "captureBeyondViewport": true});
        let answer = self.command("Page.captureScreenshot", whole).await?;
        let data = answer["data"].as_str().context("the screenshot has data")?;
        Ok(base64::engine::general_purpose::STANDARD.decode(data)?)
    }

    /// What the console has complained about since it was last asked: errors of scripts, broken policies.
    pub(crate) async fn complaints(&self) -> anyhow::Result<Vec<String>> {
        let entries = self.ask("se/log", json!({"type": "browser"})).await?;
        let entries = entries.as_array().cloned().unwrap_or_default();
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        Ok(severe.filter_map(|entry| entry["message"].as_str().map(str::to_owned)).collect())
    }

    /// A command of the Chrome DevTools Protocol, which chromedriver passes on.
    async fn command(&self, name: &str, parameters: Value) -> anyhow::Result<Value> {
        self.ask("goog/cdp/execute", json!({"cmd": name, "params": parameters})).await
    }

    /// What chromedriver offers beyond the standard.
    async fn ask(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        let session = self.client.session_id().await?.context("the browser has a session")?;
        let url = format!("{}/session/{session}/{path}", self.driver);
        let answer = reqwest::Client::builder().no_proxy().build()?.post(url).json(&body).send().await?;
        let status = answer.status();
        let mut answer: Value = answer.json().await?;
        ensure!(status.is_success(), "{body}: {answer}");
        Ok(answer["value"].take())
    }
}
