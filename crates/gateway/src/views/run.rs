//! The participant's pages: one shell whose views the scripts in `assets/run` show one by one.
//!
//! The scripts find everything they need in the JSON of `#run-config` (see `assets/run/types.js`).

use askama::Template;
use nameit_domain::Experiment;
use nameit_domain::text::{ConsentText, Language, Slug, Title};
use serde::Serialize;
use serde_json::Value;

/// An experiment that somebody new may start: consent first, then the trials.
#[derive(Debug, Clone, Template)]
#[template(path = "run/run.html")]
pub(crate) struct RunPage {
    /// The frame of the page and the scripts' configuration.
    pub(crate) shell: RunShell,
    /// What the participant agrees to.
    pub(crate) consent_text: ConsentText,
}

/// An experiment that nobody new may start: still a draft, paused or closed. Who began before goes on here,
/// and who finished finds the completion code, because the page runs the same scripts.
#[derive(Debug, Clone, Template)]
#[template(path = "run/closed.html")]
pub(crate) struct ClosedPage {
    /// The frame of the page and the scripts' configuration.
    pub(crate) shell: RunShell,
}

/// What both pages have in common.
#[derive(Debug, Clone)]
pub(crate) struct RunShell {
    /// The experiment's title.
    pub(crate) title: Title,
    /// The experiment's language.
    pub(crate) language: Language,
    /// The part of the link after `/run/`.
    pub(crate) slug: Slug,
    /// Whether an access code has to be given.
    pub(crate) needs_code: bool,
    /// Whether somebody new may start.
    pub(crate) admits: bool,
    /// For a researcher's preview: the run as `POST /api/v1/run/{slug}/participations` would answer it.
    pub(crate) preview: Option<Value>,
}

/// What the scripts read.
#[derive(Serialize)]
struct Config<'a> {
    slug: &'a str,
    language: &'a str,
    needs_code: bool,
    admits: bool,
    preview: Option<&'a Value>,
}

// === impl RunPage ===

impl RunPage {
    /// The page of an experiment that is open.
    pub(crate) fn open(experiment: &Experiment) -> Self {
        let needs_code = experiment.access.code().is_some();
        let shell = RunShell { needs_code, admits: true, ..RunShell::of(experiment) };
        Self { shell, consent_text: experiment.consent_text.clone() }
    }

    /// The same page for its researcher: nothing that is done on it is stored, and no code is asked for.
    pub(crate) fn preview(experiment: &Experiment, run: Value) -> Self {
        let shell = RunShell { admits: true, preview: Some(run), ..RunShell::of(experiment) };
        Self { shell, consent_text: experiment.consent_text.clone() }
    }
}

// === impl ClosedPage ===

impl ClosedPage {
    /// The page of an experiment that is not open.
    pub(crate) fn new(experiment: &Experiment) -> Self {
        Self { shell: RunShell::of(experiment) }
    }
}

// === impl RunShell ===

impl RunShell {
    fn of(experiment: &Experiment) -> Self {
        Self {
            title: experiment.title.clone(),
            language: experiment.language.clone(),
            slug: experiment.slug.clone(),
            needs_code: false,
            admits: false,
            preview: None,
        }
    }

    /// Whether nothing is stored.
    pub(crate) fn is_preview(&self) -> bool {
        self.preview.is_some()
    }

    /// The scripts' configuration as JSON that can stand in a `<script>` element: without `<`, nothing in it
    /// ends the element or opens a comment.
    pub(crate) fn config_json(&self) -> String {
        let config = Config {
            slug: self.slug.as_str(),
            language: self.language.as_str(),
            needs_code: self.needs_code,
            admits: self.admits,
            preview: self.preview.as_ref(),
        };
        let json = serde_json::to_string(&config).expect("strings, flags and JSON are JSON");
        json.replace('<', "\\u003c")
    }
}

#[cfg(test)]
mod tests {
    use nameit_domain::experiment::{Access, ExperimentState};
    use nameit_domain::text::{AccessCode, Question};
    use nameit_domain::{ExperimentId, ResearcherId, Timestamp};
    use serde_json::json;

    use super::*;

    const HOSTILE: &str = "</script><script>alert(1)</script><!-- \"'><img src=x onerror=alert(1)>";

    fn experiment(access: Access) -> Experiment {
        let at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        Experiment {
            id: ExperimentId::parse("018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f").unwrap(),
            owner: ResearcherId::parse("018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e50").unwrap(),
            title: Title::parse(HOSTILE).unwrap(),
            question: Question::parse(HOSTILE).unwrap(),
            language: Language::parse("pt-BR").unwrap(),
            consent_text: ConsentText::parse(&format!("First line.\n\nSecond line. {HOSTILE}")).unwrap(),
            access,
            state: ExperimentState::Published,
            slug: Slug::parse("kitchen-objects-x7k2").unwrap(),
            version: 1,
            previous_version: None,
            stimulus_count: 1,
            created_at: at,
            updated_at: at,
            published_at: Some(at),
        }
    }

