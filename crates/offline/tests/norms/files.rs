//! Files of every make are read alike.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::bench::{Bench, names, owned, stderr};

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!unmappable);
    bytes.into_owned()
}

pub(crate) const TEXT: &str = "stimulus,response\n1,café\n1,“NA”\n1,café\n2,\"Brot, n/a\"\n2,NA\n2,n/a\n2,\n";

fn assert_is_text(norms: &Value, what: &str) {
    assert_eq!(names(norms, "1"), owned(&[("café", 2), ("“NA”", 1)]), "{what}");
    assert_eq!(names(norms, "2"), owned(&[("Brot, n/a", 1), ("NA", 1), ("n/a", 1)]), "{what}");
    assert_eq!((&norms[1]["n"], &norms[1]["non_answers"]), (&json!(3), &json!(1)), "{what}");
}

#[test]
fn every_encoding_line_end_and_delimiter_gives_the_same_norms() {
    let marked = format!("\u{feff}{TEXT}");
    let variants: Vec<(&str, Vec<u8>, &str)> = vec![
        ("UTF-8", TEXT.into(), "UTF-8, comma-separated"),
        ("with a mark", marked.clone().into(), "UTF-8, comma-separated"),
        ("UTF-16 LE with a mark", utf16(&marked, u16::to_le_bytes), "UTF-16LE"),
        ("UTF-16 BE with a mark", utf16(&marked, u16::to_be_bytes), "UTF-16BE"),
        ("UTF-16 LE", utf16(TEXT, u16::to_le_bytes), "UTF-16LE"),
        ("UTF-16 BE", utf16(TEXT, u16::to_be_bytes), "UTF-16BE"),
        ("Windows-1252", windows_1252(TEXT), "Windows-1252"),
        ("CRLF", TEXT.replace('\n', "\r\n").into(), "UTF-8"),
        ("CR", TEXT.replace('\n', "\r").into(), "UTF-8"),
        ("CRLF in Windows-1252", windows_1252(&TEXT.replace('\n', "\r\n")), "Windows-1252"),
        ("no last line end", TEXT.trim_end().into(), "UTF-8"),
        ("blank lines", TEXT.replace('\n', "\n\n").into(), "UTF-8"),
        (
            "tabs",
            "stimulus\tresponse\n1\tcafé\n1\t“NA”\n1\tcafé\n2\tBrot, n/a\n2\tNA\n2\tn/a\n2\t\n".into(),
            "tab",
        ),
        (
            "semicolons",
            TEXT.replace("\"Brot, n/a\"", "Brot§ n/a").replace(',', ";").replace('§', ",").into(),
            "semi",
        ),
        ("gzip", gzip(TEXT.as_bytes()), "UTF-8"),
        ("gzip of UTF-16", gzip(&utf16(&marked, u16::to_le_bytes)), "UTF-16LE"),
        ("two gzip members", [gzip(&TEXT.as_bytes()[..30]), gzip(&TEXT.as_bytes()[30..])].concat(), "UTF-8"),
    ];
    for (what, content, said) in variants {
        let bench = Bench::with("table.csv", content);
        let output = bench.run(&["--normalise", "none", "--format", "json"]);
        assert!(output.status.success(), "{what}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{what}: {}", stderr(&output));
        assert_is_text(&serde_json::from_slice(&output.stdout).unwrap(), what);
    }
}

#[test]
fn stdin_is_read_for_a_dash() {
    let bench = Bench::with("unused.csv", "");
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
    command.current_dir(bench.folder.path()).args(["norms", "-", "--normalise", "none", "--format", "json"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(TEXT.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_is_text(&serde_json::from_slice(&output.stdout).unwrap(), "stdin");
    assert!(stderr(&output).starts_with("stdin: 7 rows"), "{}", stderr(&output));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut long = String::from("stimulus\tresponse\n");
    for row in 0..20_000 {
        writeln!(long, "stimulus {row}\tname").unwrap();
    }
    let bench = Bench::with("long.tsv", long);
    for format in ["table", "csv", "json"] {
        let mut command = bench.command(&["--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Closes its end after a few bytes, as `head` does.
        child.stdout.take().unwrap().read_exact(&mut [0; 10]).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{format}: {}", stderr(&output));
    }
}

#[test]
fn quotes_hold_delimiters_line_ends_and_quotes() {
    let bench =
        Bench::with("q.csv", "item,answer\r\n\"a,1\",\"say \"\"hi\"\"\r\nnow\"\r\n\"a,1\",5\" nail\r\n");
    let norms = bench.json(&["--normalise", "none"]);
    assert_eq!(names(&norms, "a,1"), owned(&[("5\" nail", 1), ("say \"hi\"\r\nnow", 1)]));
    let plain = Bench::with("q.tsv", "item\tanswer\n1\t\"dog\" or cat\n1\t\"dog\n");
    assert!(plain.refuses(&[]).contains("q.tsv: line 2, column 2: text follows a closing quote"));
    let norms = plain.json(&["--no-quotes", "--normalise", "none"]);
    assert_eq!(names(&norms, "1"), owned(&[("\"dog", 1), ("\"dog\" or cat", 1)]));
}

#[test]
fn a_file_that_changes_its_encoding_late_is_read_right_or_refused() {
    let many = "1,dog\n".repeat(100_000);
    let mut latin = format!("stimulus,response\n{many}").into_bytes();
    latin.extend(windows_1252("2,café\n"));
    let bench = Bench::with("late.csv", &latin);
    assert_eq!(names(&bench.json(&[]), "2"), owned(&[("café", 1)]));
    assert!(stderr(&bench.run(&[])).contains("Windows-1252"));

    let mut mixed = format!("stimulus,response\n1,chou à la crème\n{many}").into_bytes();
    mixed.extend(windows_1252("2,café\n"));
    let message = Bench::with("mixed.csv", &mixed).refuses(&[]);
    assert!(message.contains("mixed.csv: line 100003, column 6: the byte 0xe9 is not UTF-8"), "{message}");
}
