//! Colour naming as CSV (RFC 4180, UTF-8).

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use nameit_analysis::colour::{ColourNorms, Lab, TermNorms, WhitePoint};

use super::args::What;
use super::findings::Findings;
use crate::output::cells::{cause, figure, guarded, writer};

/// Between names or keys that tie.
const BETWEEN: &str = " | ";

/// The tables, and the file of each.
const FILES: [(What, &str); 5] = [
    (What::Colours, "colours.csv"),
    (What::Terms, "terms.csv"),
    (What::Names, "names.csv"),
    (What::Association, "association.csv"),
    (What::Pairs, "pairs.csv"),
];

/// Writes all tables into a folder, which is made if it is not there.
pub(super) fn write_all(folder: &Path, findings: &Findings) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (what, name) in FILES {
        let mut output = BufWriter::new(File::create(folder.join(name))?);
        write(&mut output, findings, what)?;
        output.flush()?;
    }
    Ok(())
}

/// Writes one table.
pub(super) fn write(output: &mut dyn Write, findings: &Findings, what: What) -> io::Result<()> {
    let mut csv = writer(output);
    let white = findings.naming.white;
    let mut record = |cells: Vec<String>| csv.write_record(cells).map_err(cause);
    let owned = |header: &[&str]| header.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    match what {
        // The caller asks for one table at a time.
        What::All => return Err(io::Error::other("CSV is one table")),
        What::Colours => {
            record(owned(&COLOURS))?;
            for colour in &findings.naming.colours {
                record(colour_cells(colour, white))?;
            }
        }
        What::Terms => {
            record(owned(&TERMS))?;
            for term in &findings.naming.terms {
                record(term_cells(term, white))?;
            }
        }
        What::Names => {
            record(owned(&["colour", "term", "count", "p_term", "p_colour"]))?;
            for name in findings.names() {
                record(vec![
                    guarded(name.colour).into_owned(),
                    guarded(name.term).into_owned(),
                    name.count.to_string(),
                    figure(Some(name.p_term)),
                    figure(Some(name.p_colour)),
                ])?;
            }
        }
        What::Association => {
            let association = &findings.association;
            let mut header = vec!["term".to_owned()];
            header.extend(association.terms.iter().map(|term| guarded(term).into_owned()));
            header.push("(others)".to_owned());
            record(header)?;
            for ((term, row), others) in association.terms.iter().zip(&association.p).zip(&association.others)
            {
                let mut cells = vec![guarded(term).into_owned()];
                cells.extend(row.iter().chain([others]).map(|p| figure(Some(*p))));
                record(cells)?;
            }
        }
        What::Pairs => {
            record(owned(&["one", "other", "hellinger", "distance"]))?;
            for pair in &findings.pairs {
                record(vec![
                    guarded(&pair.one).into_owned(),
                    guarded(&pair.other).into_owned(),
                    figure(Some(pair.hellinger)),
                    figure(pair.distance),
                ])?;
            }
        }
    }
    csv.flush()
}

const COLOURS: [&str; 16] = [
    "colour",
    "hex",
    "clipped",
    "white",
    "l",
    "a",
    "b",
    "n",
    "non_answers",
    "types",
    "modal_name",
    "modal_names",
    "consensus",
    "h",
    "saliency",
    "basic_share",
];

fn colour_cells(norms: &ColourNorms, white: WhitePoint) -> Vec<String> {
    let colour = &norms.colour;
    let mut cells = vec![
        guarded(&colour.key).into_owned(),
        colour.hex.clone(),
        colour.clipped.to_string(),
        white.as_str().to_owned(),
    ];
    cells.extend(coordinates(colour.lab));
    cells.extend([norms.n, norms.non_answers, norms.types].map(|count| count.to_string()));
    cells.push(guarded(norms.modal_name.as_deref().unwrap_or_default()).into_owned());
    cells.push(guarded(&norms.modal_names.join(BETWEEN)).into_owned());
    cells.extend([norms.consensus, norms.h, norms.saliency, norms.basic_share].map(figure));
    cells
}

const TERMS: [&str; 16] = [
    "term",
    "n",
    "share",
    "types",
    "basic",
    "white",
    "l",
    "a",
    "b",
    "hex",
    "clipped",
    "spread",
    "focal",
    "focal_p",
    "focal_hex",
    "focal_colours",
];

fn term_cells(norms: &TermNorms, white: WhitePoint) -> Vec<String> {
    let mut cells = vec![
        guarded(&norms.term).into_owned(),
        norms.n.to_string(),
        figure(Some(norms.share)),
        norms.types.to_string(),
        norms.basic.map_or_else(String::new, |basic| basic.to_string()),
        white.as_str().to_owned(),
    ];
    cells.extend(coordinates(norms.centre));
    cells.extend([norms.centre_hex.clone(), norms.centre_clipped.to_string(), figure(Some(norms.spread))]);
    cells.push(guarded(norms.focal.as_deref().unwrap_or_default()).into_owned());
    cells.push(figure(norms.focal_p));
    cells.push(norms.focal_hex.clone().unwrap_or_default());
    cells.push(guarded(&norms.focal_colours.join(BETWEEN)).into_owned());
    cells
}

fn coordinates(lab: Lab) -> [String; 3] {
    [lab.l, lab.a, lab.b].map(|value| figure(Some(value)))
}
