//! Shows the main features without an AWS account: this program starts a local server that replays fixtures.
//!
//!     cargo run --example quickstart

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use bedrock_lite::replay::{Fixtures, ReplayServer};
use bedrock_lite::{Client, ConverseRequest, Error, ListFoundationModelsRequest, Message, RetryPolicy};
use bedrock_lite::{ToolResultBlock, ToolSpecification};
use serde_json::json;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Box<dyn std::error::Error>> {
    let fixtures = Fixtures::load(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"))?;
    let server = ReplayServer::builder(fixtures).chunks(64, Duration::from_millis(15)).start().await?;
    // With an AWS account, use `Client::from_env()?` instead.
    let client = Client::builder().environment(server.environment()).retry(RetryPolicy::off()).build()?;
    let nova = || ConverseRequest::new("amazon.nova-lite-v1:0");

    println!("Models:");
    for model in client.list_foundation_models(&ListFoundationModelsRequest::new()).await?.model_summaries {
        println!("  {}", model.model_id);
    }

    let question = nova().message(Message::user("Why is the sky blue?")).max_tokens(200);
    println!("\nA reply:\n  {}", client.converse(&question).await?.text());

    print!("\nA reply while it is generated:\n  ");
    let mut stream = client.converse_stream(&question).await?;
    while let Some(event) = stream.recv().await? {
        print!("{}", event.text().unwrap_or_default());
        std::io::stdout().flush()?;
    }

    println!("\n\nA tool:");
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    let weather = ToolSpecification::new("weather", schema).description("The weather in a city.");
    let chat = nova().tool(weather).message(Message::user("Do I need an umbrella in Oslo today?"));
    let reply = client.converse(&chat).await?;
    let call = reply.tool_uses().next().ok_or("the model calls no tool")?;
    println!("  the model calls {}({})", call.name, call.input);
    let result = ToolResultBlock::success(&call.tool_use_id, json!({"celsius": 7, "sky": "rain"}));
    let chat = chat.message(reply.into_message()).message(Message::user(result));
    println!("  {}", client.converse(&chat).await?.text());

    println!("\nA call that is throttled:");
    match client.converse(&nova().message(Message::user("Are you there?")).max_tokens(200)).await {
        Err(Error::Service(e)) => println!("  {:?}: {e}", e.kind()),
        other => println!("  not throttled: {}", other?.text()),
    }
    Ok(())
}
