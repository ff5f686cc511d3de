//! The database is away, or silent, or comes back.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use futures::future::join_all;
use libtest_mimic::Trial;
use nameit_store::conformance::story::{at, colours, credentials, stored_draft};
use nameit_store::{Error, ResearcherStore as _, StimulusStore as _, SystemStore as _};
use nameit_store_mongo::{MongoStore, Options};
use nameit_testkit_mongodb::{Proxy, TestDatabase};

/// What a caller of storage waits for at most; the store must have answered by then.
const CALLERS_WAIT: Duration = Duration::from_secs(9);

/// A store whose way to the database can be broken.
struct Away {
    store: MongoStore,
    proxy: Proxy,
    _database: TestDatabase,
}

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = vec![
        trial("a_store_is_opened_without_its_database_and_works_when_it_comes", opened_without),
        trial("many_callers_are_told_in_time_that_the_database_is_away", told_in_time),
        trial("a_silent_database_is_told_from_a_slow_one_in_time", silent),
        trial("a_store_works_on_after_an_outage", worked_on),
    ];
    libtest_mimic::run(&arguments, nameit_testkit_mongodb::trials(trials)).exit_code()
}

fn trial<W: Future<Output = ()> + 'static>(name: &str, story: fn() -> W) -> Trial {
    Trial::test(format!("mongodb::outage::{name}"), move || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the system gives threads for a runtime")
            .block_on(story());
        Ok(())
    })
}

async fn opened_without() {
    let away = Away::start(Proxy::cut).await;
    unavailable(&away.store).await;
    away.proxy.mend().await.expect("the address is still ours");
    away.returned().await;
    away.store.create_researcher(&credentials("ana")).await.expect("the database is there");
    assert_eq!(away.store.researcher_count().await.expect("the database is there"), 1);
}

async fn told_in_time() {
    let away = Away::start(Proxy::cut).await;
    join_all((0..24).map(|_| unavailable(&away.store))).await;
}

async fn silent() {
    let away = Away::start(Proxy::mend).await;
    away.store.ping().await.expect("the database is there");
    away.proxy.hang().await.expect("the proxy runs");
    join_all((0..6).map(|_| unavailable(&away.store))).await;
    away.proxy.mend().await.expect("the proxy runs");
    away.returned().await;
}

async fn worked_on() {
    let away = Away::start(Proxy::mend).await;
    let experiment = stored_draft(&away.store, "worked-on", 3).await;
    away.proxy.cut().await.expect("the proxy runs");
    unavailable(&away.store).await;
    let refused = away.store.put_stimuli(experiment.id, &colours(5), at(4)).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    away.proxy.mend().await.expect("the address is still ours");
    away.returned().await;
    let stored = away.store.put_stimuli(experiment.id, &colours(5), at(5)).await;
    assert_eq!(stored.expect("the database is there").len(), 5, "the call may be repeated");
    assert_eq!(away.store.stimuli(experiment.id).await.expect("the database is there").len(), 5);
}

/// That the store says in time that the database is away.
async fn unavailable(store: &MongoStore) {
    let asked = Instant::now();
    let answer = store.ping().await;
    let waited = asked.elapsed();
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    assert!(waited < CALLERS_WAIT, "the answer came after {waited:?}");
}

// === impl Away ===

impl Away {
    /// A store that is opened after something was done to its way to the database.
    async fn start(done: impl AsyncFnOnce(&Proxy) -> std::io::Result<()>) -> Self {
        let server = nameit_testkit_mongodb::server().expect("cases without a server are not run");
        let database = server.database();
        let proxy = Proxy::start(&server.address()).await.expect("loopback has free ports");
        done(&proxy).await.expect("the proxy runs");
        let uri = proxy.uri_through(database.uri());
        let store = MongoStore::open(&uri, Options::default()).await.expect("the URI is right");
        Self { store, proxy, _database: database }
    }

    /// Waits until the driver has noticed that the database is back: one of its looks, and no more.
    async fn returned(&self) {
        let noticed = async { while self.store.ping().await.is_err() {} };
        tokio::time::timeout(CALLERS_WAIT, noticed).await.expect("the store works again");
    }
}
