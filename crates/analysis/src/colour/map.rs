//! Where colours and terms stand on a map.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Serialize;

use super::matrix::NamingMatrix;

/// A colour with less chroma than this (C* of CIELAB) is drawn apart, as on the charts of the World Color
/// Survey: its hue is hardly seen.
pub const ACHROMATIC_CHROMA: f64 = 5.0;

/// What the axes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Plane {
    /// Hue from left to right in degrees, lightness L* upwards; greys stand apart. For colours of all hues.
    #[default]
    HueLightness,
    /// Chroma C* from left to right, lightness L* upwards. For colours of about one hue.
    ChromaLightness,
}

/// A colour on the map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapCell {
    /// The key of the colour.
    pub colour: String,
    /// What a screen shows for it, as `#rrggbb`.
    pub hex: String,
    /// Hue in degrees (0 to 360, of CIELAB) or chroma; `None` for a grey on the plane of hues.
    pub x: Option<f64>,
    /// Lightness L*, 0 to 100.
    pub y: f64,
    /// Answers that gave a name.
    pub n: u64,
    /// The modal name, the first of those that tie; `None` when nobody gave a name.
    pub modal_name: Option<String>,
    /// Whether several names tie.
    pub tied: bool,
    /// Share of the modal name; `None` when nobody gave a name.
    pub consensus: Option<f64>,
}

/// The area of a term: all colours whose modal name it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MapRegion {
    /// The term.
    pub term: String,
    /// How many colours it has.
    pub cells: u64,
    /// Where its label stands: on the one of its colours that lies most in their middle (the medoid), which
    /// is always within the area. As `x` of [`MapCell`].
    pub x: Option<f64>,
    /// As `y` of [`MapCell`].
    pub y: f64,
    /// The key of the colour under the label.
    pub colour: String,
    /// What a screen shows for the colour under the label.
    pub hex: String,
}

/// A map of colours with the areas of the terms.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColourMap {
    /// What the axes are.
    pub plane: Plane,
    /// The colours, in their order.
    pub cells: Vec<MapCell>,
    /// The areas: those with most colours first, equal ones in the order of the terms' frequency.
    pub regions: Vec<MapRegion>,
}

impl NamingMatrix {
    /// Lays the colours out on a plane, for a colour-term map. Colours need not lie on a grid.
    pub fn map(&self, plane: Plane) -> ColourMap {
        let mut areas: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut cells = Vec::with_capacity(self.colours.len());
        for (place, (colour, row)) in self.colours.iter().zip(&self.rows).enumerate() {
            let modal = row.terms.first();
            if let Some((term, _)) = modal {
                areas.entry(*term).or_default().push(place);
            }
            let lch = colour.lab.to_lch();
            let second = row.terms.get(1).map(|(_, count)| *count);
            cells.push(MapCell {
                colour: colour.key.clone(),
                hex: colour.hex.clone(),
                x: match plane {
                    Plane::HueLightness => lch.h.filter(|_| lch.c >= ACHROMATIC_CHROMA),
                    Plane::ChromaLightness => Some(lch.c),
                },
                y: lch.l,
                n: row.n,
                modal_name: modal.map(|(term, _)| self.terms[*term as usize].clone()),
                tied: modal.is_some_and(|(_, count)| Some(*count) == second),
                consensus: modal.map(|(_, count)| *count as f64 / row.n as f64),
            });
        }
        let mut regions: Vec<MapRegion> = areas
            .into_iter()
            .map(|(term, places)| {
                let middle = &cells[medoid(plane, &cells, &places)];
                MapRegion {
                    term: self.terms[term as usize].clone(),
                    cells: places.len() as u64,
                    x: middle.x,
                    y: middle.y,
                    colour: middle.colour.clone(),
                    hex: middle.hex.clone(),
                }
            })
            .collect();
        // The sort is stable, so equal areas stay in the order of the terms.
        regions.sort_by_key(|region| std::cmp::Reverse(region.cells));
        ColourMap { plane, cells, regions }
    }
}

/// The cell with the least sum of distances to the others; equal ones: the highest consensus, then the first
/// key.
fn medoid(plane: Plane, cells: &[MapCell], places: &[usize]) -> usize {
    let away = |place: usize| -> f64 {
        let mut distances: Vec<f64> =
            places.iter().map(|&other| distance(plane, &cells[place], &cells[other])).collect();
        distances.sort_unstable_by(f64::total_cmp);
        distances.iter().sum()
    };
    let ranked = places.iter().map(|&place| (place, away(place)));
    let best = ranked.min_by(|(one, one_away), (other, other_away)| {
        let (one, other) = (&cells[*one], &cells[*other]);
        let by_consensus = other.consensus.partial_cmp(&one.consensus).unwrap_or(Ordering::Equal);
        one_away.total_cmp(other_away).then(by_consensus).then_with(|| one.colour.cmp(&other.colour))
    });
    best.map(|(place, _)| place).expect("an area has a cell")
}

/// As far as it looks on the map: half a turn of hue is as much as all of lightness. Greys are a column of
/// their own, as far from each hue.
fn distance(plane: Plane, one: &MapCell, other: &MapCell) -> f64 {
    let across = match (plane, one.x, other.x) {
        (Plane::HueLightness, Some(one), Some(other)) => {
            let turn = (one - other).abs();
            turn.min(360.0 - turn) / 180.0
        }
        (Plane::ChromaLightness, Some(one), Some(other)) => (one - other) / 100.0,
        (_, None, None) => 0.0,
        _ => 1.0,
    };
    across.hypot((one.y - other.y) / 100.0)
}
