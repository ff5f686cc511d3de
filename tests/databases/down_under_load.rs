//! The database goes away while participants answer over HTTP, and comes back: nothing that was acknowledged
//! is lost, nothing is doubled, and everybody gets to the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use nameit_testkit::{Answer, Client, Experiment, Process, Researcher};
use nameit_testkit_mongodb::{Proxy, Server};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::crowd::PATIENCE;
use crate::storage::Storage;
use crate::wait::until;
use crate::{DATAMINING, GATEWAY};

/// Participants at the same time.
const PARTICIPANTS: usize = 16;

/// How long the database is away in all: one half refused, one half silent.
const OUTAGE: Duration = Duration::from_secs(30);

/// Answers that are taken before, between and after the outages.
const ANSWERS: usize = 400;

/// How long a request may take before a browser gives up; longer than the gateway lets anybody wait.
const BROWSER_PATIENCE: Duration = Duration::from_secs(40);

/// What people type. Normalisation changes none of them.
const NAMES: [&str; 6] = ["azure", "blue", "cyan", "teal", "navy", "turquoise"];

/// What all participants share.
#[derive(Default)]
struct Crowd {
    /// (participation, trial) → text, once it was acknowledged.
    acknowledged: Mutex<HashMap<(String, u64), String>>,
    count: AtomicUsize,
    /// How often somebody was told to come again.
    refusals: AtomicUsize,
    completed: AtomicUsize,
    stop: AtomicBool,
}

/// The story.
pub(crate) async fn a_server_that_goes_away_under_load_loses_nothing(server: &'static Server) {
    let database = server.database();
    let proxy = Proxy::start(&server.address()).await.unwrap();
    let storage = Storage::start(&proxy.uri_through(database.uri()));
    let datamining =
        Process::start(DATAMINING, "info", &["--listen", "127.0.0.1:0", "--storage", &storage.uri]);
    let datamining_uri = format!("http://{}", datamining.wait_for_address("datamining is listening"));
    let addresses = ["--listen", "127.0.0.1:0", "--storage", &storage.uri, "--datamining", &datamining_uri];
    let gateway = Process::start(GATEWAY, "info", &addresses);
    let url = gateway.wait_for_address("ready");
    let http = Client::new(&url);
    is_ready(&http).await;
    let ana = Researcher::sign_up(&http, "ana").await;
    let colours = ["#0000ff", "#00ffff", "#008080", "#000080", "#40e0d0", "#007fff"];
    let experiment = ana.experiment().colours(colours).published().await;
    // Followed from the beginning, so that the report has to get through the outages.
    experiment.get("report").await.expect_ok();

    let crowd = Arc::new(Crowd::default());
    let mut participants = JoinSet::new();
    for number in 0..PARTICIPANTS {
        participants.spawn(Arc::clone(&crowd).take_part(url.clone(), experiment.slug.clone(), number));
    }
    crowd.comes_on().await;
    proxy.cut().await.unwrap();
    crowd.is_told_to_wait(&http).await;
    proxy.mend().await.unwrap();
    crowd.comes_on().await;
    proxy.hang().await.unwrap();
    crowd.is_told_to_wait(&http).await;
    proxy.mend().await.unwrap();
    crowd.comes_on().await;
    crowd.stop.store(true, Ordering::Relaxed);
    let finished = tokio::time::timeout(PATIENCE, participants.join_all());
    finished.await.expect("everybody gets to the end once the database is back");
    is_ready(&http).await;
    crowd.check(&experiment).await;
}

async fn is_ready(http: &Client) {
    until(Duration::from_secs(15), || async {
        let ready = http.get("/readyz").await;
        if ready.status == 200 { Ok(()) } else { Err(ready.text) }
    })
    .await;
}

// === impl Crowd ===

impl Crowd {
    /// Takes part again and again; after `stop` the participation under way is brought to its end.
    async fn take_part(self: Arc<Self>, url: String, slug: String, number: usize) {
        let client = Client::new(&url);
        while !self.stop.load(Ordering::Relaxed) {
            self.once(&client, &slug, number).await;
        }
    }

    async fn once(&self, client: &Client, slug: &str, number: usize) {
        let path = format!("/api/v1/run/{slug}/participations");
        let run = self.insist(|| client.request("POST", &path).json(&json!({}))).await.json();
        let text = |name: &str| run[name].as_str().expect("a run has its texts").to_owned();
        let (id, participant) = (text("participation_id"), client.with_token(&text("token")));
        let path = |rest: String| format!("/api/v1/participations/{id}/{rest}");
        for trial in 0..run["trials"].as_array().expect("a run has trials").len() {
            let name = NAMES[(number + trial * trial) % NAMES.len()];
            let path = path(format!("trials/{trial}/response"));
            self.insist(|| participant.request("PUT", &path).json(&json!({"text": name}))).await;
            self.acknowledged.lock().unwrap().insert((id.clone(), trial as u64), name.to_owned());
            self.count.fetch_add(1, Ordering::Relaxed);
        }
        let complete = path("complete".to_owned());
        self.insist(|| participant.request("POST", &complete)).await.text_of("completion_code");
        self.completed.fetch_add(1, Ordering::Relaxed);
    }

