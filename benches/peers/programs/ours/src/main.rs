//! The jobs, with bedrock-lite.

use bedrock_lite::runtime::{ImageBlock, ImageFormat, ImageSource};
use bedrock_lite::{Blob, Client, ConverseRequest, ConverseStream, Message};
use jobs::{Bedrock, Failed};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    jobs::run(&Ours(Client::from_env()?)).await
}

struct Ours(Client);

impl Bedrock for Ours {
    type Image = Blob;
    type Stream = ConverseStream;

    fn image(bytes: Vec<u8>) -> Blob {
        Blob::from(bytes)
    }

    async fn converse(&self, image: Option<&Blob>) -> Result<usize, Failed> {
        let message = match image {
            None => Message::user(jobs::QUESTION),
            Some(image) => {
                let image = ImageBlock::new(ImageFormat::Png, ImageSource::Bytes(image.clone()));
                Message::user(jobs::WHAT_IS_THIS).block(image)
            }
        };
        let request = ConverseRequest::new(jobs::SMALL).message(message).max_tokens(200);
        Ok(self.0.converse(&request).await?.text().len())
    }

    async fn open(&self, model: &str) -> Result<ConverseStream, Failed> {
        let request = ConverseRequest::new(model).message(Message::user(jobs::QUESTION)).max_tokens(200);
        Ok(self.0.converse_stream(&request).await?)
    }

    async fn first_event(&self, stream: &mut ConverseStream) -> Result<(), Failed> {
        stream.recv().await?;
        Ok(())
    }

    async fn texts(&self, mut stream: ConverseStream) -> Result<usize, Failed> {
        let mut texts = 0;
        while let Some(event) = stream.recv().await? {
            texts += usize::from(event.text().is_some_and(|text| !text.is_empty()));
        }
        Ok(texts)
    }
}
