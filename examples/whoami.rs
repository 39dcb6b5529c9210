//! Shows which provider of the default chain has credentials, and when they expire. Does not call
//! Bedrock.
//!
//!     cargo run --example whoami

use std::process::ExitCode;

use bedrock_lite::credentials::{CredentialsError, DefaultChain, ProviderConfig};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    // One line per provider. `{error}` has them in one line.
    eprintln!("error: there are no credentials");
    error.tried().iter().for_each(|tried| eprintln!("  {tried}"));
    ExitCode::FAILURE
}

async fn run() -> Result<(), CredentialsError> {
    if std::env::var_os("AWS_BEARER_TOKEN_BEDROCK").is_some_and(|key| !key.is_empty()) {
        println!("AWS_BEARER_TOKEN_BEDROCK is set: a client sends that API key instead of these credentials.");
    }
    let found = DefaultChain::new(&ProviderConfig::new()).find().await?;
    for tried in &found.tried {
        println!("not {tried}");
    }
    println!("{}", found.provider);
    println!("  access key: {}", short(found.credentials.access_key_id()));
    if let Some(account_id) = found.credentials.account_id() {
        println!("  account:    {account_id}");
    }
    match found.credentials.expires_at() {
        Some(expires_at) => println!("  expires:    {}", expires_at.format("%F %T UTC")),
        None => println!("  expires:    never"),
    }
    Ok(())
}

/// Shortens an access key ID.
fn short(id: &str) -> String {
    let end = id.len().saturating_sub(4).max(4);
    format!("{}…{}", id.get(..4).unwrap_or(id), id.get(end..).unwrap_or_default())
}
