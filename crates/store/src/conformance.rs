//! The suite that every backend passes: what the traits promise, told as stories.
//!
//! A case is an `async fn` that takes a fresh store and panics where a promise is broken; it is listed
//! once, in the table of its resource. A backend's test binary (`harness = false`) hands a [`Fixture`] to
//! [`trials`] and the result to `libtest_mimic::run`.
//!
//! To add a case: write the function in the file of its resource and name it in that file's `CASES`.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the case, at the line where it stands")]

use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;
use libtest_mimic::Trial;

use crate::{ArchiveStore, Store};

mod archive;
mod decision;
mod detailed;
mod experiment;
mod feed;
mod participation;
mod reopen;
mod researcher;
mod response;
mod session;
mod stimulus;
pub mod story;
mod system;
mod visit;
pub mod world;

/// Makes databases for the cases.
#[async_trait]
pub trait Fixture: Send + Sync + 'static {
    /// A new, empty database that nobody else uses.
    async fn database(&self) -> Box<dyn Database>;
}

/// One database; dropping it removes it.
#[async_trait]
pub trait Database: Send {
    /// Opens the database. It is opened a second time only after every handle of the first was dropped.
    async fn open(&mut self) -> Arc<dyn Store>;
}

/// What a case does with its store.
#[derive(Clone, Copy)]
pub enum Run {
    /// Uses one handle.
    Once(fn(Arc<dyn Store>) -> BoxFuture<'static, ()>),
    /// Opens, closes and opens again.
    Reopening(for<'a> fn(&'a mut dyn Database) -> BoxFuture<'a, ()>),
}

/// One promise.
#[derive(Clone, Copy)]
pub struct Case {
    /// The resource it is about.
    pub group: &'static str,
    /// What is promised.
    pub name: &'static str,
    /// The story.
    pub run: Run,
}

/// Lists the cases of one resource.
macro_rules! cases {
    ($group:literal: $($name:ident),+ $(,)?) => {
        pub(super) const CASES: &[super::Case] = &[
            $(super::Case {
                group: $group,
                name: stringify!($name),
                run: super::Run::Once(|store| Box::pin($name(store))),
            }),+
        ];
    };
    (reopening $group:literal: $($name:ident),+ $(,)?) => {
        pub(super) const CASES: &[super::Case] = &[
            $(super::Case {
                group: $group,
                name: stringify!($name),
                run: super::Run::Reopening(|database| Box::pin($name(database))),
            }),+
        ];
    };
}
use cases;

/// All cases, resource by resource.
pub const CASES: &[&[Case]] = &[
    researcher::CASES,
    session::CASES,
    experiment::CASES,
    stimulus::CASES,
    participation::CASES,
    response::CASES,
    feed::CASES,
    detailed::CASES,
    decision::CASES,
    visit::CASES,
    system::CASES,
    reopen::CASES,
];

/// One test per case, named `backend::group::case`.
pub fn trials(backend: &'static str, fixture: &Arc<dyn Fixture>) -> Vec<Trial> {
    CASES
        .iter()
        .copied()
        .flatten()
        .map(|case| {
            let fixture = fixture.clone();
            Trial::test(format!("{backend}::{}::{}", case.group, case.name), move || {
                play(&*fixture, case.run);
                Ok(())
            })
        })
        .collect()
}

/// Makes databases for the cases about archives.
#[async_trait]
pub trait ArchiveFixture: Send + Sync + 'static {
    /// A new, empty database that nobody else uses.
    async fn database(&self) -> Box<dyn ArchiveDatabase>;
}

/// One open database from both sides; dropping it removes it.
pub trait ArchiveDatabase: Send + Sync {
    /// As the services use it.
    fn store(&self) -> Arc<dyn Store>;

    /// As backup, restore and migration use it.
    fn archive(&self) -> Arc<dyn ArchiveStore>;
}

/// One test per case about archives, named `backend::archive::case`.
pub fn archive_trials(backend: &'static str, fixture: &Arc<dyn ArchiveFixture>) -> Vec<Trial> {
    archive::CASES
        .iter()
        .map(|(name, story)| {
            let fixture = fixture.clone();
            Trial::test(format!("{backend}::archive::{name}"), move || {
                runtime().block_on(story(&*fixture));
                Ok(())
            })
        })
        .collect()
}

fn play(fixture: &dyn Fixture, run: Run) {
    runtime().block_on(async {
        let mut database = fixture.database().await;
        match run {
            Run::Once(story) => story(database.open().await).await,
            Run::Reopening(story) => story(&mut *database).await,
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system gives threads for a runtime")
}
