//! JSON that several resources share.

pub(crate) mod experiment;
pub(crate) mod run;
pub(crate) mod stimulus;
