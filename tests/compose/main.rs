//! NameIT as an operator runs it: the images, `compose.yaml`, a real OpenTelemetry collector, and what is done to them.
//!
//! One stack serves all stories, which are told one after the other; each leaves it healthy. It has a project name of
//! its own, and whatever bears that name is removed at the end, also after a failure or Ctrl-C. `tests/compose/run`
//! starts an engine if none runs, builds the images and runs this. Without an engine or an image the stories are
//! listed as ignored, with the reason; with `NAMEIT_REQUIRE_COMPOSE=1` that is a failure.
//!
//! To add a story: an `async fn` in the file of its topic, and its name in the list below.

#![expect(clippy::unwrap_used, reason = "a step that fails must fail the test, at the line where it stands")]

use std::process::ExitCode;
use std::sync::OnceLock;

use futures::future::LocalBoxFuture;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use tokio::runtime::Runtime;

mod agent;
mod cleanup;
mod crash;
mod crowd;
mod dashboards;
mod docker;
mod figures;
mod journey;
mod operate;
mod play;
mod requirements;
mod scale;
mod signals;
mod stack;
mod start;
mod telemetry;
mod traces;
mod upgrade;
mod wait;

use stack::Stack;

/// Makes the absence of an engine or of images a failure.
const REQUIRED: &str = "NAMEIT_REQUIRE_COMPOSE";

/// A story, and its name.
type Story = (&'static str, fn(&'static Stack) -> LocalBoxFuture<'static, ()>);

/// Lists stories by the names of their functions.
macro_rules! stories {
    ($($module:ident::$name:ident),+ $(,)?) => {
        &[$((concat!(stringify!($module), "::", stringify!($name)), |stack| Box::pin($module::$name(stack)))),+]
    };
}

/// In the order in which they are told.
const STORIES: &[Story] = stories![
    start::it_is_healthy_within_a_minute,
    start::only_the_gateway_is_reached_from_outside,
    start::every_container_may_do_no_more_than_it_must,
    start::no_secret_stands_where_the_engine_tells_it,
    figures::memory_stays_within_its_limits_under_load,
    journey::what_participants_typed_is_what_the_researcher_gets,
    operate::the_self_test_finds_nothing_broken_and_everything_connected,
    traces::one_answer_is_one_trace_to_the_database_and_into_the_report,
    traces::one_report_is_one_trace_through_datamining_and_storage,
    signals::logs_of_each_service_lead_to_its_traces,
    signals::each_service_measures_what_is_promised,
    signals::nothing_that_is_kept_could_name_a_person,
    agent::the_machine_and_each_container_are_measured,
    agent::logs_of_a_container_that_came_later_are_found_and_redacted,
    dashboards::every_dashboard_has_data_and_every_alert_works,
    crash::the_gateway_is_killed_under_load,
    crash::storage_is_killed_under_load,
    crash::datamining_is_killed_under_load,
    crash::the_database_is_killed_under_load,
    crash::the_collector_is_killed_under_load,
    crash::without_a_collector_nothing_fails_and_nothing_slows,
    scale::two_of_each_share_the_work_and_one_may_die,
    upgrade::every_container_is_replaced_without_losing_an_answer,
    upgrade::what_was_backed_up_is_there_after_a_restore,
];

/// Drives everything; the stack is older than any story.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Started by the first story; nothing if it could not be.
static STACK: OnceLock<Option<Stack>> = OnceLock::new();

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // One stack: a story that kills something must be alone.
    arguments.test_threads = Some(1);
    let is_required = std::env::var_os(REQUIRED).is_some_and(|value| value == "1");
    let missing = if arguments.list { None } else { runtime().block_on(requirements::missing(is_required)) };
    let trials = STORIES.iter().map(|story| trial(*story, missing.clone(), is_required)).collect();
    runtime().spawn(end_with_signals());
    let conclusion = libtest_mimic::run(&arguments, trials);
    let is_clean = STACK.get().is_none() || runtime().block_on(leave_nothing_behind());
    if conclusion.has_failed() || !is_clean { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn trial((name, story): Story, missing: Option<String>, is_required: bool) -> Trial {
    Trial::ignorable_test(name, move || match missing {
        Some(missing) if is_required => Err(Failed::from(missing)),
        Some(missing) => Ok(Completion::ignored_with(missing)),
        None => {
            let stack = stack().ok_or("the stack does not start; why, stands above")?;
            let _last_words = LastWords(stack);
            runtime().block_on(story(stack));
            Ok(Completion::Completed)
        }
    })
}

fn stack() -> Option<&'static Stack> {
    let start = || runtime().block_on(Stack::up()).inspect_err(|error| eprintln!("{error}")).ok();
    STACK.get_or_init(start).as_ref()
}

fn runtime() -> &'static Runtime {
    RUNTIME.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
        runtime.expect("the system gives threads for a runtime")
    })
}

/// Shows what the services said last when a story fails.
struct LastWords(&'static Stack);

impl Drop for LastWords {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the services said last:\n{}", runtime().block_on(self.0.last_words()));
        }
    }
}

/// Nothing stays behind when somebody ends the run.
async fn end_with_signals() {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).expect("signals can be listened to");
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt()), listen(SignalKind::terminate()));
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    leave_nothing_behind().await;
    std::process::exit(130);
}

/// Ends the stack, also one that is still being started; whether that went well.
async fn leave_nothing_behind() -> bool {
    let left = match STACK.get() {
        Some(Some(stack)) => stack.down().await,
        _ => cleanup::remove_all_of(&stack::project()).await,
    };
    for left in &left {
        eprintln!("this is left behind: {left}");
    }
    left.is_empty()
}
