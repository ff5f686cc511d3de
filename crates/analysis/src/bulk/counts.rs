//! What was counted, put in order.

use std::cmp::Reverse;
use std::ops::Range;

use nameit_domain::NonAnswer;
use rustc_hash::FxHashMap;

use super::names::{Meaning, meaning};
use super::shard::{Detail, Pair, Shard, Stimuli};
use super::{Bulk, into_inner};
use crate::intern::Interner;
use crate::norms::{Modal, NameCount, NonAnswers, StimulusNorms, Sums};
use crate::parallel;
use crate::tally::Totals;

/// The counts of one file.
#[derive(Debug)]
pub struct Counts {
    parts: Vec<Part>,
    /// Part and number in it of each stimulus, in the order in which they first came.
    order: Vec<(u32, u32)>,
    names: Interner,
    /// Names by their place in the order of the code points.
    by_text: Vec<u32>,
    participants: usize,
    totals: Totals,
}

/// A shard that is complete and sorted.
#[derive(Debug)]
struct Part {
    stimuli: Stimuli,
    /// What was said to each stimulus: the names, the most frequent first, equal counts in the order of their code
    /// points (numbers are places in that order now); then what gave no name.
    pairs: Vec<Pair>,
    /// Where the pairs of each stimulus begin; one more at the end.
    starts: Vec<u32>,
    /// What is to be added to the counts of some pairs, by stimulus and name.
    carried: FxHashMap<(u32, u32), u64>,
    details: Vec<Detail>,
}

/// One stimulus with all that was said to it.
#[derive(Debug, Clone, Copy)]
pub struct Stimulus<'counts> {
    counts: &'counts Counts,
    part: &'counts Part,
    number: u32,
}

// === impl Counts ===

impl Counts {
    pub(super) fn new(bulk: Bulk, threads: usize) -> Self {
        let (distinct_texts, names) = into_inner(bulk.names).into_parts();
        let (by_text, place_of) = in_order(&names);
        let participants = bulk.participants.into_inner();
        let (_, participant_of) = in_order(&participants);
        let parts = parallel::map(threads, bulk.shards, |shard| {
            Part::new(into_inner(shard), &place_of, &participant_of)
        });
        let order = by_arrival(&parts, threads);
        let totals = Totals {
            types: names.len() as u64,
            distinct_texts: distinct_texts as u64,
            ..parts.iter().fold(Totals::default(), Part::add_to)
        };
        Self { parts, order, names, by_text, participants: participants.len(), totals }
    }

    /// How many stimuli there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no stimulus.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// A stimulus by its place in the order in which they first came.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn stimulus(&self, place: usize) -> Stimulus<'_> {
        let (part, number) = self.order[place];
        Stimulus { counts: self, part: &self.parts[part as usize], number }
    }

    /// Looks at all that is needed for some stimuli, so that it is near when they are worked on: they lie far apart,
    /// and nothing depends on what is seen, so the memory is asked for many at once.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn approach(&self, places: Range<usize>) {
        let seen = places.fold(0, |seen, place| {
            let Stimulus { part, number, .. } = self.stimulus(place);
            let first_byte = part.stimuli.key(number).as_bytes().first();
            seen ^ part.of(number).first().map_or(0, |pair| pair.count)
                ^ first_byte.map_or(0, |byte| u32::from(*byte))
        });
        std::hint::black_box(seen);
    }

    /// Figures over all stimuli.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Distinct participants, where they were noted.
    pub fn participants(&self) -> usize {
        self.participants
    }

    pub(super) fn details(&self) -> impl Iterator<Item = &Detail> {
        self.parts.iter().flat_map(|part| &part.details)
    }
}

/// Part and number in it of each stimulus, in the order in which they first came.
fn by_arrival(parts: &[Part], threads: usize) -> Vec<(u32, u32)> {
    // By block first; then the stimuli of each block by their place in it.
    let mut begins = vec![0];
    for (block, _) in parts.iter().flat_map(|part| part.stimuli.first()) {
        let block = block as usize;
        begins.resize(begins.len().max(block + 2), 0);
        begins[block + 1] += 1;
    }
    for block in 1..begins.len() {
        begins[block] += begins[block - 1];
    }
    let mut stimuli = vec![(0, (0, 0)); begins.last().copied().unwrap_or(0)];
    let mut free = begins.clone();
    for (place, part) in (0u32..).zip(parts) {
        for (number, (block, start)) in (0u32..).zip(part.stimuli.first()) {
            let at = &mut free[block as usize];
            stimuli[*at] = (start, (place, number));
            *at += 1;
        }
    }
    let mut rest = stimuli.as_mut_slice();
    let mut blocks = Vec::with_capacity(begins.len());
    for ends in begins.windows(2) {
        let (block, behind) = std::mem::take(&mut rest).split_at_mut(ends[1] - ends[0]);
        blocks.push(block);
        rest = behind;
    }
    // No two stimuli first came at the same place.
    parallel::map(threads, blocks, |block: &mut [(u32, (u32, u32))]| {
        block.sort_unstable_by_key(|(start, _)| *start);
    });
    stimuli.into_iter().map(|(_, stimulus)| stimulus).collect()
}

/// The numbers in the order of the code points of their texts, and the place of each number in it.
fn in_order(texts: &Interner) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: Vec<u32> = (0..texts.len() as u32).collect();
    numbers.sort_unstable_by_key(|number| texts.get(*number));
    let mut place_of = vec![0; numbers.len()];
    for (place, number) in (0u32..).zip(&numbers) {
        place_of[*number as usize] = place;
    }
    (numbers, place_of)
}

// === impl Part ===

