//! The primary language of a BCP-47 tag, which is all that the steps look at.

/// The language of the answers, reduced to what matters for normalisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language {
    primary: [u8; 3],
}

impl Language {
    /// Takes the primary subtag of a tag: `pt-BR` and `PT_br` are both Portuguese. A tag that has no primary
    /// subtag of two or three letters stands for a language without rules of its own, as `und` does.
    pub fn from_tag(tag: &str) -> Self {
        let subtag = tag.split(['-', '_']).next().unwrap_or_default().as_bytes();
        let mut primary = [0; 3];
        if matches!(subtag.len(), 2 | 3) && subtag.iter().all(u8::is_ascii_alphabetic) {
            primary[..subtag.len()].copy_from_slice(subtag);
            primary.make_ascii_lowercase();
        } else {
            primary.copy_from_slice(b"und");
        }
        Self { primary }
    }

    /// The primary subtag in lower case: `en`, `de`, `und`.
    pub fn as_str(&self) -> &str {
        let length = if self.primary[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.primary[..length]).expect("only ASCII letters were let in")
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn only_the_primary_subtag_counts() {
        assert_eq!(Language::from_tag("pt-BR").as_str(), "pt");
        assert_eq!(Language::from_tag("PT_br").as_str(), "pt");
        assert_eq!(Language::from_tag("gsw").as_str(), "gsw");
        for unknown in ["", "x", "english", "é", "日本"] {
            assert_eq!(Language::from_tag(unknown).as_str(), "und", "{unknown}");
        }
    }
}
