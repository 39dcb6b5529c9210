//! The server, in a separate process.
//!
//! On Linux, the peak memory of a child process is at least that of its parent at the start. A
//! server in this process, with its stored responses, would hide the memory that a client needs.

use std::env::current_exe;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::{Failed, server};

/// The command-line argument that makes this program the server.
pub const PART: &str = "answer-until-stdin-ends";

/// The server process. It ends when this value is dropped or when this process ends.
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
        // The exit status does not matter.
        let _ = self.process.wait();
    }
}

/// Runs the server in that process.
pub fn serve() -> Result<(), Failed> {
    println!("{}", server::start()?);
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
