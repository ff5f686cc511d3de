//! Processor time and memory.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Ticks of the processor times in `/proc`, per second: what Linux tells programs on every machine of today.
const TICKS_PER_SECOND: u64 = 100;

/// What a process has used until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessUsage {
    /// Processor time of all its threads, to the hundredth of a second.
    pub cpu: Duration,
    /// The most memory that it held at any time, in bytes.
    pub peak_bytes: u64,
}

/// Processor time of the calling thread, to the nanosecond.
pub fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

// === impl ProcessUsage ===

impl ProcessUsage {
    /// Of the process with this number; `None` where `/proc` does not tell.
    pub fn of(process: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        Self::parse(&stat, &status)
    }

    fn parse(stat: &str, status: &str) -> Option<Self> {
        // The name of the program stands in parentheses and may hold spaces. User and system time come as the 14th
        // and the 15th field.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<u64>().ok();
        let ticks = ticks()? + ticks()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kilobytes: u64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(Self {
            cpu: Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND),
            peak_bytes: kilobytes * 1024,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_proc_are_found() {
        let stat = "77 (a (b) c) S 1 77 77 0 -1 4194560 100 0 0 0 250 30 0 0 20 0 5 0";
        let status = "Name:\ta\nVmPeak:\t  9000 kB\nVmHWM:\t  1234 kB\nVmRSS:\t  99 kB\n";
        let expected = ProcessUsage { cpu: Duration::from_millis(2_800), peak_bytes: 1234 * 1024 };
        assert_eq!(ProcessUsage::parse(stat, status), Some(expected));
        assert_eq!(ProcessUsage::parse("77", status), None);
    }

    #[test]
    fn work_takes_processor_time() {
        let before = thread_cpu();
        let mut sum = 0u64;
        while thread_cpu() == before {
            sum = sum.wrapping_add(std::hint::black_box(1));
        }
        assert!(thread_cpu() > before && sum < u64::MAX);
    }
}
