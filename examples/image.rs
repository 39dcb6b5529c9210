//! Sends an image to a model.
//!
//!     cargo run --example image [model-id]

use bedrock_lite::{Client, ConverseRequest, Error, ImageBlock, ImageFormat, Message};

const PNG: &[u8] = include_bytes!("../fixtures/converse/image.png");

#[tokio::main]
async fn main() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let client = Client::from_env()?;
    // Pass raw bytes: the client encodes them in base64.
    let message = Message::user(ImageBlock::new(ImageFormat::Png, PNG)).block("What is in this image?");
    let request = ConverseRequest::new(model).message(message).max_tokens(100);
    println!("{}", client.converse(&request).await?.text());
    Ok(())
}
