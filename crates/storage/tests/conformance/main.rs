//! The conformance suite through the wire: a store on top of the generated clients, in memory transport.
//! What passes here passes through the conversions, the committer and the services.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the case, at the line where it stands")]

use std::process::ExitCode;
use std::sync::Arc;

use fixture::GrpcFixture;
use nameit_store::conformance::{Fixture, trials};

mod fixture;
mod grpc_store;

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let sqlite: Arc<dyn Fixture> = Arc::new(GrpcFixture::Sqlite);
    let mongodb: Arc<dyn Fixture> = Arc::new(GrpcFixture::Mongodb);
    let mut cases = trials("sqlite-grpc", &sqlite);
    cases.extend(nameit_testkit_mongodb::trials(trials("mongodb-grpc", &mongodb)));
    libtest_mimic::run(&arguments, cases).exit_code()
}
