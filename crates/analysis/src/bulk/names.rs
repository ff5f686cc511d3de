//! From raw texts to names, for all threads.

use std::sync::Mutex;

use nameit_domain::NonAnswer;

use super::lock;
use crate::intern::Interner;
use crate::naming::Naming;

/// Each distinct raw text with its name; both are stored once.
#[derive(Debug)]
pub(super) struct Names {
    naming: Naming,
    raws: Interner,
    name_of: Vec<u32>,
    distinct: Interner,
}

/// Stand for what is no name. The interner cannot give them: there are never so many names.
const DONT_KNOW: u32 = u32::MAX;
const SKIPPED: u32 = u32::MAX - 1;
const BLANK: u32 = u32::MAX - 2;

/// What a number of `names` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Name(u32),
    NonAnswer(NonAnswer),
    Blank,
}

pub(super) fn non_answer(kind: NonAnswer) -> u32 {
    match kind {
        NonAnswer::DontKnow => DONT_KNOW,
        NonAnswer::Skipped => SKIPPED,
    }
}

pub(super) fn meaning(number: u32) -> Meaning {
    match number {
        DONT_KNOW => Meaning::NonAnswer(NonAnswer::DontKnow),
        SKIPPED => Meaning::NonAnswer(NonAnswer::Skipped),
        BLANK => Meaning::Blank,
        name => Meaning::Name(name),
    }
}

impl Names {
    pub(super) fn new(naming: Naming) -> Self {
        Self { naming, raws: Interner::default(), name_of: Vec::new(), distinct: Interner::default() }
    }

    /// The number of the name that a raw text counts for. Other threads may ask while it is normalised.
    pub(super) fn number(shared: &Mutex<Self>, raw: &str, naming: &Naming) -> u32 {
        if let Some(number) = lock(shared).known(raw) {
            return number;
        }
        let name = naming.name(raw);
        let mut names = lock(shared);
        if let Some(number) = names.known(raw) {
            return number;
        }
        let number = name.map_or(BLANK, |name| names.distinct.intern(&name));
        names.raws.intern(raw);
        names.name_of.push(number);
        number
    }

    pub(super) fn naming(&self) -> &Naming {
        &self.naming
    }

    /// How many distinct raw texts there were, and the names by their numbers.
    pub(super) fn into_parts(self) -> (usize, Interner) {
        (self.raws.len(), self.distinct)
    }

    fn known(&self, raw: &str) -> Option<u32> {
        self.raws.number(raw).map(|raw| self.name_of[raw as usize])
    }
}
