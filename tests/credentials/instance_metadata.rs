//! The metadata service of EC2 (IMDS): tokens, errors with advice, and static stability.

use bedrock_lite::CredentialsErrorKind;
use bedrock_lite::credentials::{EndpointMode, HttpErrorKind, InstanceMetadataCredentials, ProvideCredentials};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::Response;

use crate::provider_config::{Script, json, noon};
use crate::whole;

fn token(text: &'static str) -> Response<Bytes> {
    let head = Response::builder().header("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    head.body(Bytes::from_static(text.as_bytes())).unwrap()
}

/// Adds a role and its credentials for a provider that has a token.
fn role(script: Script, expires_at: DateTime<Utc>) -> Script {
    script.answer(200, "my-role").answer(200, json(expires_at))
}

fn later() -> DateTime<Utc> {
    noon() + TimeDelta::hours(6)
}

#[tokio::test]
async fn token_is_fetched_once_and_used_until_it_is_refused() {
    let script = role(Script::new().response(token("kept-1")), later());
    let script = role(script, later()).answer(401, "").response(token("kept-2")).answer(200, "my-role");
    let script = script.answer(200, json(later()));
    let source = InstanceMetadataCredentials::new(&script.provider_config(&[]));
    for _ in 0..3 {
        let credentials = source.credentials().await.unwrap();
        assert_eq!((credentials.access_key_id(), credentials.expires_at()), ("ASIAEXAMPLE", Some(later())));
    }
    let role = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    let (put, mine) = ("PUT http://169.254.169.254/latest/api/token", &*format!("{role}my-role"));
    assert_eq!(script.asked(), [put, role, mine, role, mine, role, put, role, mine]);
    let requests = script.requests();
    assert!(requests.iter().all(|(_, rules)| rules.direct), "a proxy could see it");
    assert_eq!(requests[0].0.headers()["x-aws-ec2-metadata-token-ttl-seconds"], "21600");
    assert_eq!(requests[1].0.headers()["x-aws-ec2-metadata-token"], "kept-1");
    assert!(requests[1].0.headers()["x-aws-ec2-metadata-token"].is_sensitive());
    assert_eq!(requests[8].0.headers()["x-aws-ec2-metadata-token"], "kept-2");
}

#[tokio::test]
async fn second_refusal_of_a_token_is_an_error() {
    let script = Script::new().response(token("kept")).answer(401, "");
    let error = InstanceMetadataCredentials::new(&script.provider_config(&[])).credentials().await.unwrap_err();
    assert!(error.to_string().contains("returned 401"), "{error}");
    assert_eq!((script.left(), whole(&error).contains("kept")), (0, false));
}

#[tokio::test]
async fn errors_of_instance_metadata_explain_the_cause() {
    for (script, says, kind) in [
        (Script::new().fail(HttpErrorKind::Connect), "not an EC2 instance", CredentialsErrorKind::Failed),
        (Script::new().fail(HttpErrorKind::Timeout), "hop limit", CredentialsErrorKind::Failed),
        (Script::new().fail(HttpErrorKind::TooLarge), "did not respond", CredentialsErrorKind::Failed),
        (Script::new().answer(403, ""), "switched off", CredentialsErrorKind::Failed),
        (Script::new().answer(404, "<html>"), "returned 404", CredentialsErrorKind::Failed),
        (Script::new().answer(200, "a\nb"), "a token that is not a valid header value", CredentialsErrorKind::Failed),
        (Script::new().response(token("t")).answer(404, ""), "has no role", CredentialsErrorKind::NotConfigured),
        (
            Script::new().response(token("t")).answer(200, "../a b"),
            "an invalid role name",
            CredentialsErrorKind::Failed,
        ),
        (Script::new().response(token("t")).answer(200, ""), "an invalid role name", CredentialsErrorKind::Failed),
        (
            Script::new()
                .response(token("t"))
                .answer(200, "r")
                .answer(200, r#"{"Code":"AssumeRoleUnauthorizedAccess"}"#),
            "AssumeRoleUnauthorizedAccess",
            CredentialsErrorKind::Failed,
        ),
    ] {
        let error = InstanceMetadataCredentials::new(&script.provider_config(&[])).credentials().await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!((error.kind(), script.left()), (kind, 0), "{error}");
    }
}

#[tokio::test]
async fn disabled_instance_metadata_is_not_requested() {
    let script = Script::new();
    let source = InstanceMetadataCredentials::new(&script.provider_config(&[("AWS_EC2_METADATA_DISABLED", "True")]));
    assert_eq!(source.credentials().await.unwrap_err().kind(), CredentialsErrorKind::NotConfigured);
    assert!(source.region().await.is_err());
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn expired_credentials_are_extended_while_the_service_fails() {
    let extended = |expires_at: Option<DateTime<Utc>>| {
        let minutes = (expires_at.unwrap() - noon()).num_seconds() / 60;
        assert!((10..=15).contains(&minutes), "{minutes}");
    };
    // The credentials arrive expired.
    let script = role(Script::new().response(token("t")), noon() - TimeDelta::hours(1));
    let script = script.answer(500, "").answer(500, "").answer(500, "").fail(HttpErrorKind::Connect);
    let source = InstanceMetadataCredentials::new(&script.provider_config(&[]));
    extended(source.credentials().await.unwrap().expires_at());
    // They are still used when the service does not respond at all.
    for _ in 0..2 {
        let credentials = source.credentials().await.unwrap();
        assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
        extended(credentials.expires_at());
    }
    assert_eq!(script.left(), 0);
    // A removed role is not a failure of the service.
    let script = script.answer(404, "");
    assert_eq!(source.credentials().await.unwrap_err().kind(), CredentialsErrorKind::NotConfigured);
    assert_eq!(script.left(), 0);
}

#[tokio::test]
async fn valid_credentials_are_not_changed_by_a_failure() {
    let script = role(Script::new().response(token("t")), later()).fail(HttpErrorKind::Connect);
    let source = InstanceMetadataCredentials::new(&script.provider_config(&[]));
    source.credentials().await.unwrap();
    assert_eq!(source.credentials().await.unwrap().expires_at(), Some(later()));
}

#[tokio::test]
async fn region_comes_from_instance_metadata() {
    let script = Script::new().response(token("t")).answer(200, "eu-west-1\n").answer(200, "<html>");
    let source = InstanceMetadataCredentials::new(&script.provider_config(&[])).endpoint_mode(EndpointMode::Ipv6);
    assert_eq!(source.region().await.unwrap(), "eu-west-1");
    assert_eq!(script.asked()[1], "GET http://[fd00:ec2::254]/latest/meta-data/placement/region");
    assert!(source.region().await.unwrap_err().to_string().contains("an invalid region"));
}
