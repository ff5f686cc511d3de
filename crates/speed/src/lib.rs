//! What the benchmarks of the services need: answers like those of people, and what a process has used.
//!
//! `cargo bench -p nameit-speed` measures how an experiment is rebuilt, `cargo bench -p nameit-datamining` what one more
//! response costs, `cargo bench -p nameit-analysis --bench live` its part in counting.

mod answers;
mod usage;

pub use answers::{Answer, Answers};
pub use usage::{ProcessUsage, thread_cpu};
