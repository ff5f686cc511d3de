//! Use cases, one file per resource. REST, gRPC and pages call them alike.
//!
//! Whoever may call one is in its signature: an `Actor`, an `Owned` experiment, a `Participant`.

pub(crate) mod account;
pub(crate) mod agreement;
pub(crate) mod colour_naming;
pub(crate) mod colours;
pub(crate) mod comparison;
pub(crate) mod decision;
pub(crate) mod demo;
pub(crate) mod descriptions;
pub(crate) mod edit;
pub(crate) mod experiment;
pub(crate) mod export;
pub(crate) mod image;
pub(crate) mod manifest;
pub(crate) mod norms;
pub(crate) mod operate;
pub(crate) mod overview;
pub(crate) mod participants;
pub(crate) mod participation;
pub(crate) mod report;
pub(crate) mod stimulus;
pub(crate) mod token;
pub(crate) mod usage;
pub(crate) mod variants;
pub(crate) mod visits;
