//! Reports of one file.

use proptest::prelude::*;
use resvg::usvg::roxmltree::Document;

use super::samples;
use crate::report::{Part, Report, Section, Table};

/// The body of a report as XML; its markup is a part of HTML that is both.
fn body(html: &str) -> &str {
    let from = html.find("<main>").unwrap();
    &html[from..html.find("</body>").unwrap()]
}

fn report(text: &str) -> Report {
    let texts = |count: usize| vec![text.to_owned(); count];
    Report {
        title: text.to_owned(),
        subtitle: text.to_owned(),
        sections: vec![Section {
            heading: text.to_owned(),
            parts: vec![
                Part::Paragraph(text.to_owned()),
                Part::Table(Table {
                    caption: text.to_owned(),
                    header: texts(2),
                    texts: vec![0],
                    swatches: Some(1),
                    rows: vec![texts(2), texts(2)],
                    note: Some(text.to_owned()),
                }),
                Part::Facts(vec![(text.to_owned(), text.to_owned())]),
                Part::Plot(Box::new(samples::all().remove(0).1)),
            ],
        }],
    }
}

#[test]
fn a_report_needs_nothing_but_itself() {
    let html = report("Names of cups").html();
    for word in ["<script", "<link", "<img", "<iframe", "@import", "url(", " src=", " href="] {
        assert!(!html.contains(word), "{word}");
    }
    let outside = html.replace("http://www.w3.org/2000/svg", "");
    assert!(!outside.contains("http:") && !outside.contains("https:"), "nothing is fetched");
    assert!(html.contains("default-src 'none'"), "and nothing could be");
}

#[test]
fn a_report_has_headings_captions_and_scopes() {
    let html = report("Names of cups").html();
    let document = Document::parse(body(&html)).unwrap();
    let count = |tag: &str| document.descendants().filter(|node| node.has_tag_name(tag)).count();
    assert_eq!((count("h1"), count("h2"), count("caption"), count("figcaption")), (1, 1, 1, 1));
    let cells = document.descendants().filter(|node| node.has_tag_name("th"));
    assert!(cells.clone().count() == 4 && cells.clone().all(|cell| cell.attribute("scope").is_some()));
    insta::assert_snapshot!("report", Report { sections: Vec::new(), ..report("Names of cups") }.html());
}

#[test]
fn a_swatch_stands_only_beside_a_colour() {
    for (text, swatches) in [("#12aBff", 2), ("#12aBfg", 0), ("#12a;b:", 0), ("red", 0), ("#é234", 0)] {
        assert_eq!(report(text).html().matches("class=\"swatch\"").count(), swatches, "{text}");
    }
}

#[test]
fn a_long_table_scrolls_in_a_box_of_its_own() {
    for (rows, class) in [(25, "<div class=\"scroll\""), (26, "<div class=\"scroll tall\"")] {
        let table = Table { rows: vec![vec!["cup".to_owned()]; rows], ..Table::default() };
        let parts = vec![Part::Table(table)];
        let report = Report { sections: vec![Section { parts, ..Section::default() }], ..Report::default() };
        assert!(report.html().contains(class), "{rows}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_was_typed_is_text(text in prop_oneof![any::<String>(), Just("</main><script>alert(1)</script>".to_owned())]) {
        let html = report(&text).html();
        let document = Document::parse(body(&html));
        prop_assert!(document.is_ok(), "{:?}", document.err());
        let document = document.expect("it was looked at above");
        prop_assert!(document.descendants().all(|node| node.tag_name().name() != "script"));
    }
}
