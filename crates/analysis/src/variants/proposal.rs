//! Which names are probably spellings of others.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::decisions::VariantDecisions;
use super::distance::Reason;
use super::evidence::{Evidence, Judge};
use super::index::Index;
use super::keyboard::Keyboard;
use super::letters::{folded, folded_with_umlauts_spelt_out};
use super::vocabulary::Vocabulary;
use crate::normalise::Language;

/// At most so many stimuli and other targets are listed with a proposal.
const MOST_LISTED: usize = 12;

/// A name that is probably a spelling of another, with what speaks for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The name that would be merged.
    pub from: String,
    /// The name it would count for.
    pub to: String,
    /// Answers with `from`, over all stimuli.
    pub from_count: u64,
    /// Answers with `to`, over all stimuli.
    pub to_count: u64,
    /// Weighted Damerau-Levenshtein distance, from 0.25; what each edit costs stands at [`Reason`].
    pub distance: f64,
    /// What happened, from left to right.
    pub reasons: Vec<Reason>,
    /// Stimuli that `from` was given to.
    pub from_stimuli: u64,
    /// Stimuli that `to` was given to.
    pub to_stimuli: u64,
    /// Stimuli that both were given to.
    pub shared_stimuli: u64,
    /// Answers with `from` to these stimuli.
    pub shared_count: u64,
    /// The first of these stimuli, at most 12, by their place in the experiment from 0.
    pub stimuli: Vec<u32>,
    /// Other names that `from` could be a spelling of, the likeliest first, at most 12.
    pub alternatives: Vec<String>,
    /// How much speaks for it, from 0 to 1: closeness × dominance × context. Closeness is 1 − distance /
    /// (letters of `to` + 1); dominance is r / (r + 3), r being how many times more frequent the words of `to`
    /// are where the names differ (1 when only spaces or hyphens differ); context is (1 + share) / 2, share
    /// being the part of `from`'s answers that went to stimuli where `to` was given. It orders the list; it is
    /// no probability.
    pub score: f64,
}

/// Finds the names that are probably spellings of more frequent ones, the likeliest first.
///
/// `vocabulary` holds the names as they are counted with the decisions taken so far, so a merged name is no
/// longer in it. Nothing is proposed that was rejected, in either direction, nor what a mapping already decides.
/// `language` is a BCP-47 tag; it tells the keyboard and the endings of words. Each name is proposed at most
/// once, for its likeliest target, and a target is never itself proposed away. Equal input gives equal output.
pub fn proposals(vocabulary: &Vocabulary, decisions: &VariantDecisions, language: &str) -> Vec<Proposal> {
    let language = Language::from_tag(language);
    let judge = Judge { vocabulary, language, keyboard: Keyboard::of(language) };
    let rejected = decisions.rejected_numbers(vocabulary);
    let decided = |number: u32| decisions.is_merged(&vocabulary.entry(number).name);
    let mut found: BTreeMap<u32, Vec<(u32, Evidence)>> = BTreeMap::new();
    for (typed, usual) in candidates(vocabulary) {
        if rejected.contains(&(typed, usual)) || decided(typed) || decided(usual) {
            continue;
        }
        if let Some(evidence) = judge.weigh(vocabulary.entry(typed), vocabulary.entry(usual)) {
            found.entry(typed).or_default().push((usual, evidence));
        }
    }
    for targets in found.values_mut() {
        targets.sort_by(|one, other| other.1.score.total_cmp(&one.1.score).then(one.0.cmp(&other.0)));
    }
    let mut proposals: Vec<Proposal> =
        found.iter().filter_map(|(&typed, targets)| proposal(vocabulary, &found, typed, targets)).collect();
    proposals.sort_by(|one, other| {
        (other.score.total_cmp(&one.score))
            .then_with(|| other.from_count.cmp(&one.from_count))
            .then_with(|| one.from.cmp(&other.from))
    });
    proposals
}

