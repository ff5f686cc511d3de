//! Colour naming: what colours are called, what the terms mean, and both as tables and as a plot.

use nameit_plots::{Across, Association, ColourCell, ColourLabel, ColourMap, Plot};
use nameit_proto::convert::required;
use nameit_proto::datamining::v1::GetColoursRequest;
use nameit_proto::findings::v1::{Cielab, ColourNaming, ColourNorms, TermNorms};

use super::export::{csv, guarded};
use crate::access::Owned;
use crate::clients::about;
use crate::error::{Error, Result};
use crate::state::Gateway;

/// How much is wanted, and how it is read. Zeros and empty words stand for the usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// White point: `D65` or `D50`.
    pub(crate) white: String,
    /// Terms to give.
    pub(crate) terms: u32,
    /// Terms that are related to each other.
    pub(crate) related: u32,
    /// A colour with fewer answers is no focal choice.
    pub(crate) focal_min_n: u64,
    /// The map by chroma instead of hue.
    pub(crate) by_chroma: bool,
}

/// A table as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Per colour.
    Colours,
    /// Per term.
    Terms,
    /// Per colour and term.
    Names,
    /// Term by term.
    Association,
    /// Per pair of terms.
    Pairs,
}

/// A plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plotted {
    /// Colours on a plane, with the areas of the terms.
    Map,
    /// Term by term.
    Association,
}

/// Terms of a table that has all of them.
const ALL_TERMS: u32 = 10_000;

/// Terms that are related in a table.
const MOST_RELATED: u32 = 40;

/// What joins names that tie.
const BETWEEN: &str = " | ";

// === impl Table ===

impl Table {
    /// Every table.
    pub(crate) const ALL: [Self; 5] =
        [Self::Colours, Self::Terms, Self::Names, Self::Association, Self::Pairs];

    /// Its word in the query and in the name of the file.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Colours => "colours",
            Self::Terms => "terms",
            Self::Names => "names",
            Self::Association => "association",
            Self::Pairs => "pairs",
        }
    }

    /// Reads the word; nothing stands for the table of colours.
    pub(crate) fn parse(word: &str) -> Result<Self> {
        if word.is_empty() {
            return Ok(Self::Colours);
        }
        Self::ALL
            .into_iter()
            .find(|table| table.as_str() == word)
            .ok_or_else(|| Error::invalid("table", "is none of colours, terms, names, association and pairs"))
    }
}

// === impl Plotted ===

impl Plotted {
    /// Reads the word of the query; nothing stands for the map.
    pub(crate) fn parse(word: &str) -> Result<Self> {
        match word {
            "" | "map" => Ok(Self::Map),
            "association" => Ok(Self::Association),
            _ => Err(Error::invalid("plot", "is none of map and association")),
        }
    }

    /// The word in the query.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Association => "association",
        }
    }

    /// The name of the file, without its ending.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Self::Map => "colours",
            Self::Association => "colours-association",
        }
    }

    /// Draws it.
    pub(crate) fn draw(self, found: &ColourNaming) -> Plot {
        match self {
            Self::Map => map(found),
            Self::Association => association_plot(found),
        }
    }
}

/// What is known of the colours of an experiment.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, wanted: Wanted) -> Result<ColourNaming> {
    let request = GetColoursRequest {
        experiment_id: owned.id().to_string(),
        white: wanted.white,
        terms_limit: wanted.terms,
        related_limit: wanted.related,
        focal_min_n: wanted.focal_min_n,
        by_chroma: wanted.by_chroma,
    };
    let answer = gateway.clients.colours.clone().get_colours(about(owned.id(), request)).await?;
    Ok(required("colours", answer.into_inner().colours)?)
}

/// One table as CSV.
pub(crate) async fn table(gateway: &Gateway, owned: &Owned, table: Table, wanted: Wanted) -> Result<Vec<u8>> {
    let wanted = Wanted { terms: ALL_TERMS, related: MOST_RELATED, ..wanted };
    let found = get(gateway, owned, wanted).await?;
    match table {
        Table::Colours => csv(colours(&found)),
        Table::Terms => csv(terms(&found)),
        Table::Names => csv(names(&found)),
        Table::Association => csv(association(&found)),
        Table::Pairs => csv(pairs(&found)),
    }
}

/// The map of the colours.
fn map(found: &ColourNaming) -> Plot {
    let map = found.map.clone().unwrap_or_default();
    let (across, plane) = if map.plane == "chroma_lightness" {
        (Across::Chroma, "C* and L*")
    } else {
        (Across::Hue, "h and L*")
    };
    let cells = map.cells.into_iter().map(|cell| ColourCell {
        key: cell.stimulus,
        rgb: rgb(&cell.hex),
        x: cell.x,
        y: cell.y,
        name: cell.modal_name,
        consensus: cell.consensus,
        n: cell.n,
    });
    let labels = map.regions.into_iter().map(|region| ColourLabel {
        term: region.term,
        x: region.x,
        y: region.y,
        cells: region.cells,
    });
    let note =
        format!("{plane} of CIELAB under {}. The larger a square, the more agree on its name", found.white);
    nameit_plots::colour_map(&ColourMap {
        title: "What the colours are called".to_owned(),
        across,
        cells: cells.collect(),
        labels: labels.collect(),
        note: Some(note),
    })
}

