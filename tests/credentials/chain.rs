//! The default chain: the order of its providers, when it stops, and its errors.

use bedrock_lite::credentials::{DefaultChain, HttpErrorKind, ProviderKind};
use bedrock_lite::profile::Files;
use bedrock_lite::{CredentialsErrorKind, ProvideCredentials};
use chrono::TimeDelta;

use crate::provider_config::{Script, json, noon};
use crate::whole;

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "kept-secret")];
const WEB_IDENTITY: [(&str, &str); 3] =
    [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"), ("AWS_REGION", "us-east-1")];
const CONTAINER: [(&str, &str); 2] =
    [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "kept-token")];

fn chain(script: &Script, variables: &[&[(&'static str, &'static str)]]) -> DefaultChain {
    DefaultChain::new(&script.provider_config(&variables.concat()).files(Files::of([("/token", "kept-jwt")])))
}

#[tokio::test]
async fn environment_keys_win_without_any_request() {
    let script = Script::new();
    let found = chain(&script, &[&KEYS, &WEB_IDENTITY, &CONTAINER]).find().await.unwrap();
    assert_eq!((found.provider, found.credentials.access_key_id()), (ProviderKind::Environment, "AKIDENV"));
    assert!(found.tried.is_empty() && script.asked().is_empty());
}

#[tokio::test]
async fn provider_that_is_not_configured_is_skipped() {
    let script = Script::new().answer(200, json(noon() + TimeDelta::hours(1)));
    let found = chain(&script, &[&CONTAINER]).find().await.unwrap();
    assert_eq!((found.provider, found.credentials.access_key_id()), (ProviderKind::Container, "ASIAEXAMPLE"));
    let tried: Vec<_> = found.tried.iter().map(bedrock_lite::credentials::ProviderAttempt::provider).collect();
    assert_eq!(tried, [ProviderKind::Environment, ProviderKind::WebIdentity, ProviderKind::Profile]);
    assert!(found.tried.iter().all(|tried| tried.error().kind() == CredentialsErrorKind::NotConfigured));
}

#[tokio::test]
async fn failing_provider_ends_the_search() {
    let script = Script::new().answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>");
    let error = chain(&script, &[&WEB_IDENTITY, &CONTAINER]).find().await.unwrap_err();
    assert_eq!((error.kind(), error.tried().len(), script.asked().len()), (CredentialsErrorKind::Failed, 2, 1));
    let text = "no credentials: environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set; \
                web identity: STS returned 403, AccessDenied";
    assert_eq!(error.to_string(), text);

    let half = [("AWS_ACCESS_KEY_ID", "AKIDENV")];
    let error = chain(&Script::new(), &[&half, &CONTAINER]).find().await.unwrap_err();
    assert_eq!((error.kind(), error.tried().len()), (CredentialsErrorKind::Invalid, 1));
}

#[tokio::test]
async fn instance_metadata_is_the_last_provider() {
    let script = Script::new().fail(HttpErrorKind::Connect);
    let error = chain(&script, &[]).credentials().await.unwrap_err();
    let tried: Vec<_> = error.tried().iter().map(|tried| tried.provider().to_string()).collect();
    assert_eq!(tried, ["environment", "web identity", "profile", "container", "instance metadata"]);
    assert_eq!(script.asked(), ["PUT http://169.254.169.254/latest/api/token"]);
    assert!(whole(&error).contains("not an EC2 instance"), "{}", whole(&error));
}

#[tokio::test]
async fn attempts_of_the_chain_show_no_secret() {
    let variables: [(&str, &str); 2] = [("AWS_SECRET_ACCESS_KEY", "kept-secret"), ("AWS_SESSION_TOKEN", "kept-token")];
    for variables in [&variables[..], &WEB_IDENTITY, &CONTAINER] {
        let script = Script::new().answer(400, r#"{"message":"kept-token"}"#);
        let error = chain(&script, &[variables]).find().await.unwrap_err();
        assert!(!whole(&error).contains("kept-"), "{}", whole(&error));
        assert!(!format!("{:#?}", error.tried()).contains("kept-"));
    }
}
