//! STS: the request for a role, its signature, and the responses.

use std::time::Duration;

use bedrock_lite::credentials::{AssumeRoleCredentials, CredentialsFuture, HttpErrorKind, WebIdentityCredentials};
use bedrock_lite::profile::Files;
use bedrock_lite::{Credentials, CredentialsErrorKind, ProvideCredentials};

use crate::provider_config::{Script, noon};
use crate::whole;

const ROLE: &str = "arn:aws:iam::123456789012:role/my-role";
const WEB_IDENTITY: [(&str, &str); 3] =
    [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", ROLE), ("AWS_REGION", "eu-west-1")];

fn answer(action: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><AssumedRoleUser>\
         <Arn>arn:aws:sts::123456789012:assumed-role/my-role/s</Arn></AssumedRoleUser><Credentials>\n\
         <AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>kept-&#x73;ecret</SecretAccessKey>\
         <SessionToken><![CDATA[kept-token]]></SessionToken><Expiration>2026-01-02T13:00:00Z</Expiration></Credentials>\
         </{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
    )
}

fn web_identity(script: &Script) -> WebIdentityCredentials {
    WebIdentityCredentials::new(&script.provider_config(&WEB_IDENTITY).files(Files::of([("/token", "kept-jwt\n")])))
}

#[derive(Debug)]
struct Base;

impl ProvideCredentials for Base {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { Ok(Credentials::new("AKIDBASE", "kept-base-secret").with_session_token("kept-base-token")) })
    }
}

#[tokio::test]
async fn web_identity_request_is_not_signed() {
    let script = Script::new().answer(200, answer("AssumeRoleWithWebIdentity"));
    let credentials = web_identity(&script).credentials().await.unwrap();
    assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
    assert_eq!(credentials.secret_access_key(), "kept-secret");
    assert_eq!(credentials.session_token(), Some("kept-token"));
    assert_eq!(credentials.account_id(), Some("123456789012"));
    assert_eq!(credentials.expires_at().unwrap().to_rfc3339(), "2026-01-02T13:00:00+00:00");
    assert_eq!(script.asked(), ["POST https://sts.eu-west-1.amazonaws.com/"]);
    let (request, rules) = &script.requests()[0];
    assert!(!rules.direct, "STS is reached through the proxy");
    assert!(!request.headers().contains_key("authorization"));
    let body = std::str::from_utf8(request.body()).unwrap();
    let name = format!("bedrock-lite-{}", noon().timestamp_millis());
    assert_eq!(
        body,
        format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmy-role\
             &RoleSessionName={name}&WebIdentityToken=kept-jwt"
        )
    );
}

#[tokio::test]
async fn assume_role_request_is_signed_and_has_all_settings() {
    let script = Script::new().answer(200, answer("AssumeRole"));
    let source = AssumeRoleCredentials::new(&script.provider_config(&[]), ROLE, Base)
        .region("eu-west-1")
        .endpoint_url("http://127.0.0.1:9")
        .session_name("me")
        .external_id("a&b")
        .duration(Duration::from_secs(900));
    assert_eq!(source.credentials().await.unwrap().access_key_id(), "ASIAEXAMPLE");
    assert_eq!(script.asked(), ["POST http://127.0.0.1:9/"]);
    let (request, rules) = &script.requests()[0];
    assert!(rules.direct, "local requests bypass the proxy");
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let scope = "AWS4-HMAC-SHA256 Credential=AKIDBASE/20260102/eu-west-1/sts/aws4_request, ";
    assert!(authorization.starts_with(scope), "{authorization}");
    assert_eq!(request.headers()["x-amz-security-token"], "kept-base-token");
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.ends_with("&RoleSessionName=me&DurationSeconds=900&ExternalId=a%26b"), "{body}");
}

