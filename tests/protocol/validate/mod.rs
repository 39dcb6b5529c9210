//! Tests of `validate`: each problem on its own, no problem in a valid request, and every recorded
//! request.

mod evidence;
mod media;
mod messages;
mod settings;
mod tools;

use bedrock_lite::runtime::ValidationProblemKind as Kind;
use bedrock_lite::runtime::ValidationSeverity::{Hint, Refusal};
use bedrock_lite::runtime::*;
use bedrock_lite::{Blob, ConfigErrorKind, Error};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789012345678901234567890123456789";

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

const WEBP: &[u8] = b"RIFF\x24\0\0\0WEBPVP8 ";

fn ask(content: impl Into<bedrock_lite::Blocks<ContentBlock>>) -> ConverseRequest {
    ConverseRequest::new("a.model-v1:0").message(Message::user(content))
}

fn weather() -> ToolSpecification {
    ToolSpecification::new("weather", json!({"type": "object"}))
}

fn problems(request: &ConverseRequest) -> Vec<(String, Kind)> {
    let found = match request.validate() {
        Ok(()) => Vec::new(),
        Err(error) => {
            assert!(!error.problems().is_empty());
            assert!(error.problems().iter().all(|problem| problem.severity() == Refusal));
            error.problems().iter().map(|problem| (problem.path().to_owned(), problem.kind())).collect()
        }
    };
    let all = request.problems();
    assert_eq!(all.iter().filter(|problem| problem.severity() == Refusal).count(), found.len());
    // The streaming form is the same except for its guardrail.
    let streamed: ConverseStreamRequest = serde_json::from_str(&serde_json::to_string(request).unwrap()).unwrap();
    let of_streamed = streamed.validate().err().map_or(Vec::new(), |error| error.problems().to_vec());
    assert_eq!(of_streamed.len(), found.len());
    assert_eq!(streamed.problems(), all);
    found
}

fn hints(request: &ConverseRequest) -> Vec<(String, Kind)> {
    let problems = request.problems();
    let hints = problems.iter().filter(|problem| problem.severity() == Hint);
    hints.map(|problem| (problem.path().to_owned(), problem.kind())).collect()
}

/// Asserts that the request is accepted, with exactly this hint.
#[track_caller]
fn hinted(request: &ConverseRequest, path: &str, kind: Kind) {
    taken(request);
    assert_eq!(hints(request), [(path.to_owned(), kind)]);
}

#[track_caller]
fn refused(request: &ConverseRequest, path: &str, kind: Kind) {
    let before = request.clone();
    assert_eq!(problems(request), [(path.to_owned(), kind)]);
    assert_eq!(request, &before, "the request is unchanged");
}

#[track_caller]
fn taken(request: &ConverseRequest) {
    assert_eq!(problems(request), []);
}

fn document(name: &str) -> DocumentBlock {
    DocumentBlock::new(name, b"%PDF-1.7".to_vec()).format(DocumentFormat::Pdf)
}

/// Returns a tool call and its result.
fn called(id: &str, answered: &str) -> ConverseRequest {
    ask("a")
        .tool(weather())
        .message(Message::assistant(ToolUseBlock::new(id, "weather", json!({}))))
        .message(Message::user(ToolResultBlock::success(answered, "sunny")))
}
