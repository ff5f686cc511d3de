//! Decisions as files, to take them elsewhere and back.

use super::{Refusal, VariantDecisions};
use crate::mapping::{self, Row, VariantMapping, Verdict};

impl VariantDecisions {
    /// Reads the body of a stored decision and checks that it can be applied to answers in a language.
    pub fn parse(json: &str, language: &str) -> Result<Self, Refusal> {
        if !json.trim_start().starts_with('{') {
            return Err(Refusal::Json("an object with steps, merges and rejected is expected".to_owned()));
        }
        let decisions: Self = serde_json::from_str(json).map_err(|error| Refusal::Json(error.to_string()))?;
        decisions.naming(language)?;
        if let Some(pair) = decisions.rejected.iter().find(|pair| pair.from.is_empty() || pair.to.is_empty())
        {
            return Err(Refusal::Json(format!(
                "`{}` → `{}` was rejected: {}",
                pair.from,
                pair.to,
                Refusal::Empty
            )));
        }
        Ok(decisions)
    }

    /// The body of a stored decision. [`Self::parse`] reads it back as it was.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("names and steps are texts, which JSON can hold")
    }

    /// The same steps with another mapping, read from a file as [`mapping::read`] does: what the file accepts is
    /// merged, what it rejects is rejected. Earlier merges and rejections are forgotten.
    pub fn with_mapping(&self, file: &str) -> Result<Self, Refusal> {
        let rows = mapping::read(file)?;
        let mut decisions = Self { steps: self.steps.clone(), ..Self::default() };
        for Row { name, canonical, .. } in rows.iter().filter(|row| row.verdict == Verdict::Rejected) {
            if name != canonical {
                decisions.reject(name, canonical)?;
            }
        }
        decisions.merges = VariantMapping::from_rows(rows)?;
        Ok(decisions)
    }

    /// Adds what a file decides to what was decided before. A name that the file merges into another group than
    /// before is refused with its line, and so is a circle; then nothing is changed.
    pub fn add_mapping(&mut self, file: &str) -> Result<(), Refusal> {
        let mut changed = self.clone();
        for Row { line, name, canonical, verdict } in mapping::read(file)? {
            let done = match verdict {
                _ if name == canonical => Ok(()),
                Verdict::Accepted => changed.accept(&name, &canonical),
                Verdict::Rejected => changed.reject(&name, &canonical),
                Verdict::Open => Ok(()),
            };
            done.map_err(|refusal| Refusal::Line { line, refusal: Box::new(refusal) })?;
        }
        *self = changed;
        Ok(())
    }
}
