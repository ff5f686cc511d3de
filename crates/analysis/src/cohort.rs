//! Who said what: the answers of one experiment with the people who gave them.
//!
//! A [`crate::tally::Tally`] counts and forgets the people. Whatever needs them works on a [`Cohort`]: response
//! times trimmed per participant, intervals that resample participants, flags of quality, agreement between
//! people. It holds some forty bytes an answer and is built when it is asked for.
//!
//! Participants are held in the order of their ids and answers in the order of the trials, so nothing that is
//! computed from a cohort depends on the order in which it was filled.

use nameit_domain::NonAnswer;

use crate::intern::Interner;
use crate::naming::Naming;
use crate::tally::Said;

mod named;
#[cfg(test)]
mod tests;

pub use named::Named;

/// The people of one experiment and their answers.
#[derive(Debug, Clone, Default)]
pub struct Cohort {
    participants: Vec<Participant>,
    answers: Vec<Answer>,
    /// Where the answers of each participant begin; one more at the end.
    starts: Vec<usize>,
    texts: Interner,
    stimuli: u32,
}

/// One person's run through the experiment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Participant {
    /// Tells this run from others.
    pub id: String,
    /// How many trials it has; 0 when that is not known, as with files.
    pub trials: u32,
    /// When it began, in milliseconds since 1970 (UTC), if known.
    pub started_at_ms: Option<i64>,
    /// When it was completed, in milliseconds since 1970 (UTC); `None` when it was not or is not known.
    pub completed_at_ms: Option<i64>,
    /// Parameters of the link that it came by.
    pub url_parameters: Vec<(String, String)>,
    /// What the browser said about itself, such as `language` and `time_zone`.
    pub environment: Vec<(String, String)>,
}

/// What one person answered in one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// The participant: an index into [`Cohort::participants`].
    pub participant: u32,
    /// Place of the trial in the run, from 0.
    pub trial: u32,
    /// The stimulus: its place in the experiment, from 0.
    pub stimulus: u32,
    /// What was said.
    pub said: AnswerText,
    /// Milliseconds from paint to the first key, if measured.
    pub first_key_ms: Option<u32>,
    /// Milliseconds from paint to the submission, if measured.
    pub submitted_ms: Option<u32>,
    /// How often text was deleted or replaced.
    pub edits: u32,
    /// Whether text was pasted.
    pub pasted: bool,
    /// How often the page lost the focus.
    pub focus_losses: u32,
    /// When it was received, in milliseconds since 1970 (UTC), if known.
    pub received_at_ms: Option<i64>,
}

/// What was said, with the text as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerText {
    /// A raw text; [`Cohort::text`] tells which.
    Text(u32),
    /// No name was given.
    NonAnswer(NonAnswer),
}

/// An answer without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details {
    /// The participant, as [`CohortBuilder::participant`] numbered them.
    pub participant: u32,
    /// Place of the trial in the run, from 0.
    pub trial: u32,
    /// The stimulus: its place in the experiment, from 0.
    pub stimulus: u32,
    /// Milliseconds from paint to the first key, if measured.
    pub first_key_ms: Option<u32>,
    /// Milliseconds from paint to the submission, if measured.
    pub submitted_ms: Option<u32>,
    /// How often text was deleted or replaced.
    pub edits: u32,
    /// Whether text was pasted.
    pub pasted: bool,
    /// How often the page lost the focus.
    pub focus_losses: u32,
    /// When it was received, in milliseconds since 1970 (UTC), if known.
    pub received_at_ms: Option<i64>,
}

/// Fills a [`Cohort`].
#[derive(Debug, Clone, Default)]
pub struct CohortBuilder {
    participants: Vec<Participant>,
    answers: Vec<Answer>,
    texts: Interner,
}

// === impl CohortBuilder ===

