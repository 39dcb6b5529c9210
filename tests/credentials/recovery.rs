//! Clients with refused credentials, silent providers or a wrong clock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bedrock_lite::credentials::{
    AssumeRoleCredentials, CachedCredentials, ClientContext, CredentialsFuture, DefaultChain, HttpFuture, HttpOptions,
    HttpSend, ProviderConfig,
};
use bedrock_lite::profile::Files;
use bedrock_lite::{
    Client, ClientBuilder, Credentials, CredentialsErrorKind, Error, ListFoundationModelsRequest, ProvideCredentials,
    RetryPolicy, ServiceErrorKind,
};
use bytes::Bytes;
use chrono::TimeDelta;
use http::Request;

use crate::provider_config::{Script, noon};
use crate::support::{ScriptedServer, Step, answer, refusal};

const MODELS: &str = r#"{"modelSummaries":[]}"#;
const REFUSALS: [&str; 5] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "UnrecognizedClient",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
];

async fn models(client: &Client) -> Result<u32, Error> {
    let models = client.list_foundation_models(&ListFoundationModelsRequest::new()).await?;
    Ok(models.metadata().attempts())
}

fn good() -> Vec<Step> {
    answer(200, &[], MODELS)
}

/// Returns the access key IDs that the requests were signed with, in order.
fn signers(server: &ScriptedServer) -> Vec<String> {
    let id = |request: String| request.split("Credential=").nth(1).unwrap().split('/').next().unwrap().to_owned();
    server.requests().into_iter().map(id).collect()
}

fn temporary(id: &str) -> Credentials {
    Credentials::new(id, "kept-secret").with_session_token(format!("kept-token-of-{id}"))
}

/// Returns these credentials in order, and then the last ones. Counts its calls.
#[derive(Debug, Clone, Default)]
struct Series(Arc<(Mutex<VecDeque<Credentials>>, AtomicUsize)>);

impl Series {
    fn new(credentials: impl IntoIterator<Item = Credentials>) -> Self {
        Self(Arc::new((Mutex::new(credentials.into_iter().collect()), AtomicUsize::new(0))))
    }

    fn temporary(ids: &[&str]) -> Self {
        Self::new(ids.iter().map(|id| temporary(id)))
    }

