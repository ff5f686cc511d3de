//! Colour naming: analysis → wire.

use nameit_analysis::colour::{
    Association, ColourMap, ColourNorms, Lab, MapCell, MapRegion, NamingMatrix, Plane, Reading, TermNorms,
    TermPair,
};
use nameit_proto::findings::v1 as wire;

/// All that is told about the colours of an experiment. `ordinals` are those of the matrix's colours; at most
/// `terms` terms are given, and `related` terms are related to each other.
pub(crate) fn colour_naming(
    matrix: &NamingMatrix,
    ordinals: &[u32],
    reading: &Reading,
    plane: Plane,
    terms: usize,
    related: usize,
) -> wire::ColourNaming {
    let naming = matrix.naming(reading);
    wire::ColourNaming {
        white: naming.white.as_str().to_owned(),
        language: naming.reading.language,
        focal_min_n: naming.reading.focal_min_n,
        n: naming.n,
        non_answers: naming.non_answers,
        types: naming.types,
        basic_share: naming.basic_share,
        monolexemic_share: naming.monolexemic_share,
        colours: ordinals
            .iter()
            .zip(naming.colours)
            .map(|(ordinal, norms)| colour(*ordinal, norms))
            .collect(),
        terms: naming.terms.into_iter().take(terms).map(term).collect(),
        association: Some(association(matrix.association(related))),
        pairs: matrix.term_pairs(related).into_iter().map(pair).collect(),
        map: Some(map(matrix.map(plane))),
    }
}

fn lab(lab: Lab) -> wire::Cielab {
    wire::Cielab { l: lab.l, a: lab.a, b: lab.b }
}

fn colour(ordinal: u32, norms: ColourNorms) -> wire::ColourNorms {
    let share = |share: nameit_analysis::colour::TermShare| wire::TermShare {
        term: share.term,
        count: share.count,
        p: share.p,
    };
    wire::ColourNorms {
        stimulus: norms.colour.key,
        ordinal,
        hex: norms.colour.hex,
        lab: Some(lab(norms.colour.lab)),
        n: norms.n,
        non_answers: norms.non_answers,
        types: norms.types,
        modal_name: norms.modal_name,
        modal_names: norms.modal_names,
        consensus: norms.consensus,
        h: norms.h,
        saliency: norms.saliency,
        basic_share: norms.basic_share,
        names: norms.names.into_iter().map(share).collect(),
    }
}

fn term(norms: TermNorms) -> wire::TermNorms {
    let share = |share: nameit_analysis::colour::ColourShare| wire::ColourShare {
        stimulus: share.colour,
        count: share.count,
        p: share.p,
    };
    wire::TermNorms {
        term: norms.term,
        n: norms.n,
        share: norms.share,
        types: norms.types,
        basic: norms.basic,
        centre: Some(lab(norms.centre)),
        centre_hex: norms.centre_hex,
        centre_clipped: norms.centre_clipped,
        spread: norms.spread,
        focal: norms.focal,
        focal_colours: norms.focal_colours,
        focal_p: norms.focal_p,
        focal_hex: norms.focal_hex,
        colours: norms.colours.into_iter().map(share).collect(),
    }
}

fn association(association: Association) -> wire::TermAssociation {
    let rows = association.terms.iter().zip(association.p).zip(association.others);
    wire::TermAssociation {
        rows: rows
            .map(|((term, p), others)| wire::AssociationRow { term: term.clone(), p, others })
            .collect(),
        terms: association.terms,
    }
}

fn pair(pair: TermPair) -> wire::TermPair {
    wire::TermPair { one: pair.one, other: pair.other, hellinger: pair.hellinger, distance: pair.distance }
}

fn map(map: ColourMap) -> wire::ColourMap {
    let plane = match map.plane {
        Plane::HueLightness => "hue_lightness",
        Plane::ChromaLightness => "chroma_lightness",
    };
    let cell = |cell: MapCell| wire::MapCell {
        stimulus: cell.colour,
        hex: cell.hex,
        x: cell.x,
        y: cell.y,
        n: cell.n,
        modal_name: cell.modal_name,
        tied: cell.tied,
        consensus: cell.consensus,
    };
    let region = |region: MapRegion| wire::MapRegion {
        term: region.term,
        cells: region.cells,
        x: region.x,
        y: region.y,
        stimulus: region.colour,
        hex: region.hex,
    };
    wire::ColourMap {
        plane: plane.to_owned(),
        cells: map.cells.into_iter().map(cell).collect(),
        regions: map.regions.into_iter().map(region).collect(),
    }
}
