//! What one thread counts with.

use std::borrow::Cow;
use std::hash::BuildHasher as _;
use std::ops::Range;

use nameit_domain::NonAnswer;

use super::dictionary::{Known, Question};
use super::names::{self, Names};
use super::shard::{Detail, NEAR};
use super::short::are_same;
use super::{Bulk, SHARDS, lock};
use crate::naming::Naming;

/// Notes the rows of a block, finds their names and stimuli a portion at a time, and counts them all at the end of the
/// block: one short loop after the other, because the memory answers many questions at once when nothing else stands
/// between them.
#[derive(Debug)]
pub struct Counter<'bulk> {
    bulk: &'bulk Bulk,
    naming: Naming,
    known_raws: Known,
    known_participants: Known,
    /// Rows that were not sorted yet, less than [`PORTION`].
    noted: Vec<Row>,
    /// How many rows of the block were sorted before them.
    sorted: u32,
    /// What is asked for the texts of `noted`.
    questions: Vec<Question>,
    /// For how many answers each row of the block stands; shorter where the rest stand for one each.
    counts: Vec<u64>,
    /// What is known of the rows of the block besides; empty where nothing is.
    more: Vec<More>,
    /// Texts that do not stand in the block as they are.
    rewritten: Vec<String>,
    recent: Recent,
    heaps: Vec<Heap>,
    /// The hashes of pairs, kept for their memory.
    hashes: Vec<u64>,
}

/// A text in a block, or one that does not stand there as it is.
#[derive(Debug, Clone)]
pub enum Text<'text> {
    /// The place in the block.
    At(Range<usize>),
    /// The text itself, as in a field with doubled quotes.
    Rewritten(Cow<'text, str>),
}

/// What was said.
#[derive(Debug, Clone)]
pub enum Said<'text> {
    /// The raw text, exactly as typed.
    Text(Text<'text>),
    /// No name was given.
    NonAnswer(NonAnswer),
}

/// What is known of an answer besides its stimulus and its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Details<'text> {
    /// Who gave it, if that is known.
    pub participant: Option<&'text str>,
    /// Milliseconds to the first key, if measured.
    pub first_key_ms: Option<u32>,
    /// Milliseconds to the submission, if measured.
    pub submitted_ms: Option<u32>,
}

/// Stands for a participant or a time that is not known.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// A noted row. Texts stay in the block, so that nothing is copied.
#[derive(Debug, Clone, Copy)]
struct Row {
    stimulus: Span,
    said: Span,
}

/// Where a text is.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    /// Where its field begins.
    start: u32,
    /// How long it is in the block; for one of the `rewritten` its place among them, counted down from
    /// [`REWRITTEN`]; for a non-answer its number.
    length: u32,
}

/// Rows are far shorter than this, and blocks have far fewer.
const REWRITTEN: u32 = 1 << 31;

/// So many rows are looked at together; their texts and all that is made of them fit into the nearest cache.
const PORTION: usize = 256;

/// What goes from a block to one of the shards.
#[derive(Debug, Clone, Default)]
struct Heap {
    stimuli: Vec<Local>,
    /// Place in `stimuli` and name of each row.
    rows: Vec<(u32, u32)>,
    /// The places of the rows in the block where these are needed; [`UNKNOWN`] for rows that stand for one answer.
    places: Vec<u32>,
}

/// A stimulus of a block.
#[derive(Debug, Clone, Copy)]
struct Local {
    text: Span,
    /// Its hash; its number in the shard as soon as that is known.
    number: u32,
}

/// The stimuli that were met last, by their hashes.
#[derive(Debug)]
struct Recent {
    met: Vec<Met>,
    /// Tells what was met in this block from what was met in others.
    block: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Met {
    hash: u64,
    block: u32,
    place: u32,
    /// Where it stood last: what was read last is nearest.
    text: Span,
}

/// Several times as many as are met again and again in blocks of experiments with many stimuli, so that few of them
/// share a place; a power of two.
const RECENT: usize = 16 * 1024;

#[derive(Debug, Clone, Copy)]
struct More {
    participant: u32,
    first_key_ms: u32,
    submitted_ms: u32,
}

// === impl Counter ===

impl<'bulk> Counter<'bulk> {
    pub(super) fn new(bulk: &'bulk Bulk) -> Self {
        let known = || Known::new(bulk.hasher.clone());
        Self {
            bulk,
            naming: lock(&bulk.names).naming().clone(),
            known_raws: known(),
            known_participants: known(),
            noted: Vec::new(),
            sorted: 0,
            questions: Vec::new(),
            counts: Vec::new(),
            more: Vec::new(),
            rewritten: Vec::new(),
            recent: Recent { met: vec![Met::default(); RECENT], block: 1 },
            heaps: vec![Heap::default(); SHARDS],
            hashes: Vec::new(),
        }
    }

