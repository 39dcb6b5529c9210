//! Speaks to a model in its own words: the body is the one that Titan's own API takes.
//!
//!     cargo run --example invoke_model [model-id]

use std::process::ExitCode;

use bedrock_lite::{Client, Error, InvokeModelRequest};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.titan-text-express-v1".to_owned());
    let body = json!({
        "inputText": "Explain a checksum in one sentence.",
        "textGenerationConfig": {"maxTokenCount": 200, "temperature": 0.5, "topP": 0.9},
    });
    let client = Client::from_env()?;
    let answer: Value = client.invoke_model(&InvokeModelRequest::json(model, &body)?).await?.json()?;
    println!("{}", answer.pointer("/results/0/outputText").and_then(Value::as_str).unwrap_or_default().trim());
    Ok(())
}
