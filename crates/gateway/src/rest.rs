//! REST: thin adapters from JSON to use cases, one file per resource. Paths, methods and documentation
//! stand with the handlers; who may call them stands in `router.rs`.

pub(crate) mod account;
pub(crate) mod experiment;
pub(crate) mod export;
pub(crate) mod image;
pub(crate) mod openapi;
pub(crate) mod operate;
pub(crate) mod participation;
pub(crate) mod report;
pub(crate) mod stimulus;
pub(crate) mod system;
pub(crate) mod token;
pub(crate) mod types;
