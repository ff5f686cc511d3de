//! Archives: everything that a database holds, out of one and into another.
//!
//! Backup, restore and migration are made of two streams of [`Record`]s. They are apart from [`crate::Store`]
//! because a service never needs them, and because reading is possible where writing is not: beside a running
//! server.

use async_trait::async_trait;
use futures::stream::BoxStream;
use nameit_domain::image::ImageBytes;
use nameit_domain::researcher::Credentials;
use nameit_domain::session::Session;
use nameit_domain::{
    Decision, Experiment, ExperimentId, Participation, ParticipationId, Response, Stimulus, Timestamp, Visits,
};

use crate::Result;

/// One thing that a database holds, complete. Ids of writers and epochs of feeds are not among them: a loaded
/// database is a new one with its own, so that whoever followed the old one begins again.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// The installation's key; at most one.
    SigningKey(SigningKey),
    /// An account with its password hash.
    Researcher(Credentials),
    /// A session or token, expired ones included.
    Session(Session),
    /// An experiment, in the trash or not.
    Experiment(ArchivedExperiment),
    /// A stimulus, with its ordinal as it is: in a draft there may be gaps.
    Stimulus {
        /// Of which experiment.
        experiment_id: ExperimentId,
        /// The stimulus.
        stimulus: Stimulus,
    },
    /// A participation, withdrawn ones included. `answered` is empty: the responses tell.
    Participation(Participation),
    /// A response. Its experiment and its stimulus follow from its participation.
    Response(ArchivedResponse),
    /// Something that happened to an experiment.
    Audit(AuditEntry),
    /// A version of a decision.
    Decision(Decision),
    /// How often the link of an experiment was opened within an hour.
    Visits(Visits),
    /// The bytes of an image.
    Image(ImageBytes),
    /// A participation that came before in this stream was withdrawn while it was read: it and its responses
    /// are to be erased. Only a database without snapshots says this.
    Withdrawal(ParticipationId),
}

/// The installation's secret key for signing tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(pub [u8; 32]);

/// An experiment and whether it is in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedExperiment {
    /// The experiment. `stimulus_count` is 0: the stimuli tell.
    pub experiment: Experiment,
    /// When it was put into the trash, if it is there.
    pub deleted_at: Option<Timestamp>,
}

/// A response and when storage took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedResponse {
    /// The response.
    pub response: Response,
    /// When storage took it.
    pub received_at: Timestamp,
}

/// An entry of an experiment's audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The experiment.
    pub experiment_id: ExperimentId,
    /// Its place in the trail of this experiment, oldest first, from 0 without gaps.
    pub place: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// What, for example `experiment.delete`.
    pub action: String,
}

/// Who did something to an experiment; which participant is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The researcher whose experiment it is.
    Owner,
    /// A participant.
    Participant,
}

/// A database that can be read as a whole.
pub trait ArchiveSource: Send + Sync + 'static {
    /// Everything, in constant memory. Reading begins when the stream is first polled and writes may go on:
    ///
    /// - What was acknowledged before reading began is in it, unless it was erased or replaced meanwhile.
    /// - Taken together (with every [`Record::Withdrawal`] applied) it is a state that the traits of
    ///   [`crate::Store`] could have brought about: a completed participation has all its responses, a
    ///   withdrawn one has none, a draft has no participations.
    /// - What a record refers to comes before it: an experiment after its owner, a stimulus, participation, audit
    ///   entry, decision and count of visits after its experiment, a response after its participation. Two things may come later: the
    ///   experiment that is a `previous_version`, and images; every image that a stimulus refers to is in it.
    /// - Each thing comes once. The responses of one experiment come in the order of its feed, its audit
    ///   entries in the order of their places, the decisions of one kind in the order of their versions, from 1
    ///   without gaps.
    ///
    /// A stream that ends with an error is of no use as a whole.
    fn dump(&self) -> BoxStream<'static, Result<Record>>;
}

/// A database that can be filled as a whole, too, by one caller at a time and while nobody else uses it.
#[async_trait]
pub trait ArchiveStore: ArchiveSource {
    /// Whether nothing was ever made here: no researcher and no experiment. A signing key does not count.
    async fn is_empty(&self) -> Result<bool>;

    /// Adds records in the order of a dump. When this returns `Ok`, all of them are durable; when it returns
    /// `Err`, any of them may be, and the call may be repeated.
    ///
    /// What is stored already under the same key (id, secret hash, experiment and key, participation and
    /// trial, experiment and place, experiment with kind and version, experiment and hour, image hash) is left
    /// as it is and is no error, and a response of a withdrawn participation is passed over; so the same
    /// archive may be loaded again after it was broken off. Whether what is stored is what was to be loaded shows a dump of it. The signing key replaces any
    /// that is there: nothing in an empty database was signed with it.
    ///
    /// Counters, totals and places in feeds are brought up to date with the records. The loaded responses get
    /// their places in the order in which they come. [`crate::Error::NotFound`] when a record refers to
    /// something that is not there; [`crate::Error::AlreadyExists`] when its handle or slug belongs to
    /// something else; [`crate::Error::Conflict`] when a response is to a trial that its participation does not
    /// have, a trial order does not name each stimulus once, or an audit entry or a decision leaves a gap.
    ///
    /// The caller bounds the batch: at most [`LOAD_MAX_RECORDS`] records, and images and decisions only up to a
    /// few megabytes together with one that may be larger.
    async fn load(&self, records: Vec<Record>) -> Result<()>;
}

/// Records in one [`ArchiveStore::load`] at most.
pub const LOAD_MAX_RECORDS: usize = 2_048;

// === impl Record ===

impl Record {
    /// Bytes of what may be long in it, for those who gather records up to a bound.
    pub fn long_bytes(&self) -> usize {
        match self {
            Self::Image(image) => image.bytes.len(),
            Self::Decision(decision) => decision.body.as_str().len(),
            _ => 0,
        }
    }
}

// === impl SigningKey ===

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

// === impl Actor ===

impl Actor {
    /// The word used in archives.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Participant => "participant",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Result<Self, nameit_domain::Invalid> {
        match word {
            "owner" => Ok(Self::Owner),
            "participant" => Ok(Self::Participant),
            _ => Err(nameit_domain::Invalid::new("actor", "must be `owner` or `participant`")),
        }
    }
}
