//! The jobs with reqwest alone: the least code that talks to Bedrock. It has no types, no error
//! handling and no retries, so it shows what those cost.

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use bytes::BytesMut;
use hmac::{Hmac, KeyInit, Mac};
use jobs::{Bedrock, Failed};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    jobs::run(&Bare::from_env()?).await
}

struct Bare {
    http: reqwest::Client,
    endpoint: String,
    host: String,
    region: String,
    access_key_id: String,
    secret: String,
}

impl Bare {
    fn from_env() -> Result<Self, Failed> {
        let endpoint = std::env::var("AWS_ENDPOINT_URL")?;
        let host = endpoint.split("//").nth(1).ok_or("no host")?.to_owned();
        Ok(Self {
            http: reqwest::Client::builder().no_proxy().build()?,
            endpoint,
            host,
            region: std::env::var("AWS_REGION")?,
            access_key_id: std::env::var("AWS_ACCESS_KEY_ID")?,
            secret: std::env::var("AWS_SECRET_ACCESS_KEY")?,
        })
    }

    async fn send(&self, path: &str, content: Value) -> Result<reqwest::Response, Failed> {
        let body = json!({"messages": [{"role": "user", "content": content}], "inferenceConfig": {"maxTokens": 200}});
        let body = serde_json::to_vec(&body)?;
        let time = chrono::Utc::now().format("%Y%m%dT%H%M%SZ").to_string();
        let date = &time[..8];
        let (region, host) = (&self.region, &self.host);
        let canonical_request = format!(
            "POST\n{path}\n\ncontent-type:application/json\nhost:{host}\nx-amz-date:{time}\n\ncontent-type;host;x-amz-date\n{}",
            hex::encode(Sha256::digest(&body))
        );
        let scope = format!("{date}/{region}/bedrock/aws4_request");
        let hash = hex::encode(Sha256::digest(canonical_request));
        let string_to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash}");
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in [date, region, "bedrock", "aws4_request"] {
            key = hmac(&key, part);
        }
        let signature = hex::encode(hmac(&key, &string_to_sign));
        let access_key_id = &self.access_key_id;
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
        );
        let request = self.http.post(format!("{}{path}", self.endpoint)).body(body);
        let request = request.header("content-type", "application/json").header("x-amz-date", time);
        Ok(request.header("authorization", authorization).send().await?.error_for_status()?)
    }
}

impl Bedrock for Bare {
    type Image = Vec<u8>;
    type Stream = Stream;

    fn image(bytes: Vec<u8>) -> Vec<u8> {
        bytes
    }

    async fn converse(&self, image: Option<&Vec<u8>>) -> Result<usize, Failed> {
        let content = match image {
            None => json!([{"text": jobs::QUESTION}]),
            Some(image) => {
                let bytes = base64_simd::STANDARD.encode_to_string(image);
                let image = json!({"image": {"format": "png", "source": {"bytes": bytes}}});
                json!([{"text": jobs::WHAT_IS_THIS}, image])
            }
        };
        let answer = self.send(&format!("/model/{}/converse", jobs::SMALL), content).await?.bytes().await?;
        let answer: Value = serde_json::from_slice(&answer)?;
        Ok(answer["output"]["message"]["content"][0]["text"].as_str().ok_or("no text")?.len())
    }

    async fn open(&self, model: &str) -> Result<Stream, Failed> {
        let path = format!("/model/{model}/converse-stream");
        let answer = self.send(&path, json!([{"text": jobs::QUESTION}])).await?;
        Ok(Stream { answer, decoder: MessageFrameDecoder::new(), buffer: BytesMut::new() })
    }

    async fn first_event(&self, stream: &mut Stream) -> Result<(), Failed> {
        stream.next().await?;
        Ok(())
    }

    async fn texts(&self, mut stream: Stream) -> Result<usize, Failed> {
        let mut texts = 0;
        while let Some(event) = stream.next().await? {
            texts += usize::from(event["delta"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        }
        Ok(texts)
    }
}

struct Stream {
    answer: reqwest::Response,
    decoder: MessageFrameDecoder,
    buffer: BytesMut,
}

impl Stream {
    async fn next(&mut self) -> Result<Option<Value>, Failed> {
        loop {
            if let DecodedFrame::Complete(message) = self.decoder.decode_frame(&mut self.buffer)? {
                return Ok(Some(serde_json::from_slice(message.payload())?));
            }
            match self.answer.chunk().await? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => return Ok(None),
            }
        }
    }
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.chain_update(text).finalize().into_bytes().to_vec()
}
