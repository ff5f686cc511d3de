//! The browser's language and country.

use std::fmt;

/// A language with its country, as far as the browser says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Locale {
    /// The language subtag in lower case, such as `de`.
    pub language: String,
    /// The region subtag in upper case, such as `AT` or `419`; `None` when the browser does not say.
    pub region: Option<String>,
}

/// Language and region of a BCP 47 tag (RFC 5646) such as `de-AT` or `zh-Hant-TW`; `None` when it is none.
///
/// Script, variants and extensions are left out: `zh-Hant-TW` gives `zh-TW`. `_` counts as `-`.
pub fn locale(tag: &str) -> Option<Locale> {
    let mut subtags = tag.split(['-', '_']);
    let language = subtags.next()?;
    if !(2..=8).contains(&language.len()) || !language.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let is_region = |subtag: &str| {
        (subtag.len() == 2 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()))
            || (subtag.len() == 3 && subtag.bytes().all(|byte| byte.is_ascii_digit()))
    };
    // After a subtag of one character come extensions, whose subtags mean other things.
    let region = subtags.take_while(|subtag| subtag.len() > 1).find(|subtag| is_region(subtag));
    Some(Locale { language: language.to_ascii_lowercase(), region: region.map(str::to_ascii_uppercase) })
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.language)?;
        self.region.as_ref().map_or(Ok(()), |region| write!(formatter, "-{region}"))
    }
}

#[cfg(test)]
mod tests {
    use super::locale;

    #[test]
    fn language_and_region_are_found_among_the_subtags() {
        let seen = |tag| locale(tag).map(|locale| locale.to_string());
        for (tag, expected) in [
            ("de-AT", "de-AT"),
            ("DE-at", "de-AT"),
            ("en", "en"),
            ("zh-Hant-TW", "zh-TW"),
            ("es-419", "es-419"),
            ("sl-rozaj-biske-IT", "sl-IT"),
            ("en-u-ca-gregory", "en"),
            ("pt_BR", "pt-BR"),
            ("haw", "haw"),
        ] {
            assert_eq!(seen(tag).as_deref(), Some(expected), "{tag}");
        }
        for tag in ["", "x", "1", "de<script>", "überlingen", "aaaaaaaaa"] {
            assert_eq!(seen(tag), None, "{tag}");
        }
    }
}
