//! What pages show: one typed struct per template, filled by the handlers in `pages`.
//!
//! Views hold finished values and decide nothing. To add one: a struct here, its template, its `samples()`
//! in `views/samples.rs`; the test below renders every sample and checks what must hold for each page.

pub(crate) mod account;
pub(crate) mod agreement;
pub(crate) mod colour_naming;
pub(crate) mod comparison;
pub(crate) mod dashboard;
pub(crate) mod descriptions;
pub(crate) mod editor;
pub(crate) mod error;
pub(crate) mod home;
pub(crate) mod me;
pub(crate) mod norms;
pub(crate) mod operate;
pub(crate) mod overview;
pub(crate) mod participants;
pub(crate) mod picture;
pub(crate) mod plot;
pub(crate) mod results;
pub(crate) mod run;
#[cfg(test)]
mod samples;
pub(crate) mod share;
pub(crate) mod stimulus;
pub(crate) mod usage;
pub(crate) mod variants;

use nameit_domain::Invalid;

/// What the frame of every researcher page needs: who is signed in, and what just happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    /// Who is signed in, if anybody.
    pub(crate) signed_in: Option<SignedIn>,
    /// Sent back by every form and, as `x-csrf-token`, by every script.
    pub(crate) csrf_token: String,
    /// Which entry of the navigation is marked.
    pub(crate) section: Section,
    /// What the last form did.
    pub(crate) notice: Option<Notice>,
}

/// The researcher as the frame shows them.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// Shown in the navigation.
    pub(crate) display_name: String,
}

/// The entries of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Section {
    /// None of them.
    #[default]
    Elsewhere,
    /// The researcher's experiments.
    Experiments,
    /// The researcher's account.
    Me,
    /// The page to sign in.
    SignIn,
}

/// What a form did, told on the page that follows it. Carried by the query `?done=`, so that no page needs
/// a store for it, and closed, so that no link can put words on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A form was saved.
    Saved,
    /// An experiment was created.
    Created,
    /// Stimuli were added or changed.
    StimuliChanged,
    /// A stimulus was removed.
    StimulusRemoved,
    /// An experiment was published.
    Published,
    /// An experiment was paused.
    Paused,
    /// An experiment was closed.
    Closed,
    /// An experiment was put into the trash.
    Deleted,
    /// An experiment came back from the trash.
    Restored,
    /// A new version was made as a draft.
    NewVersion,
    /// The demo was made.
    DemoCreated,
    /// Something was decided about names.
    Decided,
    /// A token was revoked.
    TokenRevoked,
    /// The researcher signed out.
    SignedOut,
}

/// What is wrong with a form, per field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<Problem>);

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Name of the field in the form; empty for the form as a whole.
    pub(crate) field: String,
    /// A sentence for the person.
    pub(crate) message: String,
}

/// One page of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Which page, from 1.
    pub(crate) page: usize,
    /// How many there are, at least 1.
    pub(crate) pages: usize,
    /// Entries of all pages together.
    pub(crate) total: usize,
}

// === impl Site ===

impl Site {
    /// Whether `section` is the marked one.
    pub(crate) fn is_in(&self, section: Section) -> bool {
        self.section == section
    }
}

// === impl Notice ===

impl Notice {
    /// All notices, for reading the query.
    const ALL: [Self; 14] = [
        Self::Saved,
        Self::Created,
        Self::StimuliChanged,
        Self::StimulusRemoved,
        Self::Published,
        Self::Paused,
        Self::Closed,
        Self::Deleted,
        Self::Restored,
        Self::NewVersion,
        Self::DemoCreated,
        Self::Decided,
        Self::TokenRevoked,
        Self::SignedOut,
    ];

