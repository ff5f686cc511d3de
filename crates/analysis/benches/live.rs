//! What one more answer costs in experiments of all sizes: counting it, and the norms of its stimulus with the names
//! that the page of results shows. Run with `cargo bench -p nameit-analysis --bench live`.
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::hint::black_box;
use std::time::Duration;

use nameit_analysis::normalise::{Normalisation, Normaliser};
use nameit_analysis::tally::{Observation, Said, Tally};
use nameit_speed::{Answer, Answers, thread_cpu};

/// An experiment with few stimuli, one with many, and one with as many as there may be.
const STIMULI: [u32; 3] = [10, 1_000, 10_000];

/// Answers that are there already.
const SIZES: [u64; 4] = [100, 10_000, 1_000_000, 10_000_000];

const NAMES_PER_STIMULUS: u32 = 2_000;

/// One answer of so many is a text that nobody gave before.
const NEW_TEXT_EVERY: u32 = 50;

const NAMES_SHOWN: usize = 6;

/// Answers that are measured at each size; no more at once than a twentieth of what is there.
const MEASURED: u64 = 20_000;

struct Experiment {
    tally: Tally,
    answers: Answers,
}

fn main() {
    println!("processor time per answer, in µs");
    println!("{:>10} {:>12} {:>8} {:>12}", "stimuli", "answers", "live", "all at once");
    for stimuli in STIMULI {
        for size in SIZES {
            let at_once = MEASURED.min(size / 20);
            let (mut live, mut rebuilt) = (Duration::ZERO, Duration::ZERO);
            let rounds = MEASURED / at_once;
            for _ in 0..rounds {
                let (mut experiment, cost) = Experiment::of(stimuli, size);
                rebuilt += cost;
                live += experiment.follow(at_once);
            }
            let each = |time: Duration, answers: u64| time.as_secs_f64() * 1e6 / answers as f64;
            let (live, rebuilt) = (each(live, rounds * at_once), each(rebuilt, rounds * size));
            println!("{stimuli:>10} {size:>12} {live:>8.2} {rebuilt:>12.2}");
        }
    }
}

// === impl Experiment ===

impl Experiment {
    /// Of so many answers, and what it cost to count them.
    fn of(stimuli: u32, size: u64) -> (Self, Duration) {
        let tally = Tally::new(Normaliser::new(Normalisation::Standard, "en"));
        let answers = Answers::new(stimuli, NAMES_PER_STIMULUS, NEW_TEXT_EVERY);
        let mut experiment = Self { tally, answers };
        let mut cost = Duration::ZERO;
        let mut left = size;
        while left > 0 {
            let piece = experiment.next(left.min(16_384));
            left -= piece.len() as u64;
            let begin = thread_cpu();
            for answer in &piece {
                experiment.add(answer);
            }
            cost += thread_cpu().saturating_sub(begin);
        }
        let begin = thread_cpu();
        experiment.tally.refresh();
        (experiment, cost + thread_cpu().saturating_sub(begin))
    }

    /// One answer after the other, with fresh norms after each.
    fn follow(&mut self, count: u64) -> Duration {
        let answers = self.next(count);
        let begin = thread_cpu();
        for answer in &answers {
            self.add(answer);
            for ordinal in self.tally.refresh() {
                black_box(self.tally.norms_with(ordinal, NAMES_SHOWN));
            }
        }
        thread_cpu().saturating_sub(begin)
    }

    fn add(&mut self, answer: &Answer) {
        self.tally.add(Observation {
            stimulus: answer.stimulus,
            said: Said::Text(&answer.text),
            first_key_ms: Some(answer.first_key_ms),
            submitted_at_ms: None,
        });
    }

    fn next(&mut self, count: u64) -> Vec<Answer> {
        (0..count).map(|_| self.answers.answer()).collect()
    }
}