    /// Notes one answer: where its stimulus and its raw text stand in `block`. The same as [`Counter::note`], faster.
    #[inline]
    pub fn note_text(&mut self, block: &str, stimulus: Range<usize>, text: Range<usize>) {
        self.noted.push(Row { stimulus: Span::at(stimulus), said: Span::at(text) });
        if self.noted.len() == PORTION {
            self.sort(block);
        }
    }

    /// Notes an answer that stands in `block`; `place` is where the field of its stimulus begins there. A count of
    /// 0 only makes the stimulus known. Either all answers of a file have details or none.
    #[inline]
    pub fn note(
        &mut self,
        block: &str,
        place: usize,
        stimulus: &Text<'_>,
        said: &Said<'_>,
        count: u64,
        details: Option<&Details<'_>>,
    ) {
        let stimulus = self.span(place, stimulus);
        let said = match said {
            Said::Text(text) => self.span(0, text),
            Said::NonAnswer(kind) => Span { start: 0, length: names::non_answer(*kind) },
        };
        if count != 1 {
            self.counts.resize(self.sorted as usize + self.noted.len(), 1);
            self.counts.push(count);
        }
        self.noted.push(Row { stimulus, said });
        if let Some(details) = details {
            let more = self.more(details);
            self.more.push(more);
        }
        if self.noted.len() == PORTION {
            self.sort(block);
        }
    }

    /// Counts what was noted since the last call. `number` is the place of `block` in the file.
    pub fn count(&mut self, block: &str, number: u32) {
        self.sort(block);
        let Self { bulk, counts, more, rewritten, heaps, hashes, .. } = self;
        // Threads begin with different shards, so that they do not queue up behind each other.
        for step in 0..SHARDS {
            let place = (number as usize * (SHARDS / 4) + step) % SHARDS;
            let Heap { stimuli, rows, places } = &mut heaps[place];
            if rows.is_empty() {
                continue;
            }
            let shard = &mut *lock(&bulk.shards[place]);
            for stimuli in stimuli.chunks_mut(NEAR) {
                shard.stimuli.approach(stimuli.iter().map(|local| local.number));
                for local in stimuli {
                    let key = local.text.of(block, rewritten);
                    local.number = shard.stimuli.number(local.number, key, (number, local.text.start));
                }
            }
            for (stimulus, _) in &mut *rows {
                *stimulus = stimuli[*stimulus as usize].number;
            }
            if places.is_empty() {
                shard.add_each(&bulk.hasher, rows, hashes);
            }
            for (&(stimulus, name), place) in rows.iter().zip(&*places) {
                let count = counts.get(*place as usize).copied().unwrap_or(1);
                if count == 0 {
                    continue;
                }
                shard.add(&bulk.hasher, stimulus, name, count);
                if let Some(&More { participant, first_key_ms, submitted_ms }) = more.get(*place as usize) {
                    shard.details.add(Detail {
                        stimulus,
                        name,
                        participant,
                        first_key_ms,
                        submitted_ms,
                        count,
                    });
                }
            }
            stimuli.clear();
            rows.clear();
            places.clear();
        }
        self.sorted = 0;
        self.recent.block = self.recent.block.wrapping_add(1);
        self.counts.clear();
        self.more.clear();
        self.rewritten.clear();
    }

    /// Finds the name of each noted row, and gives the row to the shard of its stimulus.
    fn sort(&mut self, block: &str) {
        let are_plain = self.noted.iter().all(|row| !row.said.is_rewritten() && !row.stimulus.is_rewritten());
        if are_plain && self.counts.is_empty() && self.more.is_empty() {
            self.sort_by::<true>(block);
        } else {
            self.sort_by::<false>(block);
        }
    }

