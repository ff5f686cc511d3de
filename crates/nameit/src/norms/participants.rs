//! Counts distinct participants per stimulus.

use nameit_analysis::intern::Interner;

/// Who was asked about what. Memory follows the distinct pairs of stimulus and participant.
#[derive(Debug, Default)]
pub(super) struct Participants {
    ids: Interner,
    of_stimulus: Vec<Distinct>,
}

/// Distinct numbers: the sorted ones, and those since then, with repetitions.
#[derive(Debug, Default)]
struct Distinct {
    sorted: Vec<u32>,
    recent: Vec<u32>,
}

impl Participants {
    pub(super) fn add(&mut self, stimulus: u32, participant: &str) {
        let id = self.ids.intern(participant);
        let index = stimulus as usize;
        if index >= self.of_stimulus.len() {
            self.of_stimulus.resize_with(index + 1, Distinct::default);
        }
        self.of_stimulus[index].add(id);
    }

    /// Distinct participants of one stimulus.
    pub(super) fn of(&self, stimulus: u32) -> u64 {
        self.of_stimulus.get(stimulus as usize).map_or(0, Distinct::count)
    }

    /// Distinct participants of the file.
    pub(super) fn total(&self) -> usize {
        self.ids.len()
    }
}

impl Distinct {
    fn add(&mut self, id: u32) {
        self.recent.push(id);
        if self.recent.len() > self.sorted.len().max(16) {
            self.settle();
        }
    }

    /// Sorting only when as many came as were there keeps the cost per addition small and the memory within
    /// twice the distinct ones.
    fn settle(&mut self) {
        self.sorted.append(&mut self.recent);
        self.sorted.sort_unstable();
        self.sorted.dedup();
    }

    fn count(&self) -> u64 {
        let mut all = Self { sorted: self.sorted.clone(), recent: self.recent.clone() };
        all.settle();
        all.sorted.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::Participants;

    #[test]
    fn repetitions_do_not_count() {
        let mut participants = Participants::default();
        for round in 0..5000 {
            participants.add(3, &format!("p{}", round * 7 % 300));
        }
        assert_eq!((participants.of(3), participants.of(0), participants.total()), (300, 0, 300));
        assert!(participants.of_stimulus[3].recent.len() <= 301);
    }
}
