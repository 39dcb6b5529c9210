//! Shows a model an image. Its bytes go in as they are: the client encodes them, once.
//!
//!     cargo run --example image [model-id]

use std::process::ExitCode;

use bedrock_lite::{Client, ConverseRequest, Error, ImageBlock, ImageFormat, Message};

const PNG: &[u8] = include_bytes!("../fixtures/converse/image.png");

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let client = Client::from_env()?;
    let message = Message::user(ImageBlock::new(ImageFormat::Png, PNG)).block("What is in this image?");
    let request = ConverseRequest::new(model).message(message).max_tokens(100);
    println!("{}", client.converse(&request).await?.text());
    Ok(())
}
