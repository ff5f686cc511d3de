//! The figures, and what they are computed of.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use crate::bench::{Bench, names, owned, stderr};

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

/// Answers of a few people, some of whom answered twice, with their times.
fn timed() -> Bench {
    let mut text = "participant,stimulus,response,first_key_ms,submitted_ms\n".to_owned();
    for row in 0..60 {
        let (who, name) = (row * 13 % 9, ["cat", "Cat", "dog", "bird"][row * 7 % 11 % 4]);
        let (first, last) = (300 + row * 37 % 900, 1000 + row * 91 % 4000);
        writeln!(text, "p{who},pet,{name},{first},{last}").unwrap();
    }
    text += "p1,pet,,,\np2,sky,blue,0,2500\np3,sky,blue,400,\n";
    Bench::with("timed.csv", text)
}

#[test]
fn response_times_are_summed_up_for_all_and_for_modal_names() {
    let bench = timed();
    let norms = bench.json(&["--participant", "participant"]);
    let first = &norms[0]["response_times"]["first_key"];
    assert_eq!((&first["all"]["n"], &first["all"]["n_trimmed"]), (&json!(60), &json!(0)));
    assert!(first["modal"]["n"].as_u64().unwrap() < 60);
    assert_eq!(norms[0]["response_times"]["trimming"], "none");
    let sky = &norms[1]["response_times"];
    assert_eq!(
        (&sky["first_key"]["all"]["n"], &sky["first_key"]["all"]["median_ms"]),
        (&json!(1), &json!(400.0))
    );
    assert_eq!(sky["submitted"]["modal"]["mean_ms"], 2500.0);

    let output = bench.run(&["--participant", "participant", "--trim", "min:350,sd:1", "--format", "json"]);
    assert!(stderr(&output).contains("response times trimmed by min:350,sd:1"), "{}", stderr(&output));
    let trimmed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = &trimmed[0]["response_times"]["first_key"]["all"];
    let (n, left_out) = (all["n"].as_u64().unwrap(), all["n_trimmed"].as_u64().unwrap());
    assert!(left_out > 0 && n + left_out == 60, "{all}");
    assert_eq!(trimmed[0]["response_times"]["trimming"], "min:350,sd:1");

    assert!(bench.refuses(&["--trim", "sd:2.5"]).contains("name their column by --participant"));
    let csv = bench.prints(&["--format", "csv", "--trim", "max:1000"]);
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(lines[0].contains("first_key_all_geometric_mean_ms") && lines[1].ends_with("max:1000"), "{csv}");
    assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
}

#[test]
fn intervals_come_with_their_seed_and_can_be_had_again() {
    let bench = timed();
    let by_people = ["--participant", "participant", "--seed", "7", "--replicates", "200"];
    let norms = bench.json(&by_people);
    let intervals = &norms[0]["intervals"];
    assert_eq!((&intervals["seed"], &intervals["replicates"]), (&json!(7), &json!(200)));
    assert_eq!((&intervals["resampled"], &intervals["units"]), (&json!("participants"), &json!(9)));
    assert_eq!(norms[1]["intervals"]["resampled"], "counts", "nobody answered twice");
    let (low, high) = (intervals["h"]["low"].as_f64().unwrap(), intervals["h"]["high"].as_f64().unwrap());
    assert!(0.0 < low && low < high, "{intervals}");
    assert_eq!(norms, bench.json(&by_people));
    assert_ne!(norms, bench.json(&[&by_people[..3], &["8", "--replicates", "200"]].concat()));
    assert_eq!(bench.json(&["--intervals"])[0]["intervals"]["resampled"], "counts");
    assert_eq!(bench.json(&[])[0].get("intervals"), None);

    let csv = bench.prints(&[&by_people[..], &["--format", "csv"]].concat());
    let lines: Vec<&str> = csv.split("\r\n").collect();
    assert!(lines[0].contains(",participants,resampled,units,h_low,h_high,"), "{}", lines[0]);
    assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
    assert!(bench.prints(&["--intervals"]).contains("H low  H high"));
}

#[test]
fn the_coverage_that_is_looked_for_can_be_named() {
    let bench = timed();
    let more = |target: &str| bench.json(&["--target-coverage", target])[0]["answers_to_coverage"].clone();
    assert_eq!(more("0.5"), 0);
    let odd = Bench::with("c.csv", "stimulus,response\n1,a\n1,b\n1,b\n1,c\n");
    let norms = odd.json(&["--target-coverage", "0.99"]);
    assert_eq!(norms[0]["coverage_target"], 0.99);
    assert!(norms[0]["answers_to_coverage"].as_u64() > odd.json(&[])[0]["answers_to_coverage"].as_u64());
    assert!(!odd.run(&["--target-coverage", "1"]).status.success());
}

#[test]
fn the_number_of_threads_leaves_no_trace() {
    let mut text = "stimulus,response\n".to_owned();
    for row in 0..200_000_u64 {
        let mixed = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let quoted = if mixed % 1000 == 3 { "\"one,\n\"\"two\"\"\"" } else { "The Dog" };
        writeln!(text, "picture {},{quoted} {}", mixed % 5000, mixed % 7).unwrap();
    }
    let text = text.replace("\" ", "\"\nrest,");
    let bench = Bench::with("many.csv", &text);
    for format in ["csv", "json"] {
        let alone = bench.prints(&["--format", format, "--threads", "1"]);
        for threads in ["2", "5"] {
            assert!(alone == bench.prints(&["--format", format, "--threads", threads]), "{format} {threads}");
        }
    }
    let stderr = stderr(&bench.run(&["--threads", "3"]));
    assert!(stderr.contains("answers, 0 non-answers"), "{stderr}");
    // Of several refusals the first one in the file is told, whoever meets it.
    let broken = text.replacen("picture 4999,", ",", 3) + "1,2,3\n";
    let bench = Bench::with("broken.csv", broken);
    let alone = bench.refuses(&["--threads", "1"]);
    assert!(alone.contains("column 1 (`stimulus`): empty"), "{alone}");
    for _ in 0..3 {
        assert_eq!(bench.refuses(&["--threads", "4"]), alone);
    }
}
