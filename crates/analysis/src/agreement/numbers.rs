//! Agreement of participants where they answer with numbers: estimates, ratings, counts.

use serde::Serialize;

use super::{Alpha, Metric, Undefined, Unfit, Units, Value, alpha, alpha_interval};
use crate::intervals::{Bootstrap, Interval};
use crate::norms::StimulusNorms;

/// Pairs of numbers that are looked at for all replicates of one metric together: about a second of work.
const WORK_MAX: u64 = 20_000_000;

/// Pairs of numbers that are looked at once, for alpha itself.
const PAIRS_MAX: u64 = 20_000_000;

/// How far people agree on numbers, over the stimuli that are answered with numbers: more than half of the answers
/// to them are some. So a digit among names does not make names comparable, nor a remark among numbers numbers not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NumberAgreement {
    /// Stimuli answered with numbers, with at least two of them; only these can be compared.
    pub stimuli: u64,
    /// Numbers given to these stimuli.
    pub answers: u64,
    /// Stimuli answered with numbers that have a single one, which are left out.
    pub unpaired_stimuli: u64,
    /// Answers to stimuli answered with numbers that are words; they are left out.
    pub words: u64,
    /// Stimuli answered with words, which are left out with all their answers.
    pub word_stimuli: u64,
    /// Alpha by ordinal, interval and ratio metric; empty when no stimulus is answered with numbers.
    pub metrics: Vec<MetricAgreement>,
}

/// Krippendorff's alpha by one metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricAgreement {
    /// How numbers are compared.
    pub metric: Metric,
    /// Krippendorff's alpha, see [`alpha()`].
    pub alpha: Option<f64>,
    /// Why there is none.
    pub undefined: Option<Undefined>,
    /// Percentile interval of alpha, see [`alpha_interval`].
    pub interval: Option<Interval>,
    /// How the interval was made. Where numbers are very many there are fewer replicates than were asked for.
    pub bootstrap: Bootstrap,
}

/// The agreement on numbers. A name is a number when it is written as one with a decimal point, `3`, `-2.5` or
/// `1e3`; numbers that are equal are one value however they are written. The order of the stimuli leaves no trace.
pub fn number_agreement<'norms>(
    stimuli: impl IntoIterator<Item = &'norms StimulusNorms>,
    bootstrap: Bootstrap,
) -> NumberAgreement {
    let mut found = NumberAgreement {
        stimuli: 0,
        answers: 0,
        unpaired_stimuli: 0,
        words: 0,
        word_stimuli: 0,
        metrics: Vec::new(),
    };
    let mut units: Vec<Vec<(Value, u64)>> = Vec::new();
    for norms in stimuli.into_iter().filter(|norms| norms.n > 0) {
        let numbers: Vec<(Value, u64)> = norms
            .names
            .iter()
            .map(|entry| (Value::parse(&entry.name), entry.count))
            .filter(|(value, _)| matches!(value, Value::Number(_)))
            .collect();
        let given: u64 = numbers.iter().map(|(_, count)| count).sum();
        if given > norms.n - given {
            found.words += norms.n - given;
            units.push(numbers);
        } else {
            found.word_stimuli += 1;
        }
    }
    if units.is_empty() {
        return found;
    }
    let units = Units::from_counted(units);
    for metric in [Metric::Ordinal, Metric::Interval, Metric::Ratio] {
        found.metrics.push(by_metric(&units, metric, bootstrap));
    }
    // Whatever the metric, the same units are compared.
    let compared = nominal(&units);
    (found.stimuli, found.answers) = (compared.units, compared.values);
    found.unpaired_stimuli = compared.unpaired_units;
    found
}

fn nominal(units: &Units) -> Alpha {
    alpha(units, Metric::Nominal).expect("every value fits the nominal metric")
}

