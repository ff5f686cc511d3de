//! One of everything: samples of all views, rendered and checked.

mod agreement;
mod colour_naming;
mod comparison;
mod descriptions;
mod norms;
mod overview;
mod participants;
mod things;
mod usage;
mod variants;

use askama::Template;
use nameit_domain::ExperimentId;
use nameit_domain::experiment::ExperimentState;
use nameit_domain::stimulus::TargetStyle;

use self::things::{
    HOSTILE, cards, colour, edit, experiment, image, problems, results, site, stimuli, timestamp, visitor,
};
use super::results::{Card, Norms, Query};
use super::{Notice, Problems, Section, Site};
use super::{account, dashboard, editor, error, home, me, operate, share, stimulus};
use crate::charts::Svg;
use crate::services::operate::{Check, SelfTest, Service, Signal, State};
use crate::services::token::Token;

/// Rendered views: a name for the file, and the page.
#[derive(Default)]
struct Pages(Vec<(&'static str, String)>);

// === impl Pages ===

impl Pages {
    /// Every view.
    fn all() -> Self {
        let mut pages = Self::default();
        home_pages(&mut pages);
        account_pages(&mut pages);
        dashboard_pages(&mut pages);
        editor_pages(&mut pages);
        stimulus_pages(&mut pages);
        share_pages(&mut pages);
        results_pages(&mut pages);
        descriptions::pages(&mut pages);
        norms::pages(&mut pages);
        agreement::pages(&mut pages);
        comparison::pages(&mut pages);
        participants::pages(&mut pages);
        usage::pages(&mut pages);
        variants::pages(&mut pages);
        colour_naming::pages(&mut pages);
        overview::pages(&mut pages);
        operate_pages(&mut pages);
        error_pages(&mut pages);
        pages
    }

    fn add(&mut self, name: &'static str, view: &impl Template) {
        let page = view.render().unwrap_or_else(|error| panic!("{name}: {error}"));
        self.0.push((name, page));
    }
}

fn home_pages(pages: &mut Pages) {
    pages.add("home-fresh", &home::Home { site: visitor(), may_create_demo: true, public: Vec::new() });
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
    pages.add("home", &home::Home { site: site(Section::Elsewhere), may_create_demo: false, public });
}

fn account_pages(pages: &mut Pages) {
    pages.add(
        "sign-up",
        &account::SignUp {
            site: visitor(),
            form: account::SignUpForm::default(),
            problems: Problems::default(),
            next: String::new(),
        },
    );
    pages.add(
        "sign-up-wrong",
        &account::SignUp {
            site: visitor(),
            form: account::SignUpForm { handle: HOSTILE.to_owned(), ..account::SignUpForm::default() },
            problems: problems(&["handle", "password"]),
            next: "/experiments/new".to_owned(),
        },
    );
    pages.add(
        "sign-in",
        &account::SignIn {
            site: Site { notice: Some(Notice::SignedOut), section: Section::SignIn, ..visitor() },
            handle: HOSTILE.to_owned(),
            problems: problems(&[""]),
            next: String::new(),
        },
    );
}

fn dashboard_pages(pages: &mut Pages) {
    let row = |title: &str, state, counts| dashboard::Row {
        experiment: experiment(title, state),
        counts,
        deleted_at: None,
    };
    let counts = Some(dashboard::Counts { started: 1_204, completed: 1_180, responses: 28_733 });
    pages.add(
        "dashboard-empty",
        &dashboard::Dashboard {
            site: site(Section::Experiments),
            experiments: Vec::new(),
            trash: Vec::new(),
        },
    );
    pages.add(
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
    pages.add(
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
            tokens: vec![token("R notebook"), token(""), token(HOSTILE)],
            new_token: Some("nit_0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d4e5f".to_owned()),
            token_label: HOSTILE.to_owned(),
        },
    );
}

fn token(label: &str) -> Token {
    Token {
        id: format!("0a1b2c3d4e5f{:04x}", label.len()),
        label: label.to_owned(),
        created_at: timestamp("2026-11-20T10:00:00Z"),
        expires_at: timestamp("2027-11-20T10:00:00Z"),
    }
}

fn editor_pages(pages: &mut Pages) {
    pages.add(
        "experiment-new",
        &editor::New {
            site: site(Section::Experiments),
            form: editor::SettingsForm::default(),
            problems: Problems::default(),
        },
    );
    pages.add(
        "edit-empty",
        &editor::Edit {
            site: Site { notice: Some(Notice::Created), ..site(Section::Experiments) },
            ..edit(ExperimentState::Draft, &[])
        },
    );
    pages.add("edit", &edit(ExperimentState::Draft, &stimuli()));
    let uploaded = |outcome| editor::Uploaded { file: HOSTILE.to_owned(), outcome };
    pages.add(
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
    pages.add("edit-frozen", &edit(ExperimentState::Published, &stimuli()));
}

fn stimulus_pages(pages: &mut Pages) {
    for (name, stimulus) in [
        ("stimulus", image(0, "kitchen-01", Some(TargetStyle::Outline))),
        ("stimulus-colour", colour(4, "#1e90ff")),
    ] {
        pages.add(
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
}

fn share_pages(pages: &mut Pages) {
    for (name, state, missing) in [
        ("share-draft", ExperimentState::Draft, vec!["at least one stimulus"]),
        ("share", ExperimentState::Published, Vec::new()),
        ("share-closed", ExperimentState::Closed, Vec::new()),
    ] {
        pages.add(
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
}

fn results_pages(pages: &mut Pages) {
    pages.add("results", &results(cards(), Query::default(), 28_733));
    let none = cards().into_iter().map(|card| Card { norms: Norms::default(), ..card }).collect();
    pages.add("results-empty", &results(none, Query::default(), 0));
    let query =
        Query { text: HOSTILE.to_owned(), fewer_than: Some(20), descending: true, ..Query::default() };
    pages.add("results-filtered", &results(Vec::new(), query, 28_733));
}

fn operate_pages(pages: &mut Pages) {
    pages.add(
        "operator-sign-in",
        &operate::SignIn { problems: problems(&["code"]), ..operate::SignIn::default() },
    );
    let quiet = Signal { name: "logs".to_owned(), exported: 12_345, ..signal() };
    let failing = Signal { is_failing: true, last_error: Some(HOSTILE.to_owned()), dropped: 700, ..signal() };
    for (name, states) in [
        ("operate", [State::Ok, State::Ok]),
        ("operate-attention", [State::Ok, State::Attention]),
        ("operate-broken", [State::Attention, State::Broken]),
    ] {
        let check = |id: &str, what: &str, state| Check {
            id: id.to_owned(),
            what: what.to_owned(),
            state,
            found: "41.2 GB of 100.0 GB free (41 %); the database takes 1.3 GB".to_owned(),
            advice: if state == State::Ok { String::new() } else { HOSTILE.to_owned() },
        };
        let service = Service {
            name: "storage",
            version: Some("0.1.0".to_owned()),
            clock_skew_ms: Some(12),
            clock_uncertainty_ms: Some(1),
            problem: None,
            telemetry: if states[1] == State::Ok { Vec::new() } else { vec![quiet.clone(), failing.clone()] },
        };
        let test = SelfTest {
            state: states[1],
            at: timestamp("2026-11-23T06:00:00Z"),
            checks: vec![
                check("disk", "Disk of the database", states[0]),
                check("database.write", HOSTILE, states[1]),
            ],
            services: vec![service],
        };
        pages.add(name, &operate::SelfTestPage::new(test, states[1] != State::Ok));
    }
}

fn signal() -> Signal {
    Signal {
        name: "traces".to_owned(),
        endpoint: Some("http://collector:4317".to_owned()),
        exported: 0,
        dropped: 0,
        is_failing: false,
        last_error: None,
        last_error_ago_ms: Some(2_100),
        last_success_ago_ms: Some(1_400),
    }
}

fn error_pages(pages: &mut Pages) {
    for status in [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503] {
        let detail = if status == 404 { HOSTILE.to_owned() } else { String::new() };
        pages.add(
            match status {
                404 => "error-404",
                503 => "error-503",
                _ => "error",
            },
            &error::ErrorPage {
                site: if status == 404 { site(Section::Elsewhere) } else { visitor() },
                status,
                detail,
            },
        );
    }
}

#[test]
fn every_page_holds_what_must_hold_for_pages() {
    // A folder to look at the pages with a browser; nothing is written without it.
    let folder = std::env::var_os("NAMEIT_RENDER_PAGES_TO");
    for (name, page) in Pages::all().0 {
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
                // Those of operators need none: their cookie is not sent along from other sites.
                form.contains("method=\"get\"")
                    || form.contains("name=\"csrf_token\"")
                    || form.contains("action=\"/operate/"),
                "{name}: a form without its token: {form}"
            );
        }
        if let Some(folder) = &folder {
            std::fs::write(std::path::Path::new(folder).join(format!("{name}.html")), page).unwrap();
        }
    }
}
