//! `Call`: operations without types. Also tests the idempotency tokens of typed operations.

use bedrock_lite::control::{CreateGuardrailVersionRequest, Tag};
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::operation::{CallResponse, HttpRequest};
use bedrock_lite::{Call, ConfigErrorKind, Error, Operation, Service, ServiceErrorKind};
use bytes::Bytes;
use http::{Method, Request, Version};
use serde_json::{Value, json};

use crate::support::{ScriptedServer, answer, refusal};

fn head(request: &str) -> String {
    request.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase()
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap_or_default().1).unwrap()
}

#[tokio::test]
async fn call_is_signed_and_its_response_is_returned() {
    let server = ScriptedServer::start([answer(
        202,
        &[("x-amzn-requestid", "rid-9"), ("x-amzn-bedrock-more", "m")],
        r#"{"guardrailId":"gr1"}"#,
    )]);
    let call = Call::new(Service::Bedrock, Method::PUT, "/guardrails/{guardrailIdentifier}")
        .path_parameter("guardrailIdentifier", "arn:aws:bedrock:x:1:guardrail/a b")
        .query("dry run", "1&2")
        .query("tag", "ä")
        .query("tag", "b")
        .header("X-Amzn-Bedrock-Thing", "yes")
        .unwrap()
        .json(&json!({"name": "g"}))
        .unwrap();
    let response = server.client().build().unwrap().send(&call).await.unwrap();
    assert_eq!((response.status.as_u16(), response.metadata().request_id()), (202, Some("rid-9")));
    assert_eq!(response.headers["x-amzn-bedrock-more"], "m");
    assert_eq!(response.json::<Value>().unwrap(), json!({"guardrailId": "gr1"}));
    assert_eq!(response.body, r#"{"guardrailId":"gr1"}"#);

    let request = &server.requests()[0];
    let line =
        "PUT /guardrails/arn%3Aaws%3Abedrock%3Ax%3A1%3Aguardrail%2Fa%20b?dry%20run=1%262&tag=%C3%A4&tag=b HTTP/1.1";
    assert_eq!(request.lines().next(), Some(line));
    let head = head(request);
    assert!(head.contains("authorization: aws4-hmac-sha256"), "{head}");
    assert!(head.contains("content-type: application/json") && head.contains("x-amzn-bedrock-thing: yes"), "{head}");
    let signed = head.split("signedheaders=").nth(1).unwrap_or_default();
    assert!(signed.starts_with("content-type;host;x-amz-date;x-amzn-bedrock-thing"), "{head}");
    assert_eq!(body(request), json!({"name": "g"}));
}

/// A custom operation for a peer that speaks HTTP/1.0.
struct Old;

impl Operation for Old {
    type Output = CallResponse;

    fn name(&self) -> &'static str {
        "Old"
    }

    fn service(&self) -> Service {
        Service::Bedrock
    }

    fn http_request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>, Error> {
        let mut request = HttpRequest::new(Method::GET, "/old").build(endpoint)?;
        *request.version_mut() = Version::HTTP_10;
        Ok(request)
    }
}

#[tokio::test]
async fn request_is_sent_in_its_own_http_version() {
    let server = ScriptedServer::start([answer(200, &[], "{}")]);
    server.client().build().unwrap().send(&Old).await.unwrap();
    assert_eq!(server.requests()[0].lines().next(), Some("GET /old HTTP/1.0"));
}

#[tokio::test]
async fn call_is_retried_and_its_errors_are_typed() {
    let server = ScriptedServer::start([
        refusal(429, "ThrottlingException"),
        answer(200, &[], ""),
        refusal(400, "TooManyTagsException"),
        answer(200, &[], "<html>"),
    ]);
    let client = server.client().build().unwrap();
    let call = Call::new(Service::BedrockRuntime, Method::DELETE, "/things");
    let empty = client.send(&call).await.unwrap();
    assert_eq!(empty.json::<Value>().unwrap(), json!({}), "an empty body is read as an empty object");
    assert_eq!(server.requests().len(), 2);

    let Err(Error::Service(error)) = client.send(&call).await else { panic!("no error") };
    assert_eq!((error.kind(), error.code()), (ServiceErrorKind::TooManyTags, Some("TooManyTagsException")));

    let html = client.send(&call).await.unwrap();
    let error = html.json::<Value>().unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert!(html.json::<Tag>().is_err());
}

#[test]
fn call_goes_to_the_endpoint_of_its_service() {
    let config = EndpointConfig::new().region("us-east-1");
    for (service, host) in [(Service::Bedrock, "bedrock"), (Service::BedrockRuntime, "bedrock-runtime")] {
        let call = Call::new(service, Method::POST, "/x/{y}").path_parameter("y", "z").body("raw");
        assert_eq!((call.service(), call.name()), (service, "POST /x/{y}"));
        let request = call.http_request(&Endpoint::resolve(call.service(), &config).unwrap()).unwrap();
        assert_eq!(request.uri().to_string(), format!("https://{host}.us-east-1.amazonaws.com/x/z"));
        assert_eq!((request.method(), &request.body()[..]), (&Method::POST, b"raw".as_slice()));
        assert!(request.headers().is_empty());
    }
}

#[test]
fn invalid_call_is_rejected_before_it_is_sent() {
    let config_error = |error: Error| match error {
        Error::Config(error) => error,
        other => panic!("{other:?}"),
    };
    let call = || Call::new(Service::Bedrock, Method::GET, "/x/{y}");
    for (name, value) in
        [("two words", "v"), ("", "v"), ("x", "a\r\nb"), ("Authorization", "v"), ("host", "v"), ("X-Amz-Date", "v")]
    {
        let error = config_error(call().header(name, value).unwrap_err());
        assert_eq!(error.kind(), ConfigErrorKind::InvalidHeader, "{name}: {error}");
    }
    let unwritable = std::collections::BTreeMap::from([(vec![1], 2)]);
    assert_eq!(config_error(call().json(&unwritable).unwrap_err()).kind(), ConfigErrorKind::InvalidBody);

    let endpoint = Endpoint::resolve(Service::Bedrock, &EndpointConfig::new().region("us-east-1")).unwrap();
    for call in [
        call(),
        call().path_parameter("y", ""),
        call().path_parameter("y", ".."),
        call().path_parameter("y", "1").path_parameter("z", "2"),
        Call::new(Service::Bedrock, Method::GET, "no/slash"),
        Call::new(Service::Bedrock, Method::GET, "/x?y=z"),
    ] {
        let error = config_error(call.http_request(&endpoint).unwrap_err());
        assert_eq!(error.kind(), ConfigErrorKind::InvalidPathParameter, "{call:?}: {error}");
    }
}

#[tokio::test]
async fn every_attempt_of_an_untyped_call_sends_the_same_token() {
    let made = r#"{"guardrailId":"gr1","version":"1"}"#;
    let server = ScriptedServer::start([
        refusal(500, "InternalServerException"),
        refusal(429, "ThrottlingException"),
        answer(202, &[], made),
        answer(202, &[], made),
    ]);
    let client = server.client().build().unwrap();
    let request = CreateGuardrailVersionRequest::new("gr1");
    client.create_guardrail_version(&request).await.unwrap();
    client.create_guardrail_version(&request).await.unwrap();
    let tokens: Vec<_> = server
        .requests()
        .iter()
        .map(|request| body(request)["clientRequestToken"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(tokens.len(), 4);
    assert!(tokens[0] == tokens[1] && tokens[1] == tokens[2], "{tokens:?}");
    assert_ne!(tokens[2], tokens[3], "another call has another token");
}
