//! Input that cannot become a request: a clear error or the correct bytes, never a panic and never
//! a wrong request.

use bedrock_lite::endpoint::{Endpoint, EndpointConfig};
use bedrock_lite::{
    ApiKey, Client, ConfigErrorKind, ConverseRequest, Credentials, Error, GetFoundationModelRequest,
    InvokeModelRequest, Message, Operation, Service,
};
use http::Uri;

fn endpoint(service: Service) -> Endpoint {
    Endpoint::resolve(service, &EndpointConfig::new().region("us-east-1")).unwrap()
}

fn converse_uri(model_id: &str) -> Result<Uri, Error> {
    let request = ConverseRequest::new(model_id).message(Message::user("Hello"));
    Ok(request.http_request(&endpoint(Service::BedrockRuntime))?.uri().clone())
}

/// Returns the kind and the message of a configuration error.
fn refused<T>(result: Result<T, Error>) -> (ConfigErrorKind, String) {
    match result {
        Err(Error::Config(error)) => (error.kind(), error.to_string()),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("the input was accepted"),
    }
}

#[test]
fn model_id_that_is_not_a_path_parameter_is_an_error() {
    for model_id in ["", ".", ".."] {
        let (kind, message) = refused(converse_uri(model_id));
        assert_eq!(kind, ConfigErrorKind::InvalidPathParameter, "{model_id:?}");
        assert!(message.contains("modelId"), "{message}");
    }
    let request = GetFoundationModelRequest::new("..");
    assert_eq!(refused(request.http_request(&endpoint(Service::Bedrock))).0, ConfigErrorKind::InvalidPathParameter);
}