    fn with_code() -> Experiment {
        experiment(Access::Code(AccessCode::parse("tulip-42").unwrap()))
    }

    impl RunPage {
        fn samples() -> Vec<Self> {
            let run =
                json!({"trials": [{"trial": 0, "question": HOSTILE, "kind": "colour", "colour": "#1e90ff"}]});
            vec![
                Self::open(&experiment(Access::Public)),
                Self::open(&with_code()),
                Self::preview(&with_code(), run),
            ]
        }
    }

    impl ClosedPage {
        fn samples() -> Vec<Self> {
            vec![Self::new(&with_code())]
        }
    }

    fn rendered() -> Vec<String> {
        let open = RunPage::samples().into_iter().map(|page| page.render().unwrap());
        open.chain(ClosedPage::samples().into_iter().map(|page| page.render().unwrap())).collect()
    }

    #[test]
    fn no_text_becomes_markup() {
        for html in rendered() {
            assert!(!html.contains("<img"), "{html}");
            assert!(!html.contains("alert(1)</script>"), "{html}");
            assert_eq!(html.matches("<script").count(), 2, "the configuration and the runner");
            assert_eq!(html.matches("</script>").count(), 2);
        }
    }

    #[test]
    fn nothing_needs_more_than_the_content_security_policy_allows() {
        for html in rendered() {
            assert!(!html.contains(" style="), "inline styles are blocked");
            assert!(!html.contains(" onclick="), "inline handlers are blocked");
            assert!(!html.contains("http://") && !html.contains("https://"), "nothing comes from elsewhere");
        }
    }

    #[test]
    fn the_answer_box_leaves_the_answer_alone() {
        for html in rendered() {
            let start = html.find("<input type=\"text\" id=\"answer\"").unwrap();
            let input = &html[start..start + html[start..].find('>').unwrap()];
            for attribute in [
                "lang=\"pt-BR\"",
                "dir=\"auto\"",
                "autocomplete=\"off\"",
                "autocorrect=\"off\"",
                "autocapitalize=\"none\"",
                "spellcheck=\"false\"",
                "enterkeyhint=\"next\"",
            ] {
                assert!(input.contains(attribute), "{attribute} is missing in {input}");
            }
            assert!(!input.contains("maxlength"), "an answer is never cut in silence");
        }
    }

    #[test]
    fn the_scripts_find_their_configuration() {
        let [open, with_code, preview] = RunPage::samples().try_into().unwrap();
        let closed = ClosedPage::samples().remove(0);
        let read = |shell: &RunShell| serde_json::from_str::<Value>(&shell.config_json()).unwrap();
        let expected = json!({
            "slug": "kitchen-objects-x7k2", "language": "pt-BR", "needs_code": false, "admits": true, "preview": null,
        });
        assert_eq!(read(&open.shell), expected);
        assert_eq!(read(&with_code.shell)["needs_code"], true);
        assert_eq!(read(&preview.shell)["preview"]["trials"][0]["question"], HOSTILE);
        assert_eq!(read(&closed.shell)["admits"], false);
    }

    #[test]
    fn a_code_is_asked_for_only_where_one_is_needed() {
        let asks: Vec<bool> = rendered().iter().map(|html| html.contains("id=\"access-code\"")).collect();
        assert_eq!(asks, [false, true, false, false]);
    }

    #[test]
    fn a_preview_says_that_nothing_is_stored() {
        let says: Vec<bool> = rendered().iter().map(|html| html.contains("id=\"preview-banner\"")).collect();
        assert_eq!(says, [false, false, true, false]);
    }

    #[test]
    fn all_modules_are_loaded_ahead() {
        let html = rendered().remove(0);
        let mut loaded: Vec<String> = html
            .split("<link rel=\"modulepreload\" href=\"/assets/run/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        loaded.sort();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/run");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !["run.js", "types.js", "texts"].contains(&name.as_str()))
            .chain(["texts/en.js".to_owned()])
            .collect();
        there.sort();
        assert_eq!(
            loaded, there,
            "run.js is the script itself, types.js has no code, other languages come when needed"
        );
    }

    /// A script that names an element the page lacks fails here, not before a participant.
    #[test]
    fn every_element_that_the_scripts_ask_for_is_there() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/run");
        let mut asked = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "js") {
                let script = std::fs::read_to_string(&path).unwrap();
                let ids =
                    script.split("byId('").skip(1).map(|rest| rest.split('\'').next().unwrap().to_owned());
                asked.extend(ids);
            }
        }
        assert!(asked.len() > 20, "the scripts ask for their elements by byId('...')");
        let [_, with_code, _] = RunPage::samples().try_into().unwrap();
        let open = with_code.render().unwrap();
        let closed = ClosedPage::samples().remove(0).render().unwrap();
        for id in asked {
            assert!(open.contains(&format!("id=\"{id}\"")), "#{id} is missing on the open page");
            let of_consent = ["access-code", "begin", "consent-error", "consent-form"].contains(&id.as_str());
            assert!(
                of_consent || closed.contains(&format!("id=\"{id}\"")),
                "#{id} is missing on the closed page"
            );
        }
    }
}
