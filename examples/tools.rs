//! Lets a model call two tools until it can reply. One of the tools always fails.
//!
//!     cargo run --example tools [model-id]

use std::process::ExitCode;

use bedrock_lite::{Client, ConverseRequest, Document, Message, ToolResultBlock, ToolSpecification};
use serde_json::{Value, json};

/// The limit of turns. Without it, a model that keeps calling tools would cost money forever.
const TURNS: usize = 5;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let client = Client::from_env()?;
    let text = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]});
    let ferries = "When the next ferries leave for an island.";
    let mut chat = ConverseRequest::new(model)
        .tool(ToolSpecification::new("weather", text("city")).description("The weather in a city, now."))
        .tool(ToolSpecification::new("ferries", text("island")).description(ferries))
        .message(Message::user("I am in Oslo. Shall I take the ferry to Hovedøya, or is it too wet?"));
    for _ in 0..TURNS {
        let reply = client.converse(&chat).await?;
        // All results of one turn must be in one message.
        let mut results = Vec::new();
        for call in reply.tool_uses() {
            let result = run_tool(&call.name, &call.input);
            println!("{}({}): {result:?}", call.name, call.input);
            results.push(match result {
                Ok(value) => ToolResultBlock::success(&call.tool_use_id, value),
                // Report the failure to the model. It can call the tool again, or reply without it.
                Err(message) => ToolResultBlock::error(&call.tool_use_id, message),
            });
        }
        if results.is_empty() {
            println!("{}", reply.text());
            return Ok(());
        }
        chat = chat.message(reply.into_message()).message(Message::user(results));
    }
    Err(format!("no reply after {TURNS} turns").into())
}

/// Runs a tool. The model wrote the name and the input, so do not trust either of them.
fn run_tool(name: &str, input: &Document) -> Result<Value, String> {
    let input = input.to_value().map_err(|error| format!("the input cannot be read: {error}"))?;
    match (name, input.get("city").and_then(Value::as_str)) {
        ("weather", Some("Oslo")) => Ok(json!({"celsius": 7, "sky": "rain"})),
        ("weather", city) => Err(format!("there is no weather for {}", city.unwrap_or("no city"))),
        ("ferries", _) => Err("the timetable cannot be reached".to_owned()),
        _ => Err(format!("there is no tool {name:?}")),
    }
}
