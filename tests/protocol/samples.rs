//! Random complete values of every shape in wire form. They are read and written back unchanged,
//! also with unknown members and variants.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use bedrock_lite::eventstream::{Frame, encode};
use bedrock_lite::operation::StreamDecoder;
use bedrock_lite::runtime::{
    ConverseStreamDecoder, ConverseStreamOutput, ConverseTrace, InvokeModelWithResponseStreamDecoder, ResponseStream,
};
use bedrock_lite::{Error, control, runtime};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::recordings;
use crate::support::unknown::Unknowns;

/// Reads a value as the shape with this name and writes it again. Returns `None` for an unknown
/// name.
type ReadAndWrite = fn(&str, &Value) -> Option<serde_json::Result<Value>>;

/// Counts the unknown members in a value that is read as the shape with this name.
type CountUnknowns = fn(&str, &Value, &mut Unknowns);

/// A service: its file of samples, its shapes, its unions, and the samples that are left out, each
/// with the reason.
struct Service {
    file: &'static str,
    read_and_write: ReadAndWrite,
    count_unknowns: CountUnknowns,
    unions: &'static [&'static str],
    left_out: &'static [(&'static str, &'static str)],
}

macro_rules! shapes {
    ($read_and_write:ident, $count_unknowns:ident, $unions:ident: $module:ident { structures { $($structure:ident)* } unions { $($union:ident)* } }) => {
        fn $read_and_write(shape: &str, value: &Value) -> Option<serde_json::Result<Value>> {
            match shape {
                $(stringify!($structure) => Some(read_and_write::<$module::$structure>(value)),)*
                $(stringify!($union) => Some(read_and_write::<$module::$union>(value)),)*
                _ => None,
            }
        }

        fn $count_unknowns(shape: &str, value: &Value, unknowns: &mut Unknowns) {
            match shape {
                $(stringify!($structure) => unknowns.look_into(&read::<$module::$structure>(value).unwrap()),)*
                $(stringify!($union) => unknowns.look_into(&read::<$module::$union>(value).unwrap()),)*
                _ => {}
            }
        }

        const $unions: &[&str] = &[$(stringify!($union)),*];
    };
}

fn read_and_write<T: Serialize + DeserializeOwned>(value: &Value) -> serde_json::Result<Value> {
    serde_json::to_value(read::<T>(value)?)
}

fn read<T: DeserializeOwned>(value: &Value) -> serde_json::Result<T> {
    // From text, as it arrives on the wire.
    serde_json::from_str(&value.to_string())
}

