//! Every operation against the replay server. Method, path, query, headers and body match the
//! service model. The response is read and written back, and each listed error is typed.

use std::collections::BTreeSet;
use std::fs;

use bedrock_lite::control::*;
use bedrock_lite::operation::FromResponse;
use bedrock_lite::replay::{Fixtures, ReplayServer};
use bedrock_lite::runtime::*;
use bedrock_lite::{Client, Error, Operation, RetryPolicy};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One file per operation: `params` with the stored request, followed by an exchange.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/operations");

fn exchange(name: &str) -> Value {
    serde_json::from_slice(&fs::read(format!("{FOLDER}/{name}.json")).unwrap()).unwrap()
}

fn request<O: DeserializeOwned>(exchange: &Value) -> O {
    serde_json::from_value(exchange["params"].clone()).unwrap()
}

/// Returns the response to read, and the errors after it.
fn responses(exchange: &Value) -> (Option<&Value>, &[Value]) {
    let responses = exchange["responses"].as_array().unwrap();
    match responses.split_first() {
        Some((first, rest)) if first["status"].as_u64() < Some(300) => (Some(first), rest),
        _ => (None, responses),
    }
}

fn is_typed(name: &str, expected: &Value, error: &Error) {
    let Error::Service(error) = error else { panic!("{name}: {error:?}") };
    let code = expected["headers"]["x-amzn-errortype"].as_str().unwrap();
    assert_eq!(error.code(), Some(code), "{name}");
    // The kinds have AWS's names without `Exception`.
    assert_eq!(format!("{:?}Exception", error.kind()), code, "{name}");
    assert_eq!(u64::from(error.status().as_u16()), expected["status"].as_u64().unwrap(), "{name}: {code}");
    assert_eq!(error.message(), expected["body"]["message"].as_str(), "{name}: {code}");
    assert_eq!(error.request_id(), expected["headers"]["x-amzn-requestid"].as_str(), "{name}: {code}");
}

async fn check<O>(client: &Client, name: &str)
where
    O: Operation + DeserializeOwned,
    O::Output: FromResponse + Serialize,
{
    let exchange = exchange(name);
    let operation: O = request(&exchange);
    assert_eq!(operation.name(), name);
    let (answer, errors) = responses(&exchange);
    let output = client.send(&operation).await.unwrap_or_else(|error| panic!("{name}: {error:#}"));
    assert_eq!(serde_json::to_value(output).unwrap(), answer.unwrap()["body"], "{name}");
    for expected in errors {
        is_typed(name, expected, &client.send(&operation).await.map(|_| ()).unwrap_err());
    }
    assert!(errors.len() >= 3, "{name} has a list of errors");
}

macro_rules! check {
    ($client:ident, $checked:ident: $($name:ident $request:ident)+) => {$(
        check::<$request>(&$client, stringify!($name)).await;
        $checked.insert(stringify!($name).to_owned());
    )+};
}

#[tokio::test]
async fn every_operation_matches_the_service_model() {
    let server = ReplayServer::builder(Fixtures::load(FOLDER).unwrap()).start().await.unwrap();
    let client = Client::builder().environment(server.environment()).retry(RetryPolicy::off()).build().unwrap();
    let mut checked = BTreeSet::new();

    check! { client, checked:
        ApplyGuardrail ApplyGuardrailRequest
        ArchiveProject ArchiveProjectRequest
        Converse ConverseRequest
        CountTokens CountTokensRequest
        CreateGuardrailVersion CreateGuardrailVersionRequest
        CreateInferenceProfile CreateInferenceProfileRequest
        CreateModelInvocationJob CreateModelInvocationJobRequest
        CreateProject CreateProjectRequest
        DeleteInferenceProfile DeleteInferenceProfileRequest
        GetAsyncInvoke GetAsyncInvokeRequest
        GetCustomModel GetCustomModelRequest
        GetFoundationModel GetFoundationModelRequest
        GetFoundationModelAvailability GetFoundationModelAvailabilityRequest
        GetGuardrail GetGuardrailRequest
        GetImportedModel GetImportedModelRequest
        GetInferenceProfile GetInferenceProfileRequest
        GetModelInvocationJob GetModelInvocationJobRequest
        GetModelInvocationLoggingConfiguration GetModelInvocationLoggingConfigurationRequest
        GetProject GetProjectRequest
        GetPromptRouter GetPromptRouterRequest
        GetProvisionedModelThroughput GetProvisionedModelThroughputRequest
        InvokeGuardrailChecks InvokeGuardrailChecksRequest
        ListAsyncInvokes ListAsyncInvokesRequest
        ListCustomModels ListCustomModelsRequest
        ListFoundationModels ListFoundationModelsRequest
        ListGuardrails ListGuardrailsRequest
        ListImportedModels ListImportedModelsRequest
        ListInferenceProfiles ListInferenceProfilesRequest
        ListModelInvocationJobs ListModelInvocationJobsRequest
        ListProjects ListProjectsRequest
        ListPromptRouters ListPromptRoutersRequest
        ListProvisionedModelThroughputs ListProvisionedModelThroughputsRequest
        ListTagsForResource ListTagsForResourceRequest
        StartAsyncInvoke StartAsyncInvokeRequest
        StopModelInvocationJob StopModelInvocationJobRequest
        TagResource TagResourceRequest
        UntagResource UntagResourceRequest
        UpdateProject UpdateProjectRequest
    }

    // The body of a model is not one of our shapes.
    let exchange_ = exchange("InvokeModel");
    let (answer, errors) = responses(&exchange_);
    let invoke: InvokeModelRequest = request(&exchange_);
    let body: Value = client.invoke_model(&invoke).await.unwrap().json().unwrap();
    assert_eq!(body, answer.unwrap()["body"]);
    for expected in errors {
        is_typed("InvokeModel", expected, &client.invoke_model(&invoke).await.unwrap_err());
    }
    checked.insert("InvokeModel".to_owned());

    // The streams are in `fixtures/`. This file has the responses that come instead of a stream.
    let exchange_ = exchange("ConverseStream");
    let stream: ConverseStreamRequest = request(&exchange_);
    for expected in responses(&exchange_).1 {
        is_typed("ConverseStream", expected, &client.converse_stream(&stream).await.map(|_| ()).unwrap_err());
    }
    checked.insert("ConverseStream".to_owned());
    let exchange_ = exchange("InvokeModelWithResponseStream");
    let stream: InvokeModelWithResponseStreamRequest = request(&exchange_);
    for expected in responses(&exchange_).1 {
        let error = client.invoke_model_with_response_stream(&stream).await.map(|_| ()).unwrap_err();
        is_typed("InvokeModelWithResponseStream", expected, &error);
    }
    checked.insert("InvokeModelWithResponseStream".to_owned());

    let files = fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<_> = files.map(|file| file.trim_end_matches(".json").to_owned()).collect();
    assert_eq!(checked, files, "every operation has an exchange and a check");
    assert_eq!(checked.len(), 41);
}
