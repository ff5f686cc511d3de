//! A change of an experiment's stimuli as a change of its list of pages. Nothing here waits or stores.

use std::collections::HashMap;

use mongodb::bson::oid::ObjectId;
use nameit_domain::stimulus::Stimulus;
use nameit_domain::text::StimulusKey;

use super::page::{PAGE_STIMULI, Page};

/// The pages of an experiment while they are changed.
pub(super) struct Edit {
    leaves: Vec<Leaf>,
    /// Where the stimuli of the pages that were read are: leaf, and place within it.
    places: HashMap<StimulusKey, (usize, usize)>,
    count: usize,
}

/// A page in the list.
struct Leaf {
    /// The stored page, if it is one.
    stored: Option<ObjectId>,
    /// Its stimuli, if they were read.
    stimuli: Option<Vec<Stimulus>>,
    changed: bool,
}

/// What must be stored, listed and deleted for a change to have happened.
pub(super) struct Change {
    /// The new list.
    pub(super) list: Vec<ObjectId>,
    /// The pages in it that are not stored yet.
    pub(super) new: Vec<Page>,
    /// The stored pages that are not in it any more.
    pub(super) replaced: Vec<ObjectId>,
    /// How many stimuli there are afterwards.
    pub(super) count: usize,
}

// === impl Edit ===

impl Edit {
    /// Begins with the list of an experiment with `count` stimuli. Of the pages, those must have been read
    /// that have what is to be changed; and the last one, if something may be added.
    pub(super) fn new(list: &[ObjectId], count: usize, read: Vec<Page>) -> Self {
        let mut read: HashMap<ObjectId, Vec<Stimulus>> =
            read.into_iter().map(|page| (page.id, page.stimuli)).collect();
        let leaf = |id: &ObjectId| Leaf { stored: Some(*id), stimuli: read.remove(id), changed: false };
        let leaves: Vec<Leaf> = list.iter().map(leaf).collect();
        let mut places = HashMap::new();
        for (at, leaf) in leaves.iter().enumerate() {
            for (place, stimulus) in leaf.stimuli.iter().flatten().enumerate() {
                places.insert(stimulus.key.clone(), (at, place));
            }
        }
        Self { leaves, places, count }
    }

    /// Puts a stimulus in the place of the one with its key, or last, and gives it its ordinal.
    pub(super) fn put(&mut self, stimulus: &mut Stimulus) {
        if let Some((at, place)) = self.places.get(&stimulus.key) {
            let leaf = &mut self.leaves[*at];
            if let Some(old) = leaf.stimuli.as_mut().and_then(|stimuli| stimuli.get_mut(*place)) {
                stimulus.ordinal = old.ordinal;
                old.clone_from(stimulus);
                leaf.changed = true;
            }
            return;
        }
        let last = self.leaves.last().and_then(|leaf| leaf.stimuli.as_ref());
        stimulus.ordinal = last.and_then(|stimuli| stimuli.last()).map_or(0, |last| last.ordinal + 1);
        if last.is_none_or(|stimuli| stimuli.len() >= PAGE_STIMULI) {
            self.leaves.push(Leaf { stored: None, stimuli: Some(Vec::new()), changed: true });
        }
        let at = self.leaves.len() - 1;
        let leaf = &mut self.leaves[at];
        let stimuli = leaf.stimuli.get_or_insert_default();
        self.places.insert(stimulus.key.clone(), (at, stimuli.len()));
        stimuli.push(stimulus.clone());
        leaf.changed = true;
        self.count += 1;
    }

    /// Removes the stimulus with this key; `None` when no page that was read has it. Ends the edit, because
    /// the places of others in the page move.
    pub(super) fn remove(mut self, key: &StimulusKey) -> Option<Change> {
        let (at, place) = self.places.remove(key)?;
        let leaf = &mut self.leaves[at];
        leaf.stimuli.as_mut()?.remove(place);
        leaf.changed = true;
        self.count -= 1;
        Some(self.finish())
    }

    /// Numbers the stimuli from 0 without gaps, in their order. All pages must have been read.
    pub(super) fn close_gaps(mut self) -> Change {
        let mut next = 0..;
        for leaf in &mut self.leaves {
            for (stimulus, ordinal) in leaf.stimuli.iter_mut().flatten().zip(&mut next) {
                leaf.changed |= stimulus.ordinal != ordinal;
                stimulus.ordinal = ordinal;
            }
        }
        self.finish()
    }

    /// What it comes to.
    pub(super) fn finish(self) -> Change {
        let mut change =
            Change { list: Vec::new(), new: Vec::new(), replaced: Vec::new(), count: self.count };
        for leaf in self.leaves {
            match leaf {
                Leaf { stored: Some(id), changed: false, .. } => change.list.push(id),
                Leaf { stored, stimuli, .. } => {
                    change.replaced.extend(stored);
                    let stimuli = stimuli.unwrap_or_default();
                    if !stimuli.is_empty() {
                        let id = ObjectId::new();
                        change.list.push(id);
                        change.new.push(Page { id, stimuli });
                    }
                }
            }
        }
        change
    }
}

#[cfg(test)]
mod tests;
