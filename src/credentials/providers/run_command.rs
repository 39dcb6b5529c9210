//! [`RunCommand`]: runs the commands of `credential_process`, with a timeout and an output limit.

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

/// The interval at which the exit status of a process is polled.
const POLL: Duration = Duration::from_millis(10);
/// How long output is read after the process has exited, if another process keeps the pipe open and
/// writes nothing.
#[cfg(unix)]
const PIPE_IDLE: Duration = Duration::from_secs(1);

/// Kills a process group. The first form is POSIX, and some shells only understand the second one.
#[cfg(unix)]
const KILL_GROUP: &str = "kill -s KILL -- \"-$1\" || kill -9 \"-$1\"";

/// Runs a command in a shell, and returns its output.
///
/// Implement this trait to run `credential_process` in a custom way.
pub trait RunCommand: Send + Sync + fmt::Debug {
    /// Runs a command until it exits, and returns its standard output.
    ///
    /// # Errors
    ///
    /// [`CommandError`] if the command fails, or exceeds the limits of the options. The error must not contain its output.
    fn run(&self, command: &str, options: CommandOptions) -> CommandFuture<'_>;
}

/// The future of [`RunCommand::run`]. It resolves to the standard output of the command.
pub type CommandFuture<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, CommandError>> + Send + 'a>>;

/// The limits of one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOptions {
    /// The time after which the command is killed.
    pub timeout: Duration,
    /// The maximum size of the output, in bytes.
    pub max_output: usize,
}

impl CommandOptions {
    pub(super) fn new(timeout: Duration, max_output: usize) -> Self {
        Self { timeout, max_output }
    }
}

/// A command failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommandError {
    /// The command could not be started, or its output could not be read.
    Io(io::Error),
    /// The command failed with this exit code. `None` if a signal killed it.
    Exit(Option<i32>),
    /// The command did not exit within this time, and was killed.
    Timeout(Duration),
    /// The command printed more than [`CommandOptions::max_output`], and was killed.
    TooMuch,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(_) => f.write_str("could not be run"),
            Self::Exit(Some(code)) => write!(f, "failed with exit code {code}"),
            Self::Exit(None) => f.write_str("was killed by a signal"),
            Self::Timeout(timeout) => write!(f, "did not exit within {timeout:?} and was killed"),
            Self::TooMuch => f.write_str("printed too much and was killed"),
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

/// Runs commands with `/bin/sh -c`, or with `cmd /C` on Windows.
///
/// - The command has no standard input. Its standard error is discarded, because it may contain
///   secrets.
/// - On Unix it runs in a new process group, so that its child processes are killed with it.
/// - It is killed after the timeout, and when the future is dropped.
#[derive(Debug)]
pub(super) struct Shell;

impl RunCommand for Shell {
    fn run(&self, command: &str, options: CommandOptions) -> CommandFuture<'_> {
        let command = command.to_owned();
        let (done, outcome) = oneshot::channel();
        // One thread per run, which happens about once an hour. tokio's process driver would be
        // part of every program.
        let started = thread::Builder::new().name("credential_process".into()).spawn(move || {
            let outcome = run(&command, options, || done.is_closed());
            // The receiver may have been dropped.
            let _ = done.send(outcome);
        });
        Box::pin(async move {
            started.map_err(CommandError::Io)?;
            outcome.await.unwrap_or_else(|_| {
                Err(CommandError::Io(io::Error::other("the thread that runs the command panicked")))
            })
        })
    }
}

fn run(command: &str, options: CommandOptions, is_cancelled: impl Fn() -> bool) -> Result<Vec<u8>, CommandError> {
    let mut child = shell(command).spawn().map_err(CommandError::Io)?;
    let outcome = watch(&mut child, options, is_cancelled);
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

/// Reads the output of a process until it is complete, and waits for the process.
///
/// A process that left the process group can keep the pipe open forever. A non-blocking pipe is
/// closed when this function returns, but a thread that blocks in a read would never end.
#[cfg(unix)]
fn watch(
    child: &mut Child,
    options: CommandOptions,
    is_cancelled: impl Fn() -> bool,
) -> Result<(Vec<u8>, ExitStatus), CommandError> {
    let pipe =
        child.stdout.take().ok_or_else(|| CommandError::Io(io::Error::other("the command has no output pipe")))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CommandError::Io)?;
    runtime.block_on(async {
        let pipe = Receiver::from_owned_fd(pipe.into()).map_err(CommandError::Io)?;
        let mut due = Due::new(later(Instant::now(), options.timeout));
        let (mut output, mut is_open) = (Vec::new(), true);
        let mut exited = None;
        let mut quiet_since = Instant::now();
        loop {
            // Checked before the output is read, so that the output before the exit is complete.
            if exited.is_none() {
                exited = child.try_wait().map_err(CommandError::Io)?;
                quiet_since = Instant::now();
            }
            let before = output.len();
            is_open = is_open && read(&pipe, &mut output, options.max_output)?;
            if output.len() > before {
                quiet_since = Instant::now();
            }
            match exited {
                Some(status) if !is_open || (!output.is_empty() && quiet_since.elapsed() >= PIPE_IDLE) => {
                    return Ok((output, status));
                }
                _ => {}
            }
            if due.is_over(Instant::now()) || is_cancelled() {
                return Err(CommandError::Timeout(options.timeout));
            }
            let readable = async {
                if is_open {
                    let _ = pipe.readable().await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            // If there is no output for a while, the process may have exited.
            let _ = tokio::time::timeout(POLL, readable).await;
        }
    })
}

/// Reads the available output. Returns whether the pipe is still open.
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

/// Reads the output of a process until it is complete, and waits for the process.
#[cfg(not(unix))]
fn watch(
    child: &mut Child,
    options: CommandOptions,
    is_cancelled: impl Fn() -> bool,
) -> Result<(Vec<u8>, ExitStatus), CommandError> {
    use std::io::Read as _;
    use std::sync::mpsc::{self, RecvTimeoutError};

    let pipe =
        child.stdout.take().ok_or_else(|| CommandError::Io(io::Error::other("the command has no output pipe")))?;
    let (printed, output) = mpsc::channel();
    let max_output = options.max_output;
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = pipe.take(max_output as u64 + 1).read_to_end(&mut output);
        let _ = printed.send(read.map(|_| output));
    });
    let start = std::time::Instant::now();
    let late =
        || (start.elapsed() >= options.timeout || is_cancelled()).then_some(CommandError::Timeout(options.timeout));
    let output = loop {
        match output.recv_timeout(POLL) {
            Ok(output) => break output.map_err(CommandError::Io)?,
            Err(RecvTimeoutError::Timeout) => late().map_or(Ok(()), Err)?,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(CommandError::Io(io::Error::other("the output of the command was lost")));
            }
        }
    };
    if output.len() > max_output {
        return Err(CommandError::TooMuch);
    }
    loop {
        // The time is read first: if this process was suspended, the command may have exited in
        // time.
        let late = late();
        if let Some(status) = child.try_wait().map_err(CommandError::Io)? {
            return Ok((output, status));
        }
        late.map_or(Ok(()), Err)?;
        thread::sleep(POLL);
    }
}

/// Kills a process and, on Unix, its process group. The `kill` of the shell reaches a group without
/// unsafe code.
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
