//! Every duration that a caller can set, at its extremes: no panic, and no endless wait.

use std::time::Duration;

use bedrock_lite::credentials::{AssumeRoleCredentials, HttpError, HttpErrorKind, HttpFuture, HttpOptions, HttpSend};
use bedrock_lite::credentials::{ProvideCredentials, ProviderConfig, WebIdentityCredentials};
use bedrock_lite::profile::Files;
use bedrock_lite::sigv4::{PayloadHash, Scope, SignableRequest, presign};
use bedrock_lite::{ApiKey, ConfigErrorKind, Credentials, Error, ListFoundationModelsRequest, RetryPolicy, Timeouts};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::Request;

use crate::support::{ScriptedServer, answer, refusal};

const LONG: [Duration; 4] = [
    Duration::MAX,
    Duration::from_secs(u64::MAX),
    Duration::from_secs(i64::MAX as u64 / 1_000),
    Duration::from_secs(1 << 40),
];

const MODELS: &str = r#"{"modelSummaries":[]}"#;

fn now() -> DateTime<Utc> {
    "2026-01-02T12:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn longest_timeouts_never_expire() {
    for long in LONG {
        let server = ScriptedServer::start([refusal(503, "ServiceUnavailableException"), answer(200, &[], MODELS)]);
        let timeouts = Timeouts::new().credentials(long).connect(long).response(long).stream_idle(long).call(long);
        let client = server.client().timeouts(timeouts).build().unwrap();
        let models = client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap();
        assert_eq!(models.metadata().attempts(), 2);
    }
}

#[tokio::test]
async fn zero_timeouts_expire_at_once() {
    let zero = Duration::ZERO;
    for timeouts in [
        Timeouts::new().connect(zero),
        Timeouts::new().response(zero),
        Timeouts::new().call(zero),
        Timeouts::new().credentials(zero).stream_idle(zero),
    ] {
        let server = ScriptedServer::start((0..3).map(|_| answer(200, &[], MODELS)));
        let client = server.client().timeouts(timeouts).build().unwrap();
        // A result that is available at once can still be in time.
        if let Err(error) = client.list_foundation_models(&ListFoundationModelsRequest::new()).await {
            assert!(error.is_timeout(), "{error:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn longest_retry_delays_do_not_panic() {
    for long in LONG {
        let policy = RetryPolicy::new().delays(long, long).max_delay(long);
        let server = ScriptedServer::start((0..9).map(|_| refusal(503, "ServiceUnavailableException")));
        let client = server.client().retry(policy).call_timeout(Duration::from_secs(60)).build().unwrap();
        let error = client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap_err();
        // A wait that exceeds the call timeout is not started, unless jitter makes it short.
        assert!(error.attempts() >= 1, "{error:?}");
    }
}

#[test]
fn longest_lifetimes_of_signatures_and_keys_do_not_panic() {
    let credentials = Credentials::new("AKID", "secret");
    let headers = [("host", &b"h"[..])];
    let request =
        SignableRequest { method: "GET", path: "/", query: "", headers: &headers, payload: PayloadHash::of(b"") };
    let scope = Scope::new(now(), "us-east-1", "bedrock");
    for lifetime in LONG.into_iter().chain([Duration::ZERO, Duration::from_millis(999)]) {
        let error = presign(&request, &credentials, &scope, lifetime).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::InvalidSetting, "{lifetime:?}");
        let error = ApiKey::mint(&credentials, "us-east-1", lifetime, now()).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::InvalidSetting, "{lifetime:?}");
    }
}

/// An HTTP client that cannot reach the service.
#[derive(Debug)]
struct Nobody;

impl HttpSend for Nobody {
    fn send(&self, _: Request<Bytes>, _: HttpOptions) -> HttpFuture<'_> {
        Box::pin(std::future::ready(Err(HttpError::new(HttpErrorKind::Connect))))
    }
}

#[derive(Debug)]
struct Base;

impl ProvideCredentials for Base {
    fn credentials(&self) -> bedrock_lite::credentials::CredentialsFuture<'_> {
        Box::pin(std::future::ready(Ok(Credentials::new("AKID", "secret"))))
    }
}

#[tokio::test]
async fn longest_role_sessions_do_not_panic() {
    let provider_config =
        ProviderConfig::new().environment([("", ""); 0]).files(Files::of([("/token", "jwt")])).http(Nobody);
    for duration in LONG.into_iter().chain([Duration::ZERO]) {
        let role = AssumeRoleCredentials::new(&provider_config, "arn", Base).region("us-east-1").duration(duration);
        assert!(role.credentials().await.is_err());
        let web = WebIdentityCredentials::of_role(&provider_config, "arn", "/token").region("us-east-1");
        assert!(web.duration(duration).credentials().await.is_err());
    }
}

#[tokio::test]
async fn zero_call_timeout_sends_no_request() {
    let server = ScriptedServer::start([answer(200, &[], MODELS)]);
    let client = server.client().call_timeout(Duration::ZERO).build().unwrap();
    let error = client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap_err();
    let Error::Transport(_) = &error else { panic!("{error:?}") };
    assert!(error.is_timeout());
}