shapes! { runtime_shape, runtime_unknowns, RUNTIME_UNIONS: runtime {
    structures {
        AnyToolChoice AppliedGuardrailDetails ApplyGuardrailRequest ApplyGuardrailResponse
        AsyncInvokeS3OutputDataConfig AsyncInvokeSummary AudioBlock AutoToolChoice BidirectionalInputPayloadPart
        BidirectionalOutputPayloadPart CacheDetail CachePointBlock Citation CitationSourceContentDelta
        CitationsConfig CitationsContentBlock CitationsDelta ContentBlockDeltaEvent ContentBlockStartEvent
        ContentBlockStopEvent ConverseMetrics ConverseRequest ConverseResponse ConverseStreamMetadataEvent
        ConverseStreamMetrics ConverseStreamRequest ConverseStreamTrace ConverseTokensRequest ConverseTrace
        CountTokensRequest CountTokensResponse DocumentBlock DocumentCharLocation DocumentChunkLocation
        DocumentPageLocation ErrorBlock GetAsyncInvokeRequest GetAsyncInvokeResponse GuardrailAssessment
        GuardrailAutomatedReasoningImpossibleFinding GuardrailAutomatedReasoningInputTextReference
        GuardrailAutomatedReasoningInvalidFinding GuardrailAutomatedReasoningLogicWarning
        GuardrailAutomatedReasoningNoTranslationsFinding GuardrailAutomatedReasoningPolicyAssessment
        GuardrailAutomatedReasoningRule GuardrailAutomatedReasoningSatisfiableFinding
        GuardrailAutomatedReasoningScenario GuardrailAutomatedReasoningStatement
        GuardrailAutomatedReasoningTooComplexFinding GuardrailAutomatedReasoningTranslation
        GuardrailAutomatedReasoningTranslationAmbiguousFinding GuardrailAutomatedReasoningTranslationOption
        GuardrailAutomatedReasoningValidFinding GuardrailChecksConfig GuardrailChecksContentFilterCategoryConfig
        GuardrailChecksContentFilterConfig GuardrailChecksContentFilterResult
        GuardrailChecksContentFilterResultEntry GuardrailChecksContentFilterUsage GuardrailChecksMessage
        GuardrailChecksPromptAttackCategoryConfig GuardrailChecksPromptAttackConfig
        GuardrailChecksPromptAttackResult GuardrailChecksPromptAttackResultEntry
        GuardrailChecksPromptAttackUsage GuardrailChecksResults GuardrailChecksSensitiveInformationConfig
        GuardrailChecksSensitiveInformationEntityConfig GuardrailChecksSensitiveInformationResult
        GuardrailChecksSensitiveInformationResultEntry GuardrailChecksSensitiveInformationUsage
        GuardrailChecksUsageResults GuardrailConfiguration GuardrailContentFilter
        GuardrailContentPolicyAssessment GuardrailContextualGroundingFilter
        GuardrailContextualGroundingPolicyAssessment GuardrailConverseImageBlock GuardrailConverseTextBlock
        GuardrailCoverage GuardrailCustomWord GuardrailImageBlock GuardrailImageCoverage
        GuardrailInvocationMetrics GuardrailManagedWord GuardrailOutputContent GuardrailPiiEntityFilter
        GuardrailRegexFilter GuardrailSensitiveInformationPolicyAssessment GuardrailStreamConfiguration
        GuardrailTextBlock GuardrailTextCharactersCoverage GuardrailTopic GuardrailTopicPolicyAssessment
        GuardrailTraceAssessment GuardrailUsage GuardrailWordPolicyAssessment ImageBlock ImageBlockDelta
        ImageBlockStart InferenceConfiguration InvokeGuardrailChecksRequest InvokeGuardrailChecksResponse
        InvokeModelTokensRequest JsonSchemaDefinition ListAsyncInvokesRequest ListAsyncInvokesResponse Message
        MessageStartEvent MessageStopEvent OutputConfig OutputFormat PayloadPart PerformanceConfiguration
        PromptRouterTrace ReasoningTextBlock S3Location SearchResultBlock SearchResultContentBlock
        SearchResultLocation ServiceTier SpecificToolChoice StartAsyncInvokeRequest StartAsyncInvokeResponse
        SystemTool Tag TokenUsage ToolAdditionBlock ToolConfiguration ToolReference ToolRemovalBlock
        ToolResultBlock ToolResultBlockStart ToolSpecification ToolUseBlock ToolUseBlockDelta ToolUseBlockStart
        VideoBlock WebLocation
    }
    unions {
        AsyncInvokeOutputDataConfig AudioSource CitationGeneratedContent CitationLocation CitationSourceContent
        ContentBlock ContentBlockDelta ContentBlockStart ConverseOutput CountTokensInput DocumentContentBlock
        DocumentSource GuardrailAutomatedReasoningFinding GuardrailChecksContentBlock GuardrailContentBlock
        GuardrailConverseContentBlock GuardrailConverseImageSource GuardrailImageSource ImageSource
        OutputFormatStructure PromptVariableValues ReasoningContentBlock ReasoningContentBlockDelta
        SystemContentBlock Tool ToolChoice ToolInputSchema ToolResultBlockDelta ToolResultContentBlock
        VideoSource
    }
} }

