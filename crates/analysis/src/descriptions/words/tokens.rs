//! Taking a text apart into words and punctuation.
//!
//! The conventions are those of the Penn Treebank as NLTK's `word_tokenize` has them, as far as they concern
//! words: punctuation and brackets are separators, a comma or colon before a digit is not (`3,36`), a hyphen or
//! slash never is (`ice-cream`, `sit/stay`), `'s`, `'m`, `'d`, `'ll`, `'re`, `'ve` and `n't` stand alone, and six
//! joined forms are split (`cannot`: `can`, `not`). Two things are done otherwise, on purpose: the typographic
//! apostrophe of telephones counts as the plain one, so that `bird’s` and `bird's` agree; and a final full stop
//! goes from every word, where NLTK guesses which words end a sentence.

use std::borrow::Cow;

/// Endings that stand alone, the longer before what they end in.
const CLITICS: [&str; 7] = ["n't", "'ll", "'re", "'ve", "'s", "'m", "'d"];

/// Forms that are written together, with the length of their first half.
const JOINED: [(&str, usize); 6] =
    [("cannot", 3), ("gimme", 3), ("gonna", 3), ("gotta", 3), ("lemme", 3), ("wanna", 3)];

/// The tokens of `text`, which must be in lower case. Separators are not among them.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pieces(text).flat_map(|piece| {
        let plain = if piece.contains('\u{2019}') || piece.contains('\u{2018}') {
            Cow::Owned(piece.replace(['\u{2019}', '\u{2018}'], "'"))
        } else {
            Cow::Borrowed(piece)
        };
        match plain {
            Cow::Borrowed(piece) => split(piece).into_iter().map(Cow::Borrowed).collect::<Vec<_>>(),
            Cow::Owned(piece) => {
                split(&piece).into_iter().map(|token| Cow::Owned(token.to_owned())).collect()
            }
        }
    })
}

/// What stands between white space and separators.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    let mut ended = false;
    std::iter::from_fn(move || {
        while let Some((at, letter)) = letters.next() {
            let next = letters.peek().map(|(_, next)| *next);
            if separates(letter, next) {
                let piece = &text[start..at];
                start = at + letter.len_utf8();
                if !piece.is_empty() {
                    return Some(piece);
                }
            }
        }
        if ended {
            return None;
        }
        ended = true;
        Some(&text[start..]).filter(|rest| !rest.is_empty())
    })
}

fn separates(letter: char, next: Option<char>) -> bool {
    match letter {
        ',' | ':' => !next.is_some_and(|next| next.is_ascii_digit()),
        '-' => next == Some('-'),
        '.' => next == Some('.'),
        '('
        | ')'
        | '['
        | ']'
        | '{'
        | '}'
        | '<'
        | '>'
        | '?'
        | '!'
        | ';'
        | '@'
        | '#'
        | '$'
        | '%'
        | '&'
        | '*'
        | '"'
        | '`'
        | '“'
        | '”'
        | '„'
        | '«'
        | '»'
        | '…'
        | '。'
        | '，'
        | '、'
        | '！'
        | '？'
        | '；'
        | '：'
        | '（'
        | '）'
        | '「'
        | '」'
        | '\u{2012}'..='\u{2015}' => true,
        other => other.is_whitespace(),
    }
}

/// Splits one piece at its apostrophes and drops full stops and quotation marks around it.
fn split(piece: &str) -> Vec<&str> {
    let mut piece = piece.trim_matches('-');
    let mut endings = Vec::new();
    loop {
        let bare = piece.trim_end_matches(['\'', '.']);
        if bare.len() < piece.len() {
            piece = bare;
            continue;
        }
        let clitic = CLITICS.into_iter().find(|clitic| piece.len() > clitic.len() && piece.ends_with(clitic));
        match clitic {
            Some(clitic) => {
                let (head, tail) = piece.split_at(piece.len() - clitic.len());
                endings.push(tail);
                piece = head;
            }
            None => break,
        }
    }
    if !CLITICS.contains(&piece) {
        piece = piece.trim_start_matches('\'');
    }
    let mut tokens = match JOINED.into_iter().find(|(joined, _)| *joined == piece) {
        Some((_, half)) => vec![&piece[..half], &piece[half..]],
        None if piece.is_empty() => Vec::new(),
        None => vec![piece],
    };
    tokens.extend(endings.into_iter().rev());
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::tokens;

    fn taken_apart(text: &str) -> Vec<String> {
        tokens(text).map(std::borrow::Cow::into_owned).collect()
    }

    #[test]
    fn words_come_as_in_the_treebank() {
        for (text, expected) in [
            ("a woman's leg", &["a", "woman", "'s", "leg"][..]),
            ("a woman\u{2019}s leg", &["a", "woman", "'s", "leg"]),
            ("body (dress)", &["body", "dress"]),
            ("lower legs, bent:knees", &["lower", "legs", "bent", "knees"]),
            ("3,36 at 10:30, ok", &["3,36", "at", "10:30", "ok"]),
            ("sit/stay ice-cream", &["sit/stay", "ice-cream"]),
            ("table. she is", &["table", "she", "is"]),
            ("one--two -- three...", &["one", "two", "three"]),
            ("don't they'll cannot", &["do", "n't", "they", "'ll", "can", "not"]),
            ("'quoted' dogs' 'tis", &["quoted", "dogs", "tis"]),
            ("it'd've", &["it", "'d", "'ve"]),
            ("'s", &["'s"]),
            ("she said \"hi\"!", &["she", "said", "hi"]),
            ("' . - !", &[]),
            ("", &[]),
        ] {
            assert_eq!(taken_apart(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_token_is_empty_or_has_space_in_it(text in "\\PC{0,40}|[a-z' .,-]{0,40}") {
            for token in tokens(&text) {
                prop_assert!(!token.is_empty());
                prop_assert!(!token.contains(char::is_whitespace));
            }
        }
    }
}
