//! Running a command: its output within bounds, and an end to it in time.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// How often a process that has closed its output is asked whether it has ended.
const POLL: Duration = Duration::from_millis(10);
/// How long output is waited for after the time is over: as long as that was noticed late, within these bounds.
const SHORTEST_GRACE: Duration = Duration::from_millis(20);
const LONGEST_GRACE: Duration = Duration::from_secs(1);

/// The first is POSIX's way to say it; the second is what some shells understand.
#[cfg(unix)]
const KILL_GROUP: &str = "kill -s KILL -- \"-$1\" || kill -9 \"-$1\"";

/// Runs a command as the shell of the machine does, and gives what it prints.
pub trait RunProcess: Send + Sync + fmt::Debug {
    /// Runs a command to its end.
    ///
    /// # Errors
    ///
    /// [`ProcessError`] for a command that does not end well within the rules; it holds nothing that the command printed.
    fn run(&self, command: &str, rules: ProcessRules) -> ProcessFuture<'_>;
}

/// The future of [`RunProcess::run`]: what the command printed on its standard output.
pub type ProcessFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, ProcessError>> + Send + 'a>>;

/// What holds for one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProcessRules {
    /// How long it may take.
    pub timeout: Duration,
    /// How much it may print, in bytes.
    pub max_output: usize,
}

impl ProcessRules {
    pub(super) fn new(timeout: Duration, max_output: usize) -> Self {
        Self { timeout, max_output }
    }
}

/// Why a command gave nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProcessError {
    /// It could not be started, or its output not be read.
    Io(io::Error),
    /// It ended with this exit code; without one, by a signal.
    Exit(Option<i32>),
    /// It did not end in time, and was killed.
    Timeout(Duration),
    /// It printed more than it may, and was killed.
    TooMuch,
}

impl fmt::Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(_) => f.write_str("could not be run"),
            Self::Exit(Some(code)) => write!(f, "ended with exit code {code}"),
            Self::Exit(None) => f.write_str("was ended by a signal"),
            Self::Timeout(timeout) => write!(f, "did not end within {timeout:?} and was killed"),
            Self::TooMuch => f.write_str("printed more than credentials can be and was killed"),
        }
    }
}

impl StdError for ProcessError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// `sh -c`, or `cmd /C` on Windows.
///
/// The command has no standard input, and its standard error is not read: what it says there may be secret. On Unix it runs in a
/// process group of its own, so that what it started ends with it.
#[derive(Debug)]
pub(super) struct Shell;

impl RunProcess for Shell {
    fn run(&self, command: &str, rules: ProcessRules) -> ProcessFuture<'_> {
        let command = command.to_owned();
        let (done, outcome) = oneshot::channel();
        // A thread a run, once an hour or so, in place of tokio's process driver, which every program would carry.
        let started = thread::Builder::new().name("credential_process".into()).spawn(move || {
            // Whoever asked may have gone; the process has ended all the same.
            let _ = done.send(run(&command, rules));
        });
        Box::pin(async move {
            started.map_err(ProcessError::Io)?;
            outcome.await.unwrap_or_else(|_| Err(ProcessError::Io(io::Error::other("the thread that ran it panicked"))))
        })
    }
}

fn run(command: &str, rules: ProcessRules) -> Result<Vec<u8>, ProcessError> {
    let deadline = Instant::now() + rules.timeout;
    let mut child = shell(command).spawn().map_err(ProcessError::Io)?;
    let outcome = watch(&mut child, deadline, rules.max_output);
    if outcome.is_err() {
        kill(&mut child);
    }
    let (output, status) = outcome.map_err(|error| match error {
        ProcessError::Timeout(_) => ProcessError::Timeout(rules.timeout),
        other => other,
    })?;
    if status.success() { Ok(output) } else { Err(ProcessError::Exit(status.code())) }
}

fn shell(command: &str) -> Command {
    #[cfg(windows)]
    let mut shell = {
        let mut shell = Command::new("cmd");
        shell.arg("/C");
        shell
    };
    #[cfg(not(windows))]
    let mut shell = {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c");
        shell
    };
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut shell, 0);
    shell.arg(command).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    shell
}

/// Reads a process's output to its end and waits for its own.
fn watch(child: &mut Child, deadline: Instant, max_output: usize) -> Result<(Vec<u8>, ExitStatus), ProcessError> {
    let late = || ProcessError::Timeout(Duration::ZERO);
    let pipe = child.stdout.take().ok_or_else(|| ProcessError::Io(io::Error::other("it has no output")))?;
    let (printed, output) = mpsc::channel();
    // It may outlast this run: something that left the group can hold the pipe open.
    thread::spawn(move || {
        let _ = printed.send(read(pipe, max_output));
    });
    let mut received = output.recv_timeout(deadline.saturating_duration_since(Instant::now()));
    if matches!(received, Err(RecvTimeoutError::Timeout)) {
        // This process may have been stopped: the output that was written meanwhile is still in the pipe.
        received = output.recv_timeout(deadline.elapsed().clamp(SHORTEST_GRACE, LONGEST_GRACE));
    }
    let output = match received {
        Ok(output) => output.map_err(ProcessError::Io)?,
        Err(RecvTimeoutError::Timeout) => return Err(late()),
        Err(RecvTimeoutError::Disconnected) => return Err(ProcessError::Io(io::Error::other("its output was lost"))),
    };
    if output.len() > max_output {
        return Err(ProcessError::TooMuch);
    }
    loop {
        // The time first: a process that ended while this one was stopped has ended in time as far as can be known.
        let is_late = Instant::now() >= deadline;
        if let Some(status) = child.try_wait().map_err(ProcessError::Io)? {
            return Ok((output, status));
        }
        if is_late {
            return Err(late());
        }
        thread::sleep(POLL);
    }
}

fn read(pipe: ChildStdout, max_output: usize) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    pipe.take(max_output as u64 + 1).read_to_end(&mut output)?;
    Ok(output)
}

/// Ends a process and, on Unix, its whole group; the shell's own `kill` reaches a group without unsafe code.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    let _ = Command::new("/bin/sh")
        .args(["-c", KILL_GROUP, "sh", &child.id().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let _ = child.kill();
    let _ = child.wait();
}
