//! Plots that researchers publish: drawn by the server, as SVG and PNG.
//!
//! One function per kind of plot takes a plain struct of numbers and returns a [`Plot`]. It can be had as a
//! file ([`Plot::svg`], [`Plot::png`]) or as a part of a page ([`Plot::inline`] with [`STYLE`]). Every plot
//! has a title and a description with its numbers in words, can be read in light and dark, tells nothing by
//! colour alone, and runs no script. Any number and any text may come in: what is not finite is left out,
//! what is too long is cut and shown in full when it is pointed at, and no text covers another one.
//!
//! Text in PNG is drawn with an embedded part of Noto Sans (Latin, Greek, Cyrillic; SIL Open Font License, see
//! `fonts/OFL.txt`), other scripts with the system's fonts. Where a system has none, as in a container without
//! a font package, names in other scripts are empty boxes in a PNG; SVG and HTML leave fonts to the reader's
//! own system and show them.
//!
//! To add a kind: a module with its struct and its function, which lays a `Scene` out for any width, and a
//! sample of it in `tests`.

mod axis;
mod bars;
mod colour_map;
mod frame;
mod hours;
mod matrix;
pub mod number;
mod over_time;
mod palette;
mod plot;
mod rarefaction;
mod raster;
pub mod report;
mod response_times;
mod scatter;
mod scene;
#[cfg(test)]
mod tests;
mod text;

pub use axis::Unit;
pub use bars::{Bar, Bars, MOST_BARS, NameBar, Names, bars, names};
pub use colour_map::{Across, ColourCell, ColourLabel, ColourMap, colour_map};
pub use hours::{Hours, hours};
pub use matrix::{Association, HeatMap, HeatRow, MOST_COLUMNS, MOST_ROWS, association, heat_map};
pub use over_time::{OverTime, TimePoint, TimeStyle, over_time};
pub use palette::Theme;
pub use plot::{Error, Plot};
pub use rarefaction::{CurvePoint, Rarefaction, rarefaction};
pub use response_times::{ResponseTimes, Scale, TimeBin, TimeMarks, response_times};
pub use scatter::{Scatter, ScatterPoint, scatter};

/// Style sheet of plots inside pages. The page gives the colours as custom properties: `--ink`, `--ink-soft`,
/// `--accent`, `--accent-ink`, `--mark`, `--line`, `--line-strong`, `--surface`, `--sunken`, and `--font`.
pub const STYLE: &str = include_str!("../assets/plots.css");
