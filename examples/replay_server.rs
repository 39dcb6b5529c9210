//! Serves the fixtures as Bedrock would, for these programs or any AWS SDK: put the lines that it prints into a shell.
//!
//!     cargo run --example replay_server [fixtures]

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use bedrock_lite::replay::{Fixtures, ReplayServer};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn Error>> {
    let ours = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let fixtures = Fixtures::load(std::env::args().nth(1).as_deref().unwrap_or(ours))?;
    // Streams come in pieces, so that they can be watched.
    let server = ReplayServer::builder(fixtures).pieces(64, Duration::from_millis(5)).start().await?;
    let mut out = std::io::stdout();
    for (name, value) in server.environment() {
        writeln!(out, "export {name}={value}")?;
    }
    // What would win over them.
    writeln!(out, "unset AWS_BEARER_TOKEN_BEDROCK AWS_SESSION_TOKEN AWS_PROFILE")?;
    writeln!(out, "# Ctrl-C ends it.")?;
    out.flush()?;
    std::future::pending().await
}
