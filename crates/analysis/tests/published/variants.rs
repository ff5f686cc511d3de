//! Proposals over the free English names of ManyNames, typos and all.

use std::collections::HashMap;
use std::fs::File;

use flate2::read::GzDecoder;
use nameit_analysis::intern::Interner;
use nameit_analysis::normalise::{Normalisation, Normaliser};
use nameit_analysis::tally::Tally;
use nameit_analysis::variants::{Proposal, VariantDecisions, Vocabulary, before_after, proposals};

use crate::data::data;

fn tally() -> Option<Tally> {
    let file = data("manynames-en/responses.tsv.gz")?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .quoting(false)
        .from_reader(GzDecoder::new(File::open(file).unwrap()));
    let mut stimuli = Interner::default();
    let mut tally = Tally::new(Normaliser::new(Normalisation::Standard, "en"));
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).unwrap() {
        let stimulus = stimuli.intern(&row[4]);
        if row.get(6).is_none_or(str::is_empty) {
            tally.add_grouped(stimulus, &row[5], 1);
        }
    }
    Some(tally)
}

/// Misspellings that were read and judged by hand, with what they are spellings of.
const MISSPELLINGS: [(&str, &str); 36] = [
    ("trian", "train"),
    ("trin", "train"),
    ("sandwhich", "sandwich"),
    ("girrafe", "giraffe"),
    ("giraff", "giraffe"),
    ("motocycle", "motorcycle"),
    ("motorcyle", "motorcycle"),
    ("airoplane", "airplane"),
    ("airplain", "airplane"),
    ("banch", "bench"),
    ("chir", "chair"),
    ("chiar", "chair"),
    ("knief", "knife"),
    ("kinfe", "knife"),
    ("plat", "plate"),
    ("shrit", "shirt"),
    ("t shrit", "t-shirt"),
    ("labtop", "laptop"),
    ("dounut", "donut"),
    ("brocolli", "broccoli"),
    ("matress", "mattress"),
    ("umberlla", "umbrella"),
    ("vegtables", "vegetables"),
    ("jakcet", "jacket"),
    ("cabnet", "cabinet"),
    ("toliet", "toilet"),
    ("sufer", "surfer"),
    ("keybord", "keyboard"),
    ("buidling", "building"),
    ("hoarse", "horse"),
    ("counter top", "countertop"),
    ("tshirt", "t-shirt"),
    ("t shirt", "t-shirt"),
    ("fire truck", "firetruck"),
    ("wheel chair", "wheelchair"),
    ("back pack", "backpack"),
];

/// Words that look alike and are none of each other's spellings; most of them are frequent, some forms of one
/// word.
const WORDS_OF_THEIR_OWN: [(&str, &str); 27] = [
    ("cat", "car"),
    ("cat", "cap"),
    ("cat", "bat"),
    ("car", "cart"),
    ("hat", "bat"),
    ("man", "men"),
    ("woman", "women"),
    ("dog", "dogs"),
    ("giraffe", "giraffes"),
    ("knife", "knives"),
    ("boat", "coat"),
    ("boat", "goat"),
    ("horse", "house"),
    ("plane", "plate"),
    ("plane", "airplane"),
    ("bear", "pear"),
    ("shirt", "skirt"),
    ("glass", "grass"),
    ("chair", "hair"),
    ("truck", "track"),
    ("ship", "sheep"),
    ("skier", "skis"),
    ("surfer", "surfing"),
    ("skateboard", "skateboarder"),
    ("racket", "jacket"),
    ("couch", "coach bus"),
    ("donut", "doughnut"),
];

#[test]
fn misspellings_are_proposed_with_their_target_and_words_of_their_own_are_not() {
    let Some(tally) = tally() else { return };
    let vocabulary = Vocabulary::of(&tally);
    let found = proposals(&vocabulary, &VariantDecisions::default(), "en");
    let targets: HashMap<&str, &str> =
        found.iter().map(|proposal| (proposal.from.as_str(), proposal.to.as_str())).collect();
    for (from, to) in MISSPELLINGS {
        assert_eq!(targets.get(from), Some(&to), "{from}");
    }
    for (one, other) in WORDS_OF_THEIR_OWN {
        assert_ne!(targets.get(one), Some(&other));
        assert_ne!(targets.get(other), Some(&one));
    }
    let missing: Vec<_> = WORDS_OF_THEIR_OWN.iter().filter(|(one, _)| vocabulary.count(one) == 0).collect();
    assert!(missing.is_empty(), "these words are in the answers: {missing:?}");
    assert!(found.iter().all(|proposal| proposal.from_count <= proposal.to_count));
    assert!(found.len() > 900, "{} proposals", found.len());
    let in_order = |pair: &[Proposal]| pair[0].score >= pair[1].score;
    assert!(found.windows(2).all(in_order), "the likeliest first");
}

#[test]
fn accepting_what_is_likely_makes_fewer_names_and_more_coverage() {
    let Some(mut tally) = tally() else { return };
    let mut decisions = VariantDecisions::default();
    let before = decisions.naming("en").unwrap();
    let found = proposals(&Vocabulary::of(&tally), &decisions, "en");
    let likely: Vec<&Proposal> = found.iter().filter(|proposal| proposal.score >= 0.8).collect();
    for proposal in &likely {
        decisions.accept(&proposal.from, &proposal.to).unwrap();
    }
    let after = decisions.naming("en").unwrap();
    let compared = before_after(&tally, &before, &after, 10);
    assert_eq!(compared.before.n, compared.after.n);
    assert_eq!(compared.before.types - compared.after.types, likely.len() as u64);
    assert!(compared.after.singletons + 300 < compared.before.singletons, "{compared:?}");
    assert!(compared.after.mean_coverage > compared.before.mean_coverage);
    assert!(compared.after.mean_h < compared.before.mean_h);
    assert!(compared.after.mean_agreement > compared.before.mean_agreement);
    assert_eq!(compared.changes.len(), 10);
    tally.rename(after);
    assert_eq!(tally.totals().types, compared.after.types);
    let again = proposals(&Vocabulary::of(&tally), &decisions, "en");
    assert!(again.iter().all(|proposal| !decisions.is_merged(&proposal.from)));
}
