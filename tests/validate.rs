//! What Bedrock refuses with a 400, said before it is sent: each problem alone, and none where there is none.
#![expect(clippy::unwrap_used, reason = "a test that panics is a test that fails")]

use bedrock_lite::runtime::ValidationProblemKind as Kind;
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
            error.problems().iter().map(|problem| (problem.path().to_owned(), problem.kind())).collect()
        }
    };
    // The streaming form is the same but for its guardrail.
    let streamed: ConverseStreamRequest = serde_json::from_value(serde_json::to_value(request).unwrap()).unwrap();
    let of_streamed = streamed.validate().err().map_or(Vec::new(), |error| error.problems().to_vec());
    assert_eq!(of_streamed.len(), found.len());
    found
}

#[track_caller]
fn refused(request: &ConverseRequest, path: &str, kind: Kind) {
    let before = request.clone();
    assert_eq!(problems(request), [(path.to_owned(), kind)]);
    assert_eq!(request, &before, "nothing is rewritten");
}

#[track_caller]
fn taken(request: &ConverseRequest) {
    assert_eq!(problems(request), []);
}

#[test]
fn text_is_not_blank() {
    for blank in ["", " ", "\n\t\u{a0}"] {
        refused(&ask(["a", blank]), "messages[0].content[1].text", Kind::BlankText);
    }
    refused(&ask("a").system(["b", ""]), "system[1].text", Kind::BlankText);
    taken(&ask(" a ").system("b"));
    // Reasoning may be a signature without words.
    let reasoning = ReasoningTextBlock::new("").signature("c2ln");
    taken(
        &ask("a").message(Message::assistant([ContentBlock::from(reasoning), "b".into()])).message(Message::user("c")),
    );
}

#[test]
fn a_conversation_begins_with_the_user() {
    refused(&ConverseRequest::new("m"), "messages", Kind::Empty);
    let prefilled = ConverseRequest::new("m").message(Message::assistant("Hi")).message(Message::user("Hi"));
    refused(&prefilled, "messages[0].role", Kind::FirstRole);
    refused(&ask(Vec::<ContentBlock>::new()), "messages[0].content", Kind::Empty);
    // A prompt of Prompt management has messages of its own.
    taken(&ConverseRequest::new("arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1"));
    taken(&ConverseRequest::new("m").message(Message::new("system", "a")).message(Message::user("b")));
}

fn document(name: &str) -> DocumentBlock {
    DocumentBlock::new(name, b"%PDF-1.7".to_vec()).format(DocumentFormat::Pdf)
}

#[test]
fn documents_are_named_and_told_about() {
    taken(&ask("Sum up.").message(Message::assistant("a")).message(Message::user("b").block(document("Q3 (2) [a]-b"))));
    refused(&ask(document("a")), "messages[0].content", Kind::DocumentWithoutText);
    for name in ["", "report.pdf", "a  b", "a\u{3000}b", "a\tb", "a/b", "a\nb", &"x".repeat(201)] {
        let request = ask([ContentBlock::from("Sum up."), document(name).into()]);
        refused(&request, "messages[0].content[1].document.name", Kind::DocumentName);
        // In a tool's result it is a document too.
        let result = ToolResultBlock::success("t", document(name));
        let request = ask("a")
            .tool(weather())
            .message(Message::assistant(ToolUseBlock::new("t", "weather", json!({}))))
            .message(Message::user(result));
        refused(&request, "messages[2].content[0].toolResult.content[0].document.name", Kind::DocumentName);
    }
    for name in ["a", "日本語", "a_b", &"é".repeat(200)] {
        taken(&ask([ContentBlock::from("Sum up."), document(name).into()]));
    }
    let twice = ask([ContentBlock::from("Compare."), document("a").into(), document("b").into(), document("a").into()]);
    refused(&twice, "messages[0].content[3].document.name", Kind::DuplicateDocumentName);
    let in_two_turns = ask([ContentBlock::from("a"), document("a").into()])
        .message(Message::assistant("b"))
        .message(Message::user([ContentBlock::from("c"), document("a").into()]));
    taken(&in_two_turns);
}

