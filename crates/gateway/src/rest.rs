//! REST: thin adapters from JSON to use cases, one file per resource. Paths, methods and documentation
//! stand with the handlers; who may call them stands in `router.rs`.

pub(crate) mod account;
pub(crate) mod agreement;
pub(crate) mod colour_naming;
pub(crate) mod comparison;
pub(crate) mod decision;
pub(crate) mod descriptions;
pub(crate) mod experiment;
pub(crate) mod export;
pub(crate) mod image;
pub(crate) mod norms;
pub(crate) mod openapi;
pub(crate) mod operate;
pub(crate) mod overview;
pub(crate) mod participants;
pub(crate) mod participation;
mod plot;
pub(crate) mod report;
pub(crate) mod stimulus;
pub(crate) mod system;
pub(crate) mod token;
pub(crate) mod types;
pub(crate) mod usage;
pub(crate) mod variants;
