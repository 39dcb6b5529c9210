//! Clients behind a gateway: one that signs requests itself, and one that forwards them to AWS.

use bedrock_lite::sigv4::verify;
use bedrock_lite::{Client, ClientBuilder, ConfigErrorKind, ConverseRequest, Credentials, Error, Message, Service};
use http::Request;

use crate::support::keep_alive::converse_body;
use crate::support::{ScriptedServer, answer, refusal};

const PREFIX: &str = "/gateway/v1";

fn request() -> ConverseRequest {
    ConverseRequest::new("a-model:0").message(Message::user("hello"))
}

fn builder() -> ClientBuilder {
    Client::builder().environment([("", ""); 0])
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secretaccesskey").with_session_token("token")
}

fn kind(builder: ClientBuilder) -> ConfigErrorKind {
    match builder.build() {
        Err(Error::Config(error)) => error.kind(),
        other => panic!("{other:?}"),
    }
}

/// The request that a gateway forwards to AWS: without the path prefix, otherwise unchanged.
fn forwarded(received: &str) -> Request<String> {
    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let mut line = lines.next().unwrap().split(' ');
    let (method, path) = (line.next().unwrap(), line.next().unwrap());
    let mut request = Request::builder().method(method).uri(path.strip_prefix(PREFIX).unwrap());
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    request.body(body.to_owned()).unwrap()
}

#[tokio::test]
async fn client_without_authentication_sends_no_signature_and_needs_no_region() {
    let server = ScriptedServer::start([refusal(503, "x"), answer(200, &[], converse_body("Hi"))]);
    // Credentials in the environment are not used.
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "hidden")];
    let environment = keys.into_iter().chain([("AWS_BEARER_TOKEN_BEDROCK", "hidden")]);
    let client = Client::builder().environment(environment).endpoint_url(server.url() + PREFIX).no_auth();
    let client = client.build().unwrap().with_header("x-team", "search").unwrap();
    assert_eq!(client.converse(&request()).await.unwrap().text(), "Hi");
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "errors are retried as usual");
    for sent in requests {
        assert!(sent.starts_with("POST /gateway/v1/model/a-model%3A0/converse HTTP/1.1\r\n"), "{sent}");
        assert!(sent.contains("\r\nx-team: search\r\n") && sent.contains("\r\namz-sdk-request: "), "{sent}");
        for absent in ["authorization", "x-amz-date", "x-amz-security-token", "AKIDEXAMPLE", "hidden"] {
            assert!(!sent.contains(absent), "{absent} in {sent}");
        }
    }
}

#[test]
fn no_auth_conflicts_with_credentials_and_needs_a_place() {
    let url = "http://gateway.example.com";
    assert_eq!(kind(builder().endpoint_url(url).no_auth().credentials(credentials())), ConfigErrorKind::Conflict);
    assert_eq!(kind(builder().endpoint_url(url).no_auth().api_key("k")), ConfigErrorKind::Conflict);
    assert_eq!(kind(builder().no_auth()), ConfigErrorKind::MissingRegion);
    assert_eq!(kind(builder().no_auth().endpoint_url(url).sign_for_aws_host(true)), ConfigErrorKind::MissingRegion);
    let client = builder().no_auth().region("eu-west-1").build().unwrap();
    assert_eq!(client.endpoint(Service::Bedrock).as_str(), "https://bedrock.eu-west-1.amazonaws.com");
    // Nothing secret is sent, so plain HTTP to another machine is allowed.
    builder().no_auth().endpoint_url(url).build().unwrap();
}

#[tokio::test]
async fn request_through_a_gateway_has_a_valid_signature_for_aws() {
    let server = ScriptedServer::start([
        refusal(503, "ServiceUnavailableException"),
        answer(200, &[], converse_body("Hi")),
        answer(200, &[], r#"{"modelSummaries":[]}"#),
        answer(200, &[], converse_body("Hi")),
    ]);
    let gateway = server.url() + PREFIX;
    let client = server.client().endpoint_url(gateway.clone()).credentials(credentials()).sign_for_aws_host(true);
    let client = client.build().unwrap();
    assert_eq!(client.endpoint(Service::BedrockRuntime).as_str(), gateway);
    client.converse(&request()).await.unwrap();
    client.list_foundation_models(&bedrock_lite::ListFoundationModelsRequest::new()).await.unwrap();
    client.with_region("us-gov-west-1").unwrap().converse(&request()).await.unwrap();
    let hosts = [
        "bedrock-runtime.us-east-1.amazonaws.com",
        "bedrock-runtime.us-east-1.amazonaws.com",
        "bedrock.us-east-1.amazonaws.com",
        "bedrock-runtime.us-gov-west-1.amazonaws.com",
    ];
    let requests = server.requests();
    assert_eq!(requests.len(), hosts.len());
    for (received, host) in requests.iter().zip(hosts) {
        let forwarded = forwarded(received);
        let sent: Vec<_> = forwarded.headers().get_all("host").iter().collect();
        assert_eq!(sent, [host], "{received}");
        verify(&forwarded, |_| Some(credentials())).unwrap_or_else(|error| panic!("{error}: {received}"));
    }
}

#[tokio::test]
async fn fips_and_dual_stack_apply_to_the_signed_host() {
    let server = ScriptedServer::start([answer(200, &[], converse_body("Hi"))]);
    let client = server.client().sign_for_aws_host(true).fips(true).dual_stack(true).build().unwrap();
    client.converse(&request()).await.unwrap();
    let sent = &server.requests()[0];
    assert!(sent.contains("\r\nhost: bedrock-runtime-fips.us-east-1.api.aws\r\n"), "{sent}");
}

#[tokio::test]
async fn errors_name_the_gateway_and_an_api_key_is_sent_with_the_host_of_aws() {
    let server = ScriptedServer::start([refusal(403, "AccessDeniedException")]);
    let builder = builder().region("us-east-1").endpoint_url(server.url()).sign_for_aws_host(true);
    let error = builder.api_key("a-bedrock-key").build().unwrap().converse(&request()).await.unwrap_err();
    let sent = &server.requests()[0];
    assert!(sent.contains("\r\nhost: bedrock-runtime.us-east-1.amazonaws.com\r\n"), "{sent}");
    assert!(error.to_string().contains(server.url().strip_prefix("http://").unwrap()), "{error}");
}

#[test]
fn without_a_url_the_host_of_the_region_is_used() {
    let client = builder().region("eu-west-1").credentials(credentials()).sign_for_aws_host(true).build().unwrap();
    assert_eq!(client.endpoint(Service::Bedrock).as_str(), "https://bedrock.eu-west-1.amazonaws.com");
}
