//! Every typed operation of `bedrock`: its request, its response, and its errors. The table is
//! written by hand from the API reference, and is independent of the declarations.

use std::collections::BTreeSet;
use std::fmt::Debug;

use bedrock_lite::control::*;
use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::operation::FromResponse;
use bedrock_lite::{Error, Operation, Service, ServiceErrorKind, Timestamp};
use bytes::Bytes;
use chrono::DateTime;
use http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const PROFILE_ARN: &str = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2";
const PROFILE_ARN_ENCODED: &str =
    "arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2";

fn sent<O: Operation>(request: &O) -> Request<Bytes> {
    assert_eq!(request.service(), Service::Bedrock);
    let endpoint = Endpoint::resolve(Service::Bedrock, &EndpointConfig::new().region("eu-west-1")).unwrap();
    request.http_request(&endpoint).unwrap()
}

/// Checks everything but the body of a request.
#[track_caller]
fn has_head(request: &Request<Bytes>, method: &str, path_and_query: &str) {
    assert_eq!(request.method(), method);
    assert_eq!(request.uri().to_string(), format!("https://bedrock.eu-west-1.amazonaws.com{path_and_query}"));
}

/// Checks a request without a body.
#[track_caller]
fn sends<O: Operation>(request: &O, method: &str, path_and_query: &str) {
    let request = sent(request);
    has_head(&request, method, path_and_query);
    assert!(request.headers().is_empty(), "{:?}", request.headers());
    assert!(request.body().is_empty(), "{:?}", request.body());
}

/// Checks a request with a JSON body.
#[track_caller]
fn sends_json<O: Operation>(request: &O, method: &str, path_and_query: &str, body: &Value) {
    let request = sent(request);
    has_head(&request, method, path_and_query);
    assert_eq!(request.headers().len(), 1);
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(&serde_json::from_slice::<Value>(request.body()).unwrap(), body);
}

/// Reads a response, and checks that writing it gives the same JSON.
#[track_caller]
fn answers<O>(status: u16, answer: &Value) -> O::Output
where
    O: Operation<Output: FromResponse + Serialize>,
{
    let response = Response::builder().status(status).body(Bytes::from(answer.to_string())).unwrap();
    let output = O::http_response(response).unwrap_or_else(|error| panic!("{answer}: {error:?}"));
    assert_eq!(&serde_json::to_value(&output).unwrap(), answer);
    output
}

