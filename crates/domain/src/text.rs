//! Texts that people type, each with its bounds.
//!
//! Lengths are counted in characters (Unicode scalar values).

use unicode_normalization::UnicodeNormalization as _;

use crate::Invalid;

/// Characters allowed in an answer.
pub const ANSWER_MAX_CHARS: usize = 500;

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $field:literal, $rule:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks and, where the type says so, trims `text`.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                let rule: fn(&str) -> Result<String, String> = $rule;
                rule(text).map(Self).map_err(|message| Invalid::new($field, message))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// The title of an experiment: 1 to 200 characters on one line.
    Title, "title", |text| one_line(text, 1, 200)
);
text!(
    /// A question put to participants: 1 to 500 characters on one line.
    Question, "question", |text| one_line(text, 1, 500)
);
text!(
    /// What a participant agrees to before the first trial: up to 20,000 characters, line breaks kept.
    ConsentText, "consent_text", |text| many_lines(text, 20_000)
);
text!(
    /// A researcher's name as others see it: 1 to 100 characters on one line.
    DisplayName, "display_name", |text| one_line(text, 1, 100)
);
text!(
    /// Where a researcher works: up to 200 characters on one line, may be empty.
    Affiliation, "affiliation", |text| one_line(text, 0, 200)
);
text!(
    /// A short profile: up to 2,000 characters, line breaks kept.
    Biography, "biography", |text| many_lines(text, 2_000)
);
text!(
    /// The name a researcher signs in with: 3 to 32 of `a-z 0-9 _ -`, beginning with a letter.
    /// Capital letters are folded, so that `Ana` and `ana` are one person.
    Handle, "handle", handle
);
text!(
    /// The key of a stimulus within its experiment, stable in exports: 1 to 120 characters on one line,
    /// usually the file's stem. Letters with marks are composed (NFC).
    StimulusKey, "key", stimulus_key
);
text!(
    /// The part of an experiment's link after `/run/`: 4 to 64 of `a-z 0-9 -`.
    Slug, "slug", slug
);
text!(
    /// What opens an experiment with access by code: 4 to 64 characters without white space.
    AccessCode, "access_code", access_code
);
text!(
    /// A BCP 47 language tag such as `en`, `pt-BR` or `zh-Hant`, as HTML's `lang` wants it.
    Language, "language", language
);
text!(
    /// The raw text of an answer: 1 to 500 characters without control characters, not only white space.
    /// It is kept exactly as typed.
    AnswerText, "text", answer_text
);

/// Checks that a new password is long enough to be worth hashing: 10 to 200 characters.
pub fn check_password(password: &str) -> Result<(), Invalid> {
    let length = password.chars().count();
    if (10..=200).contains(&length) {
        Ok(())
    } else {
        Err(Invalid::new("password", format!("must have 10 to 200 characters, this one has {length}")))
    }
}

fn one_line(text: &str, min: usize, max: usize) -> Result<String, String> {
    let text = text.trim();
    no_control(text)?;
    within(text, min, max)
}

fn many_lines(text: &str, max: usize) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().any(|character| character.is_control() && character != '\n' && character != '\t') {
        return Err("must not contain control characters other than line breaks".to_owned());
    }
    within(&text, 0, max)
}

fn within(text: &str, min: usize, max: usize) -> Result<String, String> {
    let length = text.chars().count();
    match length {
        0 if min > 0 => Err(format!("is empty; write {min} to {max} characters")),
        _ if length < min => Err(format!("must have at least {min} characters, this has {length}")),
        _ if length > max => Err(format!("must have at most {max} characters, this has {length}")),
        _ => Ok(text.to_owned()),
    }
}

fn no_control(text: &str) -> Result<(), String> {
    match text.chars().find(|character| character.is_control()) {
        Some(found) => Err(format!(
            "contains the control character U+{:04X}; write plain text on one line",
            found as u32
        )),
        None => Ok(()),
    }
}

fn handle(text: &str) -> Result<String, String> {
    let text = text.trim().to_lowercase();
    let length = text.chars().count();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !(3..=32).contains(&length)
        || !text.chars().all(allowed)
        || !text.starts_with(|c: char| c.is_ascii_lowercase())
    {
        return Err("must be 3 to 32 letters a-z, digits, - or _, beginning with a letter".to_owned());
    }
    Ok(text)
}