impl Part {
    fn new(shard: Shard, place_of: &[u32], participant_of: &[u32]) -> Self {
        let Shard { mut stimuli, pairs: unsorted, carried: carried_list, details } = shard;
        stimuli.complete();
        let place = |name: u32| match meaning(name) {
            Meaning::Name(name) => place_of[name as usize],
            Meaning::NonAnswer(_) | Meaning::Blank => name,
        };
        let mut carried: FxHashMap<(u32, u32), u64> = FxHashMap::default();
        for (stimulus, name, count) in carried_list {
            *carried.entry((stimulus, place(name))).or_default() += count;
        }

        let mut starts = vec![0u32; stimuli.len() + 1];
        for pair in unsorted.iter() {
            starts[pair.stimulus as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut free = starts.clone();
        let mut pairs = vec![Pair { stimulus: 0, name: 0, count: 0 }; unsorted.len()];
        for &pair in unsorted.iter() {
            let at = &mut free[pair.stimulus as usize];
            pairs[*at as usize] = Pair { name: place(pair.name), ..pair };
            *at += 1;
        }
        let mut part = Self { stimuli, pairs, starts, carried, details: Vec::new() };
        for number in 0..part.stimuli.len() {
            let range = part.starts[number] as usize..part.starts[number + 1] as usize;
            let carried = &part.carried;
            part.pairs[range].sort_unstable_by_key(|pair| {
                let is_name = matches!(meaning(pair.name), Meaning::Name(_));
                (!is_name, Reverse(count(carried, pair)), pair.name)
            });
        }
        part.details = details.into_settled();
        for detail in &mut part.details {
            detail.name = place(detail.name);
            if let Some(participant) = participant_of.get(detail.participant as usize) {
                detail.participant = *participant;
            }
        }
        part.details.sort_unstable();
        part
    }

    fn of(&self, stimulus: u32) -> &[Pair] {
        let stimulus = stimulus as usize;
        &self.pairs[self.starts[stimulus] as usize..self.starts[stimulus + 1] as usize]
    }

    fn add_to(mut totals: Totals, part: &Self) -> Totals {
        for pairs in part.starts.windows(2) {
            totals.stimuli += u64::from(pairs[0] < pairs[1]);
        }
        for pair in &part.pairs {
            let count = count(&part.carried, pair);
            match meaning(pair.name) {
                Meaning::Name(_) => totals.n += count,
                Meaning::NonAnswer(_) | Meaning::Blank => totals.non_answers += count,
            }
        }
        totals
    }
}

fn count(carried: &FxHashMap<(u32, u32), u64>, pair: &Pair) -> u64 {
    let more = if carried.is_empty() { None } else { carried.get(&(pair.stimulus, pair.name)) };
    u64::from(pair.count) + more.copied().unwrap_or(0)
}

// === impl Stimulus ===

impl<'counts> Stimulus<'counts> {
    /// What tells it from other stimuli.
    pub fn key(self) -> &'counts str {
        self.part.stimuli.key(self.number)
    }

    /// The names, the most frequent first, equal counts in the order of their code points.
    pub fn names(self) -> impl Iterator<Item = (&'counts str, u64)> {
        let Self { counts, part, number } = self;
        part.of(number).iter().map_while(move |pair| match meaning(pair.name) {
            Meaning::Name(place) => {
                Some((counts.names.get(counts.by_text[place as usize]), count(&part.carried, pair)))
            }
            Meaning::NonAnswer(_) | Meaning::Blank => None,
        })
    }

    /// How often each of the names was given, in the same order.
    pub fn counts(self) -> impl Iterator<Item = u64> {
        let Self { part, number, .. } = self;
        let names = part.of(number).iter().take_while(|pair| matches!(meaning(pair.name), Meaning::Name(_)));
        names.map(move |pair| count(&part.carried, pair))
    }

    /// What gave no name.
    pub fn non_answers(self) -> NonAnswers {
        let mut non_answers = NonAnswers::default();
        for pair in self.part.of(self.number).iter().rev() {
            let count = count(&self.part.carried, pair);
            match meaning(pair.name) {
                Meaning::NonAnswer(NonAnswer::DontKnow) => non_answers.dont_know += count,
                Meaning::NonAnswer(NonAnswer::Skipped) => non_answers.skipped += count,
                Meaning::Blank => non_answers.blank += count,
                Meaning::Name(_) => break,
            }
        }
        non_answers
    }

    /// The norms.
    pub fn norms(self) -> StimulusNorms {
        let names = self.names().map(|(name, count)| NameCount { name: name.to_owned(), count }).collect();
        StimulusNorms::from_counts(names, self.non_answers(), self.median_first_key_ms())
    }

    /// The norms without any names, for somebody who looks at the figures alone: much less work.
    pub fn figures(self) -> StimulusNorms {
        let counts: Vec<u64> = self.counts().collect();
        let (sums, modal) = (Sums::of(&counts), Modal::of(&counts));
        StimulusNorms::from_sums(&sums, modal, Vec::new(), self.non_answers(), self.median_first_key_ms())
    }

    pub(super) fn details(self) -> &'counts [Detail] {
        let details = &self.part.details;
        let from = details.partition_point(|detail| detail.stimulus < self.number);
        let length = details[from..].partition_point(|detail| detail.stimulus == self.number);
        &details[from..from + length]
    }

    /// The numbers of all names that were given most often.
    pub(super) fn modal_numbers(self) -> Vec<u32> {
        let Self { part, number, .. } = self;
        let names = part.of(number).iter().take_while(|pair| matches!(meaning(pair.name), Meaning::Name(_)));
        let counted: Vec<(u32, u64)> = names.map(|pair| (pair.name, count(&part.carried, pair))).collect();
        let most = counted.first().map(|(_, count)| *count);
        counted.into_iter().take_while(|(_, count)| Some(*count) == most).map(|(name, _)| name).collect()
    }
}
