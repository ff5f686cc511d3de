//! From bytes in whatever encoding to UTF-8, piece by piece, and never by guessing twice.
//!
//! A byte order mark decides. Without one, zero bytes in every second place mean UTF-16. Otherwise the text
//! counts as UTF-8 as long as it is; at the first byte that is not, a file that was plain ASCII until there is
//! Windows-1252 (of which ASCII is a part, so what was read stays right), and any other file is refused with
//! the place of that byte.

use std::io::Read;

use anyhow::{Context as _, anyhow, bail};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::chunk::Chunk;
use super::place::Place;
use super::source::Source;

/// How many bytes are read at once; also the window in which UTF-16 without a mark is looked for.
const CHUNK_BYTES: usize = 128 * 1024;

/// Turns a source into UTF-8.
pub(super) struct Decode {
    name: String,
    bytes: Box<dyn Read + Send>,
    stage: Stage,
    chunk: Chunk,
    /// Whether the encoding was found out rather than named.
    guessed: bool,
    doubt: Option<Place>,
    started: bool,
    ended: bool,
}

enum Stage {
    /// Nothing but ASCII so far.
    Ascii,
    /// UTF-8, by its mark, by order or by its first character beyond ASCII.
    Utf8,
    /// Anything that has to be turned into UTF-8.
    Other(Box<encoding_rs::Decoder>),
}

impl Stage {
    fn encoding(&self) -> &'static Encoding {
        match self {
            Self::Ascii | Self::Utf8 => UTF_8,
            Self::Other(decoder) => decoder.encoding(),
        }
    }
}

impl Decode {
    /// `encoding` is what the user said; `None` finds it out.
    pub(super) fn new(source: Source, encoding: Option<&'static Encoding>) -> Self {
        let stage = match encoding {
            None => Stage::Ascii,
            Some(encoding) if encoding == UTF_8 => Stage::Utf8,
            Some(encoding) => other(encoding),
        };
        Self {
            name: source.name,
            bytes: source.bytes,
            started: false,
            stage,
            chunk: Chunk::new(CHUNK_BYTES),
            guessed: encoding.is_none(),
            doubt: None,
            ended: false,
        }
    }

