//! Endpoints and paths against what AWS's own SDKs make of them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test panics where it fails"
)]

mod conformance;

use bedrock_lite::ConfigErrorKind;
use bedrock_lite::endpoint::{Endpoint, EndpointConfig, Service, path_from_template};
use conformance::{json, run_all, same};
use serde_json::Value;

fn config(params: &Value) -> EndpointConfig {
    let flag = |name: &str| params[name].as_bool().unwrap_or_default();
    let mut config = EndpointConfig::new().fips(flag("UseFIPS")).dual_stack(flag("UseDualStack"));
    config.region = params["Region"].as_str().map(str::to_owned);
    config.url = params["Endpoint"].as_str().map(str::to_owned);
    config
}

/// AWS's words, and what they are here.
const ERRORS: [(&str, ConfigErrorKind); 3] = [
    ("Invalid Configuration: Missing Region", ConfigErrorKind::MissingRegion),
    ("Invalid Configuration: FIPS and custom endpoint are not supported", ConfigErrorKind::Conflict),
    ("Invalid Configuration: Dualstack and custom endpoint are not supported", ConfigErrorKind::Conflict),
];

fn endpoint_tests(service: Service, expected: usize) {
    let file = json(&format!("endpoints/{}/endpoint-tests.json", service.endpoint_prefix()));
    let name = |case: &Value| case["documentation"].as_str().unwrap().to_owned();
    let cases = file["testCases"].as_array().unwrap().iter().map(|case| (name(case), case));
    run_all(cases, &[], expected, |_, case| {
        let resolved = Endpoint::resolve(service, &config(&case["params"]));
        let expected = &case["expect"];
        match (resolved, expected["endpoint"]["url"].as_str(), expected["error"].as_str()) {
            (Ok(endpoint), Some(url), None) => same("URL", endpoint.as_str(), url),
            (Err(error), None, Some(text)) => {
                let (_, kind) = ERRORS.iter().find(|(aws, _)| *aws == text).ok_or("an unknown error text")?;
                same("error kind", format!("{:?}", error.kind()), format!("{kind:?}"))
            }
            (resolved, ..) => Err(format!("{resolved:?} instead of {expected}")),
        }
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn bedrock() {
    endpoint_tests(Service::Bedrock, 18);
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn bedrock_runtime() {
    endpoint_tests(Service::BedrockRuntime, 13);
}

/// The path of an operation, and which of its parameters are labels in it.
fn template(operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match operation {
        "ApplyGuardrail" => {
            let labels = &["guardrailIdentifier", "guardrailVersion"];
            ("/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply", labels)
        }
        "Converse" => ("/model/{modelId}/converse", &["modelId"]),
        "ConverseStream" => ("/model/{modelId}/converse-stream", &["modelId"]),
        "CountTokens" => ("/model/{modelId}/count-tokens", &["modelId"]),
        "GetAsyncInvoke" => ("/async-invoke/{invocationArn}", &["invocationArn"]),
        "InvokeModel" => ("/model/{modelId}/invoke", &["modelId"]),
        _ => return None,
    })
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn urls_of_botocore() {
    let left_out = [("029-ListAsyncInvokes", "it has no label; its query is the business of the operation")];
    let file = json("bedrock-requests/requests.json");
    let cases = file["cases"].as_array().unwrap().iter().map(|case| (case["id"].as_str().unwrap().to_owned(), case));
    run_all(cases, &left_out, 29, |_, case| {
        let (template, labels) = template(case["operation"].as_str().unwrap()).ok_or("no template")?;
        let params = &case["params"];
        let labels: Vec<_> = labels.iter().map(|label| (*label, params[*label].as_str().unwrap())).collect();
        let mut config = EndpointConfig::new().region(case["region"].as_str().unwrap());
        config.url = case["endpoint_override"].as_str().map(str::to_owned);
        let endpoint = Endpoint::resolve(Service::BedrockRuntime, &config).map_err(|e| e.to_string())?;
        let path = path_from_template(template, &labels).map_err(|e| e.to_string())?;
        let uri = endpoint.uri(&path).map_err(|e| e.to_string())?;
        same("URL", uri.to_string(), case["wire"]["url"].as_str().unwrap())
    });
}
