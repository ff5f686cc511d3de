//! How values of the domain are written in documents.
//!
//! Ids are UUIDs (binary subtype 4), times are microseconds since 1970 (a BSON date would cut them to
//! milliseconds), pairs are lists of `{name, value}`.

use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, Uuid, deserialize_from_document, serialize_to_document};
use nameit_domain::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::Unreadable;

/// One of a list of named values.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pair {
    name: String,
    value: String,
}

/// The id as it stands in documents.
pub(crate) fn uuid(bytes: &[u8; 16]) -> Uuid {
    Uuid::from_bytes(*bytes)
}

/// The id that stands in a document.
pub(crate) fn as_uuid(value: &Bson) -> Option<Uuid> {
    match value {
        Bson::Binary(binary) => binary.to_uuid().ok(),
        _ => None,
    }
}

/// Bytes that mean nothing to the database.
pub(crate) fn binary(bytes: impl Into<Vec<u8>>) -> Bson {
    Bson::Binary(self::bytes(bytes))
}

/// The same for a field of a struct.
pub(crate) fn bytes(bytes: impl Into<Vec<u8>>) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes: bytes.into() }
}

/// Microseconds since 1970.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// The time that many microseconds after 1970.
pub(crate) fn time(micros: i64) -> Result<Timestamp, Unreadable> {
    Timestamp::from_microsecond(micros).map_err(|_| Unreadable("time"))
}

/// Pairs as they stand in documents.
pub(crate) fn pairs(pairs: &[(String, String)]) -> Vec<Pair> {
    pairs.iter().map(|(name, value)| Pair { name: name.clone(), value: value.clone() }).collect()
}

/// Pairs as the domain has them.
pub(crate) fn from_pairs(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs.into_iter().map(|pair| (pair.name, pair.value)).collect()
}

/// The document for a struct of this crate.
pub(crate) fn document(value: &impl Serialize) -> Document {
    serialize_to_document(value).expect("the structs of this crate have named fields of types that BSON has")
}

/// The struct of this crate for a document. The error does not say what was in it: it may be a text of a
/// participant.
pub(crate) fn read<T: DeserializeOwned>(what: &'static str, document: Document) -> Result<T, Unreadable> {
    deserialize_from_document(document).map_err(|_| Unreadable(what))
}
