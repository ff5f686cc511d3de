//! `nameit norms` as its users meet it: the built command on files of every make.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with one file, and the command on it.
struct Bench {
    folder: TempDir,
    file: &'static str,
}

impl Bench {
    fn with(file: &'static str, content: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(file), content).unwrap();
        Self { folder, file }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameit"));
        command.current_dir(self.folder.path()).arg("norms").arg(self.file).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What it prints on stdout; it has to succeed.
    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.prints(&[arguments, &["--format", "json"]].concat())).unwrap()
    }

    /// The message with which it refuses; nothing may be on stdout then.
    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(output.stdout.is_empty());
        stderr(&output)
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The names of a stimulus with their counts.
fn names(norms: &Value, stimulus: &str) -> Vec<(String, u64)> {
    let entry = norms.as_array().unwrap().iter().find(|entry| entry["stimulus"] == stimulus).unwrap();
    let names = entry["names"].as_array().unwrap();
    names
        .iter()
        .map(|name| (name["name"].as_str().unwrap().to_owned(), name["count"].as_u64().unwrap()))
        .collect()
}

fn owned(names: &[(&str, u64)]) -> Vec<(String, u64)> {
    names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn gzip(content: &[u8]) -> Vec<u8> {
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

const TEXT: &str = "stimulus,response\n1,café\n1,“NA”\n1,café\n2,\"Brot, n/a\"\n2,NA\n2,n/a\n2,\n";

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
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit"));
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
fn each_normalisation_does_what_it_says() {
    let bench =
        Bench::with("n.csv", "stimulus,response\n1,The Dog.\n1, the dog.\n1,dog\n1,the  dog.\n1,?\n1, \n");
    assert_eq!(bench.json(&["--normalise", "none"])[0]["types"], 6);
    let case = bench.json(&["--normalise", "case"]);
    assert_eq!(names(&case, "1"), owned(&[("the dog.", 2), ("?", 1), ("dog", 1), ("the  dog.", 1)]));
    assert_eq!(case[0]["non_answers"], 1);
    let standard = bench.json(&[]);
    assert_eq!(names(&standard, "1"), owned(&[("dog", 4)]));
    assert_eq!(standard[0]["non_answers_by_kind"], json!({"dont_know": 0, "skipped": 0, "blank": 2}));
    let german = bench.json(&["--language", "de"]);
    assert_eq!(names(&german, "1"), owned(&[("the dog", 3), ("dog", 1)]));
}

#[test]
fn all_figures_of_a_small_file_come_out() {
    let rows = [("a", "couch"), ("a", "sofa"), ("a", "sofa"), ("a", "couch"), ("a", "seat"), ("b", "dog")];
    let mut text = "participant,stimulus,response,non_answer,first_key_ms\n".to_owned();
    for (index, (stimulus, response)) in rows.iter().enumerate() {
        let (who, first_key_ms) = (index % 4, 500 + 10 * index);
        writeln!(text, "p{who},{stimulus},{response},,{first_key_ms}").unwrap();
    }
    text += "p1,c,,dont_know,\np2,c,typed anyway,skipped,300\n";
    let bench = Bench::with("f.csv", text);
    let norms = bench.json(&["--participant", "participant"]);
    let h = 2.0 * 0.4 * 2.5f64.log2() + 0.2 * 5f64.log2();
    let a = &norms[0];
    assert_eq!((&a["n"], &a["types"], &a["modal_count"]), (&json!(5), &json!(3), &json!(2)));
    assert_eq!((&a["modal_name"], &a["modal_names"]), (&json!("couch"), &json!(["couch", "sofa"])));
    assert_eq!((&a["agreement"], &a["simpson"]), (&json!(0.4), &json!(0.2)));
    assert!((a["h"].as_f64().unwrap() - h).abs() < 1e-12);
    assert!((a["coverage"].as_f64().unwrap() - (1.0 - 0.2 * 4.0 / 8.0)).abs() < 1e-12);
    assert!((a["chao1"].as_f64().unwrap() - (3.0 + 0.8 / 4.0)).abs() < 1e-12);
    assert_eq!((&a["median_first_key_ms"], &a["participants"]), (&json!(520.0), &json!(4)));
    let b = &norms[1];
    assert_eq!((&b["h"], &b["simpson"], &b["participants"]), (&json!(0.0), &Value::Null, &json!(1)));
    let c = &norms[2];
    assert_eq!((&c["n"], &c["non_answers"], &c["modal_name"]), (&json!(0), &json!(2), &Value::Null));
    assert_eq!(c["non_answers_by_kind"], json!({"dont_know": 1, "skipped": 1, "blank": 0}));
    assert_eq!((&c["agreement"], &c["median_first_key_ms"]), (&Value::Null, &Value::Null));
}

#[test]
fn table_and_csv_show_the_same_and_go_where_they_are_sent() {
    let bench = Bench::with("t.csv", "stimulus,response\n狗狗,狗\n狗狗,犬\n=x,+1\n");
    let table = bench.prints(&[]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0],
        "stimulus  n  non-answers  types  modal name  count  agree %      H  Simpson  coverage  Chao1"
    );
    assert_eq!(
        lines[2],
        "狗狗      2            0      2  犬 | 狗         1     50.0  1.000    0.000     0.667    2.5"
    );
    assert_eq!(
        lines[3],
        "=x        1            0      1  +1              1    100.0  0.000        –     1.000    1.0"
    );
    assert!(bench.prints(&["--format", "csv", "--out", "norms.csv"]).is_empty());
    let written = fs::read_to_string(bench.folder.path().join("norms.csv")).unwrap();
    let lines: Vec<&str> = written.split("\r\n").collect();
    assert!(
        lines[0].starts_with("stimulus,n,non_answers,dont_know,skipped,blank,types,modal_name,modal_names,")
    );
    assert!(lines[1].starts_with("狗狗,2,0,0,0,0,2,犬,犬 | 狗,1,0.5,1.0,0.0,0.6666666666666667,2.5,"));
    assert!(lines[2].starts_with("'=x,1,0,0,0,0,1,'+1,'+1,1,1.0,0.0,,1.0,1.0,"));
}

#[test]
fn counts_and_mappings_are_applied() {
    let bench = Bench::with("c.csv", "picture,name,freq\ntv,TV,3\ntv,Telly,2\ntv,television,4\ntv,never,0\n");
    let counted = bench.json(&["--count", "freq"]);
    assert_eq!(names(&counted, "tv"), owned(&[("television", 4), ("tv", 3), ("telly", 2)]));
    let output = bench.run(&[]);
    assert!(stderr(&output).contains("(else say --count freq)"), "{}", stderr(&output));

    let mapping = bench.folder.path().join("map.csv");
    fs::write(&mapping, "name,canonical\nTelly,tv\nTV,television\n").unwrap();
    let mapped = bench.json(&["--count", "freq", "--mapping", "map.csv"]);
    assert_eq!(names(&mapped, "tv"), owned(&[("television", 9)]));
    fs::write(&mapping, "tv,telly\ntelly,tv\n").unwrap();
    assert!(bench.refuses(&["--mapping", "map.csv"]).contains("map.csv: the mapping runs in a circle: "));
    fs::write(&mapping, "tv,television\nalone\n").unwrap();
    assert!(bench.refuses(&["--mapping", "map.csv"]).contains("map.csv: line 2: expected two columns"));
}

#[test]
fn a_missing_column_is_named_together_with_those_there_are() {
    let bench = Bench::with("m.csv", "bild,wort\n1,Hund\n");
    let message = bench.refuses(&[]);
    assert!(message.contains("m.csv: no column `stimulus`"), "{message}");
    assert!(message.contains("`bild`, `wort`"), "{message}");
    let message = bench.refuses(&["--stimulus", "bild"]);
    assert!(message.contains("no column `response`"), "{message}");
    let known = Bench::with("m.csv", "stimulus,response\n1,Hund\n");
    for flag in ["--stimulus", "--response", "--participant", "--count", "--non-answer", "--first-key"] {
        let message = known.refuses(&[flag, "gibt es nicht"]);
        assert!(message.contains(&format!("no column `gibt es nicht` ({flag})")), "{message}");
        assert!(message.contains("`stimulus`, `response`"), "{message}");
    }
    assert_eq!(names(&bench.json(&["--stimulus", "bild", "--response", "WORT"]), "1"), owned(&[("hund", 1)]));
    let twice = Bench::with("m.csv", "stimulus,response,response\n1,a,b\n");
    assert!(twice.refuses(&["--response", "response"]).contains("there are 2 columns `response`"));
}

#[test]
fn a_malformed_row_is_refused_with_file_line_and_column() {
    let head = "stimulus,response,count\n1,dog,1\n";
    for (row, expected) in [
        ("2,cat\n", "bad.csv: line 3, column 3 (`count`): missing; the row has 2 of 3 columns"),
        ("2,cat,1,x\n", "bad.csv: line 3, column 4: one too many; the row has 4 columns, the header 3"),
        ("2,cat,-1\n", "bad.csv: line 3, column 3 (`count`): `-1` is not a count"),
        ("2,cat,+1\n", "bad.csv: line 3, column 3 (`count`): `+1` is not a count"),
        ("2,cat,1.5\n", "bad.csv: line 3, column 3 (`count`): `1.5` is not a count"),
        ("2,cat,\n", "bad.csv: line 3, column 3 (`count`): `` is not a count"),
        ("2,cat,99999999999999999999\n", "column 3 (`count`): `99999999999999999999` is not a count"),
        ("2,cat,9007199254740992\n", "column 3 (`count`): the counts add up to more than 2^53"),
        (",cat,1\n", "bad.csv: line 3, column 1 (`stimulus`): empty"),
        ("2,\"cat,1\n3,cow,1\n", "bad.csv: line 3: a quote is opened in this row and never closed"),
        ("\n2,\"c\na\nt\"s,1\n", "bad.csv: line 6, column 2: text follows a closing quote"),
    ] {
        for end in ["\n", "\r\n", "\r"] {
            let bench = Bench::with("bad.csv", format!("{head}{row}").replace('\n', end));
            let message = bench.refuses(&["--count", "count"]);
            assert!(message.contains(expected), "{end:?}: {message}");
        }
    }
    let bench = Bench::with("bad.csv", "stimulus,response,who\n1,dog,p1\n1,dog,\n");
    assert!(bench.refuses(&["--participant", "who"]).contains("bad.csv: line 3, column 3 (`who`): empty"));
    let bench = Bench::with("bad.csv", "stimulus,response,first_key_ms\n1,dog,-1\n");
    assert!(bench.refuses(&[]).contains("bad.csv: line 2, column 3 (`first_key_ms`): `-1` is not a time"));
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

#[test]
fn what_is_no_table_is_refused() {
    let folder = Bench::with("x.csv", "");
    assert!(folder.refuses(&[]).contains("x.csv: the file is empty"));
    let cut = gzip(TEXT.repeat(1000).as_bytes());
    let cut = Bench::with("cut.csv.gz", &cut[..cut.len() / 2]);
    let message = cut.refuses(&["--normalise", "none"]);
    assert!(message.contains("cut.csv.gz: cannot be read beyond line"), "{message}");
    assert!(Bench::with("x.xlsx", b"PK\x03\x04rest").refuses(&[]).contains("zip archive or a spreadsheet"));
    assert!(Bench::with("x.csv", b"a,b\n\x00\x01\n").refuses(&[]).contains("line 2, column 1: a zero byte"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit"));
    let output = command.args(["norms", "there-is-no-such-file.csv"]).output().unwrap();
    assert!(stderr(&output).contains("cannot open there-is-no-such-file.csv"));
    let unwritable = Bench::with("x.csv", TEXT);
    let missing = Path::new("no-such-folder").join("out.csv");
    assert!(
        unwritable.refuses(&["--out", missing.to_str().unwrap()]).contains("cannot write no-such-folder")
    );
}

#[test]
fn every_flag_has_a_variable() {
    let bench = Bench::with("e.csv", "bild;wort;zahl\n1;Das Haus;2\n");
    let mut command = bench.command(&[]);
    command.env("NAMEIT_NORMS_STIMULUS", "bild").env("NAMEIT_NORMS_RESPONSE", "wort");
    command.env("NAMEIT_NORMS_COUNT", "zahl").env("NAMEIT_NORMS_LANGUAGE", "de");
    let output = command.env("NAMEIT_NORMS_FORMAT", "json").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(names(&serde_json::from_slice(&output.stdout).unwrap(), "1"), owned(&[("haus", 2)]));

    let help = bench.prints(&["--help"]);
    let flags = help.lines().filter(|line| line.trim_start().starts_with("--")).count();
    let variables = help.matches("[env: NAMEIT_NORMS_").count();
    assert!(flags >= 14, "{help}");
    assert_eq!(variables, flags + 1, "each flag and FILE\n{help}");
}
