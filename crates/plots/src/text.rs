//! What people typed, made fit for a picture: cleaned, measured and cut.
//!
//! Widths come from the embedded font, the very one a PNG is drawn with. A browser may choose another one, so
//! every width has a tenth to spare; scripts that the font lacks are taken as wide as their widest letters.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use unicode_width::UnicodeWidthChar as _;

/// Noto Sans, cut down to Latin, Greek, Cyrillic, punctuation and mathematics.
pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/NotoSans-Regular.ttf");
/// The same in bold.
pub(crate) const BOLD: &[u8] = include_bytes!("../fonts/NotoSans-Bold.ttf");

/// The most lines of a note below a plot.
pub(crate) const MOST_NOTE_LINES: usize = 4;

/// The most characters of a text that a plot keeps, also in its descriptions.
const LONGEST: usize = 400;
/// The most marks above and below one letter; towers of them would reach into the neighbouring rows.
const MOST_MARKS: usize = 3;
/// What another font than the embedded one may need more.
const TO_SPARE: f64 = 1.1;
/// First and last character whose widths are looked up once.
const TABLE: std::ops::Range<u32> = 0x20..0x530;

static WIDTHS: LazyLock<[Vec<f64>; 2]> = LazyLock::new(|| [table(REGULAR), table(BOLD)]);

/// How wide `text` is, at the least safe side, for a font of `size`.
pub(crate) fn width(text: &str, size: f64, bold: bool) -> f64 {
    text.chars().map(|character| advance(character, bold)).sum::<f64>() * size * TO_SPARE
}

/// `text` without line breaks, control characters and towers of marks, and not endless.
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len().min(LONGEST * 4));
    let (mut kept, mut marks, mut space) = (0, 0, true);
    for character in text.chars() {
        if character.is_whitespace() || !is_allowed(character) {
            if !space {
                cleaned.push(' ');
                kept += 1;
            }
            (space, marks) = (true, 0);
            continue;
        }
        if attaches(character) {
            marks += 1;
            if marks > MOST_MARKS || space {
                continue;
            }
        } else {
            marks = 0;
        }
        if kept == LONGEST {
            cleaned.push('…');
            break;
        }
        cleaned.push(character);
        kept += 1;
        space = false;
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

/// `text`, or as much of its beginning as fits into `room` with an ellipsis; nothing where not even that fits.
pub(crate) fn cut(text: &str, room: f64, size: f64, bold: bool) -> Cow<'_, str> {
    if width(text, size, bold) <= room {
        return Cow::Borrowed(text);
    }
    let mut left = room - width("…", size, bold);
    if left < 0.0 {
        return Cow::Borrowed("");
    }
    let (mut end, mut joined) = (0, false);
    for (at, character) in text.char_indices() {
        if !joined && !attaches(character) {
            end = at;
        }
        left -= advance(character, bold) * size * TO_SPARE;
        if left < 0.0 {
            break;
        }
        joined = character == '\u{200d}';
    }
    Cow::Owned(format!("{}…", text[..end].trim_end()))
}

/// `text` in lines that fit into `room`, at most `lines` of them; the last one is cut.
pub(crate) fn wrap(text: &str, room: f64, size: f64, bold: bool, lines: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    let mut line = String::new();
    while let Some(word) = words.next() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || width(&longer, size, bold) <= room {
            line = longer;
            continue;
        }
        if wrapped.len() + 1 >= lines {
            // What is left goes into the last line, which is cut.
            line = std::iter::once(longer.as_str()).chain(words).collect::<Vec<_>>().join(" ");
            break;
        }
        wrapped.push(cut(&line, room, size, bold).into_owned());
        word.clone_into(&mut line);
    }
    if !line.is_empty() {
        wrapped.push(cut(&line, room, size, bold).into_owned());
    }
    wrapped
}

/// `text` for XML and HTML, between tags and inside double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(character),
            _ if is_allowed(character) => escaped.push(character),
            _ => escaped.push('\u{fffd}'),
        }
    }
    escaped
}

/// Adds formatted words to a text.
pub(crate) fn append(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("writing to a String cannot fail");
}

/// Whether a character may stand in XML and tells something: no control characters, no reversal of direction.
fn is_allowed(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a character is drawn onto the one before it.
fn attaches(character: char) -> bool {
    character.width() == Some(0)
}

/// Width of a character in units of the font's size.
fn advance(character: char, bold: bool) -> f64 {
    let known = u32::from(character)
        .checked_sub(TABLE.start)
        .and_then(|place| WIDTHS[usize::from(bold)].get(place as usize).copied())
        .filter(|width| *width > 0.0);
    match (known, character.width()) {
        (_, None | Some(0)) => 0.0,
        (Some(width), _) => width,
        // The ligatures of whole Arabic sentences, and cuneiform.
        _ if matches!(character, '\u{fdf0}'..='\u{fdff}' | '\u{12000}'..='\u{1254f}') => 10.0,
        (None, Some(2)) => 1.05,
        _ => 0.95,
    }
}

fn table(font: &[u8]) -> Vec<f64> {
    let font = FontRef::new(font).expect("the embedded font is a font");
    let (characters, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
    TABLE
        .map(|code| {
            characters.map(code).and_then(|glyph| metrics.advance_width(glyph)).map_or(0.0, f64::from)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font_with_a_tenth_to_spare() {
        assert!((width("0", 1000.0, false) - 572.0 * 1.1).abs() < 0.1);
        assert!(width("Mug", 13.0, true) > width("Mug", 13.0, false));
        assert!((width("杯", 10.0, false) - 11.55).abs() < 1e-6);
        assert!(width("e\u{301}", 10.0, false) < width("ee", 10.0, false));
        assert!(width("", 10.0, false).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_drawn_is_cleaned_away() {
        assert_eq!(clean("  tea\n\tcup\0 "), "tea cup");
        assert_eq!(clean("\u{202e}cup"), "cup");
        assert_eq!(clean(&format!("e{}", "\u{301}".repeat(50))), format!("e{}", "\u{301}".repeat(3)));
        assert_eq!(clean(&"a".repeat(1000)).chars().count(), 401);
        assert_eq!(clean("\u{301}\u{301}"), "");
    }

    #[test]
    fn cuts_come_between_letters_and_fit() {
        assert_eq!(cut("cup", 100.0, 13.0, false), "cup");
        let cut_short = cut("a very long name indeed", 80.0, 13.0, false);
        assert!(cut_short.ends_with('…') && width(&cut_short, 13.0, false) <= 80.0, "{cut_short}");
        assert_eq!(cut(&"e\u{301}".repeat(9), 26.0, 13.0, false), "e\u{301}…");
        assert_eq!(cut("cup", 1.0, 13.0, false), "");
    }

    #[test]
    fn lines_are_broken_between_words() {
        let lines = wrap("one two three four five six", 70.0, 13.0, false, 3);
        assert_eq!(lines, ["one two", "three four", "five six"]);
        assert_eq!(wrap("one two three four five six", 70.0, 13.0, false, 2)[1], "three fo…");
        assert_eq!(wrap("", 70.0, 13.0, false, 2), Vec::<String>::new());
    }

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        assert_eq!(escape("<b a=\"x\">&'\0"), "&lt;b a=&quot;x&quot;&gt;&amp;&#39;\u{fffd}");
    }
}
