//! Prints a reply as it is generated, and knows at the end that nothing was cut off.
//!
//!     cargo run --example converse_stream [model-id]

use std::io::Write as _;
use std::process::ExitCode;

use bedrock_lite::{Client, ConverseRequest, Error, Message};

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run().await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run() -> Result<(), Error> {
    let model = std::env::args().nth(1).unwrap_or_else(|| "amazon.nova-lite-v1:0".to_owned());
    let client = Client::from_env()?;
    let request = ConverseRequest::new(model).message(Message::user("Why is the sky blue?")).max_tokens(200);
    let mut stream = client.converse_stream(&request).await?;
    while let Some(event) = stream.recv().await? {
        if let Some(text) = event.text() {
            print!("{text}");
            // Standard output waits for the end of the line; a reader should not.
            let _ = std::io::stdout().flush();
        }
    }
    // The events put together: what `converse` would have given, or an error where the stream was cut.
    let reply = stream.into_response()?;
    println!("\n({} letters, stopped by {})", reply.text().len(), reply.stop_reason);
    Ok(())
}