    fn asked(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Series {
    fn credentials(&self) -> CredentialsFuture<'_> {
        self.0.1.fetch_add(1, Ordering::SeqCst);
        let mut left = self.0.0.lock().unwrap();
        let next = if left.len() > 1 { left.pop_front() } else { left.front().cloned() }.unwrap();
        Box::pin(std::future::ready(Ok(next)))
    }
}

fn client(server: &ScriptedServer, provider: impl ProvideCredentials + 'static) -> ClientBuilder {
    Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials_provider(provider)
        .endpoint_url(server.url())
}

#[tokio::test]
async fn refused_token_is_renewed_once_by_custom_and_cached_providers() {
    for code in REFUSALS {
        for is_cached in [false, true] {
            let server = ScriptedServer::start([refusal(403, code), good()]);
            let series = Series::temporary(&["ASIAOLD", "ASIANEW"]);
            let client = if is_cached {
                client(&server, CachedCredentials::new(series.clone()))
            } else {
                client(&server, series.clone())
            };
            let client = client.build().unwrap();
            assert_eq!(models(&client).await.unwrap(), 2, "{code}");
            assert_eq!(signers(&server), ["ASIAOLD", "ASIANEW"], "{code}");
            assert_eq!((series.asked(), client.retry_quota().tokens()), (2, 500), "{code}");
        }
    }
}

#[tokio::test]
async fn refusal_without_a_code_is_recognized_by_its_message() {
    for what in ["expired", "invalid"] {
        let body = format!(r#"{{"message":"The security token included in the request is {what}."}}"#);
        let server = ScriptedServer::start([answer(403, &[], body), good()]);
        let client = client(&server, Series::temporary(&["ASIAOLD", "ASIANEW"])).build().unwrap();
        assert_eq!(models(&client).await.unwrap(), 2);
    }
    let server = ScriptedServer::start([refusal(403, "AccessDeniedException")]);
    let series = Series::temporary(&["ASIAOLD", "ASIANEW"]);
    assert_eq!(models(&client(&server, series.clone()).build().unwrap()).await.unwrap_err().attempts(), 1);
    assert_eq!(series.asked(), 1, "not a token error");
}

#[tokio::test]
async fn refused_token_that_stays_the_same_is_not_resent() {
    let server = ScriptedServer::start([refusal(403, "ExpiredTokenException"), refusal(403, "ExpiredTokenException")]);
    let series = Series::temporary(&["ASIAOLD", "ASIAOLD", "ASIAOLD", "ASIANEW"]);
    let client = client(&server, CachedCredentials::new(series.clone())).build().unwrap();
    let error = models(&client).await.unwrap_err();
    let Error::Service(service) = &error else { panic!("{error:?}") };
    assert_eq!((service.kind(), error.attempts(), series.asked()), (ServiceErrorKind::ExpiredToken, 1, 2));
    // The next call uses the same credentials and is refused. The call after it would find new
    // ones.
    assert_eq!(models(&client).await.unwrap_err().attempts(), 1);
    assert_eq!((signers(&server).len(), series.asked()), (2, 3));
}

#[tokio::test]
async fn second_refusal_with_new_credentials_ends_the_call() {
    let server = ScriptedServer::start((0..9).map(|_| refusal(403, "ExpiredTokenException")));
    let series = Series::temporary(&["ASIA1", "ASIA2", "ASIA3", "ASIA4", "ASIA5", "ASIA6"]);
    let client = client(&server, series).retry(RetryPolicy::new().max_attempts(9)).build().unwrap();
    assert_eq!(models(&client).await.unwrap_err().attempts(), 2);
    assert_eq!(signers(&server), ["ASIA1", "ASIA2"]);
}

#[tokio::test]
async fn without_retries_the_next_call_has_new_credentials() {
    let server = ScriptedServer::start([refusal(403, "ExpiredTokenException"), good()]);
    let series = Series::temporary(&["ASIAOLD", "ASIANEW"]);
    let client = client(&server, CachedCredentials::new(series)).retry(RetryPolicy::off()).build().unwrap();
    assert_eq!(models(&client).await.unwrap_err().attempts(), 1);
    assert_eq!(models(&client).await.unwrap(), 1);
    assert_eq!(signers(&server), ["ASIAOLD", "ASIANEW"]);
}

#[tokio::test]
async fn long_lived_and_static_keys_are_not_renewed() {
    let server = ScriptedServer::start((0..3).map(|_| refusal(403, "UnrecognizedClientException")));
    let series = Series::new([Credentials::new("AKIA1", "kept"), Credentials::new("AKIA2", "kept")]);
    assert_eq!(models(&client(&server, series.clone()).build().unwrap()).await.unwrap_err().attempts(), 1);
    assert_eq!(series.asked(), 1);
    let given = Client::builder().environment([("", ""); 0]).region("us-east-1").endpoint_url(server.url());
    let error = models(&given.credentials(temporary("ASIAGIVEN")).build().unwrap()).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    let variables =
        [("AWS_ACCESS_KEY_ID", "ASIAENV"), ("AWS_SECRET_ACCESS_KEY", "kept"), ("AWS_SESSION_TOKEN", "kept")];
    let of_environment = Client::builder().environment(variables).region("us-east-1").endpoint_url(server.url());
    assert_eq!(models(&of_environment.build().unwrap()).await.unwrap_err().attempts(), 1);
    assert_eq!(signers(&server), ["AKIA1", "ASIAGIVEN", "ASIAENV"]);
}

/// Tools such as saml2aws rewrite the keys in `~/.aws/credentials` while the program runs.
#[tokio::test]
async fn keys_rewritten_by_another_tool_are_read_again() {
    let file = std::env::temp_dir().join(format!("bedrock-lite-rewritten-{}", std::process::id()));
    let write = |id: &str| {
        let text = format!(
            "[default]\naws_access_key_id = {id}\naws_secret_access_key = kept\naws_session_token = token-of-{id}\n"
        );
        std::fs::write(&file, text).unwrap();
    };
    let environment = [("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", file.to_str().unwrap())];
    for profile in [None, Some("default")] {
        let server = ScriptedServer::start([good(), refusal(403, "ExpiredTokenException"), good(), good()]);
        let client = Client::builder().environment(environment).region("us-east-1").endpoint_url(server.url());
        let client = if let Some(name) = profile { client.profile(name) } else { client }.build().unwrap();
        write("ASIAOLD");
        assert_eq!(models(&client).await.unwrap(), 1);
        write("ASIANEW");
        assert_eq!(models(&client).await.unwrap(), 2);
        assert_eq!(models(&client).await.unwrap(), 1);
        assert_eq!(signers(&server), ["ASIAOLD", "ASIAOLD", "ASIANEW", "ASIANEW"]);
    }
    std::fs::remove_file(&file).unwrap();
}

const STS_REFUSES: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>\
    <Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
const STS_GIVES: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
    <SecretAccessKey>kept</SecretAccessKey><SessionToken>kept</SessionToken>\
    <Expiration>2026-01-02T13:00:00+0000</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

#[tokio::test]
async fn role_with_an_expired_base_is_assumed_with_a_new_base() {
    let script = Script::new().answer(403, STS_REFUSES).answer(200, STS_GIVES);
    let base = CachedCredentials::with_clock(Series::temporary(&["ASIAOLD", "ASIANEW"]), noon());
    let role =
        AssumeRoleCredentials::new(&script.provider_config(&[]), "arn:aws:iam::1:role/r", base).region("us-east-1");
    assert_eq!(role.credentials().await.unwrap().access_key_id(), "ASIAROLE");
    let signed = |at: usize| script.requests()[at].0.headers()["authorization"].to_str().unwrap().to_owned();
    assert!(signed(0).contains("Credential=ASIAOLD/") && signed(1).contains("Credential=ASIANEW/"));

    // If the base stays the same, STS is not called again.
    let script = Script::new().answer(403, STS_REFUSES).answer(200, STS_GIVES);
    let base = CachedCredentials::with_clock(Series::temporary(&["ASIAOLD"]), noon());
    let role =
        AssumeRoleCredentials::new(&script.provider_config(&[]), "arn:aws:iam::1:role/r", base).region("us-east-1");
    assert!(role.credentials().await.unwrap_err().to_string().contains("ExpiredToken"));
    assert_eq!(script.left(), 1);
}

#[tokio::test]
async fn role_uses_the_region_and_the_clock_of_the_client() {
    for (on_it, host) in [(None, "sts.eu-central-1"), (Some("us-west-2"), "sts.us-west-2")] {
        let script = Script::new().answer(200, STS_GIVES);
        // The region of the client wins over the environment, which may name another one.
        let provider_config = script.provider_config(&[("AWS_REGION", "ap-south-1")]);
        let mut role =
            AssumeRoleCredentials::new(&provider_config, "arn:aws:iam::1:role/r", Series::temporary(&["ASIA"]));
        if let Some(region) = on_it {
            role = role.region(region);
        }
        let context = ClientContext::new("eu-central-1").clock_skew(TimeDelta::hours(2));
        let cached = CachedCredentials::with_clock(role, noon() - TimeDelta::hours(2));
        cached.credentials_for(&context).await.unwrap();
        assert_eq!(script.asked(), [format!("POST https://{host}.amazonaws.com/")]);
        assert_eq!(script.requests()[0].0.headers()["x-amz-date"], "20260102T140000Z");
    }
    // The same within a client, which passes its region.
    let script = Script::new().answer(200, STS_GIVES);
    let role =
        AssumeRoleCredentials::new(&script.provider_config(&[]), "arn:aws:iam::1:role/r", Series::temporary(&["ASIA"]));
    let server = ScriptedServer::start([good()]);
    let client = client(&server, CachedCredentials::with_clock(role, noon())).region("eu-central-1").build().unwrap();
    models(&client).await.unwrap();
    assert_eq!(script.asked(), ["POST https://sts.eu-central-1.amazonaws.com/"]);
}

#[tokio::test]
async fn known_clock_skew_is_applied_to_expiry() {
    // The clock of this machine is two hours slow, or two hours fast.
    for (date, expected) in
        [("Fri, 02 Jan 2026 14:00:00 GMT", ["ASIA1", "ASIA2"]), ("Fri, 02 Jan 2026 10:00:00 GMT", ["ASIA1", "ASIA1"])]
    {
        let dated =
            || answer(200, &[("date", date), ("x-amzn-requestid", "11111111-2222-3333-4444-555555555555")], MODELS);
        let server = ScriptedServer::start([dated(), dated()]);
        // By the clock of this machine, the credentials are valid for an hour.
        let series = Series::new([
            temporary("ASIA1").with_expiry(noon() + TimeDelta::hours(1)),
            temporary("ASIA2").with_expiry(noon() + TimeDelta::hours(9)),
        ]);
        let cached = CachedCredentials::with_clock(series, noon());
        let client = client(&server, cached).clock(noon()).build().unwrap();
        models(&client).await.unwrap();
        models(&client).await.unwrap();
        assert_eq!(signers(&server), expected, "{date}");
    }
}

#[tokio::test]
async fn credentials_that_a_fast_clock_calls_expired_are_used_once_its_skew_is_known() {
    let cached = CachedCredentials::with_clock(
        Series::new([temporary("ASIA1").with_expiry(noon() - TimeDelta::minutes(30))]),
        noon(),
    );
    assert_eq!(cached.credentials().await.unwrap_err().kind(), CredentialsErrorKind::Expired);
    let context = ClientContext::new("us-east-1").clock_skew(TimeDelta::hours(-1));
    assert_eq!(cached.credentials_for(&context).await.unwrap().access_key_id(), "ASIA1");
}

/// A custom provider that never responds.
#[derive(Debug)]
struct Hangs;

impl ProvideCredentials for Hangs {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::pending())
    }
}

