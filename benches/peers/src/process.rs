//! Runs a program and reads from the kernel what it used.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failed;

/// The resources that one run of a program used.
pub struct Used {
    /// User and system time, including child processes that it waited for.
    pub cpu: Duration,
    /// From before the start until after the end.
    pub wall: Duration,
    /// Peak resident memory in bytes. Never less than that of this process; see
    /// [`apart`](crate::apart).
    pub peak: u64,
    /// The output.
    pub output: String,
}

/// Runs a program. Returns an error with the program's output if it fails.
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

/// Returns the median, or the lower of the two middle values.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.get(numbers.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}