fn stimulus_key(text: &str) -> Result<String, String> {
    // Some file systems take letters apart (NFD), tables do not: one key must not become two.
    let text = one_line(&text.nfc().collect::<String>(), 1, 120)?;
    if text.contains(['/', '\\']) || text == "." || text == ".." {
        return Err("must not contain / or \\; the file name without its ending makes a good key".to_owned());
    }
    Ok(text)
}

fn slug(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(4..=64).contains(&text.len()) || !text.chars().all(allowed) {
        return Err("must be 4 to 64 letters a-z, digits or -".to_owned());
    }
    Ok(text.to_owned())
}

fn access_code(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.chars().any(char::is_whitespace) {
        return Err("must not contain white space".to_owned());
    }
    no_control(text)?;
    within(text, 4, 64)
}

fn language(text: &str) -> Result<String, String> {
    let wrong =
        || format!("`{}` is not a language tag; use one like en, pt-BR or zh-Hant", text.escape_debug());
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let primary_fits = (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic());
    let part_fits =
        |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    if text.len() <= 35 && primary_fits && parts.all(part_fits) { Ok(text.to_owned()) } else { Err(wrong()) }
}

fn answer_text(text: &str) -> Result<String, String> {
    no_control(text)?;
    if text.chars().all(|character| character.is_whitespace() || is_invisible(character)) {
        return Err("is empty; write an answer, or send non_answer `dont_know`".to_owned());
    }
    within(text, 1, ANSWER_MAX_CHARS)
}

/// Characters that take no room: zero-width space and joiners, word joiner, byte order mark.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_however_its_letters_are_composed() {
        assert_eq!(StimulusKey::parse("cafe\u{301}").unwrap(), StimulusKey::parse("caf\u{e9}").unwrap());
    }

    #[test]
    fn an_empty_text_is_told_how_long_it_must_be() {
        assert!(AccessCode::parse("").unwrap_err().to_string().contains("write 4 to 64 characters"));
        assert!(Title::parse(" ").unwrap_err().to_string().contains("write 1 to 200 characters"));
    }

    #[test]
    fn answers_are_kept_as_typed_but_bounded() {
        assert_eq!(AnswerText::parse(" Light  blue ").unwrap().as_str(), " Light  blue ");
        assert!(AnswerText::parse("\u{200b} \u{feff}").unwrap_err().message.contains("empty"));
        assert!(AnswerText::parse("نمی\u{200c}دانم").is_ok(), "a joiner within a word is kept");
        assert!(AnswerText::parse("   ").unwrap_err().message.contains("empty"));
        assert!(AnswerText::parse("a\u{7}b").unwrap_err().message.contains("U+0007"));
        assert!(AnswerText::parse(&"é".repeat(500)).is_ok());
        assert!(AnswerText::parse(&"é".repeat(501)).unwrap_err().message.contains("500"));
    }

    #[test]
    fn handles_are_folded_and_checked() {
        assert_eq!(Handle::parse("  Ana_1 ").unwrap().as_str(), "ana_1");
        for wrong in ["", "ab", "1abc", "a b c", "ünal", &"a".repeat(33)] {
            assert!(Handle::parse(wrong).is_err(), "{wrong:?} must be refused");
        }
    }

    #[test]
    fn language_tags_have_the_form_of_bcp_47() {
        for right in ["en", "pt-BR", "zh-Hant", "sr-Latn-RS", "yue"] {
            assert!(Language::parse(right).is_ok(), "{right} is a language tag");
        }
        for wrong in ["", "e", "english", "en_GB", "en-", "en\" onload=", "de--AT"] {
            assert!(Language::parse(wrong).is_err(), "{wrong:?} is none");
        }
    }

    #[test]
    fn keys_cannot_leave_their_folder() {
        assert!(StimulusKey::parse("../etc").is_err());
        assert_eq!(StimulusKey::parse("red apple 3").unwrap().as_str(), "red apple 3");
    }
}
