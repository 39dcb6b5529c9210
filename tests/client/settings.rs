//! Settings from the environment and the profile: their order, and no file is read without need.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bedrock_lite::profile::Files;
use bedrock_lite::{
    AuthScheme, Client, ClientBuilder, ConfigErrorKind, ConverseRequest, Credentials, Error, Message, Service,
};

use crate::support::{ScriptedServer, answer, refusal};

const CONFIG: &str = "\
[default]
region = eu-west-1
use_fips_endpoint = true

[profile work]
region = eu-central-1
endpoint_url = http://127.0.0.1:1
services = local
max_attempts = 2
sdk_ua_app_id = of the profile

[profile dual]
region = eu-north-1
use_dualstack_endpoint = TRUE

[profile ignoring]
region = eu-north-1
endpoint_url = http://127.0.0.1:1
ignore_configured_endpoint_urls = true

[profile broken]
region = eu-north-1
services = nowhere

[services local]
bedrock_runtime =
  endpoint_url = http://127.0.0.1:2
";

/// Returns a builder with this environment and the config file [`CONFIG`], and a counter of file
/// reads.
fn at_home(variables: &[(&str, &str)]) -> (ClientBuilder, Arc<AtomicUsize>) {
    let reads = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&reads);
    let files = Files::reader(move |path| {
        counter.fetch_add(1, Ordering::Relaxed);
        if path.ends_with(".aws/config") { Ok(CONFIG.into()) } else { Err(std::io::ErrorKind::NotFound.into()) }
    });
    let home = [("HOME", "/home/me")];
    let builder = Client::builder().environment(home.iter().chain(variables).copied()).files(files);
    (builder, reads)
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret")
}

fn endpoints(builder: ClientBuilder) -> [String; 2] {
    let client = builder.credentials(credentials()).build().unwrap();
    [Service::BedrockRuntime, Service::Bedrock].map(|service| client.endpoint(service).as_str().to_owned())
}

fn kind(builder: ClientBuilder) -> ConfigErrorKind {
    match builder.credentials(credentials()).build() {
        Err(Error::Config(error)) => error.kind(),
        other => panic!("{other:?}"),
    }
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];

#[test]
fn complete_environment_reads_no_file() {
    let region = ("AWS_DEFAULT_REGION", "us-west-2");
    for (builder, reads) in
        [at_home(&[KEYS[0], KEYS[1], region]), at_home(&[region, ("AWS_BEARER_TOKEN_BEDROCK", "k")])]
    {
        let client = builder.build().unwrap();
        assert_eq!(client.endpoint(Service::Bedrock).as_str(), "https://bedrock.us-west-2.amazonaws.com");
        assert_eq!(reads.load(Ordering::Relaxed), 0);
    }
    let (builder, reads) = at_home(&[]);
    builder.region("us-west-2").credentials(credentials()).build().unwrap();
    assert_eq!(reads.load(Ordering::Relaxed), 0);
    let (builder, reads) = at_home(&[]);
    builder.api_key("k").endpoint_url("http://127.0.0.1:1").build().unwrap();
    assert_eq!(reads.load(Ordering::Relaxed), 0, "an API key and a URL need no region");
    let (builder, reads) = at_home(&[]);
    builder.credentials(credentials()).build().unwrap();
    assert_eq!(reads.load(Ordering::Relaxed), 2, "each file is read once");
}

