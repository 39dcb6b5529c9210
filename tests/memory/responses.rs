//! The memory of parsed responses: a body of many tiny values is refused before it exceeds the
//! limit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use allocation_counter::{AllocationInfo, measure};
use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::{FromResponse, ResponseTiming, StreamDecoder};
use bedrock_lite::runtime::{ConverseStreamDecoder, InvokeModelWithResponseStreamDecoder};
use bedrock_lite::{ConverseRequest, Document, Error, Operation, StreamErrorKind, control, runtime};
use bytes::Bytes;
use serde_json::{Value, json};

/// The size of the bodies, in bytes.
const BODY: usize = 4 * 1024;

fn allocated<T>(work: impl FnOnce() -> T) -> (AllocationInfo, T) {
    let mut given = None;
    let info = measure(|| given = Some(work()));
    (info, given.unwrap())
}

fn response(body: Bytes, limit: usize) -> http::Response<Bytes> {
    let mut response = http::Response::new(body);
    response.extensions_mut().insert(ResponseTiming::new(1, std::time::Duration::ZERO).with_memory(limit));
    response
}

/// Reads a body within a limit. Returns the peak of memory in addition to the body, and the result.
type Read = fn(Bytes, usize) -> (usize, Result<(), Error>);

fn read<O: Operation<Output: FromResponse>>(body: Bytes, limit: usize) -> (usize, Result<(), Error>) {
    let response = response(body, limit);
    let (info, result) = allocated(|| O::http_response(response));
    (usize::try_from(info.bytes_max).unwrap(), result.map(drop))
}

macro_rules! responses {
    ($($module:ident { $($request:ident -> $response:ident)* })+) => {
        &[$($((stringify!($response), read::<$module::$request>)),*),+]
    };
}

/// Every response that is read from JSON.
const RESPONSES: &[(&str, Read)] = responses! {
    runtime {
        ConverseRequest -> ConverseResponse
        CountTokensRequest -> CountTokensResponse
        ApplyGuardrailRequest -> ApplyGuardrailResponse
        InvokeGuardrailChecksRequest -> InvokeGuardrailChecksResponse
        StartAsyncInvokeRequest -> StartAsyncInvokeResponse
        GetAsyncInvokeRequest -> GetAsyncInvokeResponse
        ListAsyncInvokesRequest -> ListAsyncInvokesResponse
    }
    control {
        CreateGuardrailVersionRequest -> CreateGuardrailVersionResponse
        CreateInferenceProfileRequest -> CreateInferenceProfileResponse
        CreateModelInvocationJobRequest -> CreateModelInvocationJobResponse
        GetCustomModelRequest -> GetCustomModelResponse
        GetFoundationModelAvailabilityRequest -> GetFoundationModelAvailabilityResponse
        GetFoundationModelRequest -> GetFoundationModelResponse
        GetGuardrailRequest -> GetGuardrailResponse
        GetImportedModelRequest -> GetImportedModelResponse
        GetInferenceProfileRequest -> GetInferenceProfileResponse
        GetModelInvocationJobRequest -> GetModelInvocationJobResponse
        GetModelInvocationLoggingConfigurationRequest -> GetModelInvocationLoggingConfigurationResponse
        GetPromptRouterRequest -> GetPromptRouterResponse
        GetProvisionedModelThroughputRequest -> GetProvisionedModelThroughputResponse
        ListCustomModelsRequest -> ListCustomModelsResponse
        ListFoundationModelsRequest -> ListFoundationModelsResponse
        ListGuardrailsRequest -> ListGuardrailsResponse
        ListImportedModelsRequest -> ListImportedModelsResponse
        ListInferenceProfilesRequest -> ListInferenceProfilesResponse
        ListModelInvocationJobsRequest -> ListModelInvocationJobsResponse
        ListPromptRoutersRequest -> ListPromptRoutersResponse
        ListProvisionedModelThroughputsRequest -> ListProvisionedModelThroughputsResponse
        ListTagsForResourceRequest -> ListTagsForResourceResponse
    }
};

