//! One of everything: samples of all views, rendered and checked.

use nameit_domain::experiment::{Access, Experiment, ExperimentState};
use nameit_domain::image::{ImageHash, ImageRef};
use nameit_domain::stimulus::{Stimulus, StimulusKind, Target, TargetShape, TargetStyle};
use nameit_domain::text::{AccessCode, ConsentText, Language, Question, Slug, StimulusKey, Title};
use nameit_domain::{ExperimentId, ResearcherId, Timestamp};

use super::picture::Picture;
use super::results::{Card, Norms, Progress, Query, Results, Totals};
use super::{Notice, Paging, Problems, Section, SignedIn, Site};
use super::{account, dashboard, editor, error, home, me, share, stimulus};
use crate::charts::{Svg, progress};

/// What a hostile person types wherever a text can be typed.
const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{7*7}}";

fn site(section: Section) -> Site {
    Site {
        signed_in: Some(SignedIn { display_name: "Ana Prodan".to_owned() }),
        csrf_token: "c3JmLXRva2Vu".to_owned(),
        section,
        notice: None,
    }
}

fn visitor() -> Site {
    Site { csrf_token: "c3JmLXRva2Vu".to_owned(), ..Site::default() }
}

fn timestamp(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn experiment(title: &str, state: ExperimentState) -> Experiment {
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

fn image(ordinal: u32, key: &str, style: Option<TargetStyle>) -> Stimulus {
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

fn colour(ordinal: u32, hex: &str) -> Stimulus {
    Stimulus {
        key: StimulusKey::parse(hex.trim_start_matches('#')).unwrap(),
        ordinal,
        question: Some(Question::parse("What would you call this colour?").unwrap()),
        kind: StimulusKind::Colour(nameit_domain::colour::Srgb::parse(hex).unwrap()),
    }
}

fn stimuli() -> Vec<Stimulus> {
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

fn norms(names: &[(&str, u64)], types: u64, n: u64) -> Norms {
    let share = names.first().map(|(_, count)| *count as f64 / n as f64);
    Norms {
        n,
        non_answers: 3,
        dont_know: 2,
        skipped: 1,
        types,
        modal_names: names.iter().filter(|name| name.1 == names[0].1).map(|name| name.0.to_owned()).collect(),
        agreement: share,
        h: share.map(|share| -share.log2() * 1.7),
        simpson: share.map(|share| share * share + 0.04),
        coverage: share.map(|_| 0.934),
        median_first_key_ms: share.map(|_| 1_184.0),
        names: names.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect(),
    }
}

fn cards() -> Vec<Card> {
    let card = |stimulus: &Stimulus, norms: Norms| Card {
        ordinal: stimulus.ordinal,
        key: stimulus.key.to_string(),
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

fn results(cards: Vec<Card>, query: Query, responses: u64) -> Results {
    let total = cards.len();
    let buckets: Vec<progress::Bucket> = (0..u64::from(responses > 0) * 40)
        .map(|place| progress::Bucket {
            at: timestamp("2026-11-22T10:00:00Z") + minutes(place * 5),
            responses: 3 + place % 7 * 5,
        })
        .collect();
    Results {
        site: site(Section::Experiments),
        experiment: experiment("Objects in the kitchen", ExperimentState::Published),
        totals: Totals {
            started: responses / 10,
            completed: responses / 11,
            withdrawn: responses / 400,
            responses,
            non_answers: responses / 20,
            share_url: "/experiments/018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f/share".to_owned(),
        },
        progress: Progress { plot: progress::plot(&buckets, 5) },
        cards,
        query,
        paging: Paging::new(1, 4, total),
    }
}

fn minutes(count: u64) -> std::time::Duration {
    std::time::Duration::from_secs(count * 60)
}

fn edit(state: ExperimentState, stimuli: &[Stimulus]) -> editor::Edit {
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

fn problems(fields: &[&str]) -> Problems {
    let mut problems = Problems::default();
    for field in fields {
        problems.add(field, HOSTILE);
    }
    problems
}

/// Every view, rendered: a name for the file, and the page.
fn pages() -> Vec<(&'static str, String)> {
    let mut pages = Vec::new();
    let mut add = |name: &'static str, view: &dyn askama::DynTemplate| {
        pages.push((name, view.dyn_render().unwrap_or_else(|error| panic!("{name}: {error}"))));
    };
    add("home-fresh", &home::Home { site: visitor(), may_create_demo: true, public: Vec::new() });
    let listed = |title: &str, question: &str| home::Listed {
        title: title.to_owned(),
        question: question.to_owned(),
        language: "en".to_owned(),
        slug: "demo-colours-1a2b".to_owned(),
        stimulus_count: 36,
    };
    let public = vec![
        listed("Colours from around the wheel", "What would you call this colour?"),
        listed("Things on a table", "What is the marked object?"),
        listed(HOSTILE, HOSTILE),
    ];
    add("home", &home::Home { site: site(Section::Elsewhere), may_create_demo: false, public });
    add(
        "sign-up",
        &account::SignUp {
            site: visitor(),
            form: account::SignUpForm::default(),
            problems: Problems::default(),
            next: String::new(),
        },
    );
    add(
        "sign-up-wrong",
        &account::SignUp {
            site: visitor(),
            form: account::SignUpForm { handle: HOSTILE.to_owned(), ..account::SignUpForm::default() },
            problems: problems(&["handle", "password"]),
            next: "/experiments/new".to_owned(),
        },
    );
    add(
        "sign-in",
        &account::SignIn {
            site: Site { notice: Some(Notice::SignedOut), section: Section::SignIn, ..visitor() },
            handle: HOSTILE.to_owned(),
            problems: problems(&[""]),
            next: String::new(),
        },
    );
    let row = |title: &str, state, counts| dashboard::Row {
        experiment: experiment(title, state),
        counts,
        deleted_at: None,
    };
    let counts = Some(dashboard::Counts { started: 1_204, completed: 1_180, responses: 28_733 });
    add(
        "dashboard-empty",
        &dashboard::Dashboard {
            site: site(Section::Experiments),
            experiments: Vec::new(),
            trash: Vec::new(),
        },
    );
    add(
        "dashboard",
        &dashboard::Dashboard {
            site: site(Section::Experiments),
            experiments: vec![
                row("Objects in the kitchen", ExperimentState::Published, counts),
                row("Colours from around the wheel", ExperimentState::Paused, counts),
                row(HOSTILE, ExperimentState::Draft, None),
                row("Pilot", ExperimentState::Closed, counts),
            ],
            trash: vec![row("An old pilot", ExperimentState::Draft, None)],
        },
    );
    add(
        "me",
        &me::Me {
            site: site(Section::Me),
            handle: "ana".to_owned(),
            form: me::ProfileForm {
                display_name: "Ana Prodan".to_owned(),
                affiliation: String::new(),
                biography: HOSTILE.to_owned(),
            },
            problems: Problems::default(),
            new_token: Some("nit_0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d4e5f".to_owned()),
            token_label: HOSTILE.to_owned(),
        },
    );
    add(
        "experiment-new",
        &editor::New {
            site: site(Section::Experiments),
            form: editor::SettingsForm::default(),
            problems: Problems::default(),
        },
    );
    add(
        "edit-empty",
        &editor::Edit {
            site: Site { notice: Some(Notice::Created), ..site(Section::Experiments) },
            ..edit(ExperimentState::Draft, &[])
        },
    );
    add("edit", &edit(ExperimentState::Draft, &stimuli()));
    let uploaded = |outcome| editor::Uploaded { file: HOSTILE.to_owned(), outcome };
    add(
        "edit-wrong",
        &editor::Edit {
            problems: problems(&["title", "access_code"]),
            uploads: vec![
                uploaded(Ok("kitchen-01-2".to_owned())),
                uploaded(Err("This is not a picture: the bytes are neither PNG, JPEG nor WebP.".to_owned())),
            ],
            manifest_problem: Some("Line 3, column target_x: `a` is not a number.".to_owned()),
            colours: editor::Colours {
                list: HOSTILE.to_owned(),
                grid: editor::GridForm::default(),
                problems: problems(&["colours", "hues"]),
                preview: Some(editor::Preview {
                    colours: vec!["#1e90ff".to_owned(), "#c0392b".to_owned(), "#e8c547".to_owned()],
                }),
            },
            ..edit(ExperimentState::Draft, &stimuli())
        },
    );
    add("edit-frozen", &edit(ExperimentState::Published, &stimuli()));
    for (name, stimulus) in [
        ("stimulus", image(0, "kitchen-01", Some(TargetStyle::Outline))),
        ("stimulus-colour", colour(4, "#1e90ff")),
    ] {
        add(
            name,
            &stimulus::Edit {
                site: site(Section::Experiments),
                experiment_id: ExperimentId::parse("018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f").unwrap(),
                experiment_title: HOSTILE.to_owned(),
                common_question: HOSTILE.to_owned(),
                form: stimulus::Form::from(&stimulus),
                stimulus,
                place: 1,
                total: 10,
                previous: None,
                next: Some(HOSTILE.to_owned()),
                problems: Problems::default(),
            },
        );
    }
    for (name, state, missing) in [
        ("share-draft", ExperimentState::Draft, vec!["at least one stimulus"]),
        ("share", ExperimentState::Published, Vec::new()),
        ("share-closed", ExperimentState::Closed, Vec::new()),
    ] {
        add(
            name,
            &share::Share {
                site: site(Section::Experiments),
                experiment: experiment("Objects in the kitchen", state),
                link: "https://nameit.example.org/run/kitchen-objects-x7k2".to_owned(),
                qr: Svg::default(),
                missing,
            },
        );
    }
    add("results", &results(cards(), Query::default(), 28_733));
    let none = cards().into_iter().map(|card| Card { norms: Norms::default(), ..card }).collect();
    add("results-empty", &results(none, Query::default(), 0));
    let query =
        Query { text: HOSTILE.to_owned(), fewer_than: Some(20), descending: true, ..Query::default() };
    add("results-filtered", &results(Vec::new(), query, 28_733));
    for status in [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503] {
        let detail = if status == 404 { HOSTILE.to_owned() } else { String::new() };
        add(
            match status {
                404 => "error-404",
                503 => "error-503",
                _ => "error",
            },
            &error::ErrorPage { site: visitor(), status, detail },
        );
    }
    pages
}

#[test]
fn every_page_holds_what_must_hold_for_pages() {
    // A folder to look at the pages with a browser; nothing is written without it.
    let folder = std::env::var_os("NAMEIT_RENDER_PAGES_TO");
    for (name, page) in pages() {
        assert!(!page.contains("<script>"), "{name}: an unescaped script");
        assert!(!page.contains("<img src=x"), "{name}: an unescaped tag");
        assert!(
            !page.contains(" style="),
            "{name}: inline styles are refused by the content security policy"
        );
        assert!(!page.contains("onclick="), "{name}: inline scripts are refused, too");
        assert_eq!(page.matches("<h1").count(), 1, "{name}: one headline per page");
        for attribute in ["href=\"", "action=\"", "src=\""] {
            for rest in page.split(attribute).skip(1) {
                let address = rest.split('"').next().unwrap_or_default();
                assert!(
                    address.starts_with('/') || address.starts_with('#'),
                    "{name}: `{address}` leads away from this server"
                );
            }
        }
        let mut ids: Vec<&str> =
            page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        for pair in ids.windows(2) {
            assert_ne!(pair[0], pair[1], "{name}: an id stands for one thing");
        }
        for form in page.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            assert!(
                form.contains("method=\"get\"") || form.contains("name=\"csrf_token\""),
                "{name}: a form without its token: {form}"
            );
        }
        if let Some(folder) = &folder {
            std::fs::write(std::path::Path::new(folder).join(format!("{name}.html")), page).unwrap();
        }
    }
}
