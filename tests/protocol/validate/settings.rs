//! Rules for identifiers and settings, and the error itself.

use super::*;

#[test]
fn model_id_must_have_a_valid_form() {
    let with = |id: &str| ConverseRequest::new(id).message(Message::user("x"));
    for id in [
        "m",
        "my-model_2",
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.anthropic.claude-3-haiku-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/06vsfs68yb4g",
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/meta.llama3-3-70b-instruct-v1:0:128k/ooyhjc4zw7mw",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl",
        "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1",
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint",
        &"x".repeat(2048),
    ] {
        taken(&with(id));
        assert_eq!(hints(&with(id)), [], "{id}");
    }
    for id in [
        "",
        "claude haiku 4.5",
        " us.amazon.nova-lite-v1:0",
        "us.amazon.nova-lite-v1:0\n",
        "us.amazon.nova-lite-v1%3A0",
        "bedrock/us.amazon.nova-lite-v1:0",
        "modèle",
        "a__b",
        "_a",
        "arn:aws:bedrock:us-east-1:1234:inference-profile/x",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/a b",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/",
        "arn:aws:bedrock:us-east-1::inference-profile/x",
        "arn:aws:bedrock:us-east-1:123456789012:foundation-model/x.y",
        "arn:aws:bedrock::123456789012:inference-profile/x",
        "arn:aws:s3:us-east-1:123456789012:inference-profile/x",
        "arn:aws:sagemaker:us-east-1:123456789012:model/x",
        "arn:aws:sagemaker:us-east-1::endpoint/my-endpoint",
        "arn:aws-cn:sagemaker:cn-north-1:123456789012:endpoint/my-endpoint",
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my_endpoint",
        "arn::bedrock:us-east-1:123456789012:inference-profile/x",
        "arn:aws-:bedrock:us-east-1:123456789012:inference-profile/x",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/a_b",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/a/b",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc",
        "arn:aws:bedrock:us-east-1:123456789012:imported-model/ABCDEFGHIJKL",
        "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/abcdefghijklm",
        "arn:aws:bedrock:us-east-1:123456789012:prompt/short",
        "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:",
        "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:123456",
        "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:DRAFT",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail-profile/us.guardrail.v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:project/proj_a",
        "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghijkl",
        "arn:",
        &"x".repeat(2049),
    ] {
        refused(&with(id), "modelId", Kind::ModelId);
    }
    hinted(&with("arn:aws:bedrock:us-east-1:123456789012:dream-model/x"), "modelId", Kind::ModelId);
}

#[test]
fn projects_and_guardrails_must_have_a_valid_form() {
    for project in ["proj_a", "default", "arn:aws:bedrock:us-east-1:123456789012:project/proj_a"] {
        taken(&ask("a").project_identifier(project));
    }
    for project in [
        "",
        "a b",
        "a/b",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail/x",
        "arn:aws:bedrock:us-east-1::project/proj_a",
        "arn:aws:bedrock::123456789012:project/proj_a",
        "arn::bedrock:us-east-1:123456789012:project/proj_a",
        "arn:aws:sagemaker:us-east-1:123456789012:project/proj_a",
        &"x".repeat(2049),
    ] {
        refused(&ask("a").project_identifier(project), "projectIdentifier", Kind::Text);
    }
    let guarded = |id: &str, version: &str| {
        let config = GuardrailConfiguration::new().guardrail_identifier(id).guardrail_version(version);
        ask("a").guardrail_config(config)
    };
    for (id, version) in [("abc1", "DRAFT"), ("", "1"), ("arn:aws:bedrock:us-east-1:123456789012:guardrail/abc1", "12")]
    {
        taken(&guarded(id, version));
    }
    for id in [
        "ABC",
        "a-b",
        "arn:aws:bedrock:us-east-1:123456789012:project/abc1",
        "arn:aws:bedrock:us-east-1::guardrail/abc1",
        "arn:aws:bedrock::123456789012:guardrail/abc1",
        "arn::bedrock:us-east-1:123456789012:guardrail/abc1",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail/",
        "arn:aws:bedrock:us-east-1:12345678901:guardrail/abc1",
    ] {
        refused(&guarded(id, "1"), "guardrailConfig.guardrailIdentifier", Kind::Text);
    }
    for id in ["arn:aws:bedrock:us-east-1:123456789012:guardrail-profile/us.guardrail.v1:0", "us-gov.guardrail.v1:0"] {
        hinted(&guarded(id, "1"), "guardrailConfig.guardrailIdentifier", Kind::Text);
    }
    for id in [
        "arn:aws:bedrock:us-east-1:123456789012:guardrail-profile/",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail-profile/abc",
        "arn:aws:bedrock:us-east-1::guardrail-profile/us.guardrail.v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:guardrail/us.guardrail.v1:0",
        ".guardrail.v1:0",
        "us.guardrail.v",
    ] {
        refused(&guarded(id, "1"), "guardrailConfig.guardrailIdentifier", Kind::Text);
    }
    for version in ["draft", "0", "1.0", "123456789"] {
        refused(&guarded("abc1", version), "guardrailConfig.guardrailVersion", Kind::Text);
    }
}