    /// Sends it until it is taken, as a browser does: told to wait, it comes again; anything else is wrong.
    async fn insist(&self, request: impl Fn() -> RequestBuilder) -> Answer {
        let client = Client::new("http://unused");
        loop {
            let answer = client.try_send(request().timeout(BROWSER_PATIENCE)).await;
            let answer = answer.expect("the gateway is there all the time");
            if answer.status.is_success() {
                return answer;
            }
            let answer = answer.expect_problem(503, "try again");
            let after = answer.headers.get("retry-after").and_then(|value| value.to_str().ok());
            let after: u64 = after.and_then(|text| text.parse().ok()).expect("it is said when to come again");
            self.refusals.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(after)).await;
        }
    }

    /// Waits until answers are acknowledged again.
    async fn comes_on(&self) {
        let enough = self.count.load(Ordering::Relaxed) + ANSWERS;
        until(PATIENCE, || async {
            let count = self.count.load(Ordering::Relaxed);
            if count >= enough { Ok(()) } else { Err(format!("{count} of {enough} answers")) }
        })
        .await;
    }

    /// Half of the outage: nothing is acknowledged, and participants are told to come again.
    async fn is_told_to_wait(&self, http: &Client) {
        let began = Instant::now();
        let refused = self.refusals.load(Ordering::Relaxed);
        // What was on its way when the outage began may still be answered.
        until(OUTAGE / 2, || async {
            let more = self.refusals.load(Ordering::Relaxed) - refused;
            if more >= PARTICIPANTS / 2 { Ok(()) } else { Err(format!("{more} were told to come again")) }
        })
        .await;
        let count = self.count.load(Ordering::Relaxed);
        until(OUTAGE / 2, || async {
            let ready = http.get("/readyz").await;
            if ready.status == 503 { Ok(()) } else { Err(format!("still ready: {}", ready.text)) }
        })
        .await;
        // The outage itself: it is meant to last.
        tokio::time::sleep((OUTAGE / 2).saturating_sub(began.elapsed())).await;
        let acknowledged = self.count.load(Ordering::Relaxed) - count;
        assert_eq!(acknowledged, 0, "nothing can be acknowledged without a database");
    }

    async fn check(&self, experiment: &Experiment) {
        let rows = experiment.rows().await;
        let mut stored = HashMap::new();
        let mut names: BTreeMap<(String, String), u64> = BTreeMap::new();
        for row in &rows {
            let text = |name: &str| row[name].as_str().expect("a row has its texts").to_owned();
            let key = (text("participation"), row["trial"].as_u64().expect("a row has its trial"));
            *names.entry((text("stimulus"), text("response"))).or_default() += 1;
            assert!(stored.insert(key.clone(), text("response")).is_none(), "{key:?} is stored twice");
            assert_eq!(row["completed"], true, "everybody completed: {row}");
        }
        let acknowledged = self.acknowledged.lock().unwrap().clone();
        assert!(stored == acknowledged, "{} rows, {} acknowledged", stored.len(), acknowledged.len());

        let report = experiment.get("report").await.expect_ok().json();
        let completed = self.completed.load(Ordering::Relaxed);
        let totals = &report["totals"];
        assert_eq!((&totals["responses"], &totals["completed"]), (&json!(rows.len()), &json!(completed)));
        assert_eq!(names_of(&report), names, "the live report counts what the export holds");
        let refusals = self.refusals.load(Ordering::Relaxed);
        println!("{} answers by {completed} participations, {refusals} times told to come again", rows.len());
    }
}

/// (stimulus, name) → count, as the report says.
fn names_of(report: &Value) -> BTreeMap<(String, String), u64> {
    let text = |value: &Value| value.as_str().expect("it is a text").to_owned();
    let mut names = BTreeMap::new();
    for stimulus in report["stimuli"].as_array().expect("the report has its stimuli") {
        for name in stimulus["names"].as_array().expect("a stimulus has its names") {
            let count = name["count"].as_u64().expect("a name has its count");
            names.insert((text(&stimulus["stimulus"]), text(&name["name"])), count);
        }
    }
    names
}
