//! Colour naming: which names a colour gets, which colours a name means, and how near namings lie to each
//! other.
//!
//! The counts `n_ct` (colour × term) stand in a [`NamingMatrix`]; [`NamingMatrix::naming`] computes
//! p(term|colour), consensus and saliency per colour, and p(colour|term), centre, focal choice and spread per
//! term. [`NamingMatrix::association`] and [`NamingMatrix::term_pairs`] tell how terms relate;
//! [`earth_movers_distance`] compares namings by how far the *meanings* lie apart, not only by whether the
//! words are the same. [`NamingMatrix::map`] lays the colours out on a plane for a plot.
//!
//! Coordinates are CIELAB under the white point of the matrix, and distances are ΔE*ab, unless said
//! otherwise. Every sum runs in an order that depends on the colours and names alone, so the order of the
//! answers leaves no trace in any figure.

mod association;
mod basic;
mod by_colour;
mod by_term;
mod difference;
mod groups;
mod map;
mod matrix;
mod naming;
#[cfg(test)]
mod tests;
mod transport;

pub use association::{Association, EXACT_COLOURS, TermPair};
pub use basic::{BASIC_LANGUAGES, basic_term, is_monolexemic};
pub use by_colour::{ColourNorms, TermShare};
pub use by_term::{ColourShare, TermNorms};
pub use difference::{delta_e_2000, delta_e_ab};
pub use groups::{ColourDistance, GroupDistance, group_distance};
pub use map::{ACHROMATIC_CHROMA, ColourMap, MapCell, MapRegion, Plane};
pub use matrix::{ColourCounts, NamedColour, NamingMatrix};
pub use nameit_domain::colour::{Lab, Lch, Shown, Srgb, WhitePoint};
pub use naming::{ColourNaming, Reading};
pub use transport::{Mass, earth_movers_distance};
