//! Wire ⇄ domain, one file per resource.

pub mod decision;
pub mod experiment;
pub mod feed;
pub mod participation;
pub mod researcher;
pub mod response;
pub mod stimulus;
pub mod visit;

use nameit_domain::{Invalid, Timestamp};

/// A message that does not stand for anything in the domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// A value is there but wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A value is missing.
    #[error("{0}: is missing")]
    Missing(&'static str),
}

// === impl WireError ===

impl From<WireError> for tonic::Status {
    fn from(error: WireError) -> Self {
        Self::invalid_argument(error.to_string())
    }
}

/// Unwraps a field that must be there.
pub fn required<T>(field: &'static str, value: Option<T>) -> Result<T, WireError> {
    value.ok_or(WireError::Missing(field))
}

/// Domain time → wire time.
pub fn timestamp_to_wire(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}

/// Wire time → domain time.
pub fn timestamp_from_wire(
    field: &'static str,
    time: prost_types::Timestamp,
) -> Result<Timestamp, WireError> {
    Timestamp::new(time.seconds, time.nanos)
        .map_err(|_| Invalid::new(field, "lies outside of the years -9999 to 9999").into())
}

/// A wire time that must be there.
pub fn required_timestamp(
    field: &'static str,
    time: Option<prost_types::Timestamp>,
) -> Result<Timestamp, WireError> {
    timestamp_from_wire(field, required(field, time)?)
}

/// Domain pairs → wire parameters.
pub fn parameters_to_wire(pairs: Vec<(String, String)>) -> Vec<crate::common::v1::Parameter> {
    pairs.into_iter().map(|(name, value)| crate::common::v1::Parameter { name, value }).collect()
}

/// Wire parameters → domain pairs.
pub fn parameters_from_wire(parameters: Vec<crate::common::v1::Parameter>) -> Vec<(String, String)> {
    parameters.into_iter().map(|parameter| (parameter.name, parameter.value)).collect()
}
