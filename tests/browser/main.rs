//! The whole story in a real browser: headless Chromium through chromedriver.
//!
//! Without the two programs the cases are listed as ignored; with `NAMEIT_REQUIRE_BROWSER=1` that is a
//! failure. With `NAMEIT_SCREENSHOTS=FOLDER` a picture of every page in two sizes is written there.

use libtest_mimic::{Arguments, Failed, Trial};

mod chromium;
mod page;
mod story;
mod tour;

/// A case: its name, and what happens.
type Case = (&'static str, fn() -> Result<(), Failed>);

/// Says whether missing programs are a failure.
const REQUIRED: &str = "NAMEIT_REQUIRE_BROWSER";

fn main() {
    let arguments = Arguments::from_args();
    let cases: [Case; 3] = [
        ("a_whole_study_from_sign_up_to_export", story::whole_study),
        ("a_picture_gets_its_target_and_a_manifest_its_message", story::editing),
        ("every_page_fits_on_a_desktop_and_on_a_phone", tour::every_page),
    ];
    let missing = chromium::missing();
    let required = std::env::var_os(REQUIRED).is_some_and(|value| value == "1");
    if let Some(program) = missing {
        eprintln!(
            "the browser cases need `{program}` on PATH (Debian: apt-get install chromium chromium-driver)"
        );
    }
    let trials = cases.into_iter().map(|(name, case)| match missing {
        Some(program) if required => {
            Trial::test(name, move || Err(format!("{REQUIRED}=1, but `{program}` is not on PATH").into()))
        }
        Some(_) => Trial::test(name, case).with_ignored_flag(true),
        None => Trial::test(name, case),
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}
