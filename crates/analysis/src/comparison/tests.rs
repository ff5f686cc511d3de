use super::*;
use crate::normalise::{Normalisation, Normaliser};
use crate::norms::{NameCount, NonAnswers};

fn norms(names: &[(&str, u64)]) -> StimulusNorms {
    let names = names.iter().map(|&(name, count)| NameCount { name: name.to_owned(), count }).collect();
    StimulusNorms::from_counts(names, NonAnswers::default(), None)
}

fn naming() -> Naming {
    Naming::new(Normaliser::new(Normalisation::Standard, "en"))
}

fn against(own: &[(&str, StimulusNorms)], table: &str) -> Comparison {
    let reference = ReferenceNorms::parse_csv(table).unwrap();
    compare(own.iter().map(|(key, norms)| (*key, norms)), &reference, &naming())
}

#[test]
fn what_both_have_is_compared_and_the_rest_is_counted() {
    let own = [
        ("cup", norms(&[("cup", 8), ("mug", 2)])),
        ("sofa", norms(&[("couch", 5), ("sofa", 5)])),
        ("cat", norms(&[("cat", 10)])),
        ("new", norms(&[("thing", 1)])),
        ("unseen", norms(&[])),
    ];
    let table = "stimulus,name,count\ncup,Mug,9\ncup,a cup,1\nsofa,sofa,10\ncat,cat,7\nold,x,3\n";
    let found = against(&own, table);
    assert_eq!((found.stimuli, found.only_here, found.only_in_reference), (3, 1, 1));
    assert_eq!(found.modal_matches, 2, "a tie here matches what is modal there");
    assert_eq!(
        found.rows.iter().map(|row| row.stimulus.as_str()).collect::<Vec<_>>(),
        ["cup", "sofa", "cat"]
    );
    let cup = &found.rows[0];
    assert_eq!(
        (cup.modal_names.join(" "), cup.reference_modal_names.join(" ")),
        ("cup".into(), "mug".into())
    );
    assert_eq!(cup.reference_agreement, Some(0.9));
    assert!((cup.h - 0.721_928_094_887_362_3).abs() < 1e-12);
    assert!((cup.reference_h.unwrap() - 0.468_995_593_589_281_2).abs() < 1e-12);
    assert_eq!(found.rows[2].divergence, Some(0.0));
    assert_eq!(found.h_pearson.unwrap().n, 3);
}

#[test]
fn a_table_of_modal_names_alone_is_enough_for_what_it_tells() {
    let own = [("cup", norms(&[("cup", 8), ("mug", 2)])), ("cat", norms(&[("cat", 10)]))];
    let found = against(&own, "item;modal_name;perc_top;H\ncup;cup;72,5;1\n".replace(',', ".").as_str());
    let cup = &found.rows[0];
    assert_eq!((cup.reference_agreement, cup.reference_h, cup.divergence), (Some(0.725), Some(1.0), None));
    assert!(cup.modal_match);
}

#[test]
fn names_that_tie_may_stand_in_one_cell() {
    let own = [("sofa", norms(&[("couch", 5), ("settee", 4)])), ("cup", norms(&[("cup", 1)]))];
    let table = "stimulus,modal_names,agreement,h\nsofa,sofa | couch,0.4,1.5\ncup,cup,1,0\n";
    let found = against(&own, table);
    assert_eq!((found.modal_matches, found.stimuli), (2, 2));
    let sofa = found.rows.iter().find(|row| row.stimulus == "sofa").unwrap();
    assert_eq!(sofa.reference_modal_names, ["couch", "sofa"]);
    assert_eq!((sofa.reference_agreement, sofa.reference_h), (Some(0.4), Some(1.5)));
    let counted = against(&own, "stimulus,name,count\nsofa,sofa | couch,4\n");
    assert_eq!(counted.rows[0].reference_modal_names.len(), 1, "a name that was counted is one name");
}

#[test]
fn names_that_become_one_are_one_and_a_published_h_is_then_out_of_date() {
    let own = [("cup", norms(&[("cup", 8)]))];
    let found = against(&own, "stimulus,name,agreement,h\ncup,cup,0.5,1\ncup,a cup,0.5,1\n");
    assert_eq!(found.rows[0].reference_agreement, Some(1.0));
    assert_eq!(found.rows[0].reference_h, Some(0.0));
}

