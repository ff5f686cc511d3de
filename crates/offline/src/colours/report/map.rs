//! The map of colours in a report.

use nameit_analysis::colour::{NamingMatrix, Plane, Srgb};
use nameit_plots::report::Part;
use nameit_plots::{Across, ColourCell, ColourLabel, ColourMap, Plot, colour_map, number};

/// The most colours on a map; more could not be told apart on a page.
const MOST_MAPPED: usize = 2_000;

/// The map by hue and the map by chroma, or why there is none.
pub(super) fn parts(matrix: &NamingMatrix) -> Vec<Part> {
    let colours = matrix.colours().len();
    if colours > MOST_MAPPED {
        return vec![Part::Paragraph(format!(
            "A map holds at most {} colours, and these are {}; --bin 5 or wider gathers them.",
            number::count(MOST_MAPPED as u64),
            number::count(colours as u64)
        ))];
    }
    let planes = [
        (Plane::HueLightness, Across::Hue, "What colours are called, by hue and lightness"),
        (Plane::ChromaLightness, Across::Chroma, "What colours are called, by chroma and lightness"),
    ];
    planes.map(|(plane, across, title)| Part::Plot(Box::new(map(matrix, plane, across, title)))).to_vec()
}

fn map(matrix: &NamingMatrix, plane: Plane, across: Across, title: &str) -> Plot {
    let map = matrix.map(plane);
    let cells = map.cells.into_iter().map(|cell| ColourCell {
        rgb: channels(&cell.hex),
        key: cell.colour,
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
    colour_map(&ColourMap {
        title: title.to_owned(),
        across,
        cells: cells.collect(),
        labels: labels.collect(),
        note: Some(format!(
            "CIELAB under {}. The larger a square, the more agree on its name",
            matrix.white().as_str()
        )),
    })
}

fn channels(hex: &str) -> [u8; 3] {
    let Srgb { red, green, blue } = Srgb::parse(hex).expect("the colour of a screen is written as #rrggbb");
    [red, green, blue]
}
