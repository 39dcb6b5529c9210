//! The credentials providers against the cases of the AWS SDK for Rust: environment, files and
//! recorded responses in; credentials or an error out. Errors are compared by kind, because the
//! texts are specific to that SDK.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use bedrock_lite::credentials::{
    ContainerCredentials, DefaultChain, EndpointMode, HttpError, HttpErrorKind, HttpFuture, HttpOptions, HttpSend,
    InstanceMetadataCredentials, ProfileCredentials, ProviderConfig,
};
use bedrock_lite::profile::Files;
use bedrock_lite::{CredentialsError, CredentialsErrorKind, ProvideCredentials};
use bytes::Bytes;
use chrono::DateTime;
use http::{HeaderMap, Request, Response};
use serde_json::Value;

use crate::suites::{json, run_all, same};

/// Recorded traffic. Each request must be the next one, and gets its response.
#[derive(Debug, Clone, Default)]
struct Traffic {
    recorded: Arc<Mutex<VecDeque<Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
    wrong: Arc<Mutex<Option<String>>>,
}

impl Traffic {
    fn of(case: &Value) -> Self {
        let recorded = case["http"].as_array().into_iter().flatten().cloned().collect();
        Self { recorded: Arc::new(Mutex::new(recorded)), ..Self::default() }
    }

    fn answer(&self, request: &Request<Bytes>) -> Result<Response<Bytes>, String> {
        let recorded = self.recorded.lock().unwrap().pop_front().ok_or("no further request is expected")?;
        let expected = &recorded["request"];
        same("method", request.method().as_str(), expected["method"].as_str().unwrap())?;
        same_uri(&request.uri().to_string(), expected["uri"].as_str().unwrap())?;
        for name in ["content-type", "x-aws-ec2-metadata-token"] {
            if let Some(expected) = expected["headers"][name][0].as_str() {
                same(name, header(request.headers(), name), expected)?;
            }
        }
        let answer = &recorded["response"]["Ok"];
        let mut response = Response::builder().status(u16::try_from(answer["status"].as_u64().unwrap()).unwrap());
        for (name, values) in answer["headers"].as_object().unwrap() {
            response = response.header(name, values[0].as_str().unwrap());
        }
        Ok(response.body(Bytes::from(recorded["response_body"].as_str().unwrap().to_owned())).unwrap())
    }
}

impl HttpSend for Traffic {
    fn send(&self, request: Request<Bytes>, _: HttpOptions) -> HttpFuture<'_> {
        self.asked.lock().unwrap().push(request.uri().to_string());
        let answer = self.answer(&request).map_err(|wrong| {
            self.wrong.lock().unwrap().get_or_insert(format!("{} {}: {wrong}", request.method(), request.uri()));
            HttpError::new(HttpErrorKind::Unsendable)
        });
        Box::pin(async move { answer })
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("none")
}

/// Compares URIs. The order of the query and a path of a single slash do not matter.
fn same_uri(actual: &str, expected: &str) -> Result<(), String> {
    let parts = |uri: &str| {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        (path.trim_end_matches('/').to_owned(), query.split('&').map(ToOwned::to_owned).collect::<BTreeSet<_>>())
    };
    if parts(actual) == parts(expected) { Ok(()) } else { same("URI", actual, expected) }
}

/// Builds the provider configuration of a case. Its clock is at 1970, when no recorded credentials
/// have expired.
fn provider_config(case: &Value, traffic: &Traffic) -> ProviderConfig {
    let texts = |name: &str| {
        let pairs = case[name].as_object().into_iter().flatten();
        pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    ProviderConfig::new()
        .environment(texts("env"))
        .files(Files::of(texts("fs")))
        .clock(DateTime::UNIX_EPOCH)
        .http(traffic.clone())
}

fn ask(source: &dyn ProvideCredentials) -> Result<bedrock_lite::Credentials, CredentialsError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(source.credentials())
}

fn cases(file: &str) -> Vec<(String, Value)> {
    let name = |case: &Value| case["docs"].as_str().unwrap().to_owned();
    json(file)["tests"].as_array().unwrap().iter().map(|case| (name(case), case.clone())).collect()
}