#[test]
fn what_is_no_table_is_refused_with_its_line() {
    let refusal = |table: &str| ReferenceNorms::parse_csv(table).unwrap_err().to_string();
    assert!(refusal("name,count\na,1\n").contains("no column `stimulus`"));
    assert!(refusal("stimulus,name\na,b\n").contains("count"));
    assert_eq!(
        refusal("stimulus,name,count\na,b,1\na,c,x\n"),
        "line 3: `x` is not a count; give a whole number from 0"
    );
    assert!(refusal("stimulus,name,agreement\na,b,140\n").starts_with("line 2: 140 is no agreement"));
    assert!(refusal("stimulus,name,count\na,b\n").contains("the row has 2 columns, the header 3"));
    assert!(refusal("stimulus,name,count\n").contains("no rows"));
}

#[test]
fn it_travels_as_json() {
    let reference = ReferenceNorms::parse_csv("stimulus\tname\tcount\ncup\tcup\t3\n").unwrap();
    let json = serde_json::to_string(&reference).unwrap();
    assert_eq!(json, r#"{"cup":{"names":{"cup":3.0},"counted":true}}"#);
    assert_eq!(serde_json::from_str::<ReferenceNorms>(&json).unwrap(), reference);
}

#[test]
fn both_distributions_stand_side_by_side() {
    let own = norms(&[("cup", 8), ("mug", 2)]);
    let named = |table: &str| ReferenceNorms::parse_csv(table).unwrap().get("cup").unwrap().named(&naming());
    let shares = |table: &str| -> Vec<(String, u64, f64, Option<f64>)> {
        side_by_side(&own, &named(table))
            .into_iter()
            .map(|name| (name.name, name.count, name.share, name.reference_share))
            .collect()
    };
    let of = |name: &str, count, share, reference| (name.to_owned(), count, share, reference);
    assert_eq!(
        shares("stimulus,name,count\ncup,Mug,9\ncup,beaker,1\n"),
        [of("mug", 2, 0.2, Some(0.9)), of("cup", 8, 0.8, Some(0.0)), of("beaker", 0, 0.0, Some(0.1))]
    );
    assert_eq!(
        shares("stimulus,name,agreement\ncup,cup,72.5\n"),
        [of("cup", 8, 0.8, Some(0.725)), of("mug", 2, 0.2, None)],
        "what is not published is not known"
    );
    assert!(shares("stimulus,name,count\ncup,cup,0\n").iter().all(|(.., reference)| reference.is_none()));
}

#[test]
fn it_is_had_as_rows_again() {
    let counted = ReferenceNorms::parse_csv("stimulus,name,count,h\ncup,mug,1,\ncup,cup,3,0.9\n").unwrap();
    let rows: Vec<_> =
        counted.rows().map(|row| (row.stimulus, row.name, row.count, row.agreement, row.h)).collect();
    assert_eq!(
        rows,
        [("cup", "cup", Some(3.0), Some(0.75), Some(0.9)), ("cup", "mug", Some(1.0), Some(0.25), Some(0.9))]
    );
    let shares = ReferenceNorms::parse_csv("stimulus,name,agreement\ncup,cup,50\n").unwrap();
    let row = shares.rows().next().unwrap();
    assert_eq!((row.count, row.agreement), (None, Some(0.5)));
}

#[test]
fn what_is_stored_and_cannot_be_is_refused_with_what_would_be_right() {
    for (json, expected) in [
        (
            r#"{"cup":{"names":{"mug":-3},"counted":true}}"#,
            "`cup`: -3 of `mug` is no count; with `counted: true` give",
        ),
        (r#"{"cup":{"names":{"mug":2.5},"counted":true}}"#, "give a whole number from 0"),
        (r#"{"cup":{"names":{"mug":-0.1},"counted":false}}"#, "give a number from 0 to 1"),
        (r#"{"cup":{"names":{"mug":85},"counted":false}}"#, "85 of `mug` is no share"),
        (r#"{"cup":{"names":{" ":1},"counted":true}}"#, "a name is empty"),
        (r#"{"":{"names":{"mug":1},"counted":true}}"#, "the key of the stimulus is empty"),
        (r#"{"cup":{"names":{"mug":1},"counted":true,"h":-1}}"#, "-1 is no H; it is at least 0 bits"),
    ] {
        let refusal = serde_json::from_str::<ReferenceNorms>(json).unwrap_err().to_string();
        assert!(refusal.contains(expected), "{refusal}");
    }
}
