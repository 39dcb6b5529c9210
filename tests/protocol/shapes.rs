//! Shapes with unknown and invalid content.

use bedrock_lite::control::{FoundationModelSummary, InferenceType};
use bedrock_lite::runtime::*;
use bedrock_lite::{Blob, ConverseRequest, Document, InvokeModelRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(value: &Value) -> T {
    // From text, as it arrives on the wire.
    match serde_json::from_str(&value.to_string()) {
        Ok(shape) => shape,
        Err(error) => panic!("{value} is refused: {error}"),
    }
}

fn error<T: DeserializeOwned>(value: &Value) -> String {
    match serde_json::from_str::<T>(&value.to_string()) {
        Ok(_) => panic!("invalid {value} was accepted"),
        Err(error) => error.to_string(),
    }
}

fn write<T: Serialize>(shape: &T) -> Value {
    serde_json::to_value(shape).unwrap_or_else(|error| panic!("cannot be written: {error}"))
}

#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned>(value: &Value) -> T {
    let shape = read(value);
    assert_eq!(&write(&shape), value);
    shape
}

#[test]
fn unknown_variant_is_written_back() {
    let message: Message = comes_back(&json!({
        "role": "assistant",
        "content": [{"text": "Look:"}, {"hologram": {"depth": 3.5, "layers": [1, null]}}],
    }));
    match message.content.last() {
        Some(ContentBlock::Unknown { name, value }) => {
            assert_eq!(name, "hologram");
            assert_eq!(value.to_value().unwrap()["layers"], json!([1, null]));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(message.text(), "Look:");
    comes_back::<ContentBlockDelta>(&json!({"hologram": "chunk"}));
    comes_back::<ToolChoice>(&json!({"none": {}}));
}

#[test]
fn unknown_member_is_written_back() {
    let usage: TokenUsage = comes_back(&json!({
        "inputTokens": 1, "outputTokens": 2, "totalTokens": 3, "serverToolUsage": {"calls": 12_345_678_901_234_567_890_u64},
    }));
    assert_eq!(
        usage.unknown().get("serverToolUsage").map(Document::as_json),
        Some(r#"{"calls":12345678901234567890}"#)
    );

    let message: Message = comes_back(&json!({
        "role": "user",
        "content": [{"image": {"format": "png", "source": {"bytes": "iVBORw=="}, "altText": "a cat"}}],
        "sentAt": "today",
    }));
    match message.content.first() {
        Some(ContentBlock::Image(image)) => {
            assert_eq!(image.source, ImageSource::Bytes(Blob::from(b"\x89PNG")));
            assert!(image.unknown().get("altText").is_some());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn unknown_enum_value_is_written_back() {
    let stop: MessageStopEvent = comes_back(&json!({"stopReason": "bored"}));
    assert_eq!(stop.stop_reason, StopReason::Unknown("bored".into()));
    assert_eq!(stop.stop_reason.as_str(), "bored");

    let model: FoundationModelSummary = comes_back(&json!({
        "modelArn": "arn:aws:bedrock:us-east-1::foundation-model/a.b",
        "modelId": "a.b",
        "inferenceTypesSupported": ["ON_DEMAND", "BY_THE_LIGHT_OF_THE_MOON"],
        "modelLifecycle": {"status": "ACTIVE", "startOfLifeTime": "2026-01-02T03:04:05Z"},
    }));
    assert_eq!(model.inference_types_supported[0], InferenceType::OnDemand);
    assert_eq!(model.inference_types_supported[1].as_str(), "BY_THE_LIGHT_OF_THE_MOON");
}

#[test]
fn known_variant_with_invalid_content_is_an_error() {
    assert!(error::<ContentBlock>(&json!({"image": {"format": 5}})).contains("ImageFormat"));
    assert!(error::<ContentBlock>(&json!({"text": 5})).contains("integer `5`"));
    assert!(error::<ContentBlock>(&json!({"toolUse": "weather"})).contains("ToolUseBlock"));
    assert!(error::<ImageSource>(&json!({"bytes": "not base64!"})).contains("not Base64"));
    assert!(error::<ContentBlockDelta>(&json!({"toolResult": {"text": "no list"}})).contains("sequence"));
    // Also deep inside a message.
    assert!(
        error::<Message>(&json!({"role": "user", "content": [{"toolResult": {"content": {}}}]})).contains("sequence")
    );
}

#[test]
fn union_with_two_variants_is_an_error() {
    assert!(
        error::<ContentBlock>(&json!({"text": "a", "image": {"format": "png", "source": {"bytes": ""}}}))
            .contains("more than one")
    );
    assert!(error::<ToolChoice>(&json!({"auto": {}, "any": {}})).contains("more than one"));
    assert!(error::<ContentBlock>(&json!("text")).contains("ContentBlock"));
    assert!(error::<ContentBlock>(&json!(null)).contains("ContentBlock"));
}

#[test]
fn null_member_is_absent() {
    let block: ContentBlock = read(&json!({"image": null, "text": "a", "toolUse": null, "hologram": null}));
    assert_eq!(block, ContentBlock::from("a"));
    let block: ContentBlock = read(&json!({"wormhole": null, "hologram": {}}));
    assert_eq!(block, ContentBlock::Unknown { name: "hologram".to_owned(), value: Document::default() });

    let model: FoundationModelSummary = read(&json!({
        "modelArn": "a", "modelId": "b", "modelName": null, "inputModalities": null, "responseStreamingSupported": null,
        "modelLifecycle": null,
    }));
    assert_eq!(model, FoundationModelSummary::new("a", "b"));
    let model: FoundationModelSummary = read(&json!({"modelArn": null, "modelId": "b"}));
    assert_eq!(model, FoundationModelSummary::new("", "b"));
    assert_eq!(write(&model), json!({"modelId": "b"}));
}

#[test]
fn null_is_a_valid_document_and_a_valid_unknown_variant() {
    let json = ToolResultContentBlock::Json(Value::Null.into());
    assert_eq!(comes_back::<ToolResultContentBlock>(&json!({"json": null})), json);
    assert_eq!(
        comes_back::<ToolResultBlockDelta>(&json!({"json": null})),
        ToolResultBlockDelta::Json(Value::Null.into())
    );
    comes_back::<ToolInputSchema>(&json!({"json": null}));
    comes_back::<Message>(
        &json!({"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"json": null}]}}]}),
    );
    assert_eq!(read::<ToolResultContentBlock>(&json!({"__type": "Json", "json": null})), json);

    let new = ContentBlock::Unknown { name: "newArm".to_owned(), value: Value::Null.into() };
    assert_eq!(comes_back::<ContentBlock>(&json!({"newArm": null})), new);
    comes_back::<Message>(&json!({"role": "assistant", "content": [{"text": "a"}, {"newArm": null}]}));

    // Next to a variant, `null` still counts as absent.
    let text = ToolResultContentBlock::from("a");
    assert_eq!(read::<ToolResultContentBlock>(&json!({"json": null, "text": "a"})), text);
    assert_eq!(read::<ToolResultContentBlock>(&json!({"text": "a", "json": null, "newArm": null})), text);
    for nothing in [json!({"json": null, "text": null}), json!({"text": null}), json!({})] {
        let block: ToolResultContentBlock = read(&nothing);
        assert_eq!(block, ToolResultContentBlock::Unknown { name: String::new(), value: Value::Null.into() });
        assert_eq!(write(&block), json!({}));
    }
    comes_back::<ContentBlock>(&json!({"newArm": null, "newerArm": null}));
}

#[test]
fn padding_is_dropped() {
    let delta: ContentBlockDeltaEvent =
        read(&json!({"contentBlockIndex": 1, "delta": {"text": "Oslo"}, "p": "abcdefghijkl"}));
    assert_eq!(write(&delta), json!({"contentBlockIndex": 1, "delta": {"text": "Oslo"}}));
    assert_eq!(delta.delta.as_text(), Some("Oslo"));
    let part: PayloadPart = read(&json!({"bytes": "e30=", "p": "abc"}));
    assert_eq!(part, PayloadPart::new().bytes(b"{}"));
}

#[test]
fn reasoning_is_written_back_unchanged() {
    comes_back::<ContentBlock>(&json!({"reasoningContent": {"reasoningText": {"text": "So …", "signature": "c2ln"}}}));
    comes_back::<ContentBlock>(&json!({"reasoningContent": {"redactedContent": "/+8="}}));
    // A signature without text: Bedrock requires the text, which may be empty.
    comes_back::<ContentBlock>(&json!({"reasoningContent": {"reasoningText": {"text": "", "signature": "c2ln"}}}));
    let bare: ReasoningTextBlock = read(&json!({"signature": "c2ln"}));
    assert_eq!(write(&bare), json!({"text": "", "signature": "c2ln"}));
}

#[test]
fn request_is_written_in_the_form_of_the_service() {
    let weather = ToolSpecification::new("weather", json!({"type": "object"})).description("The weather.").strict(true);
    let tools = ToolConfiguration::new([Tool::from(weather), CachePointBlock::default().ttl(CacheTTL::OneHour).into()])
        .tool_choice(ToolChoice::tool("weather"));
    assert_eq!(
        write(&tools),
        json!({
            "tools": [
                {"toolSpec": {
                    "name": "weather", "inputSchema": {"json": {"type": "object"}},
                    "description": "The weather.", "strict": true,
                }},
                {"cachePoint": {"type": "default", "ttl": "1h"}},
            ],
            "toolChoice": {"tool": {"name": "weather"}},
        })
    );

    let found = SearchResultBlock::new("https://example.com", "Example", ["One.", "Two."]).citations(true);
    let message = Message::user([
        ContentBlock::from("Compare."),
        DocumentBlock::new("Notes", S3Location::new("s3://bucket/notes.md")).format("md").into(),
        found.into(),
        VideoBlock::new(VideoFormat::ThreeGp, vec![1, 2, 3]).into(),
        AudioBlock::new("x-aac", Blob::from(b"\0")).into(),
    ]);
    assert_eq!(
        write(&message),
        json!({
            "role": "user",
            "content": [
                {"text": "Compare."},
                {"document": {"name": "Notes", "source": {"s3Location": {"uri": "s3://bucket/notes.md"}}, "format": "md"}},
                {"searchResult": {
                    "source": "https://example.com", "title": "Example", "content": [{"text": "One."}, {"text": "Two."}],
                    "citations": {"enabled": true},
                }},
                {"video": {"format": "three_gp", "source": {"bytes": "AQID"}}},
                {"audio": {"format": "x-aac", "source": {"bytes": "AA=="}}},
            ],
        })
    );
    assert_eq!(read::<Message>(&write(&message)), message);
}

#[test]
fn debug_hides_sensitive_members() {
    let thought = json!({"reasoningContent": {"reasoningText": {"text": "kept", "signature": "kept"}}});
    let located = json!({"image": {"format": "png", "source": {"s3Location": {"uri": "s3://kept/a"}}}});
    let request: ConverseRequest = read(&json!({
        "modelId": "m",
        "messages": [{"role": "assistant", "content": [{"text": "shown"}, thought, located]}],
        "requestMetadata": {"kept": "kept"},
        "promptVariables": {"kept": {"text": "kept"}},
    }));
    let statement: GuardrailAutomatedReasoningStatement = read(&json!({"logic": "kept", "naturalLanguage": "kept"}));
    let summary: AsyncInvokeSummary = read(&json!({"invocationArn": "shown", "failureMessage": "kept"}));
    let start = StartAsyncInvokeRequest::new(
        "m",
        json!({"prompt": "kept"}),
        AsyncInvokeS3OutputDataConfig::new("s3://shown/a"),
    );
    let invoke = InvokeModelRequest::new("m", b"{}").request_metadata("kept");
    let delta: ContentBlockDelta = read(&json!({"reasoningContent": {"text": "kept"}}));
    let topic: bedrock_lite::control::GuardrailTopic = read(&json!({"name": "kept", "definition": "kept"}));
    for shown in [
        format!("{request:?} {request:#?}"),
        format!("{statement:?} {summary:?} {start:?} {invoke:?} {delta:?} {topic:?}"),
    ] {
        assert!(!shown.contains("kept") && shown.contains("redacted"), "{shown}");
    }
    assert!(format!("{request:?}").contains(r#"Text("shown"), ReasoningContent(ReasoningContentBlock(redacted))"#));
    let text = format!("{:?}", ToolResultBlock::success("t", "a"));
    let derived =
        r#"ToolResultBlock { tool_use_id: "t", content: [Text("a")], status: Some(Success), type: None, unknown: {} }"#;
    assert_eq!(text, derived, "the rest is the same as a derived `Debug`");
}
