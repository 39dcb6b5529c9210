//! Complete responses that are not the expected ones.

use bedrock_lite::{ServiceErrorKind, StreamErrorKind};

use super::row::{Ask, Row, Says, Stays, Within};
use super::wire::{begun_then, body, head, stream};
use crate::support::{Step, event};

const HTML: &[u8] = b"<html><body>Service Unavailable</body></html>";
const BARE: &[u8] = b"<UnknownOperationException/>";
const THROTTLED: (&str, &str) = ("x-amzn-errortype", "ThrottlingException");
const INVALID: (&str, &str) = ("x-amzn-errortype", "ValidationException:http://internal.amazon.com/");

pub(crate) fn rows() -> Vec<Row> {
    [instead(), lenient(), errors()].concat()
}

fn instead() -> Vec<Row> {
    let html = [("content-type", "text/html")];
    let error = br#"{"__type":"com.amazon.bedrock#ValidationException","message":"no"}"#;
    vec![
        Row::new(Ask::Converse, "200 with HTML", body(200, &html, HTML), Says::Decode).stays(Stays::Body(HTML)),
        Row::new(
            Ask::ConverseStream,
            "200 with HTML instead of a stream",
            body(200, &html, HTML),
            Says::Stream(StreamErrorKind::ContentType),
        )
        .stays(Stays::RequestId),
        Row::new(
            Ask::ConverseStream,
            "200 with a JSON error instead of a stream",
            body(200, &[("content-type", "application/json")], error),
            Says::Service(ServiceErrorKind::Validation),
        )
        .stays(Stays::Message("no")),
        Row::new(
            Ask::ConverseStream,
            "200 with a throttling error instead of a stream",
            body(200, &[("content-type", "application/json"), THROTTLED], r#"{"message":"no"}"#),
            Says::Service(ServiceErrorKind::Throttling),
        )
        .stays(Stays::Message("no"))
        .attempts(3),
    ]
}

/// Returns responses that deviate from their shape, and those that are designed to use much memory.
fn lenient() -> Vec<Row> {
    let reply = |rest: &str| {
        body(
            200,
            &[],
            format!(r#"{{"output":{{"message":{{"role":"assistant","content":[{{"text":"Hi"}}]}}}}{rest}}}"#),
        )
    };
    let complete = |fault, script| Row::new(Ask::Converse, fault, script, Says::Complete);
    let tiny = vec!["{}"; 100_000].join(",");
    let error = r#"{"__type":"Strange","message":"no"}"#;
    vec![
        complete(
            "a response without required members (`stopReason`, `usage.totalTokens`)",
            reply(r#","usage":{"inputTokens":1}"#),
        ),
        complete(
            "`null` in required members and in lists",
            reply(r#","stopReason":null,"usage":{"cacheDetails":[null]}"#),
        ),
        complete(
            "unknown members next to the variant of a union: they are kept",
            body(200, &[], r#"{"output":{"x":1,"message":{"content":[{"type":"text","text":"Hi"}]}}}"#),
        ),
        Row::new(Ask::Converse, "a known member of the wrong type", reply(r#","stopReason":{}"#), Says::Decode)
            .stays(Stays::RequestId),
        Row::new(Ask::Converse, "200 with a JSON object of another shape", body(200, &[], error), Says::Decode)
            .stays(Stays::Body(error.as_bytes())),
        Row::new(Ask::Converse, "200 with an empty JSON object", body(200, &[], "{}"), Says::Empty),
        Row::new(
            Ask::Converse,
            "a body whose values would exceed `Limits::memory`",
            reply(&format!(r#","usage":{{"cacheDetails":[{tiny}]}}"#)),
            Says::Decode,
        )
        .stays(Stays::RequestId),
        Row::new(
            Ask::ConverseStream,
            "a stream whose events would exceed `Limits::memory`",
            stream(
                begun_then([event("metadata", &format!(r#"{{"usage":{{"cacheDetails":[{tiny}]}}}}"#))]),
                [Step::Hang],
            ),
            Says::Stream(StreamErrorKind::TooLarge),
        )
        .stays(Stays::Text("Hi")),
    ]
}

fn errors() -> Vec<Row> {
    let row = |fault, script, kind| Row::new(Ask::Converse, fault, script, Says::Service(kind));
    let cut = [head(400, &[("content-length", "100"), INVALID]), br#"{"message":"n"#.to_vec()].concat();
    let silent = cut.clone();
    let mebibyte = vec![b'x'; 1 << 20];
    vec![
        row("an error with an empty body", body(500, &[], ""), ServiceErrorKind::InternalServer)
            .attempts(3)
            .stays(Stays::RequestId),
        row("an HTML error page of a gateway", body(503, &[], HTML), ServiceErrorKind::ServiceUnavailable)
            .attempts(3)
            .stays(Stays::Body(HTML)),
        row("an HTML error page of the service", body(400, &[INVALID], HTML), ServiceErrorKind::Validation)
            .stays(Stays::Body(HTML)),
        row(
            "an XML error",
            body(404, &[], "<ErrorResponse><Error><Code>UnknownOperationException</Code><Message>no</Message></Error></ErrorResponse>"),
            ServiceErrorKind::UnknownOperation,
        )
        .stays(Stays::Message("no")),
        row("an XML error with a single element", body(404, &[], BARE), ServiceErrorKind::UnknownOperation)
            .stays(Stays::Body(BARE)),
        row(
            "an error whose message has 900 kB of line breaks and escape sequences: the error prints one bounded line",
            body(400, &[INVALID], format!(r#"{{"message":"{}"}}"#, r"\r\n\u001b[2J\u2028".repeat(37_500))),
            ServiceErrorKind::Validation,
        )
        .stays(Stays::Body(br#"{"message":"\r\n\u001b[2J"#)),
        row("an error with a truncated body", vec![Step::Send(cut)], ServiceErrorKind::Validation)
            .stays(Stays::Body(br#"{"message":"n"#)),
        row("an error whose body stops arriving", vec![Step::Send(silent), Step::Hang], ServiceErrorKind::Validation)
            .within(Within::StreamIdleTimeout)
            .stays(Stays::Body(br#"{"message":"n"#)),
        row(
            "an error that is not UTF-8",
            body(400, &[INVALID], b"{\"message\":\"\xff\xfe\"}"),
            ServiceErrorKind::Validation,
        )
        .stays(Stays::Body(b"{\"message\":\"\xff\xfe\"}")),
        row("an error that is an array", body(400, &[INVALID], "[1,2]"), ServiceErrorKind::Validation)
            .stays(Stays::Body(b"[1,2]")),
        row(
            "an error of 100 MiB: only the first MiB is read",
            vec![
                Step::Send(head(400, &[("content-length", &(100 << 20).to_string()), INVALID])),
                Step::Flood(mebibyte, 100),
            ],
            ServiceErrorKind::Validation,
        )
        .stays(Stays::Body(b"xxxx")),
        row(
            "429 with an unknown code",
            body(429, &[("x-amzn-errortype", "Strange")], "{}"),
            ServiceErrorKind::Other,
        )
        .attempts(3)
        .stays(Stays::Body(b"{}")),
    ]
}
