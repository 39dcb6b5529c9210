//! Copies of a client for one call: `with_header` and `with_region`.

use std::sync::{Arc, Mutex};

use bedrock_lite::credentials::{ClientContext, CredentialsFuture, ProvideCredentials};
use bedrock_lite::retry::RetryQuota;
use bedrock_lite::{Client, ConfigErrorKind, ConverseRequest, Credentials, Error, Message, Service};

use crate::support::keep_alive::{KeepAliveServer, converse_body, reply};
use crate::support::{ScriptedServer, answer, refusal};

fn request() -> ConverseRequest {
    ConverseRequest::new("m").message(Message::user("hello"))
}

fn derived() -> Client {
    Client::builder()
        .environment([("", ""); 0])
        .region("eu-west-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
        .build()
        .unwrap()
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let head = request.split("\r\n\r\n").next().unwrap();
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn signed_headers(request: &str) -> Vec<&str> {
    let (_, rest) = header(request, "authorization").unwrap().split_once("SignedHeaders=").unwrap();
    rest.split(',').next().unwrap().split(';').collect()
}

fn kind<T>(result: Result<T, Error>) -> ConfigErrorKind {
    match result {
        Err(Error::Config(error)) => error.kind(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted"),
    }
}

#[tokio::test]
async fn added_header_is_sent_with_every_attempt_and_signed_by_its_name() {
    let throttled = refusal(429, "ThrottlingException");
    let server = ScriptedServer::start([throttled, answer(200, &[], converse_body("Hi")), answer(200, &[], "{}")]);
    let client = server.client().build().unwrap();
    let copy = client.with_header("X-Amz-Custom", "one").unwrap();
    let copy = copy.with_header("x-team", "blue").unwrap().with_header("x-team", "green").unwrap();
    // The other settings of a copy do not drop the headers.
    let copy = copy.with_timeouts(copy.timeouts()).with_retry(copy.retry()).with_region("eu-west-1").unwrap();
    copy.converse(&request()).await.unwrap();
    client.converse(&request()).await.unwrap();
    let requests = server.requests();
    for sent in &requests[..2] {
        assert_eq!((header(sent, "x-amz-custom"), header(sent, "x-team")), (Some("one"), Some("green")), "{sent}");
        assert_eq!(sent.matches("x-team").count(), 1, "{sent}");
        let signed = signed_headers(sent);
        assert!(signed.contains(&"x-amz-custom") && !signed.contains(&"x-team"), "{signed:?}");
    }
    assert_eq!((header(&requests[2], "x-amz-custom"), header(&requests[2], "x-team")), (None, None));
}

#[tokio::test]
async fn secret_value_of_an_added_header_is_not_in_errors() {
    let body = r#"{"message":"bad key hidden-value-of-the-key"}"#;
    let server = ScriptedServer::start([answer(400, &[("x-amzn-errortype", "ValidationException")], body)]);
    let client = server.client().build().unwrap().with_header("x-gateway-key", "hidden-value-of-the-key").unwrap();
    assert!(!format!("{client:?}").contains("hidden"));
    let error = client.converse(&request()).await.unwrap_err().to_string();
    assert!(error.contains("bad key") && !error.contains("hidden"), "{error}");
}

#[test]
fn headers_of_the_client_and_the_connection_are_refused() {
    let client = derived();
    for name in [
        "Authorization",
        "host",
        "Content-Length",
        "content-type",
        "accept",
        "accept-encoding",
        "x-amz-date",
        "X-Amz-Security-Token",
        "x-amz-content-sha256",
        "amz-sdk-request",
        "amz-sdk-invocation-id",
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "proxy-authorization",
        "expect",
        "x_team",
        "x-amz-my_header",
        "",
        "x team",
    ] {
        assert_eq!(kind(client.with_header(name, "value")), ConfigErrorKind::InvalidHeader, "{name}");
    }
    assert_eq!(kind(client.with_header("x-team", "a\nb")), ConfigErrorKind::InvalidHeader);
    let error = client.with_header("x_team", "v").unwrap_err().to_string();
    assert_eq!(
        error,
        "header \"x_team\" cannot be set: servers drop or rename headers with an underscore, use a hyphen"
    );
}

#[test]
fn other_region_has_other_endpoints_unless_a_url_is_set() {
    let derived = derived();
    let copy = derived.with_region("cn-north-1").unwrap();
    let endpoints = |client: &Client| {
        [Service::BedrockRuntime, Service::Bedrock].map(|service| client.endpoint(service).as_str().to_owned())
    };
    assert_eq!(
        endpoints(&copy),
        ["https://bedrock-runtime.cn-north-1.amazonaws.com.cn", "https://bedrock.cn-north-1.amazonaws.com.cn"]
    );
    assert_eq!(endpoints(&derived)[1], "https://bedrock.eu-west-1.amazonaws.com");
    assert_eq!(endpoints(&copy.with_region("eu-west-1").unwrap()), endpoints(&derived));

    let builder = || Client::builder().environment([("", ""); 0]).region("us-east-1").api_key("key");
    let fips = builder().fips(true).build().unwrap().with_region("us-west-2").unwrap();
    assert_eq!(endpoints(&fips)[1], "https://bedrock-fips.us-west-2.amazonaws.com");
    let half = builder().service_endpoint_url(Service::Bedrock, "https://vpce.example.com").build().unwrap();
    let half = half.with_region("us-west-2").unwrap();
    assert_eq!(endpoints(&half), ["https://bedrock-runtime.us-west-2.amazonaws.com", "https://vpce.example.com"]);
    assert_eq!(kind(derived.with_region("EU West")), ConfigErrorKind::InvalidRegion);
}

/// A provider that records the regions that it is called with.
#[derive(Debug, Clone, Default)]
struct Regions(Arc<Mutex<Vec<String>>>);

impl ProvideCredentials for Regions {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(Credentials::new("AKIDEXAMPLE", "secret")) })
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        self.0.lock().unwrap().push(client.region.to_string());
        self.credentials()
    }
}

