//! Which part of the variants is shown: read from the query, written back into links.

use std::fmt::Write as _;

/// Which part of the variants is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Query {
    /// Only names that contain this.
    pub(crate) text: String,
    /// Only proposals with at least this score, in hundredths.
    pub(crate) min_score: u32,
    /// The page of the proposals, from 1.
    pub(crate) page: usize,
    /// The page of the groups, from 1.
    pub(crate) groups_page: usize,
}

/// The scores that can be chosen, in hundredths.
pub(crate) const SCORES: [u32; 5] = [0, 50, 70, 80, 90];

impl Query {
    /// Reads it; what is not readable is left out.
    pub(crate) fn read(get: impl Fn(&str) -> String) -> Self {
        let number = |name: &str| get(name).parse().ok();
        Self {
            text: get("q").trim().chars().take(200).collect(),
            min_score: number("score").unwrap_or(0).min(100) as u32,
            page: number("page").unwrap_or(1).max(1),
            groups_page: number("groups").unwrap_or(1).max(1),
        }
    }

    /// The filter for links, ending in `&` where it is not empty.
    pub(crate) fn filter(&self) -> String {
        let mut query: Vec<(&str, String)> = Vec::new();
        if !self.text.is_empty() {
            query.push(("q", self.text.clone()));
        }
        if self.min_score > 0 {
            query.push(("score", self.min_score.to_string()));
        }
        let mut text = serde_urlencoded::to_string(query).expect("pairs of strings can be encoded");
        if !text.is_empty() {
            text.push('&');
        }
        text
    }

    /// All of it, to come back to the same part.
    pub(crate) fn encoded(&self) -> String {
        let mut text = self.filter();
        for (name, page) in [("page", self.page), ("groups", self.groups_page)] {
            if page > 1 {
                write!(text, "{name}={page}&").expect("writing to a String cannot fail");
            }
        }
        text
    }

    /// Whether the filter lets everything through.
    pub(crate) fn is_open(&self) -> bool {
        self.text.is_empty() && self.min_score == 0
    }

    /// The limit as a score from 0 to 1.
    pub(crate) fn least(&self) -> f64 {
        f64::from(self.min_score) / 100.0
    }

    /// The limits that the form offers; the one in force is always among them.
    pub(crate) fn scores(&self) -> Vec<u32> {
        let mut scores = SCORES.to_vec();
        if !scores.contains(&self.min_score) {
            scores.push(self.min_score);
            scores.sort_unstable();
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_back() {
        let text = "q=a%26b&score=80&page=2&groups=3&";
        let read = |text: &'static str| {
            Query::read(|name| {
                let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap();
                pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value).unwrap_or_default()
            })
        };
        assert_eq!(read(text).encoded(), text);
        assert_eq!(read(text).filter(), "q=a%26b&score=80&");
        assert!((read(text).least() - 0.8).abs() < 1e-12);
        assert_eq!(read("score=85&page=0&groups=x").encoded(), "score=85&");
        assert_eq!(read("score=85").scores(), [0, 50, 70, 80, 85, 90]);
        assert!(read("").is_open());
    }
}
