//! Serves the fixtures as Bedrock would, for the other examples or for any AWS SDK. Run the lines that it prints in a shell.
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
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let fixtures = Fixtures::load(std::env::args().nth(1).as_deref().unwrap_or(default))?;
    // Sends streams in chunks of 64 bytes with a pause after each, so that they arrive gradually.
    let server = ReplayServer::builder(fixtures).chunks(64, Duration::from_millis(5)).start().await?;
    let mut out = std::io::stdout();
    for (name, value) in server.environment() {
        writeln!(out, "export {name}={value}")?;
    }
    // These variables would take precedence.
    writeln!(out, "unset AWS_BEARER_TOKEN_BEDROCK AWS_SESSION_TOKEN AWS_PROFILE")?;
    writeln!(out, "# Press Ctrl-C to stop the server.")?;
    out.flush()?;
    std::future::pending().await
}
