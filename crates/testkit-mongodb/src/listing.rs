//! Cases that need a server, listed whether there is one or not.

use libtest_mimic::{Completion, Trial};

use crate::start;

/// The environment variable that makes a missing server a failure, when it is `1`.
pub const REQUIRED: &str = "NAMEIT_REQUIRE_MONGODB";

/// The cases as they are where there is a server; else as many under the same names that are ignored, with the reason,
/// or that fail with it where [`REQUIRED`] says so or somebody named a server. Never silently green.
pub fn trials(cases: Vec<Trial>) -> Vec<Trial> {
    let required = std::env::var_os(REQUIRED).is_some_and(|value| value == "1") || start::named().is_some();
    list(cases, crate::server().err(), required)
}

fn list(cases: Vec<Trial>, missing: Option<&'static str>, required: bool) -> Vec<Trial> {
    let Some(reason) = missing else { return cases };
    cases
        .into_iter()
        .map(|case| {
            Trial::ignorable_test(case.name(), move || {
                if required {
                    Err(format!("a MongoDB server is required, but there is {reason}").into())
                } else {
                    Ok(Completion::ignored_with(reason))
                }
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use libtest_mimic::Arguments;

    use super::*;

    /// What these runs print would look like failures of ours.
    fn silently() -> Arguments {
        Arguments { logfile: Some("/dev/null".to_owned()), ..Arguments::default() }
    }

    fn cases() -> Vec<Trial> {
        vec![Trial::test("one", || Ok(())), Trial::test("two", || Err("runs".into()))]
    }

    #[test]
    fn with_a_server_the_cases_run() {
        let conclusion = libtest_mimic::run(&silently(), list(cases(), None, true));
        assert_eq!((conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored), (1, 1, 0));
    }

    #[test]
    fn without_a_server_they_are_ignored() {
        let conclusion = libtest_mimic::run(&silently(), list(cases(), Some("no server"), false));
        assert_eq!((conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored), (0, 0, 2));
    }

    #[test]
    fn without_a_server_that_is_required_they_fail() {
        let conclusion = libtest_mimic::run(&silently(), list(cases(), Some("no server"), true));
        assert_eq!((conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored), (0, 2, 0));
    }
}
