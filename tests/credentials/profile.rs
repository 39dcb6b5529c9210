//! Profiles as a credentials provider: keys in a file, roles, chains of roles, and errors.

use bedrock_lite::credentials::{HttpErrorKind, ProfileCredentials, ProviderConfig};
use bedrock_lite::profile::Files;
use bedrock_lite::{Client, ConverseRequest, CredentialsErrorKind, Error, ListFoundationModelsRequest, Message};
use bedrock_lite::{ConfigErrorKind, ProvideCredentials};
use chrono::TimeDelta;

use crate::provider_config::{Script, noon};
use crate::support::{ScriptedServer, answer};
use crate::whole;

const CONFIG: &str = "\
[profile keys]
region = eu-west-1
aws_access_key_id = AKIDKEYS
aws_secret_access_key = kept-secret

[profile middle]
role_arn = arn:aws:iam::1:role/middle
source_profile = keys
external_id = kept-out-of-the-door

[profile work]
region = eu-central-1
role_arn = arn:aws:iam::2:role/work
role_session_name = me
duration_seconds = 900
source_profile = middle

[profile local]
region = eu-central-1
endpoint_url = http://127.0.0.1:1
services = local
role_arn = arn:aws:iam::2:role/work
source_profile = keys

[profile task]
role_arn = arn:aws:iam::2:role/work
credential_source = EcsContainer
region = eu-central-1

[profile program]
credential_process = printf '{\"Version\":1,\"AccessKeyId\":\"AKIDPROGRAM\",\"SecretAccessKey\":\"kept-secret\"}'
aws_account_id = 123456789012

[profile mfa]
role_arn = arn:aws:iam::2:role/work
source_profile = keys
mfa_serial = arn:aws:iam::1:mfa/me

[profile round]
role_arn = arn:aws:iam::2:role/work
source_profile = about

[profile about]
role_arn = arn:aws:iam::2:role/work
source_profile = round

[profile nothing]
region = eu-west-1

[services local]
sts =
  endpoint_url = http://127.0.0.1:2
";

fn files() -> Files {
    Files::of([("/home/me/.aws/config", CONFIG)])
}

fn profile(script: &Script, name: &str) -> ProfileCredentials {
    ProfileCredentials::new(&script.provider_config(&[("HOME", "/home/me")]).files(files())).profile(name)
}

fn role(id: &str) -> String {
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>arn:aws:sts::2:assumed-role/work/me</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>kept-{id}</SecretAccessKey>\
         <SessionToken>kept-token-{id}</SessionToken><Expiration>{}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
        (noon() + TimeDelta::hours(1)).to_rfc3339()
    )
}

#[tokio::test]
async fn role_is_assumed_with_the_role_of_its_source_profile() {
    let script = Script::new().answer(200, role("ASIAMIDDLE")).answer(200, role("ASIAWORK"));
    let credentials = profile(&script, "work").credentials().await.unwrap();
    assert_eq!((credentials.access_key_id(), credentials.account_id()), ("ASIAWORK", Some("2")));
    assert_eq!(script.asked(), ["POST https://sts.eu-central-1.amazonaws.com/"; 2]);
    let requests = script.requests();
    let [(first, _), (second, _)] = &*requests else { panic!("{requests:?}") };
    let text = |request: &http::Request<bytes::Bytes>| String::from_utf8(request.body().to_vec()).unwrap();
    assert!(text(first).contains("role%2Fmiddle") && text(first).contains("ExternalId=kept-out-of-the-door"));
    assert!(text(second).contains("RoleSessionName=me") && text(second).contains("DurationSeconds=900"));
    let signed_by = |request: &http::Request<bytes::Bytes>| {
        request.headers()["authorization"].to_str().unwrap().split('/').next().unwrap().to_owned()
    };
    assert_eq!(signed_by(first), "AWS4-HMAC-SHA256 Credential=AKIDKEYS");
    assert_eq!(signed_by(second), "AWS4-HMAC-SHA256 Credential=ASIAMIDDLE");
    assert_eq!(second.headers()["x-amz-security-token"], "kept-token-ASIAMIDDLE");
}

