//! The server in a process of its own.
//!
//! The memory that the kernel says a child has had is no less than what its parent had when it started it; the answers that a
//! server keeps would hide what a client needs.

use std::env::current_exe;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::{Failed, server};

/// The part of the command line that makes this program that server.
pub const PART: &str = "answer-until-stdin-ends";

/// The process; it ends when this is dropped, or when this process ends in whatever way.
pub struct Apart {
    pub address: SocketAddr,
    process: Child,
    stdin: Option<ChildStdin>,
}

impl Apart {
    pub fn start() -> Result<Self, Failed> {
        let mut command = Command::new(current_exe()?);
        let mut process = command.arg(PART).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        Ok(Self { address: line.trim().parse()?, stdin: process.stdin.take(), process })
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // Nothing is to be said of how it ended.
        let _ = self.process.wait();
    }
}

/// What that process does.
pub fn serve() -> Result<(), Failed> {
    println!("{}", server::start()?);
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