fn samples(shape: &str) -> Vec<Value> {
    ["bedrock-runtime", "bedrock"]
        .iter()
        .flat_map(|service| {
            let file = format!("{}/tests/samples/{service}.samples.jsonl", env!("CARGO_MANIFEST_DIR"));
            let lines: Vec<Value> =
                fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            lines
        })
        .filter(|sample| sample["shape"] == shape)
        .map(|mut sample| sample["json"].take())
        .collect()
}

fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(at.to_owned());
            members.iter().for_each(|(name, member)| {
                places(member, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            });
        }
        Value::Array(elements) => {
            found.push(at.to_owned());
            elements.iter().enumerate().for_each(|(nth, element)| places(element, &format!("{at}/{nth}"), found));
        }
        _ => {}
    }
}

const MARK: &str = "@many@";

/// Returns elements that take little text.
fn elements(sample: Option<&Value>) -> Vec<String> {
    let mut elements: Vec<_> =
        ["{}", "\"\"", "[]", "0", r#"{"a":0}"#, r#"{"a":0,"b":0}"#, "null", "[[]]"].map(ToOwned::to_owned).into();
    for (name, member) in sample.and_then(Value::as_object).into_iter().flatten() {
        let name = Value::from(name.as_str());
        for content in ["{}", "[{}]", "\"\"", r#"{"a":0}"#] {
            elements.push(format!("{{{name}:{content}}}"));
        }
        for inner in member.as_object().into_iter().flat_map(|members| members.keys()) {
            let inner = Value::from(inner.as_str());
            elements.extend(["{}", "[{}]"].map(|content| format!("{{{name}:{{{inner}:{content}}}}}")));
        }
    }
    elements
}

/// Calls `each` with bodies of about [`BODY`] bytes that repeat one tiny element, and with their
/// description.
///
/// Lists in `seen` are left out, because the lists of other samples and of other elements are the
/// same.
fn hostile(sample: &Value, seen: &mut BTreeSet<String>, mut each: impl FnMut(String, Bytes)) {
    let mut found = Vec::new();
    places(sample, "", &mut found);
    for place in found {
        let kind: Vec<_> =
            place.split('/').map(|name| if name.parse::<usize>().is_ok() { "*" } else { name }).collect();
        if !seen.insert(kind.join("/")) {
            continue;
        }
        let mut changed = sample.clone();
        let target = changed.pointer_mut(&place).unwrap();
        let of = |element: &str, nth: usize, is_list: bool| {
            if is_list { element.to_owned() } else { format!("\"{nth:x}\":{element}") }
        };
        let is_list = target.is_array();
        let first = match &*target {
            Value::Array(list) => list.first().cloned(),
            _ => None,
        };
        *target = if is_list { json!([MARK]) } else { json!({MARK: 0}) };
        let text = changed.to_string();
        let mark = if is_list { format!("{MARK:?}") } else { format!("{MARK:?}:0") };
        for element in elements(first.as_ref()) {
            let count = BODY / (of(&element, 4096, is_list).len() + 1);
            let many: Vec<_> = (0..count).map(|nth| of(&element, nth, is_list)).collect();
            each(format!("{place} of {element}"), text.replace(&mark, &many.join(",")).into());
        }
    }
}

#[test]
fn no_response_exceeds_the_memory_limit() {
    const LIMIT: usize = 16 * 1024;
    let (mut refused, mut taken) = (0, 0);
    for (shape, read) in RESPONSES {
        let (samples, mut seen) = (samples(shape), BTreeSet::new());
        assert!(!samples.is_empty(), "{shape}");
        for sample in samples {
            hostile(&sample, &mut seen, |what, body| {
                let size = body.len();
                let (peak, result) = read(body, LIMIT);
                // A growing list is copied, so the old and the new one exist at once. The text of
                // strings, its order, and the excerpt in an error are of the size of the body.
                assert!(peak <= LIMIT * 3 / 2 + 6 * size, "{shape} at {what}: {peak} bytes for a body of {size}");
                match result {
                    Err(Error::Decode(error)) if error.memory_limit().is_some() => {
                        assert_eq!(error.memory_limit(), Some(LIMIT));
                        let said = error.to_string();
                        assert!(said.contains(&format!("{LIMIT} bytes")) && said.contains("Limits::memory"), "{said}");
                        refused += 1;
                    }
                    Err(Error::Decode(_)) | Ok(()) => taken += 1,
                    Err(other) => panic!("{shape} at {what}: {other:?}"),
                }
            });
        }
    }
    assert!(refused > 100 && taken > 100, "{refused} refused, {taken} taken");
}

#[test]
fn memory_per_byte_of_json_is_bounded() {
    /// The limit per byte of a body without a memory limit. Lists of the control plane have
    /// elements of many members.
    const MOST: usize = 480;
    const MOST_OF_RUNTIME: usize = 260;
    let mut worst = BTreeMap::<usize, String>::new();
    for (nth, (shape, read)) in RESPONSES.iter().enumerate() {
        let most = if nth < 7 { MOST_OF_RUNTIME } else { MOST };
        let mut seen = BTreeSet::new();
        for sample in samples(shape) {
            hostile(&sample, &mut seen, |what, body| {
                let size = body.len();
                let (peak, result) = read(body, usize::MAX - 1);
                if result.is_ok() {
                    assert!(peak / size <= most, "{shape} at {what} takes {peak} bytes for a body of {size}");
                    worst.insert(peak / size, format!("{shape} at {what}"));
                }
            });
        }
    }
    for (factor, what) in worst.iter().rev().take(25) {
        println!("{factor:4} {what}");
    }
}

#[test]
fn usual_response_is_far_below_the_default_limit() {
    let text = "a word and ".repeat(100_000);
    let content: Vec<_> = (0..1000).map(|_| json!({"text": &text[..1000]})).collect();
    let body = json!({"output": {"message": {"role": "assistant", "content": content}}, "stopReason": "end_turn"});
    let body = Bytes::from(body.to_string());
    assert!(ConverseRequest::http_response(http::Response::new(body.clone())).is_ok());
    assert!(ConverseRequest::http_response(response(body, 1 << 20)).is_ok());
}

#[test]
fn default_limit_applies_without_a_client() {
    // 18 MB of JSON that would become half a gigabyte.
    let body = format!(r#"{{"assessments":[{}{{}}]}}"#, "{},".repeat(6_000_000));
    let (info, result) = allocated(|| runtime::ApplyGuardrailRequest::http_response(http::Response::new(body.into())));
    match result {
        Err(Error::Decode(error)) => {
            assert_eq!(error.memory_limit(), Some(256 << 20));
            assert!(error.path().starts_with("assessments["), "{}", error.path());
        }
        other => panic!("{:?}", other.map(drop)),
    }
    assert!(info.bytes_max < 512 << 20, "{} bytes", info.bytes_max);
}

#[test]
fn typed_document_has_a_memory_limit_too() {
    let trace = format!(r#"{{"outputAssessments":{{"g":[{}{{}}]}}}}"#, "{},".repeat(6_000_000));
    let trace = Document::from_json(trace).unwrap();
    let (info, result) = allocated(|| trace.read::<runtime::GuardrailTraceAssessment>());
    assert!(matches!(result, Err(Error::Decode(error)) if error.memory_limit().is_some()));
    assert!(info.bytes_max < 512 << 20, "{} bytes", info.bytes_max);
}

#[test]
fn body_that_is_not_utf8_is_refused_before_it_is_built() {
    let mut body = format!(r#"{{"x":[{}{{}}],"y":""#, r#"{"a":0},"#.repeat(100_000)).into_bytes();
    body.extend_from_slice(b"\xff\"}");
    let size = body.len();
    let (peak, result) = read::<ConverseRequest>(body.into(), usize::MAX - 1);
    assert!(matches!(result, Err(Error::Decode(_))));
    assert!(peak < 4 * size, "{peak} bytes for a body of {size}");
}

fn head(limit: usize) -> http::response::Parts {
    let mut response = response(Bytes::new(), limit);
    response.headers_mut().insert("content-type", "application/vnd.amazon.eventstream".parse().unwrap());
    response.into_parts().0
}

/// Reads events and keeps them. Returns the peak of memory, and how the stream ended.
fn events<D: StreamDecoder>(limit: usize, frames: &[Bytes]) -> (usize, Result<usize, Error>) {
    let mut decoder = D::from_head(head(limit)).unwrap();
    let (info, result) = allocated(|| {
        let mut kept = Vec::new();
        for frame in frames {
            decoder.push(frame.clone());
            while let Some(event) = decoder.recv()? {
                kept.push(event);
            }
        }
        Ok(kept.len())
    });
    (usize::try_from(info.bytes_max).unwrap(), result)
}

#[test]
fn events_of_a_stream_share_one_memory_limit() {
    const LIMIT: usize = 256 * 1024;
    let frame = |event_type: &str, payload: String| -> Bytes {
        encode(&Frame::event(event_type, "application/json", payload)).unwrap()
    };
    let many = |element: &str| vec![element; 8 * 1024 / (element.len() + 1)].join(",");
    let members = (0..800).map(|nth| format!("\"{nth}\":0")).collect::<Vec<_>>().join(",");
    let start =
        frame("contentBlockStart", r#"{"contentBlockIndex":0,"start":{"toolResult":{"toolUseId":"t"}}}"#.to_owned());
    let streams = [
        ("contentBlockDelta", format!(r#"{{"contentBlockIndex":0,"delta":{{"toolResult":[{}]}}}}"#, many("{}"))),
        (
            "contentBlockDelta",
            format!(r#"{{"contentBlockIndex":0,"delta":{{"toolResult":[{}]}}}}"#, many(r#"{"a":0}"#)),
        ),
        (
            "contentBlockDelta",
            format!(r#"{{"contentBlockIndex":1,"delta":{{"citation":{{"sourceContent":[{}]}}}}}}"#, many("{}")),
        ),
        ("metadata", format!(r#"{{"usage":{{"cacheDetails":[{}]}}}}"#, many("{}"))),
        ("messageStart", format!("{{{members}}}")),
    ];
    for (event_type, payload) in streams {
        let payload = frame(event_type, payload);
        let frames: Vec<_> = [start.clone()].into_iter().chain(vec![payload; 64]).collect();
        let size: usize = frames.iter().map(Bytes::len).sum();
        let (peak, result) = events::<ConverseStreamDecoder>(LIMIT, &frames);
        // The kept events, and the response that they accumulate to.
        assert!(peak <= 3 * LIMIT + 3 * size, "{event_type}: {peak} bytes for a stream of {size}");
        match result {
            Err(Error::Stream(error)) if error.kind() == StreamErrorKind::TooLarge => {
                let said = error.to_string();
                assert!(said.contains(&LIMIT.to_string()) && said.contains("Limits::memory"), "{said}");
            }
            // A second `messageStart` has a different error.
            Err(Error::Stream(_)) if event_type == "messageStart" => {}
            other => panic!("{event_type}: {other:?}"),
        }
    }

    let chunk = frame("chunk", format!(r#"{{"bytes":"","p":"","x":0,{members}}}"#));
    let (peak, result) = events::<InvokeModelWithResponseStreamDecoder>(LIMIT, &vec![chunk.clone(); 64]);
    assert!(matches!(result, Err(Error::Stream(error)) if error.kind() == StreamErrorKind::TooLarge));
    assert!(peak <= 2 * LIMIT + 3 * 64 * chunk.len(), "{peak} bytes");
}
