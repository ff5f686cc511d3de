//! `nameit colours` as its users meet it: the built command on files of every make.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Bench {
    folder: TempDir,
}

impl Bench {
    fn with(content: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("colours.csv"), content).unwrap();
        Self { folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
        command.current_dir(self.folder.path()).arg("colours").arg("colours.csv").args(arguments);
        command.output().unwrap()
    }

    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.prints(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        stderr(&output)
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The entry of a list whose `field` is `value`.
fn entry<'list>(list: &'list Value, field: &str, value: &str) -> &'list Value {
    list.as_array().unwrap().iter().find(|entry| entry[field] == value).unwrap()
}

const FILE: &str = "\
colour,response,opt_out
#103996,blue,
103996,The Navy.,
#103996,Blue,
#103996,blue,
#f00,red,
#ff0000,red,
#FF0000,,
#ff0000,whatever,dont_know
#808080,=gray,
";

#[test]
fn colours_terms_and_their_relations_come_out() {
    let found = Bench::with(FILE).json(&[]);
    assert_eq!((&found["white"], &found["n"], &found["non_answers"]), (&json!("D65"), &json!(7), &json!(2)));
    let blue = entry(&found["colours"], "key", "#103996");
    assert_eq!(blue["names"][0], json!({"term": "blue", "count": 3, "p": 0.75}));
    assert_eq!(blue["names"][1]["term"], "navy");
    assert_eq!((&blue["consensus"], &blue["hex"]), (&json!(0.75), &json!("#103996")));
    assert!((blue["lab"]["a"].as_f64().unwrap() - 24.3).abs() < 0.05);
    assert!((blue["saliency"].as_f64().unwrap() + 0.811_278_124_459_132_8).abs() < 1e-12);
    let red = entry(&found["terms"], "term", "red");
    assert_eq!((&red["n"], &red["basic"], &red["focal"]), (&json!(2), &json!(true), &json!("#ff0000")));
    assert_eq!((&red["spread"], &red["centre_hex"]), (&json!(0.0), &json!("#ff0000")));
    for (row, others) in found["association"]["p"]
        .as_array()
        .unwrap()
        .iter()
        .zip(found["association"]["others"].as_array().unwrap())
    {
        let sum: f64 = row.as_array().unwrap().iter().chain([others]).map(|p| p.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
    // Blue and navy were said of one colour, so they mean the same here; red was said of another.
    let pairs = found["pairs"].as_array().unwrap();
    let pair = |one: &str, other: &str| {
        pairs.iter().find(|pair| pair["one"] == one && pair["other"] == other).unwrap()["distance"].clone()
    };
    assert_eq!(pair("blue", "navy"), json!(0.0));
    assert!(pair("blue", "red").as_f64().unwrap() > 50.0);
}

#[test]
fn the_white_point_is_the_one_that_was_asked_for_and_is_told() {
    let found = Bench::with(FILE).json(&["--white", "d50"]);
    assert_eq!(found["white"], "D50");
    let a = entry(&found["colours"], "key", "#103996")["lab"]["a"].as_f64().unwrap();
    assert!((a - 17.0).abs() < 0.05, "{a}");
    assert!(Bench::with(FILE).prints(&["--format", "csv", "--what", "terms"]).contains(",D65,"));
}

#[test]
fn coordinates_are_read_and_gathered_in_bins() {
    let bench = Bench::with("L;a;b;term;n\n52,1,-3,grey;7\n".replace(',', ";").as_str());
    let found = bench.json(&["--count", "n"]);
    assert_eq!((&found["colours"][0]["key"], &found["colours"][0]["n"]), (&json!("52,1,-3"), &json!(7)));
    let found = bench.json(&["--lab", "L,a,b", "--bin", "5"]);
    assert_eq!((&found["colours"][0]["key"], &found["colours"][0]["n"]), (&json!("50,0,-5"), &json!(1)));
    let outside = Bench::with("l,a,b,name\n90,-150,100,green\n").json(&[]);
    assert_eq!(outside["colours"][0]["clipped"], true);
}

#[test]
fn the_order_of_the_rows_leaves_no_trace() {
    let by_key = |found: &Value| -> BTreeMap<String, Value> {
        let colours = found["colours"].as_array().unwrap();
        colours.iter().map(|colour| (colour["key"].to_string(), colour.clone())).collect()
    };
    let (header, rows) = FILE.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    let forwards = Bench::with(FILE).json(&[]);
    let backwards = Bench::with(&format!("{header}\n{}\n", rows.join("\n"))).json(&[]);
    assert_eq!(by_key(&forwards), by_key(&backwards));
    for part in ["terms", "association", "pairs"] {
        assert_eq!(forwards[part], backwards[part], "{part}");
    }
}

#[test]
fn csv_is_one_table_or_a_folder_of_all() {
    let bench = Bench::with(FILE);
    assert!(bench.refuses(&["--format", "csv"]).contains("--what colours"));
    bench.prints(&["--format", "csv", "--out", "tables"]);
    let table = |name: &str| -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_path(bench.folder.path().join("tables").join(name))
            .unwrap();
        reader.records().map(|record| record.unwrap().iter().map(String::from).collect()).collect()
    };
    for (name, what, rows) in [
        ("colours.csv", "colours", 4),
        ("terms.csv", "terms", 5),
        ("names.csv", "names", 5),
        ("association.csv", "association", 5),
        ("pairs.csv", "pairs", 7),
    ] {
        let table = table(name);
        assert_eq!(table.len(), rows, "{name}");
        let alone = bench.prints(&["--format", "csv", "--what", what]);
        assert_eq!(alone.lines().count(), rows, "{what}");
    }
    // What a spreadsheet would run stands behind an apostrophe.
    assert!(table("terms.csv").iter().any(|row| row[0] == "'=gray"));
    let names = table("names.csv");
    assert_eq!(names[0], ["colour", "term", "count", "p_term", "p_colour"]);
    assert!(names.contains(&["#103996", "blue", "3", "0.75", "1.0"].map(String::from).to_vec()));
    let association = table("association.csv");
    assert_eq!(association[0], ["term", "blue", "red", "'=gray", "navy", "(others)"]);
    assert_eq!(association[4], ["navy", "0.75", "0.0", "0.0", "0.25", "0.0"]);
}

#[test]
fn a_table_to_read_shows_the_lot() {
    let table = Bench::with(FILE).prints(&[]);
    for part in ["Colours", "Terms", "What one calls the row", "#103996", "navy", "75.0"] {
        assert!(table.contains(part), "{part} in\n{table}");
    }
    let narrow = Bench::with(FILE).prints(&["--what", "pairs", "--terms", "2"]);
    assert_eq!(narrow.lines().count(), 3);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let wrong = |content: &str, arguments: &[&str]| Bench::with(content).refuses(arguments);
    assert!(wrong("colour,response\n#ff0000,red\norange,x\n", &[]).contains("line 3"));
    assert!(wrong("colour,response\norange,x\n", &[]).contains("write it as #rrggbb"));
    assert!(wrong("l,a,b,response\n150,0,0,x\n", &[]).contains("from 0 to 100"));
    assert!(wrong("colour,response,n\n#fff,x,two\n", &["--count", "n"]).contains("is not a count"));
    assert!(wrong("picture,response\n1,x\n", &[]).contains("no column `colour`"));
    assert!(wrong("colour,response\n#fff,x\n", &["--response", "colour"]).contains("the same column"));
    assert!(wrong("colour,response\n#fff,x\n", &["--white", "C"]).contains("D65 or D50"));
    assert!(wrong("colour,response\n#fff,x\n", &["--bin", "0"]).contains("0.1 to 100"));
    assert!(wrong("l,a,response\n1,2,x\n", &["--lab", "l,a,b"]).contains("no column `b`"));
}

#[test]
fn a_file_without_answers_has_no_figures_and_no_trouble() {
    let bench = Bench::with("colour,response\n");
    let found = bench.json(&[]);
    assert_eq!(
        (&found["n"], &found["colours"], &found["basic_share"]),
        (&json!(0), &json!([]), &Value::Null)
    );
    bench.prints(&[]);
    let silent = Bench::with("colour,response\n#fff,\n").json(&[]);
    assert_eq!((&silent["colours"][0]["consensus"], &silent["non_answers"]), (&Value::Null, &json!(1)));
}
