use super::*;

fn scene(target: &[(&str, &str)], distractors: &[&[(&str, &str)]]) -> Scene {
    Scene {
        target: target.iter().copied().collect(),
        distractors: distractors.iter().map(|distractor| distractor.iter().copied().collect()).collect(),
    }
}

fn mentions(named: &[(&str, &str)]) -> Vec<Mention> {
    let mention = |(attribute, value): &(&str, &str)| Mention {
        attribute: (*attribute).to_owned(),
        values: value.split('+').map(str::to_owned).collect(),
        words: Vec::new(),
    };
    named.iter().map(mention).collect()
}

/// A big red cup among a small red cup and a big blue cup: colour and size are both needed.
fn cups() -> Scene {
    scene(
        &[("size", "big"), ("colour", "red"), ("type", "cup")],
        &[
            &[("size", "small"), ("colour", "red"), ("type", "cup")],
            &[("size", "big"), ("colour", "blue"), ("type", "cup")],
        ],
    )
}

fn verdict(scene: &Scene, rules: &Rules, named: &[(&str, &str)]) -> Verdict {
    Judge::new(scene, rules).judge(&mentions(named)).verdict
}

#[test]
fn every_verdict_is_reached() {
    let (cups, rules) = (cups(), Rules::default());
    for (named, expected) in [
        (&[][..], Verdict::NoAttribute),
        (&[("type", "cup")], Verdict::NoAttribute),
        (&[("colour", "red")], Verdict::UnderSpecified),
        (&[("colour", "red"), ("size", "big")], Verdict::Minimal),
        (&[("colour", "red"), ("size", "big"), ("type", "cup")], Verdict::Minimal),
        (&[("colour", "green"), ("size", "big")], Verdict::Wrong),
        (&[("colour", "blue+red"), ("size", "big")], Verdict::Minimal),
        (&[("material", "clay")], Verdict::NoAttribute),
    ] {
        assert_eq!(verdict(&cups, &rules, named), expected, "{named:?}");
    }
    let mugs = scene(&[("colour", "red"), ("size", "big")], &[&[("colour", "blue"), ("size", "big")]]);
    assert_eq!(verdict(&mugs, &rules, &[("colour", "red"), ("size", "big")]), Verdict::OverSpecified);
}

#[test]
fn whether_the_type_counts_is_stated_and_makes_the_difference() {
    let cup_and_vase =
        scene(&[("colour", "red"), ("type", "cup")], &[&[("colour", "blue"), ("type", "vase")]]);
    let both = [("colour", "red"), ("type", "cup")];
    let with = |type_rule| Rules { type_rule, ..Rules::default() };
    assert_eq!(verdict(&cup_and_vase, &with(TypeRule::Free), &both), Verdict::OverSpecified);
    assert_eq!(verdict(&cup_and_vase, &with(TypeRule::Counts), &both), Verdict::OverSpecified);
    assert_eq!(verdict(&cup_and_vase, &with(TypeRule::Ignored), &both), Verdict::Minimal);
    let only_type = [("type", "cup")];
    assert_eq!(verdict(&cup_and_vase, &with(TypeRule::Free), &only_type), Verdict::Minimal);
    assert_eq!(verdict(&cup_and_vase, &with(TypeRule::Ignored), &only_type), Verdict::NoAttribute);
    let same_type = scene(&[("colour", "red"), ("type", "cup")], &[&[("colour", "blue"), ("type", "cup")]]);
    assert_eq!(verdict(&same_type, &with(TypeRule::Free), &both), Verdict::Minimal);
    assert_eq!(verdict(&same_type, &with(TypeRule::Counts), &both), Verdict::OverSpecified);
    assert_eq!(Judge::new(&cup_and_vase, &with(TypeRule::Free)).smallest_size(), Some(0));
    assert_eq!(Judge::new(&cup_and_vase, &with(TypeRule::Counts)).smallest_size(), Some(1));
}

#[test]
fn minimal_is_not_always_of_the_smallest_size() {
    // Colour and pattern each rule out one distractor; size rules out both.
    let tiles = scene(
        &[("colour", "red"), ("pattern", "dotted"), ("size", "big")],
        &[
            &[("colour", "blue"), ("pattern", "dotted"), ("size", "small")],
            &[("colour", "red"), ("pattern", "plain"), ("size", "small")],
        ],
    );
    let rules = Rules::default();
    let judge = Judge::new(&tiles, &rules);
    assert_eq!((judge.smallest_size(), judge.sufficient()), (Some(1), vec!["size"]));
    let long = judge.judge(&mentions(&[("colour", "red"), ("pattern", "dotted")]));
    assert_eq!((long.verdict, long.smallest), (Verdict::Minimal, Some(false)));
    let short = judge.judge(&mentions(&[("size", "big")]));
    assert_eq!((short.verdict, short.smallest), (Verdict::Minimal, Some(true)));
    let all = judge.judge(&mentions(&[("colour", "red"), ("pattern", "dotted"), ("size", "big")]));
    assert_eq!(all.superfluous, ["colour", "pattern", "size"]);
    assert_eq!(all.smallest, Some(false));
}

#[test]
fn values_need_not_be_checked() {
    let rules = Rules { check_values: false, ..Rules::default() };
    assert_eq!(verdict(&cups(), &rules, &[("colour", "pink"), ("size", "big")]), Verdict::Minimal);
}

#[test]
fn a_twin_of_the_target_can_never_be_told_apart() {
    let twins = scene(&[("colour", "red")], &[&[("colour", "red"), ("size", "big")]]);
    let rules = Rules::default();
    let judge = Judge::new(&twins, &rules);
    assert_eq!((judge.possible(), judge.smallest_size()), (false, None));
    let judgement = judge.judge(&mentions(&[("colour", "red")]));
    assert_eq!((judgement.verdict, judgement.confusable), (Verdict::UnderSpecified, 1));
}

#[test]
fn without_distractors_whatever_is_true_singles_out() {
    let alone = scene(&[("colour", "red")], &[]);
    let rules = Rules::default();
    assert_eq!(verdict(&alone, &rules, &[]), Verdict::NoAttribute);
    assert_eq!(verdict(&alone, &rules, &[("colour", "red")]), Verdict::OverSpecified);
    assert_eq!(Judge::new(&alone, &rules).smallest_size(), Some(0));
    let nothing = Scene::default();
    assert_eq!(verdict(&nothing, &rules, &[("colour", "red")]), Verdict::NoAttribute);
}

#[test]
fn an_attribute_with_two_values_rules_out_by_the_ones_that_are_named() {
    let flags =
        scene(&[("colour", "red"), ("colour", "white")], &[&[("colour", "white"), ("colour", "blue")]]);
    let rules = Rules::default();
    assert_eq!(verdict(&flags, &rules, &[("colour", "white")]), Verdict::UnderSpecified);
    assert_eq!(verdict(&flags, &rules, &[("colour", "red+white")]), Verdict::Minimal);
}

#[test]
fn many_attributes_are_judged_but_not_searched() {
    let names: Vec<String> = (0..40).map(|index| format!("a{index:02}")).collect();
    let target: Object = names.iter().map(|name| (name.as_str(), "x")).collect();
    let scene = Scene { target, distractors: vec![Object::default()] };
    let rules = Rules::default();
    let judge = Judge::new(&scene, &rules);
    assert_eq!((judge.smallest_size(), judge.possible()), (None, true));
    let judgement = judge.judge(&mentions(&[("a07", "x")]));
    assert_eq!((judgement.verdict, judgement.smallest), (Verdict::Minimal, None));
}