impl CohortBuilder {
    /// Adds a participant; the number stands for them in [`CohortBuilder::answer`]. Ids are not compared: give
    /// each participant once.
    pub fn participant(&mut self, participant: Participant) -> u32 {
        self.participants.push(participant);
        (self.participants.len() - 1) as u32
    }

    /// Adds an answer.
    ///
    /// # Panics
    /// When the participant was not added before.
    pub fn answer(&mut self, said: Said<'_>, details: Details) {
        assert!((details.participant as usize) < self.participants.len(), "the participant was added before");
        let said = match said {
            Said::Text(raw) => AnswerText::Text(self.texts.intern(raw)),
            Said::NonAnswer(kind) => AnswerText::NonAnswer(kind),
        };
        let Details { participant, trial, stimulus, first_key_ms, submitted_ms, .. } = details;
        let Details { edits, pasted, focus_losses, received_at_ms, .. } = details;
        self.answers.push(Answer {
            participant,
            trial,
            stimulus,
            said,
            first_key_ms,
            submitted_ms,
            edits,
            pasted,
            focus_losses,
            received_at_ms,
        });
    }

    /// Brings everything into its order.
    pub fn build(self) -> Cohort {
        let Self { participants, mut answers, texts } = self;
        let mut order: Vec<u32> = (0..participants.len() as u32).collect();
        order.sort_by(|a, b| participants[*a as usize].id.cmp(&participants[*b as usize].id));
        let mut place = vec![0u32; order.len()];
        for (at, old) in (0u32..).zip(&order) {
            place[*old as usize] = at;
        }
        for answer in &mut answers {
            answer.participant = place[answer.participant as usize];
        }
        // By text rather than by its number, which depends on what came first.
        let text = |answer: &Answer| match answer.said {
            AnswerText::Text(text) => Some(texts.get(text)),
            AnswerText::NonAnswer(_) => None,
        };
        let key = |answer: &Answer| (answer.participant, answer.trial, answer.stimulus);
        answers
            .sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| text(a).cmp(&text(b))).then_with(|| a.cmp(b)));
        let mut starts = vec![0; participants.len() + 1];
        for answer in &answers {
            starts[answer.participant as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let stimuli = answers.iter().map(|answer| answer.stimulus + 1).max().unwrap_or(0);
        let mut taken: Vec<Option<Participant>> = participants.into_iter().map(Some).collect();
        let participants = order
            .into_iter()
            .map(|old| taken[old as usize].take().expect("each place occurs once in the order"))
            .collect();
        Cohort { participants, answers, starts, texts, stimuli }
    }
}

// === impl Cohort ===

impl Cohort {
    /// The people, in the order of their ids.
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// All answers, by participant, trial and stimulus.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The answers of one participant, in the order of the trials.
    ///
    /// # Panics
    /// When there is no such participant.
    pub fn answers_of(&self, participant: u32) -> &[Answer] {
        let at = participant as usize;
        &self.answers[self.starts[at]..self.starts[at + 1]]
    }

    /// One more than the highest stimulus that was answered.
    pub fn stimuli(&self) -> u32 {
        self.stimuli
    }

    /// The raw text behind a number.
    ///
    /// # Panics
    /// When the number does not come from this cohort.
    pub fn text(&self, text: u32) -> &str {
        self.texts.get(text)
    }

    /// How many distinct raw texts there are; their numbers go from 0.
    pub fn texts(&self) -> u32 {
        self.texts.len() as u32
    }

    /// Indices into [`Cohort::answers`] for each stimulus, each in the order of the participants.
    pub fn by_stimulus(&self) -> Vec<Vec<u32>> {
        let mut by_stimulus = vec![Vec::new(); self.stimuli as usize];
        for (at, answer) in (0u32..).zip(&self.answers) {
            by_stimulus[answer.stimulus as usize].push(at);
        }
        by_stimulus
    }

    /// The names that the answers count for. Each distinct raw text is normalised once.
    pub fn named(&self, naming: &Naming) -> Named {
        Named::new(self, naming)
    }
}
