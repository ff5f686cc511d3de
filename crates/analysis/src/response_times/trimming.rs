//! Which times are left out.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::summary::mean_and_sd;
use crate::norms::median_type7;

/// A rule that leaves out times, with a printed form: `none`, or parts separated by commas, each at most once:
///
/// - `min:200`: times below 200 ms (too quick to be an answer to the stimulus);
/// - `max:5000`: times above 5000 ms;
/// - `sd:2.5`: times more than 2.5 standard deviations (with `n - 1`) from the mean of the same participant, as
///   Ratcliff (1993), Methods for dealing with reaction time outliers, discusses;
/// - `mad:3.5`: times more than 3.5 median absolute deviations × 1.4826 from the median of the same participant:
///   Leys et al. (2013), Detecting outliers.
///
/// `min` and `max` come first; means and medians are those of the times that are left, over all stimuli and
/// separately for first key and submission, and are computed once, not again after trimming. Where all that is
/// left of a participant has no spread, or is a single time, `sd` and `mad` leave nothing out.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Trimming {
    min_ms: Option<u32>,
    max_ms: Option<u32>,
    sd: Option<f64>,
    mad: Option<f64>,
}

/// A text that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{part:?} is no trimming rule; use none, or parts such as min:200 and max:5000 (milliseconds), sd:2.5 and mad:3.5 (per participant), each once and separated by commas"
)]
pub struct InvalidTrimming {
    part: String,
}

/// A rule that needs participants was asked of times without them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the trimming rule {rule} looks at each participant, but it is not known whose these times are")]
pub struct NeedsParticipants {
    rule: String,
}

/// From where to where times are kept, in milliseconds; both ends are within.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The lower end.
    pub low_ms: f64,
    /// The upper end.
    pub high_ms: f64,
}

/// Makes the median absolute deviation of a normal variable its standard deviation: 1 / Φ⁻¹(3/4).
const MAD_SCALE: f64 = 1.4826;

// === impl Trimming ===

impl Trimming {
    /// Whether nothing is left out.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it must be known whose a time is.
    pub fn needs_participants(&self) -> bool {
        self.sd.is_some() || self.mad.is_some()
    }

    /// The limits for one participant, from all of their times.
    pub fn limits(&self, times: &[u32]) -> Limits {
        let mut limits = self.absolute();
        let mut left: Vec<u32> = times.iter().copied().filter(|ms| limits.keep(*ms)).collect();
        left.sort_unstable();
        let histogram: Vec<(u32, u64)> =
            left.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect();
        if let Some(factor) = self.sd
            && !histogram.is_empty()
            && let (mean, Some(sd)) = mean_and_sd(&histogram)
            && sd > 0.0
        {
            limits.narrow(mean, factor * sd);
        }
        if let Some(factor) = self.mad
            && let Some((median, mad)) = median_and_mad(&histogram)
            && mad > 0.0
        {
            limits.narrow(median, factor * MAD_SCALE * mad);
        }
        limits
    }

    /// The limits for everybody, where the rule does not look at participants.
    pub fn limits_without_participants(&self) -> Result<Limits, NeedsParticipants> {
        if self.needs_participants() {
            return Err(NeedsParticipants { rule: self.to_string() });
        }
        Ok(self.absolute())
    }

    fn absolute(&self) -> Limits {
        Limits {
            low_ms: self.min_ms.map_or(0.0, f64::from),
            high_ms: self.max_ms.map_or(f64::INFINITY, f64::from),
        }
    }
}

impl FromStr for Trimming {
    type Err = InvalidTrimming;

    fn from_str(text: &str) -> Result<Self, InvalidTrimming> {
        let mut rule = Self::default();
        if text.trim() == "none" {
            return Ok(rule);
        }
        for part in text.split(',') {
            let invalid = || InvalidTrimming { part: part.trim().to_owned() };
            let (kind, value) = part.split_once(':').ok_or_else(invalid)?;
            let value = value.trim();
            let ms = || value.parse::<u32>().ok().filter(|ms| *ms > 0).ok_or_else(invalid);
            let factor = || {
                let factor = value.parse::<f64>().ok();
                factor.filter(|factor| factor.is_finite() && *factor > 0.0).ok_or_else(invalid)
            };
            let is_new = match kind.trim() {
                "min" => rule.min_ms.replace(ms()?).is_none(),
                "max" => rule.max_ms.replace(ms()?).is_none(),
                "sd" => rule.sd.replace(factor()?).is_none(),
                "mad" => rule.mad.replace(factor()?).is_none(),
                _ => return Err(invalid()),
            };
            if !is_new || rule.min_ms.zip(rule.max_ms).is_some_and(|(min, max)| min > max) {
                return Err(invalid());
            }
        }
        Ok(rule)
    }
}

