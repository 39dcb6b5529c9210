//! Calls a model through its own API instead of Converse. The body is in Titan's format.
//!
//!     cargo run --example invoke_model [model-id]

use bedrock_lite::{Client, Error, InvokeModelRequest};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.titan-text-express-v1".to_owned());
    let body = json!({
        "inputText": "Explain a checksum in one sentence.",
        "textGenerationConfig": {"maxTokenCount": 200, "temperature": 0.5, "topP": 0.9},
    });
    let client = Client::from_env()?;
    // `json` reads the body of the response into any type that implements `Deserialize`.
    let response: Value = client.invoke_model(&InvokeModelRequest::json(model, &body)?).await?.json()?;
    println!("{}", response.pointer("/results/0/outputText").and_then(Value::as_str).unwrap_or_default().trim());
    Ok(())
}
