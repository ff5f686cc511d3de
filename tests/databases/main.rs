//! Storage on its databases, through real processes: killed, two at once, without a database, in wrong hands.
//!
//! A story that can be told of both backends is listed for both. Where no MongoDB server is found, its stories
//! are listed as ignored with the reason; with `NAMEIT_REQUIRE_MONGODB=1` that is a failure.
//!
//! To add a story: an `async fn` in the file of its topic, and its name in one of the lists below.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::path::PathBuf;

use futures::future::LocalBoxFuture;
use libtest_mimic::{Arguments, Completion, Trial};
use nameit_storage::location::Location;
use nameit_testkit::Sandbox;
use nameit_testkit_mongodb::Server;

/// Lists the stories of a file of the binary `journeys`.
macro_rules! journeys {
    ($($name:ident),+ $(,)?) => {
        pub(crate) const JOURNEYS: &[crate::Story<Sandbox>] =
            &[$((stringify!($name), |sandbox| Box::pin($name(sandbox)))),+];
    };
}

mod backend;
mod crowd;
mod down_at_start;
mod down_under_load;
#[path = "../journeys/experiment_life.rs"]
mod experiment_life;
#[path = "../journeys/exports.rs"]
mod exports;
mod killed;
mod killed_server;
#[path = "../journeys/live_report.rs"]
mod live_report;
mod moving;
#[path = "../journeys/naming.rs"]
mod naming;
mod new_primary;
mod reader;
mod refusing_server;
mod storage;
mod two_processes;
#[path = "../journeys/variants.rs"]
mod variants;
mod wait;
mod wrong_places;

use backend::Backend;

/// The command `nameit`.
const NAMEIT: &str = env!("CARGO_BIN_EXE_under-test-nameit");
/// `nameit-storage`.
const STORAGE: &str = env!("CARGO_BIN_EXE_under-test-storage");
/// `nameit-datamining`.
const DATAMINING: &str = env!("CARGO_BIN_EXE_under-test-datamining");
/// `nameit-gateway`.
const GATEWAY: &str = env!("CARGO_BIN_EXE_under-test-gateway");

/// A story about something, and its name.
type Story<About> = (&'static str, fn(About) -> LocalBoxFuture<'static, ()>);

/// Lists stories by the names of their functions.
macro_rules! stories {
    ($($module:ident::$name:ident),+ $(,)?) => {
        &[$((stringify!($name), |about| Box::pin($module::$name(about)))),+]
    };
}

/// What holds on every backend.
const EVERYWHERE: &[Story<Backend>] = stories![killed::killed_while_answers_come_in];

/// What can only happen to a database that is a server.
const MONGODB: &[Story<&'static Server>] = stories![
    two_processes::two_processes_share_one_exact_feed,
    two_processes::one_process_goes_on_while_the_other_is_killed,
    two_processes::two_processes_agree_on_who_was_first,
    two_processes::a_withdrawal_counts_for_both_processes,
    two_processes::a_state_set_through_one_process_holds_in_the_other,
    down_at_start::a_server_that_is_down_at_start_is_waited_for,
    down_at_start::a_server_that_hangs_at_start_is_waited_for,
    down_under_load::a_server_that_goes_away_under_load_loses_nothing,
    moving::everything_moves_to_mongodb_and_back,
];

/// The whole of NameIT on a database that is a server.
const JOURNEYS: [&[Story<Sandbox>]; 5] = [
    naming::JOURNEYS,
    experiment_life::JOURNEYS,
    live_report::JOURNEYS,
    exports::JOURNEYS,
    variants::JOURNEYS,
];

/// What can only happen to several servers.
const REPLICAS: &[Story<&'static Server>] =
    stories![new_primary::a_new_primary_goes_on_where_the_old_one_was];

/// What is done to a server of one's own.
const OWN_SERVER: &[Story<PathBuf>] = stories![killed_server::a_server_that_crashes_loses_nothing];

/// What needs no database, because there is none where it is looked for.
const NOWHERE: &[Story<()>] = stories![
    wrong_places::a_wrong_uri_ends_with_one_line_that_tells_no_secret,
    wrong_places::a_wrong_file_ends_with_one_line_that_tells_no_secret,
    wrong_places::what_is_taken_or_no_folder_ends_with_one_line,
    wrong_places::a_host_that_is_not_there_is_waited_for_and_told_no_secret,
    wrong_places::a_wrong_password_is_named_in_the_log_and_told_to_nobody,
    wrong_places::debug_output_of_the_settings_tells_no_secret,
];

fn main() {
    let arguments = Arguments::from_args();
    let sqlite = EVERYWHERE.iter().map(|(name, story)| trial("sqlite", name, || Ok(story(Backend::Sqlite))));
    let nowhere = NOWHERE.iter().map(|(name, story)| trial("nowhere", name, || Ok(story(()))));
    let everywhere = EVERYWHERE
        .iter()
        .map(|(name, story)| trial("mongodb", name, || Ok(story(Backend::Mongodb(server()?)))));
    let mongodb = MONGODB.iter().map(|(name, story)| trial("mongodb", name, || Ok(story(server()?))));
    let journeys = JOURNEYS.into_iter().flatten().map(journey);
    let needing_server = everywhere.chain(mongodb).chain(REPLICAS.iter().map(with_replicas)).chain(journeys);
    let trials = nameit_testkit_mongodb::trials(needing_server.collect());
    let own_server = OWN_SERVER.iter().map(with_own_server);
    libtest_mimic::run(&arguments, sqlite.chain(nowhere).chain(trials).chain(own_server).collect()).exit();
}

fn trial(
    place: &str,
    name: &str,
    story: impl FnOnce() -> Result<LocalBoxFuture<'static, ()>, &'static str> + Send + 'static,
) -> Trial {
    Trial::test(format!("{place}::{name}"), || {
        play(story()?);
        Ok(())
    })
}

/// A story of all services on a database of its own.
fn journey(&(name, story): &Story<Sandbox>) -> Trial {
    trial("mongodb::journeys", name, move || {
        let database = server()?.database();
        Ok(Box::pin(async move {
            story(Sandbox::start_on(Location::new(database.uri())).await).await;
        }))
    })
}

/// Ignored where the server stands alone.
fn with_replicas(&(name, story): &Story<&'static Server>) -> Trial {
    Trial::ignorable_test(format!("mongodb::{name}"), move || {
        let server = server()?;
        if !server.is_replica_set() {
            return Ok(Completion::ignored_with("the server has no replicas"));
        }
        play(story(server));
        Ok(Completion::Completed)
    })
}

/// Ignored where only somebody else's server is there.
fn with_own_server(&(name, story): &Story<PathBuf>) -> Trial {
    Trial::ignorable_test(format!("mongodb::{name}"), move || {
        let Some(program) = nameit_testkit_mongodb::program() else {
            return Ok(Completion::ignored_with("tests/mongodb/install was not run"));
        };
        play(story(program));
        Ok(Completion::Completed)
    })
}

fn server() -> Result<&'static Server, &'static str> {
    nameit_testkit_mongodb::server()
}

fn play(story: LocalBoxFuture<'static, ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("the system gives threads for a runtime").block_on(story);
}
