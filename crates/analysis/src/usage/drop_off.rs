//! Where people stop.

use serde::Serialize;

use super::run::Run;

/// One trial, by its place in the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DropOff {
    /// Place of the trial, from 0.
    pub trial: u32,
    /// Participants who reached it: every trial before is behind them. Of those who are still under way, only
    /// those who have it behind them count.
    pub reached: u64,
    /// Of these, who went no further.
    pub stopped: u64,
    /// Hazard: `stopped` / `reached`, from 0 to 1; `None` when nobody reached it.
    pub hazard: Option<f64>,
    /// Share of those who began who have this trial behind them, from 0 to 1: the product of 1 − hazard up to
    /// here (Kaplan & Meier 1958, Nonparametric estimation from incomplete observations), so that who is still
    /// under way counts as long as they were seen. `None` from where on nobody was seen.
    pub remaining: Option<f64>,
}

/// One entry for each trial of the longest run.
pub(super) fn drop_off(runs: &[Run<'_>]) -> Vec<DropOff> {
    let trials = runs.iter().map(|run| run.trials).max().unwrap_or(0) as usize;
    let mut passed = vec![0u64; trials];
    let mut stopped = vec![0u64; trials];
    for run in runs {
        let done = if run.completed { run.trials } else { run.passed };
        for trial in &mut passed[..done as usize] {
            *trial += 1;
        }
        // Who has answered everything has not stopped anywhere.
        if !run.completed && !run.under_way && done < run.trials {
            stopped[done as usize] += 1;
        }
    }
    let mut remaining = Some(1.0);
    (0u32..)
        .zip(passed.into_iter().zip(stopped))
        .map(|(trial, (passed, stopped))| {
            let reached = passed + stopped;
            let hazard = (reached > 0).then(|| stopped as f64 / reached as f64);
            remaining = remaining.zip(hazard).map(|(remaining, hazard)| remaining * (1.0 - hazard));
            DropOff { trial, reached, stopped, hazard, remaining }
        })
        .collect()
}
