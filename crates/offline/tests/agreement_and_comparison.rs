//! `agreement` and `compare` as their users meet them.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with files, and the commands on them.
struct Desk(TempDir);

impl Desk {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.prints(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    }
}

/// Krippendorff's example, one row per judgement; the last unit has a single value.
fn judgements() -> String {
    let observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];
    let mut text = String::from("unit;coder;value\n");
    for (coder, values) in ["A", "B", "C", "D"].iter().zip(observers) {
        for (unit, value) in (1..).zip(values) {
            let value = if value == 0 { "*".to_owned() } else { value.to_string() };
            writeln!(text, "u{unit};{coder};{value}").unwrap();
        }
    }
    text
}

#[test]
fn alpha_comes_out_under_the_metric_that_is_named() {
    let desk = Desk::with(&[("judgements.csv", &judgements())]);
    for (metric, printed) in [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)] {
        let report = desk.json(&["agreement", "judgements.csv", "--metric", metric]);
        assert!((report["alpha"].as_f64().unwrap() - printed).abs() < 0.0005, "{metric}: {report}");
        assert_eq!((&report["units"], &report["unpaired_units"]), (&11.into(), &1.into()));
        assert_eq!((&report["coders"], &report["missing"]), (&4.into(), &7.into()));
        assert!(report["kappa"]["kappa"].is_null(), "units differ in their number of values");
        let low = report["alpha_interval"]["low"].as_f64().unwrap();
        assert!(low < printed && printed < report["alpha_interval"]["high"].as_f64().unwrap());
    }
    let csv = desk.prints(&["agreement", "judgements.csv", "--format", "csv"]);
    assert!(csv.starts_with("metric,units,values,"), "{csv}");
    let seeds = |seed| desk.prints(&["agreement", "judgements.csv", "--seed", seed]);
    assert_eq!(seeds("7"), seeds("7"));
    assert_ne!(seeds("7"), seeds("8"));
}

#[test]
fn judgements_that_cannot_be_used_are_refused_with_their_line() {
    let desk = Desk::with(&[
        ("twice.csv", "unit,coder,value\na,x,1\na,x,2\n"),
        ("words.csv", "unit,coder,value\na,x,1\na,y,two\n"),
        ("none.csv", "unit,score\na,1\n"),
        ("missing.csv", "unit,coder,value\na,x,NA\na,x,\na,x,1\n"),
        ("nobody.csv", "unit,coder,value\na,x,1\na, ,1\n"),
    ]);
    assert!(
        desk.refuses(&["agreement", "twice.csv"])
            .contains("line 3, column 2 (`coder`): this coder has judged")
    );
    let stdin = fs::File::open(desk.0.path().join("twice.csv")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
    let output = command.args(["agreement", "-"]).stdin(stdin).output().unwrap();
    let refusal = String::from_utf8(output.stderr).unwrap();
    assert!(refusal.contains("unit `a`, coder `x`: this coder has judged"), "{refusal}");
    assert_eq!(desk.json(&["agreement", "missing.csv"])["missing"], 2, "what is missing was not judged");
    assert!(desk.refuses(&["agreement", "nobody.csv"]).contains("line 3, column 2 (`coder`): empty"));
    let refusal = desk.refuses(&["agreement", "words.csv", "--metric", "interval"]);
    assert!(refusal.contains("`two` is not a number, which the metric interval needs"), "{refusal}");
    assert!(desk.refuses(&["agreement", "none.csv"]).contains("name it by --value"));
}

#[test]
fn own_answers_are_compared_with_published_norms() {
    let desk = Desk::with(&[
        (
            "answers.csv",
            "stimulus,response\ncup,Cup\ncup,cup\ncup,a mug\nsofa,couch\nsofa,sofa\ncat,cat\ncat,cat\n",
        ),
        (
            "norms.tsv",
            "item\tname\tcount\ncup\tcup\t30\ncup\tmug\t10\nsofa\tsofa\t20\ncat\tkitten\t5\nold\tx\t1\n",
        ),
    ]);
    let found = desk.json(&["compare", "answers.csv", "--reference", "norms.tsv"]);
    assert_eq!((&found["stimuli"], &found["only_in_reference"]), (&3.into(), &1.into()));
    assert_eq!(found["modal_matches"], 2);
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows[0]["stimulus"], "cat");
    assert_eq!(rows[0]["divergence"], 1.0);
    assert_eq!(rows[0]["reference_modal_names"][0], "kitten");
    let csv = desk.prints(&["compare", "answers.csv", "--reference", "norms.tsv", "--format", "csv"]);
    assert!(csv.starts_with("stimulus,n,modal_names,"), "{csv}");
    assert!(csv.contains("sofa,2,couch | sofa,sofa,true,0.5,1.0,1.0,0.0,"), "{csv}");
    let refusal = desk.refuses(&["compare", "answers.csv", "--reference", "answers.csv"]);
    assert!(refusal.contains("--reference-agreement"), "{refusal}");
}