#[test]
fn output_schema_must_be_json() {
    let with = |schema: &str| {
        let format = OutputFormat::from(JsonSchemaDefinition::new(schema));
        ask("a").output_config(OutputConfig::new().text_format(format))
    };
    let path = "outputConfig.textFormat.structure.jsonSchema.schema";
    taken(&with(" {\"type\": \"object\"}\n"));
    // Deep nesting is valid.
    taken(&with(&format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500))));
    for (schema, kind) in [
        ("{not json", Kind::NotJson),
        ("", Kind::NotJson),
        ("{} {}", Kind::NotJson),
        ("[]", Kind::NotAnObject),
        ("1", Kind::NotAnObject),
    ] {
        refused(&with(schema), path, kind);
    }
    hinted(&with("true"), path, Kind::NotAnObject);
    let effort = ask("a").output_config(OutputConfig::new().effort("x".repeat(17)));
    refused(&effort, "outputConfig.effort", Kind::Text);
}

#[test]
fn settings_must_be_in_range() {
    refused(&ask("a").max_tokens(0), "inferenceConfig.maxTokens", Kind::OutOfRange);
    for wrong in [-0.1, 1.1, f64::NAN] {
        // NaN has no JSON form, so the request cannot be converted to a streaming one.
        let kinds = |request: ConverseRequest| request.validate().unwrap_err().problems()[0].kind();
        assert_eq!(kinds(ask("a").temperature(wrong)), Kind::OutOfRange);
        assert_eq!(kinds(ask("a").top_p(wrong)), Kind::OutOfRange);
    }
    taken(&ask("a").max_tokens(1).temperature(0.0).top_p(1.0).stop_sequence("."));
    hinted(&ask("a").stop_sequence("\n"), "inferenceConfig.stopSequences[0]", Kind::Text);
    refused(&ask("a").stop_sequence("b").stop_sequence(""), "inferenceConfig.stopSequences[1]", Kind::Text);
    let stops = |count| ask("a").inference_config(InferenceConfiguration::new().stop_sequences(vec!["b"; count]));
    taken(&stops(2500));
    refused(&stops(2501), "inferenceConfig.stopSequences", Kind::TooMany);

    let paths = |paths: Vec<String>| ask("a").additional_model_response_field_paths(paths);
    taken(&paths(vec!["/stop_sequence".to_owned(); 10]));
    refused(&paths(vec!["/a".to_owned(); 11]), "additionalModelResponseFieldPaths", Kind::TooMany);
    refused(&paths(vec!["/".repeat(257)]), "additionalModelResponseFieldPaths[0]", Kind::Text);

    let metadata =
        |count: usize| ask("a").request_metadata((0..count).map(|at| (format!("key {at}"), "a:b_@$#=/+,-.")));
    taken(&metadata(16));
    refused(&metadata(17), "requestMetadata", Kind::TooMany);
    for (key, value) in [("", "a"), ("a", "ü"), ("a", "(b)"), ("a", &"x".repeat(257))] {
        let place = format!("requestMetadata.{key}");
        refused(&ask("a").request_metadata([(key, value)]), &place, Kind::Text);
    }
}

#[test]
fn problems_are_reported_together_as_one_error() {
    let request = ask(["", "\n", ""]).max_tokens(0);
    let error = request.validate().unwrap_err();
    assert_eq!(error.problems().len(), 3, "hints are not part of the error");
    assert_eq!(request.problems().len(), 4);
    assert_eq!(
        error.to_string(),
        "messages[0].content[0].text: the text is empty; messages[0].content[2].text: the text is empty; \
         inferenceConfig.maxTokens: must be at least 1"
    );
    assert_eq!(error.problems()[2].message(), "must be at least 1");
    let problems = error.to_string();
    match Error::from(error) {
        Error::Config(error) => {
            assert_eq!(error.kind(), ConfigErrorKind::InvalidRequest);
            assert!(std::error::Error::source(&error).unwrap().to_string().contains("empty"));
            let whole = format!("Bedrock would refuse the request: {problems}");
            assert_eq!(Error::from(error).to_string(), whole, "each problem with its path");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn error_is_one_bounded_line() {
    let long = "x\u{2028}\r\n\u{1b}".repeat(1000);
    let mut request = ConverseRequest::new(long.clone()).request_metadata([(long.clone(), long.clone())]);
    for _ in 0..1000 {
        request.push(Message::user([ContentBlock::from(ToolResultBlock::success(&long, "a")), document(&long).into()]));
    }
    let error = request.validate().unwrap_err();
    assert!(error.problems().len() > 1000);
    let text = error.to_string();
    assert!(text.len() < 2000, "{} bytes", text.len());
    let (shown, rest) = text.rsplit_once("; and ").unwrap();
    let rest: usize = rest.strip_suffix(" more").unwrap().parse().unwrap();
    let first = error.problems().first().unwrap();
    assert!(shown.starts_with(first.path()), "{text}");
    assert!(rest > 0 && rest < error.problems().len(), "{text}");
    assert!(!text.contains(['\n', '\r', '\u{1b}', '\u{2028}']));
    for problem in error.problems() {
        assert!(problem.path().len() + problem.message().len() < 2000);
    }
}
