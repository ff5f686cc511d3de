//! Stories through the whole of NameIT.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

/// Makes a test of each story, on the embedded store. The binary `databases` tells the same stories on a server.
macro_rules! journeys {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(nameit_testkit::Sandbox::start().await).await;
            })+
        }
    };
}

mod access;
mod agreement;
mod colours;
mod comparison;
mod degrade;
mod demo;
mod descriptions;
mod experiment_life;
mod exports;
mod grpc;
mod live_report;
mod naming;
mod norms;
mod operate;
mod pages;
mod participants;
mod usage;
mod variants;
