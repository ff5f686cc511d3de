//! Samples of the page of one stimulus and of the means over all.

use askama::Template as _;
use nameit_domain::experiment::ExperimentState;
use nameit_domain::stimulus::TargetStyle;
use nameit_proto::findings::v1 as findings;

use super::Pages;
use super::things::{HOSTILE, experiment, image, site};
use crate::views::Section;
use crate::views::norms::{Asked, MeansPage, StimulusPage};
use crate::views::picture::Picture;

pub(super) fn pages(pages: &mut Pages) {
    let nothing =
        findings::StimulusNorms { stimulus: "cup".to_owned(), ..findings::StimulusNorms::default() };
    pages.add("stimulus-norms-empty", &page(nothing, findings::StimulusDetail::default()));
    pages.add("stimulus-norms", &page(norms("cup", "mug"), detail("cup", "mug")));
    let tried = StimulusPage {
        asked: Asked {
            trimming: HOSTILE.to_owned(),
            replicates: HOSTILE.to_owned(),
            seed: HOSTILE.to_owned(),
        },
        kept_rule: Some(HOSTILE.to_owned()),
        problem: Some(HOSTILE.to_owned()),
        question: HOSTILE.to_owned(),
        ..page(norms(HOSTILE, HOSTILE), detail(HOSTILE, HOSTILE))
    };
    pages.add("stimulus-norms-wrong", &tried);
    pages.add("means-empty", &means(None, None));
    let mean = |mean| findings::MeanInterval { mean, low: mean * 0.9, high: mean * 1.1 };
    let found = findings::SetMeans {
        participants: 120,
        stimuli: 24,
        replicates: 1000,
        seed: 20_250_401,
        level: 0.95,
        h: Some(mean(1.31)),
        agreement: Some(mean(0.71)),
        types: Some(mean(6.2)),
        simpson: None,
    };
    pages.add("means", &means(Some(found), None));
    pages.add("means-wrong", &means(None, Some(HOSTILE.to_owned())));
}

fn page(norms: findings::StimulusNorms, detail: findings::StimulusDetail) -> StimulusPage {
    StimulusPage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        picture: Picture::of(&image(0, "kitchen-01", Some(TargetStyle::Outline)), 640),
        question: "What is the marked object?".to_owned(),
        detail: findings::StimulusDetail { norms: Some(norms.clone()), ..detail },
        norms,
        asked: Asked::default(),
        kept_rule: None,
        trimming_version: 0,
        problem: None,
    }
}

fn means(means: Option<findings::SetMeans>, problem: Option<String>) -> MeansPage {
    MeansPage {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        means,
        asked: Asked { seed: HOSTILE.to_owned(), ..Asked::default() },
        problem,
    }
}

fn norms(key: &str, name: &str) -> findings::StimulusNorms {
    let counted = |name: &str, count| findings::NameCount { name: name.to_owned(), count };
    findings::StimulusNorms {
        stimulus: key.to_owned(),
        n: 1_124,
        non_answers: 14,
        dont_know: 9,
        skipped: 4,
        blank: 1,
        types: 5,
        modal_names: vec![name.to_owned()],
        modal_types: 1,
        modal_name: Some(name.to_owned()),
        modal_count: 610,
        agreement: Some(0.543),
        agreement_low: Some(0.514),
        agreement_high: Some(0.572),
        agreement_all_trials: Some(0.536),
        h: Some(1.21),
        h_miller_madow: Some(1.24),
        evenness: Some(0.52),
        perplexity: Some(2.3),
        simpson: Some(0.41),
        brown_lenneberg: Some(-7),
        f1: 2,
        f2: 1,
        idiosyncratic: Some(0.002),
        next_new: Some(0.002),
        coverage: Some(0.998),
        coverage_good_turing: Some(0.998),
        answers_to_coverage: Some(0),
        chao1: Some(7.0),
        chao1_bias_corrected: Some(6.0),
        names: vec![
            counted(name, 610),
            counted("beaker", 510),
            counted("杯子", 2),
            counted("كوب", 1),
            counted(HOSTILE, 1),
        ],
        verdict: Some(findings::StopVerdict { enough: false, about_more: Some(12), unmet: Vec::new() }),
        ..findings::StimulusNorms::default()
    }
}

fn detail(key: &str, name: &str) -> findings::StimulusDetail {
    let interval = |low, high| Some(findings::Interval { low, high });
    let text = |text: &str, count| findings::RawText { text: text.to_owned(), count };
    let point = |m: u64, place: &str| findings::RarefactionPoint {
        m,
        place: place.to_owned(),
        types: (m as f64).ln(),
        types_low: (m as f64).ln() - 0.4,
        types_high: (m as f64).ln() + 0.4,
        coverage: 0.9,
        coverage_low: 0.8,
        coverage_high: 1.0,
    };
    let times = |n| {
        Some(findings::TimeSummary {
            n,
            n_trimmed: 3,
            mean_ms: Some(1_204.5),
            sd_ms: Some(310.0),
            median_ms: Some(1_100.0),
            q1_ms: Some(900.0),
            q3_ms: Some(1_450.0),
            geometric_mean_ms: Some(1_170.0),
            min_ms: Some(411),
            max_ms: Some(12_904),
        })
    };
    let bin = |at: u32| findings::TimeBin {
        from_ms: 400.0 * 1.3_f64.powi(at as i32),
        to_ms: 400.0 * 1.3_f64.powi(at as i32 + 1),
        all: u64::from(at * (13 - at)),
        modal: u64::from(at * (12 - at)),
    };
    let measure = Some(findings::MeasureTimes {
        all: times(1_120),
        modal: times(608),
        bins: (0..12).map(bin).collect(),
    });
    findings::StimulusDetail {
        norms: Some(norms(key, name)),
        intervals: Some(findings::NormIntervals {
            resampled: "participants".to_owned(),
            units: 1_120,
            replicates: 1000,
            seed: 20_250_401,
            level: 0.95,
            h: interval(1.15, 1.26),
            h_miller_madow: interval(1.16, 1.28),
            agreement: interval(0.51, 0.57),
            types: interval(4.0, 5.0),
            simpson: interval(0.38, 0.44),
        }),
        rarefaction: Some(findings::Rarefaction {
            replicates: 200,
            seed: 20_250_401,
            level: 0.95,
            points: vec![point(2, "rarefied"), point(1_124, "observed"), point(2_248, "extrapolated")],
        }),
        response_times: Some(findings::ResponseTimes {
            trimming: "min:200,sd:2.5".to_owned(),
            first_key: measure.clone(),
            submitted: measure,
        }),
        names: vec![
            findings::NameTexts {
                name: name.to_owned(),
                count: 610,
                texts: (0..25).map(|at| text(&format!("{name} {at}"), 25 - at)).collect(),
            },
            findings::NameTexts { name: HOSTILE.to_owned(), count: 1, texts: vec![text(HOSTILE, 1)] },
        ],
        blanks: vec![text("?", 1), text(HOSTILE, 2)],
    }
}

#[test]
fn a_heading_holds_few_of_the_names_that_tie() {
    let modal_names = (0..1_200).map(|number| format!("name-{number}.")).collect();
    let tied = findings::StimulusNorms { modal_names, modal_types: 1_200, ..norms("cup", "mug") };
    let html = page(tied, detail("cup", "mug")).render().unwrap();
    assert!(html.contains("name-5.") && !html.contains("name-6."), "six of them");
    assert!(html.contains("and 1\u{202f}194 more tie"), "and how many there are");
}
