//! Porter's stemmer of English.
//!
//! M. F. Porter (1980), An algorithm for suffix stripping, Program 14(3), 130-137, with the changes that the
//! Python library NLTK makes by default (`PorterStemmer`, mode `NLTK_EXTENSIONS`), because published figures were
//! computed with them: a table of irregular words; words of one or two letters stay; `-ies` and `-ied` of
//! four-letter words become `-ie`; `-y` becomes `-i` after every consonant but the first letter; `-alli` is
//! resolved before the rest of step 2; `-bli`, `-fulli` and `-logi` are added; and a vowel with one consonant
//! counts as a short syllable at the start of a word. It is not the later "English" or "Porter2" stemmer.

/// Words that are looked up instead of stemmed, in the order of the alphabet.
const IRREGULAR: [(&str, &str); 16] = [
    ("canning", "canning"),
    ("cannings", "canning"),
    ("dying", "die"),
    ("exceed", "exceed"),
    ("howe", "howe"),
    ("inning", "inning"),
    ("innings", "inning"),
    ("lying", "lie"),
    ("news", "news"),
    ("outing", "outing"),
    ("outings", "outing"),
    ("proceed", "proceed"),
    ("skies", "sky"),
    ("sky", "sky"),
    ("succeed", "succeed"),
    ("tying", "tie"),
];

/// Step 2: a suffix and what it becomes behind a stem of measure 1 or more. The first that fits decides.
const STEP_2: [(&str, &str); 21] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("fulli", "ful"),
];

/// Step 3, as step 2.
const STEP_3: [(&str, &str); 7] = [
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

/// Step 4: suffixes that go from a stem of measure 2 or more. The first that fits decides.
const STEP_4: [&str; 19] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism",
    "ate", "iti", "ous", "ive", "ize",
];

/// The stem of `word`, which must be in lower case. Letters outside `a` to `z` count as consonants.
///
/// The stem is a key for counting, not always a word: `ponies` becomes `poni`.
pub fn stem(word: &str) -> String {
    if let Ok(found) = IRREGULAR.binary_search_by_key(&word, |(from, _)| from) {
        return IRREGULAR[found].1.to_owned();
    }
    if word.chars().nth(2).is_none() {
        return word.to_owned();
    }
    let mut word = word.to_owned();
    plural(&mut word);
    past_and_progressive(&mut word);
    final_y(&mut word);
    double_suffix(&mut word);
    replace_first(&mut word, &STEP_3);
    single_suffix(&mut word);
    final_e(&mut word);
    final_l(&mut word);
    word
}

/// Step 1a: `-sses`, `-ies`, `-s`.
fn plural(word: &mut String) {
    if word.ends_with("sses") {
        cut(word, 2);
    } else if word.ends_with("ies") {
        cut(word, if word.chars().count() == 4 { 1 } else { 2 });
    } else if word.ends_with('s') && !word.ends_with("ss") {
        cut(word, 1);
    }
}

/// Step 1b: `-ied`, `-eed`, `-ed`, `-ing`, and what is put right after the last two.
fn past_and_progressive(word: &mut String) {
    if word.ends_with("ied") {
        cut(word, if word.chars().count() == 4 { 1 } else { 2 });
        return;
    }
    if let Some(stem) = word.strip_suffix("eed") {
        if measure(stem) > 0 {
            cut(word, 1);
        }
        return;
    }
    let Some(stem) = ["ed", "ing"]
        .into_iter()
        .filter_map(|suffix| word.strip_suffix(suffix))
        .find(|stem| has_vowel(stem))
        .map(str::len)
    else {
        return;
    };
    word.truncate(stem);
    if ["at", "bl", "iz"].into_iter().any(|ending| word.ends_with(ending)) {
        word.push('e');
    } else if ends_in_double_consonant(word) {
        if !word.ends_with(['l', 's', 'z']) {
            word.pop();
        }
    } else if measure(word) == 1 && ends_in_short_syllable(word) {
        word.push('e');
    }
}

/// Step 1c: `-y` after a consonant that is not the first letter.
fn final_y(word: &mut String) {
    if let Some(stem) = word.strip_suffix('y')
        && consonants(stem).skip(1).last() == Some(true)
    {
        cut(word, 1);
        word.push('i');
    }
}

/// Step 2.
fn double_suffix(word: &mut String) {
    if let Some(stem) = word.strip_suffix("alli")
        && measure(stem) > 0
    {
        cut(word, 2);
    }
    if !replace_first(word, &STEP_2)
        && let Some(stem) = word.strip_suffix("ogi")
        && stem.ends_with('l')
        && measure(stem) > 0
    {
        cut(word, 1);
    }
}

/// Step 4.
fn single_suffix(word: &mut String) {
    let Some((suffix, stem)) =
        STEP_4.into_iter().find_map(|suffix| word.strip_suffix(suffix).map(|stem| (suffix, stem)))
    else {
        return;
    };
    if measure(stem) > 1 && (suffix != "ion" || stem.ends_with(['s', 't'])) {
        word.truncate(stem.len());
    }
}

