//! Configures retries, and handles the errors that remain by their type.
//!
//!     cargo run --example error_handling [model-id] [question]

use std::env::args;
use std::process::ExitCode;
use std::time::Duration;

use bedrock_lite::{Client, ConverseRequest, Error, Message, RetryPolicy, ServiceErrorKind};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {}: {error}", verdict(&error));
    ExitCode::FAILURE
}

async fn run() -> Result<(), Error> {
    let model = args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let question = args().nth(2).unwrap_or_else(|| "Is it busy today?".to_owned());
    let policy = RetryPolicy::new()
        .max_attempts(3)
        // Base delays: 200 ms after throttling, 50 ms after other errors. They double with each attempt, with jitter.
        // These are short for the example. The default after throttling is 1 s.
        .delays(Duration::from_millis(200), Duration::from_millis(50))
        // Off by default, because the tokens that were generated before the timeout are billed as well.
        .model_timeouts(true);
    let client = Client::builder().retry(policy).build()?;
    let request = ConverseRequest::new(model).message(Message::user(question)).max_tokens(200);
    println!("{}", client.converse(&request).await?.text());
    Ok(())
}

/// Suggests what to do. Temporary errors have been retried already. Permanent ones, such as validation errors, have not.
fn verdict(error: &Error) -> &'static str {
    match error {
        Error::Service(e) => match e.kind() {
            ServiceErrorKind::Throttling => "out of attempts, ask again later",
            ServiceErrorKind::ModelTimeout => "out of attempts, ask for less",
            ServiceErrorKind::Validation => "the request is invalid",
            ServiceErrorKind::AccessDenied => "ask for access to the model",
            _ => "Bedrock refused",
        },
        e if e.is_timeout() => "time ran out",
        Error::Transport(_) | Error::Stream(_) => "the network failed",
        Error::Config(_) | Error::Credentials(_) => "nothing was sent",
        _ => "the response is invalid",
    }
}