/// How terms go together.
fn association_plot(found: &ColourNaming) -> Plot {
    let association = found.association.clone().unwrap_or_default();
    nameit_plots::association(&Association {
        title: "What others say".to_owned(),
        values: association.rows.into_iter().map(|row| row.p).collect(),
        terms: association.terms,
        note: Some("Per cent: where one says the row, another says the column".to_owned()),
    })
}

/// The channels of `#rrggbb`; black for anything else, which datamining does not send.
fn rgb(hex: &str) -> [u8; 3] {
    let colour = nameit_domain::colour::Srgb::parse(hex).ok();
    colour.map_or([0; 3], |colour| [colour.red, colour.green, colour.blue])
}

fn row(header: &[&str]) -> Vec<String> {
    header.iter().map(|cell| (*cell).to_owned()).collect()
}

fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(String::new, |figure| format!("{figure:?}"))
}

fn coordinates(lab: Option<&Cielab>) -> [String; 3] {
    let lab = lab.copied().unwrap_or_default();
    [lab.l, lab.a, lab.b].map(|value| figure(Some(value)))
}

fn colours(found: &ColourNaming) -> Vec<Vec<String>> {
    let header = row(&[
        "stimulus",
        "ordinal",
        "hex",
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
    ]);
    let cells = |norms: &ColourNorms| {
        let mut cells =
            vec![guarded(&norms.stimulus), norms.ordinal.to_string(), norms.hex.clone(), found.white.clone()];
        cells.extend(coordinates(norms.lab.as_ref()));
        cells.extend([norms.n, norms.non_answers, norms.types].map(|count| count.to_string()));
        cells.push(guarded(norms.modal_name.as_deref().unwrap_or_default()));
        cells.push(guarded(&norms.modal_names.join(BETWEEN)));
        cells.extend([norms.consensus, norms.h, norms.saliency, norms.basic_share].map(figure));
        cells
    };
    std::iter::once(header).chain(found.colours.iter().map(cells)).collect()
}

fn terms(found: &ColourNaming) -> Vec<Vec<String>> {
    let header = row(&[
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
    ]);
    let cells = |norms: &TermNorms| {
        let mut cells = vec![
            guarded(&norms.term),
            norms.n.to_string(),
            figure(Some(norms.share)),
            norms.types.to_string(),
            norms.basic.map_or_else(String::new, |basic| basic.to_string()),
            found.white.clone(),
        ];
        cells.extend(coordinates(norms.centre.as_ref()));
        cells.extend([
            norms.centre_hex.clone(),
            norms.centre_clipped.to_string(),
            figure(Some(norms.spread)),
            guarded(norms.focal.as_deref().unwrap_or_default()),
            figure(norms.focal_p),
            norms.focal_hex.clone().unwrap_or_default(),
            guarded(&norms.focal_colours.join(BETWEEN)),
        ]);
        cells
    };
    std::iter::once(header).chain(found.terms.iter().map(cells)).collect()
}

fn names(found: &ColourNaming) -> Vec<Vec<String>> {
    let of_terms = found.terms.iter().flat_map(|term| {
        term.colours.iter().map(move |share| ((share.stimulus.as_str(), term.term.as_str()), share.p))
    });
    let p_colour: std::collections::HashMap<(&str, &str), f64> = of_terms.collect();
    let mut rows = vec![row(&["stimulus", "term", "count", "p_term", "p_colour"])];
    for colour in &found.colours {
        for share in &colour.names {
            let p_colour = p_colour.get(&(colour.stimulus.as_str(), share.term.as_str())).copied();
            rows.push(vec![
                guarded(&colour.stimulus),
                guarded(&share.term),
                share.count.to_string(),
                figure(Some(share.p)),
                figure(p_colour),
            ]);
        }
    }
    rows
}

fn association(found: &ColourNaming) -> Vec<Vec<String>> {
    let association = found.association.clone().unwrap_or_default();
    let mut header = row(&["term"]);
    header.extend(association.terms.iter().map(|term| guarded(term)));
    header.push("(others)".to_owned());
    let cells = association.rows.iter().map(|row| {
        let mut cells = vec![guarded(&row.term)];
        cells.extend(row.p.iter().chain([&row.others]).map(|p| figure(Some(*p))));
        cells
    });
    std::iter::once(header).chain(cells).collect()
}

fn pairs(found: &ColourNaming) -> Vec<Vec<String>> {
    let cells = found.pairs.iter().map(|pair| {
        vec![guarded(&pair.one), guarded(&pair.other), figure(Some(pair.hellinger)), figure(pair.distance)]
    });
    std::iter::once(row(&["one", "other", "hellinger", "distance"])).chain(cells).collect()
}
