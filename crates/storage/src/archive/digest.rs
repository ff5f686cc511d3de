//! What two databases must have in common to hold the same.

use std::fmt::{self, Write as _};

use nameit_store::archive::Record;
use sha2::{Digest as _, Sha256};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The installation's key.
    SigningKey,
    /// Accounts.
    Researcher,
    /// Sessions and tokens.
    Session,
    /// Experiments, also in the trash.
    Experiment,
    /// Stimuli.
    Stimulus,
    /// Participations, also withdrawn ones.
    Participation,
    /// Responses.
    Response,
    /// Entries of audit trails.
    Audit,
    /// Images.
    Image,
    /// Decisions, every version.
    Decision,
    /// Hours in which links were opened.
    Visits,
}

/// How many records of each kind there are, and a checksum of each kind that does not depend on their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digest {
    kinds: [KindDigest; Kind::ALL.len()],
}

/// The digest of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KindDigest {
    /// How many records there are.
    pub count: u64,
    /// The sum of the SHA-256 of their lines modulo 2^256.
    pub checksum: Checksum,
}

/// A number modulo 2^256, as four digits to the base 2^64, the lowest first.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Checksum([u64; 4]);

/// A hash as 64 hexadecimal digits.
pub(super) fn hex(hash: [u8; 32]) -> String {
    let mut text = String::with_capacity(64);
    for byte in hash {
        write!(text, "{byte:02x}").expect("a string takes every text");
    }
    text
}

// === impl Kind ===

impl Kind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [Self; 11] = [
        Self::SigningKey,
        Self::Researcher,
        Self::Session,
        Self::Experiment,
        Self::Stimulus,
        Self::Participation,
        Self::Response,
        Self::Audit,
        Self::Image,
        Self::Decision,
        Self::Visits,
    ];

    /// The version of the format from which on archives tell of this kind.
    pub(super) fn since(self) -> u32 {
        match self {
            Self::Decision | Self::Visits => 2,
            _ => 1,
        }
    }

    /// The kind of a record; a withdrawal is none, because it takes away.
    pub fn of(record: &Record) -> Option<Self> {
        Some(match record {
            Record::SigningKey(_) => Self::SigningKey,
            Record::Researcher(_) => Self::Researcher,
            Record::Session(_) => Self::Session,
            Record::Experiment(_) => Self::Experiment,
            Record::Stimulus { .. } => Self::Stimulus,
            Record::Participation(_) => Self::Participation,
            Record::Response(_) => Self::Response,
            Record::Audit(_) => Self::Audit,
            Record::Image(_) => Self::Image,
            Record::Decision(_) => Self::Decision,
            Record::Visits(_) => Self::Visits,
            Record::Withdrawal(_) => return None,
        })
    }

    /// The word used in archives.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SigningKey => "signing_key",
            Self::Researcher => "researcher",
            Self::Session => "session",
            Self::Experiment => "experiment",
            Self::Stimulus => "stimulus",
            Self::Participation => "participation",
            Self::Response => "response",
            Self::Audit => "audit",
            Self::Image => "image",
            Self::Decision => "decision",
            Self::Visits => "visits",
        }
    }

    /// The words for several of them, for people.
    pub fn plural(self) -> &'static str {
        match self {
            Self::SigningKey => "signing keys",
            Self::Researcher => "researchers",
            Self::Session => "sessions",
            Self::Experiment => "experiments",
            Self::Stimulus => "stimuli",
            Self::Participation => "participations",
            Self::Response => "responses",
            Self::Audit => "audit entries",
            Self::Image => "images",
            Self::Decision => "decisions",
            Self::Visits => "hours of visits",
        }
    }
}

// === impl Digest ===

impl Digest {
    /// Adds a record that has this line.
    pub(crate) fn add(&mut self, kind: Kind, line: &[u8]) {
        let digest = &mut self.kinds[kind as usize];
        digest.count += 1;
        digest.checksum.add(Sha256::digest(line).into());
    }

    /// The digest of one kind.
    pub fn of(&self, kind: Kind) -> KindDigest {
        self.kinds[kind as usize]
    }

    pub(crate) fn set(&mut self, kind: Kind, digest: KindDigest) {
        self.kinds[kind as usize] = digest;
    }

    /// How many records there are.
    pub fn count(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.count).sum()
    }

    /// The first kind in which a filled database differs from what was read. One that was read without a
    /// signing key may have its own.
    pub fn first_difference(&self, filled: &Self) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| {
            let has_its_own = *kind == Kind::SigningKey && self.of(*kind).count == 0;
            !has_its_own && self.of(*kind) != filled.of(*kind)
        })
    }
}

// === impl Checksum ===

impl Checksum {
    fn add(&mut self, hash: [u8; 32]) {
        let (digits, _) = hash.as_chunks::<8>();
        let mut carry = false;
        for (sum, digit) in self.0.iter_mut().zip(digits) {
            let (without, over) = sum.overflowing_add(u64::from_le_bytes(*digit));
            let (with, over_by_carry) = without.overflowing_add(u64::from(carry));
            *sum = with;
            carry = over || over_by_carry;
        }
    }

    /// Reads 64 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut digits = [0; 4];
        for (place, digit) in digits.iter_mut().rev().enumerate() {
            *digit = u64::from_str_radix(&text[16 * place..16 * (place + 1)], 16).ok()?;
        }
        Some(Self(digits))
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|digit| write!(f, "{digit:016x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(lines: &[&str]) -> Digest {
        let mut digest = Digest::default();
        for line in lines {
            digest.add(Kind::Response, line.as_bytes());
        }
        digest
    }

    #[test]
    fn the_order_does_not_count_and_everything_else_does() {
        let whole = digest(&["a", "b", "c"]);
        assert_eq!(whole, digest(&["c", "a", "b"]));
        for other in [digest(&["a", "b"]), digest(&["a", "b", "d"]), digest(&["a", "b", "b"])] {
            assert_eq!(whole.first_difference(&other), Some(Kind::Response));
        }
        assert_ne!(
            digest(&["a", "a"]).of(Kind::Response).checksum,
            Checksum::default(),
            "twice is not never"
        );
        let mut other_kind = digest(&["a", "b"]);
        other_kind.add(Kind::Audit, b"c");
        assert_eq!(whole.first_difference(&other_kind), Some(Kind::Response));
        assert_eq!(whole.first_difference(&digest(&["b", "c", "a"])), None);
    }

    #[test]
    fn only_the_key_of_the_source_counts() {
        let mut with_key = Digest::default();
        with_key.add(Kind::SigningKey, b"key");
        assert_eq!(Digest::default().first_difference(&with_key), None);
        assert_eq!(with_key.first_difference(&Digest::default()), Some(Kind::SigningKey));
    }

    #[test]
    fn sums_carry_and_survive_text() {
        let mut sum = Checksum([u64::MAX, u64::MAX, 7, 0]);
        let mut one = [0; 32];
        one[0] = 1;
        sum.add(one);
        assert_eq!(sum, Checksum([0, 0, 8, 0]));
        let sum = digest(&["a", "b"]).of(Kind::Response).checksum;
        assert_eq!(Checksum::parse(&sum.to_string()).unwrap(), sum);
        assert_eq!(Checksum::parse("ab"), None);
        assert_eq!(Checksum::parse(&"g".repeat(64)), None);
    }
}