impl fmt::Display for Trimming {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return formatter.write_str("none");
        }
        let mut separator = "";
        let mut part = |kind: &str, value: Option<&dyn fmt::Display>| -> fmt::Result {
            let Some(value) = value else { return Ok(()) };
            write!(formatter, "{separator}{kind}:{value}")?;
            separator = ",";
            Ok(())
        };
        part("min", self.min_ms.as_ref().map(|ms| ms as &dyn fmt::Display))?;
        part("max", self.max_ms.as_ref().map(|ms| ms as &dyn fmt::Display))?;
        part("sd", self.sd.as_ref().map(|factor| factor as &dyn fmt::Display))?;
        part("mad", self.mad.as_ref().map(|factor| factor as &dyn fmt::Display))
    }
}

impl TryFrom<String> for Trimming {
    type Error = InvalidTrimming;

    fn try_from(text: String) -> Result<Self, InvalidTrimming> {
        text.parse()
    }
}

impl From<Trimming> for String {
    fn from(rule: Trimming) -> Self {
        rule.to_string()
    }
}

// === impl Limits ===

impl Limits {
    /// Whether a time is within.
    pub fn keep(&self, ms: u32) -> bool {
        (self.low_ms..=self.high_ms).contains(&f64::from(ms))
    }

    fn narrow(&mut self, middle: f64, half: f64) {
        self.low_ms = self.low_ms.max(middle - half);
        self.high_ms = self.high_ms.min(middle + half);
    }
}

/// Median, and median of the distances from it, of an ascending histogram. Distances are counted in half
/// milliseconds, in which the median is whole.
fn median_and_mad(histogram: &[(u32, u64)]) -> Option<(f64, f64)> {
    let median = median_type7(histogram)?;
    let doubled = (median * 2.0) as u64;
    let mut distances: Vec<(u32, u64)> = histogram
        .iter()
        .map(|(ms, count)| {
            let distance = (u64::from(*ms) * 2).abs_diff(doubled);
            (u32::try_from(distance).unwrap_or(u32::MAX), *count)
        })
        .collect();
    distances.sort_unstable();
    Some((median, median_type7(&distances)? / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_printed_in_one_order() {
        for (text, printed) in [
            ("none", "none"),
            ("min:200", "min:200"),
            (" sd:2.5 , min: 200", "min:200,sd:2.5"),
            ("mad:3.5,max:5000,min:200,sd:3", "min:200,max:5000,sd:3,mad:3.5"),
        ] {
            let rule: Trimming = text.parse().unwrap();
            assert_eq!(rule.to_string(), printed);
            assert_eq!(printed.parse::<Trimming>().unwrap(), rule);
            let json = serde_json::to_string(&rule).unwrap();
            assert_eq!(json, format!("{printed:?}"));
            assert_eq!(serde_json::from_str::<Trimming>(&json).unwrap(), rule);
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_with_what_would_be_one() {
        for text in [
            "",
            "fast",
            "min",
            "min:",
            "min:0",
            "min:-3",
            "min:2.5",
            "sd:0",
            "sd:inf",
            "sd:x",
            "min:1,",
            "min:200,min:300",
            "min:500,max:400",
            "none,min:200",
        ] {
            let error = text.parse::<Trimming>().unwrap_err().to_string();
            assert!(error.contains("sd:2.5"), "{text}: {error}");
        }
    }

    #[test]
    fn limits_follow_the_published_rules() {
        let times = [400, 500, 600, 500, 5000];
        let limits = |rule: &str| rule.parse::<Trimming>().unwrap().limits(&times);
        // Mean 1400 and standard deviation 2013.703 of all; median 500 and median distance 100.
        let sd = limits("sd:1.5");
        assert!((sd.high_ms - (1400.0 + 1.5 * 2_013.703_056_560_226_7)).abs() < 1e-9, "{sd:?}");
        assert!(sd.keep(400) && !sd.keep(5000));
        let mad = limits("mad:3");
        assert!((mad.low_ms - (500.0 - 444.78)).abs() < 1e-9, "{mad:?}");
        // What min and max leave out does not count for the mean.
        let both = limits("max:3000,sd:1");
        assert!((both.high_ms - (500.0 + 81.649_658_092_772_6)).abs() < 1e-9, "{both:?}");
    }

    #[test]
    fn without_spread_nothing_is_left_out() {
        let rule: Trimming = "sd:2,mad:2".parse().unwrap();
        for times in [&[][..], &[500], &[500, 500, 500]] {
            assert!(rule.limits(times).keep(7) && rule.limits(times).keep(u32::MAX), "{times:?}");
        }
        // More than half are equal: the median deviation is 0 and says nothing.
        assert!("mad:2".parse::<Trimming>().unwrap().limits(&[500, 500, 500, 900]).keep(900));
    }
}
