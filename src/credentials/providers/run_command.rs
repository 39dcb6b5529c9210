//! Running a command: its output within bounds, and an end to it in time.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

#[cfg(unix)]
use tokio::net::unix::pipe::Receiver;
use tokio::sync::oneshot;
#[cfg(unix)]
use tokio::time::Instant;

#[cfg(unix)]
use crate::transport::{Due, later};

/// How often a process is asked whether it has ended.
const POLL: Duration = Duration::from_millis(10);
/// How long the output of a process that has ended is read on, once it is quiet and something else still holds it open.
#[cfg(unix)]
const LEFT_OPEN: Duration = Duration::from_secs(1);

/// The first is POSIX's way to say it; the second is what some shells understand.
#[cfg(unix)]
const KILL_GROUP: &str = "kill -s KILL -- \"-$1\" || kill -9 \"-$1\"";

/// Runs a command as the shell of the machine does, and gives what it prints.
pub trait RunCommand: Send + Sync + fmt::Debug {
    /// Runs a command to its end.
    ///
    /// # Errors
    ///
    /// [`CommandError`] for a command that does not end well within the rules; it holds nothing that the command printed.
    fn run(&self, command: &str, rules: CommandOptions) -> CommandFuture<'_>;
}

/// The future of [`RunCommand::run`]: what the command printed on its standard output.
pub type CommandFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, CommandError>> + Send + 'a>>;

/// What holds for one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOptions {
    /// How long it may take.
    pub timeout: Duration,
    /// How much it may print, in bytes.
    pub max_output: usize,
}

impl CommandOptions {
    pub(super) fn new(timeout: Duration, max_output: usize) -> Self {
        Self { timeout, max_output }
    }
}

/// Why a command gave nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommandError {
    /// It could not be started, or its output not be read.
    Io(io::Error),
    /// It ended with this exit code; without one, by a signal.
    Exit(Option<i32>),
    /// It did not end in time, and was killed.
    Timeout(Duration),
    /// It printed more than it may, and was killed.
    TooMuch,
}

impl fmt::Display for CommandError {
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

impl StdError for CommandError {
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
/// process group of its own, so that what it started ends with it. It is killed when it is late, and when the future is dropped.
#[derive(Debug)]
pub(super) struct Shell;

impl RunCommand for Shell {
    fn run(&self, command: &str, rules: CommandOptions) -> CommandFuture<'_> {
        let command = command.to_owned();
        let (done, outcome) = oneshot::channel();
        // A thread a run, once an hour or so, in place of tokio's process driver, which every program would carry.
        let started = thread::Builder::new().name("credential_process".into()).spawn(move || {
            let outcome = run(&command, rules, || done.is_closed());
            // The caller may have gone.
            let _ = done.send(outcome);
        });
        Box::pin(async move {
            started.map_err(CommandError::Io)?;
            outcome.await.unwrap_or_else(|_| Err(CommandError::Io(io::Error::other("the thread that ran it panicked"))))
        })
    }
}

fn run(command: &str, rules: CommandOptions, is_given_up: impl Fn() -> bool) -> Result<Vec<u8>, CommandError> {
    let mut child = shell(command).spawn().map_err(CommandError::Io)?;
    let outcome = watch(&mut child, rules, is_given_up);
    if outcome.is_err() {
        kill(&mut child);
    }
    let (output, status) = outcome?;
    if status.success() { Ok(output) } else { Err(CommandError::Exit(status.code())) }
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
///
/// What left the process group can hold the output open for ever: a pipe that is read without blocking ends with this call, where a
/// thread that blocks in a read would stay, with its descriptor.
#[cfg(unix)]
fn watch(
    child: &mut Child,
    rules: CommandOptions,
    is_given_up: impl Fn() -> bool,
) -> Result<(Vec<u8>, ExitStatus), CommandError> {
    let pipe = child.stdout.take().ok_or_else(|| CommandError::Io(io::Error::other("it has no output")))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CommandError::Io)?;
    runtime.block_on(async {
        let pipe = Receiver::from_owned_fd(pipe.into()).map_err(CommandError::Io)?;
        let mut due = Due::new(later(Instant::now(), rules.timeout));
        let (mut output, mut is_open) = (Vec::new(), true);
        let mut ended = None;
        let mut quiet_since = Instant::now();
        loop {
            // Asked before the output is read: what it wrote before its end is then there.
            if ended.is_none() {
                ended = child.try_wait().map_err(CommandError::Io)?;
                quiet_since = Instant::now();
            }
            let before = output.len();
            is_open = is_open && read(&pipe, &mut output, rules.max_output)?;
            if output.len() > before {
                quiet_since = Instant::now();
            }
            match ended {
                Some(status) if !is_open || (!output.is_empty() && quiet_since.elapsed() >= LEFT_OPEN) => {
                    return Ok((output, status));
                }
                _ => {}
            }
            if due.is_over(Instant::now()) || is_given_up() {
                return Err(CommandError::Timeout(rules.timeout));
            }
            let readable = async {
                if is_open {
                    let _ = pipe.readable().await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            // When there is nothing to read, it may have ended.
            let _ = tokio::time::timeout(POLL, readable).await;
        }
    })
}

/// Reads what there is. Returns whether there may be more.
#[cfg(unix)]
fn read(pipe: &Receiver, output: &mut Vec<u8>, max_output: usize) -> Result<bool, CommandError> {
    let mut buffer = [0; 4096];
    loop {
        match pipe.try_read(&mut buffer) {
            Ok(0) => return Ok(false),
            Ok(read) => output.extend_from_slice(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(CommandError::Io(error)),
        }
        if output.len() > max_output {
            return Err(CommandError::TooMuch);
        }
    }
}

/// Reads a process's output to its end and waits for its own.
#[cfg(not(unix))]
fn watch(
    child: &mut Child,
    rules: CommandOptions,
    is_given_up: impl Fn() -> bool,
) -> Result<(Vec<u8>, ExitStatus), CommandError> {
    use std::io::Read as _;
    use std::sync::mpsc::{self, RecvTimeoutError};

    let pipe = child.stdout.take().ok_or_else(|| CommandError::Io(io::Error::other("it has no output")))?;
    let (printed, output) = mpsc::channel();
    let most = rules.max_output;
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = pipe.take(most as u64 + 1).read_to_end(&mut output);
        let _ = printed.send(read.map(|_| output));
    });
    let begun = std::time::Instant::now();
    let late = || (begun.elapsed() >= rules.timeout || is_given_up()).then_some(CommandError::Timeout(rules.timeout));
    let output = loop {
        match output.recv_timeout(POLL) {
            Ok(output) => break output.map_err(CommandError::Io)?,
            Err(RecvTimeoutError::Timeout) => late().map_or(Ok(()), Err)?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(CommandError::Io(io::Error::other("its output was lost")));
            }
        }
    };
    if output.len() > most {
        return Err(CommandError::TooMuch);
    }
    loop {
        // The time first: a process that ended while this one was stopped has ended in time as far as can be known.
        let late = late();
        if let Some(status) = child.try_wait().map_err(CommandError::Io)? {
            return Ok((output, status));
        }
        late.map_or(Ok(()), Err)?;
        thread::sleep(POLL);
    }
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
