//! IAM Identity Center: the token of a sign-in, its refresh, and the role credentials.

use bedrock_lite::credentials::{HttpErrorKind, ProvideCredentials, ProviderConfig, SsoCredentials};
use bedrock_lite::profile::Files;
use bedrock_lite::{CredentialsError, CredentialsErrorKind};
use chrono::{DateTime, TimeDelta, Utc};

use crate::provider_config::{Script, noon};
use crate::whole;

const START_URL: &str = "https://example.awsapps.com/start";
/// The name is the SHA-1 of `dev`, as in the AWS CLI.
const SESSION_FILE: &str = "/home/me/.aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json";

const ROLE: &str = r#"{"roleCredentials":{"accessKeyId":"ASIAEXAMPLE","secretAccessKey":"kept-secret","sessionToken":"kept-token","expiration":1767358800000}}"#;
const NEW_TOKEN: &str =
    r#"{"accessToken":"kept-new","expiresIn":3600,"tokenType":"Bearer","refreshToken":"kept-refresh-2"}"#;

fn file(expires_at: DateTime<Utc>) -> String {
    format!(
        r#"{{"startUrl":"{START_URL}","region":"eu-west-1","accessToken":"kept-old","expiresAt":"{}","clientId":"id",
        "clientSecret":"kept-client","registrationExpiresAt":"2027-01-01T00:00:00Z","refreshToken":"kept-refresh"}}"#,
        expires_at.format("%Y-%m-%dT%H:%M:%SZ")
    )
}

fn source(script: &Script, files: &[(&str, String)]) -> SsoCredentials {
    let files = files.iter().map(|(path, content)| (*path, content.clone()));
    sign_in(&script.provider_config(&[("HOME", "/home/me")]).files(Files::of(files)))
}

fn sign_in(provider_config: &ProviderConfig) -> SsoCredentials {
    SsoCredentials::new(provider_config, START_URL, "eu-west-1").role("123456789012", "My+Role").session("dev")
}

async fn fails(source: &SsoCredentials) -> CredentialsError {
    let error = source.credentials().await.unwrap_err();
    assert!(!whole(&error).contains("kept-"), "{}", whole(&error));
    error
}

#[tokio::test]
async fn valid_token_gives_role_credentials() {
    let script = Script::new().answer(200, ROLE);
    let credentials =
        source(&script, &[(SESSION_FILE, file(noon() + TimeDelta::hours(8)))]).credentials().await.unwrap();
    assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
    assert_eq!(credentials.account_id(), Some("123456789012"));
    assert_eq!(credentials.expires_at().unwrap(), noon() + TimeDelta::hours(1));
    let url =
        "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=My%2BRole&account_id=123456789012";
    assert_eq!(script.asked(), [format!("GET {url}")]);
    let (request, _) = &script.requests()[0];
    assert_eq!(request.headers()["x-amz-sso_bearer_token"], "kept-old");
    assert!(request.headers()["x-amz-sso_bearer_token"].is_sensitive());
}

