//! `nameit norms` against published naming data. The files are not part of the project: their folder is named
//! by `NAMEIT_SHARED_DATA`, or lies beside the workspace as `shared/data`. Without them the checks are skipped.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Norms {
    stimulus: String,
    n: u64,
    non_answers: u64,
    types: u64,
    modal_names: BTreeSet<String>,
    agreement: Option<f64>,
    h: Option<f64>,
    names: Vec<NameCount>,
}

#[derive(Debug, Deserialize)]
struct NameCount {
    name: String,
    count: u64,
}

/// The folder of one data set, or `None` with a loud word when it is not there.
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

fn norms(file: &Path, arguments: &[&str]) -> Vec<Norms> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
    let output = command.arg("norms").arg(file).args(arguments).args(["--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn rows(file: &Path) -> impl Iterator<Item = csv::StringRecord> {
    let opened = BufReader::new(File::open(file).unwrap());
    let zipped = file.extension().is_some_and(|extension| extension == "gz");
    let bytes: Box<dyn Read> = if zipped { Box::new(GzDecoder::new(opened)) } else { Box::new(opened) };
    csv::ReaderBuilder::new().delimiter(b'\t').from_reader(bytes).into_records().map(Result::unwrap)
}

#[test]
fn manynames_zh_comes_out_for_every_stimulus() {
    let Some(folder) = data("manynames-zh") else { return };
    let ours = norms(&folder.join("counts.tsv"), &["--count", "count", "--normalise", "none"]);
    let ours: BTreeMap<&str, &Norms> = ours.iter().map(|norms| (norms.stimulus.as_str(), norms)).collect();
    let mut published = 0;
    let mut ties = 0;
    for row in rows(&folder.join("published.tsv")) {
        let norms = ours[&row[0]];
        let stimulus = &row[0];
        assert_eq!(norms.types, row[2].parse::<u64>().unwrap(), "types of {stimulus}");
        assert_eq!(norms.n, row[3].parse::<u64>().unwrap(), "n of {stimulus}");
        let agreement: f64 = row[4].parse().unwrap();
        assert!((norms.agreement.unwrap() * 100.0 - agreement).abs() < 1e-9, "agreement of {stimulus}");
        let h: f64 = row[5].parse().unwrap();
        assert!((norms.h.unwrap() - h).abs() < 1e-9, "H of {stimulus}");
        let modal_names: BTreeSet<String> = row[6].split(' ').map(str::to_owned).collect();
        assert_eq!(norms.modal_names, modal_names, "modal names of {stimulus}");
        published += 1;
        ties += usize::from(modal_names.len() > 1);
    }
    assert_eq!((published, ours.len(), ties), (1319, 1319, 77));
}

#[test]
fn every_modal_name_of_manynames_zh_matches_also_where_names_tie() {
    let Some(folder) = data("manynames-zh") else { return };
    // There, tied names stand in one cell with a space between them.
    let mut reference = tempfile::Builder::new().suffix(".tsv").tempfile().unwrap();
    writeln!(reference, "stimulus\ttopname\tperc_top\tH").unwrap();
    for row in rows(&folder.join("published.tsv")) {
        writeln!(reference, "{}\t{}\t{}\t{}", &row[0], row[6].replace(' ', " | "), &row[4], &row[5]).unwrap();
    }
    reference.flush().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
    command.arg("compare").arg(folder.join("counts.tsv")).arg("--reference").arg(reference.path());
    let output =
        command.args(["--count", "count", "--normalise", "none", "--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((found["stimuli"].as_u64(), found["modal_matches"].as_u64()), (Some(1319), Some(1319)));
    let r = found["h_pearson"]["r"].as_f64().unwrap();
    assert!((r - 1.0).abs() < 1e-12, "{r}");
    assert!(found["agreement_difference"].as_f64().unwrap().abs() < 1e-12);
}

/// Compares the counters of one round; gives how many stimuli have responses, of how many the names agree,
/// and of how many of these the non-answers.
fn counters_that_agree(folder: &Path, round: &str) -> (usize, usize, usize) {
    let mut derived = tempfile::Builder::new().suffix(".tsv").tempfile().unwrap();
    writeln!(derived, "stimulus\tresponse\topt_out").unwrap();
    // An empty response without an opt-out is in no published counter.
    let mut blanks: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows(&folder.join("responses.tsv.gz")).filter(|row| &row[0] == round) {
        let blank = row[5].trim().is_empty() && row[6].is_empty();
        *blanks.entry(format!("{}|{}", &row[1], &row[4])).or_default() += u64::from(blank);
        assert!(!row[5].contains('"'), "the derived file is written without quotes");
        // Thirteen people gave a name and a reason not to; the published counters take the name.
        let opt_out = if row[5].trim().is_empty() { &row[6] } else { "" };
        writeln!(derived, "{}|{}\t{}\t{opt_out}", &row[1], &row[4], &row[5]).unwrap();
    }
    derived.flush().unwrap();
    let ours = norms(derived.path(), &["--normalise", "case"]);

    let mut published: BTreeMap<String, (BTreeMap<String, u64>, u64)> = BTreeMap::new();
    for row in rows(&folder.join("published_counts.tsv.gz")).filter(|row| &row[0] == round) {
        let (names, opt_outs) = published.entry(format!("{}|{}", &row[1], &row[2])).or_default();
        let count: u64 = row[4].parse().unwrap();
        if row[3].starts_with('#') {
            *opt_outs += count;
        } else {
            names.insert(row[3].to_owned(), count);
        }
    }
    let (mut same_names, mut same_non_answers) = (0, 0);
    for norms in &ours {
        let Some((names, opt_outs)) = published.get(&norms.stimulus) else { continue };
        let counted: BTreeMap<String, u64> =
            norms.names.iter().map(|entry| (entry.name.clone(), entry.count)).collect();
        if counted == *names {
            same_names += 1;
            same_non_answers += usize::from(norms.non_answers == opt_outs + blanks[&norms.stimulus]);
        }
    }
    (ours.len(), same_names, same_non_answers)
}

#[test]
fn every_counter_of_manynames_en_round_1_comes_out() {
    let Some(folder) = data("manynames-en") else { return };
    assert_eq!(counters_that_agree(&folder, "1"), (25_500, 25_500, 25_500));
}

/// 625 items of this round were published from a batch that was collected again after rejections, which the
/// responses do not hold.
#[test]
fn the_counters_of_manynames_en_round_0_come_out_but_for_the_batch_after_rejections() {
    let Some(folder) = data("manynames-en") else { return };
    let (stimuli, same_names, _) = counters_that_agree(&folder, "0");
    assert_eq!((stimuli, same_names), (23_800, 23_175));
}
