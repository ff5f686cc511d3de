//! What the reports of all commands have in common.

#![expect(clippy::unwrap_used, reason = "a failed helper is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder with files, and the commands on them.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
        write(
            "answers.csv",
            "stimulus,response,participant,first_key_ms,submitted_ms\n\
             cup,mug,p1,400,900\ncup,mug,p2,500,1000\ncup,<b>mug</b>,p3,450,950\ncup,mug,p4,380,700\ncup,mug,p5,390,720\n\
             dog,<b>hound</b>,p1,700,1500\ndog,dog,p2,600,1200\ndog,,p3,,\n",
        );
        let elephants = "zoo,elephant\n".repeat(12);
        write(
            "names.csv",
            &format!("stimulus,response\n{elephants}zoo,elephannt\nzoo,elepahnt\nzoo,<b>bird</b>\n"),
        );
        write("norms.csv", "stimulus,name,count\ncup,mug,9\ncup,cup,3\ndog,dog,12\nelse,thing,1\n");
        write(
            "colours.csv",
            "colour,response\n#103996,blue\n#103996,navy\n#00ff00,green\n#01fe00,Green\n#ff0000,<b>red</b>\n",
        );
        write(
            "descriptions.csv",
            "stimulus,description,parts\nt1,a <b>bird</b>,\"[\"\"head\"\"]\"\nt1,bird flying,\"[\"\"wing\"\"]\"\nt2,house,\n",
        );
        write("judgements.csv", "unit,coder,value\n1,a,x\n1,b,x\n2,a,<b>y</b>\n2,b,x\n3,a,x\n");
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    fn report(&self, arguments: &[&str]) -> String {
        let output = self.run(&[arguments, &["--report", "html"]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Every command with a word that its report has to hold besides.
const COMMANDS: [(&[&str], &str); 6] = [
    (&["norms", "answers.csv", "--participant", "participant", "--seed", "7", "--trim", "min:390"], "seed 7"),
    (&["variants", "names.csv"], "elepahnt → elephant"),
    (&["colours", "colours.csv"], "#103996"),
    (&["divergence", "descriptions.csv", "--parts", "parts"], "PND"),
    (&["agreement", "judgements.csv", "--seed", "7"], "seed 7"),
    (&["compare", "answers.csv", "--reference", "norms.csv"], "1 only in the published norms"),
];

#[test]
fn every_command_writes_one_file_that_needs_nothing_else() {
    let desk = Desk::new();
    for (arguments, word) in COMMANDS {
        let html = desk.report(arguments);
        assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>\n"), "{arguments:?}");
        assert!(html.contains(word), "{arguments:?} {word}\n{html}");
        assert!(html.contains("<table>") && html.contains("<figure>"), "{arguments:?}");
        for outside in ["<script", "<link", "<img", "url(", " src=", " href=", "https:", "<b>"] {
            assert!(!html.contains(outside), "{arguments:?} {outside}");
        }
        assert_eq!(html.matches("http:").count(), html.matches("xmlns=\"http:").count(), "{arguments:?}");
        assert_eq!(html, desk.report(arguments), "the same each time: {arguments:?}");
    }
}

#[test]
fn a_report_tells_how_it_was_made() {
    let desk = Desk::new();
    for (arguments, _) in COMMANDS {
        let html = desk.report(arguments);
        let program = format!("NameIT {}, nameit {}", env!("CARGO_PKG_VERSION"), arguments[0]);
        for word in [program.as_str(), arguments[1], "rows, UTF-8, comma-separated"] {
            assert!(html.contains(word), "{arguments:?}: {word}");
        }
    }
    let norms = desk.report(COMMANDS[0].0);
    assert!(norms.contains("<dt>Trimming of response times</dt><dd>min:390</dd>"));
    assert!(norms.contains("<dd>nfc, trim, lower case, collapse spaces, strip punctuation"), "{norms}");
    assert!(desk.report(&["norms", "answers.csv", "--normalise", "none"]).contains("<dd>none</dd>"));
}

#[test]
fn a_report_stays_small_and_says_what_it_leaves_out() {
    let desk = Desk::new();
    let mut many = String::from("stimulus,response\n");
    for row in 0..2_500 {
        writeln!(many, "picture {row},name {}", row % 7).unwrap();
    }
    fs::write(desk.0.path().join("many.csv"), many).unwrap();
    let html = desk.report(&["norms", "many.csv"]);
    assert!(html.contains("These are the first 2\u{202f}000 of 2\u{202f}500 rows."));
    assert!(html.contains("--format csv") && html.contains("Plots of the first 24 of 2\u{202f}500 stimuli."));
    assert!(html.contains(">picture 1999<") && !html.contains(">picture 2000<"));
    assert!(html.len() < 2_000_000, "{}", html.len());
}

#[test]
fn a_report_on_colours_has_maps_unless_there_are_too_many() {
    let desk = Desk::new();
    let html = desk.report(&["colours", "colours.csv"]);
    assert!(html.contains("What colours are called, by hue and lightness"));
    assert!(html.contains("What colours are called, by chroma and lightness"));
    let mut many = String::from("colour,response\n");
    for colour in 0..2_001 {
        writeln!(many, "#{colour:06x},blue").unwrap();
    }
    fs::write(desk.0.path().join("colours.csv"), many).unwrap();
    let html = desk.report(&["colours", "colours.csv"]);
    assert!(!html.contains("by hue and lightness"));
    assert!(html.contains("A map holds at most 2\u{202f}000 colours, and these are 2\u{202f}001"));
}

#[test]
fn a_file_without_answers_makes_a_report_too() {
    let desk = Desk::new();
    for (arguments, _) in COMMANDS {
        let file = desk.0.path().join(arguments[1]);
        let header = fs::read_to_string(&file).unwrap().lines().next().unwrap().to_owned();
        fs::write(file, header + "\n").unwrap();
        let html = desk.report(arguments);
        assert!(!html.contains("NaN") && !html.contains("inf"), "{arguments:?}");
    }
}