#[tokio::test]
async fn without_a_session_the_file_name_comes_from_the_start_url() {
    let script = Script::new();
    let provider_config = script.provider_config(&[("HOME", "/home/me")]);
    let legacy = SsoCredentials::new(&provider_config, START_URL, "eu-west-1").role("1", "r");
    let error = fails(&legacy).await;
    let name = sha1_hex(START_URL);
    assert!(error.to_string().contains(&format!("/home/me/.aws/sso/cache/{name}.json")), "{error}");
    assert!(error.to_string().contains("aws sso login"), "{error}");
    // This token cannot be refreshed.
    let files = [(format!("/home/me/.aws/sso/cache/{name}.json"), file(noon()))];
    let legacy = SsoCredentials::new(&provider_config.files(Files::of(files)), START_URL, "eu-west-1").role("1", "r");
    assert!(fails(&legacy).await.to_string().contains("has expired"));
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn expiring_token_is_refreshed_and_written_back_with_private_permissions() {
    let home = std::env::temp_dir().join(format!("bedrock-lite-sso-{}", std::process::id()));
    let cache = home.join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).unwrap();
    let path = cache.join("34c6fceca75e456f25e7e99531e2425c6c1de443.json");
    std::fs::write(&path, file(noon() + TimeDelta::minutes(4))).unwrap();
    let script = Script::new().answer(200, NEW_TOKEN).answer(200, ROLE).answer(200, ROLE);
    let home_of = [("HOME", home.to_str().unwrap())];
    let provider_config = ProviderConfig::new().environment(home_of).clock(noon()).http(script.clone());
    // The second time, the new token is read from the file.
    for _ in 0..2 {
        sign_in(&provider_config).credentials().await.unwrap();
    }
    let requests = script.requests();
    assert_eq!(script.asked()[0], "POST https://oidc.eu-west-1.amazonaws.com/token");
    let body: serde_json::Value = serde_json::from_slice(requests[0].0.body()).unwrap();
    let expected = serde_json::json!({"clientId": "id", "clientSecret": "kept-client", "grantType": "refresh_token",
        "refreshToken": "kept-refresh"});
    assert_eq!(body, expected);
    assert_eq!(requests[1].0.headers()["x-amz-sso_bearer_token"], "kept-new");
    assert_eq!(requests[2].0.headers()["x-amz-sso_bearer_token"], "kept-new");

    let written: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!((&written["accessToken"], &written["refreshToken"]), (&"kept-new".into(), &"kept-refresh-2".into()));
    assert_eq!((&written["expiresAt"], &written["clientId"]), (&"2026-01-02T13:00:00Z".into(), &"id".into()));
    assert_eq!(std::fs::read_dir(&cache).unwrap().count(), 1, "a temporary file is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_dir_all(&home).unwrap();
}

#[tokio::test]
async fn failed_refresh_is_an_error_only_after_the_token_expired() {
    let script = Script::new().fail(HttpErrorKind::Connect).answer(200, ROLE);
    source(&script, &[(SESSION_FILE, file(noon() + TimeDelta::minutes(4)))]).credentials().await.unwrap();
    assert_eq!(script.requests()[1].0.headers()["x-amz-sso_bearer_token"], "kept-old");

    let ended = [(SESSION_FILE, file(noon()))];
    let refusal = r#"{"error":"invalid_grant","error_description":"kept-refresh is used up"}"#;
    let error = fails(&source(&Script::new().answer(400, refusal), &ended)).await;
    assert!(error.to_string().contains("aws sso login --sso-session dev"), "{error}");
    assert!(whole(&error).contains("invalid_grant"), "{}", whole(&error));
    for answer in ["{}", "<html>", r#"{"accessToken":"kept-new"}"#, r#"{"accessToken":"kept-new","expiresIn":-5}"#] {
        assert_eq!(
            fails(&source(&Script::new().answer(200, answer), &ended)).await.kind(),
            CredentialsErrorKind::Failed
        );
    }
    // The client registration has expired, or the data for the refresh is missing.
    for (from, to) in [("2027-01-01", "2025-01-01"), ("refreshToken", "other"), ("clientSecret", "other")] {
        let script = Script::new();
        let error = fails(&source(&script, &[(SESSION_FILE, file(noon()).replace(from, to))])).await;
        assert!(error.to_string().contains("has expired: run aws sso login") && script.asked().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn advised_command_quotes_the_session_name() {
    let error = fails(&source(&Script::new(), &[]).session("My Corp Ltd")).await;
    assert!(error.to_string().ends_with("run aws sso login --sso-session 'My Corp Ltd'"), "{error}");
}

#[tokio::test]
async fn refusals_of_sso_are_reported() {
    let files = [(SESSION_FILE, file(noon() + TimeDelta::hours(8)))];
    for (status, body, says) in [
        (401, r#"{"message":"Session token not found or invalid"}"#, "run aws sso login"),
        (403, r#"{"message":"No access","__type":"com.amazonaws.switchboard.portal#ForbiddenException"}"#, "No access"),
        (400, r#"{"message":"kept-old is no token"}"#, "[redacted] is no token"),
        (404, "<html>", "returned 404"),
        (200, "<html>", "not valid JSON"),
        (200, "{}", "without roleCredentials"),
        (200, r#"{"roleCredentials":{}}"#, "without expiration"),
        (200, r#"{"roleCredentials":{"expiration":99999999999999999}}"#, "out of range"),
    ] {
        let error = fails(&source(&Script::new().answer(status, body), &files)).await;
        assert!(whole(&error).contains(says), "{}", whole(&error));
    }
}

#[tokio::test]
async fn invalid_token_file_is_an_error_that_hides_its_content() {
    for content in
        ["", "kept-garbage", "[]", r#"{"accessToken":"kept-old"}"#, r#"{"accessToken":"kept-old","expiresAt":"soon"}"#]
    {
        let script = Script::new();
        fails(&source(&script, &[(SESSION_FILE, content.to_owned())])).await;
        assert!(script.asked().is_empty(), "{content}");
    }
    let script = Script::new();
    let homeless = SsoCredentials::new(&script.provider_config(&[]), START_URL, "eu-west-1").role("1", "r");
    assert!(fails(&homeless).await.to_string().contains("HOME is not set"));
    let unconfigured = SsoCredentials::new(&script.provider_config(&[("HOME", "/")]), START_URL, "eu-west-1");
    assert_eq!(fails(&unconfigured).await.kind(), CredentialsErrorKind::Invalid);
}

fn sha1_hex(text: &str) -> String {
    use sha1::Digest as _;
    hex::encode(sha1::Sha1::digest(text))
}

#[tokio::test]
async fn oidc_response_that_repeats_the_request_shows_no_secret() {
    const REFRESH: &str = "aorAAAAAGRefreshTokenOfTheSignIn+/QmVkcm9jaw==";
    const CLIENT: &str = "eyJraWQiOiJrZXktMTU2NDAyODA5OSJ9.ClientSecretOfTheSignIn";
    let wrappings: [fn(&str) -> String; 5] = [
        str::to_owned,
        |text| base64_simd::STANDARD.encode_to_string(text),
        |text| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat(),
        |text| hex::encode(text),
        |text| format!("{:?}", text.as_bytes()),
    ];
    let ended = file(noon()).replace("kept-refresh", REFRESH).replace("kept-client", CLIENT);
    for wrapping in wrappings {
        let echo = format!("{} and {}", wrapping(REFRESH), wrapping(CLIENT));
        for (status, body) in [
            (400, serde_json::json!({"error": "invalid_grant", "error_description": echo}).to_string()),
            (400, serde_json::json!({"error": echo}).to_string()),
            (500, serde_json::json!({"__type": echo, "message": echo}).to_string()),
            (502, format!("<html>{echo}</html>")),
            (200, echo.clone()),
            (200, serde_json::json!({"refreshToken": echo}).to_string()),
        ] {
            // A server error is retried.
            let script = Script::new().answer(status, body.clone()).answer(status, body.clone());
            let error = source(&script, &[(SESSION_FILE, ended.clone())]).credentials().await.unwrap_err();
            let shown = whole(&error);
            assert!(!script.asked().is_empty(), "{shown}");
            for secret in [REFRESH, CLIENT] {
                let wrapped = wrapping(secret);
                for part in [&secret[2..18], &wrapped[4..40]] {
                    assert!(!shown.contains(part), "{part} of {status} {body}: {shown}");
                }
            }
        }
    }
}
