//! From a raw answer to the name that is counted.

use std::borrow::Cow;
use std::sync::Arc;

use crate::mapping::{self, VariantMapping};
use crate::normalise::Normaliser;

/// A normaliser, followed by a variant mapping. A copy shares the mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    normaliser: Normaliser,
    mapping: Arc<VariantMapping>,
}

impl Naming {
    /// Normalisation alone.
    pub fn new(normaliser: Normaliser) -> Self {
        Self { normaliser, mapping: Arc::default() }
    }

    /// The same with a variant mapping after normalisation. Both sides of the mapping are normalised first, so
    /// it is refused when two names that become one are mapped to different names.
    pub fn with_mapping(self, mapping: &VariantMapping) -> Result<Self, mapping::Error> {
        Ok(Self { mapping: Arc::new(mapping.normalised(&self.normaliser)?), ..self })
    }

    /// The name that `raw` counts for; `None` when normalisation leaves nothing of it.
    pub fn name<'raw>(&'raw self, raw: &'raw str) -> Option<Cow<'raw, str>> {
        let normalised = self.normaliser.apply(raw);
        if normalised.is_empty() {
            return None;
        }
        Some(match normalised {
            Cow::Borrowed(name) => Cow::Borrowed(self.mapping.canonical(name)),
            Cow::Owned(name) => Cow::Owned(self.mapping.canonical(&name).to_owned()),
        })
    }
}

impl From<Normaliser> for Naming {
    fn from(normaliser: Normaliser) -> Self {
        Self::new(normaliser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::Normalisation;

    #[test]
    fn the_mapping_comes_after_normalisation() {
        let mapping = VariantMapping::parse_csv("Telly,Television").unwrap();
        let naming =
            Naming::new(Normaliser::new(Normalisation::Standard, "en")).with_mapping(&mapping).unwrap();
        assert_eq!(naming.name("The TELLY!").as_deref(), Some("television"));
        assert_eq!(naming.name("a screen").as_deref(), Some("screen"));
        assert_eq!(naming.name(" ?! "), None);
    }
}
