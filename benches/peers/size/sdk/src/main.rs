//! Streams one reply and prints it, with the AWS SDK for Rust.

use aws_config::BehaviorVersion;
use aws_sdk_bedrockruntime::types::{ContentBlock, ContentBlockDelta, ConversationRole, ConverseStreamOutput, Message};
use aws_sdk_bedrockruntime::{Client, Error};

#[expect(clippy::result_large_err, reason = "the error type of the SDK, as in its documentation")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let content = ContentBlock::Text("Why is the sky blue?".into());
    let message = Message::builder().role(ConversationRole::User).content(content).build()?;
    let mut stream = client.converse_stream().model_id("events-5").messages(message).send().await?.stream;
    while let Some(event) = stream.recv().await? {
        if let ConverseStreamOutput::ContentBlockDelta(event) = event
            && let Some(ContentBlockDelta::Text(text)) = event.delta
        {
            print!("{text}");
        }
    }
    println!();
    Ok(())
}
