//! Agreement → wire. What is not defined is said in the words of naming: stimuli and answers.

use nameit_analysis::agreement::{MetricAgreement, NameAgreement, NumberAgreement, Undefined};
use nameit_analysis::intervals::{Bootstrap, Interval};
use nameit_proto::findings::v1 as wire;

pub(crate) fn names(found: &NameAgreement) -> wire::NameAgreement {
    let nominal = alpha("nominal", found.alpha, found.alpha_undefined, found.alpha_interval, found.bootstrap);
    wire::NameAgreement {
        stimuli: found.stimuli,
        answers: found.answers,
        answers_min: found.answers_range.map(|(min, _)| min),
        answers_max: found.answers_range.map(|(_, max)| max),
        unpaired_stimuli: found.unpaired_stimuli,
        types: found.types,
        alpha: Some(nominal),
        kappa: found.kappa,
        kappa_undefined: found.kappa_undefined.map(in_words),
        answers_per_stimulus: found.answers_per_stimulus,
        observed_agreement: found.observed_agreement,
        expected_agreement: found.expected_agreement,
    }
}

pub(crate) fn numbers(found: &NumberAgreement) -> wire::NumberAgreement {
    let by =
        |by: &MetricAgreement| alpha(by.metric.as_str(), by.alpha, by.undefined, by.interval, by.bootstrap);
    wire::NumberAgreement {
        stimuli: found.stimuli,
        answers: found.answers,
        unpaired_stimuli: found.unpaired_stimuli,
        words: found.words,
        word_stimuli: found.word_stimuli,
        alphas: found.metrics.iter().map(by).collect(),
    }
}

fn alpha(
    metric: &str,
    alpha: Option<f64>,
    undefined: Option<Undefined>,
    interval: Option<Interval>,
    bootstrap: Bootstrap,
) -> wire::Alpha {
    wire::Alpha {
        metric: metric.to_owned(),
        alpha,
        undefined: undefined.map(in_words),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        replicates: bootstrap.replicates,
        seed: bootstrap.seed,
        level: bootstrap.level,
    }
}

/// Why something is not defined, as it is told to people.
fn in_words(undefined: Undefined) -> String {
    match undefined {
        Undefined::NoPairs => "no stimulus has two answers, so nothing can be compared",
        Undefined::NoVariation => "all compared answers are the same, so nothing could have disagreed",
        Undefined::UnequalUnits => {
            "the stimuli have different numbers of answers, and Fleiss' kappa needs the same number for each"
        }
        Undefined::Negative => "some answers are below 0, and the metric ratio measures from 0",
        Undefined::TooManyNumbers => "there are more different numbers than are compared",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use nameit_analysis::agreement::{name_agreement, number_agreement};
    use nameit_analysis::norms::{NameCount, NonAnswers, StimulusNorms};

    use super::*;

    fn norms(names: &[(&str, u64)]) -> StimulusNorms {
        let names = names.iter().map(|&(name, count)| NameCount { name: name.to_owned(), count }).collect();
        StimulusNorms::from_counts(names, NonAnswers::default(), None)
    }

    #[test]
    fn what_is_not_defined_is_missing_and_says_why() {
        let bootstrap = Bootstrap { replicates: 20, seed: 5, ..Bootstrap::default() };
        let stimuli = [norms(&[("7", 2), ("8", 1)]), norms(&[("-7", 2)]), norms(&[("cat", 1)])];
        let names = names(&name_agreement(&stimuli, bootstrap));
        assert_eq!((names.answers_min, names.answers_max, names.unpaired_stimuli), (Some(2), Some(3), 1));
        assert!(names.kappa.is_none() && names.kappa_undefined.unwrap().contains("same number for each"));
        let alpha = names.alpha.unwrap();
        assert_eq!((alpha.metric.as_str(), alpha.replicates, alpha.seed), ("nominal", 20, 5));
        assert!(alpha.alpha.is_some() && alpha.undefined.is_none() && alpha.low <= alpha.high);
        let numbers = numbers(&number_agreement(&stimuli, bootstrap));
        assert_eq!((numbers.stimuli, numbers.word_stimuli), (2, 1));
        let reasons: Vec<Option<&str>> =
            numbers.alphas.iter().map(|alpha| alpha.undefined.as_deref()).collect();
        assert_eq!(
            reasons,
            [None, None, Some("some answers are below 0, and the metric ratio measures from 0")]
        );
    }
}
