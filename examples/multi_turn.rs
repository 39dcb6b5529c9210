//! Keeps up a conversation: the request is the conversation, and grows by the reply and the next question.
//!
//!     cargo run --example multi_turn [model-id]

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
    let mut chat = ConverseRequest::new(model)
        .system("You are a patient teacher. Answer in one or two sentences.")
        .max_tokens(300);
    for question in ["What is ownership in Rust?", "And borrowing?"] {
        println!("> {question}");
        chat.push(Message::user(question));
        let reply = client.converse(&chat).await?;
        println!("{}\n", reply.text());
        chat.push(reply.into_message());
    }
    Ok(())
}
