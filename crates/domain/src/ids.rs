//! Ids: one type per thing, so that they cannot be mixed up.

use crate::Invalid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new id; ids made later sort later (UUID version 7).
            pub fn generate() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            /// Reads the text form (`0192…-…`).
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                uuid::Uuid::parse_str(text)
                    .map(Self)
                    .map_err(|_| Invalid::new($field, format!("`{}` is not an id; ids look like 018f3c1e-7b1a-7c3d-9e2f-0a1b2c3d4e5f", text.chars().take(60).collect::<String>())))
            }

            /// The sixteen bytes of the id.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id with these sixteen bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Uuid::from_bytes(bytes))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A researcher's account.
    ResearcherId,
    "researcher_id"
);
id!(
    /// An experiment.
    ExperimentId,
    "experiment_id"
);
id!(
    /// One person's run through an experiment. Says nothing about the person.
    ParticipationId,
    "participation_id"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_bytes() {
        let id = ExperimentId::generate();
        assert_eq!(ExperimentId::parse(&id.to_string()), Ok(id));
        assert_eq!(ExperimentId::from_bytes(*id.as_bytes()), id);
    }

    #[test]
    fn a_wrong_id_is_named() {
        let error = ExperimentId::parse("seven").unwrap_err();
        assert_eq!(error.field, "experiment_id");
        assert!(error.message.contains("seven"));
    }
}
