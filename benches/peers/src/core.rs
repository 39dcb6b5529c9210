//! Pins the server and its client to one core.
//!
//! On two cores, each sleeps while the other works, and waking up counts as time of the client. On
//! a virtual machine that is more than the rest of a small call, and it varies from minute to
//! minute. On one core there is always work to do.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Failed;

/// Runs `start` so that the processes that it starts stay on the last core.
pub fn on_one<T>(start: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
    let all = sched_getaffinity(None)?;
    let last = (0..CpuSet::MAX_CPU).rev().find(|core| all.is_set(*core)).ok_or("no CPU core found")?;
    let mut one = CpuSet::new();
    one.set(last);
    sched_setaffinity(None, &one)?;
    let started = start();
    sched_setaffinity(None, &all)?;
    started
}
