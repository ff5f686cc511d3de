//! Comparison → wire.

use std::collections::{HashMap, HashSet};

use nameit_analysis::comparison::{Correlation, ReferenceNorms, StimulusComparison, compare, side_by_side};
use nameit_analysis::naming::Naming;
use nameit_analysis::norms::StimulusNorms;
use nameit_domain::Stimulus;
use nameit_proto::findings::v1 as wire;

/// Rows in one answer when no number is asked for.
const ROWS_DEFAULT: usize = 100;

/// Names of one stimulus that are told.
const NAMES_MAX: usize = 20;

/// Keys of unknown stimuli that are told.
const UNKNOWN_MAX: usize = 100;

/// Both sides of a comparison.
pub(crate) struct Sides<'a> {
    /// Version of the published norms.
    pub(crate) version: u64,
    /// The published norms.
    pub(crate) reference: &'a ReferenceNorms,
    /// The stimuli of the experiment.
    pub(crate) stimuli: &'a [Stimulus],
    /// The own norms by ordinal.
    pub(crate) norms: &'a [StimulusNorms],
    /// What makes names of answers.
    pub(crate) naming: &'a Naming,
}

/// Which part of a comparison is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    /// Rows to leave out.
    pub(crate) offset: usize,
    /// Rows to give; 0 for [`ROWS_DEFAULT`].
    pub(crate) limit: usize,
    /// Whether H of every stimulus is wanted.
    pub(crate) points: bool,
}

pub(crate) fn comparison(sides: &Sides<'_>, wanted: Wanted) -> wire::Comparison {
    let Sides { version, reference, stimuli, norms, naming } = *sides;
    let known: HashSet<&str> = stimuli.iter().map(|stimulus| stimulus.key.as_str()).collect();
    // By key, each with its ordinal, so that no stimulus is looked for among all others.
    let own: HashMap<&str, (u32, &StimulusNorms)> = stimuli
        .iter()
        .filter_map(|stimulus| {
            let norms = norms.get(stimulus.ordinal as usize)?;
            Some((stimulus.key.as_str(), (stimulus.ordinal, norms)))
        })
        .collect();
    let found = compare(own.iter().map(|(key, (_, norms))| (*key, *norms)), reference, naming);
    let unknown: Vec<&str> = reference.stimuli().filter(|key| !known.contains(key)).collect();
    let limit = if wanted.limit == 0 { ROWS_DEFAULT } else { wanted.limit };
    let rows = found.rows.iter().skip(wanted.offset).take(limit);
    let rows = rows.map(|row| {
        let (ordinal, norms) = own[row.stimulus.as_str()];
        let names = reference
            .get(&row.stimulus)
            .map(|item| side_by_side(norms, &item.named(naming)))
            .unwrap_or_default();
        wire::StimulusComparison {
            types: names.len() as u64,
            names: names
                .into_iter()
                .take(NAMES_MAX)
                .map(|name| wire::NameShares {
                    name: name.name,
                    count: name.count,
                    share: name.share,
                    reference_share: name.reference_share,
                })
                .collect(),
            ..self::row(row, ordinal)
        }
    });
    let points = found.rows.iter().filter(|_| wanted.points).filter_map(|row| {
        Some(wire::ComparisonPoint {
            stimulus: row.stimulus.clone(),
            h: row.h,
            reference_h: row.reference_h?,
        })
    });
    let reference_stimuli = reference.len() as u64;
    wire::Comparison {
        version,
        reference_stimuli,
        stimuli: found.stimuli,
        only_here: found.only_here,
        only_in_reference: found.only_in_reference,
        unknown_stimuli: unknown.len() as u64,
        unknown: unknown.into_iter().take(UNKNOWN_MAX).map(str::to_owned).collect(),
        unnamed_stimuli: reference_stimuli - found.only_in_reference - found.stimuli,
        modal_matches: found.modal_matches,
        modal_match: found.modal_match,
        modal_match_low: found.modal_match_interval.map(|interval| interval.low),
        modal_match_high: found.modal_match_interval.map(|interval| interval.high),
        h_pearson: found.h_pearson.map(correlation),
        h_spearman: found.h_spearman.map(correlation),
        h_difference: found.h_difference,
        agreement_pearson: found.agreement_pearson.map(correlation),
        agreement_spearman: found.agreement_spearman.map(correlation),
        agreement_difference: found.agreement_difference,
        rows: rows.collect(),
        points: points.collect(),
    }
}