/// A network on which nothing responds.
#[derive(Debug)]
struct Silence;

impl HttpSend for Silence {
    fn send(&self, _: Request<Bytes>, _: HttpOptions) -> HttpFuture<'_> {
        Box::pin(std::future::pending())
    }
}

fn nowhere() -> ClientBuilder {
    Client::builder().environment([("", ""); 0]).region("us-east-1").endpoint_url("http://127.0.0.1:9")
}

#[tokio::test(start_paused = true)]
async fn silent_provider_is_named_after_ten_seconds() {
    let silent = |variables: &[(&str, &str)]| {
        ProviderConfig::new()
            .environment(variables.iter().copied())
            .files(Files::of([("/token", "kept-jwt")]))
            .http(Silence)
    };
    let container = silent(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x")]);
    let web = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "r"), ("AWS_REGION", "us-east-1")];
    let role = AssumeRoleCredentials::new(&silent(&[]), "arn:aws:iam::1:role/r", Hangs);
    let providers: [(With, &str); 6] = [
        (Box::new(|client| client.credentials_provider(Hangs)), "Hangs"),
        (Box::new(|client| client.credentials_provider(CachedCredentials::new(Hangs))), "Hangs"),
        (Box::new(move |client| client.credentials_provider(DefaultChain::new(&container))), "container"),
        (Box::new(move |client| client.credentials_provider(DefaultChain::new(&silent(&web)))), "web identity"),
        (
            Box::new(move |client| {
                client.credentials_provider(CachedCredentials::new(DefaultChain::new(&silent(&[]))))
            }),
            "instance metadata",
        ),
        (
            Box::new(move |client| client.credentials_provider(role.clone())),
            "role arn:aws:iam::1:role/r, with credentials of Hangs",
        ),
    ];
    for (with, name) in providers {
        let client = with(nowhere()).build().unwrap();
        // Repeated, because a timeout must not block later calls.
        for seconds in [10, 10, 2] {
            let client = client.with_timeouts(client.timeouts().credentials(Duration::from_secs(seconds)));
            let begun = tokio::time::Instant::now();
            let error = models(&client).await.unwrap_err();
            let waited = begun.elapsed();
            let Error::Credentials(credentials) = &error else { panic!("{name}: {error:?}") };
            assert_eq!(credentials.kind(), CredentialsErrorKind::Timeout, "{name}");
            assert!(error.is_timeout() && error.attempts() == 0, "{name}");
            assert!(error.to_string().contains(name), "{name}: {error}");
            let most = Duration::from_secs(seconds);
            assert!(waited >= Duration::from_secs(1) && waited <= most + Duration::from_secs(1), "{name}: {waited:?}");
        }
    }
    let client = nowhere().credentials_provider(Hangs).credentials_timeout(Duration::from_secs(3)).build().unwrap();
    let error = models(&client).await.unwrap_err();
    assert!(error.to_string().contains("Hangs did not respond within 3s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn longest_and_zero_credentials_timeouts_do_not_panic() {
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2_000), Duration::ZERO] {
        let cached = CachedCredentials::new(Series::temporary(&["ASIA"])).timeout(timeout);
        let server = ScriptedServer::start([]);
        let client = client(&server, cached).credentials_timeout(timeout).call_timeout(Duration::from_secs(1));
        // There is no panic, and no server to respond.
        let error = models(&client.build().unwrap()).await.unwrap_err();
        assert!(!matches!(error, Error::Service(_)), "{error:?}");
    }
}

#[tokio::test]
async fn hanging_file_system_is_bounded_and_blocks_no_other_task() {
    let provider_config = ProviderConfig::new().environment([("HOME", "/home/me")]).files(files_that_hang());
    let client = nowhere()
        .credentials_provider(CachedCredentials::new(DefaultChain::new(&provider_config)))
        .credentials_timeout(Duration::from_millis(200));
    let error = models(&client.build().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("the profile did not respond within 200ms"), "{error}");
}

/// Sets the provider of a client.
type With = Box<dyn Fn(ClientBuilder) -> ClientBuilder>;

/// Returns files whose reads hang until the test ends.
fn files_that_hang() -> Files {
    Files::reader(|_| {
        loop {
            std::thread::park();
        }
    })
}
