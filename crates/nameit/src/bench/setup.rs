//! The experiment that is measured.

use serde_json::{Value, json};

use crate::rest::{Server, text};

/// Where participants go, and where the export is.
pub(super) struct Published {
    pub(super) id: String,
    pub(super) slug: String,
}

/// Creates and publishes an experiment with this many colours.
pub(super) async fn publish(researcher: &Server, stimuli: u32) -> anyhow::Result<Published> {
    let new = json!({
        "title": "Load generator",
        "question": "What do you call this colour?",
        "language": "en",
        "consent_text": "Simulated participants only.",
        "access": "unlisted",
    });
    let created = researcher.post("/api/v1/experiments", &new).await?;
    let id = text(&created, "id")?.to_owned();
    for number in 0..stimuli {
        let colour = format!("#{:06x}", number.wrapping_mul(0x9e_37b1) & 0xff_ffff);
        let path = format!("/api/v1/experiments/{id}/stimuli/colour-{number:03}");
        researcher.put(&path, &json!({"colour": colour})).await?;
    }
    let published = researcher.post(&format!("/api/v1/experiments/{id}/publish"), &Value::Null).await?;
    Ok(Published { slug: text(&published, "slug")?.to_owned(), id })
}
