//! The jobs with the AWS SDK for Rust, used as its documentation shows.

use aws_config::BehaviorVersion;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::operation::converse_stream::ConverseStreamOutput as Stream;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ContentBlockDelta, ConversationRole, ConverseStreamOutput, ImageBlock, ImageFormat, ImageSource,
    InferenceConfiguration, Message,
};
use jobs::{Bedrock, Failed};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    jobs::run(&Sdk(Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await))).await
}

struct Sdk(Client);

impl Bedrock for Sdk {
    type Image = Vec<u8>;
    type Stream = Stream;

    fn image(bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }

    async fn converse(&self, image: Option<&Vec<u8>>) -> Result<usize, Failed> {
        let content = match image {
            None => vec![ContentBlock::Text(jobs::QUESTION.into())],
            Some(image) => {
                let source = ImageSource::Bytes(Blob::new(image.clone()));
                let image = ImageBlock::builder().format(ImageFormat::Png).source(source).build()?;
                vec![ContentBlock::Text(jobs::WHAT_IS_THIS.into()), ContentBlock::Image(image)]
            }
        };
        let call = self.0.converse().model_id(jobs::SMALL).messages(user(content)?).inference_config(inference());
        let output = call.send().await?;
        let message = output.output().and_then(|output| output.as_message().ok()).ok_or("no message")?;
        Ok(message.content().iter().filter_map(|block| block.as_text().ok()).map(String::len).sum())
    }

    async fn open(&self, model: &str) -> Result<Stream, Failed> {
        let message = user(vec![ContentBlock::Text(jobs::QUESTION.into())])?;
        Ok(self.0.converse_stream().model_id(model).messages(message).inference_config(inference()).send().await?)
    }

    async fn first_event(&self, stream: &mut Stream) -> Result<(), Failed> {
        stream.stream.recv().await?;
        Ok(())
    }

    async fn texts(&self, mut stream: Stream) -> Result<usize, Failed> {
        let mut texts = 0;
        while let Some(event) = stream.stream.recv().await? {
            if let ConverseStreamOutput::ContentBlockDelta(event) = event
                && let Some(ContentBlockDelta::Text(text)) = event.delta
            {
                texts += usize::from(!text.is_empty());
            }
        }
        Ok(texts)
    }
}

fn user(content: Vec<ContentBlock>) -> Result<Message, Failed> {
    Ok(Message::builder().role(ConversationRole::User).set_content(Some(content)).build()?)
}

fn inference() -> InferenceConfiguration {
    InferenceConfiguration::builder().max_tokens(200).build()
}