    /// The name of the encoding, as far as it is known yet.
    pub(super) fn encoding(&self) -> &'static str {
        match self.stage.encoding() {
            encoding if encoding == WINDOWS_1252 => "Windows-1252",
            encoding => encoding.name(),
        }
    }

    /// Where text that was taken for Windows-1252 looks like UTF-8 all the same, if anywhere.
    pub(super) fn doubt(&self) -> Option<Place> {
        self.doubt
    }

    /// Appends the next piece of text; `false` at the end of the file. `begin` is where `text` begins in the file.
    pub(super) fn fill(&mut self, text: &mut String, begin: Place) -> anyhow::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let before = text.len();
        self.read_chunk(text, begin)?;
        if !self.started {
            self.started = true;
            self.look_at_start()?;
        }
        self.decode_chunk(text, begin)?;
        if let Some(offset) = memchr::memchr(0, &text.as_bytes()[before..]) {
            let place = begin.behind(&text[..before + offset]);
            bail!("{}: {place}: a zero byte; this is not a text file", self.name);
        }
        Ok(true)
    }

    /// Fills up the chunk behind what was left of the last one.
    fn read_chunk(&mut self, text: &str, begin: Place) -> anyhow::Result<()> {
        let more = self.chunk.fill(&mut self.bytes);
        let more = more.with_context(|| {
            format!("{}: cannot be read beyond {}; is the file cut off?", self.name, begin.behind(text))
        })?;
        self.ended = !more;
        Ok(())
    }

    fn look_at_start(&mut self) -> anyhow::Result<()> {
        if self.chunk.starts_with(&[0xff, 0xfe, 0, 0]) || self.chunk.starts_with(&[0, 0, 0xfe, 0xff]) {
            bail!("{}: UTF-32 is not supported; save the file as UTF-8", self.name);
        }
        match (&self.stage, Encoding::for_bom(&self.chunk)) {
            (Stage::Ascii, Some((encoding, mark))) => {
                self.chunk.drop_front(mark);
                self.stage = if encoding == UTF_8 { Stage::Utf8 } else { other(encoding) };
            }
            (Stage::Ascii, None) => {
                if let Some(encoding) = unmarked_utf16(&self.chunk) {
                    self.stage = other(encoding);
                }
            }
            (stage, Some((encoding, mark))) if stage.encoding() == encoding => {
                self.chunk.drop_front(mark);
            }
            _ => {}
        }
        Ok(())
    }

    fn decode_chunk(&mut self, text: &mut String, begin: Place) -> anyhow::Result<()> {
        if let Stage::Other(_) = self.stage {
            return self.decode_other(0, text, begin);
        }
        let (checked, broken) = match std::str::from_utf8(&self.chunk) {
            Ok(checked) => (checked, false),
            Err(error) => {
                let checked = &self.chunk[..error.valid_up_to()];
                let checked = std::str::from_utf8(checked).expect("it was found valid up to here");
                (checked, error.error_len().is_some() || self.ended)
            }
        };
        let valid = checked.len();
        text.push_str(checked);
        if matches!(self.stage, Stage::Ascii) && !checked.is_ascii() {
            self.stage = Stage::Utf8;
        }
        if !broken {
            self.chunk.drop_front(valid);
            return Ok(());
        }
        if matches!(self.stage, Stage::Ascii) {
            self.stage = other(WINDOWS_1252);
            return self.decode_other(valid, text, begin);
        }
        let byte = self.chunk[valid];
        bail!(
            "{}: {}: the byte {byte:#04x} is not UTF-8, as the text before it is; \
             save the file in one encoding, or name it by --encoding",
            self.name,
            begin.behind(text)
        );
    }

    /// Decodes the chunk from `start` on. Nothing is replaced: what cannot be decoded is refused.
    fn decode_other(&mut self, start: usize, text: &mut String, begin: Place) -> anyhow::Result<()> {
        let Stage::Other(decoder) = &mut self.stage else {
            unreachable!("only called for an encoding other than UTF-8")
        };
        let rest = &self.chunk[start..];
        if self.guessed && self.doubt.is_none() && decoder.encoding() == WINDOWS_1252 {
            self.doubt = utf8_within(rest).map(|offset| {
                begin.behind(text).behind(&WINDOWS_1252.decode_without_bom_handling(&rest[..offset]).0)
            });
        }
        let needed = decoder.max_utf8_buffer_length_without_replacement(rest.len());
        text.reserve(needed.ok_or_else(|| anyhow!("the piece of text is too long"))?);
        let encoding = decoder.encoding().name();
        let (result, _) = decoder.decode_to_string_without_replacement(rest, text, self.ended);
        match result {
            DecoderResult::InputEmpty => {
                self.chunk.drop_front(self.chunk.len());
                Ok(())
            }
            DecoderResult::Malformed(..) => {
                bail!("{}: {}: this is not {encoding} text", self.name, begin.behind(text))
            }
            DecoderResult::OutputFull => unreachable!("there is room for the longest outcome"),
        }
    }
}

fn other(encoding: &'static Encoding) -> Stage {
    Stage::Other(Box::new(encoding.new_decoder_without_bom_handling()))
}

/// Where the first character beyond ASCII in valid UTF-8 stands, if there is one.
fn utf8_within(bytes: &[u8]) -> Option<usize> {
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        if let Some(within) = chunk.valid().bytes().position(|byte| !byte.is_ascii()) {
            return Some(offset + within);
        }
        offset += chunk.valid().len() + chunk.invalid().len();
    }
    None
}

