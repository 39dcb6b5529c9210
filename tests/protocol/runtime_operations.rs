//! Every operation of bedrock-runtime: its HTTP request, its response, and every listed error as a
//! typed error.

use std::time::Duration;

use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::{FromResponse, ResponseTiming, StreamDecoder, accept};
use bedrock_lite::runtime::*;
use bedrock_lite::{Blob, Error, Operation, Service, ServiceErrorKind, Timestamp};
use bytes::Bytes;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abcdef123456";
const ENCODED_ARN: &str = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aasync-invoke%2Fabcdef123456";

/// The expected HTTP request.
struct Wire<'a> {
    line: &'a str,
    /// All headers, sorted.
    headers: &'a [(&'a str, &'a str)],
    body: Option<Value>,
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

fn http_request<O: Operation>(operation: &O) -> http::Request<Bytes> {
    assert_eq!(operation.service(), Service::BedrockRuntime);
    let endpoint = Endpoint::resolve(operation.service(), &EndpointConfig::new().region("us-east-1")).unwrap();
    operation.http_request(&endpoint).unwrap()
}

#[track_caller]
fn travels<O: Operation>(name: &str, operation: &O, expected: &Wire) {
    assert_eq!(operation.name(), name);
    let request = http_request(operation);
    assert_eq!(request.uri().host(), Some("bedrock-runtime.us-east-1.amazonaws.com"));
    assert_eq!(format!("{} {}", request.method(), request.uri().path_and_query().unwrap()), expected.line);
    let mut headers: Vec<_> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    assert_eq!(headers, expected.headers);
    match &expected.body {
        Some(body) => assert_eq!(&serde_json::from_slice::<Value>(request.body()).unwrap(), body),
        None => assert!(request.body().is_empty()),
    }
}

fn moment(text: &str) -> Timestamp {
    serde_json::from_value(json!(text)).unwrap()
}

#[test]
fn converse_request_matches_the_api_reference() {
    let request = ConverseRequest::new("a.model-v1:0").system("Be brief.").message(Message::user("Hi")).max_tokens(5);
    let body = json!({
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        "system": [{"text": "Be brief."}],
        "inferenceConfig": {"maxTokens": 5},
    });
    let line = "POST /model/a.model-v1%3A0/converse";
    travels("Converse", &request, &Wire { line, headers: JSON, body: Some(body.clone()) });
    let line = "POST /model/a.model-v1%3A0/converse-stream";
    travels("ConverseStream", &StreamedConverse::new(&request), &Wire { line, headers: JSON, body: Some(body) });
    let request = ConverseStreamRequest::new("m").guardrail_config(
        GuardrailStreamConfiguration::new().stream_processing_mode(GuardrailStreamProcessingMode::Async),
    );
    let body = Some(json!({"guardrailConfig": {"streamProcessingMode": "async"}}));
    travels("ConverseStream", &request, &Wire { line: "POST /model/m/converse-stream", headers: JSON, body });
}

