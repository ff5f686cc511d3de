//! Basic colour terms by language: a line is a category, its usual word first, then what counts as the same.
//! The order is black, white, red, yellow, green, blue, brown, purple, pink, orange, grey.

/// The categories of a language, by its primary subtag.
pub(super) fn of(language: &str) -> Option<&'static [&'static [&'static str]]> {
    match language {
        "de" => Some(&GERMAN),
        "en" => Some(&ENGLISH),
        "es" => Some(&SPANISH),
        "fr" => Some(&FRENCH),
        "it" => Some(&ITALIAN),
        "nl" => Some(&DUTCH),
        "pt" => Some(&PORTUGUESE),
        "zh" => Some(&MANDARIN),
        _ => None,
    }
}

const ENGLISH: [&[&str]; 11] = [
    &["black"],
    &["white"],
    &["red"],
    &["yellow"],
    &["green"],
    &["blue"],
    &["brown"],
    &["purple"],
    &["pink"],
    &["orange"],
    &["grey", "gray"],
];

const GERMAN: [&[&str]; 11] = [
    &["schwarz"],
    &["weiß", "weiss"],
    &["rot"],
    &["gelb"],
    &["grün", "gruen"],
    &["blau"],
    &["braun"],
    &["lila", "violett"],
    &["rosa"],
    &["orange"],
    &["grau"],
];

const FRENCH: [&[&str]; 11] = [
    &["noir", "noire"],
    &["blanc", "blanche"],
    &["rouge"],
    &["jaune"],
    &["vert", "verte"],
    &["bleu", "bleue"],
    &["marron", "brun", "brune"],
    &["violet", "violette"],
    &["rose"],
    &["orange"],
    &["gris", "grise"],
];

const SPANISH: [&[&str]; 11] = [
    &["negro", "negra"],
    &["blanco", "blanca"],
    &["rojo", "roja"],
    &["amarillo", "amarilla"],
    &["verde"],
    &["azul"],
    &["marrón", "marron", "café", "cafe"],
    &["morado", "morada", "violeta"],
    &["rosa", "rosado", "rosada"],
    &["naranja", "anaranjado", "anaranjada"],
    &["gris"],
];

const ITALIAN: [&[&str]; 12] = [
    &["nero", "nera"],
    &["bianco", "bianca"],
    &["rosso", "rossa"],
    &["giallo", "gialla"],
    &["verde"],
    &["blu"],
    &["azzurro", "azzurra"],
    &["marrone"],
    &["viola"],
    &["rosa"],
    &["arancione"],
    &["grigio", "grigia"],
];

const DUTCH: [&[&str]; 11] = [
    &["zwart", "zwarte"],
    &["wit", "witte"],
    &["rood", "rode"],
    &["geel", "gele"],
    &["groen", "groene"],
    &["blauw", "blauwe"],
    &["bruin", "bruine"],
    &["paars", "paarse"],
    &["roze"],
    &["oranje"],
    &["grijs", "grijze"],
];

const PORTUGUESE: [&[&str]; 11] = [
    &["preto", "preta", "negro", "negra"],
    &["branco", "branca"],
    &["vermelho", "vermelha"],
    &["amarelo", "amarela"],
    &["verde"],
    &["azul"],
    &["castanho", "castanha", "marrom"],
    &["roxo", "roxa"],
    &["rosa", "cor-de-rosa", "cor de rosa"],
    &["laranja", "cor-de-laranja", "cor de laranja"],
    &["cinzento", "cinzenta", "cinza"],
];

const MANDARIN: [&[&str]; 11] = [
    &["黑"],
    &["白"],
    &["红", "紅"],
    &["黄", "黃"],
    &["绿", "綠"],
    &["蓝", "藍"],
    &["棕", "褐", "咖啡"],
    &["紫"],
    &["粉", "粉红", "粉紅"],
    &["橙", "橘"],
    &["灰"],
];