/// The rows of published norms.
pub(crate) fn reference(norms: &ReferenceNorms) -> Vec<wire::ReferenceName> {
    let rows = norms.rows().map(|row| wire::ReferenceName {
        stimulus: row.stimulus.to_owned(),
        name: row.name.to_owned(),
        count: row.count,
        agreement: row.agreement,
        h: row.h,
    });
    rows.collect()
}

fn row(row: &StimulusComparison, ordinal: u32) -> wire::StimulusComparison {
    wire::StimulusComparison {
        stimulus: row.stimulus.clone(),
        ordinal,
        n: row.n,
        modal_names: row.modal_names.clone(),
        reference_modal_names: row.reference_modal_names.clone(),
        modal_match: row.modal_match,
        agreement: row.agreement,
        reference_agreement: row.reference_agreement,
        h: row.h,
        reference_h: row.reference_h,
        divergence: row.divergence,
        names: Vec::new(),
        types: 0,
    }
}

fn correlation(found: Correlation) -> wire::Correlation {
    wire::Correlation {
        r: found.r,
        n: found.n,
        low: found.interval.map(|interval| interval.low),
        high: found.interval.map(|interval| interval.high),
    }
}

#[cfg(test)]
mod tests {
    use nameit_analysis::norms::{NameCount, NonAnswers};
    use nameit_domain::colour::Srgb;
    use nameit_domain::stimulus::StimulusKind;
    use nameit_domain::text::StimulusKey;

    use super::*;
    use crate::names::Names;

    fn stimulus(ordinal: u32, key: &str) -> Stimulus {
        Stimulus {
            key: StimulusKey::parse(key).unwrap(),
            ordinal,
            question: None,
            kind: StimulusKind::Colour(Srgb::parse("#ff0000").unwrap()),
        }
    }

    fn norms(names: &[(&str, u64)]) -> StimulusNorms {
        let names = names.iter().map(|&(name, count)| NameCount { name: name.to_owned(), count }).collect();
        StimulusNorms::from_counts(names, NonAnswers::default(), None)
    }

    #[test]
    fn what_is_left_out_is_counted_and_what_is_asked_for_is_given() {
        let stimuli = [stimulus(0, "cup"), stimulus(1, "cat"), stimulus(2, "sofa"), stimulus(3, "late")];
        let own = [norms(&[("cup", 8), ("mug", 2)]), norms(&[("cat", 9)]), norms(&[("sofa", 1)])];
        let table = "stimulus,name,count\ncup,Mug,9\ncup,cup,1\ncat,cat,4\nlate,x,1\nold,x,1\nolder,x,2\n";
        let reference = ReferenceNorms::parse_csv(table).unwrap();
        let naming = Names::undecided("en").naming;
        let sides =
            Sides { version: 3, reference: &reference, stimuli: &stimuli, norms: &own, naming: &naming };
        let found = comparison(&sides, Wanted::default());
        assert_eq!((found.version, found.reference_stimuli, found.stimuli), (3, 5, 2));
        assert_eq!((found.only_here, found.only_in_reference, found.unnamed_stimuli), (1, 3, 0));
        assert_eq!((found.unknown_stimuli, found.unknown.join(" ")), (2, "old older".to_owned()));
        let keys: Vec<(&str, u32)> =
            found.rows.iter().map(|row| (row.stimulus.as_str(), row.ordinal)).collect();
        assert_eq!(keys, [("cup", 0), ("cat", 1)], "the most divergent first");
        let cup: Vec<(&str, Option<f64>)> =
            found.rows[0].names.iter().map(|name| (name.name.as_str(), name.reference_share)).collect();
        assert_eq!((cup, found.rows[0].types), (vec![("mug", Some(0.9)), ("cup", Some(0.1))], 2));
        assert!(found.points.is_empty());
        let part = comparison(&sides, Wanted { offset: 1, limit: 1, points: true });
        assert_eq!((part.rows.len(), part.rows[0].stimulus.as_str(), part.points.len()), (1, "cat", 2));
        assert_eq!(part.h_pearson, found.h_pearson);
    }
}
