//! What counts and who is shown: read from the query, written back into links.

use crate::services::participants::COUNTABLE;

/// The last page that is looked for.
const LAST_PAGE: usize = 1_000_000;

/// What counts and who is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// Kinds of flags that count; `None` for all.
    pub(crate) counted: Option<Vec<&'static str>>,
    /// Who is shown.
    pub(crate) show: Show,
    /// The page, from 1.
    pub(crate) page: usize,
}

/// Who is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Show {
    /// Everybody.
    #[default]
    All,
    /// Those with a flag that counts.
    Flagged,
    /// Those with a flag or a note.
    Striking,
}

// === impl Show ===

impl Show {
    pub(crate) const ALL: [Self; 3] = [Self::All, Self::Flagged, Self::Striking];

    /// The word in the query.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Flagged => "flagged",
            Self::Striking => "striking",
        }
    }

    /// The words on the page.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::All => "everybody",
            Self::Flagged => "flagged people",
            Self::Striking => "people with a flag or a note",
        }
    }
}

// === impl Query ===

impl Query {
    /// Reads it; what is not readable is left out. A form without any tick sends only `chosen`.
    pub(crate) fn read(query: &str) -> Self {
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let get =
            |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        let ticked = |kind: &&&str| fields.iter().any(|(field, value)| field == "count" && value == **kind);
        let is_chosen = get("chosen").is_some();
        let page = get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Self {
            counted: is_chosen.then(|| COUNTABLE.iter().filter(ticked).copied().collect()),
            show: Show::ALL.into_iter().find(|show| get("show") == Some(show.as_str())).unwrap_or_default(),
            page: page.clamp(1, LAST_PAGE),
        }
    }

    /// The kinds as services take them.
    pub(crate) fn counted_words(&self) -> Option<String> {
        self.counted.as_ref().map(|kinds| kinds.join(","))
    }

    /// Everything but the page for links, ending in `&` where it is not empty.
    pub(crate) fn encoded(&self) -> String {
        let mut query: Vec<(&str, &str)> = Vec::new();
        if let Some(kinds) = &self.counted {
            query.push(("chosen", "1"));
            query.extend(kinds.iter().map(|kind| ("count", *kind)));
        }
        if self.show != Show::All {
            query.push(("show", self.show.as_str()));
        }
        let mut text = serde_urlencoded::to_string(query).expect("pairs of strings can be encoded");
        if !text.is_empty() {
            text.push('&');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_written_back() {
        let text = "chosen=1&count=gibberish&count=duplicate&show=flagged&";
        let query = Query::read(text);
        assert_eq!(query.encoded(), text);
        assert_eq!(query.counted_words().as_deref(), Some("gibberish,duplicate"));
        assert_eq!(Query::read("page=0&show=x&count=gibberish").encoded(), "", "nothing was chosen");
        assert_eq!(Query::read("chosen=1&count=pasted&page=7").encoded(), "chosen=1&");
        assert_eq!(Query::read("chosen=1").counted_words().as_deref(), Some(""));
        assert_eq!(Query::read("page=99999999999999").page, LAST_PAGE);
    }
}
