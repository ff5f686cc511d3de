//! The gRPC services of datamining, one file per service.

pub mod report;
pub mod system;
