//! Which flags tell participants apart.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::Kind;

/// The kinds of flags that count: a participant with one of them is flagged, and left out of the other side.
///
/// Only kinds that rest on the answers can be chosen. A circumstance ([`Kind::is_circumstance`]) is never more
/// than a companion of such a flag, so it could neither add nor spare anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Counted(Vec<Kind>);

/// Why a word is no kind of flag that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCountable {
    /// There is no such kind.
    #[error("`{0}` is no kind of flag; choose among {all}", all = words())]
    Unknown(String),
    /// The kind is a circumstance.
    #[error("`{word}` never counts by itself: it is a circumstance, as with assistive technology; choose among {all}", word = .0.as_str(), all = words())]
    Circumstance(Kind),
}

// === impl Counted ===

impl Counted {
    /// The kinds that can be chosen, in the order of [`Kind::ALL`].
    pub fn choices() -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(|kind| !kind.is_circumstance())
    }

    /// Whether flags of a kind count.
    pub fn counts(&self, kind: Kind) -> bool {
        self.0.contains(&kind)
    }

    /// The kinds, in the order of [`Kind::ALL`].
    pub fn kinds(&self) -> &[Kind] {
        &self.0
    }
}

impl Default for Counted {
    /// All that can be chosen.
    fn default() -> Self {
        Self(Self::choices().collect())
    }
}

impl FromStr for Counted {
    type Err = NotCountable;

    /// Reads words such as `gibberish,duplicate`; nothing at all chooses no kind.
    fn from_str(text: &str) -> Result<Self, NotCountable> {
        let mut chosen = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
            let kind = kind.ok_or_else(|| NotCountable::Unknown(word.chars().take(40).collect()))?;
            if kind.is_circumstance() {
                return Err(NotCountable::Circumstance(kind));
            }
            chosen.push(kind);
        }
        Ok(Self(Self::choices().filter(|kind| chosen.contains(kind)).collect()))
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&joined(self.0.iter().copied(), ","))
    }
}

fn words() -> String {
    joined(Counted::choices(), ", ")
}

fn joined(kinds: impl Iterator<Item = Kind>, separator: &str) -> String {
    kinds.map(Kind::as_str).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_and_written() {
        let chosen: Counted = " duplicate,gibberish, duplicate".parse().unwrap();
        assert_eq!(chosen.kinds(), [Kind::Gibberish, Kind::Duplicate]);
        assert_eq!(chosen.to_string(), "gibberish,duplicate");
        assert!("".parse::<Counted>().unwrap().kinds().is_empty());
        let all = Counted::default();
        assert_eq!(all.to_string().parse(), Ok(all.clone()));
        assert_eq!(all.kinds().len(), 9);
    }

    #[test]
    fn what_cannot_be_chosen_is_named() {
        let wrong = |text: &str| text.parse::<Counted>().unwrap_err().to_string();
        assert!(
            wrong("gibberish,typos").starts_with("`typos` is no kind of flag; choose among median_time, ")
        );
        assert!(wrong("pasted").starts_with("`pasted` never counts by itself"));
    }
}
