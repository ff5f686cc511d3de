//! Experiments as JSON.

use nameit_domain::Timestamp;

use crate::state::Gateway;

/// An experiment.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Experiment {
    id: String,
    title: String,
    /// Asked for every stimulus that has no question of its own.
    question: String,
    /// BCP 47 tag of the question and of the expected answers.
    language: String,
    consent_text: String,
    /// `public`, `unlisted` or `code`.
    access: &'static str,
    access_code: Option<String>,
    /// `draft`, `published`, `paused` or `closed`.
    state: &'static str,
    slug: String,
    /// What participants open.
    link: String,
    version: u32,
    previous_version: Option<String>,
    stimulus_count: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
}

// === impl Experiment ===

impl Experiment {
    /// An experiment as its researcher sees it.
    pub(crate) fn new(gateway: &Gateway, experiment: nameit_domain::Experiment) -> Self {
        Self {
            link: gateway.link(&experiment),
            id: experiment.id.to_string(),
            title: experiment.title.into_string(),
            question: experiment.question.into_string(),
            language: experiment.language.into_string(),
            consent_text: experiment.consent_text.into_string(),
            access: experiment.access.as_str(),
            access_code: experiment.access.code().map(ToString::to_string),
            state: experiment.state.as_str(),
            slug: experiment.slug.into_string(),
            version: experiment.version,
            previous_version: experiment.previous_version.map(|id| id.to_string()),
            stimulus_count: experiment.stimulus_count,
            created_at: experiment.created_at,
            updated_at: experiment.updated_at,
            published_at: experiment.published_at,
        }
    }
}
