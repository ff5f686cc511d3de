//! Decisions as they are taken, one by one.

use super::{Refusal, VariantDecisions};
use crate::normalise::Pipeline;

/// One thing that a person decides. Names are as they are shown, or as somebody typed them: they are normalised
/// before anything is done with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Normalise by these steps.
    Steps(Pipeline),
    /// `from` is a spelling of `to` ([`VariantDecisions::accept`]).
    Accept {
        /// The name that is merged.
        from: String,
        /// What it counts for.
        to: String,
    },
    /// It is none ([`VariantDecisions::reject`]).
    Reject {
        /// The name that was proposed.
        from: String,
        /// What it was proposed to count for.
        to: String,
    },
    /// Take the rejection back ([`VariantDecisions::reconsider`]).
    Reconsider {
        /// The name that was proposed.
        from: String,
        /// What it was proposed to count for.
        to: String,
    },
    /// Take a name out of its group ([`VariantDecisions::split`]).
    Split(String),
    /// Take all names out of a group ([`VariantDecisions::dissolve`]).
    Dissolve(String),
    /// Merge by hand ([`VariantDecisions::merge`]).
    Merge {
        /// The names.
        names: Vec<String>,
        /// What they count for.
        canonical: String,
    },
    /// Give a group another name ([`VariantDecisions::rename`]).
    Rename {
        /// The name of the group.
        canonical: String,
        /// Its new name.
        new: String,
    },
    /// Replace merges and rejections by those of a file ([`VariantDecisions::with_mapping`]).
    Replace(String),
    /// Add what a file decides ([`VariantDecisions::add_mapping`]).
    Add(String),
}

impl VariantDecisions {
    /// What is decided after some more decisions, taken one after the other; the first that cannot be taken is
    /// told with its place, from 1. `language` is a BCP-47 tag.
    pub fn after(&self, operations: &[Operation], language: &str) -> Result<Self, Refusal> {
        let mut decisions = self.clone();
        for (line, operation) in (1..).zip(operations) {
            let done = decisions.operate(operation, language);
            done.map_err(|refusal| match operations {
                [_] => refusal,
                _ => Refusal::Line { line, refusal: Box::new(refusal) },
            })?;
        }
        decisions.naming(language)?;
        Ok(decisions)
    }

    fn operate(&mut self, operation: &Operation, language: &str) -> Result<(), Refusal> {
        let normaliser = self.steps.normaliser(language);
        // A name that is stored in a form of its own, from a file, is meant as it stands.
        let known = |name: &String| -> bool {
            self.merges.contains(name)
                || self.merges.iter().any(|(_, canonical)| canonical == name)
                || self.rejected.iter().any(|pair| pair.from == *name || pair.to == *name)
        };
        let name = |name: &String| {
            if known(name) { name.clone() } else { normaliser.apply(name).into_owned() }
        };
        match operation {
            Operation::Steps(steps) => {
                self.steps = steps.clone();
                Ok(())
            }
            Operation::Accept { from, to } => {
                let (from, to) = (name(from), name(to));
                self.accept(&from, &to)
            }
            Operation::Reject { from, to } => {
                let (from, to) = (name(from), name(to));
                self.reject(&from, &to)
            }
            Operation::Reconsider { from, to } => {
                let (from, to) = (name(from), name(to));
                self.reconsider(&from, &to);
                Ok(())
            }
            Operation::Split(member) => {
                let member = name(member);
                self.split(&member)
            }
            Operation::Dissolve(canonical) => {
                let canonical = name(canonical);
                self.dissolve(&canonical)
            }
            Operation::Merge { names, canonical } => {
                let (names, canonical): (Vec<String>, _) =
                    (names.iter().map(name).collect(), name(canonical));
                self.merge(names.iter().map(String::as_str), &canonical)
            }
            Operation::Rename { canonical, new } => {
                let (canonical, new) = (name(canonical), name(new));
                self.rename(&canonical, &new)
            }
            Operation::Replace(file) => {
                *self = self.with_mapping(file)?;
                Ok(())
            }
            Operation::Add(file) => self.add_mapping(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn operations_follow_one_another_and_names_are_normalised() {
        let operations = [
            Operation::Accept { from: text("The Tabel"), to: text("table.") },
            Operation::Merge { names: vec![text("Desk"), text("bureau")], canonical: text("TABLE") },
            Operation::Reject { from: text("boat"), to: text("goat") },
            Operation::Split(text("bureau")),
            Operation::Rename { canonical: text("table"), new: text("desk") },
        ];
        let decisions = VariantDecisions::default().after(&operations, "en").unwrap();
        let merges: Vec<_> = decisions.merges().iter().collect();
        assert_eq!(merges, [("tabel", "desk"), ("table", "desk")]);
        assert_eq!(decisions.rejected().count(), 1);
        let undone = [
            Operation::Reconsider { from: text("boat"), to: text("goat") },
            Operation::Dissolve(text("desk")),
        ];
        assert_eq!(decisions.after(&undone, "en").unwrap(), VariantDecisions::default());
    }

    #[test]
    fn what_cannot_be_done_is_told_with_its_place_and_changes_nothing() {
        let start = VariantDecisions::default();
        let wrong = Operation::Split(text("table"));
        let alone = start.after(std::slice::from_ref(&wrong), "en").unwrap_err();
        assert_eq!(alone.to_string(), "`table` is not merged with any name");
        let first = Operation::Accept { from: text("a"), to: text("b") };
        let second = start.after(&[first, wrong], "en").unwrap_err();
        assert_eq!(second.to_string(), "line 2: `table` is not merged with any name");
    }

    #[test]
    fn files_and_steps_are_operations_too() {
        let file = Operation::Replace(text("name,canonical\nTV,Television\n"));
        let decisions = VariantDecisions::default().after(&[file], "en").unwrap();
        assert_eq!(decisions.naming("en").unwrap().name("tv").as_deref(), Some("television"));
        // The names of the file are those of its group, whatever normalisation makes of them.
        let split = decisions.after(&[Operation::Split(text("TV"))], "en").unwrap();
        assert!(split.merges().is_empty());
        let more = Operation::Add(text("name,canonical\ntelly,TV\n"));
        let both = decisions.after(&[more], "en").unwrap();
        assert_eq!(both.naming("en").unwrap().name("telly").as_deref(), Some("television"));
        let conflict = Operation::Add(text("name,canonical\ntv,screen\n"));
        assert!(matches!(both.after(&[conflict], "en"), Err(Refusal::Mapping(_))));
        let none = both.after(&[Operation::Steps("none".parse().unwrap())], "en").unwrap();
        assert_eq!(none.naming("en").unwrap().name("tv").as_deref(), Some("tv"));
    }
}
