//! Endpoints and paths, compared with AWS's own SDKs.

use bedrock_lite::endpoint::{CredentialsService, Endpoint, EndpointConfig, Service, path_from_template};
use bedrock_lite::{ConfigError, ConfigErrorKind};
use serde_json::Value;

use crate::suites::{json, run_all, same};

fn config(params: &Value) -> EndpointConfig {
    let flag = |name: &str| params[name].as_bool().unwrap_or_default();
    let mut config = EndpointConfig::new().fips(flag("UseFIPS")).dual_stack(flag("UseDualStack"));
    config.region = params["Region"].as_str().map(str::to_owned);
    config.url = params["Endpoint"].as_str().map(str::to_owned);
    config
}

/// The error texts of AWS, and our kinds.
const ERRORS: [(&str, ConfigErrorKind); 3] = [
    ("Invalid Configuration: Missing Region", ConfigErrorKind::MissingRegion),
    ("Invalid Configuration: FIPS and custom endpoint are not supported", ConfigErrorKind::Conflict),
    ("Invalid Configuration: Dualstack and custom endpoint are not supported", ConfigErrorKind::Conflict),
];

type Resolve<'a> = &'a dyn Fn(&EndpointConfig) -> Result<Endpoint, ConfigError>;

fn endpoint_tests(suite: &str, left_out: &[(&str, &str)], expected: usize, resolve: Resolve<'_>) {
    let file = json(&format!("endpoints/{suite}/endpoint-tests.json"));
    let name = |case: &Value| case["documentation"].as_str().unwrap().to_owned();
    let cases = file["testCases"].as_array().unwrap().iter().map(|case| (name(case), case));
    run_all(cases, left_out, expected, |_, case| {
        let resolved = resolve(&config(&case["params"]));
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
fn bedrock_endpoints_match_the_rule_set() {
    endpoint_tests("bedrock", &[], 18, &|config| Endpoint::resolve(Service::Bedrock, config));
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn bedrock_runtime_endpoints_match_the_rule_set() {
    endpoint_tests("bedrock-runtime", &[], 13, &|config| Endpoint::resolve(Service::BedrockRuntime, config));
}

/// `UseGlobalEndpoint` is legacy. AWS's SDKs use the regional STS endpoint since 2022, and so does
/// this crate.
const GLOBAL: &str = "the global endpoint of STS is used for the region aws-global only";
const LEFT_OUT_OF_STS: [(&str, &str); 15] = [
    ("UseGlobalEndpoint with legacy region `ap-northeast-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `ap-south-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `ap-southeast-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `ap-southeast-2`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `ca-central-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `eu-central-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `eu-north-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `eu-west-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `eu-west-2`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `eu-west-3`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `sa-east-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `us-east-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `us-east-2`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `us-west-1`", GLOBAL),
    ("UseGlobalEndpoint with legacy region `us-west-2`", GLOBAL),
];

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn sts_endpoints_match_the_rule_set() {
    let resolve = |config: &_| Endpoint::resolve_credentials(CredentialsService::Sts, config);
    endpoint_tests("sts", &LEFT_OUT_OF_STS, 54, &resolve);
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn sso_endpoints_match_the_rule_set() {
    endpoint_tests("sso", &[], 40, &|config| Endpoint::resolve_credentials(CredentialsService::Sso, config));
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn sso_oidc_endpoints_match_the_rule_set() {
    endpoint_tests("sso-oidc", &[], 40, &|config| Endpoint::resolve_credentials(CredentialsService::SsoOidc, config));
}

/// Returns the path template of an operation, and its path parameters.
fn template(operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match operation {
        "ApplyGuardrail" => {
            let parameters = &["guardrailIdentifier", "guardrailVersion"];
            ("/guardrail/{guardrailIdentifier}/version/{guardrailVersion}/apply", parameters)
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
fn urls_match_those_of_botocore() {
    let left_out = [("029-ListAsyncInvokes", "it has no path parameter; its query is tested with the operation")];
    let file = json("bedrock-requests/requests.json");
    let cases = file["cases"].as_array().unwrap().iter().map(|case| (case["id"].as_str().unwrap().to_owned(), case));
    run_all(cases, &left_out, 29, |_, case| {
        let (template, parameters) = template(case["operation"].as_str().unwrap()).ok_or("no template")?;
        let params = &case["params"];
        let parameters: Vec<_> =
            parameters.iter().map(|parameter| (*parameter, params[*parameter].as_str().unwrap())).collect();
        let mut config = EndpointConfig::new().region(case["region"].as_str().unwrap());
        config.url = case["endpoint_override"].as_str().map(str::to_owned);
        let endpoint = Endpoint::resolve(Service::BedrockRuntime, &config).map_err(|e| e.to_string())?;
        let path = path_from_template(template, &parameters).map_err(|e| e.to_string())?;
        let uri = endpoint.uri(&path).map_err(|e| e.to_string())?;
        same("URL", uri.to_string(), case["wire"]["url"].as_str().unwrap())
    });
}
