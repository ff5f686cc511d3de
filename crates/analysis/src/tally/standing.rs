//! The figures of one stimulus, kept up to date answer by answer.

use rustc_hash::FxHashMap;

use super::BLANK;
use super::ranking::{self, Ranked, Ranking};
use super::texts::Texts;
use crate::norms::{Modal, NameCount, NonAnswers, StimulusNorms, Sums};

/// What the norms of one stimulus follow from, under the naming in force. An answer changes it in a time that
/// depends on neither the answers nor the names there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    by_name: FxHashMap<u32, u64>,
    blank: u64,
    sums: Sums,
    modal: Modal,
    ranking: Ranking,
}

// === impl Standing ===

impl Standing {
    /// Of raw texts with their counts.
    pub(super) fn of(raws: impl Iterator<Item = (u32, u64)>, name_of: &[u32], names: &Texts) -> Self {
        let mut standing = Self::default();
        for (raw, count) in raws {
            let counted = match name_of[raw as usize] {
                BLANK => &mut standing.blank,
                name => standing.by_name.entry(name).or_default(),
            };
            *counted = counted.saturating_add(count);
        }
        for &count in standing.by_name.values() {
            standing.sums.change(0, count);
            standing.modal.raise(count);
        }
        standing.ranking = Ranking::of(&standing.by_name, names);
        standing
    }

    /// Adds answers with one name, or with none.
    pub(super) fn add(&mut self, name: u32, count: u64, names: &Texts) {
        if name == BLANK {
            self.blank = self.blank.saturating_add(count);
            return;
        }
        let counted = self.by_name.entry(name).or_default();
        let from = *counted;
        *counted = from.saturating_add(count);
        let raised = Ranked { name, count: *counted };
        if raised.count > from {
            self.sums.change(from, raised.count);
            self.modal.raise(raised.count);
            self.ranking.raise(raised, from, names);
        }
    }

    /// The norms with at most so many names. `others` are the non-answers without a text.
    pub(super) fn norms(
        &self,
        names_limit: usize,
        names: &Texts,
        others: NonAnswers,
        median_first_key_ms: Option<f64>,
    ) -> StimulusNorms {
        let all;
        let first = self.ranking.first();
        let ranked = if names_limit <= first.len() || first.len() == self.by_name.len() {
            first
        } else {
            all = ranking::first(&self.by_name, names_limit, names);
            &all
        };
        let named =
            |ranked: &Ranked| NameCount { name: names.get(ranked.name).to_owned(), count: ranked.count };
        StimulusNorms::from_sums(
            &self.sums,
            self.modal,
            ranked.iter().take(names_limit).map(named).collect(),
            NonAnswers { blank: self.blank, ..others },
            median_first_key_ms,
        )
    }
}
