//! The wire: modules generated from `proto/`, and conversions between wire and domain.
//!
//! Conversions live in `convert/<resource>.rs`: `From` for domain → wire, which cannot fail, and
//! `TryFrom` for wire → domain, which says what was wrong. To add a message: write it in `proto/`, build,
//! add its conversion and a round-trip test.

pub mod convert;

pub use convert::WireError;

macro_rules! generated {
    ($package:literal) => {
        tonic::include_proto!($package);
    };
}

/// Shared messages.
#[expect(missing_docs, clippy::pedantic, reason = "generated from proto/, documented there")]
pub mod common {
    /// Version 1.
    pub mod v1 {
        generated!("nameit.common.v1");
    }
}

/// What was learned from the answers: computed by datamining, handed out unchanged by the gateway.
#[expect(missing_docs, reason = "generated from proto/, documented there")]
pub mod findings {
    /// Version 1.
    pub mod v1 {
        generated!("nameit.findings.v1");
    }
}

/// Storage's services.
#[expect(
    missing_docs,
    clippy::allow_attributes,
    clippy::pedantic,
    reason = "generated from proto/, documented there"
)]
pub mod storage {
    /// Version 1.
    pub mod v1 {
        generated!("nameit.storage.v1");
    }
}

/// Datamining's services.
#[expect(
    missing_docs,
    clippy::allow_attributes,
    clippy::pedantic,
    reason = "generated from proto/, documented there"
)]
pub mod datamining {
    /// Version 1.
    pub mod v1 {
        generated!("nameit.datamining.v1");
    }
}

/// The public API.
#[expect(
    missing_docs,
    clippy::allow_attributes,
    clippy::pedantic,
    reason = "generated from proto/, documented there"
)]
pub mod api {
    /// Version 1.
    pub mod v1 {
        generated!("nameit.api.v1");
    }
}

/// All compiled contracts, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
