//! Values keep their own bytes alive, not the buffers that they arrived in. Accumulated replies
//! stay within the memory limit for any stream.

use std::io::Write;

use allocation_counter::measure;
use bedrock_lite::endpoint::Service;
use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::{Call, FromResponse, StreamDecoder};
use bedrock_lite::runtime::{ConverseStreamDecoder, InvokeModelRequest, InvokeModelResponse};
use bedrock_lite::{Client, ConverseRequest, Credentials, Error, Message, Operation, StreamErrorKind};
use bytes::Bytes;
use http::Method;
use http::header::{HeaderName, HeaderValue};

use crate::support::keep_alive::{KeepAliveServer, Then};

const REPLY: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}}"#;
/// The limit for a small value: the value, its headers, and their table. A read buffer has 400 KiB.
const SMALL: i64 = 16 * 1024;

/// Returns the bytes that a value keeps alive after everything else of the work is dropped.
fn kept<T>(work: impl FnOnce() -> T) -> (i64, T) {
    let mut value = None;
    let info = measure(|| value = Some(work()));
    (info.bytes_current, value.unwrap())
}

/// Starts a server that responds with 3 MB, an error or a stream on request, and otherwise with a
/// small reply.
fn server() -> KeepAliveServer {
    KeepAliveServer::start(|request, stream| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let large = REPLY.replace("Hi", &"x".repeat(3_000_000));
        let (status, content_type, body) = if body.contains("large") {
            (200, "application/json", large.into_bytes())
        } else if body.contains("error") {
            (400, "application/json", br#"{"message":"no"}"#.to_vec())
        } else if request.path.ends_with("-stream") {
            let event = |name: &str, payload: &str| {
                encode(&Frame::event(name, "application/json", payload.to_owned())).unwrap()
            };
            let frames = [
                event("messageStart", r#"{"role":"assistant"}"#),
                event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#),
                event("messageStop", r#"{"stopReason":"end_turn"}"#),
            ];
            (200, "application/vnd.amazon.eventstream", frames.concat())
        } else {
            (200, "application/json", REPLY.as_bytes().to_vec())
        };
        let head = format!(
            "HTTP/1.1 {status} x\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nx-amzn-requestid: rid\r\n\
             date: Sat, 28 Nov 2026 09:00:00 GMT\r\nx-amzn-bedrock-invocation-latency: 77\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.into_bytes(), body].concat())?;
        Ok(Then::Keep)
    })
}

/// Returns what a call keeps that follows a response of 3 MB on the same connection.
#[expect(clippy::needless_pass_by_value, reason = "the closure is called where it is defined")]
fn kept_after_a_large_response<T>(call: impl AsyncFn(&Client) -> T) -> (i64, T) {
    let server = server();
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = Client::builder()
                .environment([("", ""); 0])
                .region("us-east-1")
                .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
                .endpoint_url(format!("http://{}", server.address))
                .build()
                .unwrap();
            client.converse(&ConverseRequest::new("m").message(Message::user("large"))).await.unwrap();
            let value = call(&client).await;
            drop(client);
            value
        })
    };
    // One-time allocations of the process happen here.
    drop(run());
    let kept = kept(run);
    assert_eq!(server.connections(), 2, "one connection each time");
    kept
}

fn request() -> ConverseRequest {
    ConverseRequest::new("m").message(Message::user("Hello"))
}

#[test]
fn response_keeps_no_read_buffer() {
    let (bytes, reply) = kept_after_a_large_response(async |client| client.converse(&request()).await.unwrap());
    assert_eq!((reply.text().as_str(), reply.metadata().request_id()), ("Hi", Some("rid")));
    assert_eq!(reply.metadata().header("x-amzn-bedrock-invocation-latency"), Some("77"));
    assert!(bytes < SMALL, "{bytes} bytes are kept");
}

#[test]
fn raw_body_keeps_no_read_buffer() {
    let request = InvokeModelRequest::new("m", b"{}");
    let (bytes, reply) = kept_after_a_large_response(async |client| client.invoke_model(&request).await.unwrap());
    assert_eq!(reply.body.as_bytes(), REPLY);
    assert!(bytes < SMALL, "{bytes} bytes are kept");

    let call = Call::new(Service::BedrockRuntime, Method::POST, "/anything").body("{}");
    let (bytes, reply) = kept_after_a_large_response(async |client| client.send(&call).await.unwrap());
    assert_eq!((reply.body.as_ref(), reply.headers.len()), (REPLY.as_bytes(), 5));
    assert!(bytes < SMALL, "{bytes} bytes are kept");
}