#[tokio::test]
async fn endpoint_of_a_profile_has_lower_precedence_than_variables() {
    let script = Script::new().answer(200, role("ASIALOCAL"));
    profile(&script, "local").credentials().await.unwrap();
    assert_eq!(script.asked(), ["POST http://127.0.0.1:2/"]);

    let script = Script::new().answer(200, role("ASIALOCAL"));
    let variables = [("HOME", "/home/me"), ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:3"), ("AWS_REGION", "us-west-2")];
    let provider_config = script.provider_config(&variables).files(files());
    ProfileCredentials::new(&provider_config).profile("local").credentials().await.unwrap();
    assert_eq!(script.asked(), ["POST http://127.0.0.1:3/"]);
    let (request, _) = script.requests().remove(0);
    assert!(request.headers()["authorization"].to_str().unwrap().contains("/us-west-2/sts/"));
}

#[tokio::test]
async fn keys_come_from_the_program_and_the_account_from_the_profile() {
    let provider_config = ProviderConfig::new().environment([("HOME", "/home/me")]).files(files());
    let credentials = ProfileCredentials::new(&provider_config).profile("program").credentials().await.unwrap();
    assert_eq!((credentials.access_key_id(), credentials.account_id()), ("AKIDPROGRAM", Some("123456789012")));
}

#[tokio::test]
async fn profile_without_credentials_says_why() {
    use CredentialsErrorKind::{Failed, Invalid, NotConfigured};
    for (name, kind, says) in [
        ("mfa", Invalid, "mfa_serial"),
        ("round", Invalid, "forms a loop: round → about → round"),
        ("elsewhere", Invalid, "~/.aws/config has no profile 'elsewhere'; it has about, keys, local, mfa, middle"),
        ("nothing", NotConfigured, "nothing"),
        ("task", Failed, "credential_source = EcsContainer has no credentials"),
        ("work", Failed, "STS did not respond"),
    ] {
        let script = Script::new().fail(HttpErrorKind::Connect);
        let error = profile(&script, name).credentials().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert!(error.to_string().contains(says), "{name}: {error}");
        assert!(!whole(&error).contains("kept-"), "{name}: {}", whole(&error));
    }
}

#[tokio::test]
async fn broken_files_are_named_with_their_line() {
    for (text, says) in [
        (&b"[profile a]\nx = 1\nkept-secret\n"[..], "~/.aws/config, line 3"),
        (&b"[profile a]\nx = \xff\n"[..], "~/.aws/config is not UTF-8 in line 2"),
    ] {
        let script = Script::new();
        let provider_config =
            script.provider_config(&[("HOME", "/home/me")]).files(Files::of([("/home/me/.aws/config", text)]));
        let error = ProfileCredentials::new(&provider_config).credentials().await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Invalid);
        assert!(error.to_string().contains(says), "{error}");
        assert!(!whole(&error).contains("kept-"), "{}", whole(&error));
    }
}

