//! Input data of the benchmarks, and the work that several of them share.
#![allow(dead_code, reason = "each benchmark uses a part of this module")]

use std::error::Error;
use std::iter;

use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service};
use bedrock_lite::eventstream::{Decoder, EncodeError, Frame, encode};
use bedrock_lite::operation::StreamDecoder as _;
use bedrock_lite::runtime::ConverseStreamDecoder;
use bedrock_lite::sigv4::{PayloadHash, SignableRequest, Signed, Signer, verify};
use bedrock_lite::{
    ConfigError, ConverseRequest, ConverseStreamOutput, Credentials, ImageBlock, ImageFormat, Message, StreamError,
};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response};
use serde_json::json;

pub(crate) type Failed = Box<dyn Error>;

pub(crate) const KIB: usize = 1024;
pub(crate) const MIB: usize = 1024 * KIB;

const REGION: &str = "us-east-1";
const MODEL: &str = "amazon.nova-lite-v1:0";

/// Returns an error if the work was not done. A benchmark of failed work would measure nothing.
pub(crate) fn check(what: &str, got: usize, expected: usize) -> Result<(), Failed> {
    if got == expected { Ok(()) } else { Err(format!("{what}: {got} instead of {expected}").into()) }
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

/// A signer and the request that it signs. Signing again replaces the signature, as in a retry.
pub(crate) struct Signing {
    signer: Signer,
    credentials: Credentials,
    pub(crate) request: Request<Bytes>,
    /// The day that it signs on, and another day.
    days: [DateTime<Utc>; 2],
}

impl Signing {
    pub(crate) fn of_body(bytes: usize) -> Result<Self, Failed> {
        let request =
            Request::post("https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-lite-v1%3A0/converse")
                .header("content-type", "application/json")
                .body(vec![b' '; bytes].into())?;
        Ok(Self::of(request))
    }

    pub(crate) fn of(request: Request<Bytes>) -> Self {
        let day = DateTime::from_timestamp(1_767_323_045, 0).unwrap_or_default();
        let days = [day, day + TimeDelta::days(1)];
        Self { signer: Signer::new(REGION, "bedrock"), credentials: credentials(), request, days }
    }

    /// Signs with the cached signing key.
    pub(crate) fn sign(&mut self) -> Result<Signed, ConfigError> {
        let [day, _] = self.days;
        self.signer.sign(&mut self.request, &self.credentials, day)
    }

    /// Signs on the other day, so that the cached signing key cannot be used.
    pub(crate) fn sign_on_a_new_day(&mut self) -> Result<Signed, ConfigError> {
        self.days.reverse();
        self.sign()
    }

    /// Checks that the request is signed, and on the expected day.
    pub(crate) fn check(&self) -> Result<(), Failed> {
        let [day, _] = self.days;
        let signed = verify(&self.request, |_| Some(self.credentials.clone()))?.time();
        if signed == day { Ok(()) } else { Err(format!("signed on {signed}, not on {day}").into()) }
    }
}

/// Returns the request of [`Signing`] without a body to hash.
pub(crate) fn signable() -> SignableRequest<'static> {
    SignableRequest {
        method: "POST",
        path: "/model/amazon.nova-lite-v1%3A0/converse",
        query: "",
        headers: &[
            ("host", b"bedrock-runtime.us-east-1.amazonaws.com"),
            ("content-type", b"application/json"),
            ("x-amz-date", b"20260102T030405Z"),
        ],
        payload: PayloadHash::Sha256([0xA5; 32]),
    }
}

pub(crate) fn endpoint() -> Result<Endpoint, ConfigError> {
    Endpoint::resolve(Service::BedrockRuntime, &EndpointConfig::new().region(REGION))
}

/// Returns a small request, such as the first turn of a chat.
pub(crate) fn question() -> ConverseRequest {
    ConverseRequest::new(MODEL)
        .system("Answer in one sentence.")
        .message(Message::user("Why is the sky blue? Name who found it out, and when."))
        .max_tokens(200)
        .temperature(0.5)
}

/// Returns a question about an image of `bytes` random bytes.
pub(crate) fn question_about_an_image(bytes: usize) -> ConverseRequest {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let image: Vec<u8> = iter::repeat_with(&mut next).flatten().take(bytes).collect();
    let image = ImageBlock::new(ImageFormat::Png, image);
    ConverseRequest::new(MODEL).message(Message::user("What is in this picture?").block(image)).max_tokens(200)
}

pub(crate) const ANSWER: &str =
    "Sunlight is scattered by the molecules of the air, blue far more than red: Lord Rayleigh, 1871.";

/// Returns the response of Bedrock to a small request. It has no headers, because parsing them is
/// the work of the HTTP client.
pub(crate) fn response() -> Bytes {
    let body = json!({
        "metrics": {"latencyMs": 551},
        "output": {"message": {"content": [{"text": ANSWER}], "role": "assistant"}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 17, "outputTokens": 29, "totalTokens": 46},
    });
    body.to_string().into()
}

