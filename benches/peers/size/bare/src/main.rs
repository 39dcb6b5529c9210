//! Streams one reply and prints it, with reqwest alone.

use std::env::var;

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use bytes::BytesMut;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (region, endpoint) = (var("AWS_REGION")?, var("AWS_ENDPOINT_URL")?);
    let (access_key_id, secret) = (var("AWS_ACCESS_KEY_ID")?, var("AWS_SECRET_ACCESS_KEY")?);
    let host = endpoint.split("//").nth(1).ok_or("no host")?;
    let path = "/model/events-5/converse-stream";
    let body = json!({"messages": [{"role": "user", "content": [{"text": "Why is the sky blue?"}]}]}).to_string();
    let time = chrono::Utc::now().format("%Y%m%dT%H%M%SZ").to_string();
    let canonical_request = format!(
        "POST\n{path}\n\ncontent-type:application/json\nhost:{host}\nx-amz-date:{time}\n\ncontent-type;host;x-amz-date\n{}",
        hex::encode(Sha256::digest(&body))
    );
    let scope = format!("{}/{region}/bedrock/aws4_request", &time[..8]);
    let string_to_sign =
        format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex::encode(Sha256::digest(canonical_request)));
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in [&time[..8], &region, "bedrock", "aws4_request"] {
        key = hmac(&key, part)?;
    }
    let signature = hex::encode(hmac(&key, &string_to_sign)?);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
    );
    let request = reqwest::Client::new().post(format!("{endpoint}{path}")).body(body);
    let request = request.header("content-type", "application/json").header("x-amz-date", time);
    let mut answer = request.header("authorization", authorization).send().await?.error_for_status()?;
    let (mut decoder, mut buffer) = (MessageFrameDecoder::new(), BytesMut::new());
    while let Some(chunk) = answer.chunk().await? {
        buffer.extend_from_slice(&chunk);
        while let DecodedFrame::Complete(message) = decoder.decode_frame(&mut buffer)? {
            let event: Value = serde_json::from_slice(message.payload())?;
            print!("{}", event["delta"]["text"].as_str().unwrap_or_default());
        }
    }
    println!();
    Ok(())
}

fn hmac(key: &[u8], text: &str) -> Result<Vec<u8>, hmac::digest::InvalidLength> {
    Ok(Hmac::<Sha256>::new_from_slice(key)?.chain_update(text).finalize().into_bytes().to_vec())
}
