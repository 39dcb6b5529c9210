//! Controls the style of a reply: a system prompt, a low temperature, and top-p.
//!
//!     cargo run --example system_prompt [model-id]

use bedrock_lite::{Client, ConverseRequest, Error, Message};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let client = Client::from_env()?;
    let request = ConverseRequest::new(model)
        .system("You answer as a list, one short line an item.")
        .message(Message::user("Name three uses of WebAssembly."))
        .max_tokens(200)
        .temperature(0.2)
        // Some models accept temperature or top-p, but not both.
        .top_p(0.9);
    println!("{}", client.converse(&request).await?.text());
    Ok(())
}