#[test]
fn error_keeps_no_read_buffer() {
    let request = ConverseRequest::new("m").message(Message::user("error"));
    let (bytes, error) = kept_after_a_large_response(async |client| client.converse(&request).await.unwrap_err());
    assert_eq!(error.request_id(), Some("rid"));
    assert!(bytes < SMALL, "{bytes} bytes are kept");
}

#[test]
fn stream_keeps_no_read_buffer() {
    let (bytes, stream) = kept_after_a_large_response(async |client| {
        let mut stream = client.converse_stream(&request()).await.unwrap();
        while stream.recv().await.unwrap().is_some() {}
        stream
    });
    assert_eq!((stream.partial().message.text().as_str(), stream.request_id()), ("Hi", Some("rid")));
    assert!(bytes < SMALL, "{bytes} bytes are kept by the stream");

    let (bytes, (reply, metadata)) = kept_after_a_large_response(async |client| {
        let mut stream = client.converse_stream(&request()).await.unwrap();
        while stream.recv().await.unwrap().is_some() {}
        let metadata = stream.metadata();
        (stream.into_response().unwrap(), metadata)
    });
    assert_eq!((reply.text().as_str(), metadata.request_id()), ("Hi", Some("rid")));
    assert!(bytes < SMALL, "{bytes} bytes are kept by the reply");
}

/// Returns a response whose headers and body are slices of one buffer of 4 MB, as an HTTP client
/// may return them.
fn sliced(body: &str) -> http::Response<Bytes> {
    let buffer = Bytes::from([vec![b'h'; 4_000_000], body.as_bytes().to_vec()].concat());
    let mut response = http::Response::new(buffer.slice(4_000_000..));
    for name in ["x-one", "x-two", "x-three"] {
        let mut value = HeaderValue::from_maybe_shared(buffer.slice(..10)).unwrap();
        value.set_sensitive(name == "x-two");
        response.headers_mut().append(HeaderName::from_static(name), value.clone());
        response.headers_mut().append(HeaderName::from_static("x-all"), value);
    }
    response
}

#[test]
fn response_of_another_http_client_is_copied() {
    let (bytes, reply) = kept(|| ConverseRequest::http_response(sliced(REPLY)).unwrap());
    assert!(bytes < SMALL, "{bytes} bytes are kept");
    let headers = reply.metadata().headers();
    assert_eq!(headers.len(), 6);
    for name in ["x-one", "x-two", "x-three"] {
        assert_eq!(
            (&headers[name], headers[name].is_sensitive()),
            (&HeaderValue::from_static("hhhhhhhhhh"), name == "x-two")
        );
    }
    assert_eq!(headers.get_all("x-all").iter().filter(|value| value.is_sensitive()).count(), 1);

    let (bytes, reply) = kept(|| InvokeModelResponse::from_response(sliced(REPLY)).unwrap());
    assert_eq!(reply.body.as_bytes(), REPLY);
    assert!(bytes < SMALL, "{bytes} bytes are kept");

    // A large body is most of its buffer, and is not copied.
    let (info, reply) = {
        let response = sliced(&"x".repeat(1 << 20));
        let mut reply = None;
        (measure(|| reply = Some(InvokeModelResponse::from_response(response).unwrap())), reply.unwrap())
    };
    assert_eq!(reply.body.as_bytes().len(), 1 << 20);
    assert!(info.bytes_total < 1 << 16, "{} bytes are allocated", info.bytes_total);
}

fn frame(name: &str, payload: &str) -> Bytes {
    encode(&Frame::event(name, "application/json", payload.to_owned())).unwrap()
}

fn decoder(memory: usize) -> ConverseStreamDecoder {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    ConverseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap().memory_limit(memory)
}

/// Returns the frame with this number.
type NextFrame<'a> = Box<dyn Fn(usize) -> Bytes + 'a>;

