//! The measured clients, and how their programs are built.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failed;
use crate::core;
use crate::process::{Used, run};

/// A client, as a program that does the jobs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    Ours,
    Sdk,
    /// reqwest alone, with the least code that talks to Bedrock.
    Bare,
    Boto3,
}

impl Stack {
    pub const ALL: [Self; 4] = [Self::Ours, Self::Sdk, Self::Bare, Self::Boto3];
    pub const RUST: [Self; 3] = [Self::Ours, Self::Sdk, Self::Bare];

    pub fn package(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Sdk => "sdk",
            Self::Bare => "bare",
            Self::Boto3 => "boto3",
        }
    }
}

/// The built programs, and the server that they call.
pub struct Programs {
    server: SocketAddr,
    folder: PathBuf,
    python: Option<PathBuf>,
}

impl Programs {
    /// Builds each program separately, so that cargo does not unify their features.
    pub fn build(server: SocketAddr, folder: &Path) -> Result<Self, Failed> {
        for stack in Stack::RUST {
            cargo_build(stack.package(), "release", folder)?;
        }
        let python = boto3(&folder.join("boto3"));
        if let Err(reason) = &python {
            eprintln!("without boto3: {reason}");
        }
        Ok(Self { server, folder: folder.to_owned(), python: python.ok() })
    }

    /// Returns the clients that have a program.
    pub fn stacks(&self) -> impl Iterator<Item = Stack> {
        Stack::ALL.into_iter().filter(|stack| *stack != Stack::Boto3 || self.python.is_some())
    }

    /// Runs a job with a client that is configured by its environment.
    pub fn run(&self, stack: Stack, job: &str) -> Result<Used, Failed> {
        let mut command = match (&self.python, stack) {
            (Some(python), Stack::Boto3) => {
                let mut command = Command::new(python);
                command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/boto3/client.py"));
                command
            }
            _ => Command::new(self.folder.join("release").join(stack.package())),
        };
        core::on_one(|| run(with_settings(command.args(job.split(' ')), self.server)))
    }
}

/// Sets the environment that points a program at the local server.
pub fn with_settings(command: &mut Command, server: SocketAddr) -> &mut Command {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
        command.env_remove(name);
    }
    command
        .env("AWS_ENDPOINT_URL", format!("http://{server}"))
        .env("AWS_REGION", "us-east-1")
        // boto3 reads only this variable.
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        .env("AWS_EC2_METADATA_DISABLED", "true")
}

/// Builds a package of this workspace, and returns what the build used.
pub fn cargo_build(package: &str, profile: &str, folder: &Path) -> Result<Used, Failed> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("CARGO_INCREMENTAL", "0");
    run(command
        .args(["build", "--quiet", "--locked", "--package", package, "--profile", profile, "--target-dir"])
        .arg(folder))
}

/// Creates a Python environment with boto3, if Python is available.
fn boto3(folder: &Path) -> Result<PathBuf, Failed> {
    let python = folder.join("bin/python");
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    let requirements = concat!(env!("CARGO_MANIFEST_DIR"), "/programs/boto3/requirements.txt");
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
    run(Command::new(&python).args(install))?;
    Ok(python)
}
