//! Uses what one family of models alone has: Amazon Nova's top-k, next to the parameters that all of them share.
//!
//!     cargo run --example nova [model-id]

use std::process::ExitCode;

use bedrock_lite::{Client, ConverseRequest, Error, Message, StopReason};
use serde_json::json;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-pro-v1:0".to_owned());
    let client = Client::from_env()?;
    let request = ConverseRequest::new(model)
        .message(Message::user("Count from one to five, in words."))
        .max_tokens(100)
        .stop_sequence("four")
        .additional_model_request_fields(json!({"inferenceConfig": {"topK": 20}}));
    let reply = client.converse(&request).await?;
    println!("{}", reply.text().trim());
    if reply.stop_reason == StopReason::StopSequence {
        println!("(it came to \"four\")");
    }
    Ok(())
}