/// Pairs of numbers (typed, usual) that are worth weighing, sorted; the usual name has the smaller number.
fn candidates(vocabulary: &Vocabulary) -> Vec<(u32, u32)> {
    let names: Vec<Vec<char>> = vocabulary.iter().map(|(name, _)| name.chars().collect()).collect();
    let attested = vocabulary.iter().take_while(|(_, count)| *count > 1).count();
    let index = Index::new((0..).zip(names[..attested].iter().map(Vec::as_slice)));
    let mut pairs = Vec::new();
    for (typed, name) in (0..).zip(&names) {
        pairs.extend(index.near(name, typed).into_iter().map(|usual| (typed, usual)));
    }
    for key in [folded, folded_with_umlauts_spelt_out] {
        // Only the most frequent name of a group is a target, so a group costs as much as it has names.
        let mut first_with: FxHashMap<String, u32> = FxHashMap::default();
        for (number, (name, _)) in (0..).zip(vocabulary.iter()) {
            let key = key(name);
            if key.chars().nth(1).is_some() {
                let first = *first_with.entry(key).or_insert(number);
                pairs.extend((first != number).then_some((number, first)));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The best target that is not proposed away itself.
fn proposal(
    vocabulary: &Vocabulary,
    found: &BTreeMap<u32, Vec<(u32, Evidence)>>,
    typed: u32,
    targets: &[(u32, Evidence)],
) -> Option<Proposal> {
    let mut lasting = targets.iter().filter(|(usual, _)| !found.contains_key(usual));
    let (usual, evidence) = lasting.next()?;
    let (from, to) = (vocabulary.entry(typed), vocabulary.entry(*usual));
    Some(Proposal {
        from: from.name.clone(),
        to: to.name.clone(),
        from_count: from.count,
        to_count: to.count,
        distance: evidence.alignment.distance,
        reasons: evidence.alignment.reasons.clone(),
        from_stimuli: from.stimuli.len() as u64,
        to_stimuli: to.stimuli.len() as u64,
        shared_stimuli: evidence.shared.stimuli.len() as u64,
        shared_count: evidence.shared.count,
        stimuli: evidence.shared.stimuli.iter().copied().take(MOST_LISTED).collect(),
        alternatives: lasting
            .map(|(other, _)| vocabulary.entry(*other).name.clone())
            .take(MOST_LISTED)
            .collect(),
        score: evidence.score,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The proposals over answers to one stimulus, as `from → to`.
    fn proposed(language: &str, counts: &[(&str, u64)]) -> Vec<String> {
        let vocabulary = Vocabulary::from_counts([(0, counts.to_vec())]);
        let found = proposals(&vocabulary, &VariantDecisions::default(), language);
        found.iter().map(|proposal| format!("{} → {}", proposal.from, proposal.to)).collect()
    }

    #[test]
    fn a_rare_neighbour_of_a_frequent_name_is_proposed_with_its_evidence() {
        let vocabulary = Vocabulary::from_counts([
            (0, vec![("skateboard", 40), ("skatebaord", 1)]),
            (3, vec![("skateboard", 30), ("skatebaord", 1), ("board", 9)]),
        ]);
        let found = proposals(&vocabulary, &VariantDecisions::default(), "en");
        let expected = Proposal {
            from: "skatebaord".to_owned(),
            to: "skateboard".to_owned(),
            from_count: 2,
            to_count: 70,
            distance: 1.0,
            reasons: vec![Reason::TransposedLetters],
            from_stimuli: 2,
            to_stimuli: 2,
            shared_stimuli: 2,
            shared_count: 2,
            stimuli: vec![0, 3],
            alternatives: Vec::new(),
            score: (1.0 - 1.0 / 11.0) * (35.0 / 38.0),
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn frequent_words_forms_short_words_and_numbers_are_left_alone() {
        for counts in [
            &[("boat", 60), ("coat", 50)][..],
            &[("table", 90), ("cable", 9)],
            &[("cat", 900), ("car", 1), ("cst", 1)],
            &[("dog", 900), ("dogs", 1)],
            &[("house 12", 900), ("house 13", 1), ("house 1", 1)],
            &[("sofa", 900), ("couch", 1)],
            &[("polar bear", 900), ("a polar bear", 1), ("bear", 1)],
            &[("", 5), ("-", 1)],
        ] {
            assert_eq!(proposed("en", counts), Vec::<String>::new(), "{counts:?}");
        }
    }

    #[test]
    fn scripts_and_languages_have_their_own_rules() {
        assert_eq!(proposed("zh", &[("摩托车", 90), ("摩拖车", 1), ("摩托", 1)]), Vec::<String>::new());
        assert_eq!(proposed("zh", &[("北極熊", 90), ("北極 熊", 1)]), ["北極 熊 → 北極熊"]);
        assert_eq!(proposed("ja", &[("バナナ", 90), ("ババナ", 1)]), Vec::<String>::new());
        assert_eq!(proposed("ko", &[("자전거를", 90), ("자진거를", 1)]), Vec::<String>::new());
        assert_eq!(proposed("ru", &[("собака", 90), ("сабака", 1), ("собаки", 1)]), ["сабака → собака"]);
        assert_eq!(proposed("de", &[("tür", 90), ("tuer", 3), ("tur", 2)]), ["tur → tür", "tuer → tür"]);
        assert_eq!(proposed("de", &[("straße", 90), ("strasse", 80)]), ["strasse → straße"]);
        assert_eq!(proposed("fr", &[("éléphant", 90), ("elephant", 8)]), ["elephant → éléphant"]);
    }

    #[test]
    fn spaces_and_hyphens_need_no_rarity() {
        assert_eq!(
            proposed("en", &[("t-shirt", 9), ("t shirt", 9), ("tshirt", 2)]),
            ["t-shirt → t shirt", "tshirt → t shirt"]
        );
    }

    #[test]
    fn a_target_is_never_proposed_away() {
        let counts = [("motorcycle", 9000), ("motocycle", 40), ("motocylce", 1)];
        assert_eq!(proposed("en", &counts), ["motocycle → motorcycle", "motocylce → motorcycle"]);
    }

    #[test]
    fn ten_thousand_names_are_searched_in_a_moment() {
        // Words of syllables, so that they have neighbours as words of a language have.
        let syllable =
            |number: usize| ["ba", "ko", "tri", "len", "sar", "mun", "de", "pol", "gas", "wi"][number % 10];
        let names: Vec<String> = (0..10_000)
            .map(|number| [number, number / 10, number / 100, number / 1000].map(syllable).concat())
            .collect();
        let counts = names.iter().enumerate().map(|(number, name)| (name.as_str(), 1 + number as u64 % 50));
        let vocabulary = Vocabulary::from_counts([(0, counts.collect::<Vec<_>>())]);
        assert_eq!(vocabulary.len(), 10_000);
        let pairs = candidates(&vocabulary);
        assert!(pairs.len() < 2_000_000, "{} pairs are compared instead of 50 million", pairs.len());
    }
}
