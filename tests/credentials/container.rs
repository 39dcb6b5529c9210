//! The container provider: its URL, its request, and the responses that it accepts.

use bedrock_lite::CredentialsErrorKind;
use bedrock_lite::credentials::{ContainerCredentials, HttpErrorKind, ProvideCredentials};
use bedrock_lite::profile::Files;
use chrono::TimeDelta;

use crate::provider_config::{Script, json, noon};
use crate::whole;

const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

#[tokio::test]
async fn container_credentials_are_requested_and_read() {
    let script = Script::new().answer(200, json(noon() + TimeDelta::hours(1)));
    let source = ContainerCredentials::new(&script.provider_config(&[(RELATIVE, "/v2/credentials/1")]));
    let credentials = source.credentials().await.unwrap();
    assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
    assert_eq!(credentials.session_token(), Some("kept-token"));
    assert_eq!(credentials.expires_at(), Some(noon() + TimeDelta::hours(1)));
    assert_eq!(script.asked(), ["GET http://169.254.170.2/v2/credentials/1"]);
    let (request, rules) = &script.requests()[0];
    assert!(rules.direct && rules.max_body <= 1024 * 1024, "{rules:?}");
    assert!(!request.headers().contains_key("authorization"));
}

#[tokio::test]
async fn token_is_sent_to_allowed_hosts_only() {
    for url in [
        "http://example.com/",
        "http://10.0.0.1/",
        "http://169.254.170.3/",
        "http://169.254.169.254/",
        "http://[fd00:ec2::24]/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "https://user:password@example.com/",
        "ftp://localhost/",
        "/credentials",
        "not a url",
    ] {
        let script = Script::new().answer(200, json(noon() + TimeDelta::hours(1)));
        let source =
            ContainerCredentials::new(&script.provider_config(&[(FULL, url), (TOKEN, "kept-container-token")]));
        let error = source.credentials().await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Invalid, "{url}: {error}");
        assert!(script.asked().is_empty(), "{url} was asked");
        assert!(!whole(&error).contains("kept-container-token"));
    }
    for url in [
        "http://127.0.0.1:8080/x",
        "http://127.9.9.9/x",
        "http://[::1]/x",
        "http://localhost/x",
        "http://169.254.170.2/x",
        "http://169.254.170.23/x",
        "http://[fd00:ec2::23]/x",
        "https://example.com/x",
    ] {
        let script = Script::new().answer(200, json(noon() + TimeDelta::hours(1)));
        let source =
            ContainerCredentials::new(&script.provider_config(&[(FULL, url), (TOKEN, "kept-container-token")]));
        source.credentials().await.unwrap();
        assert_eq!(script.asked(), [format!("GET {url}")]);
        let (request, rules) = &script.requests()[0];
        assert_eq!(request.headers()["authorization"], "kept-container-token");
        assert!(request.headers()["authorization"].is_sensitive() && rules.direct);
    }
}

#[tokio::test]
async fn relative_uri_cannot_change_the_host() {
    for path in ["@example.com/", ".example.com/", ":80@example.com/", "credentials"] {
        let script = Script::new();
        let source = ContainerCredentials::new(&script.provider_config(&[(RELATIVE, path), (TOKEN, "t")]));
        assert_eq!(source.credentials().await.unwrap_err().kind(), CredentialsErrorKind::Invalid, "{path}");
        assert!(script.asked().is_empty(), "{path} was asked");
    }
}

#[tokio::test]
async fn token_file_is_read_each_time_and_wins() {
    let file = std::env::temp_dir().join(format!("bedrock-lite-container-{}", std::process::id()));
    let path = file.to_str().unwrap();
    let script = Script::new().answer(200, json(noon())).answer(200, json(noon()));
    let provider_config = bedrock_lite::credentials::ProviderConfig::new()
        .environment([(FULL, "http://169.254.170.23/v1/credentials"), (TOKEN_FILE, path), (TOKEN, "unused")])
        .clock(noon())
        .http(script.clone());
    let source = ContainerCredentials::new(&provider_config);
    for token in ["first", "second"] {
        std::fs::write(&file, token).unwrap();
        source.credentials().await.unwrap();
    }
    std::fs::remove_file(&file).unwrap();
    let tokens: Vec<_> = script.requests().iter().map(|(r, _)| r.headers()["authorization"].clone()).collect();
    assert_eq!(tokens, ["first", "second"]);
    let error = source.credentials().await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::Invalid);
    assert!(whole(&error).contains(TOKEN_FILE), "{}", whole(&error));
}

#[tokio::test]
async fn line_break_in_the_token_is_an_error() {
    for token in ["kept\r\nx-evil: 1", "kept\n", "\rkept"] {
        let script = Script::new();
        let provider_config =
            script.provider_config(&[(RELATIVE, "/x"), (TOKEN_FILE, "/token")]).files(Files::of([("/token", token)]));
        for provider_config in [provider_config, script.provider_config(&[(RELATIVE, "/x"), (TOKEN, token)])] {
            let error = ContainerCredentials::new(&provider_config).credentials().await.unwrap_err();
            assert_eq!(error.kind(), CredentialsErrorKind::Invalid);
            assert!(whole(&error).contains("line break") && !whole(&error).contains("kept"), "{}", whole(&error));
        }
        assert!(script.asked().is_empty());
    }
}

