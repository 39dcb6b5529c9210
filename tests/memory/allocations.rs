//! What a signature, an event and a request may allocate: exact on any machine, and not to grow unnoticed.

use allocation_counter::{AllocationInfo, measure};
use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service};
use bedrock_lite::eventstream::{Decoder, Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{ConverseStreamDecoder, ImageBlock, ImageFormat, ImageSource};
use bedrock_lite::sigv4::Signer;
use bedrock_lite::{ConverseRequest, Credentials, Message, Operation};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};

/// What a piece of work allocates, and what it gives.
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

/// So many pieces of text, as Bedrock pads them.
fn texts(count: usize) -> Bytes {
    let piece = |n: usize| {
        let padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP".get(..10 + n % 32).unwrap();
        event(
            "contentBlockDelta",
            &format!(r#"{{"contentBlockIndex":0,"delta":{{"text":" scattered"}},"p":"{padding}"}}"#),
        )
    };
    (0..count).flat_map(piece).collect()
}

fn stream() -> ConverseStreamDecoder {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream").body(()).unwrap();
    let mut decoder = ConverseStreamDecoder::from_head(head.into_parts().0).unwrap();
    decoder.push(event("messageStart", r#"{"role":"assistant"}"#));
    decoder.recv().unwrap().unwrap();
    decoder
}

#[test]
fn a_frame_is_a_slice_of_what_arrived() {
    let mut decoder = Decoder::new();
    decoder.push(texts(1001));
    // The first has headers that are read; the rest have the same.
    decoder.recv().unwrap().unwrap();
    let (info, count) = allocated(|| std::iter::from_fn(|| decoder.recv().unwrap()).count());
    assert_eq!(count, 1000);
    within("a thousand frames", info, 0);
}

#[test]
fn an_event_is_its_text() {
    let mut decoder = stream();
    decoder.push(texts(1001));
    decoder.recv().unwrap().unwrap();
    let events = std::iter::from_fn(|| decoder.recv().unwrap());
    let (info, bytes) = allocated(|| events.map(|event| event.text().unwrap().len()).sum::<usize>());
    assert_eq!(bytes, 10_000);
    // One each, and the reply's text, which doubles as it grows.
    within("a thousand events", info, 1000 + 10);
}

#[test]
fn an_event_of_a_tool_is_its_input() {
    let mut decoder = stream();
    let start = r#"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"t","name":"n"}}}"#;
    let piece = r#"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"\"city\""}},"p":"abcdefgh"}"#;
    decoder.push(event("contentBlockStart", start));
    decoder.push((0..1001).flat_map(|_| event("contentBlockDelta", piece)).collect());
    decoder.recv().unwrap().unwrap();
    decoder.recv().unwrap().unwrap();
    let (info, count) = allocated(|| std::iter::from_fn(|| decoder.recv().unwrap()).count());
    assert_eq!(count, 1000);
    within("a thousand events of a tool", info, 2000 + 10);
}

#[test]
fn a_signature_is_what_it_says() {
    let signer = Signer::new("eu-west-1", "bedrock");
    let credentials = Credentials::new("AKIDEXAMPLE", "secret").with_session_token("token".repeat(200));
    let request = ConverseRequest::new("amazon.nova-lite-v1:0").message(Message::user("Why is the sky blue?"));
    let unsigned = request.http_request(&endpoint()).unwrap();
    let sign = |time| {
        let mut request = unsigned.clone();
        allocated(|| drop(signer.sign(&mut request, &credentials, time).unwrap())).0
    };
    sign(now());
    // The headers in order, their text, the string to sign; the values of three headers, some of them twice.
    within("a signature", sign(now()), 8);
    within("a signature of a new day", sign(now() + TimeDelta::days(1)), 13);
}

#[test]
fn a_request_is_built_once() {
    let endpoint = endpoint();
    let request = ConverseRequest::new("amazon.nova-lite-v1:0").message(Message::user("Why is the sky blue?"));
    within("a request", allocated(|| request.http_request(&endpoint).unwrap()).0, 9);
}

#[test]
fn an_image_is_encoded_once_and_copied_never() {
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
