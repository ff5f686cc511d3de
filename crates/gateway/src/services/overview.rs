//! All stimuli at a glance: which names they share, and which names are said most.

use std::collections::BTreeMap;

use nameit_plots::{Bar, Bars, HeatMap, HeatRow, MOST_ROWS, Plot, Unit, number};
use nameit_proto::findings::v1::StimulusNorms;

use super::report;
use crate::access::Owned;
use crate::error::{Error, Result};
use crate::state::Gateway;

/// Stimuli of one heat map.
pub(crate) const ROWS: usize = MOST_ROWS;

/// Names that have a bar.
const BARS: usize = 20;

/// What can be drawn of all stimuli.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plotted {
    /// A cell for each stimulus and name.
    HeatMap,
    /// A bar for each of the most frequent names.
    Names,
}

/// In which order stimuli stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sort {
    /// As in the experiment.
    #[default]
    Order,
    /// The one with the highest H first.
    Diverse,
}

/// The stimuli with all their names, in the order that was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Overview {
    stimuli: Vec<StimulusNorms>,
}

// === impl Plotted ===

impl Plotted {
    const ALL: [Self; 2] = [Self::HeatMap, Self::Names];

    /// The word for it in queries and in names of files.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::HeatMap => "heat_map",
            Self::Names => "names",
        }
    }

    /// Reads the word; nothing stands for the heat map.
    pub(crate) fn parse(word: &str) -> Result<Self> {
        if word.is_empty() {
            return Ok(Self::HeatMap);
        }
        Self::ALL
            .into_iter()
            .find(|plotted| plotted.as_str() == word)
            .ok_or_else(|| Error::invalid("plot", "is none of heat_map and names"))
    }
}

// === impl Sort ===

impl Sort {
    const ALL: [Self; 2] = [Self::Order, Self::Diverse];

    /// The word for it in queries.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Diverse => "diverse",
        }
    }

    /// Reads the word; nothing stands for the order of the experiment.
    pub(crate) fn parse(word: &str) -> Result<Self> {
        if word.is_empty() {
            return Ok(Self::Order);
        }
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == word)
            .ok_or_else(|| Error::invalid("sort", "is none of order and diverse"))
    }
}

/// All stimuli with all their names.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, sort: Sort) -> Result<Overview> {
    Ok(Overview::new(report::get(gateway, owned, 0).await?.stimuli, sort))
}

// === impl Overview ===

impl Overview {
    /// The same stimuli in the order that is asked.
    pub(crate) fn new(mut stimuli: Vec<StimulusNorms>, sort: Sort) -> Self {
        stimuli.sort_by_key(|norms| norms.ordinal);
        if sort == Sort::Diverse {
            // Without names there is no H: those come last.
            let h = |norms: &StimulusNorms| norms.h.unwrap_or(-1.0);
            stimuli.sort_by(|one, other| h(other).total_cmp(&h(one)));
        }
        Self { stimuli }
    }

