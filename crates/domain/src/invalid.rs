//! The one error of this crate: a value that cannot be.

/// What was wrong with a value from outside and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    /// Name of the field as the caller knows it, for example `title`.
    pub field: &'static str,
    /// A sentence for the person who sent the value.
    pub message: String,
}

impl Invalid {
    /// An error about `field`.
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}
