//! Requests JSON that matches a schema, and reads it into a type.
//!
//!     cargo run --example structured_output [model-id]

use std::process::ExitCode;

use bedrock_lite::runtime::{JsonSchemaDefinition, OutputConfig};
use bedrock_lite::{Client, ConverseRequest, Message, StopReason};
use serde::Deserialize;
use serde_json::json;

/// The type for the schema below.
#[derive(Deserialize)]
struct Review {
    product: String,
    stars: u8,
    complaints: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "us.anthropic.claude-haiku-4-5-20251001-v1:0".to_owned());
    let client = Client::from_env()?;
    let schema = json!({
        "type": "object",
        "properties": {
            "product": {"type": "string"},
            "stars": {"type": "integer", "enum": [1, 2, 3, 4, 5]},
            "complaints": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["product", "stars", "complaints"],
        "additionalProperties": false,
    });
    let review = "The kettle is fast, but it is loud and its lid sticks. Four stars all the same.";
    let request = ConverseRequest::new(model)
        .message(Message::user(format!("Read this review: {review}")))
        .max_tokens(300)
        .output_config(OutputConfig::new().text_format(JsonSchemaDefinition::from(schema).name("review")));
    let reply = client.converse(&request).await?;
    // Only a complete reply matches the schema. If the tokens run out, the JSON is truncated.
    if reply.stop_reason != StopReason::EndTurn {
        return Err(format!("the reply is truncated: {}", reply.stop_reason).into());
    }
    let review: Review = reply.json()?;
    println!("{}: {} of 5 stars", review.product, review.stars);
    for complaint in review.complaints {
        println!("- {complaint}");
    }
    Ok(())
}