#[test]
fn invoke_model_request_has_the_body_and_all_headers() {
    let body = json!({"inputText": "Hi"});
    let plain = InvokeModelRequest::json("m", &body).unwrap();
    let headers = &[("accept", "application/json"), ("content-type", "application/json")];
    travels("InvokeModel", &plain, &Wire { line: "POST /model/m/invoke", headers, body: Some(body.clone()) });

    let request = plain
        .content_type("application/x-json")
        .accept("image/png")
        .trace(Trace::EnabledFull)
        .guardrail_identifier("gr1")
        .guardrail_version("2")
        .performance_config_latency(PerformanceConfigLatency::Optimized)
        .service_tier(ServiceTierType::Flex)
        .request_metadata(r#"{"team":"a"}"#);
    let headers = &[
        ("accept", "image/png"),
        ("content-type", "application/x-json"),
        ("x-amzn-bedrock-guardrailidentifier", "gr1"),
        ("x-amzn-bedrock-guardrailversion", "2"),
        ("x-amzn-bedrock-performanceconfig-latency", "optimized"),
        ("x-amzn-bedrock-request-metadata", r#"{"team":"a"}"#),
        ("x-amzn-bedrock-service-tier", "flex"),
        ("x-amzn-bedrock-trace", "ENABLED_FULL"),
    ];
    travels("InvokeModel", &request, &Wire { line: "POST /model/m/invoke", headers, body: Some(body.clone()) });

    // The streaming form has its `Accept` under another name.
    let request = InvokeModelWithResponseStreamRequest::json("m", &body).unwrap().trace(Trace::Disabled);
    let headers = &[
        ("content-type", "application/json"),
        ("x-amzn-bedrock-accept", "application/json"),
        ("x-amzn-bedrock-trace", "DISABLED"),
    ];
    let line = "POST /model/m/invoke-with-response-stream";
    let wire = Wire { line, headers, body: Some(body.clone()) };
    travels("InvokeModelWithResponseStream", &request, &wire);
    let whole = InvokeModelRequest::json("m", &body).unwrap().trace(Trace::Disabled);
    travels("InvokeModelWithResponseStream", &StreamedInvokeModel::new(&whole), &wire);
}

#[test]
fn apply_guardrail_request_matches_the_api_reference() {
    let request = ApplyGuardrailRequest::new(
        "arn:aws:bedrock:us-east-1:123456789012:guardrail/gr1",
        "DRAFT",
        GuardrailContentSource::Output,
        [
            GuardrailContentBlock::from("Hi"),
            GuardrailImageBlock::new(GuardrailImageFormat::Png, Blob::from(b"\x89PNG")).into(),
        ],
    )
    .output_scope(GuardrailOutputScope::Full);
    let wire = Wire {
        line: "POST /guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aguardrail%2Fgr1/version/DRAFT/apply",
        headers: JSON,
        body: Some(json!({
            "source": "OUTPUT",
            "content": [{"text": {"text": "Hi"}}, {"image": {"format": "png", "source": {"bytes": "iVBORw=="}}}],
            "outputScope": "FULL",
        })),
    };
    travels("ApplyGuardrail", &request, &wire);

    let checks = GuardrailChecksConfig::new()
        .content_filter(GuardrailChecksContentFilterConfig::new(GuardrailChecksContentFilterCategory::Hate))
        .sensitive_information(GuardrailChecksSensitiveInformationConfig::new([
            GuardrailChecksSensitiveInformationEntityType::Email,
            GuardrailChecksSensitiveInformationEntityType::Pin,
        ]));
    let request = InvokeGuardrailChecksRequest::new(GuardrailChecksMessage::new("user", "Hi"), checks);
    let body = Some(json!({
        "messages": [{"role": "user", "content": [{"text": "Hi"}]}],
        "checks": {
            "contentFilter": {"categories": [{"category": "HATE"}]},
            "sensitiveInformation": {"entities": [{"type": "EMAIL"}, {"type": "PIN"}]},
        },
    }));
    travels("InvokeGuardrailChecks", &request, &Wire { line: "POST /guardrail-checks/invoke", headers: JSON, body });
}

#[test]
fn count_tokens_request_matches_the_api_reference() {
    let chat = ConverseRequest::new("m").system("Be brief.").message(Message::user("Hi")).max_tokens(5);
    let wire = Wire {
        line: "POST /model/m/count-tokens",
        headers: JSON,
        // Members that cost no tokens are not sent.
        body: Some(json!({"input": {"converse": {
            "messages": [{"role": "user", "content": [{"text": "Hi"}]}], "system": [{"text": "Be brief."}],
        }}})),
    };
    travels("CountTokens", &CountTokensRequest::new("m", &chat), &wire);
    let own = InvokeModelRequest::new("m", b"{}");
    let wire = Wire { body: Some(json!({"input": {"invokeModel": {"body": "e30="}}})), ..wire };
    travels("CountTokens", &CountTokensRequest::new("m", &own), &wire);
}

#[test]
fn start_async_invoke_request_matches_the_api_reference() {
    let output = AsyncInvokeS3OutputDataConfig::new("s3://bucket/out").bucket_owner("123456789012");
    let request = StartAsyncInvokeRequest::new("amazon.nova-reel-v1:1", json!({"b": 1, "a": 2.0}), output)
        .client_request_token("once")
        .tags([("team", "film")]);
    let wire = Wire {
        line: "POST /async-invoke",
        headers: JSON,
        body: Some(json!({
            "modelId": "amazon.nova-reel-v1:1",
            "modelInput": {"b": 1, "a": 2.0},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/out", "bucketOwner": "123456789012"}},
            "clientRequestToken": "once",
            "tags": [{"key": "team", "value": "film"}],
        })),
    };
    travels("StartAsyncInvoke", &request, &wire);

    let line = &*format!("GET /async-invoke/{ENCODED_ARN}");
    travels("GetAsyncInvoke", &GetAsyncInvokeRequest::new(ARN), &Wire { line, headers: &[], body: None });

    let wire = Wire { line: "GET /async-invoke", headers: &[], body: None };
    travels("ListAsyncInvokes", &ListAsyncInvokesRequest::new(), &wire);
    let request = ListAsyncInvokesRequest::new()
        .submit_time_after(moment("2026-01-02T03:04:05Z"))
        .submit_time_before(moment("2026-01-02T03:04:05.678Z"))
        .status_equals(AsyncInvokeStatus::InProgress)
        .max_results(50)
        .next_token("a+b/c=")
        .sort_by(SortAsyncInvocationBy::SubmissionTime)
        .sort_order(SortOrder::Descending);
    let line = "GET /async-invoke?submitTimeAfter=2026-01-02T03%3A04%3A05Z&submitTimeBefore=2026-01-02T03%3A04%3A05.678Z\
                &statusEquals=InProgress&maxResults=50&nextToken=a%2Bb%2Fc%3D&sortBy=SubmissionTime&sortOrder=Descending";
    travels("ListAsyncInvokes", &request, &Wire { line, ..wire });
}

#[test]
fn async_invoke_without_a_token_gets_a_new_one_per_call() {
    let output = AsyncInvokeS3OutputDataConfig::new("s3://bucket/out");
    let request = StartAsyncInvokeRequest::new("m", json!({}), output);
    let token = || {
        let body: Value = serde_json::from_slice(http_request(&request).body()).unwrap();
        body["clientRequestToken"].as_str().unwrap().to_owned()
    };
    let (first, second) = (token(), token());
    assert_ne!(first, second);
    assert_eq!(first.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{first} is not a UUID");
    assert!(first.chars().all(|c| c == '-' || c.is_ascii_hexdigit()));
    assert_eq!(first.chars().nth(14), Some('4'), "a random token");
    assert_eq!(request.client_request_token, None, "the request is unchanged");
}

fn answer<O: FromResponse>(body: &Value) -> O {
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    response.headers_mut().insert("x-amzn-requestid", "rid".parse().unwrap());
    response.extensions_mut().insert(ResponseTiming::new(2, Duration::from_millis(30)));
    O::from_response(response).unwrap()
}

#[track_caller]
fn is_known(metadata: &bedrock_lite::ResponseMetadata) {
    assert_eq!((metadata.request_id(), metadata.attempts()), (Some("rid"), 2));
    assert_eq!(metadata.time_to_headers(), Some(Duration::from_millis(30)));
    assert_eq!(metadata.status().map(|status| status.as_u16()), Some(200));
}

#[test]
fn responses_are_read_with_their_metadata() {
    let counted: CountTokensResponse = answer(&json!({"inputTokens": 7}));
    assert_eq!(counted.input_tokens, 7);
    is_known(counted.metadata());
    assert_eq!(serde_json::to_value(&counted).unwrap(), json!({"inputTokens": 7}), "metadata is not serialized");
    assert_eq!(counted, CountTokensResponse::new(7), "metadata is not compared");
    assert_eq!(CountTokensResponse::new(7).metadata().request_id(), None);

    let started: StartAsyncInvokeResponse = answer(&json!({"invocationArn": ARN}));
    assert_eq!(started.invocation_arn, ARN);
    is_known(started.metadata());

    let invocation = json!({
        "invocationArn": ARN, "modelArn": "m", "status": "Failed", "failureMessage": "no", "submitTime": "2026-01-02T03:04:05Z",
        "endTime": "2026-01-02T04:04:05.5Z", "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/o"}},
    });
    let got: GetAsyncInvokeResponse = answer(&invocation);
    assert_eq!((&got.status, got.failure_message.as_deref()), (&AsyncInvokeStatus::Failed, Some("no")));
    assert_eq!(got.submit_time, moment("2026-01-02T03:04:05Z"));
    is_known(got.metadata());
    let listed: ListAsyncInvokesResponse = answer(&json!({"nextToken": "n", "asyncInvokeSummaries": [invocation]}));
    assert_eq!(listed.next_token.as_deref(), Some("n"));
    assert_eq!(listed.async_invoke_summaries.len(), 1);
    is_known(listed.metadata());
    assert!(answer::<ListAsyncInvokesResponse>(&json!({})).async_invoke_summaries.is_empty());

    let usage = json!({
        "topicPolicyUnits": 1, "contentPolicyUnits": 1, "wordPolicyUnits": 0, "sensitiveInformationPolicyUnits": 0,
        "sensitiveInformationPolicyFreeUnits": 0, "contextualGroundingPolicyUnits": 0,
    });
    let applied: ApplyGuardrailResponse = answer(&json!({
        "usage": usage, "action": "GUARDRAIL_INTERVENED", "outputs": [{"text": "{EMAIL}"}],
        "assessments": [{"sensitiveInformationPolicy": {"piiEntities": [{"match": "a@b.c", "type": "EMAIL", "action": "ANONYMIZED"}]}}],
    }));
    assert_eq!(applied.action, GuardrailAction::GuardrailIntervened);
    let found = applied.assessments.first().and_then(|found| found.sensitive_information_policy.as_ref()).unwrap();
    assert!(found.regexes.is_empty(), "missing on the wire");
    assert_eq!(found.pii_entities.first().map(|entity| &entity.r#type), Some(&GuardrailPiiEntityType::Email));
    is_known(applied.metadata());

    let checked: InvokeGuardrailChecksResponse = answer(&json!({
        "results": {"promptAttack": {"results": [{"category": "JAILBREAK", "severityScore": 0.9}]}},
        "usage": {"promptAttack": {"textUnits": 1}},
    }));
    let attack = checked.results.prompt_attack.as_ref().and_then(|attack| attack.results.first()).unwrap();
    assert_eq!(attack, &GuardrailChecksPromptAttackResultEntry::new("JAILBREAK", 0.9));
    is_known(checked.metadata());
}

fn invoked(headers: &[(&str, &str)]) -> InvokeModelResponse {
    let mut response = http::Response::builder();
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    InvokeModelRequest::http_response(response.body(Bytes::from_static(b"{}")).unwrap()).unwrap()
}

#[test]
fn headers_of_an_invocation_are_typed() {
    let response = invoked(&[
        ("content-type", "application/json"),
        ("x-amzn-bedrock-performanceconfig-latency", "standard"),
        ("x-amzn-bedrock-service-tier", "priority"),
        ("x-amzn-bedrock-invocation-latency", "1299"),
        ("x-amzn-bedrock-input-token-count", "220"),
        ("x-amzn-bedrock-output-token-count", "38"),
        ("x-amzn-bedrock-cache-read-input-token-count", "2732"),
        ("x-amzn-bedrock-cache-write-input-token-count", "0"),
    ]);
    assert_eq!(response.content_type, "application/json");
    assert_eq!(response.performance_config_latency, Some(PerformanceConfigLatency::Standard));
    assert_eq!(response.service_tier, Some(ServiceTierType::Priority));
    assert_eq!(response.invocation_latency(), Some(Duration::from_millis(1299)));
    assert_eq!((response.input_token_count(), response.output_token_count()), (Some(220), Some(38)));
    assert_eq!(
        (response.cache_read_input_token_count(), response.cache_write_input_token_count()),
        (Some(2732), Some(0))
    );

    let response = invoked(&[("x-amzn-bedrock-input-token-count", "many")]);
    assert_eq!((response.input_token_count(), response.output_token_count()), (None, None));
    assert_eq!(response.invocation_latency(), None);
}

#[test]
fn last_chunk_has_the_metrics_of_the_stream() {
    let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
    let mut decoder = InvokeModelWithResponseStreamDecoder::from_head(head.body(()).unwrap().into_parts().0).unwrap();
    for (chunk, expected) in [
        (r#"{"type":"content_block_delta"}"#, None),
        (
            r#"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":401,"firstByteLatency":478}}"#,
            Some(401),
        ),
    ] {
        let payload = serde_json::to_vec(&PayloadPart::new().bytes(chunk.as_bytes().to_vec())).unwrap();
        decoder.push(encode(&Frame::event("chunk", "application/json", payload)).unwrap());
        assert_eq!(
            decoder.recv().unwrap().unwrap().json::<Value>().unwrap(),
            serde_json::from_str::<Value>(chunk).unwrap()
        );
        assert_eq!(decoder.invocation_metrics().and_then(|metrics| metrics.input_token_count), expected);
    }
    decoder.finish().unwrap();
}

/// Every exception with its status and kind.
const EXCEPTIONS: &[(&str, u16, ServiceErrorKind)] = &[
    ("AccessDenied", 403, ServiceErrorKind::AccessDenied),
    ("Conflict", 400, ServiceErrorKind::Conflict),
    ("InternalServer", 500, ServiceErrorKind::InternalServer),
    ("ModelError", 424, ServiceErrorKind::ModelError),
    ("ModelNotReady", 429, ServiceErrorKind::ModelNotReady),
    ("ModelStreamError", 424, ServiceErrorKind::ModelStreamError),
    ("ModelTimeout", 408, ServiceErrorKind::ModelTimeout),
    ("ResourceNotFound", 404, ServiceErrorKind::ResourceNotFound),
    ("ServiceQuotaExceeded", 400, ServiceErrorKind::ServiceQuotaExceeded),
    ("ServiceUnavailable", 503, ServiceErrorKind::ServiceUnavailable),
    ("Throttling", 429, ServiceErrorKind::Throttling),
    ("Validation", 400, ServiceErrorKind::Validation),
];

fn check_error(operation: &str, name: &str, result: Result<(), Error>) {
    let (_, status, kind) =
        EXCEPTIONS.iter().find(|(known, ..)| *known == name).unwrap_or_else(|| panic!("{name} has no row"));
    match result {
        Err(Error::Service(error)) => {
            assert_eq!(error.kind(), *kind, "{operation}");
            assert_eq!(error.code(), Some(&*format!("{name}Exception")), "{operation}");
            assert_eq!((error.status().as_u16(), error.message()), (*status, Some("why")), "{operation}");
        }
        other => panic!("{operation}, {name}: {other:?}"),
    }
}

fn refusal(name: &str) -> http::Response<Bytes> {
    let status = EXCEPTIONS.iter().find(|(known, ..)| *known == name).map_or(500, |(_, status, _)| *status);
    http::Response::builder()
        .status(status)
        .header("x-amzn-errortype", format!("{name}Exception:http://internal.amazon.com/coral/"))
        .body(Bytes::from_static(br#"{"message":"why"}"#))
        .unwrap()
}

/// Checks the errors of an operation with a complete response.
fn fails<O: Operation<Output: FromResponse>>(errors: &[&str]) {
    for name in errors {
        check_error(std::any::type_name::<O>(), name, O::http_response(refusal(name)).map(|_| ()));
    }
}

/// Checks the errors of a streaming operation: instead of the stream, and inside it.
fn fails_in_stream<O: Operation<Output: StreamDecoder>>(errors: &[&str], inside: &[&str]) {
    for name in errors {
        check_error(std::any::type_name::<O>(), name, accept(refusal(name)).map(|_| ()));
    }
    for name in inside {
        let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
        let mut decoder = O::Output::from_head(head.body(()).unwrap().into_parts().0).unwrap();
        let (first, rest) = name.split_at(1);
        let lower_camel = format!("{}{rest}Exception", first.to_ascii_lowercase());
        decoder.push(encode(&Frame::exception(&lower_camel, r#"{"message":"why"}"#)).unwrap());
        match decoder.recv().map(|_| ()) {
            Err(Error::Service(error)) => {
                let kind = EXCEPTIONS.iter().find(|(known, ..)| known == name).map(|(.., kind)| *kind);
                assert_eq!(
                    (Some(error.kind()), error.message()),
                    (kind, Some("why")),
                    "{} {name}",
                    std::any::type_name::<O>()
                );
            }
            other => panic!("{}, {name}: {other:?}", std::any::type_name::<O>()),
        }
    }
}

#[test]
fn every_listed_error_is_typed() {
    let usual = ["AccessDenied", "Throttling", "InternalServer", "Validation"];
    let served = [&usual[..], &["ResourceNotFound", "ServiceUnavailable"]].concat();
    let modelled = [&served[..], &["ModelTimeout", "ModelNotReady", "ModelError"]].concat();
    let inside = ["InternalServer", "ModelStreamError", "Validation", "Throttling", "ServiceUnavailable"];

    fails::<ConverseRequest>(&modelled);
    fails_in_stream::<ConverseStreamRequest>(&modelled, &inside);
    fails::<InvokeModelRequest>(&[&modelled[..], &["ServiceQuotaExceeded"]].concat());
    fails_in_stream::<InvokeModelWithResponseStreamRequest>(
        &[&modelled[..], &["ServiceQuotaExceeded", "ModelStreamError"]].concat(),
        &[&inside[..], &["ModelTimeout"]].concat(),
    );
    fails::<CountTokensRequest>(&served);
    fails::<ApplyGuardrailRequest>(&[&served[..], &["ServiceQuotaExceeded"]].concat());
    fails::<InvokeGuardrailChecksRequest>(&[&usual[..], &["ServiceUnavailable"]].concat());
    fails::<StartAsyncInvokeRequest>(&[&served[..], &["ServiceQuotaExceeded", "Conflict"]].concat());
    fails::<GetAsyncInvokeRequest>(&usual);
    fails::<ListAsyncInvokesRequest>(&usual);
}
