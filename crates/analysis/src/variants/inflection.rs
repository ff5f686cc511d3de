//! Forms of one word that are not spellings of one another: singular and plural, tense, the person who does it.
//!
//! They are never proposed. Whether `dog` and `dogs` are one name is a question of the study (Snodgrass &
//! Vanderwart counted them apart), not of spelling. The rules see endings alone, so they hold back some
//! misspellings too; that is the cheaper error, because a person can still merge by hand.

use super::letters::folded;
use crate::normalise::Language;

/// Whether two words may be forms of one word.
pub(super) fn are_forms_of_one_word(one: &str, other: &str, language: Language) -> bool {
    match language.as_str() {
        "en" => english(one, other) || english(other, one),
        "de" | "gsw" => {
            let endings = ["e", "n", "en", "er", "ern", "s", "es", "in", "innen"];
            ends_in(&folded(one), &folded(other), &endings) || ends_in(&folded(other), &folded(one), &endings)
        }
        "fr" => {
            let endings = ["s", "x", "e", "es"];
            ends_in(one, other, &endings)
                || ends_in(other, one, &endings)
                || swapped(one, other, &["al", "aux"])
        }
        "es" | "pt" | "ca" | "gl" => {
            let endings = ["s", "es"];
            ends_in(one, other, &endings)
                || ends_in(other, one, &endings)
                || swapped(one, other, &["o", "a", "os", "as", "e", "es"])
        }
        "it" => swapped(one, other, &["o", "a", "e", "i", "io", "ia", "chi", "che", "ghi", "ghe"]),
        "nl" | "af" => {
            let endings = ["s", "n", "en", "e", "'s", "je", "tje", "eren"];
            ends_in(one, other, &endings) || ends_in(other, one, &endings)
        }
        "da" | "no" | "nb" | "nn" | "sv" => {
            let endings = ["e", "r", "er", "ar", "or", "n", "en", "et", "t", "s", "na", "ne", "a"];
            ends_in(one, other, &endings)
                || ends_in(other, one, &endings)
                || swapped(one, other, &["a", "or", "e", "ar", "er", "en", "et"])
        }
        _ => differ_at_the_end_only(one, other),
    }
}

fn ends_in(short: &str, long: &str, endings: &[&str]) -> bool {
    long.strip_prefix(short).is_some_and(|ending| endings.contains(&ending))
}

/// Whether both are one stem with two of the endings.
fn swapped(one: &str, other: &str, endings: &[&str]) -> bool {
    endings.iter().filter_map(|ending| one.strip_suffix(ending)).any(|stem| {
        !stem.is_empty() && other.strip_prefix(stem).is_some_and(|ending| endings.contains(&ending))
    })
}

fn english(short: &str, long: &str) -> bool {
    const IRREGULAR: [(&str, &str); 8] = [
        ("man", "men"),
        ("foot", "feet"),
        ("tooth", "teeth"),
        ("goose", "geese"),
        ("mouse", "mice"),
        ("louse", "lice"),
        ("child", "children"),
        ("ox", "oxen"),
    ];
    if ends_in(short, long, &["s", "es", "'s", "\u{2019}s", "ed", "er", "ers", "ing", "y", "ly"]) {
        return true;
    }
    if let Some(stem) = short.strip_suffix('e')
        && ends_in(stem, long, &["ed", "er", "ers", "es", "ing", "y", "en"])
    {
        return true;
    }
    if let Some(stem) = short.strip_suffix('y')
        && ends_in(stem, long, &["ies", "ied", "ier"])
    {
        return true;
    }
    if let Some(stem) = short.strip_suffix("fe").or_else(|| short.strip_suffix('f'))
        && ends_in(stem, long, &["ves"])
    {
        return true;
    }
    // A doubled last letter before the ending: bat, batter; run, running; fur, furry.
    if let Some(last) = short.chars().next_back()
        && let Some(rest) = long.strip_prefix(short).and_then(|rest| rest.strip_prefix(last))
        && ["ed", "er", "ers", "ing", "y"].contains(&rest)
    {
        return true;
    }
    swapped(short, long, &["s", "er", "ed", "es", "ers", "ing", "ings", "ry"])
        || IRREGULAR.iter().any(|(singular, plural)| {
            short.strip_suffix(singular).is_some_and(|stem| long.strip_suffix(plural) == Some(stem))
        })
}

/// For languages without rules here: no two words that differ in their last two letters alone.
fn differ_at_the_end_only(one: &str, other: &str) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    common + 2 >= one.chars().count().max(other.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_are_known_and_misspellings_are_not() {
        for (tag, one, other, expected) in [
            ("en", "dog", "dogs", true),
            ("en", "boxes", "box", true),
            ("en", "puppy", "puppies", true),
            ("en", "knife", "knives", true),
            ("en", "fireman", "firemen", true),
            ("en", "skate", "skater", true),
            ("en", "skater", "skates", true),
            ("en", "surfing", "surfer", true),
            ("en", "skateboards", "skateboarder", true),
            ("en", "bat", "batter", true),
            ("en", "rock", "rocky", true),
            ("en", "motorcycl", "motorcycle", false),
            ("en", "elephent", "elephant", false),
            ("en", "surfboad", "surfboard", false),
            ("en", "brocolli", "broccoli", false),
            ("de", "katze", "katzen", true),
            ("de", "haus", "häuser", true),
            ("de", "hund", "hunt", false),
            ("fr", "cheval", "chevaux", true),
            ("fr", "chien", "chienne", false),
            ("es", "gato", "gata", true),
            ("it", "gatto", "gatti", true),
            ("sv", "flicka", "flickor", true),
            ("ru", "собака", "собаки", true),
            ("ru", "сабака", "собака", false),
        ] {
            let language = Language::from_tag(tag);
            assert_eq!(are_forms_of_one_word(one, other, language), expected, "{tag} {one} {other}");
            assert_eq!(are_forms_of_one_word(other, one, language), expected, "{tag} {other} {one}");
        }
    }
}