/// Returns the URL that a provider requests first, or why it sends no request.
fn first_url(source: &dyn ProvideCredentials, traffic: &Traffic, case: &Value) -> Result<(), String> {
    let error = ask(source).expect_err("the recording has no response");
    let asked = traffic.asked.lock().unwrap();
    match (case["result"]["Ok"].as_str(), asked.first()) {
        (Some(url), Some(asked)) => same_uri(asked, url),
        (None, None) if error.kind() == CredentialsErrorKind::Invalid => Ok(()),
        (None, None) if case["env"] == serde_json::json!({}) => {
            same("kind", format!("{:?}", error.kind()), "NotConfigured")
        }
        (_, asked) => Err(format!("asked {asked:?}, {error} instead of {}", case["result"])),
    }
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn container_cases_match_the_suite() {
    run_all(cases("credentials/ecs-tests.json"), &[], 11, |_, case| {
        let traffic = Traffic::default();
        first_url(&ContainerCredentials::new(&provider_config(&case, &traffic)), &traffic, &case)
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn imds_endpoint_cases_match_the_suite() {
    run_all(cases("credentials/imds-config/imds-endpoint-tests.json"), &[], 14, |_, case| {
        let traffic = Traffic::default();
        let mut source = InstanceMetadataCredentials::new(&provider_config(&case, &traffic));
        if let Some(url) = case["endpoint_override"].as_str() {
            source = source.endpoint_url(url);
        }
        if let Some(mode) = case["mode_override"].as_str() {
            source = source.endpoint_mode(mode.parse::<EndpointMode>().unwrap());
        }
        first_url(&source, &traffic, &case)
    });
}

/// Maps error texts of that SDK to our kinds.
fn kind(text: &str) -> CredentialsErrorKind {
    const CONFIGURED_WRONGLY: [&str; 3] =
        ["No such file or directory", "could not parse profile file", "will resolve an access token instead"];
    if text.contains("was not enabled") {
        CredentialsErrorKind::NotConfigured
    } else if CONFIGURED_WRONGLY.iter().any(|wrong| text.contains(wrong)) {
        CredentialsErrorKind::Invalid
    } else {
        CredentialsErrorKind::Failed
    }
}

fn chain(case: &Value) -> Result<(), String> {
    let traffic = Traffic::of(case);
    let mut provider_config = provider_config(case, &traffic);
    if case["name"] == "sso_server_error" {
        // Recorded with retries off.
        provider_config = provider_config.attempts(1);
    }
    let outcome = if case["chain"] == "profile-provider" {
        ask(&ProfileCredentials::new(&provider_config))
    } else {
        ask(&DefaultChain::new(&provider_config))
    };
    if let Some(wrong) = traffic.wrong.lock().unwrap().take() {
        return Err(wrong);
    }
    let expected = &case["result"]["Ok"];
    match (outcome, case["result"]["ErrorContains"].as_str()) {
        (Ok(credentials), None) => {
            let text = |name: &str| expected[name].as_str();
            same("access key id", credentials.access_key_id(), text("access_key_id").unwrap())?;
            same("secret access key", credentials.secret_access_key(), text("secret_access_key").unwrap())?;
            same(
                "session token",
                credentials.session_token().unwrap_or("none"),
                text("session_token").unwrap_or("none"),
            )?;
            same("account id", credentials.account_id().unwrap_or("none"), text("account_id").unwrap_or("none"))?;
            let expiry = credentials.expires_at().map(|expires_at| expires_at.timestamp());
            if expiry != expected["expiry"].as_i64() {
                return Err(format!("they end at {expiry:?}, not {}", expected["expiry"]));
            }
        }
        (Err(error), Some(text)) => {
            // The profile is valid, and the provider that it names has no credentials.
            let expected = if case["name"] == "imds_no_iam_role" { CredentialsErrorKind::Failed } else { kind(text) };
            same("kind", format!("{:?}", error.kind()), format!("{expected:?}"))
                .map_err(|e| format!("{error:#?}: {e}"))?;
            let secrets = ["SECRETTEST", "secretkeycorrect", "a-token"];
            let said = format!("{error} {error:?}");
            if let Some(secret) = secrets.iter().find(|secret| said.contains(**secret)) {
                return Err(format!("{secret} is in {said}"));
            }
        }
        (outcome, _) => return Err(format!("{outcome:?} instead of {}", case["result"])),
    }
    let left = traffic.recorded.lock().unwrap().len();
    if left == 0 { Ok(()) } else { Err(format!("{left} requests were not made")) }
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn chain_cases_match_the_suite() {
    let left_out = [
        (
            "profile_overrides_web_identity",
            "that SDK tries profiles before web identity variables; this crate and botocore try them after",
        ),
        ("profile_keys_case_insensitive", "the case is for SSO bearer tokens, which Bedrock does not accept"),
    ];
    let cases = json("credentials/chains.json");
    let cases = cases.as_array().unwrap().iter().map(|case| (case["name"].as_str().unwrap().to_owned(), case.clone()));
    run_all(cases, &left_out, 24, |_, case| chain(&case));
}
