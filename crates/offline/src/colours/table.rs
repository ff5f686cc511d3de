//! Colour naming as aligned tables to read.

use std::io::{self, Write};

use nameit_analysis::colour::Lab;

use super::args::What;
use super::findings::Findings;
use crate::output::table::{self, figure, shown};

/// As many terms are related to each other in a table to read; CSV and JSON have what was asked for.
const RELATED: usize = 12;

pub(super) fn write(output: &mut dyn Write, findings: &Findings, what: What) -> io::Result<()> {
    match what {
        What::All => {
            for (title, what) in [
                ("Colours", What::Colours),
                ("Terms", What::Terms),
                ("What one calls the row, another calls the column (%)", What::Association),
            ] {
                writeln!(output, "{title}")?;
                write(output, findings, what)?;
                writeln!(output)?;
            }
            Ok(())
        }
        What::Colours => colours(output, findings),
        What::Terms => terms(output, findings),
        What::Names => names(output, findings),
        What::Association => association(output, findings),
        What::Pairs => pairs(output, findings),
    }
}

fn colours(output: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let header = [
        "colour",
        "sRGB",
        "L* a* b*",
        "n",
        "non-answers",
        "types",
        "modal name",
        "consensus",
        "H",
        "saliency",
    ];
    let rows = findings.naming.colours.iter().map(|norms| {
        let modal =
            if norms.modal_names.is_empty() { "–".to_owned() } else { norms.modal_names.join(" | ") };
        vec![
            shown(&norms.colour.key),
            near(&norms.colour.hex, norms.colour.clipped),
            coordinates(norms.colour.lab),
            norms.n.to_string(),
            norms.non_answers.to_string(),
            norms.types.to_string(),
            shown(&modal),
            figure(norms.consensus, 3),
            figure(norms.h, 3),
            figure(norms.saliency, 3),
        ]
    });
    table::write(output, &header.map(String::from), &[0, 1, 6], rows)
}

fn terms(output: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let header = [
        "term",
        "n",
        "share %",
        "colours",
        "basic",
        "centre L* a* b*",
        "sRGB",
        "spread ΔE",
        "focal",
        "p(term|focal)",
    ];
    let rows = findings.naming.terms.iter().map(|norms| {
        vec![
            shown(&norms.term),
            norms.n.to_string(),
            figure(Some(norms.share * 100.0), 1),
            norms.types.to_string(),
            norms.basic.map_or("–", |basic| if basic { "yes" } else { "no" }).to_owned(),
            coordinates(norms.centre),
            near(&norms.centre_hex, norms.centre_clipped),
            figure(Some(norms.spread), 1),
            shown(norms.focal.as_deref().unwrap_or("–")),
            figure(norms.focal_p, 3),
        ]
    });
    table::write(output, &header.map(String::from), &[0, 4, 6, 8], rows)
}

fn names(output: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let header = ["colour", "term", "count", "p(term|colour)", "p(colour|term)"].map(String::from);
    let rows = findings.names().map(|name| {
        vec![
            shown(name.colour),
            shown(name.term),
            name.count.to_string(),
            figure(Some(name.p_term), 3),
            figure(Some(name.p_colour), 3),
        ]
    });
    table::write(output, &header, &[0, 1], rows)
}

fn association(output: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let association = &findings.association;
    let size = association.terms.len().min(RELATED);
    let mut header = vec!["term".to_owned()];
    header.extend(association.terms[..size].iter().map(|term| shown(term)));
    header.push("(others)".to_owned());
    let rows = association.terms.iter().zip(&association.p).take(size).map(|(term, row)| {
        let within: f64 = row[..size].iter().sum();
        let mut cells = vec![shown(term)];
        cells.extend(row[..size].iter().map(|p| figure(Some(p * 100.0), 1)));
        cells.push(figure(Some((1.0 - within).max(0.0) * 100.0), 1));
        cells
    });
    table::write(output, &header, &[0], rows)
}

fn pairs(output: &mut dyn Write, findings: &Findings) -> io::Result<()> {
    let header = ["one", "other", "Hellinger", "distance ΔE"].map(String::from);
    let rows = findings.pairs.iter().map(|pair| {
        vec![shown(&pair.one), shown(&pair.other), figure(Some(pair.hellinger), 3), figure(pair.distance, 2)]
    });
    table::write(output, &header, &[0, 1], rows)
}

/// A colour outside sRGB is shown by one near it.
fn near(hex: &str, clipped: bool) -> String {
    if clipped { format!("~{hex}") } else { hex.to_owned() }
}

fn coordinates(lab: Lab) -> String {
    format!("{:.1} {:.1} {:.1}", lab.l, lab.a, lab.b)
}