#[test]
fn media_are_what_they_say() {
    for (bytes, format) in
        [(PNG, ImageFormat::Png), (JPEG, ImageFormat::Jpeg), (WEBP, ImageFormat::Webp), (b"GIF89a", ImageFormat::Gif)]
    {
        taken(&ask(ImageBlock::new(format.clone(), bytes)));
        assert_eq!(ImageBlock::from_bytes(bytes).unwrap().format, format);
        let other = if format == ImageFormat::Png { "jpeg" } else { "png" };
        refused(&ask(ImageBlock::new(other, bytes)), "messages[0].content[0].image.format", Kind::ImageFormat);
        refused(&ask(ImageBlock::new("jpg", bytes)), "messages[0].content[0].image.format", Kind::ImageFormat);
    }
    // Bytes of a kind that is not known are Bedrock's to judge.
    taken(&ask(ImageBlock::new(ImageFormat::Png, b"who knows".as_slice())));

    let twice = Blob::from(serde_json::to_value(Blob::from(PNG)).unwrap().as_str().unwrap().as_bytes().to_vec());
    refused(
        &ask(ImageBlock::new(ImageFormat::Png, twice.clone())),
        "messages[0].content[0].image.source.bytes",
        Kind::DoubleBase64,
    );
    let pdf = DocumentBlock::new("a", Blob::from(b"JVBERi0xLjcK")).format(DocumentFormat::Pdf);
    let request = ask([ContentBlock::from("a"), pdf.clone().into()]);
    refused(&request, "messages[0].content[1].document.source.bytes", Kind::DoubleBase64);
    taken(&ask([ContentBlock::from("What is this?"), pdf.format(DocumentFormat::Txt).into()]));

    refused(
        &ask(ImageBlock::new(ImageFormat::Png, Vec::new())),
        "messages[0].content[0].image.source.bytes",
        Kind::TooFew,
    );
    taken(&ask(ImageBlock::new(ImageFormat::Png, S3Location::new("s3://b/k"))));
}

#[test]
fn media_have_limits() {
    let image = |size: usize| ImageBlock::new(ImageFormat::Png, [PNG, &vec![0; size - PNG.len()]].concat());
    taken(&ask(image(3_932_160)));
    refused(&ask(image(3_932_161)), "messages[0].content[0].image.source.bytes", Kind::TooLarge);
    taken(&ask(vec![image(100); 20]));
    refused(&ask(vec![image(100); 21]), "messages[0].content", Kind::TooMany);

    let text = |size: usize| DocumentBlock::new("a", vec![b'a'; size]).format(DocumentFormat::Txt);
    taken(&ask([ContentBlock::from("a"), text(4_718_592).into()]));
    let path = "messages[0].content[1].document.source.bytes";
    refused(&ask([ContentBlock::from("a"), text(4_718_593).into()]), path, Kind::TooLarge);
    let documents = |count: usize| {
        let documents = (0..count).map(|at| ContentBlock::from(document(&format!("Document {at}"))));
        ask([ContentBlock::from("a")].into_iter().chain(documents).collect::<Vec<_>>())
    };
    taken(&documents(5));
    refused(&documents(6), "messages[0].content", Kind::TooMany);
}

/// A call of a tool and its answer.
fn called(id: &str, answered: &str) -> ConverseRequest {
    ask("a")
        .tool(weather())
        .message(Message::assistant(ToolUseBlock::new(id, "weather", json!({}))))
        .message(Message::user(ToolResultBlock::success(answered, "sunny")))
}

#[test]
fn calls_and_results_belong_together() {
    taken(&called("t1", "t1"));
    let mut without_tools = called("t1", "t1");
    without_tools.tool_config = None;
    refused(&without_tools, "toolConfig", Kind::MissingToolConfig);

    let orphan = ask(ToolResultBlock::success("t1", "sunny")).tool(weather());
    refused(&orphan, "messages[0].content[0].toolResult.toolUseId", Kind::ToolResultWithoutToolUse);
    let answered_late = called("t1", "t1")
        .message(Message::assistant("b"))
        .message(Message::user(ToolResultBlock::success("t1", "again")));
    refused(&answered_late, "messages[4].content[0].toolResult.toolUseId", Kind::ToolResultWithoutToolUse);

    let mut unanswered = called("t1", "t1");
    unanswered.messages.pop();
    taken(&unanswered);
    unanswered.push(Message::user("never mind"));
    refused(&unanswered, "messages[1].content[0].toolUse.toolUseId", Kind::ToolUseWithoutToolResult);
    let mismatched = problems(&called("t1", "t2"));
    let kinds: Vec<_> = mismatched.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, [Kind::ToolResultWithoutToolUse, Kind::ToolUseWithoutToolResult]);

    // What Bedrock ran itself has its result in the same turn.
    let server = ToolUseBlock::new("s", "search", json!({})).r#type(ToolUseType::ServerToolUse);
    let turn = Message::assistant([ContentBlock::from(server), ToolResultBlock::success("s", "b").into()]);
    taken(&ask("a").tool(weather()).message(turn).message(Message::user("c")));
}

