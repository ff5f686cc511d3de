//! What changed since a reader looked last, found without looking at what did not.

use std::collections::{BTreeSet, HashMap};

use nameit_analysis::progress::{MAX_BUCKETS, Progress};

/// For each of some things, numbered from 0, the revision at which it changed last.
///
/// They stand in a list from the latest change to the earliest, so that noting one more costs the same however many
/// there are.
#[derive(Debug, Clone, Default)]
pub struct ChangeLog {
    links: Vec<Link>,
    latest: Option<u32>,
}

/// The place of a thing in the list.
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    /// 0 for a thing that is not in the list.
    revision: u64,
    later: Option<u32>,
    earlier: Option<u32>,
}

/// The same for the stretches of a progress line.
#[derive(Debug, Clone, Default)]
pub struct ProgressLog {
    /// By the number of the stretch.
    log: ChangeLog,
    /// Where stretches begin, in milliseconds since 1970, in the order in which they first changed.
    starts: Vec<i64>,
    numbers: HashMap<i64, u32>,
    /// Changed since the last refresh. Holds no more than there can be stretches; then all have changed.
    touched: BTreeSet<i64>,
    last_touched: Option<i64>,
    width_ms: i64,
    /// Readers before this revision are given the whole line.
    whole_since: u64,
}

// === impl ChangeLog ===

impl ChangeLog {
    /// Notes that `thing` changed at `revision`, which is not 0 and not before those noted until now.
    pub fn note(&mut self, thing: u32, revision: u64) {
        if thing as usize >= self.links.len() {
            self.links.resize(thing as usize + 1, Link::default());
        }
        if self.latest != Some(thing) {
            self.take_out(thing);
            let earlier = self.latest.replace(thing);
            if let Some(earlier) = earlier {
                self.links[earlier as usize].later = Some(thing);
            }
            self.links[thing as usize].earlier = earlier;
        }
        self.links[thing as usize].revision = revision;
    }

    /// What changed after `revision`, in the order of the numbers. Costs follow what did.
    pub fn since(&self, revision: u64) -> Vec<u32> {
        let mut things = Vec::new();
        let mut next = self.latest;
        while let Some(thing) = next {
            let link = self.links[thing as usize];
            if link.revision <= revision {
                break;
            }
            things.push(thing);
            next = link.earlier;
        }
        things.sort_unstable();
        things
    }

    /// Takes out a thing that is not the latest.
    fn take_out(&mut self, thing: u32) {
        let Link { later, earlier, .. } = std::mem::take(&mut self.links[thing as usize]);
        if let Some(later) = later {
            self.links[later as usize].earlier = earlier;
        }
        if let Some(earlier) = earlier {
            self.links[earlier as usize].later = later;
        }
    }
}

// === impl ProgressLog ===

impl ProgressLog {
    /// Notes that a response of this time was added to `progress`.
    pub fn touch(&mut self, at_ms: i64, progress: &Progress) {
        let start = progress.start_of(at_ms);
        if self.last_touched != Some(start) && self.touched.len() <= MAX_BUCKETS {
            self.touched.insert(start);
            self.last_touched = Some(start);
        }
    }

    /// Notes the changes since the last call as those of `revision`.
    pub fn refresh(&mut self, revision: u64, progress: &Progress) {
        let touched = std::mem::take(&mut self.touched);
        self.last_touched = None;
        if self.width_ms == progress.width_ms() && touched.len() <= MAX_BUCKETS {
            for start in touched {
                let next = self.starts.len() as u32;
                let number = *self.numbers.entry(start).or_insert(next);
                if number == next {
                    self.starts.push(start);
                }
                self.log.note(number, revision);
            }
        } else {
            *self = Self { width_ms: progress.width_ms(), whole_since: revision, ..Self::default() };
        }
    }

    /// Where the stretches begin that changed after `revision`; `None` when all may have.
    pub fn since(&self, revision: u64) -> Option<Vec<i64>> {
        (revision > 0 && revision >= self.whole_since).then(|| {
            let numbers = self.log.since(revision).into_iter();
            let mut starts: Vec<i64> = numbers.map(|number| self.starts[number as usize]).collect();
            starts.sort_unstable();
            starts
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    #[test]
    fn a_reader_hears_of_each_thing_once_however_often_it_changed() {
        let mut log = ChangeLog::default();
        for (thing, revision) in [(3, 1), (1, 2), (3, 4), (2, 4), (3, 4)] {
            log.note(thing, revision);
        }
        assert_eq!((log.since(0), log.since(2), log.since(4)), (vec![1, 2, 3], vec![2, 3], vec![]));
    }

    #[test]
    fn whatever_the_order_of_changes_each_reader_hears_what_came_after() {
        let mut log = ChangeLog::default();
        let mut last = [0u64; 17];
        for step in 1..500u64 {
            let thing = step * step % 31 % 17;
            let revision = step / 3 + 1;
            log.note(thing as u32, revision);
            last[thing as usize] = revision;
            for seen in [0, revision / 2, revision.saturating_sub(2), revision] {
                let later = (0..17u32).filter(|thing| last[*thing as usize] > seen);
                assert_eq!(log.since(seen), later.collect::<Vec<_>>(), "step {step}, seen {seen}");
            }
        }
    }

    #[test]
    fn stretches_are_told_one_by_one_until_they_become_wider() {
        let (mut progress, mut log) = (Progress::default(), ProgressLog::default());
        let mut revision = 0;
        let mut add = |minutes: std::ops::Range<i64>, log: &mut ProgressLog| {
            for minute in minutes {
                progress.add(minute * MINUTE_MS, 1);
                log.touch(minute * MINUTE_MS, &progress);
            }
            revision += 1;
            log.refresh(revision, &progress);
            revision
        };
        let first = add(0..3, &mut log);
        assert_eq!((log.since(0), log.since(first)), (None, Some(Vec::new())));
        let second = add(2..4, &mut log);
        assert_eq!(log.since(first), Some(vec![2 * MINUTE_MS, 3 * MINUTE_MS]));
        let wider = add(4..2000, &mut log);
        assert_eq!((log.since(second), log.since(wider)), (None, Some(Vec::new())));
        add(1999..2001, &mut log);
        assert_eq!(log.since(wider), Some(vec![1998 * MINUTE_MS, 2000 * MINUTE_MS]));
    }
}
