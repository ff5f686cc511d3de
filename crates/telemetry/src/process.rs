//! What the process and its async runtime use.

use std::fs;
use std::time::Instant;

use tokio::runtime::Handle;

use crate::metrics::{Attribute, Gauge, Observation};
use crate::names::{self, Metric};

/// Observes the process, and the async runtime when called in one.
pub(crate) fn observe() -> Vec<Observation> {
    let begin = Instant::now();
    let mut observations =
        vec![Gauge::observe(&names::PROCESS_UPTIME, move || vec![(begin.elapsed().as_secs_f64(), vec![])])];
    observations.extend(observe_files());
    if let Ok(runtime) = Handle::try_current() {
        observations.extend(observe_runtime(&runtime));
    }
    observations
}

/// Observes the async runtime that `runtime` belongs to.
pub(crate) fn observe_runtime(runtime: &Handle) -> [Observation; 3] {
    let observe = |metric: &'static Metric, look: fn(&tokio::runtime::RuntimeMetrics) -> usize| {
        let metrics = runtime.metrics();
        Gauge::observe(metric, move || vec![(look(&metrics) as f64, vec![])])
    };
    [
        observe(&names::RUNTIME_WORKERS, tokio::runtime::RuntimeMetrics::num_workers),
        observe(&names::RUNTIME_TASKS, tokio::runtime::RuntimeMetrics::num_alive_tasks),
        observe(&names::RUNTIME_QUEUE_LENGTH, tokio::runtime::RuntimeMetrics::global_queue_depth),
    ]
}

/// Observes what Linux tells in /proc; elsewhere nothing.
fn observe_files() -> Vec<Observation> {
    if fs::metadata("/proc/self/stat").is_err() {
        return Vec::new();
    }
    let ticks = rustix::param::clock_ticks_per_second() as f64;
    let page = rustix::param::page_size() as f64;
    vec![
        Gauge::observe(&names::PROCESS_CPU_TIME, move || cpu_time(ticks).unwrap_or_default()),
        Gauge::observe(&names::PROCESS_MEMORY, move || {
            let pages = || -> Option<f64> {
                fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()
            };
            pages().map(|pages| (pages * page, vec![])).into_iter().collect()
        }),
        Gauge::observe(&names::PROCESS_THREADS, || {
            stat(17).map(|threads| (threads, vec![])).into_iter().collect()
        }),
        Gauge::observe(&names::PROCESS_FILES, || {
            let files = fs::read_dir("/proc/self/fd").map(Iterator::count);
            // One of them is the folder itself, while it is read.
            files.map(|count| (count.saturating_sub(1) as f64, vec![])).into_iter().collect()
        }),
    ]
}

fn cpu_time(ticks: f64) -> Option<Vec<(f64, Vec<Attribute>)>> {
    let of = |mode: &'static str, index| Some((stat(index)? / ticks, vec![(names::CPU_MODE, mode.into())]));
    Some(vec![of("user", 11)?, of("system", 12)?])
}

/// A number of /proc/self/stat, counted from behind the name of the program, which may hold spaces.
fn stat(index: usize) -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    text.rsplit_once(") ")?.1.split(' ').nth(index)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn the_numbers_of_this_process_are_plausible() {
        let spent: f64 = cpu_time(100.0).unwrap().iter().map(|(seconds, _)| seconds).sum();
        assert!((0.0..3600.0).contains(&spent), "{spent}");
        assert!(stat(17).unwrap() >= 1.0, "a test has a thread");
        assert_eq!(observe_files().len(), 4);
    }
}
