//! Mining of descriptions: which attributes they mention, whether they single out the target or say more than
//! they must, how much participants agree, how long descriptions are, and how far apart their words lie.
//!
//! The way of a description: a [`Coder`] finds the attributes that it mentions, with a [`Lexicon`] and the rule
//! of [`Matching`]; a [`Judge`] compares them with the [`Scene`] and gives a [`Judgement`]; [`Verdicts`] count
//! these and give the over-specification rate with its denominator; [`mean_over_pairs`] compares participants.
//! [`Lengths`] and [`Divergence`] need no scene; [`divergence_of_parts`] needs to know who said what. [`StimulusDescriptions`] has it all for one stimulus.
//!
//! What is decided by convention stands in [`Rules`] and [`words::WordRule`], and so in every result: whether
//! words are matched inside words, whether values are checked, whether the type of a thing counts.
//!
//! Negation and relations to other objects are not understood: `not the red one` mentions red. Codings are
//! therefore shown to a person.

mod annotations;
mod coding;
mod divergence;
mod judgement;
mod lengths;
mod lexicon;
mod overlap;
mod parts;
mod rate;
mod report;
mod scene;
mod text;
pub mod words;

pub use annotations::{Annotations, Error, Remark, Table, TableError};
pub use coding::{Coder, Matching, Mention};
pub use divergence::{Collector, Divergence};
pub use judgement::{Judge, Judgement, Rules, TypeRule, Verdict};
pub use lengths::Lengths;
pub use lexicon::{Error as LexiconError, Lexicon};
pub use overlap::{Overlap, dice, masi, mean_over_pairs};
pub use parts::divergence_of_parts;
pub use rate::{OverSpecification, Verdicts};
pub use report::{
    AttributeUse, BySufficient, CodedDescription, MeanOverlap, Specification, StimulusDescriptions, Summary,
};
pub use scene::{Object, Scene};
pub use words::WordRule;
