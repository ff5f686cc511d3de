//! Where the figures go, and in what form.

use std::fs;

use crate::bench::{Bench, names, owned, stderr};

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
    let header: Vec<&str> = lines[0].split(',').collect();
    let cell = |line: usize, name: &str| {
        let place = header.iter().position(|column| *column == name).unwrap();
        lines[line].split(',').nth(place).unwrap()
    };
    assert!(lines[1].starts_with("狗狗,2,0,0,0,0,2,犬,犬 | 狗,1,0.5,"), "{}", lines[1]);
    assert!(lines[2].starts_with("'=x,1,0,0,0,0,1,'+1,'+1,1,1.0,"), "{}", lines[2]);
    for (name, both) in [
        ("h", ["1.0", "0.0"]),
        ("evenness", ["1.0", ""]),
        ("perplexity", ["2.0", "1.0"]),
        ("simpson", ["0.0", ""]),
        ("brown_lenneberg", ["19", "20"]),
        ("agreement_all_trials", ["0.5", "1.0"]),
        ("h_miller_madow", ["1.360673760222241", "0.0"]),
        ("coverage", ["0.6666666666666667", "1.0"]),
        ("chao1", ["2.5", "1.0"]),
        ("chao1_classic", ["", ""]),
        ("chao1_bias_corrected", ["3.0", "1.0"]),
        ("median_first_key_ms", ["", ""]),
        ("coverage_target", ["0.95", "0.95"]),
    ] {
        assert_eq!([cell(1, name), cell(2, name)], both, "{name}");
    }
    assert!(lines.iter().take(3).all(|line| line.split(',').count() == header.len()));
}

#[test]
fn every_flag_has_a_variable() {
    let bench = Bench::with("e.csv", "bild;wort;zahl\n1;Das Haus;2\n");
    let mut command = bench.command(&[]);
    command.env("NAMEIT_NORMS_STIMULUS", "bild").env("NAMEIT_NORMS_RESPONSE", "wort");
    command.env("NAMEIT_NORMS_COUNT", "zahl").env("NAMEIT_NAMING_LANGUAGE", "de");
    let output = command.env("NAMEIT_OUTPUT_FORMAT", "json").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(names(&serde_json::from_slice(&output.stdout).unwrap(), "1"), owned(&[("haus", 2)]));

    let help = bench.prints(&["--help"]);
    let flags = help.lines().filter(|line| line.trim_start().starts_with("--")).count();
    let variables = help.matches("[env: NAMEIT_").count();
    assert!(flags >= 14, "{help}");
    assert_eq!(variables, flags + 1, "each flag and FILE\n{help}");
}

#[test]
fn a_report_is_one_file_with_table_and_plots() {
    let bench =
        Bench::with("a.csv", "stimulus,response\ncup,mug\ncup,mug\ncup,<b>tea</b>\ndog,hound\nempty,\n");
    let output = bench.run(&["--report", "html", "--out", "norms.html"]);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", stderr(&output));
    let html = fs::read_to_string(bench.folder.path().join("norms.html")).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"));
    assert!(html.contains("3 stimuli, 4 answers, 1 non-answers, 3 distinct names"));
    assert!(html.contains("66.7\u{202f}%") && html.contains("&lt;b&gt;tea&lt;/b&gt;"));
    assert!(!html.contains("<b>tea") && !html.contains("<script"));
    // The map of all names, two distributions; bars of three stimuli; curves of the two that have answers.
    assert_eq!(html.matches("<figure>").count(), 8);
    assert_eq!(html, bench.prints(&["--report", "html"]), "the same to a file and to stdout, and each time");
}
