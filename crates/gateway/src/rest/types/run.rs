//! A participant's run as JSON; the runner page carries the same for previews.

use super::stimulus::Shown;
use crate::services::participation;

/// A participation with all that the browser needs to run it.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Run {
    participation_id: String,
    /// Opens this participation and nothing else.
    token: String,
    experiment: RunExperiment,
    /// In the order in which they are shown.
    trials: Vec<Trial>,
    /// Trials that are answered already.
    answered: Vec<u32>,
    completed: bool,
    completion_code: Option<String>,
}

/// What participants see of an experiment.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct RunExperiment {
    title: String,
    question: String,
    language: String,
    slug: String,
}

/// One trial.
#[expect(clippy::struct_field_names, reason = "the field's name in every interface")]
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Trial {
    /// Place in the participation, from 0.
    trial: u32,
    /// Key of the stimulus.
    key: String,
    /// The stimulus's own question, or the experiment's.
    question: String,
    #[serde(flatten)]
    shown: Shown,
}

// === impl Run ===

impl From<&participation::Run> for Run {
    fn from(run: &participation::Run) -> Self {
        let experiment = &run.experiment;
        let trials = run.trials().map(|(trial, stimulus)| Trial {
            trial,
            key: stimulus.key.as_str().to_owned(),
            question: stimulus.question.as_ref().unwrap_or(&experiment.question).as_str().to_owned(),
            shown: (&stimulus.kind).into(),
        });
        Self {
            participation_id: run.participation_id.clone(),
            token: run.token.clone(),
            trials: trials.collect(),
            experiment: RunExperiment {
                title: experiment.title.as_str().to_owned(),
                question: experiment.question.as_str().to_owned(),
                language: experiment.language.as_str().to_owned(),
                slug: experiment.slug.as_str().to_owned(),
            },
            answered: run.answered.clone(),
            completed: run.completed,
            completion_code: run.completion_code.clone(),
        }
    }
}