#[tokio::test]
async fn aws_global_uses_the_global_endpoint_signed_for_us_east_1() {
    let script = Script::new().answer(200, answer("AssumeRole"));
    let source = AssumeRoleCredentials::new(&script.provider_config(&[]), ROLE, Base).region("aws-global");
    source.credentials().await.unwrap();
    assert_eq!(script.asked(), ["POST https://sts.amazonaws.com/"]);
    let (request, _) = &script.requests()[0];
    let authorization = request.headers()["authorization"].to_str().unwrap();
    assert!(authorization.contains("/us-east-1/sts/aws4_request"), "{authorization}");

    let script = Script::new().answer(200, answer("AssumeRole"));
    let provider_config = script.provider_config(&[("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")]);
    AssumeRoleCredentials::new(&provider_config, ROLE, Base).region("aws-global").credentials().await.unwrap();
    assert_eq!(script.asked(), ["POST http://127.0.0.1:9/"]);
}

#[tokio::test]
async fn invalid_settings_are_errors_before_any_request() {
    let script = Script::new();
    for (variables, files, kind, says) in [
        (vec![], vec![], CredentialsErrorKind::NotConfigured, "AWS_WEB_IDENTITY_TOKEN_FILE is not set"),
        (vec![("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")], vec![], CredentialsErrorKind::Invalid, "AWS_ROLE_ARN is not"),
        (WEB_IDENTITY.to_vec(), vec![], CredentialsErrorKind::Invalid, "/token"),
        (WEB_IDENTITY.to_vec(), vec![("/token", " \n")], CredentialsErrorKind::Invalid, "is empty"),
        (WEB_IDENTITY[..2].to_vec(), vec![("/token", "kept-jwt")], CredentialsErrorKind::Invalid, "no region"),
    ] {
        let source = WebIdentityCredentials::new(&script.provider_config(&variables).files(Files::of(files)));
        let error = source.credentials().await.unwrap_err();
        assert!(error.kind() == kind && whole(&error).contains(says), "{}", whole(&error));
        assert!(!whole(&error).contains("kept-"), "{}", whole(&error));
    }
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn refusal_of_sts_is_reported_without_the_token() {
    let error = |code: &str, message: &str| {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        )
    };
    for (body, says) in [
        (error("AccessDenied", "Not authorized &amp; denied"), "returned 403, AccessDenied: Not authorized & denied"),
        (error("InvalidIdentityToken", "kept-jwt is no token"), "returned 403, InvalidIdentityToken"),
        ("<html><body>proxy".to_owned(), "returned 403"),
        (String::new(), "returned 403"),
    ] {
        let script = Script::new().answer(403, body);
        let error = web_identity(&script).credentials().await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Failed);
        assert!(error.to_string().contains(says) && !whole(&error).contains("kept-"), "{error}");
    }
}

#[tokio::test]
async fn invalid_sts_response_is_an_error() {
    let good = answer("AssumeRoleWithWebIdentity");
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]>{good}", "b".repeat(100));
    for (body, says) in [
        (String::new(), "without Expiration"),
        ("{}".to_owned(), "without Expiration"),
        (good[..good.len() - 30].to_owned(), "not valid XML"),
        (bomb, "not valid XML"),
        (good.replace("&#x73;", "&unknown;"), "not valid XML"),
        (good.replace("</Credentials>", "</Other>"), "not valid XML"),
        (format!("{}{}", "<a>".repeat(100_000), good), "not valid XML"),
        (good.replace("SecretAccessKey", "Secret"), "without SecretAccessKey"),
        (good.replace("SessionToken", "Token"), "without SessionToken"),
        (good.replace("2026-01-02T", "soon"), "not an ISO 8601 time"),
        (good.replace("kept-token", "kept\ntoken"), "control character"),
    ] {
        let script = Script::new().answer(200, body.clone());
        let error = web_identity(&script).credentials().await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Failed, "{error}");
        assert!(whole(&error).contains(says), "{says}: {}", whole(&error));
        assert!(!whole(&error).contains("kept"), "{error}");
    }
}

#[tokio::test]
async fn busy_sts_is_called_three_times() {
    let script = Script::new().answer(503, "").fail(HttpErrorKind::Broken).answer(200, answer("AssumeRole"));
    web_identity(&script).credentials().await.unwrap();
    let script = Script::new().answer(500, "").answer(500, "").answer(500, "").answer(200, answer("AssumeRole"));
    assert!(web_identity(&script).credentials().await.is_err());
    assert_eq!(script.left(), 1);
}
