//! Spelling variants: proposed by figures, decided by a person.
//!
//! [`proposals`] looks for rare names that are probably frequent names misspelt, with everything a person needs
//! to judge them. Nothing is merged by itself. What the person decides is kept as [`VariantDecisions`], a list
//! of normalisation steps with a mapping from names to canonical names, applied on top of raw answers that
//! never change; [`before_after()`] shows what it does to the figures.
//!
//! What is never proposed: two frequent names, singular and plural and other forms of one word, words of three
//! letters or fewer, names with different numbers in them, Chinese, Japanese and Korean names that differ in a
//! character, and synonyms, which no spelling could tell.

mod before_after;
mod decisions;
mod distance;
mod evidence;
mod index;
mod inflection;
mod keyboard;
mod letters;
mod proposal;
mod vocabulary;

pub use before_after::{BeforeAfter, Change, Figures, Overall, before_after};
pub use decisions::{Group, Member, Operation, Pair, Refusal, VariantDecisions, Warning};
pub use distance::Reason;
pub use proposal::{Proposal, proposals};
pub use vocabulary::Vocabulary;
