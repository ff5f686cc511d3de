//! How the results are sorted and filtered: read from the query, written back into links.

use super::Card;

/// How the results are sorted and filtered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// What the cards are sorted by.
    pub(crate) sort: Sort,
    /// Whether the order is turned round.
    pub(crate) descending: bool,
    /// Only stimuli whose key or one of whose names contains this.
    pub(crate) text: String,
    /// Only stimuli with fewer answers than this.
    pub(crate) fewer_than: Option<u64>,
    /// Only stimuli that have enough answers, or only those that have not.
    pub(crate) enough: Option<bool>,
}

/// What the cards are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sort {
    /// Place in the experiment.
    #[default]
    Order,
    /// Key.
    Key,
    /// Number of answers.
    N,
    /// Share of the modal name.
    Agreement,
    /// H statistic.
    H,
    /// Different names.
    Types,
    /// Sample coverage.
    Coverage,
    /// How many more answers it takes until there are enough.
    Needs,
}

// === impl Sort ===

impl Sort {
    /// All of them, as the page lists them.
    const ALL: [Self; 8] =
        [Self::Order, Self::Key, Self::N, Self::Agreement, Self::H, Self::Types, Self::Coverage, Self::Needs];

    /// Those that make sense with or without a stop rule.
    pub(crate) fn offered(has_rule: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |sort| has_rule || *sort != Self::Needs)
    }

    /// The word in the query.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Key => "key",
            Self::N => "n",
            Self::Agreement => "agreement",
            Self::H => "h",
            Self::Types => "types",
            Self::Coverage => "coverage",
            Self::Needs => "needs",
        }
    }

    /// Reads the word; an unknown one is the order of the experiment.
    pub(crate) fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word).unwrap_or_default()
    }

    /// The word on the page.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Order => "Order",
            Self::Key => "Key",
            Self::N => "Answers",
            Self::Agreement => "Agreement",
            Self::H => "H",
            Self::Types => "Names",
            Self::Coverage => "Coverage",
            Self::Needs => "Answers it needs",
        }
    }
}

// === impl Query ===

impl Query {
    /// Whether the filter lets everything through.
    pub(crate) fn is_open(&self) -> bool {
        self.text.is_empty() && self.fewer_than.is_none() && self.enough.is_none()
    }

    /// The limit as the form shows it.
    pub(crate) fn fewer_text(&self) -> String {
        self.fewer_than.map(|limit| limit.to_string()).unwrap_or_default()
    }

    /// The query for links, ending in `&` where it is not empty, so that `page=` can follow.
    pub(crate) fn encoded(&self) -> String {
        let mut query: Vec<(&str, String)> = Vec::new();
        if self.sort != Sort::Order {
            query.push(("sort", self.sort.as_str().to_owned()));
        }
        if self.descending {
            query.push(("order", "desc".to_owned()));
        }
        if !self.text.is_empty() {
            query.push(("q", self.text.clone()));
        }
        if let Some(limit) = self.fewer_than {
            query.push(("fewer", limit.to_string()));
        }
        if let Some(enough) = self.enough {
            query.push(("enough", if enough { "yes" } else { "no" }.to_owned()));
        }
        let mut text = serde_urlencoded::to_string(query).expect("pairs of strings can be encoded");
        if !text.is_empty() {
            text.push('&');
        }
        text
    }

    /// Whether `card` passes the filter.
    pub(crate) fn lets_through(&self, card: &Card) -> bool {
        let wanted = self.text.trim().to_lowercase();
        let found = wanted.is_empty()
            || card.key.to_lowercase().contains(&wanted)
            || card.norms.names.iter().any(|(name, _)| name.to_lowercase().contains(&wanted));
        let has_enough = card.norms.verdict.as_ref().is_some_and(|verdict| verdict.enough);
        found
            && self.fewer_than.is_none_or(|limit| card.norms.n < limit)
            && self.enough.is_none_or(|wanted| wanted == has_enough)
    }

