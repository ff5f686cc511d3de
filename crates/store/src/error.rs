//! What can go wrong in a store.

/// Result of a store call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong in a store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something unique exists already.
    #[error("{what} exists already")]
    AlreadyExists {
        /// What exists, as the caller knows it, for example `handle`.
        what: &'static str,
    },
    /// The thing that the call is about does not exist.
    #[error("there is no such {what}")]
    NotFound {
        /// What is missing, for example `experiment`.
        what: &'static str,
    },
    /// The thing is in a state that forbids the call.
    #[error("{message}")]
    Conflict {
        /// A sentence for the caller.
        message: String,
    },
    /// The database cannot be reached or is too busy; the call may be repeated.
    #[error("the database is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Stored data cannot be read, or the database misbehaves.
    #[error("the database failed: {context}")]
    Internal {
        /// What was being done.
        context: &'static str,
        /// What the database said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A conflict with a sentence for the caller.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    /// The whole story for an operator: this error and what lies below it, in one line. For logs and health,
    /// not for clients.
    pub fn story(&self) -> String {
        let mut story = self.to_string();
        let mut below = std::error::Error::source(self);
        while let Some(error) = below {
            story.push_str(": ");
            story.push_str(&error.to_string());
            below = error.source();
        }
        story
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_goes_down_to_the_cause() {
        let disk = std::io::Error::other("the disk is gone");
        let error = Error::Internal { context: "storing an image", source: Box::new(disk) };
        assert_eq!(error.story(), "the database failed: storing an image: the disk is gone");
    }
}
