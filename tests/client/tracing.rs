//! The feature `tracing`: one span per call, without the content.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use bedrock_lite::{ConverseRequest, Message};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{ScriptedServer, answer, refusal};

/// Records everything that spans and events contain.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, line: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_str(line);
    }
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("bedrock_lite")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(String::new());
        span.record(&mut fields);
        self.note(&format!("\nspan {}{}", span.metadata().name(), fields.0));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.note(&fields.0);
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        self.note(&fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn span_of_a_call_does_not_have_its_content() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let body =
        r#"{"output":{"message":{"role":"assistant","content":[{"text":"private answer"}]}},"stopReason":"end_turn"}"#;
    let server = ScriptedServer::start([
        refusal(429, "ThrottlingException"),
        answer(200, &[("x-amzn-requestid", "rid-9")], body),
        answer(400, &[("x-amzn-errortype", "ValidationException")], r#"{"message":"private question is refused"}"#),
    ]);
    let client = server.client().build().expect("a client");
    let request = ConverseRequest::new("a-model").message(Message::user("private question"));
    client.converse(&request).await.expect("an answer");
    client.converse(&request).await.expect_err("a refusal");

    let text = log.text();
    let spans: Vec<&str> = text.trim().lines().collect();
    assert_eq!(spans.len(), 2, "{text}");
    let said = |span: &str, words: &[&str]| words.iter().all(|word| span.contains(word));
    let first = [
        "operation=\"Converse\"",
        "model=\"a-model\"",
        "attempt=2",
        "status=429",
        "status=200",
        "request_id=\"rid-9\"",
        "code=\"ThrottlingException\"",
    ];
    assert!(said(spans[0], &first), "{}", spans[0]);
    assert!(said(spans[1], &["attempt=1", "status=400", "code=\"ValidationException\""]), "{}", spans[1]);
    assert!(!text.contains("private") && !text.contains("AWS4") && !text.contains("AKID"), "{text}");
}

#[tokio::test]
async fn secret_repeated_by_a_peer_is_not_traced() {
    const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDq";
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let headers = [("x-amzn-errortype", TOKEN), ("x-amzn-requestid", TOKEN)];
    let server = ScriptedServer::start([answer(400, &headers, TOKEN)]);
    let credentials = bedrock_lite::Credentials::new("AKIDEXAMPLE", "secretaccesskey").with_session_token(TOKEN);
    let client = server.client().credentials(credentials).build().expect("a client");
    client.converse(&ConverseRequest::new("a-model")).await.expect_err("a refusal");
    let text = log.text();
    assert!(text.contains("request_id=\"[redacted]\"") && text.contains("code=\"[redacted]\""), "{text}");
    assert!(!text.contains(&TOKEN[20..]), "{text}");
}
