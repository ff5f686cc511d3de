//! All figures of a file.

use std::io::{self, Write};

use nameit_analysis::colour::{Association, ColourNaming, NamingMatrix, Reading, TermPair};
use serde::Serialize;

use super::args::{Args, What};
use crate::output::json;

/// The figures, as written.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Findings {
    #[serde(flatten)]
    pub(super) naming: ColourNaming,
    pub(super) association: Association,
    pub(super) pairs: Vec<TermPair>,
}

/// A colour and a term that it was given.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Name<'findings> {
    pub(super) colour: &'findings str,
    pub(super) term: &'findings str,
    pub(super) count: u64,
    /// p(term|colour).
    pub(super) p_term: f64,
    /// p(colour|term).
    pub(super) p_colour: f64,
}

impl Findings {
    pub(super) fn new(args: &Args, matrix: &NamingMatrix) -> Self {
        let reading = Reading { language: args.naming.language.clone(), focal_min_n: args.focal_min_n };
        let most = args.terms.get();
        let is_all = args.what == What::All || args.output.report.is_some();
        let wants = |what: What| is_all || args.what == what;
        Self {
            naming: matrix.naming(&reading),
            association: matrix.association(if wants(What::Association) { most } else { 0 }),
            pairs: matrix.term_pairs(if wants(What::Pairs) { most } else { 0 }),
        }
    }

    /// Every colour with every term that it was given.
    pub(super) fn names(&self) -> impl Iterator<Item = Name<'_>> {
        let totals: std::collections::HashMap<&str, u64> =
            self.naming.terms.iter().map(|term| (term.term.as_str(), term.n)).collect();
        self.naming.colours.iter().flat_map(move |colour| {
            let names: Vec<Name<'_>> = colour
                .names
                .iter()
                .map(|share| Name {
                    colour: &colour.colour.key,
                    term: &share.term,
                    count: share.count,
                    p_term: share.p,
                    p_colour: share.count as f64 / totals[share.term.as_str()] as f64,
                })
                .collect();
            names
        })
    }

    pub(super) fn summary(&self) -> String {
        let naming = &self.naming;
        let basic = naming
            .basic_share
            .map_or_else(String::new, |share| format!(", {:.1} % basic colour terms", share * 100.0));
        format!(
            "{} colours, {} answers, {} non-answers, {} distinct terms{basic}; CIELAB under {}",
            naming.colours.len(),
            naming.n,
            naming.non_answers,
            naming.types,
            naming.white.as_str()
        )
    }

    pub(super) fn write_json(&self, output: &mut dyn Write, what: What) -> io::Result<()> {
        match what {
            What::All => {
                serde_json::to_writer(&mut *output, self)?;
                output.write_all(b"\n")
            }
            What::Colours => json::array(output, self.naming.colours.iter()),
            What::Terms => json::array(output, self.naming.terms.iter()),
            What::Names => json::array(output, self.names()),
            What::Association => {
                serde_json::to_writer(&mut *output, &self.association)?;
                output.write_all(b"\n")
            }
            What::Pairs => json::array(output, self.pairs.iter()),
        }
    }
}
