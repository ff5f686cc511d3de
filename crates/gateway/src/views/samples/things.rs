//! What samples are made of: people, experiments and stimuli, friendly and hostile ones.

use nameit_domain::experiment::{Access, Experiment, ExperimentState};
use nameit_domain::image::{ImageHash, ImageRef};
use nameit_domain::stimulus::{Stimulus, StimulusKind, Target, TargetShape, TargetStyle};
use nameit_domain::text::{AccessCode, ConsentText, Language, Question, Slug, StimulusKey, Title};
use nameit_domain::{ExperimentId, ResearcherId, Timestamp};
use nameit_proto::findings::v1::{ExperimentVerdict, StopRule, StopVerdict};

use crate::charts::progress;
use crate::views::editor;
use crate::views::picture::Picture;
use crate::views::results::{Card, Enough, Norms, Progress, Query, Results, StopRuleForm, Totals};
use crate::views::{Paging, Problems, Section, SignedIn, Site};

/// What a hostile person types wherever a text can be typed.
pub(super) const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{7*7}}";

pub(super) fn site(section: Section) -> Site {
    Site {
        signed_in: Some(SignedIn { display_name: "Ana Prodan".to_owned() }),
        csrf_token: "c3JmLXRva2Vu".to_owned(),
        section,
        notice: None,
    }
}

pub(super) fn visitor() -> Site {
    Site { csrf_token: "c3JmLXRva2Vu".to_owned(), ..Site::default() }
}