fn by_metric(units: &Units, metric: Metric, bootstrap: Bootstrap) -> MetricAgreement {
    let pairs = units.pairs();
    let bootstrap = bootstrap.bounded();
    let affordable = u32::try_from(WORK_MAX / pairs.max(1)).unwrap_or(u32::MAX);
    let bootstrap = Bootstrap { replicates: bootstrap.replicates.min(affordable.max(100)), ..bootstrap };
    let undefined = |undefined| MetricAgreement {
        metric,
        alpha: None,
        undefined: Some(undefined),
        interval: None,
        bootstrap,
    };
    if pairs > PAIRS_MAX {
        return undefined(Undefined::TooManyNumbers);
    }
    let measured = alpha(units, metric)
        .and_then(|found| alpha_interval(units, metric, bootstrap).map(|interval| (found, interval)));
    match measured {
        Ok((found, interval)) => {
            MetricAgreement { metric, alpha: found.alpha, undefined: found.undefined(), interval, bootstrap }
        }
        Err(Unfit::Negative { .. }) => undefined(Undefined::Negative),
        Err(Unfit::Word { .. }) => unreachable!("words were left out before"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::{NameCount, NonAnswers};

    fn norms(names: &[(&str, u64)]) -> StimulusNorms {
        let names = names.iter().map(|&(name, count)| NameCount { name: name.to_owned(), count }).collect();
        StimulusNorms::from_counts(names, NonAnswers::default(), None)
    }

    fn few() -> Bootstrap {
        Bootstrap { replicates: 50, ..Bootstrap::default() }
    }

    #[test]
    fn numbers_are_compared_by_every_metric_and_words_are_left_out() {
        // Krippendorff's own example, a stimulus for each of the eleven units that can be compared.
        let rows = ["1 1 1", "2 2 3 2", "3 3 3 3", "3 3 3 3", "2 2 2 2", "1 2 3 4", "4 4 4 4", "1 1 2 1"];
        let rows = rows.into_iter().chain(["2 2 2 2", "5 5 5", "1 1", "3"]);
        let mut stimuli: Vec<StimulusNorms> =
            rows.map(|row| norms(&row.split(' ').map(|value| (value, 1)).collect::<Vec<_>>())).collect();
        // The same number written in two ways is one; a remark among numbers is left out.
        stimuli[1] = norms(&[("2", 1), ("2.0", 2), ("3", 1), ("no idea", 1)]);
        stimuli.push(norms(&[("cat", 3), ("2", 3)]));
        stimuli.push(norms(&[]));
        let found = number_agreement(&stimuli, few());
        assert_eq!((found.stimuli, found.answers, found.unpaired_stimuli), (11, 40, 1));
        assert_eq!((found.words, found.word_stimuli), (1, 1));
        let alphas: Vec<(Metric, f64)> =
            found.metrics.iter().map(|by| (by.metric, by.alpha.unwrap())).collect();
        for ((metric, alpha), (expected, published)) in alphas.into_iter().zip([
            (Metric::Ordinal, 0.815_387_503_754_881_4),
            (Metric::Interval, 0.849_107_142_857_142_8),
            (Metric::Ratio, 0.797_402_774_711_612_1),
        ]) {
            assert_eq!(metric, expected);
            assert!((alpha - published).abs() < 1e-12, "{metric:?}: {alpha}");
        }
        assert!(found.metrics.iter().all(|by| by.undefined.is_none() && by.interval.is_some()));
        stimuli.reverse();
        assert_eq!(number_agreement(&stimuli, few()), found, "order leaves no trace");
    }

    #[test]
    fn what_is_not_defined_says_why() {
        let names = number_agreement(&[norms(&[("cat", 2), ("dog", 1)])], few());
        assert_eq!((names.word_stimuli, names.metrics.len()), (1, 0));
        let reasons = |stimuli: &[StimulusNorms]| -> Vec<Option<Undefined>> {
            number_agreement(stimuli, few()).metrics.iter().map(|by| by.undefined).collect()
        };
        assert_eq!(reasons(&[norms(&[("3", 1)])]), [Some(Undefined::NoPairs); 3]);
        assert_eq!(reasons(&[norms(&[("3", 5)])]), [Some(Undefined::NoVariation); 3]);
        let below = [norms(&[("-3", 2), ("3", 1)]), norms(&[("4", 2)])];
        assert_eq!(reasons(&below), [None, None, Some(Undefined::Negative)]);
    }

    #[test]
    fn very_many_numbers_are_refused_before_they_take_hours() {
        let stimuli: Vec<StimulusNorms> = (0..7_000)
            .map(|at| norms(&[(format!("{at}").as_str(), 1), (format!("{at}.5").as_str(), 1)]))
            .collect();
        let found = number_agreement(&stimuli, few());
        assert_eq!(found.metrics[0].undefined, Some(Undefined::TooManyNumbers));
        assert_eq!((found.stimuli, found.answers), (7_000, 14_000), "what could be compared is told");
        let some = number_agreement(&stimuli[..400], few());
        assert!(some.metrics[0].alpha.is_some());
    }
}
