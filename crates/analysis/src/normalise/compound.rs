//! How the words of a name are held together: by spaces, by hyphens, or written as one.

use std::borrow::Cow;

/// What is looked at between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// Hyphens, with the spaces around them, become one space.
    Hyphens,
    /// Hyphens and spaces go.
    Anything,
}

/// Whether a character is a hyphen or a dash of any script.
pub(crate) fn is_hyphen(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{58a}' | '\u{5be}' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// Rewrites what stands between two letters or digits; the ends of the text stay as they are.
pub(super) fn between_words(text: &str, between: Between) -> Cow<'_, str> {
    let joint = |character: char| is_hyphen(character) || character.is_whitespace();
    let mut result: Option<String> = None;
    let mut copied = 0;
    let mut rest = text;
    while let Some(start) = rest.find(joint) {
        let run = &rest[start..];
        let length = run.find(|character| !joint(character)).unwrap_or(run.len());
        let run = &run[..length];
        let at = text.len() - rest.len() + start;
        let after = at + length;
        rest = &text[after..];
        let inside = text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
            && rest.chars().next().is_some_and(char::is_alphanumeric);
        let replacement = match between {
            Between::Hyphens if run.contains(is_hyphen) => " ",
            Between::Hyphens => continue,
            Between::Anything => "",
        };
        if inside {
            let result = result.get_or_insert_with(String::new);
            result.push_str(&text[copied..at]);
            result.push_str(replacement);
            copied = after;
        }
    }
    match result {
        None => Cow::Borrowed(text),
        Some(mut result) => {
            result.push_str(&text[copied..]);
            Cow::Owned(result)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyphens_become_spaces_between_words_only() {
        for (input, expected) in [
            ("t-shirt", "t shirt"),
            ("t \u{2013} shirt", "t shirt"),
            ("t shirt", "t shirt"),
            ("merry-go-round", "merry go round"),
            ("-5", "-5"),
            ("dog-", "dog-"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(between_words(input, Between::Hyphens), expected);
        }
    }

    #[test]
    fn words_are_joined() {
        for (input, expected) in [
            ("t-shirt", "tshirt"),
            ("t shirt", "tshirt"),
            ("tshirt", "tshirt"),
            ("merry - go round", "merrygoround"),
            (" dog", " dog"),
            ("北極 熊", "北極熊"),
        ] {
            assert_eq!(between_words(input, Between::Anything), expected);
        }
    }
}
