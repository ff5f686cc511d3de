//! Leading demonstratives and possessives by language.
//!
//! Numbers and quantities (`two dogs`, `some dogs`) are left alone: they say something about the picture.

use super::Language;
use super::article::after_word;

/// Demonstratives and possessives that stand before a noun.
fn words(language: &str) -> &'static [&'static str] {
    match language {
        "en" => &["this", "that", "these", "those", "my", "your", "his", "her", "its", "our", "their"],
        "de" => &[
            "dieser", "diese", "dieses", "diesen", "diesem", "dies", "jener", "jene", "jenes", "jenen",
            "jenem", "mein", "meine", "meinen", "meinem", "meiner", "meines", "dein", "deine", "deinen",
            "deinem", "deiner", "deines", "sein", "seine", "seinen", "seinem", "seiner", "seines", "ihr",
            "ihre", "ihren", "ihrem", "ihrer", "ihres", "unser", "unsere", "unseren", "unserem", "unserer",
            "unseres", "euer", "eure", "euren", "eurem", "eurer", "eures",
        ],
        "fr" => &[
            "ce", "cet", "cette", "ces", "mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses", "notre",
            "nos", "votre", "vos", "leur", "leurs",
        ],
        "es" => &[
            "este", "esta", "estos", "estas", "ese", "esa", "esos", "esas", "aquel", "aquella", "aquellos",
            "aquellas", "mi", "mis", "tu", "tus", "su", "sus", "nuestro", "nuestra", "nuestros", "nuestras",
        ],
        "it" => &[
            "questo", "questa", "questi", "queste", "quel", "quello", "quella", "quei", "quegli", "quelle",
            "mio", "mia", "miei", "mie", "tuo", "tua", "tuoi", "tue", "suo", "sua", "suoi", "sue", "nostro",
            "nostra", "nostri", "nostre",
        ],
        "nl" => &[
            "deze", "dit", "die", "dat", "mijn", "m'n", "jouw", "je", "zijn", "z'n", "haar", "ons", "onze",
            "jullie", "hun",
        ],
        "pt" => &[
            "este", "esta", "estes", "estas", "esse", "essa", "esses", "essas", "aquele", "aquela",
            "aqueles", "aquelas", "meu", "minha", "meus", "minhas", "teu", "tua", "seu", "sua", "seus",
            "suas", "nosso", "nossa", "nossos", "nossas",
        ],
        "ca" => &[
            "aquest", "aquesta", "aquests", "aquestes", "aquell", "aquella", "aquells", "aquelles", "el meu",
            "la meva", "el teu", "la teva", "el seu", "la seva", "meu", "meva", "teu", "teva", "seu", "seva",
        ],
        "da" => &[
            "denne", "dette", "disse", "min", "mit", "mine", "din", "dit", "dine", "sin", "sit", "sine",
            "vores",
        ],
        "no" | "nb" | "nn" => {
            &["denne", "dette", "disse", "min", "mitt", "mine", "din", "ditt", "dine", "sin", "sitt", "sine"]
        }
        "sv" => &[
            "den här", "det här", "de här", "denna", "detta", "dessa", "min", "mitt", "mina", "din", "ditt",
            "dina", "sin", "sitt", "sina", "vår", "vårt", "våra",
        ],
        _ => &[],
    }
}

/// Drops one leading determiner, in lower or upper case, if something is left after it.
pub(super) fn drop_determiner(text: &str, language: Language) -> &str {
    after_word(text, words(language.as_str())).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{Language, drop_determiner};

    #[test]
    fn a_determiner_goes_and_a_quantity_stays() {
        for (tag, input, expected) in [
            ("en", "this dog", "dog"),
            ("en", "My  dog", "dog"),
            ("en", "this", "this"),
            ("en", "thistle", "thistle"),
            ("en", "two dogs", "two dogs"),
            ("en", "some dogs", "some dogs"),
            ("de", "meine Katze", "Katze"),
            ("fr", "cette chaise", "chaise"),
            ("sv", "den här hunden", "hunden"),
            ("und", "this dog", "this dog"),
        ] {
            assert_eq!(drop_determiner(input, Language::from_tag(tag)), expected, "{tag} {input}");
        }
    }
}
