//! What was measured.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hdrhistogram::Histogram;

use super::acknowledged::Comparison;
use super::own_server::cpu_time;

/// Requests of one kind: how many, how long they took, what they cost the server.
pub(super) struct Phase {
    process: Option<u32>,
    began: Option<(Instant, Option<Duration>)>,
    elapsed: Duration,
    cpu: Option<Duration>,
    microseconds: Histogram<u64>,
}

/// What `nameit bench` prints.
#[derive(Debug, serde::Serialize)]
pub(super) struct Figures {
    participants: u32,
    seconds: u32,
    answers_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// Requests that failed for good.
    errors: u64,
    /// Requests that were sent again after 429, 503 or a lost connection.
    retried: u64,
    #[serde(flatten)]
    comparison: Comparison,
    noop: Noop,
    /// Answers per second by calls of the no-op route per second.
    ratio: f64,
    /// Processor time of the server per answer, where it can be told apart.
    server_cpu_us_per_answer: Option<f64>,
    pub(super) fsyncs_per_second: Option<f64>,
    /// Some of the errors.
    error_examples: Vec<String>,
}

/// The route that does nothing, over the same connections in the same run.
#[derive(Debug, serde::Serialize)]
struct Noop {
    requests_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    server_cpu_us_per_request: Option<f64>,
}

// === impl Phase ===

impl Phase {
    pub(super) fn new(process: Option<u32>) -> Self {
        let microseconds = Histogram::new(3).expect("three digits are within the histogram's bounds");
        Self { process, began: None, elapsed: Duration::ZERO, cpu: None, microseconds }
    }

    pub(super) fn begin(&mut self) {
        self.began = Some((Instant::now(), self.process.and_then(cpu_time)));
    }

    pub(super) fn end(&mut self) {
        let Some((at, cpu)) = self.began.take() else { return };
        self.elapsed += at.elapsed();
        if let (Some(before), Some(after)) = (cpu, self.process.and_then(cpu_time)) {
            self.cpu = Some(self.cpu.unwrap_or_default() + after.saturating_sub(before));
        }
    }

    /// Adds the times of one participant.
    pub(super) fn add(&mut self, microseconds: &[u32]) -> anyhow::Result<()> {
        for time in microseconds {
            self.microseconds.record(u64::from(*time)).context("a time is out of bounds")?;
        }
        Ok(())
    }

    fn per_second(&self) -> f64 {
        self.microseconds.len() as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    fn ms(&self, quantile: f64) -> f64 {
        self.microseconds.value_at_quantile(quantile) as f64 / 1000.0
    }

    fn cpu_us(&self) -> Option<f64> {
        let requests = self.microseconds.len() as f64;
        self.cpu.filter(|_| requests > 0.0).map(|cpu| cpu.as_secs_f64() * 1e6 / requests)
    }
}

// === impl Figures ===

impl Figures {
    pub(super) fn new(
        args: &super::Args,
        noop: &Phase,
        ingest: &Phase,
        mut errors: Vec<String>,
        retried: u64,
        comparison: Comparison,
    ) -> Self {
        let count = errors.len() as u64;
        errors.sort();
        errors.dedup();
        errors.truncate(5);
        Self {
            participants: args.participants,
            seconds: args.seconds,
            answers_per_second: round(ingest.per_second()),
            p50_ms: ingest.ms(0.5),
            p99_ms: ingest.ms(0.99),
            errors: count,
            retried,
            comparison,
            noop: Noop {
                requests_per_second: round(noop.per_second()),
                p50_ms: noop.ms(0.5),
                p99_ms: noop.ms(0.99),
                server_cpu_us_per_request: noop.cpu_us().map(round),
            },
            ratio: (ingest.per_second() / noop.per_second() * 1000.0).round() / 1000.0,
            server_cpu_us_per_answer: ingest.cpu_us().map(round),
            fsyncs_per_second: None,
            error_examples: errors,
        }
    }

    /// Whether the export holds exactly what was acknowledged.
    pub(super) fn is_sound(&self) -> bool {
        let Comparison { missing, doubled, altered, .. } = self.comparison;
        (missing, doubled, altered) == (0, 0, 0)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Comparison { acknowledged, stored, missing, doubled, altered } = self.comparison;
        writeln!(f, "{} participants, {} s", self.participants, self.seconds)?;
        writeln!(
            f,
            "answers   {:>9.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms{}",
            self.answers_per_second,
            self.p50_ms,
            self.p99_ms,
            cpu(self.server_cpu_us_per_answer)
        )?;
        writeln!(
            f,
            "no-op     {:>9.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms{}",
            self.noop.requests_per_second,
            self.noop.p50_ms,
            self.noop.p99_ms,
            cpu(self.noop.server_cpu_us_per_request)
        )?;
        writeln!(f, "ratio     {:>9.3}", self.ratio)?;
        writeln!(f, "errors    {:>9}   retried {}", self.errors, self.retried)?;
        for example in &self.error_examples {
            writeln!(f, "          {example}")?;
        }
        writeln!(
            f,
            "export    {acknowledged:>9} acknowledged, {stored} stored, {missing} missing, {doubled} doubled, {altered} altered"
        )?;
        if let Some(fsyncs) = self.fsyncs_per_second {
            writeln!(f, "disk      {fsyncs:>9.0} fsyncs/s")?;
        }
        Ok(())
    }
}

fn cpu(microseconds: Option<f64>) -> String {
    microseconds.map_or_else(String::new, |us| format!("   {us:.0} µs of the server's processor each"))
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