/// The number of events in each stream.
pub(crate) const EVENTS: usize = 500;

/// Returns the bytes of a streamed text reply.
pub(crate) fn text_stream() -> Result<Bytes, EncodeError> {
    let words =
        ["Sunlight", " is", " scattered", " by", " the", " molecules", " of", " the", " air", ", blue", " more"];
    let deltas = words.iter().cycle().map(|word| format!(r#"{{"text":"{word}"}}"#));
    stream(vec![message_start()], deltas, "end_turn")
}

/// Returns the bytes of a reply that calls a tool. The quotation marks of the input are escaped,
/// because it is JSON in JSON.
pub(crate) fn tool_stream() -> Result<Bytes, EncodeError> {
    let start =
        r#""contentBlockIndex":0,"start":{"toolUse":{"name":"weather","toolUseId":"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q"}}"#;
    let start = vec![message_start(), frame("contentBlockStart", 31, start)];
    let inputs = iter::once(r#"{\"cities\":[\"Oslo\""#)
        .chain(iter::repeat_n(r#", \"Oslo\""#, EVENTS - 7))
        .chain(iter::once("]}"));
    stream(start, inputs.map(|input| format!(r#"{{"toolUse":{{"input":"{input}"}}}}"#)), "tool_use")
}

/// Returns a stream of one block, between the start and the end of a message. Each frame has about
/// 200 bytes.
fn stream(start: Vec<Frame>, deltas: impl Iterator<Item = String>, stop_reason: &str) -> Result<Bytes, EncodeError> {
    let mut frames = start;
    for (n, delta) in deltas.take(EVENTS - 3 - frames.len()).enumerate() {
        // Bedrock pads at random. Steps of seven give every length in a fixed order.
        let members = format!(r#""contentBlockIndex":0,"delta":{delta}"#);
        frames.push(frame("contentBlockDelta", 7 * n % PADDING.len(), &members));
    }
    frames.push(frame("contentBlockStop", 16, r#""contentBlockIndex":0"#));
    frames.push(frame("messageStop", 8, &format!(r#""stopReason":"{stop_reason}""#)));
    let usage = r#""metrics":{"latencyMs":1234},"usage":{"inputTokens":17,"outputTokens":496,"totalTokens":513}"#;
    frames.push(frame("metadata", 3, usage));
    joined(&frames)
}

fn message_start() -> Frame {
    frame("messageStart", 12, r#""role":"assistant""#)
}

const PADDING: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Returns an event with padding, as Bedrock sends it: the padding hides the length of the content.
fn frame(event_type: &str, padding: usize, members: &str) -> Frame {
    let padding = PADDING.get(..padding).unwrap_or(PADDING);
    Frame::event(event_type, "application/json", format!(r#"{{{members},"p":"{padding}"}}"#))
}

/// Returns `count` frames with a payload of `payload` bytes each, as the native stream of a model
/// may have them.
pub(crate) fn large_frames(count: usize, payload: usize) -> Result<Bytes, EncodeError> {
    joined(&vec![Frame::event("chunk", "application/json", vec![b' '; payload]); count])
}

fn joined(frames: &[Frame]) -> Result<Bytes, EncodeError> {
    let frames: Vec<_> = frames.iter().map(encode).collect::<Result<_, _>>()?;
    Ok(frames.concat().into())
}

/// Splits the stream as if a connection were read in chunks of `bytes` bytes.
pub(crate) fn chunks(stream: &Bytes, bytes: usize) -> Vec<Bytes> {
    stream.chunks(bytes).map(|chunk| stream.slice_ref(chunk)).collect()
}

/// Decodes a stream, passes its frames to `take`, and returns how many there were.
pub(crate) fn decode(chunks: &[Bytes], mut take: impl FnMut(Frame)) -> Result<usize, StreamError> {
    let mut decoder = Decoder::new();
    let mut count = 0;
    for chunk in chunks {
        decoder.push(chunk.clone());
        while let Some(frame) = decoder.recv()? {
            take(frame);
            count += 1;
        }
    }
    decoder.finish()?;
    Ok(count)
}

/// Reads the events of a stream as a client does, and returns the decoder that has accumulated
/// them.
pub(crate) fn converse_stream(
    chunks: &[Bytes],
    mut take: impl FnMut(ConverseStreamOutput),
) -> Result<ConverseStreamDecoder, Failed> {
    let head = Response::builder().header("content-type", "application/vnd.amazon.eventstream").body(())?;
    let mut decoder = ConverseStreamDecoder::from_head(head.into_parts().0)?;
    for chunk in chunks {
        decoder.push(chunk.clone());
        while let Some(event) = decoder.recv()? {
            take(event);
        }
    }
    decoder.finish()?;
    Ok(decoder)
}