#[test]
fn tools_have_names() {
    for name in ["", "the weather", "wetter.de", "wéather", &"x".repeat(65)] {
        let spec = ToolSpecification::new(name, json!({}));
        refused(&ask("a").tool(spec), "toolConfig.tools[0].toolSpec.name", Kind::ToolName);
        let chosen = ask("a").tool(weather()).tool_choice(ToolChoice::tool(name));
        refused(&chosen, "toolConfig.toolChoice.tool.name", Kind::ToolName);
    }
    taken(&ask("a").tool(ToolSpecification::new(format!("a-b_{}", "x".repeat(60)), json!({}))));
    for id in ["", "a b", "a/b", &"x".repeat(65)] {
        let kinds: Vec<_> = problems(&called(id, id)).into_iter().map(|(_, kind)| kind).collect();
        assert_eq!(kinds, [Kind::ToolUseId, Kind::ToolUseId], "{id:?}");
    }
    taken(&called("a.b:c-d_9", "a.b:c-d_9"));
    let empty = ask("a").tool_config(ToolConfiguration::new(Vec::<Tool>::new()));
    refused(&empty, "toolConfig.tools", Kind::TooFew);
    refused(&ask("a").tool(weather().description("")), "toolConfig.tools[0].toolSpec.description", Kind::Text);
}

#[test]
fn cache_points_do_not_outlive_those_before() {
    let hour = || CachePointBlock::default().ttl(CacheTTL::OneHour);
    let short = || CachePointBlock::default().ttl(CacheTTL::FiveMinutes);
    let request = |tools: CachePointBlock, system: CachePointBlock, message: CachePointBlock| {
        ask([ContentBlock::from("a"), message.into()])
            .system([SystemContentBlock::from("b"), system.into()])
            .tool(weather())
            .tool(tools)
    };
    taken(&request(hour(), hour(), short()));
    taken(&request(hour(), short(), CachePointBlock::default()));
    refused(&request(short(), short(), hour()), "messages[0].content[1].cachePoint.ttl", Kind::CachePointOrder);
    // Without a lifetime it is five minutes.
    refused(&request(CachePointBlock::default(), hour(), short()), "system[1].cachePoint.ttl", Kind::CachePointOrder);
    taken(&request(short(), CachePointBlock::default().ttl("1d"), short()));
}

#[test]
fn settings_have_ranges() {
    refused(&ask("a").max_tokens(0), "inferenceConfig.maxTokens", Kind::OutOfRange);
    for wrong in [-0.1, 1.1, f64::NAN] {
        // NaN has no JSON form, so that the request cannot be taken for a streaming one.
        let kinds = |request: ConverseRequest| request.validate().unwrap_err().problems()[0].kind();
        assert_eq!(kinds(ask("a").temperature(wrong)), Kind::OutOfRange);
        assert_eq!(kinds(ask("a").top_p(wrong)), Kind::OutOfRange);
    }
    taken(&ask("a").max_tokens(1).temperature(0.0).top_p(1.0).stop_sequence("\n"));
    refused(&ask("a").stop_sequence("b").stop_sequence(""), "inferenceConfig.stopSequences[1]", Kind::Text);
    let stops = |count| ask("a").inference_config(InferenceConfiguration::new().stop_sequences(vec!["b"; count]));
    taken(&stops(2500));
    refused(&stops(2501), "inferenceConfig.stopSequences", Kind::TooMany);

    let paths = |paths: Vec<String>| ask("a").additional_model_response_field_paths(paths);
    taken(&paths(vec!["/stop_sequence".to_owned(); 10]));
    refused(&paths(vec!["/a".to_owned(); 11]), "additionalModelResponseFieldPaths", Kind::TooMany);
    refused(&paths(vec!["/".repeat(257)]), "additionalModelResponseFieldPaths[0]", Kind::Text);

    let metadata =
        |count: usize| ask("a").request_metadata((0..count).map(|at| (format!("key {at}"), "a:b_@$#=/+,-.")));
    taken(&metadata(16));
    refused(&metadata(17), "requestMetadata", Kind::TooMany);
    for (key, value) in [("", "a"), ("a", "ü"), ("a", "(b)"), ("a", &"x".repeat(257))] {
        let place = format!("requestMetadata.{key}");
        refused(&ask("a").request_metadata([(key, value)]), &place, Kind::Text);
    }
}