shapes! { control_shape, control_unknowns, CONTROL_UNIONS: control {
    structures {
        AgreementAvailability ArchiveProjectRequest ArchiveProjectResponse CloudWatchConfig CreateGuardrailVersionRequest CreateGuardrailVersionResponse
        CreateInferenceProfileRequest CreateInferenceProfileResponse CreateModelInvocationJobRequest
        CreateModelInvocationJobResponse CreateProjectRequest CreateProjectResponse CustomModelSummary CustomModelUnits DeleteInferenceProfileRequest
        DeleteInferenceProfileResponse DistillationConfig FoundationModelDetails FoundationModelLifecycle
        FoundationModelSummary GetCustomModelRequest GetCustomModelResponse
        GetFoundationModelAvailabilityRequest GetFoundationModelAvailabilityResponse GetFoundationModelRequest
        GetFoundationModelResponse GetGuardrailRequest GetGuardrailResponse GetImportedModelRequest
        GetImportedModelResponse GetInferenceProfileRequest GetInferenceProfileResponse
        GetModelInvocationJobRequest GetModelInvocationJobResponse GetModelInvocationLoggingConfigurationRequest
        GetModelInvocationLoggingConfigurationResponse GetProjectRequest GetProjectResponse GetPromptRouterRequest GetPromptRouterResponse
        GetProvisionedModelThroughputRequest GetProvisionedModelThroughputResponse
        GuardrailAutomatedReasoningPolicy GuardrailContentFilter GuardrailContentFiltersTier
        GuardrailContentPolicy GuardrailContextualGroundingFilter GuardrailContextualGroundingPolicy
        GuardrailContextualGroundingTier GuardrailCrossRegionDetails GuardrailManagedWords GuardrailPiiEntity
        GuardrailRegex GuardrailSensitiveInformationPolicy GuardrailSummary GuardrailTopic GuardrailTopicPolicy
        GuardrailTopicsTier GuardrailWord GuardrailWordPolicy ImportedModelSummary InferenceProfileModel
        InferenceProfileSummary InvocationLogsConfig LambdaGraderConfig ListCustomModelsRequest
        ListCustomModelsResponse ListFoundationModelsRequest ListFoundationModelsResponse ListGuardrailsRequest
        ListGuardrailsResponse ListImportedModelsRequest ListImportedModelsResponse ListInferenceProfilesRequest
        ListInferenceProfilesResponse ListModelInvocationJobsRequest ListModelInvocationJobsResponse
        ListProjectsRequest ListProjectsResponse ListPromptRoutersRequest ListPromptRoutersResponse ListProvisionedModelThroughputsRequest
        ListProvisionedModelThroughputsResponse ListTagsForResourceRequest ListTagsForResourceResponse
        LoggingConfig ModelInvocationJobS3InputDataConfig ModelInvocationJobS3OutputDataConfig
        ModelInvocationJobSummary OutputDataConfig ProjectDataRetention ProjectSummary PromptRouterSummary PromptRouterTargetModel
        ProvisionedModelSummary RFTConfig RFTHyperParameters RequestMetadataBaseFilters RoutingCriteria S3Config
        S3DataSource StopModelInvocationJobRequest StopModelInvocationJobResponse Tag TagResourceRequest
        TagResourceResponse TeacherModelConfig TrainingDataConfig TrainingMetrics UntagResourceRequest
        UntagResourceResponse UpdateProjectRequest UpdateProjectResponse ValidationDataConfig Validator ValidatorMetric VpcConfig
    }
    unions {
        CustomizationConfig GraderConfig InferenceProfileModelSource InvocationLogSource ModelDataSource
        ModelInvocationJobInputDataConfig ModelInvocationJobOutputDataConfig RequestMetadataFilters
    }
} }

const SERVICES: &[Service] = &[
    Service {
        file: "bedrock-runtime.samples.jsonl",
        read_and_write: runtime_shape,
        count_unknowns: runtime_unknowns,
        unions: RUNTIME_UNIONS,
        left_out: &[
            (
                "ConverseStreamOutput",
                "has every event at once; every_event_of_a_stream_is_read_and_written_back checks each of them",
            ),
            ("ResponseStream", "the same"),
            ("InvokeModelWithBidirectionalStreamInput", "the operation is not built yet"),
            ("InvokeModelWithBidirectionalStreamOutput", "the same"),
        ],
    },
    Service {
        file: "bedrock.samples.jsonl",
        read_and_write: control_shape,
        count_unknowns: control_unknowns,
        unions: CONTROL_UNIONS,
        left_out: &[],
    },
];

/// Members that are maps. Their keys are data, so an unknown key is not an unknown member.
const MAPS: &[&str] = &[
    "equals",
    "hyperParameters",
    "inputAssessment",
    "notEquals",
    "outputAssessments",
    "promptVariables",
    "requestMetadata",
];

