//! Has a conversation. The request holds the conversation: each reply and each new question is added to it.
//!
//!     cargo run --example multi_turn [model-id]

use bedrock_lite::{Client, ConverseRequest, Error, Message};

#[tokio::main]
async fn main() -> Result<(), Error> {
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
        // Bedrock stores no conversations, so the next request must contain this reply.
        chat.push(reply.into_message());
    }
    Ok(())
}
