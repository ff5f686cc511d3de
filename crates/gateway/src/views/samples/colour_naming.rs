//! Samples of the page of colour naming.

use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, site};
use crate::services::colour_naming::Plotted;
use crate::views::Section;
use crate::views::colour_naming::ColoursPage;
use crate::views::plot::Figure;

pub(super) fn pages(pages: &mut Pages) {
    pages.add("colours-none", &page(findings::ColourNaming::default(), false));
    let unnamed =
        findings::ColourNaming { colours: vec![colour("red", "#c0392b", &[])], ..Default::default() };
    pages.add("colours-unnamed", &page(unnamed, false));
    pages.add("colours", &page(named(), false));
    let unknown = findings::ColourNaming { basic_share: None, monolexemic_share: None, ..named() };
    pages.add("colours-by-chroma", &page(unknown, true));
}

fn page(found: findings::ColourNaming, by_chroma: bool) -> ColoursPage {
    let figure = |plotted: Plotted| {
        Figure::new(
            &plotted.draw(&found),
            "/api/v1/experiments/0/colours",
            format!("plot={}", plotted.as_str()),
        )
    };
    ColoursPage {
        site: site(Section::Experiments),
        experiment: experiment("Colours from around the wheel", ExperimentState::Published),
        map: figure(Plotted::Map),
        association: figure(Plotted::Association),
        found,
        by_chroma,
    }
}

fn colour(key: &str, hex: &str, names: &[(&str, u64)]) -> findings::ColourNorms {
    let n: u64 = names.iter().map(|(_, count)| count).sum();
    let share = |&(term, count): &(&str, u64)| findings::TermShare {
        term: term.to_owned(),
        count,
        p: count as f64 / n as f64,
    };
    findings::ColourNorms {
        stimulus: key.to_owned(),
        hex: hex.to_owned(),
        lab: Some(findings::Cielab { l: 50.0, a: -3.25, b: 20.0 }),
        n,
        types: names.len() as u64,
        consensus: names.first().map(|(_, count)| *count as f64 / n as f64),
        saliency: Some(-1.25),
        names: names.iter().map(share).collect(),
        ..findings::ColourNorms::default()
    }
}

fn named() -> findings::ColourNaming {
    let colours = vec![
        colour("deep-sea", "#1e3a8a", &[("blue", 9), (HOSTILE, 4), ("navy", 3), ("ocean", 1), ("ink", 1)]),
        colour(HOSTILE, "#c0392b", &[("red", 17)]),
        colour("silent", "#808080", &[]),
    ];
    let term = |term: &str, basic| findings::TermNorms {
        term: term.to_owned(),
        n: 1_204,
        share: 0.31,
        types: 2,
        basic,
        centre: Some(findings::Cielab { l: 31.5, a: 12.0, b: -44.0 }),
        centre_hex: "#1e3a8a".to_owned(),
        centre_clipped: basic.is_none(),
        spread: 12.34,
        focal: basic.map(|_| HOSTILE.to_owned()),
        focal_hex: basic.map(|_| "#c0392b".to_owned()),
        focal_p: basic.map(|_| 0.9),
        ..findings::TermNorms::default()
    };
    let cell = |colour: &findings::ColourNorms, x: Option<f64>| findings::MapCell {
        stimulus: colour.stimulus.clone(),
        hex: colour.hex.clone(),
        x,
        y: 50.0,
        n: colour.n,
        modal_name: colour.names.first().map(|name| name.term.clone()),
        tied: false,
        consensus: colour.consensus,
    };
    let region = findings::MapRegion {
        term: HOSTILE.to_owned(),
        cells: 1,
        x: Some(280.0),
        y: 50.0,
        stimulus: "deep-sea".to_owned(),
        hex: "#1e3a8a".to_owned(),
    };
    let row = |term: &str, p: [f64; 2]| findings::AssociationRow {
        term: term.to_owned(),
        p: p.to_vec(),
        others: 0.1,
    };
    findings::ColourNaming {
        white: "D65".to_owned(),
        language: "en".to_owned(),
        focal_min_n: 1,
        n: 35,
        non_answers: 2,
        types: 900,
        basic_share: Some(0.74),
        monolexemic_share: Some(0.91),
        map: Some(findings::ColourMap {
            plane: "hue_lightness".to_owned(),
            cells: vec![
                cell(&colours[0], Some(280.0)),
                cell(&colours[1], Some(20.0)),
                cell(&colours[2], None),
            ],
            regions: vec![region],
        }),
        colours,
        terms: vec![term("blue", Some(true)), term(HOSTILE, Some(false)), term("røð", None)],
        association: Some(findings::TermAssociation {
            terms: vec!["blue".to_owned(), HOSTILE.to_owned()],
            rows: vec![row("blue", [0.6, 0.3]), row(HOSTILE, [0.5, 0.4])],
        }),
        pairs: vec![findings::TermPair {
            one: "blue".to_owned(),
            other: HOSTILE.to_owned(),
            hellinger: 0.25,
            distance: Some(6.5),
        }],
    }
}