    /// The same, compiled twice: where all texts are `PLAIN`, they stand in the block, and nothing else is known of
    /// the rows.
    #[inline]
    fn sort_by<const PLAIN: bool>(&mut self, block: &str) {
        let Self {
            bulk, naming, known_raws, noted, questions, counts, more, rewritten, recent, heaps, ..
        } = self;
        questions.clear();
        questions.extend(noted.iter().map(|row| match row.said.raw::<PLAIN>(block, rewritten) {
            Some((text, range)) => known_raws.question(text, range),
            None => Question::NONE,
        }));
        known_raws.approach(questions);
        let are_alone = PLAIN || (counts.is_empty() && more.is_empty());
        for ((place, &Row { stimulus, said }), question) in (self.sorted..).zip(&*noted).zip(&*questions) {
            let name = match said.raw::<PLAIN>(block, rewritten) {
                // A non-answer is its own number.
                None => said.length,
                // Nobody gave it, so it is no text of the file.
                Some(_) if !PLAIN && counts.get(place as usize) == Some(&0) => 0,
                Some((text, range)) => {
                    known_raws.answer(question, text, range, |raw| Names::number(&bulk.names, raw, naming))
                }
            };
            let key = stimulus.bytes::<PLAIN>(block, rewritten);
            let hash = bulk.hasher.hash_one(key);
            // The shard by the highest bits; the lowest find the place in it.
            let Heap { stimuli, rows, places } = &mut heaps[(hash >> (64 - SHARDS.ilog2())) as usize];
            let is_same = |text: Span| are_same(text.bytes::<false>(block, rewritten), key);
            let local = recent.find(hash, stimulus, stimuli.len() as u32, is_same);
            if local as usize == stimuli.len() {
                stimuli.push(Local { text: stimulus, number: hash as u32 });
            }
            if !are_alone {
                places.resize(rows.len(), UNKNOWN);
                places.push(place);
            }
            rows.push((local, name));
        }
        self.sorted += noted.len() as u32;
        noted.clear();
    }

    fn span(&mut self, place: usize, text: &Text<'_>) -> Span {
        match text {
            Text::At(range) => Span::at(range.clone()),
            Text::Rewritten(text) => {
                self.rewritten.push(text.clone().into_owned());
                Span { start: place as u32, length: REWRITTEN - self.rewritten.len() as u32 }
            }
        }
    }

    fn more(&mut self, details: &Details<'_>) -> More {
        let Self { bulk, known_participants, .. } = self;
        let participant = details.participant.map_or(UNKNOWN, |id| {
            known_participants.number(id, 0..id.len(), |id| bulk.participants.number(id))
        });
        let or_unknown = |time: Option<u32>| time.unwrap_or(UNKNOWN);
        More {
            participant,
            first_key_ms: or_unknown(details.first_key_ms),
            submitted_ms: or_unknown(details.submitted_ms),
        }
    }
}

// === impl Recent ===

impl Recent {
    /// The place at which the stimulus that stands at `text` was met in this block if `is_same` says so; else `new`,
    /// where it is put now.
    #[inline]
    fn find(&mut self, hash: u64, text: Span, new: u32, is_same: impl FnOnce(Span) -> bool) -> u32 {
        let met = &mut self.met[hash as usize % RECENT];
        let is_known = met.block == self.block && met.hash == hash && is_same(met.text);
        let place = if is_known { met.place } else { new };
        *met = Met { hash, block: self.block, place, text };
        place
    }
}

// === impl Span ===

impl Span {
    #[inline]
    fn at(range: Range<usize>) -> Self {
        Self { start: range.start as u32, length: range.len() as u32 }
    }

    /// A text with the place of a raw response in it; `None` for a non-answer.
    #[inline]
    fn raw<'text, const PLAIN: bool>(
        self,
        block: &'text str,
        rewritten: &'text [String],
    ) -> Option<(&'text str, Range<usize>)> {
        if PLAIN || !self.is_rewritten() {
            let start = self.start as usize;
            return Some((block, start..start + self.length as usize));
        }
        let is_text = self.length < REWRITTEN;
        is_text.then(|| self.of(block, rewritten)).map(|text| (text, 0..text.len()))
    }

    /// Below the middle are lengths, above it places.
    fn is_rewritten(self) -> bool {
        self.length > REWRITTEN / 2
    }

    #[inline]
    fn bytes<'text, const PLAIN: bool>(self, block: &'text str, rewritten: &'text [String]) -> &'text [u8] {
        if !PLAIN && self.is_rewritten() {
            return rewritten[(REWRITTEN - 1 - self.length) as usize].as_bytes();
        }
        &block.as_bytes()[self.start as usize..][..self.length as usize]
    }

    #[inline]
    fn of<'text>(self, block: &'text str, rewritten: &'text [String]) -> &'text str {
        if self.is_rewritten() {
            return &rewritten[(REWRITTEN - 1 - self.length) as usize];
        }
        &block[self.start as usize..][..self.length as usize]
    }
}

// === impl Text ===

impl Text<'_> {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::At(range) => range.is_empty(),
            Self::Rewritten(text) => text.is_empty(),
        }
    }

    /// The text, given the block in which it may stand.
    pub fn of<'block>(&'block self, block: &'block str) -> &'block str {
        match self {
            Self::At(range) => &block[range.clone()],
            Self::Rewritten(text) => text,
        }
    }
}