    /// The word in the query.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Created => "created",
            Self::StimuliChanged => "stimuli-changed",
            Self::StimulusRemoved => "stimulus-removed",
            Self::Published => "published",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::NewVersion => "new-version",
            Self::DemoCreated => "demo-created",
            Self::Decided => "decided",
            Self::TokenRevoked => "token-revoked",
            Self::SignedOut => "signed-out",
        }
    }

    /// Reads the word; an unknown one says nothing.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.as_str() == word)
    }

    /// The sentence on the page.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Saved => "Saved.",
            Self::Created => "Your experiment is a draft now. Add what people shall name.",
            Self::StimuliChanged => "The stimuli were saved.",
            Self::StimulusRemoved => "The stimulus was removed.",
            Self::Published => "Published. Send the link below to your participants.",
            Self::Paused => "Paused. Nobody new can start; those who began may finish.",
            Self::Closed => "Closed. No more responses are taken.",
            Self::Deleted => "Moved to the trash. You can restore it from there.",
            Self::Restored => "Restored.",
            Self::NewVersion => {
                "This draft is a new version with the same stimuli. The old one stays as it is."
            }
            Self::DemoCreated => {
                "The demo is ready, and you are signed in as its researcher. Simulated participants answer right now: open the results and watch."
            }
            Self::Decided => "Decided. Every figure and report follows.",
            Self::TokenRevoked => "Revoked. Programs that send this token are refused from now on.",
            Self::SignedOut => "You are signed out.",
        }
    }
}

// === impl Problems ===

impl Problems {
    /// Notes a problem with `field`; an empty name stands for the form as a whole.
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(Problem { field: field.to_owned(), message: message.into() });
    }

    /// Takes the value, or notes what is wrong with it.
    pub(crate) fn check<T>(&mut self, parsed: Result<T, Invalid>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(invalid) => {
                self.add(invalid.field, sentence(&invalid.message));
                None
            }
        }
    }

    /// The first problem with `field`.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.message.as_str())
    }

    /// The problem with the form as a whole.
    pub(crate) fn general(&self) -> Option<&str> {
        self.of("")
    }

    /// The first problem, whatever it is about.
    pub(crate) fn into_message(self) -> String {
        self.0.into_iter().next().map(|problem| problem.message).unwrap_or_default()
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Makes a sentence of a message that goes on after a field's name: `is empty` → `This is empty.`
pub(crate) fn sentence(message: &str) -> String {
    let start = if message.starts_with(|first: char| first.is_ascii_lowercase()) { "This " } else { "" };
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{start}{message}{end}")
}

// === impl Paging ===

impl Paging {
    /// The page `wanted` (from 1) of `total` entries with `size` on each; too high a number gives the last.
    pub(crate) fn new(wanted: usize, size: usize, total: usize) -> Self {
        let pages = total.div_ceil(size).max(1);
        Self { page: wanted.clamp(1, pages), pages, total }
    }

    /// Which entries stand on the page.
    pub(crate) fn range(self, size: usize) -> std::ops::Range<usize> {
        let start = (self.page - 1) * size;
        start..(start + size).min(self.total)
    }

    /// Whether there is a page before.
    pub(crate) fn has_previous(self) -> bool {
        self.page > 1
    }

    /// Whether there is a page after.
    pub(crate) fn has_next(self) -> bool {
        self.page < self.pages
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_survive_the_query() {
        for notice in Notice::ALL {
            assert_eq!(Notice::parse(notice.as_str()), Some(notice));
        }
        assert_eq!(Notice::parse("<b>"), None);
    }

    #[test]
    fn problems_are_told_as_sentences() {
        let mut problems = Problems::default();
        assert_eq!(problems.check::<()>(Err(Invalid::new("title", "is empty"))), None);
        assert_eq!(problems.of("title"), Some("This is empty."));
        assert_eq!(problems.of("question"), None);
    }

    #[test]
    fn pages_hold_every_entry_once() {
        let paging = Paging::new(2, 100, 250);
        assert_eq!((paging.pages, paging.range(100)), (3, 100..200));
        assert_eq!(Paging::new(9, 100, 250).range(100), 200..250);
        assert_eq!(Paging::new(0, 100, 0).range(100), 0..0);
        assert!(!Paging::new(1, 100, 100).has_next());
    }
}
