//! Sets a parameter that only one model family has, and stops at a stop sequence.
//!
//!     cargo run --example nova [model-id]

use bedrock_lite::{Client, ConverseRequest, Error, Message, StopReason};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-pro-v1:0".to_owned());
    let client = Client::from_env()?;
    let request = ConverseRequest::new(model)
        .message(Message::user("Count from one to five, in words."))
        .max_tokens(100)
        .stop_sequence("four")
        // Converse has no top-k. Nova takes it here, in its own format.
        .additional_model_request_fields(json!({"inferenceConfig": {"topK": 20}}));
    let reply = client.converse(&request).await?;
    println!("{}", reply.text().trim());
    // The stop sequence itself is not part of the text.
    if reply.stop_reason == StopReason::StopSequence {
        println!("(it came to \"four\")");
    }
    Ok(())
}