/// Calls with a home directory, and with keys in the environment.
async fn signed_by(profile: Option<&str>) -> Result<String, Error> {
    let server = ScriptedServer::start([answer(200, &[], r#"{"modelSummaries":[]}"#)]);
    let variables = [
        ("HOME", "/home/me"),
        ("AWS_ACCESS_KEY_ID", "AKIDENV"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let mut builder = Client::builder().environment(variables).files(files()).endpoint_url(server.url());
    if let Some(name) = profile {
        builder = builder.profile(name);
    }
    builder.build()?.list_foundation_models(&ListFoundationModelsRequest::new()).await?;
    let requests = server.requests();
    Ok(requests.first().unwrap().split("Credential=").nth(1).unwrap().split('/').next().unwrap().to_owned())
}

#[tokio::test]
async fn profile_set_in_code_wins_over_environment_keys() {
    assert_eq!(signed_by(None).await.unwrap(), "AKIDENV");
    assert_eq!(signed_by(Some("keys")).await.unwrap(), "AKIDKEYS");
    let Err(Error::Config(error)) = signed_by(Some("elsewhere")).await else { panic!("the profile does not exist") };
    assert_eq!(error.kind(), ConfigErrorKind::MissingProfile);
}

#[tokio::test]
async fn static_keys_use_no_file_process_or_network() {
    let server = ScriptedServer::start([answer(200, &[], r#"{"modelSummaries":[]}"#)]);
    let untouched = Files::reader(|path| panic!("{} was read", path.display()));
    let variables = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_REGION", "eu-west-1")];
    // If the chain used IMDS, it would use this address and the test would see it.
    let instance = ScriptedServer::start([]);
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let metadata = ("AWS_EC2_METADATA_SERVICE_ENDPOINT".to_owned(), instance.url());
    let client = Client::builder()
        .environment(variables.into_iter().chain([metadata]))
        .files(untouched)
        .endpoint_url(server.url())
        .build()
        .unwrap();
    client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap();
    assert_eq!((server.requests().len(), instance.requests().len()), (1, 0));
}

/// Starts a metadata service that returns a token and then its region.
fn instance() -> ScriptedServer {
    let token = answer(200, &[("x-aws-ec2-metadata-token-ttl-seconds", "21600")], "a-token");
    ScriptedServer::start([token, answer(200, &[], "ap-southeast-2")])
}

fn on_instance(instance: &ScriptedServer, variables: &[(&str, &str)]) -> bedrock_lite::ClientBuilder {
    let metadata = ("AWS_EC2_METADATA_SERVICE_ENDPOINT".to_owned(), instance.url());
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Client::builder().environment(variables.chain([metadata])).files(files())
}

#[tokio::test]
async fn region_of_the_instance_is_used_if_none_is_configured() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDENV"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let host = |client: &Client| client.endpoint(bedrock_lite::Service::BedrockRuntime).as_str().to_owned();

    let found = instance();
    let client = on_instance(&found, &keys).build_or_imds().await.unwrap();
    assert_eq!(host(&client), "https://bedrock-runtime.ap-southeast-2.amazonaws.com");
    assert!(found.requests()[1].starts_with("GET /latest/meta-data/placement/region "));

    for variables in
        [[("AWS_REGION", "eu-west-1"), ("HOME", "/home/me")], [("AWS_PROFILE", "keys"), ("HOME", "/home/me")]]
    {
        let silent = instance();
        let client = on_instance(&silent, &variables).build_or_imds().await.unwrap();
        assert_eq!(host(&client), "https://bedrock-runtime.eu-west-1.amazonaws.com");
        assert!(silent.requests().is_empty(), "{variables:?}");
    }
    let silent = instance();
    assert_eq!(
        host(&on_instance(&silent, &keys).region("eu-north-1").build_or_imds().await.unwrap()).split('.').nth(1),
        Some("eu-north-1")
    );
    let Err(Error::Config(error)) = on_instance(&silent, &keys).build() else { panic!("no request was sent") };
    assert_eq!(error.kind(), ConfigErrorKind::MissingRegion);
    assert!(silent.requests().is_empty());

    let off = [keys[0], keys[1], ("AWS_EC2_METADATA_DISABLED", "true")];
    let Err(error) = on_instance(&silent, &off).build_or_imds().await else { panic!("no region is configured") };
    assert!(format!("{error:#}").contains("AWS_EC2_METADATA_DISABLED is set"), "{error:#}");
}

#[tokio::test]
async fn client_error_lists_the_tried_providers() {
    let variables = [("HOME", "/home/me"), ("AWS_PROFILE", "nothing"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let client = Client::builder().environment(variables).files(files()).build().unwrap();
    let request = ConverseRequest::new("a-model").message(Message::user("Hello"));
    let error = client.converse(&request).await.unwrap_err();
    let Error::Credentials(credentials) = &error else { panic!("{error:?}") };
    let tried: Vec<_> = credentials.tried().iter().map(ToString::to_string).collect();
    assert_eq!(tried.len(), 5, "{tried:#?}");
    assert!(tried[2].starts_with("profile: ") && tried[2].contains("'nothing'"), "{tried:#?}");
    assert_eq!(tried[4], "instance metadata: AWS_EC2_METADATA_DISABLED is set");
    assert_eq!(error.attempts(), 0, "nothing was sent");
}