#[test]
fn reply_stays_within_the_memory_limit() {
    const MEMORY: usize = 2 << 20;
    let delta = |index: usize, delta: &str| {
        frame("contentBlockDelta", &format!(r#"{{"contentBlockIndex":{index},"delta":{delta}}}"#))
    };
    let many = |part: &str| vec![part; 200].join(",");
    let parts = format!(r#"{{"toolResult":[{}]}}"#, many(r#"{"text":""}"#));
    let documents = format!(r#"{{"toolResult":[{}]}}"#, many(r#"{"json":1}"#));
    let sources = format!(r#"{{"citation":{{"sourceContent":[{}]}}}}"#, many(r#"{"text":""}"#));
    let members = (0..200).map(|n| format!(r#""{n}":1"#)).collect::<Vec<_>>().join(",");
    let begun = |start: &str| frame("contentBlockStart", &format!(r#"{{"contentBlockIndex":0,"start":{start}}}"#));
    let begin_result = begun(r#"{"toolResult":{"toolUseId":"t"}}"#);
    let nothing = Bytes::new();

    let text = format!(r#"{{"text":"{}"}}"#, "x".repeat(1000));
    let cases: Vec<(&str, &Bytes, NextFrame<'_>)> = vec![
        ("text", &nothing, Box::new(|_| delta(0, &text))),
        ("blocks", &nothing, Box::new(|n| delta(n, r#"{"text":""}"#))),
        ("stops", &nothing, Box::new(|n| frame("contentBlockStop", &format!(r#"{{"contentBlockIndex":{n}}}"#)))),
        ("a tool's result", &begin_result, Box::new(|_| delta(0, &parts))),
        ("a tool's result in JSON", &begin_result, Box::new(|_| delta(0, &documents))),
        ("citations", &nothing, Box::new(|_| delta(0, r#"{"citation":{}}"#))),
        ("sources of a citation", &nothing, Box::new(|_| delta(0, &sources))),
        ("deltas of an unknown kind", &nothing, Box::new(|_| delta(0, r#"{"x":1}"#))),
        (
            "deltas of another kind than their block",
            &nothing,
            Box::new(|n| {
                delta(
                    0,
                    [
                        r#"{"text":""}"#,
                        r#"{"reasoningContent":{"text":""}}"#,
                        r#"{"reasoningContent":{"redactedContent":""}}"#,
                    ][n % 3],
                )
            }),
        ),
        (
            "unknown members",
            &nothing,
            Box::new(|n| {
                let start = format!(r#"{{"toolUse":{{"toolUseId":"t","name":"n",{members}}}}}"#);
                frame("contentBlockStart", &format!(r#"{{"contentBlockIndex":{n},"start":{start}}}"#))
            }),
        ),
    ];
    for (what, begin, next) in cases {
        let mut decoder = decoder(MEMORY);
        decoder.push(begin.clone());
        let mut failed = None;
        let info = measure(|| {
            let mut pushed = 0_usize;
            for n in 0..100_000 {
                let bytes = next(n);
                pushed += bytes.len();
                decoder.push(bytes);
                while failed.is_none() {
                    match decoder.recv() {
                        Ok(None) => break,
                        Ok(Some(_)) => {}
                        Err(error) => failed = Some(error),
                    }
                }
                if failed.is_some() {
                    break;
                }
                assert!(pushed < 50 * MEMORY, "{what}: {pushed} bytes were taken");
            }
        });
        let Some(Error::Stream(error)) = &failed else { panic!("{what}: {failed:?}") };
        assert_eq!(error.kind(), StreamErrorKind::TooLarge, "{what}");
        assert!(error.to_string().contains("2097152 bytes of memory"), "{error}");
        // A growing list or string doubles, so the old and the new one exist at once.
        let most = 3 * u64::try_from(MEMORY).unwrap();
        assert!(info.bytes_max < most, "{what}: {} bytes, where {MEMORY} are allowed", info.bytes_max);
    }
}

#[test]
fn reply_over_the_memory_limit_keeps_what_arrived() {
    let mut decoder = decoder(1000);
    for (name, payload) in [
        ("messageStart", r#"{"role":"assistant"}"#.to_owned()),
        ("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#.to_owned()),
        ("contentBlockDelta", format!(r#"{{"contentBlockIndex":0,"delta":{{"text":"{}"}}}}"#, "x".repeat(1000))),
    ] {
        decoder.push(frame(name, &payload));
    }
    assert!(decoder.recv().unwrap().is_some() && decoder.recv().unwrap().is_some());
    let Error::Stream(error) = decoder.recv().unwrap_err() else { panic!("not a stream error") };
    assert_eq!(error.kind(), StreamErrorKind::TooLarge);
    assert_eq!(decoder.partial().message.text(), "Hi");
}
