//! Texts made comparable.

use unicode_normalization::UnicodeNormalization as _;

/// NFC, lower case, runs of white space as one space, nothing at the ends.
pub(super) fn key(text: &str) -> String {
    let folded = text.nfc().collect::<String>().to_lowercase();
    let mut words = folded.split_whitespace();
    let mut result = words.next().unwrap_or_default().to_owned();
    for word in words {
        result.push(' ');
        result.push_str(word);
    }
    result
}

/// The words of a text that went through [`key`]: runs of letters and digits.
pub(super) fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The line, from 1, on which the row of a CSV text stands that the reader found at `byte`. The reader's own
/// count is too low behind empty lines.
pub(super) fn line_of(text: &str, byte: u64) -> u64 {
    let bytes = text.as_bytes();
    let found = usize::try_from(byte).map_or(bytes.len(), |byte| byte.min(bytes.len()));
    let blank = bytes[found..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    1 + bytes[..found + blank].split(|byte| *byte == b'\n').skip(1).count() as u64
}

#[cfg(test)]
mod tests {
    use super::{key, line_of, words};

    #[test]
    fn lines_count_empty_ones() {
        let text = "a,b\r\n\n\nc,d\n";
        assert_eq!([0, 3, 5, 6, 7, 900].map(|byte| line_of(text, byte)), [1, 4, 4, 4, 4, 5]);
    }

    #[test]
    fn texts_are_folded_and_taken_apart_at_everything_that_is_no_letter_or_digit() {
        assert_eq!(key("  Light\u{a0} \tBLUE Cafe\u{301} "), "light blue caf\u{e9}");
        assert_eq!(
            words("light-blue bird's no. 3").collect::<Vec<_>>(),
            ["light", "blue", "bird", "s", "no", "3"]
        );
        assert_eq!(words("\u{2014}!").count(), 0);
    }
}
