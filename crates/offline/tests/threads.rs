//! Every command that counts gives the same, however many threads do it.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

/// So many rows are three blocks of input.
const ROWS: u64 = 110_000;

/// Rows of a table: a stimulus, which is a colour, what was said, and how often.
fn rows(count: u64) -> String {
    let mut text = String::from("stimulus,response,parts,n\n");
    for row in 0..count {
        let mixed = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let stimulus = mixed % 30;
        let word =
            ["blue", "Light blue", "the green", "\"one, \"\"two\"\"\"", " "][(mixed / 30 % 5) as usize];
        writeln!(text, "#{stimulus:02x}00FF,{word},\"[\"\"part {}\"\"]\",{}", mixed % 3, mixed % 4).unwrap();
    }
    text
}

#[test]
fn the_number_of_threads_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.csv"), rows(ROWS)).unwrap();
    fs::write(folder.path().join("norms.csv"), "stimulus,name,count\n#0100FF,blue,3\n#0200FF,green,2\n")
        .unwrap();
    let commands: [&[&str]; 6] = [
        &[
            "agreement",
            "rows.csv",
            "--unit",
            "stimulus",
            "--value",
            "n",
            "--metric",
            "ordinal",
            "--replicates",
            "50",
        ],
        &["variants", "rows.csv"],
        &["colours", "rows.csv", "--what", "names"],
        &["colours", "rows.csv", "--bin", "20", "--what", "terms", "--count", "n"],
        &["divergence", "rows.csv", "--parts", "parts"],
        &["compare", "rows.csv", "--reference", "norms.csv"],
    ];
    for arguments in commands {
        let printed = |threads: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
            command.current_dir(folder.path()).args(arguments).args([
                "--format",
                "csv",
                "--threads",
                threads,
            ]);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            assert!(!output.stdout.is_empty());
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
        };
        let alone = printed("1");
        assert!(alone.1.contains(&format!("{ROWS} rows")), "{}", alone.1);
        for threads in ["2", "5"] {
            assert_eq!(alone, printed(threads), "{arguments:?}");
        }
    }
}

#[test]
fn the_first_refusal_in_the_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let broken = rows(ROWS).replacen("#0500FF", "five", 3).replacen("#0700FF", "", 2);
    fs::write(folder.path().join("rows.csv"), &broken).unwrap();
    let refusal = |threads: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
        let output = command
            .current_dir(folder.path())
            .args(["colours", "rows.csv", "--what", "terms", "--threads", threads])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    let alone = refusal("1");
    let line = broken.lines().position(|line| line.starts_with("five") || line.starts_with(',')).unwrap() + 1;
    assert!(alone.contains(&format!("rows.csv: line {line}, column 1")), "{alone}");
    for _ in 0..3 {
        assert_eq!(refusal("4"), alone);
    }
}