    /// Sorts `cards`; what is undefined comes last in either order, ties stay in the experiment's order.
    pub(crate) fn sort(&self, cards: &mut [Card]) {
        use std::cmp::Ordering;
        cards.sort_by_key(|card| card.ordinal);
        let turned = |order: Ordering| if self.descending { order.reverse() } else { order };
        let figures = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        match self.sort {
            Sort::Order => {
                if self.descending {
                    cards.reverse();
                }
            }
            Sort::Key => cards.sort_by(|a, b| turned(a.key.cmp(&b.key))),
            Sort::N => cards.sort_by(|a, b| turned(a.norms.n.cmp(&b.norms.n))),
            Sort::Types => cards.sort_by(|a, b| turned(a.norms.types.cmp(&b.norms.types))),
            Sort::Agreement => cards.sort_by(|a, b| figures(a.norms.agreement, b.norms.agreement)),
            Sort::H => cards.sort_by(|a, b| figures(a.norms.h, b.norms.h)),
            // Where it cannot be told, most is missing.
            Sort::Needs => cards.sort_by_key(|card| {
                let needs =
                    card.norms.verdict.as_ref().map_or(0, |verdict| verdict.about_more.unwrap_or(u64::MAX));
                if self.descending { u64::MAX - needs } else { needs }
            }),
            Sort::Coverage => cards.sort_by(|a, b| figures(a.norms.coverage, b.norms.coverage)),
        }
    }
}

#[cfg(test)]
mod tests {
    use nameit_proto::findings::v1::StopVerdict;

    use super::super::Norms;
    use super::*;
    use crate::views::picture::Picture;

    fn card(ordinal: u32, key: &str, n: u64, h: Option<f64>, name: &str) -> Card {
        Card {
            ordinal,
            key: key.to_owned(),
            url: String::new(),
            question: None,
            language: "en".to_owned(),
            picture: Picture::Colour { hex: "#000000".to_owned() },
            norms: Norms { n, h, names: vec![(name.to_owned(), n)], ..Norms::default() },
        }
    }

    fn keys(query: &Query) -> Vec<String> {
        let mut cards = vec![
            card(2, "a", 5, None, "Dog"),
            card(0, "b", 7, Some(1.5), "cat"),
            card(1, "c", 5, Some(0.5), "horse"),
        ];
        cards.retain(|card| query.lets_through(card));
        query.sort(&mut cards);
        cards.into_iter().map(|card| card.key).collect()
    }

    #[test]
    fn cards_are_sorted_with_the_undefined_last() {
        let by = |sort, descending| keys(&Query { sort, descending, ..Query::default() });
        assert_eq!(by(Sort::Order, false), ["b", "c", "a"]);
        assert_eq!(by(Sort::Order, true), ["a", "c", "b"]);
        assert_eq!(by(Sort::H, false), ["c", "b", "a"]);
        assert_eq!(by(Sort::H, true), ["b", "c", "a"]);
        assert_eq!(by(Sort::N, false), ["c", "a", "b"]);
        assert_eq!(by(Sort::Key, true), ["c", "b", "a"]);
    }

    #[test]
    fn cards_are_filtered_by_key_name_and_number() {
        let text = |text: &str| keys(&Query { text: text.to_owned(), ..Query::default() });
        assert_eq!(text("dog "), ["a"]);
        assert_eq!(text("zebra"), Vec::<String>::new());
        assert_eq!(keys(&Query { fewer_than: Some(6), ..Query::default() }), ["c", "a"]);
    }

    #[test]
    fn cards_are_filtered_and_sorted_by_what_the_stop_rule_says() {
        let judged = |ordinal, key, enough, about_more| {
            let mut card = card(ordinal, key, 5, None, "cat");
            card.norms.verdict = Some(StopVerdict { enough, about_more, unmet: Vec::new() });
            card
        };
        let keys = |query: &Query| {
            let mut cards = vec![
                judged(0, "some", false, Some(7)),
                judged(1, "done", true, Some(0)),
                judged(2, "untold", false, None),
            ];
            cards.retain(|card| query.lets_through(card));
            query.sort(&mut cards);
            cards.into_iter().map(|card| card.key).collect::<Vec<_>>()
        };
        let needs = Query { sort: Sort::Needs, ..Query::default() };
        assert_eq!(keys(&needs), ["done", "some", "untold"]);
        assert_eq!(
            keys(&Query { descending: true, enough: Some(false), ..needs.clone() }),
            ["untold", "some"]
        );
        assert_eq!(keys(&Query { enough: Some(true), ..needs }), ["done"]);
        assert!(!Sort::offered(false).any(|sort| sort == Sort::Needs));
    }

    #[test]
    fn a_query_is_written_back() {
        let query = Query {
            sort: Sort::H,
            descending: true,
            text: "a&b".to_owned(),
            fewer_than: Some(20),
            enough: Some(false),
        };
        assert_eq!(query.encoded(), "sort=h&order=desc&q=a%26b&fewer=20&enough=no&");
        assert_eq!(Query::default().encoded(), "");
    }
}
