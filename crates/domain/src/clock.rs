//! Time as an argument.

/// A point in time, to the nanosecond, always UTC.
pub type Timestamp = jiff::Timestamp;

/// Where a service takes the time from, so that a test can say what time it is.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

// === impl SystemClock ===

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the time is taken")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
