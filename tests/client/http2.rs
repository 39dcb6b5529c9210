//! HTTP/2 over TLS: how one stream of a connection affects the others, and the limits of headers.
#![cfg(all(feature = "http2", feature = "rustls"))]

use std::time::{Duration, Instant};

use bedrock_lite::{Client, ConverseRequest, Error, Message, TransportErrorKind};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::support::http2::{Answer, Http2Server};

const REPLY: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#;
/// A call that takes longer counts as hanging.
const HANGS: Duration = Duration::from_secs(60);

fn request() -> ConverseRequest {
    ConverseRequest::new("a-model").message(Message::user("Hello"))
}

/// Returns `count` headers with a value of `bytes` bytes each.
fn headers(count: usize, bytes: usize) -> HeaderMap {
    let header =
        |n| (HeaderName::try_from(format!("x-{n}")).unwrap(), HeaderValue::try_from("v".repeat(bytes)).unwrap());
    (0..count).map(header).collect()
}

async fn says_hi(client: &Client) {
    let reply = tokio::time::timeout(HANGS, client.converse(&request())).await.expect("the call is blocked");
    assert_eq!(reply.unwrap().text(), "Hi");
}

#[tokio::test]
async fn unread_streams_do_not_block_other_calls() {
    const STREAMS: usize = 24;
    const WINDOW: usize = 512 * 1024;
    let server = Http2Server::start(|path| {
        if path.ends_with("/converse-stream") { Answer::Flood } else { Answer::Whole(HeaderMap::new(), REPLY) }
    });
    let client = server.client().build().unwrap();
    let mut unread = Vec::new();
    for _ in 0..STREAMS {
        unread.push(client.converse_stream(&request()).await.unwrap());
    }
    // Each stream fills its own window. With a shared window of 5 MiB, three streams filled it, and
    // no other response arrived.
    let begun = Instant::now();
    while server.flooded() < STREAMS * (WINDOW - 64 * 1024) {
        assert!(begun.elapsed() < HANGS, "the server could send {} bytes", server.flooded());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    says_hi(&client).await;
    assert!(server.flooded() <= STREAMS * WINDOW, "an unread stream takes {} bytes", server.flooded() / STREAMS);
    assert_eq!(server.connections(), 1);

    // A stream that was left unread continues, and a dropped one leaves nothing behind.
    let mut stream = unread.pop().unwrap();
    drop(unread);
    for _ in 0..100_000 {
        assert!(stream.recv().await.unwrap().is_some());
    }
    says_hi(&client).await;
}

#[tokio::test]
async fn http2_headers_have_the_same_limit_as_http1() {
    for (count, bytes) in [(1, 17 * 1024), (1, 390 * 1024), (300, 1024)] {
        let server = Http2Server::start(move |_| Answer::Whole(headers(count, bytes), REPLY));
        let reply = server.client().build().unwrap().converse(&request()).await.unwrap();
        assert_eq!(reply.metadata().header("x-0").map(str::len), Some(bytes));
        assert_eq!((reply.text().as_str(), reply.metadata().attempts()), ("Hi", 1));
    }
}

#[tokio::test]
async fn http2_headers_over_the_limit_are_a_protocol_error_without_retry() {
    // Above the limit, the stream is reset. Far above it, the connection is closed.
    for (count, bytes) in [(1, 410 * 1024), (500, 1024), (8, 400 * 1024), (20_000, 1)] {
        let server = Http2Server::start(move |_| Answer::Whole(headers(count, bytes), REPLY));
        let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
        let Error::Transport(transport) = &error else { panic!("{error:?}") };
        assert_eq!((transport.kind(), error.attempts()), (TransportErrorKind::Protocol, 1), "{count} × {bytes}");
        assert_eq!(server.requests(), 1, "{count} × {bytes}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_http2_are_a_protocol_error() {
    let server = Http2Server::start(|_| Answer::Garbage);
    let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
    let Error::Transport(transport) = &error else { panic!("{error:?}") };
    assert_eq!((transport.kind(), error.attempts()), (TransportErrorKind::Protocol, 1), "{error:#}");
}

#[tokio::test]
async fn request_refused_by_the_http2_server_is_retried() {
    let server = Http2Server::start(|_| Answer::Refuse);
    let error = server.client().build().unwrap().converse(&request()).await.unwrap_err();
    let Error::Transport(transport) = &error else { panic!("{error:?}") };
    assert_eq!((transport.kind(), error.attempts()), (TransportErrorKind::Head, 3), "{error:#}");
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn requests_signed_for_the_aws_host_do_not_offer_http2() {
    // The server accepts HTTP/2 only.
    let server = Http2Server::start(|_| Answer::Whole(HeaderMap::new(), REPLY));
    let client = server.client().sign_for_aws_host(true).build().unwrap();
    let error = client.converse(&request()).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(error) if error.kind() == TransportErrorKind::Connect), "{error}");
    says_hi(&server.client().build().unwrap()).await;
}
