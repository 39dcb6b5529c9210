//! A program run to its end, and what the kernel says that it used.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failed;

/// What one run of a program used.
pub struct Used {
    /// User and system time, of all processes that it waited for.
    pub cpu: Duration,
    /// From before it was started until after it had ended.
    pub wall: Duration,
    /// The most memory that was resident, in bytes; never less than what this process has had, see [`apart`](crate::apart).
    pub peak: u64,
    /// What it printed.
    pub output: String,
}

/// Runs a program; one that fails is an error, with what it said.
pub fn run(command: &mut Command) -> Result<Used, Failed> {
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
    let mut output = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut output)?;
    }
    let ended = child.wait4()?;
    let wall = begun.elapsed();
    if !ended.status.success() {
        return Err(format!("{command:?}: {}\n{output}", ended.status).into());
    }
    let rusage = ended.rusage;
    Ok(Used { cpu: rusage.utime + rusage.stime, wall, peak: rusage.maxrss, output })
}

/// The middle one; of an even number, the lower of the two in the middle.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}
