//! What must hold of decisions, whatever is done to them.

use proptest::prelude::*;

use super::*;
use crate::tally::Tally;
use crate::variants::{before_after, proposals};

const NAMES: [&str; 6] = ["table", "tabel", "tabl", "desk", "dsek", "chair"];

fn decided(pairs: &[(&str, &str)]) -> VariantDecisions {
    let mut decisions = VariantDecisions::default();
    for (from, to) in pairs {
        decisions.accept(from, to).unwrap();
    }
    decisions
}

fn merges(decisions: &VariantDecisions) -> Vec<(&str, &str)> {
    decisions.merges().iter().collect()
}

#[test]
fn accepting_brings_the_group_along_and_follows_to_its_head() {
    let decisions = decided(&[("tabl", "tabel"), ("tabel", "table"), ("dsek", "desk"), ("desk", "tabl")]);
    let all_table = [("desk", "table"), ("dsek", "table"), ("tabel", "table"), ("tabl", "table")];
    assert_eq!(merges(&decisions), all_table);
    let mut again = decisions.clone();
    again.accept("tabl", "table").unwrap();
    again.accept("table", "tabl").unwrap();
    assert_eq!(again, decisions);
    let refusal = again.accept("tabl", "chair").unwrap_err().to_string();
    assert_eq!(refusal, "`tabl` already counts for `table`; take it out of that group first");
    assert_eq!(again.accept("a", "a"), Err(Refusal::Same("a".to_owned())));
    assert_eq!(again.accept("", "a"), Err(Refusal::Empty));
}

#[test]
fn a_group_can_be_split_merged_renamed_and_dissolved() {
    let mut decisions = decided(&[("tabel", "table"), ("tabl", "table")]);
    decisions.split("tabl").unwrap();
    assert_eq!(merges(&decisions), [("tabel", "table")]);
    assert_eq!(decisions.split("tabl"), Err(Refusal::NotMerged("tabl".to_owned())));
    assert_eq!(decisions.split("table"), Err(Refusal::Heads("table".to_owned())));
    decisions.rename("table", "tabel").unwrap();
    assert_eq!(merges(&decisions), [("table", "tabel")]);
    decisions.rename("tabel", "Tisch").unwrap();
    assert_eq!(merges(&decisions), [("tabel", "Tisch"), ("table", "Tisch")]);
    decisions.merge(["desk", "Tisch"], "table").unwrap();
    assert_eq!(merges(&decisions), [("Tisch", "table"), ("desk", "table"), ("tabel", "table")]);
    decisions.merge(["chair"], "dsek").unwrap();
    let taken = decisions.rename("dsek", "table").unwrap_err().to_string();
    assert_eq!(taken, "`table` belongs to the group `table`; merge the two groups instead");
    assert!(matches!(decisions.rename("dsek", "desk"), Err(Refusal::Taken { .. })));
    decisions.dissolve("table").unwrap();
    assert_eq!(merges(&decisions), [("chair", "dsek")]);
    assert_eq!(decisions.dissolve("table"), Err(Refusal::NotMerged("table".to_owned())));
    assert_eq!(decisions.merge(["x"], "x"), Err(Refusal::Same("x".to_owned())));
}

#[test]
fn rejections_are_kept_and_taken_back() {
    let mut decisions = VariantDecisions::default();
    decisions.reject("desk", "dusk").unwrap();
    assert_eq!(decisions.rejected().count(), 1);
    assert!(decisions.reconsider("dusk", "desk"));
    assert!(!decisions.reconsider("dusk", "desk"));
    decisions.reject("desk", "dusk").unwrap();
    decisions.accept("desk", "dusk").unwrap();
    assert_eq!(decisions.rejected().count(), 0);
}

