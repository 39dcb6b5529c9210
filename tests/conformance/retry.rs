//! Retry standard 2.1 by the suite `retry` of the conformance folder. Cases with responses go
//! through a client over a connection; tables go through `Attempts`.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bedrock_lite::clock::Sleep;
use bedrock_lite::retry::{Attempts, Decision, RetryPolicy, RetryQuota};
use bedrock_lite::{Error, ListFoundationModelsRequest, ServiceError};
use http::StatusCode;
use serde_json::Value;

use crate::suites::{json, run_all};
use crate::support::{ScriptedServer, Step, answer, refusal};

/// Records the requested sleeps and does not sleep.
#[derive(Debug, Clone, Default)]
struct Sleeps(Arc<Mutex<Vec<f64>>>);

impl Sleep for Sleeps {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.lock().unwrap().push(duration.as_secs_f64());
        Box::pin(std::future::ready(()))
    }
}

fn script(response: &Value) -> Vec<Step> {
    let status = u16::try_from(response["status_code"].as_u64().unwrap()).unwrap();
    match response["error_code"].as_str() {
        Some(code) => refusal(status, code),
        None => answer(status, &[], if status == 200 { r#"{"modelSummaries":[]}"# } else { "" }),
    }
}

async fn specification(case: &Value) -> Result<(), String> {
    let given = |name: &str| case["given"][name].as_u64().map(|number| u32::try_from(number).unwrap());
    let responses = case["responses"].as_array().unwrap();
    let server = ScriptedServer::start(responses.iter().map(|step| script(&step["response"])));
    let sleeps = Sleeps::default();
    let policy = RetryPolicy::new().max_attempts(given("max_attempts").unwrap_or(3));
    let client = server
        .client()
        .retry(policy)
        .retry_quota(RetryQuota::with_tokens(given("initial_retry_tokens").unwrap_or(500)))
        .sleep(sleeps.clone())
        .jitter(|| 1.0)
        .build()
        .unwrap();
    let outcome = client.list_foundation_models(&ListFoundationModelsRequest::new()).await;
    let delays: Vec<f64> = responses.iter().filter_map(|step| step["expected"]["delay"].as_f64()).collect();
    let slept = sleeps.0.lock().unwrap().clone();
    if slept != delays {
        return Err(format!("slept {slept:?}, not {delays:?}"));
    }
    let last = &responses.last().unwrap()["expected"];
    let tokens = u64::from(client.retry_quota().tokens());
    if last["retry_quota"].as_u64() != Some(tokens) {
        return Err(format!("{tokens} tokens are left, not {}", last["retry_quota"]));
    }
    if server.requests().len() != responses.len() {
        return Err(format!("{} requests", server.requests().len()));
    }
    let attempts = match &outcome {
        Ok(models) => models.metadata().attempts(),
        Err(error) => error.attempts(),
    };
    let expected = last["outcome"].as_str().unwrap();
    let fits = outcome.is_ok() == (expected == "success") && attempts as usize == responses.len();
    if fits { Ok(()) } else { Err(format!("{expected} expected: {outcome:?}")) }
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn retries_over_a_connection_match_the_specification() {
    let suite = json("retry/spec-2.1.json");
    let cases = suite["cases"].as_array().unwrap().iter().map(|case| (case["name"].as_str().unwrap().to_owned(), case));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    run_all(cases, &[], 5, |_, case| runtime.block_on(specification(case)));
}

fn refused(status: u16, code: Option<&str>, retry_after: Option<&str>) -> ServiceError {
    let mut response = http::Response::builder().status(StatusCode::from_u16(status).unwrap());
    for (name, value) in [("x-amzn-errortype", code), ("x-amz-retry-after", retry_after)] {
        if let Some(value) = value {
            response = response.header(name, value);
        }
    }
    ServiceError::from_response(&response.body(()).unwrap().into_parts().0, b"{}")
}

/// Returns the rows of a table that are responses, with the result of its checker.
fn rows<'a>(tables: &'a Value, table: &str) -> Vec<(u16, Option<&'a str>, bool)> {
    let rows = tables[table].as_array().unwrap().iter();
    rows.filter_map(|row| {
        let status = u16::try_from(row["status"].as_u64()?).unwrap();
        let retried = row["retryable_by_this_checker"].as_bool().unwrap();
        Some((status, row["error_code_or_exception"].as_str(), retried))
    })
    .collect()
}

/// A checker that says no leaves the decision to the others. The client retries what any of them
/// retries.
#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn retried_responses_match_the_tables() {
    let tables = json("retry/tables.json");
    let throttled = rows(&tables, "RETRYABLE_THROTTLED_RESPONSES");
    assert_eq!(throttled.len(), 21);
    for (status, code, throttling) in throttled {
        let error = refused(status, code, None);
        assert_eq!(error.is_throttling(), throttling || status == 429, "{status} {code:?}");
    }
    let by_status = rows(&tables, "RETRYABLE_THROTTLING_STATUS_CODES");
    assert_eq!(by_status.len(), 8);
    for (status, code, throttling) in by_status {
        let error = refused(status, code, None);
        assert!(!throttling || (error.is_throttling() && error.is_retryable()), "{status} {code:?}");
    }
    let transient = rows(&tables, "RETRYABLE_TRANSIENT_ERRORS");
    assert_eq!(transient.len(), 12);
    for (status, code, retried) in transient {
        let error = refused(status, code, None);
        assert_eq!(error.is_retryable(), retried || error.is_throttling(), "{status} {code:?}");
    }
    // The other three rows of this table are codes that a made-up service model marks as retryable.
    // Bedrock has none of them.
    let modelled = rows(&tables, "RETRYABLE_MODELED_ERRORS");
    assert_eq!(modelled.len(), 4);
    assert!(!refused(400, Some("NonRetryableError"), None).is_retryable());

    let names = ["ServiceQuotaExceededException", "ThrottlingException", "NotAModeledError"];
    let combined = tables["combined_classifier_429"].as_array().unwrap();
    assert_eq!(combined.len(), 4);
    for (row, name) in combined.iter().zip(names.map(Some).into_iter().chain([None])) {
        assert_eq!(refused(429, name, None).is_retryable(), row["retry"].as_bool().unwrap(), "{row}");
    }
}

fn milliseconds(decision: Decision) -> u128 {
    match decision {
        Decision::Wait(delay) => delay.as_millis(),
        Decision::Stop(stop) => panic!("{stop:?}"),
    }
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn waits_and_quota_costs_match_the_tables() {
    let tables = json("retry/tables.json");
    let policy = RetryPolicy::new().max_attempts(99);
    let transient = || Error::from(refused(500, None, None));
    let throttling = || Error::from(refused(400, Some("Throttling"), None));

    let quota = RetryQuota::new();
    let mut attempts = Attempts::new(&policy, &quota);
    for seconds in tables["backoff_non_throttling_seconds_jitter_1"].as_array().unwrap() {
        let waited = milliseconds(attempts.failed(&transient(), 1.0));
        assert_eq!(waited, Duration::from_secs_f64(seconds.as_f64().unwrap()).as_millis());
    }
    for row in tables["x_amz_retry_after_ms"].as_array().unwrap() {
        let error = refused(500, None, row["header"].as_str()).into();
        let waited = milliseconds(Attempts::new(&policy, &RetryQuota::new()).failed(&error, 1.0));
        assert_eq!(waited, Duration::from_secs_f64(row["delay_s"].as_f64().unwrap()).as_millis(), "{row}");
    }
    for sequence in tables["timing_sequences_2026"].as_array().unwrap() {
        let quota = RetryQuota::new();
        let mut attempts = Attempts::new(&policy, &quota);
        // The first step is the state before any failure.
        for step in sequence["steps"].as_array().unwrap().iter().skip(1) {
            let (before, kind) = (quota.tokens(), step[0].as_str().unwrap());
            let error = if kind == "THROTTLING" { throttling() } else { transient() };
            let waited = milliseconds(attempts.failed(&error, 1.0));
            assert_eq!(u64::try_from(waited).ok(), step[2].as_u64(), "{step}");
            assert_eq!(Some(u64::from(before - quota.tokens())), step[1].as_u64(), "{step}");
        }
    }
    let longest = &tables["max_backoff_200ms"];
    let policy = RetryPolicy::new().max_attempts(5).max_delay(Duration::from_millis(200));
    let quota = RetryQuota::new();
    let mut attempts = Attempts::new(&policy, &quota);
    for delay in longest["delays_ms"].as_array().unwrap() {
        assert_eq!(u64::try_from(milliseconds(attempts.failed(&transient(), 1.0))).ok(), delay.as_u64());
    }
    assert!(matches!(attempts.failed(&transient(), 1.0), Decision::Stop(_)));
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn quota_matches_the_tables() {
    let quota = &json("retry/tables.json")["quota"];
    let number = |name: &str| u32::try_from(quota[name].as_u64().unwrap()).unwrap();
    assert_eq!(RetryQuota::new().tokens(), number("capacity"));
    let policy = RetryPolicy::new();
    let left = |error: &Error, ends_well: bool| {
        let quota = RetryQuota::with_tokens(100);
        let mut attempts = Attempts::new(&policy, &quota);
        milliseconds(attempts.failed(error, 0.0));
        attempts.sending();
        if ends_well {
            attempts.succeeded();
        }
        quota.tokens()
    };
    let throttled: Error = refused(400, Some("Throttling"), None).into();
    let failed: Error = refused(500, None, None).into();
    assert_eq!(left(&failed, false), 100 - number("cost_default") + number("refund_on_failure"));
    assert_eq!(left(&throttled, false), 100 - number("cost_throttling"));
    assert_eq!((left(&failed, true), left(&throttled, true)), (100, 100), "the amount last acquired");
    let quota = RetryQuota::with_tokens(100);
    Attempts::new(&policy, &quota).succeeded();
    assert_eq!(quota.tokens(), 100 + number("refund_on_first_try_success"));
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn attempt_header_matches_the_tables() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for case in json("retry/tables.json")["amz_sdk_request_header"].as_array().unwrap() {
        let statuses =
            case["responses"].as_array().unwrap().iter().map(|s| u16::try_from(s.as_u64().unwrap()).unwrap());
        let server = ScriptedServer::start(statuses.map(|status| answer(status, &[], "{}")));
        let client = server.client().sleep(Sleeps::default()).clock(chrono::DateTime::UNIX_EPOCH).build().unwrap();
        runtime.block_on(client.list_foundation_models(&ListFoundationModelsRequest::new())).unwrap();
        let requests = server.requests();
        let sent = requests
            .iter()
            .map(|request| request.lines().find_map(|line| line.strip_prefix("amz-sdk-request: ")).unwrap_or_default());
        // Both forms omit the time. Ours is ten minutes after the frozen clock.
        let expected = case["headers"].as_array().unwrap().iter().map(|header| {
            let (_, counts) = header.as_str().unwrap().split_once("attempt=").unwrap();
            let ttl = if header.as_str().unwrap().starts_with("ttl=") { "ttl=19700101T001000Z; " } else { "" };
            format!("{ttl}attempt={counts}")
        });
        assert_eq!(sent.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}
