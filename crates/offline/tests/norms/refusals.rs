//! What is refused, and in what words.

use std::path::Path;
use std::process::Command;

use crate::bench::{Bench, names, owned, stderr};
use crate::files::{TEXT, gzip};

#[test]
fn a_missing_column_is_named_together_with_those_there_are() {
    let bench = Bench::with("m.csv", "bild,wort\n1,Hund\n");
    let message = bench.refuses(&[]);
    assert!(message.contains("m.csv: no column `stimulus`"), "{message}");
    assert!(message.contains("`bild`, `wort`"), "{message}");
    let message = bench.refuses(&["--stimulus", "bild"]);
    assert!(message.contains("no column `response`"), "{message}");
    let known = Bench::with("m.csv", "stimulus,response\n1,Hund\n");
    for flag in
        ["--stimulus", "--response", "--participant", "--count", "--non-answer", "--first-key", "--submitted"]
    {
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
fn what_is_no_table_is_refused() {
    let folder = Bench::with("x.csv", "");
    assert!(folder.refuses(&[]).contains("x.csv: the file is empty"));
    let cut = gzip(TEXT.repeat(1000).as_bytes());
    let cut = Bench::with("cut.csv.gz", &cut[..cut.len() / 2]);
    let message = cut.refuses(&["--normalise", "none"]);
    assert!(message.contains("cut.csv.gz: cannot be read beyond line"), "{message}");
    assert!(Bench::with("x.xlsx", b"PK\x03\x04rest").refuses(&[]).contains("zip archive or a spreadsheet"));
    assert!(Bench::with("x.csv", b"a,b\n\x00\x01\n").refuses(&[]).contains("line 2, column 1: a zero byte"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
    let output = command.args(["norms", "there-is-no-such-file.csv"]).output().unwrap();
    assert!(stderr(&output).contains("cannot open there-is-no-such-file.csv"));
    let unwritable = Bench::with("x.csv", TEXT);
    let missing = Path::new("no-such-folder").join("out.csv");
    assert!(
        unwritable.refuses(&["--out", missing.to_str().unwrap()]).contains("cannot write no-such-folder")
    );
}
