//! Asks a model a question. The request is the same for every model.
//!
//!     cargo run --example converse [model-id]

use bedrock_lite::{Client, ConverseRequest, Error, Message};

/// `main` can return the error: its `Debug` form is one readable line, as its `Display` form is.
#[tokio::main]
async fn main() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "us.anthropic.claude-haiku-4-5-20251001-v1:0".to_owned());
    // Region and credentials come from the environment or the AWS configuration files.
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