fn moment(text: &str) -> Timestamp {
    Timestamp::from(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
}

#[test]
fn foundation_model_operations_match_the_api_reference() {
    let all = ListFoundationModelsRequest::new();
    sends(&all, "GET", "/foundation-models");
    let some = all
        .by_provider("Stability AI")
        .by_customization_type("FINE_TUNING")
        .by_output_modality(ModelModality::Image)
        .by_inference_type(InferenceType::OnDemand);
    let query =
        "byProvider=Stability%20AI&byCustomizationType=FINE_TUNING&byOutputModality=IMAGE&byInferenceType=ON_DEMAND";
    sends(&some, "GET", &format!("/foundation-models?{query}"));
    let summary = json!({
        "modelArn": "arn:aws:bedrock:eu-west-1::foundation-model/a.b", "modelId": "a.b", "modelName": "B", "providerName": "A",
        "inputModalities": ["TEXT", "IMAGE"], "outputModalities": ["EMBEDDING"], "responseStreamingSupported": true,
        "customizationsSupported": ["DISTILLATION"], "inferenceTypesSupported": ["PROVISIONED"],
        "modelLifecycle": {
            "status": "LEGACY", "startOfLifeTime": "2024-01-02T03:04:05Z", "legacyTime": "2025-01-02T03:04:05.678Z",
            "publicExtendedAccessTime": "2025-06-02T03:04:05Z", "endOfLifeTime": "2026-01-02T03:04:05Z",
        },
    });
    let models = answers::<ListFoundationModelsRequest>(200, &json!({"modelSummaries": [summary]})).model_summaries;
    assert_eq!(models[0].output_modalities, [ModelModality::Embedding]);
    let lifecycle = models[0].model_lifecycle.as_ref().unwrap();
    assert_eq!(lifecycle.status, FoundationModelLifecycleStatus::Legacy);
    assert_eq!(lifecycle.legacy_time, Some(moment("2025-01-02T03:04:05.678Z")));

    sends(&GetFoundationModelRequest::new("a.b-v1:0"), "GET", "/foundation-models/a.b-v1%3A0");
    assert_eq!(GetFoundationModelRequest::new("a.b-v1:0").model_id(), Some("a.b-v1:0"));
    let details = answers::<GetFoundationModelRequest>(200, &json!({"modelDetails": summary})).model_details.unwrap();
    assert_eq!(details.customizations_supported, [ModelCustomization::Distillation]);

    sends(&GetFoundationModelAvailabilityRequest::new("a.b"), "GET", "/foundation-model-availability/a.b");
    let availability = answers::<GetFoundationModelAvailabilityRequest>(
        200,
        &json!({
            "modelId": "a.b", "agreementAvailability": {"status": "ERROR", "errorMessage": "no"},
            "authorizationStatus": "NOT_AUTHORIZED", "entitlementAvailability": "NOT_AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }),
    );
    assert_eq!(availability.agreement_availability.status, AgreementStatus::Error);
    assert_eq!(availability.authorization_status, AuthorizationStatus::NotAuthorized);
    assert_eq!(availability.entitlement_availability, EntitlementAvailability::NotAvailable);
    assert_eq!(availability.region_availability, RegionAvailability::Available);
}

#[test]
fn inference_profile_operations_match_the_api_reference() {
    // The member `typeEquals` is sent as `type`.
    let list = ListInferenceProfilesRequest::new().max_results(5).next_token("a/b==").type_equals("APPLICATION");
    sends(&list, "GET", "/inference-profiles?maxResults=5&nextToken=a%2Fb%3D%3D&type=APPLICATION");
    let profile = json!({
        "inferenceProfileName": "mine", "description": "d", "createdAt": "2026-01-02T03:04:05Z",
        "updatedAt": "2026-01-03T03:04:05Z", "inferenceProfileArn": PROFILE_ARN, "models": [{"modelArn": "arn:m"}],
        "inferenceProfileId": "a1b2", "status": "ACTIVE", "type": "APPLICATION",
    });
    let page = answers::<ListInferenceProfilesRequest>(
        200,
        &json!({"inferenceProfileSummaries": [profile], "nextToken": "next"}),
    );
    assert_eq!(page.inference_profile_summaries[0].r#type, InferenceProfileType::Application);
    assert_eq!(page.next_token.as_deref(), Some("next"));

    sends(&GetInferenceProfileRequest::new(PROFILE_ARN), "GET", &format!("/inference-profiles/{PROFILE_ARN_ENCODED}"));
    let whole = answers::<GetInferenceProfileRequest>(200, &profile);
    assert_eq!(whole.models[0].model_arn.as_deref(), Some("arn:m"));
    assert_eq!(whole.created_at, Some(moment("2026-01-02T03:04:05Z")));

    let create = CreateInferenceProfileRequest::new("mine", "arn:source")
        .description("d")
        .client_request_token("token-1")
        .tags([Tag::new("team", "red")]);
    let body = json!({
        "inferenceProfileName": "mine", "description": "d", "clientRequestToken": "token-1",
        "modelSource": {"copyFrom": "arn:source"}, "tags": [{"key": "team", "value": "red"}],
    });
    sends_json(&create, "POST", "/inference-profiles", &body);
    let made =
        answers::<CreateInferenceProfileRequest>(201, &json!({"inferenceProfileArn": PROFILE_ARN, "status": "ACTIVE"}));
    assert_eq!(made.status, Some(InferenceProfileStatus::Active));

    sends(&DeleteInferenceProfileRequest::new("a1b2"), "DELETE", "/inference-profiles/a1b2");
    answers::<DeleteInferenceProfileRequest>(200, &json!({}));
}

#[test]
fn model_invocation_job_operations_match_the_api_reference() {
    let create = CreateModelInvocationJobRequest::new(
        "job",
        "arn:role",
        "a.b",
        ModelInvocationJobS3InputDataConfig::new("s3://b/in.jsonl").s3_input_format("JSONL").s3_bucket_owner("1"),
        ModelInvocationJobS3OutputDataConfig::new("s3://b/out/").s3_encryption_key_id("k").s3_bucket_owner("2"),
    )
    .client_request_token("token-1")
    .vpc_config(VpcConfig::new(vec!["subnet-1".to_owned()], vec!["sg-1".to_owned()]))
    .timeout_duration_in_hours(48)
    .tags([Tag::new("k", "")])
    .model_invocation_type(ModelInvocationType::Converse);
    let data = json!({
        "inputDataConfig": {"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": "s3://b/in.jsonl", "s3BucketOwner": "1"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/out/", "s3EncryptionKeyId": "k", "s3BucketOwner": "2"}},
        "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
    });
    let with_data = |mut value: Value| {
        value.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
        value
    };
    let body = with_data(json!({
        "jobName": "job", "roleArn": "arn:role", "clientRequestToken": "token-1", "modelId": "a.b",
        "timeoutDurationInHours": 48, "tags": [{"key": "k", "value": ""}], "modelInvocationType": "Converse",
    }));
    sends_json(&create, "POST", "/model-invocation-job", &body);
    assert_eq!(create.model_id(), Some("a.b"));
    assert_eq!(answers::<CreateModelInvocationJobRequest>(200, &json!({"jobArn": "arn:j"})).job_arn, "arn:j");

    sends(
        &GetModelInvocationJobRequest::new("arn:aws:bedrock:x:1:model-invocation-job/abc"),
        "GET",
        "/model-invocation-job/arn%3Aaws%3Abedrock%3Ax%3A1%3Amodel-invocation-job%2Fabc",
    );
    let job = with_data(json!({
        "jobArn": "arn:j", "jobName": "job", "modelId": "a.b", "clientRequestToken": "token-1", "roleArn": "arn:role",
        "status": "PartiallyCompleted", "message": "m", "submitTime": "2026-01-02T03:04:05Z",
        "lastModifiedTime": "2026-01-02T03:04:06Z", "endTime": "2026-01-02T03:04:07Z", "timeoutDurationInHours": 48,
        "jobExpirationTime": "2026-01-04T03:04:05Z", "modelInvocationType": "InvokeModel",
        "totalRecordCount": 5_000_000_000_i64, "processedRecordCount": 3, "successRecordCount": 2, "errorRecordCount": 1,
    }));
    let whole = answers::<GetModelInvocationJobRequest>(200, &job);
    assert_eq!(whole.status, Some(ModelInvocationJobStatus::PartiallyCompleted));
    assert_eq!((whole.total_record_count, whole.error_record_count), (Some(5_000_000_000), Some(1)));

    let list = ListModelInvocationJobsRequest::new()
        .submit_time_after(moment("2026-01-02T03:04:05+01:00"))
        .submit_time_before(moment("2026-01-03T03:04:05.250Z"))
        .status_equals(ModelInvocationJobStatus::InProgress)
        .name_contains("review")
        .max_results(1000)
        .next_token("t")
        .sort_by(SortJobsBy::CreationTime)
        .sort_order(SortOrder::Descending);
    let query = "submitTimeAfter=2026-01-02T02%3A04%3A05Z&submitTimeBefore=2026-01-03T03%3A04%3A05.250Z\
                 &statusEquals=InProgress&nameContains=review&maxResults=1000&nextToken=t&sortBy=CreationTime\
                 &sortOrder=Descending";
    sends(&list, "GET", &format!("/model-invocation-jobs?{query}"));
    let page =
        answers::<ListModelInvocationJobsRequest>(200, &json!({"nextToken": "n", "invocationJobSummaries": [job]}));
    assert_eq!(page.invocation_job_summaries[0].processed_record_count, Some(3));

    sends(&StopModelInvocationJobRequest::new("abc"), "POST", "/model-invocation-job/abc/stop");
    answers::<StopModelInvocationJobRequest>(200, &json!({}));
}

#[test]
fn guardrail_operations_match_the_api_reference() {
    let list = ListGuardrailsRequest::new().guardrail_identifier("gr1").max_results(10).next_token("t");
    sends(&list, "GET", "/guardrails?guardrailIdentifier=gr1&maxResults=10&nextToken=t");
    let summary = json!({
        "id": "gr1", "arn": "arn:g", "status": "READY", "name": "g", "description": "d", "version": "DRAFT",
        "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z",
        "crossRegionDetails": {"guardrailProfileId": "eu.guardrail.v1:0", "guardrailProfileArn": "arn:p"},
    });
    let page = answers::<ListGuardrailsRequest>(200, &json!({"guardrails": [summary], "nextToken": "n"}));
    assert_eq!(page.guardrails[0].status, GuardrailStatus::Ready);

    sends(&GetGuardrailRequest::new("gr1"), "GET", "/guardrails/gr1");
    sends(&GetGuardrailRequest::new("gr1").guardrail_version("3"), "GET", "/guardrails/gr1?guardrailVersion=3");
    let both = |mut value: Value| {
        let more =
            json!({"inputAction": "BLOCK", "outputAction": "NONE", "inputEnabled": true, "outputEnabled": false});
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    let guardrail = answers::<GetGuardrailRequest>(
        200,
        &json!({
            "name": "g", "description": "d", "guardrailId": "gr1", "guardrailArn": "arn:g", "version": "3",
            "status": "FAILED",
            "topicPolicy": {
                "topics": [both(json!({"name": "n", "definition": "d", "examples": ["e"], "type": "DENY"}))],
                "tier": {"tierName": "STANDARD"},
            },
            "contentPolicy": {
                "filters": [both(json!({
                    "type": "PROMPT_ATTACK", "inputStrength": "HIGH", "outputStrength": "NONE",
                    "inputModalities": ["TEXT", "IMAGE"], "outputModalities": ["TEXT"],
                }))],
                "tier": {"tierName": "CLASSIC"},
            },
            "wordPolicy": {
                "words": [both(json!({"text": "w"}))], "managedWordLists": [both(json!({"type": "PROFANITY"}))],
            },
            "sensitiveInformationPolicy": {
                "piiEntities": [both(json!({"type": "US_SOCIAL_SECURITY_NUMBER", "action": "ANONYMIZE"}))],
                "regexes": [both(json!({"name": "r", "description": "d", "pattern": "^x", "action": "BLOCK"}))],
            },
            "contextualGroundingPolicy": {
                "filters": [{"type": "GROUNDING", "threshold": 0.75, "action": "BLOCK", "enabled": true}],
                "tier": {"tierName": "CLASSIC"},
            },
            "automatedReasoningPolicy": {"policies": ["arn:a"], "confidenceThreshold": 0.5},
            "crossRegionDetails": {"guardrailProfileId": "eu.guardrail.v1:0"},
            "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z", "statusReasons": ["s"],
            "failureRecommendations": ["f"], "blockedInputMessaging": "in", "blockedOutputsMessaging": "out",
            "kmsKeyArn": "arn:k",
        }),
    );
    let content = &guardrail.content_policy.unwrap().filters[0];
    assert_eq!(content.r#type, GuardrailContentFilterType::PromptAttack);
    assert_eq!(content.output_strength, GuardrailFilterStrength::None);
    assert_eq!(content.input_action, Some(GuardrailContentFilterAction::Block));
    let information = &guardrail.sensitive_information_policy.unwrap();
    assert_eq!(information.pii_entities[0].r#type, GuardrailPiiEntityType::UsSocialSecurityNumber);
    assert_eq!(information.regexes[0].output_enabled, Some(false));
    assert!((guardrail.contextual_grounding_policy.unwrap().filters[0].threshold - 0.75).abs() < f64::EPSILON);

    let version = CreateGuardrailVersionRequest::new("gr1").description("d").client_request_token("token-1");
    sends_json(&version, "POST", "/guardrails/gr1", &json!({"description": "d", "clientRequestToken": "token-1"}));
    let made = answers::<CreateGuardrailVersionRequest>(202, &json!({"guardrailId": "gr1", "version": "4"}));
    assert_eq!(made.version, "4");
}

#[test]
fn custom_model_operations_match_the_api_reference() {
    let list = ListCustomModelsRequest::new()
        .creation_time_before(moment("2026-01-03T00:00:00Z"))
        .creation_time_after(moment("2026-01-02T00:00:00Z"))
        .name_contains("n")
        .base_model_arn_equals("arn:b")
        .foundation_model_arn_equals("arn:f")
        .max_results(1)
        .next_token("t")
        .sort_by(SortModelsBy::CreationTime)
        .sort_order(SortOrder::Ascending)
        .is_owned(false)
        .model_status(ModelStatus::Active);
    let query = "creationTimeBefore=2026-01-03T00%3A00%3A00Z&creationTimeAfter=2026-01-02T00%3A00%3A00Z&nameContains=n\
                 &baseModelArnEquals=arn%3Ab&foundationModelArnEquals=arn%3Af&maxResults=1&nextToken=t\
                 &sortBy=CreationTime&sortOrder=Ascending&isOwned=false&modelStatus=Active";
    sends(&list, "GET", &format!("/custom-models?{query}"));
    let page = answers::<ListCustomModelsRequest>(
        200,
        &json!({
            "nextToken": "n",
            "modelSummaries": [{
                "modelArn": "arn:m", "modelName": "m", "creationTime": "2026-01-02T03:04:05Z", "baseModelArn": "arn:b",
                "baseModelName": "b", "customizationType": "IMPORTED", "ownerAccountId": "123456789012",
                "modelStatus": "Creating",
            }],
        }),
    );
    assert_eq!(page.model_summaries[0].customization_type, Some(CustomizationType::Imported));

    sends(&GetCustomModelRequest::new("my model"), "GET", "/custom-models/my%20model");
    let model = json!({
        "modelArn": "arn:m", "modelName": "m", "jobName": "j", "jobArn": "arn:j", "baseModelArn": "arn:b",
        "customizationType": "REINFORCEMENT_FINE_TUNING", "modelKmsKeyArn": "arn:k",
        "hyperParameters": {"epochCount": "3"},
        "trainingDataConfig": {
            "s3Uri": "s3://b/t",
            "invocationLogsConfig": {
                "usePromptResponse": true, "invocationLogSource": {"s3Uri": "s3://b/logs"},
                "requestMetadataFilters": {"andAll": [{"equals": {"a": "b"}}, {"notEquals": {"c": "d"}}]},
            },
        },
        "validationDataConfig": {"validators": [{"s3Uri": "s3://b/v"}]}, "outputDataConfig": {"s3Uri": "s3://b/o"},
        "trainingMetrics": {"trainingLoss": 0.25}, "validationMetrics": [{"validationLoss": 0.5}],
        "creationTime": "2026-01-02T03:04:05Z",
        "customizationConfig": {"rftConfig": {
            "graderConfig": {"lambdaGrader": {"lambdaArn": "arn:l"}},
            "hyperParameters": {
                "epochCount": 1, "batchSize": 16, "learningRate": 0.0001, "maxPromptLength": 2, "trainingSamplePerPrompt": 3,
                "inferenceMaxTokens": 4, "reasoningEffort": "low", "evalInterval": 5,
            },
        }},
        "modelStatus": "Failed", "failureMessage": "f",
    });
    let whole = answers::<GetCustomModelRequest>(200, &model);
    assert_eq!(whole.hyper_parameters["epochCount"], "3");
    let Some(CustomizationConfig::RftConfig(rft)) = whole.customization_config else { panic!("no RFTConfig") };
    assert_eq!(rft.hyper_parameters.unwrap().reasoning_effort, Some(ReasoningEffort::Low));
    let logs = whole.training_data_config.unwrap().invocation_logs_config.unwrap();
    assert!(matches!(logs.request_metadata_filters, Some(RequestMetadataFilters::AndAll(all)) if all.len() == 2));
    for union in [json!({"equals": {"a": "b"}}), json!({"notEquals": {"a": "b"}}), json!({"orAll": []})] {
        comes_back::<RequestMetadataFilters>(&union);
    }
    let teacher = json!({"teacherModelIdentifier": "t", "maxResponseLengthForInference": 9});
    comes_back::<CustomizationConfig>(&json!({"distillationConfig": {"teacherModelConfig": teacher}}));
}

#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned + Debug>(value: &Value) {
    let shape: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(&serde_json::to_value(&shape).unwrap(), value);
}

#[test]
fn imported_model_operations_match_the_api_reference() {
    let list = ListImportedModelsRequest::new()
        .creation_time_before(moment("2026-01-03T00:00:00Z"))
        .creation_time_after(moment("2026-01-02T00:00:00Z"))
        .name_contains("n")
        .max_results(1)
        .next_token("t")
        .sort_by(SortModelsBy::CreationTime)
        .sort_order(SortOrder::Ascending);
    let query = "creationTimeBefore=2026-01-03T00%3A00%3A00Z&creationTimeAfter=2026-01-02T00%3A00%3A00Z&nameContains=n\
                 &maxResults=1&nextToken=t&sortBy=CreationTime&sortOrder=Ascending";
    sends(&list, "GET", &format!("/imported-models?{query}"));
    let page = answers::<ListImportedModelsRequest>(
        200,
        &json!({
            "nextToken": "n",
            "modelSummaries": [{
                "modelArn": "arn:m", "modelName": "m", "creationTime": "2026-01-02T03:04:05Z", "instructSupported": true,
                "modelArchitecture": "llama3",
            }],
        }),
    );
    assert_eq!(page.model_summaries[0].instruct_supported, Some(true));

    sends(&GetImportedModelRequest::new("m"), "GET", "/imported-models/m");
    let model = answers::<GetImportedModelRequest>(
        200,
        &json!({
            "modelArn": "arn:m", "modelName": "m", "jobName": "j", "jobArn": "arn:j",
            "modelDataSource": {"s3DataSource": {"s3Uri": "s3://b/m"}}, "creationTime": "2026-01-02T03:04:05Z",
            "modelArchitecture": "llama3", "modelKmsKeyArn": "arn:k", "instructSupported": false,
            "customModelUnits": {"customModelUnitsPerModelCopy": 2, "customModelUnitsVersion": "v1.0"},
        }),
    );
    assert_eq!(model.model_data_source, Some(S3DataSource::new("s3://b/m").into()));
}

#[test]
fn provisioned_model_throughput_operations_match_the_api_reference() {
    let list = ListProvisionedModelThroughputsRequest::new()
        .creation_time_after(moment("2026-01-02T00:00:00Z"))
        .creation_time_before(moment("2026-01-03T00:00:00Z"))
        .status_equals(ProvisionedModelStatus::InService)
        .model_arn_equals("arn:m")
        .name_contains("n")
        .max_results(1)
        .next_token("t")
        .sort_by(SortByProvisionedModels::CreationTime)
        .sort_order(SortOrder::Ascending);
    let query = "creationTimeAfter=2026-01-02T00%3A00%3A00Z&creationTimeBefore=2026-01-03T00%3A00%3A00Z\
                 &statusEquals=InService&modelArnEquals=arn%3Am&nameContains=n&maxResults=1&nextToken=t\
                 &sortBy=CreationTime&sortOrder=Ascending";
    sends(&list, "GET", &format!("/provisioned-model-throughputs?{query}"));
    let mut throughput = json!({
        "provisionedModelName": "p", "provisionedModelArn": "arn:p", "modelArn": "arn:m", "desiredModelArn": "arn:d",
        "foundationModelArn": "arn:f", "modelUnits": 1, "desiredModelUnits": 2, "status": "Updating",
        "commitmentDuration": "SixMonths", "commitmentExpirationTime": "2026-07-02T03:04:05Z",
        "creationTime": "2026-01-02T03:04:05Z", "lastModifiedTime": "2026-01-02T03:04:05Z",
    });
    let page = answers::<ListProvisionedModelThroughputsRequest>(
        200,
        &json!({"nextToken": "n", "provisionedModelSummaries": [throughput]}),
    );
    assert_eq!(page.provisioned_model_summaries[0].desired_model_units, 2);

    // The path of the list is in the plural, that of one item in the singular.
    sends(&GetProvisionedModelThroughputRequest::new("p"), "GET", "/provisioned-model-throughput/p");
    throughput["failureMessage"] = json!("f");
    let whole = answers::<GetProvisionedModelThroughputRequest>(200, &throughput);
    assert_eq!(whole.commitment_duration, Some(CommitmentDuration::SixMonths));
}

#[test]
fn prompt_router_operations_match_the_api_reference() {
    let list = ListPromptRoutersRequest::new().max_results(2).next_token("t").r#type(PromptRouterType::Default);
    sends(&list, "GET", "/prompt-routers?maxResults=2&nextToken=t&type=default");
    let router = json!({
        "promptRouterName": "r", "routingCriteria": {"responseQualityDifference": 25.5}, "description": "d",
        "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z", "promptRouterArn": "arn:r",
        "models": [{"modelArn": "arn:a"}, {"modelArn": "arn:b"}], "fallbackModel": {"modelArn": "arn:c"},
        "status": "AVAILABLE", "type": "custom",
    });
    let page = answers::<ListPromptRoutersRequest>(200, &json!({"promptRouterSummaries": [router], "nextToken": "n"}));
    assert_eq!(page.prompt_router_summaries[0].r#type, PromptRouterType::Custom);

    sends(&GetPromptRouterRequest::new("arn:r/1"), "GET", "/prompt-routers/arn%3Ar%2F1");
    let whole = answers::<GetPromptRouterRequest>(200, &router);
    assert_eq!((whole.models.len(), whole.fallback_model.model_arn.as_str()), (2, "arn:c"));
}

#[test]
fn model_invocation_logging_operations_match_the_api_reference() {
    sends(&GetModelInvocationLoggingConfigurationRequest::new(), "GET", "/logging/modelinvocations");
    let bucket = json!({"bucketName": "b", "keyPrefix": "k"});
    let answer = json!({"loggingConfig": {
        "cloudWatchConfig": {"logGroupName": "g", "roleArn": "arn:r", "largeDataDeliveryS3Config": bucket},
        "s3Config": bucket, "textDataDeliveryEnabled": true, "imageDataDeliveryEnabled": false,
        "embeddingDataDeliveryEnabled": true, "videoDataDeliveryEnabled": false, "audioDataDeliveryEnabled": true,
    }});
    let config = answers::<GetModelInvocationLoggingConfigurationRequest>(200, &answer).logging_config.unwrap();
    assert_eq!((config.text_data_delivery_enabled, config.image_data_delivery_enabled), (Some(true), Some(false)));
    assert_eq!(config.s3_config.unwrap().bucket_name, "b");
    answers::<GetModelInvocationLoggingConfigurationRequest>(200, &json!({}));
}

#[test]
fn tag_operations_match_the_api_reference() {
    let body = json!({"resourceARN": "arn:x"});
    sends_json(&ListTagsForResourceRequest::new("arn:x"), "POST", "/listTagsForResource", &body);
    let tags = answers::<ListTagsForResourceRequest>(200, &json!({"tags": [{"key": "k", "value": "v"}]})).tags;
    assert_eq!(tags, [Tag::new("k", "v")]);

    let body = json!({"resourceARN": "arn:x", "tags": [{"key": "k", "value": "v"}]});
    sends_json(&TagResourceRequest::new("arn:x", tags), "POST", "/tagResource", &body);
    answers::<TagResourceRequest>(200, &json!({}));

    let body = json!({"resourceARN": "arn:x", "tagKeys": ["k"]});
    sends_json(&UntagResourceRequest::new("arn:x", ["k".to_owned()]), "POST", "/untagResource", &body);
    answers::<UntagResourceRequest>(200, &json!({}));
}

#[test]
fn empty_body_is_read_as_an_empty_object() {
    let response = || Response::builder().status(202).body(Bytes::new()).unwrap();
    StopModelInvocationJobRequest::http_response(response()).unwrap();
    assert_eq!(ListTagsForResourceRequest::http_response(response()).unwrap().tags, []);
    // An empty body is an error if a member is required to make it a response.
    let error = CreateGuardrailVersionRequest::http_response(response()).unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
}

#[test]
fn generated_token_is_sent_and_not_stored_in_the_request() {
    let request = CreateGuardrailVersionRequest::new("gr1");
    let token = |request: &CreateGuardrailVersionRequest| {
        let body: Value = serde_json::from_slice(sent(request).body()).unwrap();
        assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
        body["clientRequestToken"].as_str().unwrap().to_owned()
    };
    // Seeding the global random number generator, as in a simulation, does not make tokens
    // predictable.
    let seeded = || {
        fastrand::seed(42);
        token(&request)
    };
    let (first, second) = (seeded(), seeded());
    assert_eq!(first.len(), 36, "{first}");
    assert_ne!(first, second, "two calls are two requests");
    assert_eq!(request.client_request_token, None);

    for body in [
        sent(&CreateInferenceProfileRequest::new("p", "arn:s")),
        sent(&CreateModelInvocationJobRequest::new(
            "j",
            "r",
            "m",
            ModelInvocationJobS3InputDataConfig::new("s3://b/i"),
            ModelInvocationJobS3OutputDataConfig::new("s3://b/o"),
        )),
    ] {
        let body: Value = serde_json::from_slice(body.body()).unwrap();
        assert_eq!(body["clientRequestToken"].as_str().map(str::len), Some(36), "{body}");
    }
}

#[test]
fn stored_request_has_all_members() {
    let request = CreateGuardrailVersionRequest::new("gr1").description("d");
    let stored = serde_json::to_value(&request).unwrap();
    assert_eq!(stored, json!({"guardrailIdentifier": "gr1", "description": "d"}));
    assert_eq!(serde_json::from_value::<CreateGuardrailVersionRequest>(stored).unwrap(), request);
    let request = ListInferenceProfilesRequest::new().type_equals("APPLICATION").max_results(7);
    let stored = serde_json::to_value(&request).unwrap();
    assert_eq!(stored, json!({"typeEquals": "APPLICATION", "maxResults": 7}));
    assert_eq!(serde_json::from_value::<ListInferenceProfilesRequest>(stored).unwrap(), request);
}

#[test]
fn path_parameter_cannot_change_the_path() {
    let endpoint = Endpoint::resolve(Service::Bedrock, &EndpointConfig::new().region("eu-west-1")).unwrap();
    for label in ["", ".", ".."] {
        let error = DeleteInferenceProfileRequest::new(label).http_request(&endpoint).unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{error:?}");
    }
    let request = DeleteInferenceProfileRequest::new("../guardrails/x?y#z").http_request(&endpoint).unwrap();
    assert_eq!(request.uri().path(), "/inference-profiles/..%2Fguardrails%2Fx%3Fy%23z");
    assert_eq!(request.uri().query(), None);
}

type ErrorOf = (&'static str, u16, ServiceErrorKind);

const ACCESS_DENIED: ErrorOf = ("AccessDeniedException", 403, ServiceErrorKind::AccessDenied);
const CONFLICT: ErrorOf = ("ConflictException", 400, ServiceErrorKind::Conflict);
const INTERNAL_SERVER: ErrorOf = ("InternalServerException", 500, ServiceErrorKind::InternalServer);
const NOT_FOUND: ErrorOf = ("ResourceNotFoundException", 404, ServiceErrorKind::ResourceNotFound);
const QUOTA: ErrorOf = ("ServiceQuotaExceededException", 400, ServiceErrorKind::ServiceQuotaExceeded);
const THROTTLING: ErrorOf = ("ThrottlingException", 429, ServiceErrorKind::Throttling);
const TOO_MANY_TAGS: ErrorOf = ("TooManyTagsException", 400, ServiceErrorKind::TooManyTags);
const VALIDATION: ErrorOf = ("ValidationException", 400, ServiceErrorKind::Validation);

/// The errors of every list except that of guardrails.
const LIST: &[ErrorOf] = &[ACCESS_DENIED, VALIDATION, INTERNAL_SERVER, THROTTLING];
/// The errors of operations that name a resource.
const GET: &[ErrorOf] = &[NOT_FOUND, ACCESS_DENIED, VALIDATION, INTERNAL_SERVER, THROTTLING];
const CHANGE: &[ErrorOf] = &[NOT_FOUND, ACCESS_DENIED, VALIDATION, CONFLICT, INTERNAL_SERVER, THROTTLING];
const CREATE: &[ErrorOf] = &[NOT_FOUND, ACCESS_DENIED, VALIDATION, CONFLICT, INTERNAL_SERVER, QUOTA, THROTTLING];
const CREATE_WITH_TAGS: &[ErrorOf] =
    &[NOT_FOUND, ACCESS_DENIED, VALIDATION, CONFLICT, INTERNAL_SERVER, TOO_MANY_TAGS, QUOTA, THROTTLING];
const TAG: &[ErrorOf] = &[NOT_FOUND, ACCESS_DENIED, VALIDATION, INTERNAL_SERVER, TOO_MANY_TAGS, THROTTLING];
const LOGGING: &[ErrorOf] = &[ACCESS_DENIED, INTERNAL_SERVER, THROTTLING];

/// Checks the errors of an operation, and returns its name.
fn has_errors<O>(request: &O, errors: &[ErrorOf]) -> String
where
    O: Operation<Output: FromResponse + Debug>,
{
    for (code, status, kind) in errors {
        let in_header = Response::builder()
            .status(*status)
            .header("x-amzn-errortype", format!("{code}:http://internal.amazon.com/coral/com.amazon.bedrock/"))
            .body(Bytes::from_static(br#"{"message":"why","resourceName":"which"}"#));
        let body = format!(r#"{{"__type":"com.amazon.bedrock#{code}","message":"why","resourceName":"which"}}"#);
        let in_body = Response::builder().status(*status).body(Bytes::from(body));
        for response in [in_header, in_body] {
            let Err(Error::Service(error)) = O::http_response(response.unwrap()) else {
                panic!("{code} is not an error")
            };
            assert_eq!((error.kind(), error.code()), (*kind, Some(*code)));
            assert_eq!((error.status().as_u16(), error.message()), (*status, Some("why")));
            assert_eq!(error.resource_name(), Some("which"));
        }
    }
    request.name().to_owned()
}

#[test]
fn every_control_plane_error_has_its_kind() {
    let input = ModelInvocationJobS3InputDataConfig::new("s3://b/i");
    let output = ModelInvocationJobS3OutputDataConfig::new("s3://b/o");
    let names = [
        has_errors(&ListFoundationModelsRequest::new(), LIST),
        has_errors(&GetFoundationModelRequest::new("x"), GET),
        has_errors(&GetFoundationModelAvailabilityRequest::new("x"), GET),
        has_errors(&ListInferenceProfilesRequest::new(), LIST),
        has_errors(&GetInferenceProfileRequest::new("x"), GET),
        has_errors(&CreateInferenceProfileRequest::new("x", "y"), CREATE_WITH_TAGS),
        has_errors(&DeleteInferenceProfileRequest::new("x"), CHANGE),
        has_errors(&CreateModelInvocationJobRequest::new("j", "r", "m", input, output), CREATE),
        has_errors(&GetModelInvocationJobRequest::new("x"), GET),
        has_errors(&ListModelInvocationJobsRequest::new(), LIST),
        has_errors(&StopModelInvocationJobRequest::new("x"), CHANGE),
        has_errors(&ListGuardrailsRequest::new(), GET),
        has_errors(&GetGuardrailRequest::new("x"), GET),
        has_errors(&CreateGuardrailVersionRequest::new("x"), CREATE),
        has_errors(&ListCustomModelsRequest::new(), LIST),
        has_errors(&GetCustomModelRequest::new("x"), GET),
        has_errors(&ListImportedModelsRequest::new(), LIST),
        has_errors(&GetImportedModelRequest::new("x"), GET),
        has_errors(&ListProvisionedModelThroughputsRequest::new(), LIST),
        has_errors(&GetProvisionedModelThroughputRequest::new("x"), GET),
        has_errors(&ListPromptRoutersRequest::new(), LIST),
        has_errors(&GetPromptRouterRequest::new("x"), GET),
        has_errors(&GetModelInvocationLoggingConfigurationRequest::new(), LOGGING),
        has_errors(&ListTagsForResourceRequest::new("x"), GET),
        has_errors(&TagResourceRequest::new("x", [Tag::new("k", "v")]), TAG),
        has_errors(&UntagResourceRequest::new("x", ["k".to_owned()]), GET),
    ];
    let expected = "CreateGuardrailVersion CreateInferenceProfile CreateModelInvocationJob DeleteInferenceProfile \
        GetCustomModel GetFoundationModel GetFoundationModelAvailability GetGuardrail GetImportedModel GetInferenceProfile \
        GetModelInvocationJob GetModelInvocationLoggingConfiguration GetPromptRouter GetProvisionedModelThroughput \
        ListCustomModels ListFoundationModels ListGuardrails ListImportedModels ListInferenceProfiles \
        ListModelInvocationJobs ListPromptRouters ListProvisionedModelThroughputs ListTagsForResource \
        StopModelInvocationJob TagResource UntagResource";
    assert_eq!(names.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" "), expected);
}
