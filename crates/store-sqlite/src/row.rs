//! Reading and writing single values.

use nameit_domain::{ExperimentState, ParticipationState, Timestamp};
use rusqlite::{Connection, Params, Row};

use crate::error::{Failure, Unreadable};

/// Parameters of a link, or what a browser said about itself.
pub(crate) type Pairs = Vec<(String, String)>;

/// Microseconds since 1970.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The time in a column.
pub(crate) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp, Failure> {
    to_time(row.get(column)?)
}

/// The time in a column that may be empty.
pub(crate) fn optional_time(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, Failure> {
    row.get::<_, Option<i64>>(column)?.map(to_time).transpose()
}

fn to_time(microseconds: i64) -> Result<Timestamp, Failure> {
    Timestamp::from_microsecond(microseconds).map_err(|_| Unreadable("time").into())
}

/// The text in a column, without copying it.
pub(crate) fn text<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row str, Failure> {
    row.get_ref(column)?.as_str().map_err(|_| Unreadable("text").into())
}

/// A count in a column; stored numbers are never negative.
pub(crate) fn count(row: &Row<'_>, column: usize) -> Result<u64, Failure> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| Unreadable("count").into())
}

/// Pairs of texts as JSON.
pub(crate) fn to_json(pairs: &Pairs) -> Result<String, Failure> {
    Ok(serde_json::to_string(pairs)?)
}

/// The pairs of texts in a column.
pub(crate) fn pairs(row: &Row<'_>, column: usize) -> Result<Pairs, Failure> {
    Ok(serde_json::from_str(text(row, column)?)?)
}

/// The state of an experiment in a column.
pub(crate) fn experiment_state(row: &Row<'_>, column: usize) -> Result<ExperimentState, Failure> {
    Ok(ExperimentState::parse(text(row, column)?)?)
}

/// The state of a participation in a column.
pub(crate) fn participation_state(row: &Row<'_>, column: usize) -> Result<ParticipationState, Failure> {
    ParticipationState::parse(text(row, column)?).map_err(|_| Unreadable("state of a participation").into())
}

/// Trial orders are kept as little-endian `u16`: an experiment has at most 10,000 stimuli.
pub(crate) fn pack_order(order: &[u16]) -> Vec<u8> {
    order.iter().flat_map(|ordinal| ordinal.to_le_bytes()).collect()
}

/// The trial order in a column.
pub(crate) fn trial_order(row: &Row<'_>, column: usize) -> Result<Box<[u16]>, Failure> {
    let bytes = row.get_ref(column)?.as_blob().map_err(|_| Unreadable("trial order"))?;
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Unreadable("trial order").into());
    }
    Ok(pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect())
}

/// The first row, if there is one.
pub(crate) fn one<T>(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, Failure>,
) -> Result<Option<T>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// All rows.
pub(crate) fn many<T>(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Runs a statement that changes rows and says how many.
pub(crate) fn execute(
    connection: &Connection,
    sql: &'static str,
    params: impl Params,
) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(params)
}