    /// Whether nobody has given a name yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.stimuli.iter().all(|norms| norms.names.is_empty())
    }

    /// How many stimuli there are.
    pub(crate) fn stimuli(&self) -> usize {
        self.stimuli.len()
    }

    /// Draws it; a heat map begins with the stimulus at the place `from`.
    pub(crate) fn draw(&self, plotted: Plotted, from: usize) -> Plot {
        match plotted {
            Plotted::HeatMap => self.heat_map(from),
            Plotted::Names => self.names(),
        }
    }

    fn heat_map(&self, from: usize) -> Plot {
        let shown: Vec<&StimulusNorms> = self.stimuli.iter().skip(from).take(ROWS).collect();
        let all = self.stimuli.len();
        let mut title = "Names by stimulus".to_owned();
        if shown.len() < all && !shown.is_empty() {
            let (first, last) = (from + 1, from + shown.len());
            title = format!("{title}: {first} to {last} of {}", number::count(all as u64));
        }
        let rows = shown.into_iter().map(|norms| HeatRow {
            stimulus: norms.stimulus.clone(),
            names: norms
                .names
                .iter()
                .map(|name| (name.name.clone(), name.count as f64 / norms.n.max(1) as f64))
                .collect(),
        });
        nameit_plots::heat_map(&HeatMap { title, rows: rows.collect() })
    }

    fn names(&self) -> Plot {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for name in self.stimuli.iter().flat_map(|norms| &norms.names) {
            let count = counts.entry(&name.name).or_default();
            *count = count.saturating_add(name.count);
        }
        let types = counts.len();
        let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
        counts.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        let bars = counts.into_iter().take(BARS).map(|(name, count)| Bar {
            label: name.to_owned(),
            value: count as f64,
            ..Bar::default()
        });
        let note = (types > BARS).then(|| {
            format!("The {BARS} most frequent of {}", number::counted(types as u64, "name", "names"))
        });
        nameit_plots::bars(&Bars {
            title: "The most frequent names of all stimuli".to_owned(),
            unit: Unit::Count,
            whole: false,
            bars: bars.collect(),
            note,
        })
    }
}

#[cfg(test)]
mod tests {
    use nameit_proto::findings::v1::NameCount;

    use super::*;

    fn stimulus(ordinal: u32, names: &[(&str, u64)], h: Option<f64>) -> StimulusNorms {
        StimulusNorms {
            stimulus: format!("s{ordinal}"),
            ordinal,
            n: names.iter().map(|(_, count)| count).sum(),
            names: names
                .iter()
                .map(|(name, count)| NameCount { name: (*name).to_owned(), count: *count })
                .collect(),
            h,
            ..StimulusNorms::default()
        }
    }

    #[test]
    fn the_most_diverse_comes_first_and_the_nameless_last() {
        let stimuli = vec![
            stimulus(2, &[], None),
            stimulus(1, &[("cup", 4)], Some(0.0)),
            stimulus(0, &[("mug", 2), ("cup", 2)], Some(1.0)),
        ];
        let order = |sort| -> Vec<u32> {
            Overview::new(stimuli.clone(), sort).stimuli.iter().map(|norms| norms.ordinal).collect()
        };
        assert_eq!(order(Sort::Order), [0, 1, 2]);
        assert_eq!(order(Sort::Diverse), [0, 1, 2]);
        let changed =
            vec![stimulus(0, &[("cup", 4)], Some(0.0)), stimulus(1, &[("mug", 1), ("cup", 1)], Some(1.0))];
        assert_eq!(Overview::new(changed, Sort::Diverse).stimuli[0].ordinal, 1);
    }

    #[test]
    fn names_are_summed_over_stimuli_and_shares_are_of_one() {
        let overview = Overview::new(
            vec![stimulus(0, &[("mug", 3), ("cup", 1)], None), stimulus(1, &[("cup", 4)], None)],
            Sort::Order,
        );
        assert!(!overview.is_empty());
        let names = overview.draw(Plotted::Names, 0).description;
        assert!(names.find("cup (5").unwrap() < names.find("mug (3").unwrap(), "{names}");
        let cells = overview.draw(Plotted::HeatMap, 0).description;
        assert!(cells.contains("s0: mug 75.0\u{202f}%, cup 25.0\u{202f}%."), "{cells}");
        let second = overview.draw(Plotted::HeatMap, 1);
        assert_eq!(second.title, "Names by stimulus: 2 to 2 of 2");
        assert!(!second.description.contains("s0"), "{}", second.description);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let overview = Overview::new(Vec::new(), Sort::Diverse);
        assert!(overview.is_empty());
        for plotted in Plotted::ALL {
            assert!(overview.draw(plotted, 7).inline().contains("<svg"));
        }
        assert!(Plotted::parse("pie").is_err() && Sort::parse("luck").is_err());
    }
}
