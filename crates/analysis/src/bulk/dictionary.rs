//! Texts under numbers: one dictionary for all threads, and one in front of it for each.

use std::hash::BuildHasher as _;
use std::ops::Range;
use std::sync::Mutex;

use hashbrown::DefaultHashBuilder;

use super::lock;
use super::short::Short;
use super::slots::{Slot, Slots};
use crate::intern::Interner;

/// Numbers that are the same for all threads, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<Interner>);

impl Shared {
    pub(super) fn number(&self, text: &str) -> u32 {
        lock(&self.0).intern(text)
    }

    pub(super) fn into_inner(self) -> Interner {
        super::into_inner(self.0)
    }
}

/// What one thread knows already, so that it seldom asks the others.
#[derive(Debug)]
pub(super) struct Known {
    hasher: DefaultHashBuilder,
    short: Slots<Numbered>,
    long: Interner,
    numbers_of_long: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Numbered {
    text: Short,
    number: u32,
}

/// A text as it is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    /// [`Short::NONE`] for a long one.
    text: Short,
    hash: u64,
}

impl Question {
    /// For what is not looked for among the short texts.
    pub(super) const NONE: Self = Self { text: Short::NONE, hash: 0 };
}

// === impl Known ===

impl Known {
    pub(super) fn new(hasher: DefaultHashBuilder) -> Self {
        Self { hasher, short: Slots::new(), long: Interner::default(), numbers_of_long: Vec::new() }
    }

    /// The number of the text at `range`; `ask` is called when it is new to this thread.
    pub(super) fn number(&mut self, text: &str, range: Range<usize>, ask: impl FnOnce(&str) -> u32) -> u32 {
        let question = self.question(text, range.clone());
        self.answer(&question, text, range, ask)
    }

    /// What to ask for the text at `range`.
    #[inline]
    pub(super) fn question(&self, text: &str, range: Range<usize>) -> Question {
        match Short::new(text.as_bytes(), range) {
            Some(text) => Question { text, hash: self.hasher.hash_one(text.bits()) },
            None => Question::NONE,
        }
    }

    /// Looks where the answers will lie, so that they are near when they are needed.
    pub(super) fn approach(&self, questions: &[Question]) {
        self.short.approach(questions.iter().map(|question| question.hash), |known| known.number);
    }

    /// The number of the text at `range`, by the question that was made of it.
    #[inline]
    pub(super) fn answer(
        &mut self,
        &Question { text: key, hash }: &Question,
        text: &str,
        range: Range<usize>,
        ask: impl FnOnce(&str) -> u32,
    ) -> u32 {
        if key.is_none() {
            return self.number_of_long(&text[range], ask);
        }
        match self.short.find(hash, |known| known.text == key) {
            Some(known) => known.number,
            None => self.learn(hash, key, ask(&text[range])),
        }
    }

    #[cold]
    fn learn(&mut self, hash: u64, text: Short, number: u32) -> u32 {
        let Self { hasher, short, .. } = self;
        let entry = short.entry(hash, |known| known.text == text, |known| hasher.hash_one(known.text.bits()));
        *entry = Numbered { text, number };
        number
    }

    fn number_of_long(&mut self, text: &str, ask: impl FnOnce(&str) -> u32) -> u32 {
        let place = self.long.intern(text) as usize;
        if place == self.numbers_of_long.len() {
            self.numbers_of_long.push(ask(text));
        }
        self.numbers_of_long[place]
    }
}

impl Slot for Numbered {
    const FREE: Self = Self { text: Short::NONE, number: 0 };

    #[inline]
    fn is_free(&self) -> bool {
        self.text.is_none()
    }
}
