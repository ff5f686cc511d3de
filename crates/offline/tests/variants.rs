//! `variants` as its users meet it, and its list on the way back as a mapping.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A folder with answers, and the commands on them.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut answers = String::from("picture,response,n\n");
        for row in [
            "board,skateboard,40",
            "board,skatebaord,2",
            "board,Skate board,5",
            "shirt,T-shirt,12",
            "shirt,tshirt,3",
            "shirt,=1+1,9",
            "shirt,\"'=1+1\",1",
            "boat,boat,20",
            "boat,coat,9",
            "boat,boats,4",
        ] {
            answers.push_str(row);
            answers.push('\n');
        }
        fs::write(folder.path().join("answers.csv"), answers).unwrap();
        Self(folder)
    }

    /// Runs a command on the answers; (stdout, stderr).
    fn run(&self, command: &str, arguments: &[&str]) -> (bool, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_nameit-offline"))
            .current_dir(self.0.path())
            .args([command, "answers.csv", "--count", "n"])
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }

    fn prints(&self, command: &str, arguments: &[&str]) -> String {
        let (fine, output, errors) = self.run(command, arguments);
        assert!(fine, "{errors}");
        output
    }

    fn names(&self, arguments: &[&str]) -> Vec<String> {
        let norms = self.prints("norms", &[arguments, &["--format", "json"]].concat());
        let norms: Value = serde_json::from_str(&norms).unwrap();
        let names = norms.as_array().unwrap().iter().flat_map(|norms| norms["names"].as_array().unwrap());
        names.map(|entry| format!("{} {}", entry["name"].as_str().unwrap(), entry["count"])).collect()
    }

    /// Writes the list of proposals, with something in the column `accept` for each target.
    fn decide(&self, file: &str, accept: impl Fn(&str) -> &'static str) {
        self.prints("variants", &["--format", "csv", "--out", file]);
        let path = self.0.path().join(file);
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let header = reader.headers().unwrap().clone();
        let rows: Vec<Vec<String>> = reader
            .records()
            .map(|row| {
                let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
                accept(&row[1]).clone_into(&mut row[0]);
                row
            })
            .collect();
        let mut writer = csv::Writer::from_path(path).unwrap();
        writer.write_record(&header).unwrap();
        for row in rows {
            writer.write_record(row).unwrap();
        }
        writer.flush().unwrap();
    }
}

#[test]
fn proposals_come_with_counts_reasons_and_stimuli() {
    let desk = Desk::new();
    let (fine, output, errors) = desk.run("variants", &["--format", "json"]);
    assert!(fine, "{errors}");
    let proposals: Value = serde_json::from_str(&output).unwrap();
    let pairs: Vec<(&str, &str)> = proposals
        .as_array()
        .unwrap()
        .iter()
        .map(|proposal| (proposal["from"].as_str().unwrap(), proposal["to"].as_str().unwrap()))
        .collect();
    let expected = [
        ("skate board", "skateboard"),
        ("tshirt", "t-shirt"),
        ("'=1+1", "=1+1"),
        ("skatebaord", "skateboard"),
    ];
    assert_eq!(pairs, expected);
    let typo = &proposals[3];
    assert_eq!((&typo["from_count"], &typo["to_count"]), (&Value::from(2), &Value::from(40)));
    assert_eq!(typo["reasons"], serde_json::json!(["transposed_letters"]));
    assert_eq!(typo["stimulus_keys"], serde_json::json!(["board"]));
    assert_eq!(typo["accept"], Value::Null);
    let said = "10 distinct names, 4 probable variants with 11 answers; accepting all: 10 → 6 names";
    assert!(errors.contains(said), "{errors}");
    let table = desk.prints("variants", &["--min-score", "0.95"]);
    assert!(table.contains("skate board") && !table.contains("skatebaord"), "{table}");
}

#[test]
fn the_edited_list_is_a_mapping() {
    let desk = Desk::new();
    let plain = desk.names(&[]);
    assert!(plain.contains(&"skateboard 40".to_owned()), "{plain:?}");
    desk.decide("open.csv", |_| "");
    assert_eq!(desk.names(&["--mapping", "open.csv"]), plain, "nothing is merged that was not accepted");
    desk.decide("decided.csv", |from| if from == "tshirt" { "no" } else { "yes" });
    let merged = desk.names(&["--mapping", "decided.csv"]);
    let expected = ["skateboard 47", "t-shirt 12", "=1+1 10", "tshirt 3", "boat 20", "coat 9", "boats 4"];
    assert_eq!(merged, expected);
    let left = desk.prints("variants", &["--mapping", "decided.csv", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&left).unwrap(), serde_json::json!([]));
}

#[test]
fn json_is_a_mapping_too_and_mistakes_are_told_with_their_line() {
    let desk = Desk::new();
    let write = |content: &str| fs::write(desk.0.path().join("mapping"), content).unwrap();
    for content in [
        r#"{"skatebaord": "skateboard"}"#,
        r#"[{"from": "skatebaord", "to": "skateboard", "accept": true}, {"from": "boats", "to": "boat", "accept": null}]"#,
        r#"{"steps": ["trim"], "merges": {"skatebaord": "skateboard"}, "rejected": [{"from": "a", "to": "b"}]}"#,
    ] {
        write(content);
        let names = desk.names(&["--mapping", "mapping"]);
        assert!(names.contains(&"skateboard 42".to_owned()), "{names:?}");
        assert!(names.contains(&"boats 4".to_owned()), "{names:?}");
    }
    write("from,to,accept\nskatebaord,skateboard,perhaps\n");
    let (fine, _, errors) = desk.run("norms", &["--mapping", "mapping"]);
    assert!(!fine && errors.contains("line 2: column accept says `perhaps`"), "{errors}");
}

#[test]
fn steps_can_be_listed_one_by_one() {
    let desk = Desk::new();
    let names = desk.names(&["--normalise", "trim,lower_case,join_words"]);
    assert!(
        names.contains(&"skateboard 45".to_owned()) && names.contains(&"tshirt 15".to_owned()),
        "{names:?}"
    );
    let (fine, _, errors) = desk.run("norms", &["--normalise", "trim,stem"]);
    assert!(!fine && errors.contains("`stem` is no step of normalisation"), "{errors}");
}
