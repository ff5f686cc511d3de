//! Use cases, one file per resource. REST, gRPC and pages call them alike.
//!
//! Whoever may call one is in its signature: an `Actor`, an `Owned` experiment, a `Participant`.

pub(crate) mod account;
pub(crate) mod colours;
pub(crate) mod demo;
pub(crate) mod edit;
pub(crate) mod experiment;
pub(crate) mod export;
pub(crate) mod image;
pub(crate) mod manifest;
pub(crate) mod operate;
pub(crate) mod participation;
pub(crate) mod report;
pub(crate) mod stimulus;
pub(crate) mod token;