#[test]
fn it_travels_as_json_and_what_is_wrong_is_told() {
    let mut decisions = decided(&[("tabel", "table")]);
    decisions.reject("desk", "dusk").unwrap();
    decisions.steps = "case".parse().unwrap();
    let json = r#"{"steps":["trim","lower_case"],"merges":{"tabel":"table"},"rejected":[{"from":"desk","to":"dusk"}]}"#;
    assert_eq!(decisions.to_json(), json);
    assert_eq!(VariantDecisions::parse(json, "en"), Ok(decisions));
    assert_eq!(VariantDecisions::parse("{}", "en"), Ok(VariantDecisions::default()));
    for (body, expected) in [
        ("[]", "these are no decisions about names: "),
        (r#"{"step":[]}"#, "these are no decisions about names: unknown field `step`"),
        (r#"{"steps":["stem"]}"#, "these are no decisions about names: unknown variant `stem`"),
        (
            r#"{"merges":{"a":"b","b":"a"}}"#,
            "these are no decisions about names: the mapping runs in a circle",
        ),
        (r#"{"merges":{"Dog":"cat","dog":"cow"}}"#, "`dog` is mapped to `cat` and also to `cow`"),
        (
            r#"{"rejected":[{"from":"","to":"a"}]}"#,
            "these are no decisions about names: `` → `a` was rejected",
        ),
    ] {
        let refusal = VariantDecisions::parse(body, "en").unwrap_err().to_string();
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}

#[test]
fn a_file_replaces_or_adds() {
    let mut decisions = decided(&[("tabel", "table")]);
    let file = "name,canonical,accept\ndsek,desk,yes\nchair,hair,no\nx,y,\n";
    let replaced = decisions.with_mapping(file).unwrap();
    assert_eq!(merges(&replaced), [("dsek", "desk")]);
    assert_eq!(replaced.rejected().count(), 1);
    decisions.add_mapping(file).unwrap();
    assert_eq!(merges(&decisions), [("dsek", "desk"), ("tabel", "table")]);
    let before = decisions.clone();
    let refusal = decisions.add_mapping("a,b\ntabel,tablet\n").unwrap_err().to_string();
    assert_eq!(refusal, "line 2: `tabel` already counts for `table`; take it out of that group first");
    assert_eq!(decisions, before);
    let csv = decisions.merges().to_csv();
    assert_eq!(VariantDecisions::default().with_mapping(&csv).unwrap().merges(), decisions.merges());
}

#[test]
fn groups_and_warnings_are_told_with_counts() {
    let counts = vec![("table", 90), ("tabel", 2), ("desk", 40), ("t-shirt", 10), ("t shirt", 9)];
    let vocabulary = Vocabulary::from_counts([(0, counts)]);
    let mut decisions = decided(&[("tabel", "table"), ("t shirt", "t-shirt"), ("tbl", "table")]);
    decisions.merge(["desk"], "table").unwrap();
    let groups = decisions.groups(&vocabulary);
    assert_eq!(groups.len(), 2);
    assert_eq!(
        (groups[0].canonical.as_str(), groups[0].count, groups[0].canonical_count),
        ("table", 132, 90)
    );
    let members: Vec<_> =
        groups[0].members.iter().map(|member| (member.name.as_str(), member.count)).collect();
    assert_eq!(members, [("desk", 40), ("tabel", 2), ("tbl", 0)]);
    let warnings: Vec<String> = decisions.warnings(&vocabulary).iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "`desk` (40 answers) and `table` (90 answers) are both frequent",
            "`tbl` was given by nobody, or the steps of normalisation spell it differently",
        ]
    );
}

#[derive(Debug, Clone)]
enum Operation {
    Accept(usize, usize),
    Reject(usize, usize),
    Split(usize),
    Merge(usize, usize, usize),
    Rename(usize, usize),
    Dissolve(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    let name = || 0..NAMES.len();
    prop_oneof![
        (name(), name()).prop_map(|(from, to)| Operation::Accept(from, to)),
        (name(), name()).prop_map(|(from, to)| Operation::Reject(from, to)),
        name().prop_map(Operation::Split),
        (name(), name(), name()).prop_map(|(one, other, to)| Operation::Merge(one, other, to)),
        (name(), name()).prop_map(|(from, to)| Operation::Rename(from, to)),
        name().prop_map(Operation::Dissolve),
    ]
}

fn operate(decisions: &mut VariantDecisions, operation: &Operation) -> Result<(), Refusal> {
    match *operation {
        Operation::Accept(from, to) => decisions.accept(NAMES[from], NAMES[to]),
        Operation::Reject(from, to) => decisions.reject(NAMES[from], NAMES[to]),
        Operation::Split(name) => decisions.split(NAMES[name]),
        Operation::Merge(one, other, to) => decisions.merge([NAMES[one], NAMES[other]], NAMES[to]),
        Operation::Rename(from, to) => decisions.rename(NAMES[from], NAMES[to]),
        Operation::Dissolve(name) => decisions.dissolve(NAMES[name]),
    }
}

fn tally(answers: &[(u32, usize)]) -> Tally {
    let mut tally = Tally::new(VariantDecisions::default().naming("en").unwrap());
    for (stimulus, name) in answers {
        tally.add_grouped(*stimulus, NAMES[*name], 1 + *name as u64 * 3);
    }
    tally
}

proptest! {
    #[test]
    fn whatever_is_done_no_circle_arises_and_a_refusal_changes_nothing(
        operations in prop::collection::vec(operation(), 0..20),
    ) {
        let mut decisions = VariantDecisions::default();
        for operation in &operations {
            let before = decisions.clone();
            if operate(&mut decisions, operation).is_err() {
                prop_assert_eq!(&decisions, &before);
            }
            for (_, canonical) in decisions.merges().iter() {
                prop_assert!(!decisions.is_merged(canonical));
            }
            prop_assert_eq!(VariantDecisions::parse(&decisions.to_json(), "en"), Ok(decisions.clone()));
        }
    }

    #[test]
    fn accepting_and_splitting_again_restores(
        operations in prop::collection::vec(operation(), 0..10),
        to in 0..NAMES.len(),
    ) {
        let mut decisions = VariantDecisions::default();
        for operation in &operations {
            let _ = operate(&mut decisions, operation);
        }
        let before = decisions.clone();
        decisions.accept("a name of its own", NAMES[to]).unwrap();
        prop_assert!(decisions != before);
        decisions.split("a name of its own").unwrap();
        prop_assert_eq!(decisions, before);
    }

    #[test]
    fn merging_never_raises_types_and_loses_no_answer(
        answers in prop::collection::vec((0u32..4, 0..NAMES.len()), 1..40),
        operations in prop::collection::vec(operation(), 0..10),
    ) {
        let tally = tally(&answers);
        let mut decisions = VariantDecisions::default();
        let mut before = decisions.naming("en").unwrap();
        for (from, to) in operations.iter().filter_map(|operation| match *operation {
            Operation::Accept(from, to) => Some((from, to)),
            _ => None,
        }) {
            if decisions.accept(NAMES[from], NAMES[to]).is_err() {
                continue;
            }
            let after = decisions.naming("en").unwrap();
            let compared = before_after(&tally, &before, &after, 100);
            prop_assert!(compared.after.types <= compared.before.types);
            prop_assert!(compared.after.mean_h <= compared.before.mean_h.map(|h| h + 1e-12));
            prop_assert_eq!(compared.after.n, compared.before.n);
            prop_assert_eq!(compared.changed, compared.changes.len() as u64);
            for change in &compared.changes {
                prop_assert!(change.after.types <= change.before.types);
            }
            before = after;
        }
    }

    #[test]
    fn nothing_decided_is_proposed_again(
        answers in prop::collection::vec((0u32..3, 0..NAMES.len()), 1..40),
        verdicts in prop::collection::vec(any::<bool>(), 20),
    ) {
        let mut tally = tally(&answers);
        let mut decisions = VariantDecisions::default();
        for accepted in verdicts {
            tally.rename(decisions.naming("en").unwrap());
            let vocabulary = Vocabulary::of(&tally);
            let found = proposals(&vocabulary, &decisions, "en");
            for proposal in &found {
                prop_assert!(!decisions.is_merged(&proposal.from) && !decisions.is_merged(&proposal.to));
                let rejected = decisions
                    .rejected()
                    .any(|pair| pair.from == proposal.from && pair.to == proposal.to);
                prop_assert!(!rejected);
                prop_assert!(found.iter().all(|other| other.from != proposal.to));
                prop_assert!(proposal.score > 0.0 && proposal.score <= 1.0);
            }
            let Some(first) = found.first() else { break };
            if accepted {
                decisions.accept(&first.from, &first.to).unwrap();
            } else {
                decisions.reject(&first.from, &first.to).unwrap();
            }
        }
    }
}
