//! Somebody who takes part.

use serde_json::{Value, json};

use crate::{Answer, Client};

/// A participation under way.
#[derive(Debug, Clone)]
pub struct Participant {
    /// Calls with the participation's token.
    pub client: Client,
    /// Its id.
    pub id: String,
    /// What is shown, in order.
    pub trials: Vec<Trial>,
}

/// One trial.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Key of the stimulus.
    pub key: String,
    /// What is asked.
    pub question: String,
}

// === impl Participant ===

impl Participant {
    /// Reads what starting or resuming gave.
    pub(crate) fn from_run(client: &Client, run: &Value) -> Self {
        let text = |value: &Value, name: &str| value[name].as_str().expect("a run has its texts").to_owned();
        let trials = run["trials"].as_array().expect("a run has trials").iter();
        Self {
            client: client.with_token(&text(run, "token")),
            id: text(run, "participation_id"),
            trials: trials
                .map(|trial| Trial { key: text(trial, "key"), question: text(trial, "question") })
                .collect(),
        }
    }

    /// Path of something that belongs to the participation.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/participations/{}/{rest}", self.id)
    }

    /// Answers a trial.
    pub async fn answer(&self, trial: usize, text: &str) -> Answer {
        self.respond(trial, &json!({"text": text})).await
    }

    /// Answers a trial with this body.
    pub async fn respond(&self, trial: usize, body: &Value) -> Answer {
        self.client.put(&self.path(&format!("trials/{trial}/response")), body).await
    }

    /// Answers every trial with what `name` says of its stimulus.
    pub async fn answer_all(&self, name: impl Fn(&Trial) -> String) {
        for (trial, shown) in self.trials.iter().enumerate() {
            self.answer(trial, &name(shown)).await.expect_ok();
        }
    }

    /// Completes.
    pub async fn complete(&self) -> Answer {
        self.client.post(&self.path("complete"), &Value::Null).await
    }
}
