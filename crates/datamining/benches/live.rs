//! What one more response costs datamining, from the bytes of the feed to the bytes that a watcher of the report is
//! sent, in experiments of all sizes. Run with `cargo bench -p nameit-datamining`.
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::time::Duration;

use nameit_datamining::live::Published;
use nameit_datamining::names::Names;
use nameit_datamining::report::{Message, NamesTold, Seen};
use nameit_datamining::rules::Rules;
use nameit_domain::feed::{FeedCursor, ResponseColumns};
use nameit_proto::datamining::v1::WatchReportResponse;
use nameit_proto::storage::v1::read_feed_response::Part;
use nameit_proto::storage::v1::{CaughtUp, ReadFeedResponse};
use nameit_speed::{Answers, thread_cpu};
use prost::Message as _;

/// An experiment with few stimuli, one with many, and one with as many as there may be.
const STIMULI: [u32; 3] = [10, 1_000, 10_000];

/// Responses that are there already.
const SIZES: [u64; 4] = [100, 10_000, 1_000_000, 10_000_000];

const NAMES_PER_STIMULUS: u32 = 2_000;

/// One answer of so many is a text that nobody gave before.
const NEW_TEXT_EVERY: u32 = 50;

/// Names per stimulus that the page of results shows.
const NAMES_SHOWN: u32 = 6;

/// Responses in one message while an experiment is rebuilt.
const PIECE: u64 = 16_384;

/// Responses that are measured at each size; no more at once than a twentieth of what is there.
const MEASURED: u64 = 20_000;

struct Experiment {
    published: Published,
    answers: Answers,
    stimuli: u32,
    seen: Option<Seen>,
    sequence: u64,
}

/// What responses cost one by one.
#[derive(Default)]
struct Costs {
    total: Duration,
    each: Vec<Duration>,
    bytes_sent: usize,
}

fn main() {
    println!("processor time of datamining per response, in µs");
    println!("{:>10} {:>12} {:>8} {:>8} {:>8} {:>8}", "stimuli", "responses", "mean", "p99", "most", "bytes");
    for stimuli in STIMULI {
        for size in SIZES {
            let costs = measure(stimuli, size);
            println!(
                "{stimuli:>10} {size:>12} {:>8.2} {:>8.2} {:>8.2} {:>8}",
                micros(costs.total) / costs.each.len() as f64,
                micros(costs.each[costs.each.len() * 99 / 100]),
                costs.each.last().copied().map_or(0.0, micros),
                costs.bytes_sent / costs.each.len(),
            );
        }
    }
}

fn measure(stimuli: u32, size: u64) -> Costs {
    let at_once = MEASURED.min(size / 20);
    let mut costs = Costs::default();
    while (costs.each.len() as u64) < MEASURED {
        let mut experiment = Experiment::of(stimuli, size);
        experiment.respond(at_once, &mut costs);
    }
    costs.each.sort_unstable();
    costs
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

// === impl Experiment ===

impl Experiment {
    /// As it is after a rebuild, with a watcher who has seen it all.
    fn of(stimuli: u32, size: u64) -> Self {
        let stop_rule = serde_json::from_str(r#"{"min_answers": 30, "coverage": 0.95}"#);
        let rules = Rules { stop_rule: Some(stop_rule.expect("the rule is right")), ..Rules::default() };
        let mut experiment = Self {
            published: Published::new(Names::undecided("en"), rules),
            answers: Answers::new(stimuli, NAMES_PER_STIMULUS, NEW_TEXT_EVERY),
            stimuli,
            seen: None,
            sequence: size,
        };
        let mut left = size;
        while left > 0 {
            let piece = left.min(PIECE);
            let columns = experiment.answers.columns(piece as usize);
            experiment.add(&columns);
            left -= piece;
        }
        let names = NamesTold::first(NAMES_SHOWN);
        experiment.seen = Some(experiment.published.changes_since(None, stimuli, &[], names).1);
        // One that is not measured: the allocator tidies up after the whole report when it is next asked.
        let feed = experiment.next_feed_messages();
        experiment.take(&feed);
        experiment
    }

    fn add(&mut self, columns: &ResponseColumns) {
        self.published.mined.add_columns(columns).expect("the stimuli are possible");
    }

    /// So many responses one by one.
    fn respond(&mut self, count: u64, costs: &mut Costs) {
        for _ in 0..count {
            let feed = self.next_feed_messages();
            let begin = thread_cpu();
            costs.bytes_sent += self.take(&feed);
            let cost = thread_cpu().saturating_sub(begin);
            costs.total += cost;
            costs.each.push(cost);
        }
    }

    /// What storage sends when one more response is durable.
    fn next_feed_messages(&mut self) -> [Vec<u8>; 2] {
        self.sequence += 1;
        let writer = "0197f3b2-7c55-7d1e-a2f0-3f2d8a5c9e01".to_owned();
        let cursor = FeedCursor { epoch: 0, positions: [(writer, self.sequence)].into() };
        let columns = self.answers.columns(1);
        [Part::Columns(columns.into()), Part::CaughtUp(CaughtUp::default())].map(|part| {
            let cursor = Some(cursor.clone().into());
            ReadFeedResponse { part: Some(part), cursor, traceparent: None }.encode_to_vec()
        })
    }

    /// All that datamining does about it; gives how many bytes the watcher is sent.
    fn take(&mut self, feed: &[Vec<u8>]) -> usize {
        for message in feed {
            let message = ReadFeedResponse::decode(message.as_slice()).expect("it was encoded a moment ago");
            if let Some(Part::Columns(columns)) = message.part {
                let columns = columns.try_into().expect("the columns fit together");
                self.add(&columns);
            }
            self.published.mined.set_cursor(message.cursor.unwrap_or_default().into());
        }
        let names = NamesTold::first(NAMES_SHOWN);
        let (messages, now) = self.published.changes_since(self.seen, self.stimuli, &[], names);
        self.seen = Some(now);
        let encode =
            |Message { header, stimuli }| WatchReportResponse { header, stimuli }.encode_to_vec().len();
        messages.into_iter().map(encode).sum()
    }
}
