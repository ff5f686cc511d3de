//! A worked example by hand, and what holds for every naming.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::norms::NameCount;

fn lab(l: f64, a: f64, b: f64) -> Lab {
    Lab { l, a, b }
}

fn counts(key: &str, at: Lab, names: &[(&str, u64)]) -> ColourCounts {
    let name = |&(name, count): &(&str, u64)| NameCount { name: name.to_owned(), count };
    ColourCounts {
        colour: NamedColour::of_cielab(key, at, WhitePoint::D65),
        names: names.iter().map(name).collect(),
        non_answers: 1,
    }
}

fn matrix(rows: Vec<ColourCounts>) -> NamingMatrix {
    NamingMatrix::new(WhitePoint::D65, rows)
}

fn english() -> Reading {
    Reading { language: "en".to_owned(), focal_min_n: 1 }
}

/// Three colours at the corners of a triangle with sides 30, 40 and 50.
fn triangle() -> NamingMatrix {
    matrix(vec![
        counts("c1", lab(50.0, 0.0, 0.0), &[("red", 3), ("blue", 1)]),
        counts("c2", lab(50.0, 30.0, 0.0), &[("blue", 1), ("red", 1), ("never", 0)]),
        counts("c3", lab(50.0, 30.0, 40.0), &[("blue", 4)]),
    ])
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

#[test]
fn a_worked_example_by_colour() {
    let naming = triangle().naming(&english());
    assert_eq!((naming.n, naming.non_answers, naming.types), (10, 3, 2));
    let [one, two, three] = &naming.colours[..] else { panic!("three colours") };
    assert_eq!((one.n, one.types, one.modal_name.as_deref()), (4, 2, Some("red")));
    assert_eq!(one.consensus, Some(0.75));
    near(one.h.unwrap(), 0.811_278_124_459_132_8);
    near(one.saliency.unwrap(), -0.811_278_124_459_132_8);
    assert_eq!(one.names[1], TermShare { term: "blue".to_owned(), count: 1, p: 0.25 });
    assert_eq!(two.modal_names, ["blue", "red"]);
    assert_eq!((two.modal_name.as_deref(), two.consensus, two.h), (Some("blue"), Some(0.5), Some(1.0)));
    assert_eq!((three.consensus, three.h), (Some(1.0), Some(0.0)));
    assert!(three.saliency.unwrap().is_sign_positive(), "agreement of all is 0, not -0");
}

#[test]
fn a_worked_example_by_term() {
    let naming = triangle().naming(&english());
    let [blue, red] = &naming.terms[..] else { panic!("two terms") };
    assert_eq!((red.term.as_str(), red.n, red.types, red.share), ("red", 4, 2, 0.4));
    assert_eq!((blue.term.as_str(), blue.n, blue.types, blue.share), ("blue", 6, 3, 0.6));
    assert_eq!(red.centre, lab(50.0, 7.5, 0.0));
    near(red.spread, 168.75f64.sqrt());
    near(blue.centre.a, 25.0);
    near(blue.centre.b, 80.0 / 3.0);
    assert_eq!((red.focal.as_deref(), red.focal_p), (Some("c1"), Some(0.75)));
    assert_eq!((blue.focal.as_deref(), blue.focal_p), (Some("c3"), Some(1.0)));
    assert_eq!(red.colours[0], ColourShare { colour: "c1".to_owned(), count: 3, p: 0.75 });
    assert_eq!(naming.basic_share, Some(1.0));
    assert_eq!(naming.monolexemic_share, Some(1.0));
}

#[test]
fn a_worked_example_of_relations() {
    let matrix = triangle();
    let association = matrix.association(9);
    assert_eq!(association.terms, ["blue", "red"]);
    let expected = [[19.0 / 24.0, 5.0 / 24.0], [0.3125, 0.6875]];
    for (found, expected) in association.p.iter().flatten().zip(expected.iter().flatten()) {
        near(*found, *expected);
    }
    assert_eq!(association.others, [0.0, 0.0]);
    // Only the most frequent term: the other one is among the others.
    let association = matrix.association(1);
    near(association.p[0][0], 19.0 / 24.0);
    near(association.others[0], 5.0 / 24.0);

    let [pair] = &matrix.term_pairs(9)[..] else { panic!("one pair") };
    let shared = (0.75f64 / 6.0).sqrt() + (0.25f64 / 6.0).sqrt();
    near(pair.hellinger, (1.0 - shared).sqrt());
    // 7/12 go from c1 to c3 (50 away) and 1/12 from c2 to c3 (40 away).
    near(pair.distance.unwrap(), 32.5);
    // A quarter of the answers moves from the centre of red to the centre of blue.
    let centres = lab(50.0, 7.5, 0.0).distance(lab(50.0, 25.0, 80.0 / 3.0));
    near(matrix.colour_distance(0, 1).unwrap(), centres / 4.0);
    assert_eq!(matrix.colour_distance(0, 0), Some(0.0));
    assert_eq!(matrix.colour_distance(0, 7), None);
    assert_eq!((matrix.count(0, 1), matrix.count(2, 1), matrix.count(9, 9)), (3, 0, 0));
}

#[test]
fn terms_of_very_many_colours_have_no_exact_distance() {
    let colours = |count: usize| {
        let colour =
            |at: usize| counts(&at.to_string(), lab(50.0, at as f64, 0.0), &[("red", 1), ("blue", 1)]);
        matrix((0..count).map(colour).collect())
    };
    assert_eq!(colours(EXACT_COLOURS / 2).term_pairs(2)[0].distance, Some(0.0));
    let pair = &colours(EXACT_COLOURS / 2 + 1).term_pairs(2)[0];
    assert_eq!((pair.distance, pair.hellinger), (None, 0.0));
}

#[test]
fn focal_choices_that_tie_follow_the_rule() {
    let tied = matrix(vec![
        counts("far", lab(90.0, 0.0, 0.0), &[("red", 1), ("blue", 1)]),
        counts("often", lab(10.0, 0.0, 0.0), &[("red", 2), ("blue", 2)]),
        counts("b", lab(50.0, 0.0, 10.0), &[("red", 1), ("blue", 1)]),
        counts("a", lab(50.0, 0.0, 10.0), &[("red", 1), ("blue", 1)]),
        counts("less", lab(50.0, 0.0, 0.0), &[("red", 9), ("blue", 10)]),
    ]);
    let naming = tied.naming(&english());
    let red = naming.terms.iter().find(|term| term.term == "red").unwrap();
    assert_eq!(red.focal_colours, ["often", "a", "b", "far"]);
    assert_eq!((red.focal.as_deref(), red.focal_p), (Some("often"), Some(0.5)));
    // With at least four answers only two colours are left, with twenty none.
    let reading = |focal_min_n| Reading { focal_min_n, ..english() };
    assert_eq!(tied.naming(&reading(4)).terms[1].focal_colours, ["often"]);
    let none = &tied.naming(&reading(20)).terms[1];
    assert_eq!((none.focal.as_deref(), none.focal_p, none.focal_colours.len()), (None, None, 0));
}

#[test]
fn without_answers_there_are_no_figures() {
    let empty = matrix(vec![]);
    let naming = empty.naming(&english());
    assert_eq!((naming.n, naming.basic_share, naming.monolexemic_share), (0, None, None));
    assert!(empty.association(5).terms.is_empty() && empty.term_pairs(5).is_empty());
    assert!(empty.map(Plane::HueLightness).regions.is_empty());

    let silent = matrix(vec![counts("c", lab(50.0, 0.0, 0.0), &[])]);
    let naming = silent.naming(&english());
    let colour = &naming.colours[0];
    assert_eq!((colour.n, colour.non_answers, colour.types), (0, 1, 0));
    assert_eq!((colour.consensus, colour.h, colour.saliency), (None, None, None));
    assert_eq!((colour.modal_name.as_deref(), colour.basic_share), (None, None));
    assert_eq!(silent.colour_distance(0, 0), None);
    assert_eq!(silent.map(Plane::HueLightness).cells[0].modal_name, None);
}

#[test]
fn counts_at_the_end_of_numbers_do_not_overflow() {
    let half = u64::MAX / 2;
    let huge = matrix(vec![
        counts("c1", lab(50.0, 0.0, 0.0), &[("red", half), ("blue", half)]),
        counts("c2", lab(50.0, 30.0, 0.0), &[("red", half), ("red", half)]),
    ]);
    let naming = huge.naming(&english());
    assert_eq!(naming.n, u64::MAX);
    assert!(huge.term_pairs(2)[0].distance.unwrap().is_finite());
}

#[test]
fn what_is_not_known_of_a_language_is_not_made_up() {
    let swedish = Reading { language: "sv".to_owned(), ..english() };
    let naming = triangle().naming(&swedish);
    assert_eq!((naming.basic_share, naming.monolexemic_share, naming.terms[0].basic), (None, None, None));
    let german = triangle().naming(&Reading { language: "de".to_owned(), ..english() });
    assert_eq!((german.basic_share, german.monolexemic_share), (Some(0.0), None));
    let mixed =
        matrix(vec![counts("c", lab(50.0, 0.0, 0.0), &[("blue", 2), ("navy", 1), ("light blue", 1)])]);
    let naming = mixed.naming(&english());
    assert_eq!((naming.basic_share, naming.monolexemic_share), (Some(0.5), Some(0.75)));
    assert_eq!(naming.colours[0].basic_share, Some(0.5));
}

#[test]
fn groups_that_differ_in_words_alone_are_near() {
    let (dark, light, yellow) = (lab(20.0, 10.0, -40.0), lab(75.0, 0.0, -25.0), lab(85.0, 0.0, 80.0));
    let group = |dark_name: &str, light_name: &str, yellow_name: &str| {
        matrix(vec![
            counts("dark", dark, &[(dark_name, 10)]),
            counts("light", light, &[(light_name, 10)]),
            counts("yellow", yellow, &[(yellow_name, 10)]),
        ])
    };
    let distance = |one: &NamingMatrix, other: &NamingMatrix| group_distance(one, other).unwrap().mean;
    let base = group("navy", "sky", "yellow");
    assert_eq!(distance(&base, &base), Some(0.0));
    // Both names of the dark colour have one centre.
    assert_eq!(distance(&base, &group("dark blue", "sky", "yellow")), Some(0.0));
    // `yellow` for what the first group calls `navy` lies half way to yellow; `sky` for it less far.
    let near = distance(&base, &group("sky", "sky", "yellow")).unwrap();
    let far = distance(&base, &group("yellow", "sky", "yellow")).unwrap();
    assert!(5.0 < near && near < far, "{near}, {far}");
}

#[test]
fn groups_are_compared_on_what_both_were_shown() {
    let one = triangle();
    let other = matrix(vec![
        counts("same place", lab(50.0, 0.0, 0.0), &[("red", 1)]),
        counts("again", lab(50.0, 0.0, 0.0), &[("red", 2), ("blue", 1)]),
        counts("c2", lab(50.0, 30.0, 0.0), &[]),
        counts("new", lab(1.0, 0.0, 0.0), &[("black", 1)]),
    ]);
    let found = group_distance(&one, &other).unwrap();
    assert_eq!((found.only_one, found.only_other, found.colours.len()), (1, 1, 2));
    assert_eq!((found.colours[0].n_one, found.colours[0].n_other), (4, 4));
    assert_eq!(found.colours[0].distance, Some(0.0));
    assert_eq!((found.colours[1].distance, found.colours[1].modal_other.as_deref()), (None, None));
    assert_eq!(found.mean, Some(0.0));
    let d50 = NamingMatrix::new(WhitePoint::D50, vec![]);
    assert_eq!(group_distance(&one, &d50), None);
    assert_eq!(group_distance(&d50, &d50).unwrap().mean, None);
}

#[test]
fn labels_stand_within_their_areas() {
    let hue = |degrees: f64, l: f64| Lch { l, c: 40.0, h: Some(degrees) }.to_lab();
    let map = matrix(vec![
        counts("left", hue(350.0, 50.0), &[("red", 2)]),
        counts("cut", hue(2.0, 50.0), &[("red", 2)]),
        counts("right", hue(20.0, 50.0), &[("red", 2), ("blue", 1)]),
        counts("sea", hue(200.0, 50.0), &[("blue", 2), ("red", 2)]),
        counts("grey", lab(50.0, 1.0, 1.0), &[("grey", 1)]),
    ])
    .map(Plane::HueLightness);
    let labels: Vec<_> = map
        .regions
        .iter()
        .map(|region| (region.term.as_str(), region.cells, region.colour.as_str()))
        .collect();
    // Hues go round: the middle of 350, 2 and 20 degrees is 2.
    assert_eq!(labels, [("red", 3, "cut"), ("blue", 1, "sea"), ("grey", 1, "grey")]);
    assert_eq!((map.cells[4].x, map.regions[2].x), (None, None));
    assert!((map.cells[2].x.unwrap() - 20.0).abs() < 1e-9);
    assert_eq!((map.cells[3].tied, map.cells[2].tied), (true, false));
    let chroma = matrix(vec![counts("grey", lab(50.0, 3.0, 4.0), &[])]).map(Plane::ChromaLightness);
    assert_eq!((chroma.cells[0].x, chroma.cells[0].y), (Some(5.0), 50.0));
}

/// A place on a coarse grid and what was said there.
type AnyRow = ((u8, i8, i8), BTreeMap<String, u64>);

fn any_rows() -> impl Strategy<Value = Vec<ColourCounts>> {
    let names = prop::collection::btree_map("[a-e]", 0u64..30, 0..5);
    let place = (0u8..10, -4i8..4, -4i8..4);
    prop::collection::vec((place, names), 1..8).prop_map(|rows| {
        let row = |(at, ((l, a, b), names)): (usize, AnyRow)| {
            let at_place = lab(f64::from(l) * 9.7, f64::from(a) * 9.3, f64::from(b) * 11.1);
            ColourCounts {
                colour: NamedColour::of_cielab(format!("c{at}"), at_place, WhitePoint::D50),
                names: names.into_iter().map(|(name, count)| NameCount { name, count }).collect(),
                non_answers: 0,
            }
        };
        rows.into_iter().enumerate().map(row).collect()
    })
}

/// Every figure as text, to the last bit; colours by key.
fn all_figures(rows: Vec<ColourCounts>) -> String {
    let matrix = NamingMatrix::new(WhitePoint::D50, rows);
    let mut naming = matrix.naming(&english());
    naming.colours.sort_by(|one, other| one.colour.key.cmp(&other.colour.key));
    let regions = matrix.map(Plane::HueLightness).regions;
    serde_json::to_string(&(naming, matrix.association(3), matrix.term_pairs(9), regions)).unwrap()
}

proptest! {
    #[test]
    fn the_order_of_colours_and_names_leaves_no_trace(
        (rows, shuffled) in any_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let mut shuffled = shuffled;
        for row in &mut shuffled {
            row.names.reverse();
        }
        prop_assert_eq!(all_figures(rows), all_figures(shuffled));
    }

    #[test]
    fn probabilities_add_up(rows in any_rows(), most in 0usize..6) {
        let matrix = NamingMatrix::new(WhitePoint::D50, rows);
        let naming = matrix.naming(&english());
        let one = |sum: f64| (sum - 1.0).abs() < 1e-12;
        for colour in naming.colours.iter().filter(|colour| colour.n > 0) {
            prop_assert!(one(colour.names.iter().map(|share| share.p).sum()));
            let h = colour.h.unwrap();
            prop_assert!((0.0..=(colour.types as f64).log2()).contains(&h));
            prop_assert_eq!(colour.saliency, Some(0.0 - h));
        }
        for term in &naming.terms {
            prop_assert!(one(term.colours.iter().map(|share| share.p).sum()));
            prop_assert!(term.spread >= 0.0 && term.focal_p.unwrap() <= 1.0);
        }
        prop_assert!(naming.n == 0 || one(naming.terms.iter().map(|term| term.share).sum()));
        let association = matrix.association(most);
        for (row, others) in association.p.iter().zip(&association.others) {
            prop_assert!(one(row.iter().sum::<f64>() + others));
        }
        for pair in matrix.term_pairs(most) {
            prop_assert!((0.0..=1.0).contains(&pair.hellinger) && pair.distance.unwrap() >= 0.0);
        }
    }

    #[test]
    fn two_groups_are_as_far_from_either_side(one in any_rows(), other in any_rows()) {
        let [one, other] = [one, other].map(|rows| NamingMatrix::new(WhitePoint::D50, rows));
        let mean = |a: &NamingMatrix, b: &NamingMatrix| group_distance(a, b).unwrap().mean.map(f64::to_bits);
        prop_assert_eq!(mean(&one, &other), mean(&other, &one));
        let itself = group_distance(&one, &one).unwrap();
        prop_assert!(itself.mean.is_none_or(|mean| mean == 0.0));
        prop_assert_eq!((itself.only_one, itself.only_other), (0, 0));
    }
}
