//! Simulated participants.

use nameit_domain::Answer;
use nameit_domain::response::{NonAnswer, Timing};
use nameit_domain::text::AnswerText;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt as _, SeedableRng as _};

use crate::typing::{log_normal, typed};
use crate::{Experiment, Stimulus};

/// An endless crowd for one experiment; the same seed gives the same people.
#[derive(Debug)]
pub struct Crowd<'a> {
    experiment: &'a Experiment,
    random: Xoshiro256PlusPlus,
    number: u32,
}

/// One simulated participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedParticipant {
    /// Parameters of the link, as a recruitment service would add them.
    pub url_parameters: Vec<(String, String)>,
    /// What the browser would say about itself.
    pub environment: Vec<(String, String)>,
    /// The answer to each stimulus of the experiment, by ordinal.
    pub answers: Vec<SimulatedAnswer>,
}

/// What a simulated participant says to one stimulus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedAnswer {
    /// What is said.
    pub answer: Answer,
    /// How it comes about.
    pub timing: Timing,
}

// === impl Crowd ===

impl<'a> Crowd<'a> {
    /// The crowd of `seed` for `experiment`.
    pub fn new(experiment: &'a Experiment, seed: u64) -> Self {
        Self { experiment, random: Xoshiro256PlusPlus::seed_from_u64(seed), number: 0 }
    }
}

impl Iterator for Crowd<'_> {
    type Item = SimulatedParticipant;

    fn next(&mut self) -> Option<SimulatedParticipant> {
        self.number += 1;
        let random = &mut self.random;
        // Some people are quick, some are slow, in all of their answers.
        let pace = f64::from(log_normal(1000.0, 0.25, random)) / 1000.0;
        let answers = self.experiment.stimuli.iter().map(|stimulus| answer(stimulus, pace, random)).collect();
        Some(SimulatedParticipant {
            url_parameters: vec![("DEMO_PID".to_owned(), format!("simulated-{:04}", self.number))],
            environment: environment(random),
            answers,
        })
    }
}

fn answer(stimulus: &Stimulus, pace: f64, random: &mut impl Rng) -> SimulatedAnswer {
    let roll: f64 = random.random();
    if roll < stimulus.dont_know {
        let word = if roll < stimulus.dont_know / 6.0 { NonAnswer::Skipped } else { NonAnswer::DontKnow };
        let timing =
            Timing { submitted_ms: Some(log_normal(3200.0 * pace, 0.4, random)), ..Timing::default() };
        return SimulatedAnswer { answer: Answer::NonAnswer(word), timing };
    }
    let (name, share) = pick(&stimulus.names, random);
    let text = typed(name, random);
    // What fewer people say takes longer to find (as in Székely et al. 2004).
    let median = (760.0 + 520.0 * (1.0 - share)) * pace;
    let first_key_ms = log_normal(median, 0.32, random);
    let typing_ms = log_normal(150.0 * text.chars().count() as f64, 0.25, random);
    let edits = if text != name || random.random_range(0..8) == 0 { random.random_range(0..3) } else { 0 };
    let timing = Timing {
        shown_at: None,
        first_key_ms: Some(first_key_ms),
        submitted_ms: Some(first_key_ms + typing_ms),
        edits,
        pasted: false,
        focus_losses: u32::from(random.random_range(0..60) == 0),
    };
    let text = AnswerText::parse(&text).expect("a name with a slip is still a text on one line");
    SimulatedAnswer { answer: Answer::Text(text), timing }
}

/// A name by its weight, with the share it has.
fn pick<'a>(names: &'a [(String, f64)], random: &mut impl Rng) -> (&'a str, f64) {
    let total: f64 = names.iter().map(|(_, weight)| weight).sum();
    let mut left = random.random::<f64>() * total;
    for (name, weight) in names {
        if left < *weight {
            return (name, weight / total);
        }
        left -= weight;
    }
    let (name, weight) = names.last().expect("every stimulus of the demo has names");
    (name, weight / total)
}

fn environment(random: &mut impl Rng) -> Vec<(String, String)> {
    let devices = [
        ("390x844", "3", "true"),
        ("412x915", "2.6", "true"),
        ("1440x900", "2", "false"),
        ("1920x1080", "1", "false"),
    ];
    let (viewport, ratio, touch) = devices[random.random_range(0..devices.len())];
    let places = [
        ("en-GB", "Europe/London"),
        ("en-US", "America/New_York"),
        ("en-US", "America/Los_Angeles"),
        ("en-AU", "Australia/Sydney"),
    ];
    let (language, time_zone) = places[random.random_range(0..places.len())];
    [
        ("language", language),
        ("time_zone", time_zone),
        ("viewport", viewport),
        ("device_pixel_ratio", ratio),
        ("touch", touch),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_people() {
        let experiment = crate::colours();
        let some = |seed| Crowd::new(&experiment, seed).take(5).collect::<Vec<_>>();
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
        assert!(some(7).iter().all(|person| person.answers.len() == experiment.stimuli.len()));
    }

    #[test]
    fn a_crowd_says_the_common_name_most_and_sometimes_nothing() {
        let experiment = crate::scenes();
        let crowd: Vec<_> = Crowd::new(&experiment, 3).take(200).collect();
        for (ordinal, stimulus) in experiment.stimuli.iter().enumerate() {
            let common = &stimulus.names[0].0;
            let said = crowd
                .iter()
                .filter(|person| {
                    person.answers[ordinal]
                        .answer
                        .text()
                        .is_some_and(|text| text.to_lowercase().contains(common))
                })
                .count();
            assert!(said > 40, "{}: `{common}` was said {said} times", stimulus.key);
        }
        let nothing = crowd
            .iter()
            .flat_map(|person| &person.answers)
            .filter(|answer| matches!(answer.answer, Answer::NonAnswer(_)))
            .count();
        assert!(nothing > 10, "{nothing}");
    }
}