#[test]
fn code_wins_over_environment_wins_over_profile() {
    let work = [("AWS_PROFILE", "work")];
    let (runtime, any) = ("http://127.0.0.1:2", "http://127.0.0.1:1");
    assert_eq!(endpoints(at_home(&work).0), [runtime, any], "the services section, then the profile itself");
    assert_eq!(endpoints(at_home(&[]).0.profile("work")), [runtime, any]);
    let both = [("AWS_PROFILE", "work"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:3")];
    assert_eq!(endpoints(at_home(&both).0), ["http://127.0.0.1:3"; 2]);
    assert_eq!(endpoints(at_home(&both).0.endpoint_url("http://127.0.0.1:4")), ["http://127.0.0.1:4"; 2]);
    let one = [("AWS_PROFILE", "work"), ("AWS_ENDPOINT_URL_BEDROCK", "http://127.0.0.1:3")];
    assert_eq!(endpoints(at_home(&one).0), [runtime, "http://127.0.0.1:3"]);
    let ignored = [
        ("AWS_PROFILE", "work"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:3"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
    ];
    assert_eq!(endpoints(at_home(&ignored).0)[1], "https://bedrock.eu-central-1.amazonaws.com");
    assert_eq!(endpoints(at_home(&ignored).0.endpoint_url("http://127.0.0.1:4")), ["http://127.0.0.1:4"; 2]);
    let of_profile = [("AWS_PROFILE", "ignoring")];
    assert_eq!(endpoints(at_home(&of_profile).0)[1], "https://bedrock.eu-north-1.amazonaws.com");
    let dual = [("AWS_PROFILE", "dual")];
    assert_eq!(endpoints(at_home(&dual).0)[0], "https://bedrock-runtime.eu-north-1.api.aws");
    assert_eq!(endpoints(at_home(&dual).0.dual_stack(false))[1], "https://bedrock.eu-north-1.amazonaws.com");
    assert_eq!(
        endpoints(at_home(&[]).0)[1],
        "https://bedrock-fips.eu-west-1.amazonaws.com",
        "the default profile has FIPS"
    );
    let off = [("AWS_USE_FIPS_ENDPOINT", "false")];
    assert_eq!(endpoints(at_home(&off).0)[1], "https://bedrock.eu-west-1.amazonaws.com");
    let elsewhere = [("AWS_REGION", "us-east-2"), ("AWS_PROFILE", "dual")];
    assert_eq!(endpoints(at_home(&elsewhere).0)[1], "https://bedrock.us-east-2.api.aws");
}

#[test]
fn invalid_settings_are_errors() {
    assert_eq!(kind(at_home(&[("AWS_PROFILE", "play")]).0), ConfigErrorKind::MissingProfile);
    assert_eq!(kind(at_home(&[]).0.profile("broken")), ConfigErrorKind::InvalidProfile);
    for (name, value) in [
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_USE_FIPS_ENDPOINT", "yes"),
        ("AWS_CA_BUNDLE", "~/none.pem"),
        ("AWS_SDK_UA_APP_ID", "an app id that is longer than fifty characters may be"),
    ] {
        let error = at_home(&[(name, value)]).0.credentials(credentials()).build().unwrap_err();
        assert!(matches!(&error, Error::Config(e) if e.kind() == ConfigErrorKind::InvalidSetting), "{error:?}");
        assert!(error.to_string().starts_with(&format!("{name}={value:?} is ")), "{error}");
    }
    let none = Client::builder().environment([("", ""); 0]).files(Files::of([("", ""); 0]));
    assert_eq!(kind(none), ConfigErrorKind::MissingRegion);
    let unreadable = Files::reader(|_| Err(std::io::ErrorKind::PermissionDenied.into()));
    let builder = Client::builder().environment([("HOME", "/h")]).files(unreadable);
    assert_eq!(kind(builder), ConfigErrorKind::UnreadableFile);
}

async fn hello(client: &Client) -> Result<String, Error> {
    let request = ConverseRequest::new("m").message(Message::user("hello"));
    Ok(client.converse(&request).await?.text())
}

const REPLY: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"hi"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}"#;

#[tokio::test]
async fn app_name_and_attempts_come_from_the_profile() {
    let server = ScriptedServer::start([refusal(503, "ServiceUnavailableException"), answer(200, &[], REPLY)]);
    let (builder, _) = at_home(&[("AWS_PROFILE", "work"), ("AWS_ENDPOINT_URL", &server.url())]);
    assert_eq!(hello(&builder.credentials(credentials()).build().unwrap()).await.unwrap(), "hi");
    let ours = concat!("user-agent: bedrock-lite/", env!("CARGO_PKG_VERSION"), " app/of-the-profile\r\n");
    assert!(server.requests().iter().all(|request| request.contains(ours)), "{:?}", server.requests());

    let server = ScriptedServer::start([refusal(503, "ServiceUnavailableException"), answer(200, &[], REPLY)]);
    let (builder, _) = at_home(&[("AWS_REGION", "eu-west-1"), ("AWS_MAX_ATTEMPTS", "1"), ("AWS_SDK_UA_APP_ID", "é/x")]);
    let client = builder.credentials(credentials()).endpoint_url(server.url()).build().unwrap();
    assert_eq!(hello(&client).await.unwrap_err().attempts(), 1);
    assert!(server.requests()[0].contains(" app/--x\r\n"), "{:?}", server.requests());
}

#[tokio::test]
async fn preference_in_code_decides_about_the_key_of_the_environment() {
    let variables = [KEYS[0], KEYS[1], ("AWS_REGION", "eu-west-1"), ("AWS_BEARER_TOKEN_BEDROCK", "kept-key")];
    for (preferred, expected) in [
        (vec![], "authorization: Bearer kept-key"),
        (vec![AuthScheme::HttpBearerAuth, AuthScheme::SigV4], "authorization: Bearer kept-key"),
        (vec![AuthScheme::SigV4], "authorization: AWS4-HMAC-SHA256 "),
    ] {
        let server = ScriptedServer::start([answer(200, &[], REPLY)]);
        let builder = at_home(&variables).0.endpoint_url(server.url()).auth_scheme_preference(preferred);
        hello(&builder.build().unwrap()).await.unwrap();
        assert!(server.requests()[0].contains(expected), "{:?}", server.requests());
    }
    let both = at_home(&variables).0.api_key("k").auth_scheme_preference([AuthScheme::SigV4]).build();
    assert!(matches!(both, Err(Error::Config(e)) if e.kind() == ConfigErrorKind::Conflict));
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn ca_bundle_is_trusted_in_addition() {
    let url = crate::support::tls::tls_server(REPLY);
    let pem = include_str!("../tls/ca.pem");
    let files = |pem: &str| Files::of([("/home/me/ca.pem", pem.to_owned())]);
    let builder = |pem: &str| {
        let variables = [("HOME", "/home/me"), ("AWS_CA_BUNDLE", "~/ca.pem"), ("AWS_REGION", "eu-west-1")];
        Client::builder().environment(variables).files(files(pem)).credentials(credentials()).endpoint_url(&url)
    };
    assert_eq!(hello(&builder(pem).build().unwrap()).await.unwrap(), "hi");
    let stranger = Client::builder().environment([("AWS_REGION", "eu-west-1")]).credentials(credentials());
    let error = hello(&stranger.endpoint_url(&url).build().unwrap()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    // It applies to credentials providers as well. This one returns no credentials.
    let sts = || {
        let variables = [
            ("HOME", "/home/me"),
            ("AWS_CA_BUNDLE", "~/ca.pem"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL_STS", &*url),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "/home/me/ca.pem"),
            ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
        ];
        Client::builder().environment(variables).files(files(pem)).endpoint_url("http://127.0.0.1:9").build().unwrap()
    };
    let error = hello(&sts()).await.unwrap_err();
    assert!(format!("{error:#}").contains("STS returned a response without Expiration"), "{error:#}");

    for broken in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"] {
        let error = builder(broken).build().unwrap_err();
        assert!(matches!(&error, Error::Config(e) if e.kind() == ConfigErrorKind::InvalidSetting), "{error:?}");
        assert!(error.to_string().starts_with("AWS_CA_BUNDLE=\"~/ca.pem\" has "), "the file is named: {error}");
    }
}
