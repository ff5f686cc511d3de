//! Participants who answer until the server goes away, and who know what was acknowledged.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use nameit_testkit::{Client, Experiment, Process};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::NAMEIT;

/// What was acknowledged: (participation, trial) → text.
pub(crate) type Acknowledged = Arc<Mutex<HashMap<(String, u64), String>>>;

/// An answer that was sent but not acknowledged: the connection broke off, or the server was stopping.
#[derive(Debug)]
pub(crate) struct Pending {
    path: String,
    token: String,
    key: (String, u64),
    text: String,
}

// === impl Pending ===

impl Pending {
    /// Whose it is.
    pub(crate) fn participation(&self) -> &str {
        &self.key.0
    }
}

/// `nameit up` on a folder and a free port.
pub(crate) fn up(folder: &str) -> (Process, String) {
    let process = Process::start(NAMEIT, "info", &["up", "--listen", "127.0.0.1:0", "--data", folder]);
    let url = process.wait_for_address("ready");
    (process, url)
}

/// This many participants at once, each answering until the server is gone; gives what was left pending.
pub(crate) fn answer_until_it_ends(
    url: &str,
    slug: &str,
    participants: usize,
    acknowledged: &Acknowledged,
) -> JoinSet<Option<Pending>> {
    let mut tasks = JoinSet::new();
    for number in 0..participants {
        let client = Client::new(url);
        let (slug, acknowledged) = (slug.to_owned(), Arc::clone(acknowledged));
        tasks.spawn(async move {
            loop {
                match take_part(&client, &slug, number, &acknowledged).await {
                    Ok(()) => {}
                    Err(pending) => return pending,
                }
            }
        });
    }
    tasks
}

async fn take_part(
    client: &Client,
    slug: &str,
    number: usize,
    acknowledged: &Acknowledged,
) -> Result<(), Option<Pending>> {
    let begin = client.request("POST", &format!("/api/v1/run/{slug}/participations")).json(&json!({}));
    let run = client.try_send(begin).await.map_err(|_| None)?;
    if !run.status.is_success() {
        return Err(None);
    }
    let run: Value = run.json();
    let text = |name: &str| run[name].as_str().expect("a run has its texts").to_owned();
    let (id, token) = (text("participation_id"), text("token"));
    let participant = client.with_token(&token);
    let trials = run["trials"].as_array().expect("a run has trials").len() as u64;
    for trial in 0..trials {
        let text = format!("answer {number} to {trial} of {id}");
        let path = format!("/api/v1/participations/{id}/trials/{trial}/response");
        let request = participant.request("PUT", &path).json(&json!({"text": text}));
        match participant.try_send(request).await {
            Ok(answer) if answer.status.is_success() => {
                acknowledged.lock().expect("no test panics here").insert((id.clone(), trial), text);
            }
            _ => return Err(Some(Pending { path, token, key: (id, trial), text })),
        }
    }
    Ok(())
}

/// Sends again what was pending, as a browser does after a reload: it is taken, whether it was stored or not.
pub(crate) async fn send_again(url: &str, pending: Vec<Pending>, acknowledged: &Acknowledged) {
    for Pending { path, token, key, text } in pending {
        Client::new(url).with_token(&token).put(&path, &json!({"text": text})).await.expect_ok();
        acknowledged.lock().expect("no test panics here").insert(key, text);
    }
}

/// The export holds every acknowledged answer exactly once and as it was; gives how many rows it has.
pub(crate) async fn compare(experiment: &Experiment, url: &str, acknowledged: &Acknowledged) -> usize {
    let researcher = nameit_testkit::Researcher {
        client: experiment.researcher.client.at(url),
        handle: experiment.researcher.handle.clone(),
    };
    let rows = Experiment { researcher, ..experiment.clone() }.rows().await;
    let mut stored = HashMap::new();
    for row in &rows {
        let text = |name: &str| row[name].as_str().expect("a row has its texts").to_owned();
        let key = (text("participation"), row["trial"].as_u64().expect("a row has its trial"));
        let text = text("response");
        assert_eq!(stored.insert(key.clone(), text), None, "{key:?} is stored twice");
    }
    let acknowledged = acknowledged.lock().expect("no test panics here");
    for (key, text) in acknowledged.iter() {
        assert_eq!(stored.get(key), Some(text), "{key:?} was acknowledged");
    }
    rows.len()
}