#[tokio::test]
async fn invalid_container_response_is_an_error_that_hides_it() {
    let good = json(noon() + TimeDelta::hours(1));
    let cut = &good[..good.len() / 2];
    let without = |name: &str| good.replace(name, "Other");
    for (body, says) in [
        ("<html>", "not valid JSON"),
        ("", "not valid JSON"),
        (cut, "not valid JSON"),
        ("[]", "not an object"),
        ("{}", "without Token"),
        (&without("Expiration"), "without Expiration"),
        (&without("AccessKeyId"), "without AccessKeyId"),
        (&without("SecretAccessKey"), "without SecretAccessKey"),
        (&good.replace("2026", "tomorrow"), "not an ISO 8601 time"),
        (&good.replace("kept-secret", "kept-secret\\n"), "line break"),
        (&good.replace(r#""kept-secret""#, "42"), "without SecretAccessKey"),
    ] {
        let script = Script::new().answer(200, body.to_owned());
        let source = ContainerCredentials::new(&script.provider_config(&[(RELATIVE, "/x")]));
        let error = source.credentials().await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Failed);
        let text = whole(&error);
        assert!(text.contains(says), "{body}: {text}");
        assert!(!text.contains("kept-"), "{text}");
    }
}

#[tokio::test]
async fn refusal_has_the_message_of_the_endpoint_without_the_token() {
    let body = r#"{"code":"AccessDenied","message":"no role\nfor this task"}"#;
    let script = Script::new().answer(403, body).answer(400, r#"{"message":"bad token kept-token"}"#);
    let provider_config = script.provider_config(&[(RELATIVE, "/x"), (TOKEN, "kept-token")]);
    let source = ContainerCredentials::new(&provider_config);
    let error = source.credentials().await.unwrap_err();
    assert!(error.to_string().ends_with("returned 403, AccessDenied, no role for this task"), "{error}");
    let error = source.credentials().await.unwrap_err();
    assert!(error.to_string().contains("returned 400") && !whole(&error).contains("kept-token"), "{error}");
}

#[tokio::test]
async fn plain_text_refusal_is_one_bounded_line() {
    let long = format!("not ready\u{2028}yet\r\n\u{1b}[31m{}", "x".repeat(100_000));
    for (body, says) in [
        ("the agent has no role for this task\n", "returned 400, the agent has no role for this task"),
        (r#"{"error":"no such task"}"#, "returned 400, no such task"),
        (r#"{"other":"kept-secret"}"#, "returned 400"),
        ("<h1>403</h1>", "returned 400, <h1>403</h1>"),
        ("", "returned 400"),
        ("you sent kept-token", "returned 400, you sent [redacted]"),
        ("you sent Bearer kept-key", "returned 400, you sent Bearer [redacted]"),
        (&long, "returned 400, not ready yet   [31mxxx"),
    ] {
        let script = Script::new().answer(400, body.to_owned());
        let source = ContainerCredentials::new(&script.provider_config(&[(RELATIVE, "/x"), (TOKEN, "kept-token")]));
        let error = source.credentials().await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains(says) && text.len() < 500, "{text}");
        assert!(!text.contains(|c: char| c.is_control()) && !whole(&error).contains("kept-"), "{text}");
    }
}

#[tokio::test]
async fn empty_token_file_is_named() {
    for content in ["", " ", "\n"] {
        let script = Script::new();
        let provider_config =
            script.provider_config(&[(RELATIVE, "/x"), (TOKEN_FILE, "/token")]).files(Files::of([("/token", content)]));
        let error = ContainerCredentials::new(&provider_config).credentials().await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Invalid);
        assert!(error.to_string().contains("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, /token, is empty"), "{error}");
        assert!(script.asked().is_empty());
    }
}

#[tokio::test]
async fn busy_endpoint_is_retried_and_silent_one_is_not() {
    let script = Script::new()
        .answer(503, "")
        .answer(429, "")
        .answer(200, json(noon()))
        .fail(HttpErrorKind::Timeout)
        .answer(500, "")
        .answer(500, "")
        .answer(500, "");
    let source = ContainerCredentials::new(&script.provider_config(&[(RELATIVE, "/x")]));
    source.credentials().await.unwrap();
    assert_eq!(script.asked().len(), 3);
    let error = source.credentials().await.unwrap_err();
    assert!(error.to_string().contains("did not respond"), "{error}");
    assert_eq!(script.asked().len(), 4);
    assert!(source.credentials().await.unwrap_err().to_string().contains("returned 500"));
    assert_eq!((script.asked().len(), script.left()), (7, 0));
}

#[tokio::test]
async fn without_variables_containers_are_not_configured() {
    let error = ContainerCredentials::new(&Script::new().provider_config(&[])).credentials().await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::NotConfigured);
}
