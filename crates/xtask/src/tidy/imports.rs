//! Who may import whom.

use cargo_metadata::DependencyKind;

use super::Workspace;

/// A package and the packages of ours that it may depend on, also in its tests.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("nameit-domain", &[]),
    ("nameit-analysis", &["nameit-domain", "nameit-speed"]),
    ("nameit-demo", &["nameit-domain"]),
    ("nameit-offline", &["nameit-analysis", "nameit-domain", "nameit-plots"]),
    ("nameit-plots", &[]),
    ("nameit-proto", &["nameit-domain"]),
    ("nameit-store", &["nameit-domain"]),
    ("nameit-store-sqlite", &["nameit-domain", "nameit-store", "nameit-telemetry"]),
    ("nameit-store-mongo", &["nameit-domain", "nameit-store", "nameit-telemetry", "nameit-testkit-mongodb"]),
    ("nameit-telemetry", &[]),
    ("nameit-runtime", &["nameit-telemetry"]),
    (
        "nameit-storage",
        &[
            "nameit-domain",
            "nameit-proto",
            "nameit-runtime",
            "nameit-store",
            "nameit-store-mongo",
            "nameit-store-sqlite",
            "nameit-telemetry",
            "nameit-testkit-mongodb",
        ],
    ),
    (
        "nameit-datamining",
        &[
            "nameit-analysis",
            "nameit-domain",
            "nameit-proto",
            "nameit-runtime",
            "nameit-speed",
            "nameit-telemetry",
        ],
    ),
    (
        "nameit-gateway",
        &[
            "nameit-demo",
            "nameit-domain",
            "nameit-plots",
            "nameit-proto",
            "nameit-runtime",
            "nameit-telemetry",
        ],
    ),
    (
        "nameit",
        &[
            "nameit-datamining",
            "nameit-demo",
            "nameit-domain",
            "nameit-gateway",
            "nameit-offline",
            "nameit-runtime",
            "nameit-storage",
            "nameit-telemetry",
        ],
    ),
    (
        "nameit-testkit",
        &[
            "nameit-datamining",
            "nameit-domain",
            "nameit-gateway",
            "nameit-proto",
            "nameit-runtime",
            "nameit-storage",
            "nameit-telemetry",
        ],
    ),
    (
        "nameit-tests",
        &[
            "nameit",
            "nameit-analysis",
            "nameit-datamining",
            "nameit-demo",
            "nameit-domain",
            "nameit-gateway",
            "nameit-offline",
            "nameit-proto",
            "nameit-runtime",
            "nameit-storage",
            "nameit-telemetry",
            "nameit-testkit",
            "nameit-testkit-mongodb",
        ],
    ),
    (
        "nameit-speed",
        &[
            "nameit-datamining",
            "nameit-domain",
            "nameit-proto",
            "nameit-runtime",
            "nameit-storage",
            "nameit-store",
            "nameit-store-sqlite",
        ],
    ),
    ("nameit-testkit-mongodb", &[]),
    ("xtask", &["nameit-telemetry"]),
];

/// Outside crates that only some of our packages may depend on.
const RESERVED: &[(&str, &[&str])] = &[
    ("mongodb", &["nameit-store-mongo", "nameit-testkit-mongodb"]),
    ("rusqlite", &["nameit-store-sqlite"]),
    ("askama", &["nameit-gateway"]),
    ("axum", &["nameit-gateway"]),
    ("testcontainers", &["nameit-testkit-mongodb", "nameit-tests"]),
    ("tiny-skia", &["nameit-demo"]),
];

/// Outside crates that a package must do without: these two wait for nothing and talk to nobody.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("nameit-domain", &["async-trait", "axum", "bson", "futures", "prost", "tokio", "tonic"]),
    ("nameit-analysis", &["async-trait", "axum", "bson", "futures", "prost", "tokio", "tonic"]),
];

/// Complains about every forbidden edge, and about every package that no rule speaks of.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let names: Vec<&str> = workspace.members.iter().map(|package| package.name.as_str()).collect();
    let mut complaints = Vec::new();
    for package in &workspace.members {
        for dependency in &package.dependencies {
            let for_tests = dependency.kind == DependencyKind::Development;
            let ours = names.contains(&dependency.name.as_str());
            if let Some(complaint) = judge(&package.name, &dependency.name, ours, for_tests) {
                complaints.push(complaint);
            }
        }
        if allowed(MAY_IMPORT, &package.name).is_none() {
            complaints.push(format!("{}: no rule says what it may import; add one here", package.name));
        }
    }
    complaints
}

/// What is wrong with `package` depending on `dependency`.
fn judge(package: &str, dependency: &str, ours: bool, for_tests: bool) -> Option<String> {
    if ours {
        let is_listed = allowed(MAY_IMPORT, package).is_some_and(|names| names.contains(&dependency));
        let is_own_suite = for_tests && package == dependency;
        return (!is_listed && !is_own_suite).then(|| format!("{package} must not import {dependency}"));
    }
    let reserved = RESERVED.iter().find(|(name, _)| *name == dependency);
    if let Some((_, owners)) = reserved
        && !owners.contains(&package)
    {
        return Some(format!("{package} must not import {dependency}: only {} may", owners.join(" and ")));
    }
    let forbidden =
        !for_tests && allowed(FORBIDDEN, package).is_some_and(|names| names.contains(&dependency));
    forbidden.then(|| format!("{package} must do without {dependency}"))
}

fn allowed(
    rules: &[(&'static str, &'static [&'static str])],
    package: &str,
) -> Option<&'static [&'static str]> {
    rules.iter().find(|(name, _)| *name == package).map(|(_, names)| *names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_break_the_architecture_is_refused() {
        for (package, dependency, ours) in [
            ("nameit-gateway", "nameit-store", true),
            ("nameit-gateway", "nameit-datamining", true),
            ("nameit-datamining", "nameit-storage", true),
            ("nameit-domain", "nameit-proto", true),
            ("nameit-storage", "rusqlite", false),
            ("nameit-store", "mongodb", false),
            ("nameit-storage", "mongodb", false),
            ("nameit-domain", "tokio", false),
            ("nameit-unknown", "nameit-domain", true),
        ] {
            assert!(judge(package, dependency, ours, false).is_some(), "{package} -> {dependency}");
        }
        assert_eq!(judge("nameit-storage", "nameit-store", true, false), None);
        assert_eq!(judge("nameit-store-sqlite", "rusqlite", false, false), None);
        assert_eq!(judge("nameit-testkit-mongodb", "mongodb", false, false), None);
    }

    #[test]
    fn tests_reach_no_further() {
        assert!(judge("nameit-gateway", "nameit-store-sqlite", true, true).is_some());
        assert_eq!(judge("nameit-store", "nameit-store", true, true), None, "its own conformance suite");
        assert!(judge("nameit-datamining", "nameit-storage", true, true).is_some());
    }
}
