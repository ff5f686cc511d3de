//! Answers with the skew of real naming data.

use std::fmt::Write as _;

use nameit_domain::feed::ResponseColumns;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt as _, SeedableRng as _};

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Ordinal of the stimulus.
    pub stimulus: u32,
    /// The raw text.
    pub text: String,
    /// Milliseconds to the first key.
    pub first_key_ms: u32,
    /// When it came, in milliseconds since 1970.
    pub received_at_ms: i64,
}

/// Answers without end, the same each time: names by Zipf's law over a vocabulary of each stimulus, capitals and
/// articles here and there, times to the first key with a long tail, a few answers per second.
#[derive(Debug, Clone)]
pub struct Answers {
    random: Xoshiro256PlusPlus,
    stimuli: u32,
    names_per_stimulus: u32,
    /// One answer of so many is a text that nobody ever gave before; 0 for none.
    new_text_every: u32,
    given: u64,
}

/// Milliseconds from one answer to the next.
const PACE_MS: i64 = 250;

// === impl Answers ===

impl Answers {
    /// To so many stimuli, each with so many names.
    pub fn new(stimuli: u32, names_per_stimulus: u32, new_text_every: u32) -> Self {
        let random = Xoshiro256PlusPlus::seed_from_u64(5);
        Self { random, stimuli, names_per_stimulus, new_text_every, given: 0 }
    }

    /// The next answer, to any stimulus.
    pub fn answer(&mut self) -> Answer {
        let stimulus = self.random.random_range(0..self.stimuli);
        self.answer_to(stimulus)
    }

    /// The next answer, to this stimulus.
    pub fn answer_to(&mut self, stimulus: u32) -> Answer {
        self.given += 1;
        let mut text = String::new();
        let is_new = self.new_text_every > 0 && self.random.random_ratio(1, self.new_text_every);
        let written = if is_new {
            write!(text, "something else {}", self.given)
        } else {
            // Nearly Zipf: the rank is uniform on a scale of logarithms.
            let rank = f64::from(self.names_per_stimulus).powf(self.random.random::<f64>()) as u32;
            let article = if self.random.random_ratio(1, 20) { "a " } else { "" };
            let capital = if self.random.random_ratio(1, 10) { "Name" } else { "name" };
            write!(text, "{article}{capital} {}", (stimulus % 97) * 5 + rank)
        };
        written.expect("writing into a string cannot fail");
        let slow: f64 = self.random.random::<f64>() * self.random.random::<f64>();
        Answer {
            stimulus,
            text,
            first_key_ms: 400 + (slow * slow * 6_000.0) as u32,
            received_at_ms: 1_800_000_000_000 + self.given as i64 * PACE_MS,
        }
    }

    /// The next answers as a piece of a feed.
    pub fn columns(&mut self, count: usize) -> ResponseColumns {
        let mut columns = ResponseColumns::default();
        for _ in 0..count {
            let answer = self.answer();
            columns.push(
                answer.stimulus,
                ResponseColumns::TEXT,
                answer.text.as_bytes(),
                Some(answer.first_key_ms),
                Some(answer.first_key_ms + 900),
                answer.received_at_ms,
                self.given / 50,
            );
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn they_are_the_same_each_time_and_skewed() {
        let given = |count| {
            let mut answers = Answers::new(3, 40, 0);
            (0..count).map(|_| answers.answer()).collect::<Vec<_>>()
        };
        assert_eq!(given(2_000), given(2_000));
        let first: Vec<_> = given(2_000).into_iter().filter(|answer| answer.stimulus == 0).collect();
        let texts: BTreeSet<&str> = first.iter().map(|answer| answer.text.as_str()).collect();
        let most = first.iter().filter(|answer| answer.text == "name 1").count();
        assert!(texts.len() > 30 && most > first.len() / 10, "{} and {most}", texts.len());
    }

    #[test]
    fn all_texts_may_be_new() {
        let columns = Answers::new(2, 10, 1).columns(500);
        let texts: BTreeSet<&str> = (0..500).map(|index| columns.text_at(index)).collect();
        assert_eq!((columns.check(), texts.len()), (Ok(()), 500));
    }
}
