//! Experiments of a researcher.

use serde_json::{Value, json};

use crate::{Answer, Client, Participant, Researcher, pictures};

/// An experiment that is about to be made.
#[derive(Debug)]
pub struct ExperimentBuilder {
    researcher: Researcher,
    fields: Value,
    stimuli: Vec<(String, Content)>,
}

#[derive(Debug)]
enum Content {
    Colour(String),
    Image(Vec<u8>),
}

/// An experiment on the server.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Whose it is.
    pub researcher: Researcher,
    /// Its id.
    pub id: String,
    /// The part of its link after `/run/`.
    pub slug: String,
}

// === impl ExperimentBuilder ===

impl ExperimentBuilder {
    pub(crate) fn new(researcher: Researcher) -> Self {
        let fields = json!({
            "title": "Colours of the garden",
            "question": "What do you call this?",
            "language": "en",
            "consent_text": "I take part of my own free will.",
            "access": "unlisted",
        });
        Self { researcher, fields, stimuli: Vec::new() }
    }

    /// Another value of a field, as REST takes it.
    #[must_use]
    pub fn with(mut self, field: &str, value: &str) -> Self {
        self.fields[field] = Value::from(value);
        self
    }

    /// Only for those who have this code.
    #[must_use]
    pub fn code(self, code: &str) -> Self {
        self.with("access", "code").with("access_code", code)
    }

    /// Colours, with keys `colour-0`, `colour-1`, …
    #[must_use]
    pub fn colours<'a>(mut self, colours: impl IntoIterator<Item = &'a str>) -> Self {
        for colour in colours {
            let key = format!("colour-{}", self.stimuli.len());
            self.stimuli.push((key, Content::Colour(colour.to_owned())));
        }
        self
    }

    /// A small picture.
    #[must_use]
    pub fn picture(mut self, key: &str) -> Self {
        self.stimuli.push((key.to_owned(), Content::Image(pictures::png(96, 64, key.len() as u8))));
        self
    }

    /// Makes it and its stimuli.
    pub async fn draft(self) -> Experiment {
        let client = &self.researcher.client;
        let created = client.post("/api/v1/experiments", &self.fields).await.expect_ok();
        let id = created.text_of("id");
        for (key, content) in self.stimuli {
            let path = format!("/api/v1/experiments/{id}/stimuli/{key}");
            match content {
                Content::Colour(colour) => client.put(&path, &json!({"colour": colour})).await.expect_ok(),
                Content::Image(png) => client.upload("PUT", &path, "image/png", png).await.expect_ok(),
            };
        }
        Experiment { id, slug: created.text_of("slug"), researcher: self.researcher }
    }

    /// Makes and publishes it.
    pub async fn published(self) -> Experiment {
        let experiment = self.draft().await;
        experiment.post("publish").await.expect_ok();
        experiment
    }
}

// === impl Experiment ===

impl Experiment {
    /// Path of something that belongs to it.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/experiments/{}/{rest}", self.id)
    }

    /// Gets something that belongs to it, as its researcher.
    pub async fn get(&self, rest: &str) -> Answer {
        self.researcher.client.get(&self.path(rest)).await
    }

    /// Posts to something that belongs to it, as its researcher.
    pub async fn post(&self, rest: &str) -> Answer {
        self.researcher.client.post(&self.path(rest), &Value::Null).await
    }

    /// The rows of the export as JSON Lines.
    pub async fn rows(&self) -> Vec<Value> {
        let export = self.get("responses.jsonl").await.expect_ok();
        export.text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }

    /// Somebody who begins to take part.
    pub async fn participant(&self) -> Participant {
        self.participant_with(&json!({})).await
    }

    /// Somebody who begins with this body.
    pub async fn participant_with(&self, body: &Value) -> Participant {
        let answer = self.begin(&self.researcher.client.anonymous(), body).await.expect_ok();
        Participant::from_run(&self.researcher.client, &answer.json())
    }

    /// Tries to begin.
    pub async fn begin(&self, client: &Client, body: &Value) -> Answer {
        client.post(&format!("/api/v1/run/{}/participations", self.slug), body).await
    }
}
