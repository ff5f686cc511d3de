//! `divergence` as its users meet it: the built command on files. The published data are not part of the project:
//! their folder is named by `NAMEIT_SHARED_DATA`, or lies beside the workspace as `shared/data`. Without it that
//! check is skipped.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn run(file: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
    command.arg("divergence").arg(file).args(arguments).output().unwrap()
}

fn prints(file: &Path, arguments: &[&str]) -> String {
    let output = run(file, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn data(set: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("NAMEIT_SHARED_DATA").map_or_else(beside, PathBuf::from).join(set);
    if folder.is_dir() {
        return Some(folder);
    }
    let mut stderr = std::io::stderr();
    writeln!(
        stderr,
        "\n*** SKIPPED: {} is not there, so the figures published for {set} were NOT checked. \
         Name the folder of the data by NAMEIT_SHARED_DATA. ***\n",
        folder.display()
    )
    .unwrap();
    None
}

#[test]
fn the_published_divergences_of_kilogram_come_out_of_the_command() {
    let Some(folder) = data("kilogram-dense10") else { return };
    let printed = prints(&folder.join("responses.tsv"), &["--parts", "parts", "--format", "json"]);
    let entries: Vec<Value> = serde_json::from_str(&printed).unwrap();
    let found: BTreeMap<&str, &Value> =
        entries.iter().map(|entry| (entry["stimulus"].as_str().unwrap(), entry)).collect();
    let mut published =
        csv::ReaderBuilder::new().delimiter(b'\t').from_path(folder.join("published.tsv")).unwrap();
    let mut checked = 0;
    for row in published.deserialize() {
        let (stimulus, snd, pnd): (String, f64, f64) = row.unwrap();
        let entry = found[stimulus.as_str()];
        assert!((entry["snd"].as_f64().unwrap() - snd).abs() < 1e-12, "{stimulus}: {entry}");
        assert!((entry["pnd"].as_f64().unwrap() - pnd).abs() < 1e-12, "{stimulus}: {entry}");
        checked += 1;
    }
    assert_eq!((checked, found.len()), (74, 74));
    let n: u64 = entries.iter().map(|entry| entry["n"].as_u64().unwrap()).sum();
    assert_eq!(n, 741);
}

fn file(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("descriptions.csv");
    fs::write(&path, content).unwrap();
    (folder, path)
}

#[test]
fn counts_non_answers_and_all_formats() {
    let (_folder, path) =
        file("item,text,times,opt_out\n=a,the red dog,2,\n=a,a cat,1,\n=a,,1,\n=a,x,1,bored\nb,dog,1,\n");
    let csv = prints(&path, &["--count", "times", "--format", "csv"]);
    assert_eq!(
        csv,
        "stimulus,n,non_answers,without_words,mean_words,sd_words,median_words,snd,words\r\n\
         '=a,3,2,0,2.6666666666666665,0.5773502691896257,3.0,0.6666666666666666,english\r\n\
         b,1,0,0,1.0,,1.0,,english\r\n"
    );
    let table = prints(&path, &["--count", "times"]);
    assert!(table.contains("SND") && table.contains("0.667"), "{table}");
    let json: Value =
        serde_json::from_str(&prints(&path, &["--format", "json", "--language", "de"])).unwrap();
    assert_eq!(json[0]["words"], "plain");
    assert_eq!(json[1]["snd"], Value::Null);
}

#[test]
fn what_cannot_be_read_is_refused_in_words() {
    let (_folder, path) = file("stimulus,description,parts\na,dog,\"[\"\"head\"\"]\"\na,cat,head\n");
    let output = run(&path, &["--parts", "parts"]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("not a JSON object or array of texts"), "{message}");
    let (_folder, path) = file("stimulus,x\na,dog\n");
    let message = String::from_utf8(run(&path, &[]).stderr).unwrap();
    assert!(message.contains("no column `description`"), "{message}");
}
