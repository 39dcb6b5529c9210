//! One core for the server and for whoever talks to it.
//!
//! On two, each sleeps while the other one works, and waking up is counted as the client's: on a virtual machine that is more than
//! the rest of a small call, and differs from minute to minute. On one there is always something to do.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::Failed;

/// Does what starts processes, so that these stay on the last core that there is.
pub fn on_one<T>(start: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
    let all = sched_getaffinity(None)?;
    let last = (0..CpuSet::MAX_CPU).rev().find(|core| all.is_set(*core)).ok_or("there is no core")?;
    let mut one = CpuSet::new();
    one.set(last);
    sched_setaffinity(None, &one)?;
    let started = start();
    sched_setaffinity(None, &all)?;
    started
}
