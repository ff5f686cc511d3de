//! One stimulus of a draft: its question and its target.

use askama::Template;
use nameit_domain::stimulus::{Stimulus, StimulusKind, TargetShape};
use nameit_domain::{ExperimentId, image::ImageRef};

use super::picture::Picture;
use super::{Problems, Section, Site};

/// The page of one stimulus.
#[derive(Template)]
#[template(path = "editor/stimulus.html")]
pub(crate) struct Edit {
    /// The frame.
    pub(crate) site: Site,
    /// Whose stimulus it is.
    pub(crate) experiment_id: ExperimentId,
    /// What the experiment is called.
    pub(crate) experiment_title: String,
    /// The experiment's common question.
    pub(crate) common_question: String,
    /// The stimulus.
    pub(crate) stimulus: Stimulus,
    /// Which of them it is, from 1.
    pub(crate) place: usize,
    /// How many stimuli there are.
    pub(crate) total: usize,
    /// The key of the stimulus before.
    pub(crate) previous: Option<String>,
    /// The key of the stimulus after.
    pub(crate) next: Option<String>,
    /// What is typed.
    pub(crate) form: Form,
    /// What is wrong with it.
    pub(crate) problems: Problems,
}

/// What is typed for one stimulus. The box is in per cent of the picture; four empty fields mean no target.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Its own question.
    pub(crate) question: String,
    /// Left edge.
    pub(crate) x: String,
    /// Upper edge.
    pub(crate) y: String,
    /// Width.
    pub(crate) width: String,
    /// Height.
    pub(crate) height: String,
    /// `outline` or `dim`.
    pub(crate) style: String,
}

// === impl Form ===

impl From<&Stimulus> for Form {
    fn from(stimulus: &Stimulus) -> Self {
        let question = stimulus.question.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut form = Self { question, style: "outline".to_owned(), ..Self::default() };
        if let StimulusKind::Image { target: Some(target), .. } = &stimulus.kind {
            target.style.as_str().clone_into(&mut form.style);
            if let TargetShape::Box { x, y, width, height } = target.shape {
                [form.x, form.y, form.width, form.height] = [x, y, width, height].map(percent);
            }
        }
        form
    }
}

/// A fraction as per cent with at most two decimals.
fn percent(fraction: f64) -> String {
    let text = format!("{:.2}", fraction * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

// === impl Edit ===

impl Edit {
    fn image(&self) -> Option<&ImageRef> {
        match &self.stimulus.kind {
            StimulusKind::Image { image, .. } => Some(image),
            StimulusKind::Colour(_) => None,
        }
    }

    fn picture(&self) -> Picture {
        Picture::of(&self.stimulus, 960)
    }

    fn has_polygon(&self) -> bool {
        matches!(&self.stimulus.kind, StimulusKind::Image { target: Some(target), .. }
            if matches!(target.shape, TargetShape::Polygon(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn per_cents_are_short() {
        assert_eq!(percent(0.1), "10");
        assert_eq!(percent(0.123_45), "12.35");
        assert_eq!(percent(1.0), "100");
        assert_eq!(percent(0.0), "0");
    }
}