const TO_COME: &str = "toCome";

fn samples(file: &str) -> Vec<(String, Value)> {
    let text = fs::read_to_string(format!("{}/tests/samples/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    text.lines()
        .map(|line| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            (line["shape"].as_str().unwrap().to_owned(), line["json"].take())
        })
        .collect()
}

/// Calls `check` with the samples of all shapes that are not left out, and with the function that
/// reads and writes them.
fn every(mut check: impl FnMut(&Service, &str, &Value, &dyn Fn(&Value) -> serde_json::Result<Value>)) {
    for service in SERVICES {
        let left_out = |name: &str| service.left_out.iter().any(|(shape, _)| *shape == name);
        let mut seen = BTreeSet::new();
        for (shape, value) in samples(service.file) {
            seen.insert(shape.clone());
            let listed = (service.read_and_write)(&shape, &value).is_some();
            assert!(!(listed && left_out(&shape)), "{shape} is both listed and left out");
            assert!(listed || left_out(&shape), "{shape} has samples and is not in the list");
            if listed {
                check(service, &shape, &value, &|value| (service.read_and_write)(&shape, value).unwrap());
            }
        }
        for (name, why) in service.left_out {
            assert!(seen.contains(*name), "{name} is left out ({why}) and has no samples");
        }
    }
}

/// Collects the pointers of every object in a value that is not a map.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if !at.rsplit('/').next().is_some_and(|name| MAPS.contains(&name)) {
                found.push(at.to_owned());
            }
            for (name, member) in members {
                objects(member, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                objects(element, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_sample_is_written_back_unchanged() {
    let mut shapes = BTreeMap::<String, usize>::new();
    every(|_, shape, value, read_and_write| {
        match read_and_write(value) {
            Ok(written) => assert_eq!(&written, value, "{shape}"),
            Err(error) => panic!("{shape}: {error} in {value}"),
        }
        *shapes.entry(shape.to_owned()).or_default() += 1;
    });
    assert_eq!(shapes.len(), 291);
}

/// A missing member would be kept as an unknown one, and the round trip alone would not notice it.
#[test]
fn every_member_of_a_sample_is_declared() {
    let mut unknowns = Unknowns::default();
    every(|service, shape, value, _| (service.count_unknowns)(shape, value, &mut unknowns));
    assert_eq!(unknowns.list(), []);
}

#[test]
fn unknown_members_are_kept_everywhere() {
    let mut kept = 0;
    every(|_, shape, value, read_and_write| {
        let mut places = Vec::new();
        objects(value, "", &mut places);
        let mut extended = value.clone();
        for place in &places {
            let object = extended.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
            object.insert(TO_COME.to_owned(), json!({"a": [1, null]}));
        }
        match read_and_write(&extended) {
            Ok(written) => {
                kept += places.len();
                assert_eq!(written, extended, "{shape}");
            }
            Err(error) => panic!("{shape}: {error} in {extended}"),
        }
    });
    assert!(kept > 3000, "only {kept} members");
}

#[test]
fn unknown_variants_are_kept() {
    let mut survived = 0;
    every(|service, shape, value, read_and_write| {
        if service.unions.contains(&shape) {
            let unknown = json!({TO_COME: value});
            assert_eq!(read_and_write(&unknown).unwrap(), unknown, "{shape}");
            survived += 1;
        }
        // Nested unions: an object with one member may be a union. If it is a structure, the
        // variant is an unknown member. In both cases, dropping it is detected.
        let mut places = Vec::new();
        objects(value, "", &mut places);
        for place in places {
            let mut changed = value.clone();
            let object = changed.pointer_mut(&place).unwrap();
            let Some(only) = object.as_object().filter(|members| members.len() == 1) else { continue };
            let arm = only.values().next().unwrap().clone();
            *object = json!({TO_COME: arm});
            match read_and_write(&changed) {
                Ok(written) => {
                    assert_eq!(written.pointer(&format!("{place}/{TO_COME}")), Some(&arm), "{shape} at {place}");
                    survived += 1;
                }
                Err(error) => panic!("{shape} at {place}: {error}"),
            }
        }
    });
    assert!(survived > 1000, "only {survived} arms");
}

/// The samples have every member of an event stream's shape at once. On the wire, an event is one
/// of them, and exceptions are frames of another kind, which are returned as errors.
#[test]
fn every_event_of_a_stream_is_read_and_written_back() {
    fn head() -> http::response::Parts {
        let head = http::Response::builder().header("content-type", "application/vnd.amazon.eventstream");
        head.body(()).unwrap().into_parts().0
    }

    /// Checks an event as its decoder reads it and serde writes it.
    fn event<D: StreamDecoder<Event: Serialize + DeserializeOwned>>(name: &str, payload: &Value) {
        let mut decoder = D::from_head(head()).unwrap();
        decoder.push(encode(&Frame::event(name, "application/json", payload.to_string())).unwrap());
        // The decoder may refuse an event because of its position in the stream, but not because of
        // its form.
        match decoder.recv() {
            Ok(event) => assert_eq!(serde_json::to_value(event.unwrap()).unwrap(), json!({name: payload})),
            Err(error) => assert!(error.to_string().starts_with("unexpected event"), "{name}: {error}"),
        }
        assert_eq!(read_and_write::<D::Event>(&json!({name: payload})).unwrap(), json!({name: payload}));
    }

    fn exception<D: StreamDecoder>(name: &str, payload: &Value) {
        let mut decoder = D::from_head(head()).unwrap();
        decoder.push(encode(&Frame::exception(name, payload.to_string())).unwrap());
        match decoder.recv().err() {
            Some(Error::Service(error)) => {
                assert_eq!(error.code().map(str::to_ascii_lowercase), Some(name.to_ascii_lowercase()));
                let message = payload["message"].as_str().filter(|message| !message.is_empty());
                assert_eq!(error.message().filter(|message| !message.is_empty()), message);
            }
            other => panic!("{name}: {other:?}"),
        }
    }

    fn take_apart<D: StreamDecoder<Event: Serialize + DeserializeOwned>>(sample: &Value) -> usize {
        let members = sample.as_object().unwrap();
        for (name, payload) in members {
            let check = if name.ends_with("Exception") { exception::<D> } else { event::<D> };
            check(name, payload);
        }
        members.len()
    }

    let mut members = 0;
    for (shape, sample) in samples("bedrock-runtime.samples.jsonl") {
        members += match shape.as_str() {
            "ConverseStreamOutput" => take_apart::<ConverseStreamDecoder>(&sample),
            "ResponseStream" => take_apart::<InvokeModelWithResponseStreamDecoder>(&sample),
            _ => 0,
        };
    }
    assert!(members > 30, "only {members} members");
    let unknown = json!({TO_COME: {"a": 1}});
    assert_eq!(read_and_write::<ConverseStreamOutput>(&unknown).unwrap(), unknown);
    assert_eq!(read_and_write::<ResponseStream>(&unknown).unwrap(), unknown);
}

#[test]
fn guardrail_trace_is_typed_on_demand() {
    let mut typed = 0;
    for (shape, sample) in samples("bedrock-runtime.samples.jsonl") {
        if shape == "ConverseTrace" {
            let trace: ConverseTrace = serde_json::from_value(sample.clone()).unwrap();
            let assessment = trace.guardrail_assessment().unwrap();
            assert_eq!(assessment.map(|found| serde_json::to_value(found).unwrap()).as_ref(), sample.get("guardrail"));
            typed += usize::from(sample.get("guardrail").is_some());
        }
    }
    assert!(typed > 0, "no trace has a guardrail");
    assert_eq!(ConverseTrace::new().guardrail_assessment().unwrap(), None);
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_recorded_guardrail_trace_can_be_typed() {
    let mut typed = 0;
    for exchange in recordings::exchanges("Converse") {
        let Ok(reply) = serde_json::from_slice::<runtime::ConverseResponse>(&exchange.body) else { continue };
        let Some(trace) = reply.trace.filter(|trace| trace.guardrail.is_some()) else { continue };
        let assessment = trace.guardrail_assessment().unwrap().unwrap();
        assert!(!assessment.input_assessment.is_empty() || !assessment.output_assessments.is_empty());
        typed += 1;
    }
    assert_eq!(typed, recordings::expected([4, 0]));
}
