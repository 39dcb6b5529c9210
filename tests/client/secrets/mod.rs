//! No secret appears in Debug, Display or error text.

mod echoes;
mod wrappings;

use std::fmt::Debug;

use bedrock_lite::credentials::CredentialsFuture;
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::replay::{Fixtures, ReplayServer};
use bedrock_lite::sigv4::{Scope, Signer, SigningKey, verify};
use bedrock_lite::{
    ApiKey, Client, ClientBuilder, ConverseRequest, Credentials, Error, Message, Operation, ProvideCredentials, Service,
};
use chrono::DateTime;

use crate::support::{ScriptedServer, answer, refusal};

const SECRET: &str = "kept-secret-access-key";
const TOKEN: &str = "kept-session-token";
const KEY: &str = "kept-api-key";

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(TOKEN)
}

/// Returns the signing key in hexadecimal. It is as sensitive as the secret key for one day.
fn signing_key() -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let step = |key: &[u8], data: &str| {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
        mac.update(data.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let date = step(format!("AWS4{SECRET}").as_bytes(), "20260102");
    hex::encode(step(&step(&step(&date, "us-east-1"), "bedrock"), "aws4_request"))
}

fn assert_hidden(text: &str) {
    for secret in [SECRET, TOKEN, KEY, &signing_key()] {
        assert!(!text.contains(secret), "the text shows a secret: {text}");
    }
}

fn assert_debug_hides(value: &impl Debug) {
    assert_hidden(&format!("{value:?}"));
    assert_hidden(&format!("{value:#?}"));
}

fn assert_error_hides(error: &impl std::error::Error) {
    assert_debug_hides(error);
    assert_hidden(&error.to_string());
    assert_causes_hide(error.source());
}

/// Checks the same for an error whose causes are not its sources.
fn assert_call_hides(error: &Error) {
    assert_error_hides(error);
    assert_causes_hide(error.cause());
}

fn assert_causes_hide(mut cause: Option<&(dyn std::error::Error + 'static)>) {
    while let Some(error) = cause {
        assert_hidden(&format!("{error} {error:?}"));
        cause = error.source();
    }
}

fn builder() -> ClientBuilder {
    Client::builder().environment([("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_SESSION_TOKEN", TOKEN)]).region("us-east-1")
}

#[test]
fn values_with_secrets_do_not_show_them() {
    assert_debug_hides(&credentials());
    assert_debug_hides(&ApiKey::new(KEY));
    assert_debug_hides(&builder());
    assert_debug_hides(&builder().credentials(credentials()));
    assert_debug_hides(&builder().api_key(ApiKey::new(KEY)));
    assert_debug_hides(&builder().credentials(credentials()).build().unwrap());
    assert_debug_hides(&builder().api_key(ApiKey::new(KEY)).build().unwrap());
    assert_call_hides(&builder().build().unwrap_err());
    let both = builder().credentials(credentials()).api_key(ApiKey::new(KEY)).build().unwrap_err();
    assert_call_hides(&both);
}

#[test]
fn signing_does_not_show_secrets() {
    let endpoint = Endpoint::resolve(Service::BedrockRuntime, &EndpointConfig::new().region("us-east-1")).unwrap();
    let mut request = ConverseRequest::new("m").message(Message::user("Hello")).http_request(&endpoint).unwrap();
    let signer = Signer::new("us-east-1", "bedrock");
    let time = DateTime::parse_from_rfc3339("2026-01-02T03:04:05Z").unwrap().to_utc();
    let proof = signer.sign(&mut request, &credentials(), time).unwrap();
    assert_debug_hides(&proof);
    assert_hidden(&proof.canonical_request().to_string());
    assert_hidden(&proof.string_to_sign().to_string());
    assert_debug_hides(&signer);
    assert_debug_hides(&SigningKey::derive(SECRET, &Scope::new(time, "us-east-1", "bedrock")));
    // The header map hides sensitive values.
    assert_debug_hides(&request);
    let other = verify(&request, |_| Some(Credentials::new("AKIDEXAMPLE", "another").with_session_token(TOKEN)));
    assert_error_hides(&other.unwrap_err());
}

#[tokio::test]
async fn errors_of_calls_do_not_show_secrets() {
    let request = ConverseRequest::new("m").message(Message::user("Hello"));
    let server = ScriptedServer::start([refusal(403, "AccessDeniedException"), refusal(403, "ExpiredTokenException")]);
    for client in [builder().credentials(credentials()), builder().api_key(ApiKey::new(KEY))] {
        let error = client.endpoint_url(server.url()).build().unwrap().converse(&request).await.unwrap_err();
        assert_call_hides(&error);
    }
    // A service that sends the canonical request back, as AWS does.
    let fixtures = Fixtures::load(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")).unwrap();
    let temporary = Credentials::new("AKIDEXAMPLE", "another").with_session_token(TOKEN);
    let server = ReplayServer::builder(fixtures).credentials(temporary).start().await.unwrap();
    let client = builder().credentials(credentials()).endpoint_url(server.url()).build().unwrap();
    let error = client.converse(&request).await.unwrap_err();
    let Error::Service(refused) = &error else { panic!("{error:?}") };
    assert_eq!(refused.code(), Some("InvalidSignatureException"));
    assert_call_hides(&error);
    assert_debug_hides(&server);
}

#[tokio::test]
async fn token_repeated_by_the_service_is_redacted() {
    let canonical =
        format!("POST\n/model/m/converse\n\nhost:h\nx-amz-security-token:{TOKEN}\n\nhost;x-amz-security-token\nff");
    let message =
        format!("The Canonical String for this request should have been\n'{canonical}'\n\nAgain:\n'{canonical}'");
    let body = serde_json::json!({"message": message}).to_string();
    assert!(body.contains(TOKEN));
    let said = |body: &str| answer(403, &[("x-amzn-errortype", "InvalidSignatureException")], body);
    let server = ScriptedServer::start([said(&body), said(&format!("no JSON: {canonical}"))]);
    let client = builder().credentials(credentials()).endpoint_url(server.url()).build().unwrap();
    for _ in 0..2 {
        let error = client.converse(&ConverseRequest::new("m")).await.unwrap_err();
        assert_call_hides(&error);
        let Error::Service(error) = error else { unreachable!("the server responds") };
        let body = String::from_utf8_lossy(error.body()).into_owned();
        assert_hidden(&body);
        assert_hidden(error.message().unwrap_or_default());
        assert!(
            body.contains("x-amz-security-token:[redacted]") && body.contains("host;x-amz-security-token"),
            "{body}"
        );
    }
}

/// A provider that fails without showing secrets.
#[derive(Debug)]
struct Failing;

impl ProvideCredentials for Failing {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Err(bedrock_lite::CredentialsError::new("the vault is sealed")) })
    }
}

#[tokio::test]
async fn failing_provider_is_reported_and_nothing_is_sent() {
    let server = ScriptedServer::start([refusal(500, "InternalServerException")]);
    let client = builder().credentials_provider(Failing).endpoint_url(server.url()).build().unwrap();
    let error = client.converse(&ConverseRequest::new("m")).await.unwrap_err();
    let host = server.url().replace("http://", "");
    assert_eq!(error.to_string(), format!("Converse at {host}: no credentials: the vault is sealed (not sent)"));
    assert_eq!((error.attempts(), server.requests().len()), (0, 0));
}
