//! Clock skew, by the suite `clock-skew` of the conformance folder: a client over a connection,
//! with the suite's clock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bedrock_lite::clock::Clock;
use bedrock_lite::{Client, ListFoundationModelsRequest};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::suites::{json, run_all};
use crate::support::{ScriptedServer, Step, answer};

/// Returns one time after the other. The client reads the clock twice per attempt.
#[derive(Debug, Clone, Default)]
struct Times(Arc<Mutex<VecDeque<DateTime<Utc>>>>);

impl Clock for Times {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().pop_front().unwrap()
    }
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

fn script(response: &Value) -> Vec<Step> {
    let status = u16::try_from(response["statusCode"].as_u64().unwrap()).unwrap();
    let headers = response["headers"].as_object().unwrap();
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    // The suite leaves out the request ID. Every response of AWS has one, and skew is learned only
    // from such responses.
    headers.push(("x-amzn-requestid", "rid"));
    headers.extend(response["errorCode"].as_str().map(|code| ("x-amzn-errortype", code)));
    answer(status, &headers, "{}")
}

/// Returns a response that teaches a new client a skew.
fn teaching(skew: i64) -> Value {
    const TIME: &str = "2025-12-31T12:00:00Z";
    let time: DateTime<Utc> = TIME.parse().unwrap();
    let date = (time + TimeDelta::seconds(skew)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    serde_json::json!({"expectedClientSkew": skew, "expectedOutcome": "success", "attempts": [{
        "clientTimeAtSend": TIME, "clientTimeAtReceive": TIME, "expectedSigningTime": TIME,
        "response": {"statusCode": 200, "headers": {"Date": date}},
    }]})
}

async fn operation(client: &Client, times: &Times, operation: &Value) -> Result<(), String> {
    for attempt in operation["attempts"].as_array().unwrap() {
        times.0.lock().unwrap().extend([time(&attempt["clientTimeAtSend"]), time(&attempt["clientTimeAtReceive"])]);
    }
    let outcome = client.list_foundation_models(&ListFoundationModelsRequest::new()).await;
    let skew = client.clock_skew().num_seconds();
    if outcome.is_ok() != (operation["expectedOutcome"] == "success") {
        return Err(format!("{outcome:?}"));
    }
    if operation["expectedClientSkew"].as_i64() != Some(skew) {
        return Err(format!("the skew is {skew} s, not {}", operation["expectedClientSkew"]));
    }
    let left = times.0.lock().unwrap().len();
    if left == 0 { Ok(()) } else { Err(format!("the clock was not looked at {left} times")) }
}

async fn run(operations: &[Value]) -> Result<(), String> {
    let attempts = || operations.iter().flat_map(|operation| operation["attempts"].as_array().unwrap());
    let server = ScriptedServer::start(attempts().map(|attempt| script(&attempt["response"])));
    let times = Times::default();
    let client = server.client().clock(times.clone()).build().unwrap();
    for step in operations {
        operation(&client, &times, step).await?;
    }
    let expected: Vec<_> = attempts()
        .map(|attempt| format!("x-amz-date: {}", time(&attempt["expectedSigningTime"]).format("%Y%m%dT%H%M%SZ")))
        .collect();
    let requests = server.requests();
    let signed: Vec<_> =
        requests.iter().filter_map(|request| request.lines().find(|line| line.starts_with("x-amz-date: "))).collect();
    if signed == expected { Ok(()) } else { Err(format!("signed {signed:?}, not {expected:?}")) }
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn clock_skew_cases_match_the_suite() {
    let suite = json("clock-skew/cases.json");
    let cases = suite["tests"].as_array().unwrap().iter().map(|test| {
        let mut operations = test["operations"].as_array().unwrap().clone();
        // A client begins without a skew. If a case begins with one, a response teaches it first.
        if let Some(skew) = operations.first().unwrap()["initialClientSkew"].as_i64().filter(|skew| *skew != 0) {
            operations.insert(0, teaching(skew));
        }
        (test["description"].as_str().unwrap().to_owned(), operations)
    });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    run_all(cases, &[], 8, |_, operations| runtime.block_on(run(&operations)));
}
