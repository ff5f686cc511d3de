//! Samples of the page of all stimuli at a glance.

use nameit_domain::experiment::ExperimentState;
use nameit_proto::findings::v1::{NameCount, StimulusNorms};

use super::Pages;
use super::things::{HOSTILE, experiment, site};
use crate::services::overview::{Overview, Plotted, Sort};
use crate::views::overview::OverviewPage;
use crate::views::plot::Figure;
use crate::views::{Paging, Section};

pub(super) fn pages(pages: &mut Pages) {
    pages.add("overview-none", &page(Vec::new(), Sort::Order, 0));
    let named = |ordinal: u32| {
        let names = [("cup", 9), (HOSTILE, 4), ("mug", u64::from(ordinal % 7))];
        StimulusNorms {
            stimulus: if ordinal == 1 { HOSTILE.to_owned() } else { format!("cup-{ordinal}") },
            ordinal,
            n: names.iter().map(|(_, count)| count).sum(),
            h: Some(f64::from(ordinal % 7)),
            names: names.map(|(name, count)| NameCount { name: name.to_owned(), count }).to_vec(),
            ..StimulusNorms::default()
        }
    };
    pages.add("overview", &page((0..5).map(named).collect(), Sort::Order, 0));
    pages.add("overview-second-page", &page((0..90).map(named).collect(), Sort::Diverse, 40));
}

fn page(stimuli: Vec<StimulusNorms>, sort: Sort, from: usize) -> OverviewPage {
    let found = Overview::new(stimuli, sort);
    let figure = |plotted: Plotted| {
        Figure::new(&found.draw(plotted, from), "/api/v1/experiments/0/overview", "plot=heat_map&sort=order")
    };
    OverviewPage {
        site: site(Section::Experiments),
        experiment: experiment("Colours from around the wheel", ExperimentState::Published),
        plots: (!found.is_empty()).then(|| [Plotted::HeatMap, Plotted::Names].map(figure)),
        sort,
        paging: Paging::new(from / 40 + 1, 40, found.stimuli()),
    }
}
