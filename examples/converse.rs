//! Asks a model a question. The request is the same for every model.
//!
//!     cargo run --example converse [model-id]

use std::process::ExitCode;

use bedrock_lite::{Client, ConverseRequest, Error, Message};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "us.anthropic.claude-haiku-4-5-20251001-v1:0".to_owned());
    let client = Client::from_env()?;
    let request =
        ConverseRequest::new(model).message(Message::user("What is an event stream?")).max_tokens(200).temperature(0.5);
    let reply = client.converse(&request).await?;
    println!("{}", reply.text());
    if let Some(usage) = &reply.usage {
        println!("({} tokens in, {} out, stopped by {})", usage.input_tokens, usage.output_tokens, reply.stop_reason);
    }
    Ok(())
}
