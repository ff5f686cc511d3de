//! Every statement that the store runs, as constants, so that a test can ask SQLite how it would run each.
//!
//! No other module contains SQL, apart from the migrations and the settings of a connection.

pub(crate) mod archive;
pub(crate) mod decision;
pub(crate) mod experiment;
pub(crate) mod participation;
pub(crate) mod researcher;
pub(crate) mod response;
pub(crate) mod stimulus;
pub(crate) mod system;
pub(crate) mod visit;

/// Declares statements and lists them in `ALL`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* pub(crate) const $name: &str = $sql;)+
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
use statements;

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::migrate::migrate;

    /// Statements that go through a whole index: what they ask for is all of it, or its end up to a limit.
    const WHOLE_INDEX: [&str; 2] = ["RESEARCHER_COUNT", "PUBLIC_EXPERIMENTS"];

    #[test]
    fn every_statement_finds_its_rows_by_an_index() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection).unwrap();
        let modules = [
            super::archive::ALL,
            super::decision::ALL,
            super::experiment::ALL,
            super::participation::ALL,
            super::researcher::ALL,
            super::response::ALL,
            super::stimulus::ALL,
            super::system::ALL,
            super::visit::ALL,
        ];
        for (name, sql) in modules.concat() {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let nulls = vec![rusqlite::types::Null; plan.parameter_count()];
            let steps: Vec<String> = plan
                .query_map(rusqlite::params_from_iter(nulls), |row| row.get("detail"))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            for step in &steps {
                let scans = step.starts_with("SCAN")
                    && !step.contains("CONSTANT ROW")
                    && !(step.contains("USING") && WHOLE_INDEX.contains(&name));
                let builds = step.contains("AUTOMATIC") || step.contains("TEMP B-TREE");
                assert!(!scans && !builds, "{name}: {steps:?}");
            }
        }
    }

    #[test]
    fn a_scan_would_be_noticed() {
        let connection = Connection::open_in_memory().unwrap();
        migrate(&connection).unwrap();
        let sql = "EXPLAIN QUERY PLAN SELECT title FROM experiments WHERE title = ?1";
        let step: String = connection.query_row(sql, [""], |row| row.get("detail")).unwrap();
        assert_eq!(step, "SCAN experiments");
    }

    #[test]
    fn no_other_module_contains_statements() {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = vec![];
        for entry in std::fs::read_dir(&source).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() && path.file_name().unwrap() != "sql.rs" {
                files.push(path);
            }
        }
        assert!(files.len() > 8, "the sources are where they are looked for");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            for word in ["SELECT ", "INSERT ", "UPDATE ", "DELETE "] {
                assert!(!text.contains(word), "{} contains {word}", file.display());
            }
        }
    }
}
