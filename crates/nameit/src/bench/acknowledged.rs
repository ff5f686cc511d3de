//! What the server acknowledged, and whether the export holds exactly that.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use anyhow::Context as _;
use serde::Deserialize;

use crate::rest::Server;

/// One acknowledged response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Acknowledgement {
    pub(super) participation: u128,
    pub(super) trial: u32,
    /// See [`fingerprint`].
    pub(super) text: u64,
}

/// Every acknowledged response.
#[derive(Debug, Default)]
pub(super) struct Acknowledged(HashMap<(u128, u32), u64>);

/// Acknowledgements beside the export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct Comparison {
    /// Responses that were acknowledged.
    pub(super) acknowledged: u64,
    /// Responses that the export holds.
    pub(super) stored: u64,
    /// Acknowledged, but not stored.
    pub(super) missing: u64,
    /// Stored more than once.
    pub(super) doubled: u64,
    /// Stored with another text than acknowledged.
    pub(super) altered: u64,
}

#[derive(Deserialize)]
struct Line {
    participation: uuid::Uuid,
    trial: u32,
    response: Option<String>,
}

/// A number that stands for a text, so that millions of acknowledgements fit into memory (FNV-1a).
pub(super) fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

// === impl Acknowledged ===

impl Extend<Acknowledgement> for Acknowledged {
    fn extend<T: IntoIterator<Item = Acknowledgement>>(&mut self, acknowledgements: T) {
        self.0.extend(acknowledgements.into_iter().map(|one| ((one.participation, one.trial), one.text)));
    }
}

impl Acknowledged {
    /// Reads the whole export and compares.
    pub(super) async fn compare(&self, researcher: &Server, experiment: &str) -> anyhow::Result<Comparison> {
        let mut export =
            researcher.open(&format!("/api/v1/experiments/{experiment}/responses.jsonl")).await?;
        let mut found = Found::default();
        let mut rest = Vec::new();
        while let Some(chunk) = export.chunk().await.context("the export broke off")? {
            rest.extend_from_slice(&chunk);
            let complete = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            for line in rest[..complete].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                found.line(line, &self.0)?;
            }
            rest.drain(..complete);
        }
        if !rest.is_empty() {
            found.line(&rest, &self.0)?;
        }
        Ok(found.comparison(self.0.len() as u64))
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    seen: HashMap<(u128, u32), bool>,
    comparison: Comparison,
}

// === impl Found ===

impl Found {
    fn line(&mut self, line: &[u8], acknowledged: &HashMap<(u128, u32), u64>) -> anyhow::Result<()> {
        let line: Line = serde_json::from_slice(line)
            .with_context(|| format!("the export has the line {}", String::from_utf8_lossy(line)))?;
        self.comparison.stored += 1;
        let key = (line.participation.as_u128(), line.trial);
        let expected = acknowledged.get(&key);
        match self.seen.entry(key) {
            Entry::Occupied(_) => self.comparison.doubled += 1,
            Entry::Vacant(entry) => drop(entry.insert(expected.is_some())),
        }
        if expected.is_some_and(|expected| line.response.as_deref().map(fingerprint) != Some(*expected)) {
            self.comparison.altered += 1;
        }
        Ok(())
    }

    fn comparison(&self, acknowledged: u64) -> Comparison {
        let found = self.seen.values().filter(|is_acknowledged| **is_acknowledged).count() as u64;
        Comparison { acknowledged, missing: acknowledged - found, ..self.comparison }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acknowledged() -> HashMap<(u128, u32), u64> {
        let texts = [(0, "red"), (1, "blue"), (2, "green")];
        texts.map(|(trial, text)| ((7, trial), fingerprint(text))).into()
    }

    fn line(trial: u32, text: &str) -> Vec<u8> {
        let id = uuid::Uuid::from_u128(7);
        serde_json::to_vec(
            &serde_json::json!({"participation": id, "trial": trial, "response": text, "more": 1}),
        )
        .unwrap()
    }

    #[test]
    fn what_is_missing_doubled_or_altered_is_found() {
        let acknowledged = acknowledged();
        let mut found = Found::default();
        for (trial, text) in [(0, "red"), (0, "red"), (1, "blu"), (9, "in flight")] {
            found.line(&line(trial, text), &acknowledged).unwrap();
        }
        let expected = Comparison { acknowledged: 3, stored: 4, missing: 1, doubled: 1, altered: 1 };
        assert_eq!(found.comparison(3), expected);
    }

    #[test]
    fn an_export_with_every_acknowledgement_once_is_sound() {
        let acknowledged = acknowledged();
        let mut found = Found::default();
        for (trial, text) in [(2, "green"), (1, "blue"), (0, "red")] {
            found.line(&line(trial, text), &acknowledged).unwrap();
        }
        let expected = Comparison { acknowledged: 3, stored: 3, ..Comparison::default() };
        assert_eq!(found.comparison(3), expected);
    }
}
