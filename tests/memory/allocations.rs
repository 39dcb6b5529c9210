//! Allocation budgets of signatures, events and requests. The counts are exact on every machine.

use allocation_counter::{AllocationInfo, measure};
use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service};
use bedrock_lite::eventstream::{Decoder, Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{ConverseStreamDecoder, ImageBlock, ImageFormat, ImageSource};
use bedrock_lite::sigv4::Signer;
use bedrock_lite::{ConverseRequest, Credentials, Message, Operation};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

/// Returns the allocations of some work, and its result.
fn allocated<T>(work: impl FnOnce() -> T) -> (AllocationInfo, T) {
    let mut given = None;
    let info = measure(|| given = Some(work()));
    (info, given.unwrap())
}

#[track_caller]
fn within(what: &str, info: AllocationInfo, most: u64) {
    assert!(info.count_total <= most, "{what}: {} allocations, where {most} are allowed", info.count_total);
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_323_045, 0).unwrap()
}

fn endpoint() -> Endpoint {
    Endpoint::resolve(Service::BedrockRuntime, &EndpointConfig::new().region("eu-west-1")).unwrap()
}

fn event(event_type: &str, payload: &str) -> Bytes {
    encode(&Frame::event(event_type, "application/json", payload.to_owned())).unwrap()
}

/// Returns `count` text deltas with padding, as Bedrock sends them.
fn texts(count: usize) -> Bytes {
    let chunk = |n: usize| {
        let padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP".get(..10 + n % 32).unwrap();
        event(
            "contentBlockDelta",
            &format!(r#"{{"contentBlockIndex":0,"delta":{{"text":" scattered"}},"p":"{padding}"}}"#),
        )
    };
    (0..count).flat_map(chunk).collect()
}

fn stream() -> ConverseStreamDecoder {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream").body(()).unwrap();
    let mut decoder = ConverseStreamDecoder::from_head(head.into_parts().0).unwrap();
    decoder.push(event("messageStart", r#"{"role":"assistant"}"#));
    decoder.recv().unwrap().unwrap();
    decoder
}

#[test]
fn frame_does_not_copy_received_bytes() {
    let mut decoder = Decoder::new();
    decoder.push(texts(1001));
    // The headers of the first frame are read; the other frames share them.
    decoder.recv().unwrap().unwrap();
    let (info, count) = allocated(|| std::iter::from_fn(|| decoder.recv().unwrap()).count());
    assert_eq!(count, 1000);
    within("a thousand frames", info, 0);
}

#[test]
fn text_event_allocates_its_text_only() {
    let mut decoder = stream();
    decoder.push(texts(1001));
    decoder.recv().unwrap().unwrap();
    let events = std::iter::from_fn(|| decoder.recv().unwrap());
    let (info, bytes) = allocated(|| events.map(|event| event.text().unwrap().len()).sum::<usize>());
    assert_eq!(bytes, 10_000);
    // One per event, plus the text of the reply, which doubles as it grows.
    within("a thousand events", info, 1000 + 10);
}

#[test]
fn tool_event_allocates_its_input_only() {
    let mut decoder = stream();
    let start = r#"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"n"}}}"#;
    let chunk = r#"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"\"city\""}},"p":"abcdefgh"}"#;
    decoder.push(event("contentBlockStart", start));
    decoder.push((0..1001).flat_map(|_| event("contentBlockDelta", chunk)).collect());
    decoder.recv().unwrap().unwrap();
    decoder.recv().unwrap().unwrap();
    let (info, count) = allocated(|| std::iter::from_fn(|| decoder.recv().unwrap()).count());
    assert_eq!(count, 1000);
    within("a thousand events of a tool", info, 2000 + 10);
}

#[test]
fn signature_stays_within_its_allocation_budget() {
    let signer = Signer::new("eu-west-1", "bedrock");
    let credentials = Credentials::new("AKIDEXAMPLE", "secret").with_session_token("token".repeat(200));
    let request = ConverseRequest::new("amazon.nova-lite-v1:0").message(Message::user("Why is the sky blue?"));
    let unsigned = request.http_request(&endpoint()).unwrap();
    let sign = |time| {
        let mut request = unsigned.clone();
        allocated(|| drop(signer.sign(&mut request, &credentials, time).unwrap())).0
    };
    sign(now());
    // The ordered headers, their text, the string to sign, and the values of three headers, some of
    // them twice.
    within("a signature", sign(now()), 8);
    within("a signature of a new day", sign(now() + TimeDelta::days(1)), 13);
}

#[test]
fn request_stays_within_its_allocation_budget() {
    let endpoint = endpoint();
    let request = ConverseRequest::new("amazon.nova-lite-v1:0").message(Message::user("Why is the sky blue?"));
    within("a request", allocated(|| request.http_request(&endpoint).unwrap()).0, 9);
}

#[test]
fn image_is_encoded_once_and_never_copied() {
    let image = ImageBlock::new(ImageFormat::Png, ImageSource::Bytes(vec![7; 3 << 20].into()));
    let request = ConverseRequest::new("amazon.nova-lite-v1:0").message(Message::user("What is this?").block(image));
    let (endpoint, signer) = (endpoint(), Signer::new("eu-west-1", "bedrock"));
    let credentials = Credentials::new("AKIDEXAMPLE", "secret");
    let (info, request) = allocated(|| {
        let mut request = request.http_request(&endpoint).unwrap();
        signer.sign(&mut request, &credentials, now()).unwrap();
        request
    });
    let body = u64::try_from(request.body().len()).unwrap();
    assert!(body > 4 << 20);
    assert!(info.bytes_total < body + 16_384, "{} bytes allocated for a body of {body}", info.bytes_total);
}