#[test]
fn problems_are_told_together_and_are_an_error() {
    let request = ask(["", " "]).max_tokens(0);
    let error = request.validate().unwrap_err();
    assert_eq!(error.problems().len(), 3);
    assert_eq!(
        error.to_string(),
        "messages[0].content[0].text: the text is blank; messages[0].content[1].text: the text is blank; \
         inferenceConfig.maxTokens: at least 1"
    );
    match Error::from(error) {
        Error::Config(error) => {
            assert_eq!(error.kind(), ConfigErrorKind::InvalidRequest);
            assert!(std::error::Error::source(&error).unwrap().to_string().contains("blank"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn names_are_sanitized() {
    for (text, name) in [
        ("report.pdf", "report-pdf"),
        ("  a \t\u{3000} b\n", "a b"),
        ("a_b", "a-b"),
        ("日本語 (1).docx", "日本語 (1)-docx"),
        ("", "document"),
        ("...", "document"),
        ("🦀", "document"),
    ] {
        assert_eq!(DocumentName::sanitize(text).as_str(), name);
    }
    let long = DocumentName::sanitize(&"ab ".repeat(100));
    assert!(long.as_str().chars().count() <= 200 && DocumentName::new(long.as_str()).is_ok());
    assert!(DocumentName::new("a.b").is_err());
    taken(&ask([ContentBlock::from("a"), DocumentBlock::new(long, b"a".to_vec()).format("txt").into()]));
}

#[test]
fn formats_are_found() {
    assert!(matches!(ImageBlock::from_bytes(b"%PDF-1.7"), Err(Error::Config(_))));
    assert!(matches!(ImageBlock::from_bytes(Vec::new()), Err(Error::Config(_))));
    for (extension, format) in [
        ("pdf", DocumentFormat::Pdf),
        (".DOCX", DocumentFormat::Docx),
        ("a.b.htm", DocumentFormat::Html),
        ("md", DocumentFormat::Md),
    ] {
        assert_eq!(DocumentBlock::from_bytes("a", b"b", extension).unwrap().format, Some(format));
    }
    assert!(DocumentBlock::from_bytes("a", b"b", "exe").is_err());

    let folder = std::env::temp_dir().join(format!("bedrock-lite-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("Q3.report.csv");
    std::fs::write(&file, "a,b").unwrap();
    let document = DocumentBlock::from_path(&file);
    let missing = DocumentBlock::from_path(folder.join("nothing.txt"));
    let program = DocumentBlock::from_path(folder.join("program.exe"));
    std::fs::remove_dir_all(&folder).unwrap();
    let expected = DocumentBlock::new("Q3-report", b"a,b".to_vec()).format(DocumentFormat::Csv);
    assert_eq!(document.unwrap(), expected);
    assert!(std::error::Error::source(&missing.unwrap_err()).is_some(), "why it cannot be read");
    assert!(program.unwrap_err().to_string().contains("exe"));
}

/// What Bedrock took is not refused here.
#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn no_recorded_request_is_refused() {
    let root = std::env::var_os("BEDROCK_RECORDINGS").map(std::path::PathBuf::from).unwrap();
    let read = |path: std::path::PathBuf| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap();
    let (mut checked, mut refused) = (0, Vec::new());
    for operation in ["converse", "converse_stream"] {
        for exchange in std::fs::read_dir(root.join(operation)).unwrap() {
            let exchange = exchange.unwrap().path();
            if read(exchange.join("response.json"))["status"] != 200 {
                continue;
            }
            let request = read(exchange.join("request.json"));
            // Some recorders kept no body, or one that they made unreadable.
            let body = request["body"].as_str().map(serde_json::from_str::<Value>);
            let Some(Ok(mut body)) = body else { continue };
            // One recorder wraps bodies in an object of its own.
            if body["type"] == "json" {
                body = body["content"].take();
            }
            body["modelId"] = "a.model".into();
            let request: ConverseStreamRequest = match serde_json::from_value(body) {
                Ok(request) => request,
                Err(error) => panic!("{}: {error}", exchange.display()),
            };
            checked += 1;
            if let Err(error) = request.validate() {
                refused.push(format!("{}: {error}", exchange.display()));
            }
        }
    }
    assert!(checked > 300, "only {checked} requests");
    assert!(refused.is_empty(), "{checked} requests, of which {}:\n{}", refused.len(), refused.join("\n"));
}