#[test]
fn every_other_model_id_is_one_path_parameter() {
    let arn = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.a-model-v1:0";
    let encoded_arn = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.a-model-v1%3A0";
    for (model_id, encoded) in [
        ("a model", "a%20model"),
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("modèle", "mod%C3%A8le"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("..%2Fadmin", "..%252Fadmin"),
        ("%2e%2e", "%252e%252e"),
        ("a/../b", "a%2F..%2Fb"),
        ("...", "..."),
        ("a\r\nb", "a%0D%0Ab"),
        (" ", "%20"),
        (arn, encoded_arn),
    ] {
        let uri = converse_uri(model_id).unwrap();
        assert_eq!(uri.path(), format!("/model/{encoded}/converse"));
        assert_eq!((uri.query(), uri.host()), (None, Some("bedrock-runtime.us-east-1.amazonaws.com")));
    }
}

#[test]
fn header_value_with_a_line_break_is_an_error() {
    for value in ["application/json\r\nx-evil: 1", "a\nb", "a\rb", "a\0b", "\u{7f}"] {
        let request = InvokeModelRequest::new("m", b"{}").content_type(value);
        let (kind, message) = refused(request.http_request(&endpoint(Service::BedrockRuntime)));
        assert_eq!(kind, ConfigErrorKind::InvalidHeader, "{value:?}");
        assert!(message.contains("content-type"), "{message}");
        let request = InvokeModelRequest::new("m", b"{}").guardrail_identifier(value);
        assert_eq!(refused(request.http_request(&endpoint(Service::BedrockRuntime))).0, ConfigErrorKind::InvalidHeader);
    }
}

#[test]
fn invalid_base_url_is_an_error() {
    for url in [
        "",
        "localhost:8080",
        "not a url",
        "ftp://example.com",
        "http://",
        "https://user:hidden@example.com",
        "http://a/?b",
        "http://a/#b",
    ] {
        let client = Client::builder()
            .environment([("", ""); 0])
            .region("us-east-1")
            .credentials(Credentials::new("AKID", "secret"));
        let (kind, message) = refused(client.endpoint_url(url).build());
        assert_eq!(kind, ConfigErrorKind::InvalidEndpoint, "{url:?}: {message}");
        assert!(!message.contains("hidden"), "{message}");
    }
}

#[test]
fn credentials_that_a_request_cannot_have_are_an_error_that_hides_them() {
    let temporary = |token| Credentials::new("AKID", "hidden").with_session_token(token);
    for (credentials, part) in [
        (Credentials::new("AKID\n", "hidden"), "access key ID"),
        (Credentials::new("AKID", "hidden\n"), "secret access key"),
        (Credentials::new("AKID", "hidden\r\n"), "secret access key"),
        (Credentials::new("AKID", " hidden"), "secret access key"),
        (Credentials::new("", "hidden"), "access key ID"),
        (Credentials::new("AKID", ""), "secret access key"),
        (temporary("hidden\n"), "session token"),
        (temporary("hiddén"), "session token"),
    ] {
        let client = Client::builder().environment([("", ""); 0]).region("us-east-1").credentials(credentials).build();
        let (kind, message) = refused(client);
        assert_eq!(kind, ConfigErrorKind::InvalidCredentials);
        assert!(message.contains(part) && !message.contains("hidd"), "{message}");
    }
    for key in ["", "hidden\n", "hiddén"] {
        let client = Client::builder().environment([("", ""); 0]).region("us-east-1").api_key(ApiKey::new(key)).build();
        let (kind, message) = refused(client);
        assert_eq!(kind, ConfigErrorKind::InvalidCredentials);
        assert!(message.contains("API key") && !message.contains("hidd"), "{message}");
    }
}

#[test]
fn client_builder_names_what_is_missing() {
    let bare = || Client::builder().environment([("", ""); 0]);
    let (kind, message) = refused(bare().credentials(Credentials::new("AKID", "secret")).build());
    assert_eq!(kind, ConfigErrorKind::MissingRegion);
    assert!(message.contains("AWS_REGION"), "{message}");
    // Missing credentials are found at the first call. Half of a key pair is an error at once.
    let half = bare().environment([("AWS_ACCESS_KEY_ID", "AKID")]).region("us-east-1").build();
    let Err(Error::Credentials(error)) = half else { panic!("half of a key pair is not valid") };
    assert!(error.to_string().contains("AWS_SECRET_ACCESS_KEY is not"), "{error}");
    let both = bare().region("us-east-1").credentials(Credentials::new("AKID", "secret")).api_key(ApiKey::new("key"));
    assert_eq!(refused(both.build()).0, ConfigErrorKind::Conflict);
    let fips = bare().region("us-east-1").api_key(ApiKey::new("key")).endpoint_url("https://example.com").fips(true);
    assert_eq!(refused(fips.build()).0, ConfigErrorKind::Conflict);
    // A signature needs a region even if the endpoint does not.
    let signed = bare().credentials(Credentials::new("AKID", "secret")).endpoint_url("http://localhost:1");
    assert_eq!(refused(signed.build()).0, ConfigErrorKind::MissingRegion);
    bare().api_key(ApiKey::new("key")).endpoint_url("http://localhost:1").build().unwrap();
}

#[test]
fn settings_in_code_win_over_the_environment() {
    let variables =
        [("AWS_REGION", "eu-west-1"), ("AWS_BEARER_TOKEN_BEDROCK", "key"), ("AWS_ENDPOINT_URL", "http://localhost:1")];
    let client = Client::builder().environment(variables).build().unwrap();
    assert_eq!(client.endpoint(Service::Bedrock).as_str(), "http://localhost:1");
    assert!(format!("{client:?}").contains("ApiKey"), "{client:?}");
    let client = Client::builder()
        .environment(variables)
        .region("us-west-2")
        .credentials(Credentials::new("AKID", "secret"))
        .service_endpoint_url(Service::BedrockRuntime, "http://localhost:2")
        .build()
        .unwrap();
    assert_eq!(client.endpoint(Service::Bedrock).as_str(), "http://localhost:1");
    assert_eq!(client.endpoint(Service::BedrockRuntime).as_str(), "http://localhost:2");
    assert!(format!("{client:?}").contains("us-west-2"), "{client:?}");
    let client = Client::builder()
        .environment([("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_BEARER_TOKEN_BEDROCK", "key")])
        .build();
    assert_eq!(
        client.unwrap().endpoint(Service::BedrockRuntime).as_str(),
        "https://bedrock-runtime.eu-west-1.amazonaws.com"
    );
}
