//! Building an experiment: its settings, its stimuli, and what is missing before it can be published.

use askama::Template;
use nameit_domain::experiment::{Access, Experiment, ExperimentState};
use nameit_domain::stimulus::Stimulus;

use super::picture::Picture;
use super::{Paging, Problems, Section, Site};
use crate::charts::number;

/// Stimuli on one page of the editor.
pub(crate) const STIMULI_PER_PAGE: usize = 120;

/// The page that begins a new experiment.
#[derive(Template)]
#[template(path = "editor/new.html")]
pub(crate) struct New {
    /// The frame.
    pub(crate) site: Site,
    /// What is typed.
    pub(crate) form: SettingsForm,
    /// What is wrong with it.
    pub(crate) problems: Problems,
}

/// The page where an experiment is built, or looked at when it is frozen.
#[derive(Template)]
#[template(path = "editor/edit.html")]
pub(crate) struct Edit {
    /// The frame.
    pub(crate) site: Site,
    /// The experiment as it is stored.
    pub(crate) experiment: Experiment,
    /// What is typed into the settings.
    pub(crate) form: SettingsForm,
    /// What is wrong with the settings.
    pub(crate) problems: Problems,
    /// The stimuli of this page of the list.
    pub(crate) stimuli: Vec<Tile>,
    /// Where in the list we are.
    pub(crate) paging: Paging,
    /// What became of each file of an upload by plain form.
    pub(crate) uploads: Vec<Uploaded>,
    /// What is wrong with the CSV manifest.
    pub(crate) manifest_problem: Option<String>,
    /// What is typed into the colour forms, and the preview.
    pub(crate) colours: Colours,
    /// What is missing before it can be published; empty when nothing is.
    pub(crate) missing: Vec<&'static str>,
    /// What should be looked at before publishing, but does not forbid it.
    pub(crate) advice: Vec<&'static str>,
}

/// What is typed into an experiment's settings.
#[derive(Debug, Clone)]
pub(crate) struct SettingsForm {
    /// What it is called.
    pub(crate) title: String,
    /// The common question.
    pub(crate) question: String,
    /// Language tag.
    pub(crate) language: String,
    /// What participants agree to.
    pub(crate) consent_text: String,
    /// `public`, `unlisted` or `code`.
    pub(crate) access: String,
    /// The code, with access by code.
    pub(crate) access_code: String,
}

/// One stimulus in the grid.
#[derive(Debug, Clone)]
pub(crate) struct Tile {
    /// Its key.
    pub(crate) key: String,
    /// Its own question.
    pub(crate) question: Option<String>,
    /// What it shows.
    pub(crate) picture: Picture,
}

/// What became of one uploaded file.
#[derive(Debug, Clone)]
pub(crate) struct Uploaded {
    /// The file's name.
    pub(crate) file: String,
    /// The key it got, or what was wrong.
    pub(crate) outcome: Result<String, String>,
}

/// The forms that add colours.
#[derive(Debug, Clone, Default)]
pub(crate) struct Colours {
    /// Hex values as typed.
    pub(crate) list: String,
    /// Parameters of a generated grid.
    pub(crate) grid: GridForm,
    /// What is wrong.
    pub(crate) problems: Problems,
    /// The grid as it would be added.
    pub(crate) preview: Option<Preview>,
}

/// Parameters of a generated grid, as typed.
#[derive(Debug, Clone)]
pub(crate) struct GridForm {
    /// Hues around the circle.
    pub(crate) hues: String,
    /// Levels of lightness.
    pub(crate) lightness_steps: String,
    /// Levels of chroma.
    pub(crate) chroma_steps: String,
    /// Steps of grey from black to white.
    pub(crate) greys: String,
}

/// A generated grid before it is added.
#[derive(Debug, Clone)]
pub(crate) struct Preview {
    /// The colours as `#rrggbb`.
    pub(crate) colours: Vec<String>,
}

// === impl SettingsForm ===

impl Default for SettingsForm {
    fn default() -> Self {
        Self {
            title: String::new(),
            question: "What is this?".to_owned(),
            language: "en".to_owned(),
            consent_text: DEFAULT_CONSENT.to_owned(),
            access: "unlisted".to_owned(),
            access_code: String::new(),
        }
    }
}

impl From<&Experiment> for SettingsForm {
    fn from(experiment: &Experiment) -> Self {
        Self {
            title: experiment.title.to_string(),
            question: experiment.question.to_string(),
            language: experiment.language.to_string(),
            consent_text: experiment.consent_text.to_string(),
            access: experiment.access.as_str().to_owned(),
            access_code: experiment.access.code().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// A consent text to start from. It says what the software does, and asks for the rest.
const DEFAULT_CONSENT: &str = "In this study you will see pictures or colours one after the other and type \
what you would call them. There are no right or wrong answers. It takes about [10] minutes.

Taking part is voluntary. You can stop at any time, and you can delete your answers while you take part.

We store your answers, how long they took, and general facts about your browser such as its language and \
window size. We store no name, e-mail address or IP address. The anonymous answers may be published for \
research.

If you have questions, write to [name and e-mail address].

By starting you confirm that you are at least 18 years old and agree to take part.";

// === impl Edit ===

impl Edit {
    fn is_draft(&self) -> bool {
        self.experiment.state == ExperimentState::Draft
    }

    fn pages_url(&self) -> String {
        format!("/experiments/{}/edit?page=", self.experiment.id)
    }

    fn stimuli_counted(&self) -> String {
        number::counted(self.paging.total as u64, "stimulus", "stimuli")
    }
}

// === impl Tile ===

impl From<&Stimulus> for Tile {
    fn from(stimulus: &Stimulus) -> Self {
        Self {
            key: stimulus.key.to_string(),
            question: stimulus.question.as_ref().map(ToString::to_string),
            picture: Picture::of(stimulus, 320),
        }
    }
}

// === impl GridForm ===

impl Default for GridForm {
    fn default() -> Self {
        let text = |value: &str| value.to_owned();
        Self { hues: text("12"), lightness_steps: text("3"), chroma_steps: text("2"), greys: text("5") }
    }
}

// === impl Preview ===

impl Preview {
    fn counted(&self) -> String {
        number::counted(self.colours.len() as u64, "colour", "colours")
    }
}
