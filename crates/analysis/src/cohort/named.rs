//! A cohort's answers as names.

use super::{AnswerText, Cohort};
use crate::intern::Interner;
use crate::naming::Naming;

/// The name of each answer of a cohort, as a number.
#[derive(Debug, Clone)]
pub struct Named {
    of_answer: Vec<Option<u32>>,
    names: Interner,
}

// === impl Named ===

impl Named {
    pub(super) fn new(cohort: &Cohort, naming: &Naming) -> Self {
        let mut names = Interner::default();
        let mut of_text: Vec<Option<Option<u32>>> = vec![None; cohort.texts() as usize];
        let mut name = |text: u32| {
            *of_text[text as usize]
                .get_or_insert_with(|| naming.name(cohort.text(text)).map(|name| names.intern(&name)))
        };
        let of_answer = cohort
            .answers()
            .iter()
            .map(|answer| match answer.said {
                AnswerText::Text(text) => name(text),
                AnswerText::NonAnswer(_) => None,
            })
            .collect();
        Self { of_answer, names }
    }

    /// The name of an answer, by the place of the answer in [`Cohort::answers`]; `None` for a non-answer and
    /// for a text of which normalisation left nothing.
    ///
    /// # Panics
    /// When there is no such answer.
    pub fn of_answer(&self, answer: u32) -> Option<u32> {
        self.of_answer[answer as usize]
    }

    /// The names of all answers, in the order of [`Cohort::answers`].
    pub fn answers(&self) -> &[Option<u32>] {
        &self.of_answer
    }

    /// The name behind a number.
    ///
    /// # Panics
    /// When the number does not come from here.
    pub fn name(&self, name: u32) -> &str {
        self.names.get(name)
    }

    /// How many distinct names there are; their numbers go from 0, in the order of [`Cohort::answers`].
    pub fn names(&self) -> u32 {
        self.names.len() as u32
    }
}