/// UTF-16 without a mark: text in it has zero bytes, for digits, tabs and line ends at least, and nearly all of
/// them in the even or in the odd places.
fn unmarked_utf16(window: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| window.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // Delimiters and line ends alone are more than a tenth of the characters; three zeros are no accident.
    let many = |count: usize| count >= 3 && count * 20 >= window.len();
    if many(even) && even > 4 * odd {
        Some(UTF_16BE)
    } else if many(odd) && odd > 4 * even {
        Some(UTF_16LE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn decode(bytes: Vec<u8>, encoding: Option<&'static Encoding>) -> anyhow::Result<(String, &'static str)> {
        let source = Source { name: "f.csv".to_owned(), bytes: Box::new(Cursor::new(bytes)) };
        let mut decode = Decode::new(source, encoding);
        let mut text = String::new();
        while decode.fill(&mut text, Place::START)? {}
        Ok((text, decode.encoding()))
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn each_encoding_is_found_out() {
        let text = "id\tname\r\n1\tcafé 狗 😀\r\n2\t“x”\r\n";
        let marked = format!("\u{feff}{text}");
        for (bytes, name) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked.as_bytes().to_vec(), "UTF-8"),
            (utf16(&marked, u16::to_le_bytes), "UTF-16LE"),
            (utf16(&marked, u16::to_be_bytes), "UTF-16BE"),
            (utf16(text, u16::to_le_bytes), "UTF-16LE"),
            (utf16(text, u16::to_be_bytes), "UTF-16BE"),
        ] {
            assert_eq!(decode(bytes, None).unwrap(), (text.to_owned(), name));
        }
        let bytes = b"id,name\n1,caf\xe9 \x93x\x94 \x80\n".to_vec();
        assert_eq!(decode(bytes, None).unwrap(), ("id,name\n1,café “x” €\n".to_owned(), "Windows-1252"));
        let gbk = b"1,\xb9\xb7\n".to_vec();
        assert_eq!(decode(gbk, Encoding::for_label(b"gbk")).unwrap().0, "1,狗\n");
    }

    #[test]
    fn a_character_may_lie_across_two_pieces() {
        for shift in 0..4 {
            let text = format!("{}é狗😀\n", "x".repeat(CHUNK_BYTES - shift)).repeat(3);
            assert_eq!(decode(text.clone().into_bytes(), None).unwrap(), (text.clone(), "UTF-8"));
            let bytes = utf16(&format!("\u{feff}{text}"), u16::to_le_bytes);
            assert_eq!(decode(bytes, None).unwrap(), (text, "UTF-16LE"));
        }
    }

    #[test]
    fn a_late_change_of_encoding_is_read_right_or_refused_with_its_place() {
        let ascii = "1,dog\n".repeat(CHUNK_BYTES);
        let mut latin = ascii.clone().into_bytes();
        latin.extend(b"2,caf\xe9\n");
        let (text, name) = decode(latin, None).unwrap();
        assert_eq!((text, name), (format!("{ascii}2,café\n"), "Windows-1252"));

        let mut mixed = format!("1,é\n{ascii}").into_bytes();
        mixed.extend(b"2,caf\xe9\n");
        let message = decode(mixed.clone(), None).unwrap_err().to_string();
        let expected = format!("f.csv: line {}, column 6: the byte 0xe9", CHUNK_BYTES + 2);
        assert!(message.starts_with(&expected), "{message}");
        assert!(decode(mixed, Some(WINDOWS_1252)).unwrap().0.starts_with("1,Ã©\n"));

        let cut = "1,é".as_bytes()[..3].to_vec();
        assert_eq!(decode(cut, None).unwrap(), ("1,Ã".to_owned(), "Windows-1252"));
    }

    #[test]
    fn utf8_after_windows_1252_raises_a_doubt() {
        let doubt = |bytes: &[u8], encoding| {
            let source = Source { name: String::new(), bytes: Box::new(Cursor::new(bytes.to_vec())) };
            let mut decode = Decode::new(source, encoding);
            while decode.fill(&mut String::new(), Place::START).unwrap() {}
            decode.doubt().map(|place| (place.line, place.column))
        };
        let mixed = b"1,caf\xe9\n2,th\xc3\xa9\n";
        assert_eq!(doubt(mixed, None), Some((2, 5)));
        assert_eq!(doubt(mixed, Some(WINDOWS_1252)), None);
        assert_eq!(doubt(b"1,caf\xe9\n2,th\xe9\n", None), None);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let odd = [&utf16("\u{feff}a,b\n", u16::to_le_bytes)[..], b"x"].concat();
        for (bytes, expected) in [
            (b"a,b\n1,\0\n".to_vec(), "f.csv: line 2, column 3: a zero byte"),
            (odd, "f.csv: line 2, column 1: this is not UTF-16LE text"),
            (b"\xff\xfe\0\0a\0\0\0".to_vec(), "f.csv: UTF-32 is not supported"),
        ] {
            let message = decode(bytes, None).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
