//! How often something may be tried: a bounded counter per key and minute.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::{Error, ErrorCode, Result};

/// Length of the window in which attempts are counted.
const WINDOW: Duration = Duration::from_mins(1);

/// Keys that are counted at once. Keys that come often stay.
const KEYS_MAX: u64 = 20_000;

/// Counts attempts per key; over the limit the caller is told to wait.
pub(crate) struct Throttle {
    limit: u32,
    message: &'static str,
    counts: moka::sync::Cache<String, Arc<AtomicU32>>,
}

// === impl Throttle ===

impl Throttle {
    /// Allows `limit` attempts per key in a minute; `message` says what there was too much of.
    pub(crate) fn new(limit: u32, message: &'static str) -> Self {
        let counts = moka::sync::Cache::builder().max_capacity(KEYS_MAX).time_to_live(WINDOW).build();
        Self { limit, message, counts }
    }

    /// Refuses when the attempts counted for `key` have reached the limit.
    pub(crate) fn check(&self, key: &str) -> Result<()> {
        match self.counts.get(key) {
            Some(count) if count.load(Ordering::Relaxed) >= self.limit => Err(self.refusal()),
            _ => Ok(()),
        }
    }

    /// Counts one attempt, and refuses it when the limit had been reached.
    pub(crate) fn count(&self, key: &str) -> Result<()> {
        let count = self.counts.get_with_by_ref(key, || Arc::new(AtomicU32::new(0)));
        if count.fetch_add(1, Ordering::Relaxed) >= self.limit { Err(self.refusal()) } else { Ok(()) }
    }

    fn refusal(&self) -> Error {
        Error::new(ErrorCode::ResourceExhausted, self.message).retry_after(WINDOW.as_secs() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_per_key() {
        let throttle = Throttle::new(2, "too many");
        assert!(throttle.count("ana").is_ok() && throttle.check("ana").is_ok());
        assert!(throttle.count("ana").is_ok());
        assert!(throttle.check("ana").is_err() && throttle.count("ana").is_err());
        assert!(throttle.count("bea").is_ok());
    }
}
