//! Streams one reply and prints it, with bedrock-lite.

use bedrock_lite::{Client, ConverseRequest, Error, Message};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::from_env()?;
    let request = ConverseRequest::new("events-5").message(Message::user("Why is the sky blue?"));
    let mut stream = client.converse_stream(&request).await?;
    while let Some(event) = stream.recv().await? {
        print!("{}", event.text().unwrap_or_default());
    }
    println!();
    Ok(())
}
