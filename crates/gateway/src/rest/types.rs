//! JSON that several resources share.

pub(crate) mod experiment;
pub(crate) mod run;
pub(crate) mod stimulus;

use serde::{Deserialize, Deserializer};

/// Reads a field that may be missing (`None`), `null` (`Some(None)`) or there.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
