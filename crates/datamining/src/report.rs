//! What a reader of a report is told: everything at first, then what changed. Costs follow what changed.

use nameit_analysis::norms;
use nameit_proto::datamining::v1::ReportHeader;
use nameit_proto::findings::v1::StimulusNorms;

use crate::live::Published;
use crate::mined::Mined;
use crate::wire;

/// Norms that travel in one message.
const STIMULI_PER_MESSAGE: usize = 64;

/// Where a reader of changes stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    generation: u64,
    revision: u64,
}

/// Which names of a stimulus a reader is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamesTold {
    /// At most so many, the most frequent first, also of those that tie; 0 for all.
    pub limit: u32,
    /// All that tie for the most frequent nevertheless.
    pub all_modal: bool,
}

/// A message to a reader. The first of several carries the header.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Totals and progress.
    pub header: Option<ReportHeader>,
    /// Norms of stimuli.
    pub stimuli: Vec<StimulusNorms>,
}

// === impl NamesTold ===

impl NamesTold {
    /// At most so many; 0 for all.
    pub fn first(limit: u32) -> Self {
        Self { limit, all_modal: false }
    }

    fn norms(self, mined: &Mined, ordinal: u32) -> Option<norms::StimulusNorms> {
        let limit = if self.limit == 0 { usize::MAX } else { self.limit as usize };
        let mut norms = mined.norms(ordinal, limit)?;
        let modal = usize::try_from(norms.modal_types).unwrap_or(usize::MAX);
        if self.all_modal && modal > limit {
            norms = mined.norms(ordinal, modal)?;
            norms.names.truncate(limit);
        }
        Some(norms)
    }
}

// === impl Published ===

impl Published {
    /// What a reader at `seen` has to be told: always a header, and the norms that changed (all of them for a
    /// new reader or after a rebuild), or only `ordinals` where some are named. `stimuli` is how many there are to
    /// be judged.
    pub fn changes_since(
        &mut self,
        seen: Option<Seen>,
        stimuli: u32,
        ordinals: &[u32],
        names: NamesTold,
    ) -> (Vec<Message>, Seen) {
        self.refresh();
        let (mined, judged) = (&self.mined, &self.judged);
        let now = Seen { generation: self.generation, revision: mined.tally().revision() };
        let since = match seen {
            Some(seen) if seen.generation == now.generation => seen.revision,
            _ => 0,
        };
        let wanted = if ordinals.is_empty() { mined.changed_since(since) } else { ordinals.to_vec() };
        let mut norms = wanted.into_iter().filter_map(|ordinal| {
            let norms = names.norms(mined, ordinal)?;
            Some(wire::norms::norms(ordinal, norms, judged.of(ordinal)))
        });
        // Revisions of a later generation are larger, so that a client can compare them.
        let header = wire::header(mined, judged, stimuli, (now.generation << 40) + now.revision, since);
        let mut header = Some(header);
        let mut messages = Vec::new();
        loop {
            let stimuli: Vec<StimulusNorms> = norms.by_ref().take(STIMULI_PER_MESSAGE).collect();
            if stimuli.is_empty() && header.is_none() {
                return (messages, now);
            }
            messages.push(Message { header: header.take(), stimuli });
        }
    }
}
