//! The schema and its versions.

use rusqlite::Connection;

use crate::open::OpenError;

/// The steps from an empty file to the present schema; the version is the number of steps taken.
const MIGRATIONS: [&str; 2] = [
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_decisions_and_visits.sql"),
];

/// Marks a file as ours (`Name` in ASCII).
const APPLICATION_ID: i64 = 0x4e61_6d65;

/// The present version of the schema.
pub(crate) const VERSION: i64 = MIGRATIONS.len() as i64;

/// Takes the steps that are missing, each in its own transaction.
pub(crate) fn migrate(connection: &Connection) -> Result<(), OpenError> {
    let version = version(connection)?;
    for (step, sql) in (1..).zip(MIGRATIONS).skip(version as usize) {
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;\n{sql}\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {step};\nCOMMIT;"
        ))?;
        tracing::info!(schema.version = step, "the database schema is up to date");
    }
    Ok(())
}

/// The version of the schema in the file; 0 when it is empty.
pub(crate) fn version(connection: &Connection) -> Result<i64, OpenError> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let found = number("user_version")?;
    let tables = number("schema_version")?;
    if number("application_id")? != APPLICATION_ID && tables != 0 {
        return Err(OpenError::Foreign);
    }
    if found > VERSION {
        return Err(OpenError::Newer { found, known: VERSION });
    }
    Ok(found)
}