/// Step 5a.
fn final_e(word: &mut String) {
    if let Some(stem) = word.strip_suffix('e') {
        let measure = measure(stem);
        if measure > 1 || (measure == 1 && !ends_in_short_syllable(stem)) {
            cut(word, 1);
        }
    }
}

/// Step 5b.
fn final_l(word: &mut String) {
    if word.ends_with("ll") && measure(&word[..word.len() - 1]) > 1 {
        cut(word, 1);
    }
}

/// Replaces the first suffix of `rules` that fits if a stem of measure 1 or more is before it. True if one fits.
fn replace_first(word: &mut String, rules: &[(&str, &str)]) -> bool {
    for (suffix, replacement) in rules {
        if let Some(stem) = word.strip_suffix(suffix) {
            if measure(stem) > 0 {
                word.truncate(stem.len());
                word.push_str(replacement);
            }
            return true;
        }
    }
    false
}

/// Drops `letters` ASCII letters from the end.
fn cut(word: &mut String, letters: usize) {
    word.truncate(word.len() - letters);
}

/// For each letter, whether it is a consonant: neither a, e, i, o, u nor a y after a consonant.
fn consonants(word: &str) -> impl Iterator<Item = bool> {
    let mut before = false;
    word.chars().map(move |letter| {
        before = match letter {
            'a' | 'e' | 'i' | 'o' | 'u' => false,
            'y' => !before,
            _ => true,
        };
        before
    })
}

/// Porter's m: how often a vowel is followed by a consonant.
fn measure(stem: &str) -> usize {
    let mut after_vowel = false;
    let mut times = 0;
    for consonant in consonants(stem) {
        times += usize::from(consonant && after_vowel);
        after_vowel = !consonant;
    }
    times
}

/// Porter's condition `*v*`.
fn has_vowel(stem: &str) -> bool {
    consonants(stem).any(|consonant| !consonant)
}

/// Porter's condition `*d`.
fn ends_in_double_consonant(word: &str) -> bool {
    let mut letters = word.chars().rev();
    letters.next().is_some_and(|last| letters.next() == Some(last)) && consonants(word).last() == Some(true)
}

/// Porter's condition `*o`: consonant, vowel, consonant at the end, the last not w, x or y; or, at the start of
/// a word, a vowel and a consonant of any kind.
fn ends_in_short_syllable(word: &str) -> bool {
    let kinds: Vec<bool> = consonants(word).collect();
    match kinds.as_slice() {
        [false, true] => true,
        [.., true, false, true] => !word.ends_with(['w', 'x', 'y']),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{IRREGULAR, stem};

    #[test]
    fn the_examples_of_the_paper_come_out() {
        for (word, expected) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("caress", "caress"),
            ("cats", "cat"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("troubled", "troubl"),
            ("sized", "size"),
            ("hopping", "hop"),
            ("tanned", "tan"),
            ("falling", "fall"),
            ("hissing", "hiss"),
            ("fizzed", "fizz"),
            ("failing", "fail"),
            ("filing", "file"),
            ("happy", "happi"),
            ("relational", "relat"),
            ("conditional", "condit"),
            ("rational", "ration"),
            ("digitizer", "digit"),
            ("vietnamization", "vietnam"),
            ("decisiveness", "decis"),
            ("hopefulness", "hope"),
            ("callousness", "callous"),
            ("sensibiliti", "sensibl"),
            ("triplicate", "triplic"),
            ("formative", "form"),
            ("electrical", "electr"),
            ("goodness", "good"),
            ("revival", "reviv"),
            ("airliner", "airlin"),
            ("replacement", "replac"),
            ("adoption", "adopt"),
            ("bowdlerize", "bowdler"),
            ("probate", "probat"),
            ("rate", "rate"),
            ("cease", "ceas"),
            ("controlling", "control"),
            ("rolling", "roll"),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }

    #[test]
    fn the_changes_of_nltk_are_made() {
        for (word, expected) in [
            ("skies", "sky"),
            ("dying", "die"),
            ("dies", "die"),
            ("flies", "fli"),
            ("died", "die"),
            ("spied", "spi"),
            ("fly", "fli"),
            ("enjoy", "enjoy"),
            ("by", "by"),
            ("bys", "by"),
            ("is", "is"),
            ("as", "as"),
            ("geology", "geolog"),
            ("thankfully", "thank"),
            ("possibly", "possibl"),
            ("nationally", "nation"),
            ("ices", "ice"),
            ("used", "use"),
            ("oed", "o"),
            ("'s", "'s"),
            ("n't", "n't"),
            ("sit/stay", "sit/stay"),
            ("90", "90"),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }

    #[test]
    fn irregular_words_are_found_and_their_stems_stay() {
        assert!(IRREGULAR.is_sorted());
        for (word, expected) in IRREGULAR {
            assert_eq!(stem(word), expected);
        }
    }

    proptest! {
        #[test]
        fn a_stem_is_no_longer_than_its_word_and_one_letter(word in "\\PC{0,12}|[a-z]{0,12}(ing|ed|ies|alli|y|ion|ll)?") {
            prop_assert!(stem(&word).chars().count() <= word.chars().count().max(1) + 1);
        }
    }
}
