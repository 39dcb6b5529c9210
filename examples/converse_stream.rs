//! Prints a reply while it is generated, and checks at the end that it is complete.
//!
//!     cargo run --example converse_stream [model-id]

use std::io::Write as _;

use bedrock_lite::{Client, ConverseRequest, Error, Message};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let client = Client::from_env()?;
    let request = ConverseRequest::new(model).message(Message::user("Why is the sky blue?")).max_tokens(200);
    let mut stream = client.converse_stream(&request).await?;
    while let Some(event) = stream.recv().await? {
        if let Some(text) = event.text() {
            print!("{text}");
            // Standard output is line-buffered. Without a flush, the text would appear line by line.
            let _ = std::io::stdout().flush();
        }
    }
    // Returns the same response as `Client::converse`, or an error if the stream was truncated.
    let reply = stream.into_response()?;
    println!("\n({} letters, stopped by {})", reply.text().len(), reply.stop_reason);
    Ok(())
}