pub(super) fn timestamp(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn experiment(title: &str, state: ExperimentState) -> Experiment {
    Experiment {
        id: ExperimentId::from_bytes([title.len() as u8 + state as u8; 16]),
        owner: ResearcherId::parse("018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e50").unwrap(),
        title: Title::parse(title).unwrap(),
        question: Question::parse("What is the marked object?").unwrap(),
        language: Language::parse("en").unwrap(),
        consent_text: ConsentText::parse(HOSTILE).unwrap(),
        access: Access::Code(AccessCode::parse("tulip-42").unwrap()),
        state,
        slug: Slug::parse("kitchen-objects-x7k2").unwrap(),
        version: 2,
        previous_version: None,
        stimulus_count: 24,
        created_at: timestamp("2026-11-20T10:00:00Z"),
        updated_at: timestamp("2026-11-21T10:00:00Z"),
        published_at: None,
    }
}

pub(super) fn image(ordinal: u32, key: &str, style: Option<TargetStyle>) -> Stimulus {
    let target =
        style.map(|style| Target { shape: TargetShape::parse_box(0.38, 0.5, 0.25, 0.35).unwrap(), style });
    let hash = ImageHash::from_bytes([ordinal as u8; 32]);
    let image = ImageRef { hash, width: 1600, height: 1100, smaller: Vec::new() };
    Stimulus {
        key: StimulusKey::parse(key).unwrap(),
        ordinal,
        question: None,
        kind: StimulusKind::Image { image, target },
    }
}

pub(super) fn colour(ordinal: u32, hex: &str) -> Stimulus {
    Stimulus {
        key: StimulusKey::parse(hex.trim_start_matches('#')).unwrap(),
        ordinal,
        question: Some(Question::parse("What would you call this colour?").unwrap()),
        kind: StimulusKind::Colour(nameit_domain::colour::Srgb::parse(hex).unwrap()),
    }
}

pub(super) fn stimuli() -> Vec<Stimulus> {
    let mut stimuli = vec![
        image(0, "kitchen-01", Some(TargetStyle::Outline)),
        image(1, "kitchen-02", Some(TargetStyle::Dim)),
        image(2, "a very long file name that somebody gave to a picture of a cup, take 2 (copy)", None),
        image(3, "<b>bold<b> & \"quoted\"", None),
    ];
    for (ordinal, hex) in
        ["#1e90ff", "#c0392b", "#e8c547", "#6b8e23", "#fafafa", "#101010"].iter().enumerate()
    {
        stimuli.push(colour(4 + ordinal as u32, hex));
    }
    stimuli
}

pub(super) fn norms(names: &[(&str, u64)], types: u64, n: u64) -> Norms {
    let share = names.first().map(|(_, count)| *count as f64 / n as f64);
    Norms {
        n,
        non_answers: 3,
        dont_know: 2,
        skipped: 1,
        blank: 0,
        types,
        modal_names: names.iter().filter(|name| name.1 == names[0].1).map(|name| name.0.to_owned()).collect(),
        modal_types: names.iter().filter(|name| name.1 == names[0].1).count() as u64,
        agreement: share,
        h: share.map(|share| -share.log2() * 1.7),
        simpson: share.map(|share| share * share + 0.04),
        coverage: share.map(|_| 0.934),
        median_first_key_ms: share.map(|_| 1_184.0),
        names: names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect(),
        verdict: Some(StopVerdict {
            enough: n > 40,
            about_more: Some(n).filter(|n| *n > 0),
            unmet: Vec::new(),
        }),
    }
}

pub(super) fn cards() -> Vec<Card> {
    let card = |stimulus: &Stimulus, norms: Norms| Card {
        ordinal: stimulus.ordinal,
        key: stimulus.key.to_string(),
        url: "/experiments/018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f/results/stimuli/cup".to_owned(),
        question: stimulus.question.as_ref().map(ToString::to_string),
        language: "en".to_owned(),
        picture: Picture::of(stimulus, 320),
        norms,
    };
    let stimuli = stimuli();
    vec![
        card(
            &stimuli[0],
            norms(
                &[
                    ("cup", 61),
                    ("mug", 34),
                    ("teacup", 12),
                    ("coffee cup", 6),
                    ("beaker", 2),
                    ("a cup", 2),
                    ("glass", 1),
                ],
                14,
                1_124,
            ),
        ),
        card(&stimuli[1], norms(&[("pear", 48)], 1, 48)),
        card(&stimuli[2], norms(&[], 0, 0)),
        card(
            &stimuli[3],
            norms(
                &[(HOSTILE, 5), ("杯子杯子杯子杯子杯子杯子杯子杯子杯子", 5), ("كوب", 5), ("d", 5), ("e", 5)],
                5,
                25,
            ),
        ),
        card(&stimuli[4], norms(&[("blue", 20), ("bright blue", 9), ("sky blue", 9), ("azure", 1)], 9, 44)),
        card(&stimuli[8], norms(&[("white", 40), ("off-white", 3)], 2, 43)),
    ]
}

pub(super) fn results(cards: Vec<Card>, query: Query, responses: u64) -> Results {
    let total = cards.len();
    let buckets: Vec<progress::Bucket> = (0..u64::from(responses > 0) * 40)
        .map(|place| progress::Bucket {
            at: timestamp("2026-11-22T10:00:00Z") + minutes(place * 5),
            responses: 3 + place % 7 * 5,
        })
        .collect();
    let rule = StopRule { min_answers: Some(20), coverage: Some(0.95), ..StopRule::default() };
    let verdict = Some(ExperimentVerdict {
        rule: Some(rule),
        stimuli: 24,
        enough: 17,
        about_more: 140,
        about_more_at_most: 61,
        unknown: 1,
    });
    let problem = (query.text == HOSTILE).then(|| HOSTILE.to_owned());
    Results {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        totals: Totals {
            started: responses / 10,
            completed: responses / 11,
            withdrawn: responses / 400,
            responses,
            non_answers: responses / 20,
            state: ExperimentState::Published,
            share_url: "/experiments/018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f/share".to_owned(),
        },
        progress: Progress { plot: progress::plot(&buckets, 5) },
        enough: Enough { verdict: verdict.filter(|_| responses > 0), url: "/results".to_owned() },
        stop_rule: StopRuleForm { problem: problem.filter(|_| responses > 0), ..StopRuleForm::of(&rule, 3) },
        cards,
        query,
        paging: Paging::new(1, 4, total),
    }
}

pub(super) fn minutes(count: u64) -> std::time::Duration {
    std::time::Duration::from_secs(count * 60)
}

pub(super) fn edit(state: ExperimentState, stimuli: &[Stimulus]) -> editor::Edit {
    let experiment = experiment("Objects in the kitchen", state);
    editor::Edit {
        site: site(Section::Experiments),
        form: editor::SettingsForm::from(&experiment),
        experiment,
        problems: Problems::default(),
        stimuli: stimuli.iter().map(editor::Tile::from).collect(),
        paging: Paging::new(1, 6, stimuli.len()),
        uploads: Vec::new(),
        manifest_problem: None,
        colours: editor::Colours::default(),
        advice: vec!["The consent text still has passages in [brackets]."],
        missing: if stimuli.is_empty() { vec!["at least one stimulus"] } else { Vec::new() },
    }
}

pub(super) fn problems(fields: &[&str]) -> Problems {
    let mut problems = Problems::default();
    for field in fields {
        problems.add(field, HOSTILE);
    }
    problems
}