#[tokio::test]
async fn other_region_changes_the_signature_and_the_region_of_the_provider() {
    let ok = || answer(200, &[], converse_body("Hi"));
    let server = ScriptedServer::start([ok(), ok(), ok()]);
    let regions = Regions::default();
    let builder = Client::builder().environment([("", ""); 0]).region("us-east-1").endpoint_url(server.url());
    let client = builder.credentials_provider(regions.clone()).build().unwrap();
    client.with_region("eu-north-1").unwrap().converse(&request()).await.unwrap();
    client.converse(&request()).await.unwrap();
    let fixed = server.client().build().unwrap().with_region("eu-south-1").unwrap();
    fixed.converse(&request()).await.unwrap();
    assert_eq!(*regions.0.lock().unwrap(), ["eu-north-1", "us-east-1"]);
    let requests = server.requests();
    for (sent, region) in requests.iter().zip(["eu-north-1", "us-east-1", "eu-south-1"]) {
        assert!(header(sent, "authorization").unwrap().contains(&format!("/{region}/bedrock/aws4_request")), "{sent}");
    }
}

#[tokio::test]
async fn copies_share_connections_and_quota() {
    let server = KeepAliveServer::start(|_, stream| reply(stream, "Hi"));
    let client = Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
        .endpoint_url(format!("http://{}", server.address))
        .retry_quota(RetryQuota::with_tokens(7))
        .build()
        .unwrap();
    client.converse(&request()).await.unwrap();
    client.with_region("eu-west-1").unwrap().converse(&request()).await.unwrap();
    client.with_header("x-team", "blue").unwrap().converse(&request()).await.unwrap();
    assert_eq!((server.connections(), server.requests()), (1, 3));
    assert_eq!(client.retry_quota().tokens(), 10, "each successful call of a copy releases a token");
}
