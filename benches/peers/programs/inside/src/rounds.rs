//! Runs libraries that do the same work in turn, so that disturbances of the machine affect all of
//! them.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::Failed;

/// Does the work the given number of times.
pub type Batch<'a> = Box<dyn FnMut(usize) -> Result<(), Failed> + 'a>;

/// The approximate duration of one library's part of a round: long compared with reading a clock,
/// short compared with disturbances.
const BATCH: Duration = Duration::from_millis(2);

/// Returns the median CPU time that each library needs for the work once, in nanoseconds.
pub fn medians(libraries: Vec<(&'static str, Batch<'_>)>, rounds: usize) -> Result<Vec<(&'static str, f64)>, Failed> {
    struct Library<'a> {
        name: &'static str,
        batch: Batch<'a>,
        times: usize,
        nanoseconds: Vec<f64>,
    }
    let mut measured = Vec::new();
    for (name, mut batch) in libraries {
        let warm_up = timed(&mut batch, 10)?;
        let once = timed(&mut batch, 10)?.min(warm_up) / 10;
        let times = (BATCH.as_nanos() / once.as_nanos().max(1)).max(1) as usize;
        measured.push(Library { name, batch, times, nanoseconds: Vec::new() });
    }
    let count = measured.len();
    for round in 0..rounds {
        for turn in 0..count {
            // Each library goes first equally often.
            let library = &mut measured[(round + turn) % count];
            let took = timed(&mut library.batch, library.times)?;
            library.nanoseconds.push(took.as_nanos() as f64 / library.times as f64);
        }
    }
    let median = |mut numbers: Vec<f64>| {
        numbers.sort_unstable_by(f64::total_cmp);
        numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
    };
    Ok(measured.into_iter().map(|library| (library.name, median(library.nanoseconds))).collect())
}

fn timed(batch: &mut Batch<'_>, times: usize) -> Result<Duration, Failed> {
    let begun = cpu_time()?;
    batch(times)?;
    Ok(cpu_time()?.saturating_sub(begun))
}

/// Returns the user and system time of this thread.
fn cpu_time() -> Result<Duration, Failed> {
    Ok(clock_gettime(ClockId::ThreadCPUTime).try_into()?)
}
