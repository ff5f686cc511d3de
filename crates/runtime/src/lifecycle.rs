//! Shutdown in two steps: soft (take nothing new, finish what is under way), then hard.

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long what is under way may take after the soft step.
pub const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Tells all parts of a process when to stop, and knows when they have.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
}

/// The end of a program: its exit code, and what went wrong in one line.
pub fn conclude(outcome: Result<(), impl fmt::Display>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

// === impl Shutdown ===

impl Shutdown {
    /// Nothing is stopping yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancelled when nothing new may be taken.
    pub fn soft(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Cancelled when everything must end at once.
    pub fn hard(&self) -> CancellationToken {
        self.hard.clone()
    }

    /// Where long-running tasks are spawned, so that [`Shutdown::drained`] waits for them.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Begins the soft step.
    pub fn begin(&self) {
        self.soft.cancel();
    }

    /// A shutdown of a part: it ends with this one, and can be ended alone.
    #[must_use]
    pub fn part(&self) -> Self {
        Self { soft: self.soft.child_token(), hard: self.hard.child_token(), tasks: TaskTracker::new() }
    }

    /// SIGTERM or SIGINT begins the soft step; a second one, or [`DRAIN_TIME`], the hard one.
    ///
    /// # Errors
    /// When the system refuses to pass signals on.
    pub fn listen_for_signals(&self) -> std::io::Result<()> {
        let mut signals = Signals::new()?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            let name = signals.next().await;
            tracing::info!(signal = name, "stopping: nothing new is taken, what is under way is finished");
            shutdown.begin();
            tokio::select! {
                _ = signals.next() => tracing::warn!("second signal: stopping at once"),
                () = tokio::time::sleep(DRAIN_TIME) => tracing::warn!("draining took too long: stopping at once"),
            }
            shutdown.hard.cancel();
        });
        Ok(())
    }

    /// Waits until every task has ended; after [`DRAIN_TIME`] from now begins the hard step itself.
    pub async fn drained(&self) {
        self.tasks.close();
        tokio::select! {
            () = self.tasks.wait() => {}
            () = tokio::time::sleep(DRAIN_TIME) => self.hard.cancel(),
            () = self.hard.cancelled() => {}
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "SIGINT",
            _ = self.terminate.recv() => "SIGTERM",
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> &'static str {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "Ctrl-C",
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn drained_waits_for_tasks_that_finish_after_the_soft_step() {
        let shutdown = Shutdown::new();
        let soft = shutdown.soft();
        let (done, mut finished) = tokio::sync::oneshot::channel();
        shutdown.tasks().spawn(async move {
            soft.cancelled().await;
            tokio::task::yield_now().await;
            done.send(()).expect("the test waits for this");
        });
        shutdown.begin();
        shutdown.drained().await;
        assert!(finished.try_recv().is_ok());
        assert!(!shutdown.hard().is_cancelled());
    }

    #[test]
    fn a_part_ends_with_the_whole_but_not_the_other_way_round() {
        let whole = Shutdown::new();
        let part = whole.part();
        part.begin();
        assert!(!whole.soft().is_cancelled());
        let other = whole.part();
        whole.begin();
        assert!(other.soft().is_cancelled());
    }
}
