//! Cases seen in practice: a real client finds its region and its credentials in these files and
//! variables.

use std::error::Error as StdError;
use std::ffi::OsString;

use bedrock_lite::profile::Files;
use bedrock_lite::{Client, ListFoundationModelsRequest};
use serde_json::Value;

use crate::support::{ScriptedServer, answer};

/// The result of one call.
#[derive(Debug)]
struct Outcome {
    /// The access key ID and the region of the signature, or the complete error text.
    signed: Result<(String, String), String>,
    /// The number of requests to the metadata service.
    asked_of_instance: usize,
}

/// Starts a metadata service that returns the credentials of a role.
fn instance() -> ScriptedServer {
    let role = r#"{"Code":"Success","AccessKeyId":"ASIAROLE","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}"#;
    ScriptedServer::start([
        answer(200, &[("x-aws-ec2-metadata-token-ttl-seconds", "21600")], "a-token"),
        answer(200, &[], "the-role"),
        answer(200, &[], role),
    ])
}

async fn call(config: &str, credentials: &str, variables: &[(&str, OsString)]) -> Outcome {
    let server = ScriptedServer::start([answer(200, &[], r#"{"modelSummaries":[]}"#)]);
    let instance = instance();
    let provider_config = [
        ("HOME", OsString::from("/home/me")),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.url().into()),
        ("AWS_ENDPOINT_URL", server.url().into()),
    ];
    let files = Files::of([
        ("/home/me/.aws/config", config),
        ("/home/me/.aws/credentials", credentials),
        ("/token", "a-token"),
    ]);
    let builder =
        Client::builder().environment(provider_config.into_iter().chain(variables.iter().cloned())).files(files);
    let called = match builder.build() {
        Ok(client) => client.list_foundation_models(&ListFoundationModelsRequest::new()).await.map(drop),
        Err(error) => Err(error),
    };
    let signed = match called {
        Ok(()) => {
            let requests = server.requests();
            let scope = requests.first().unwrap().split("Credential=").nth(1).unwrap().to_owned();
            let mut parts = scope.split('/');
            Ok((parts.next().unwrap().to_owned(), parts.nth(1).unwrap().to_owned()))
        }
        Err(error) => {
            let causes = std::iter::successors(error.source(), |cause| StdError::source(*cause));
            Err(causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}")))
        }
    };
    Outcome { signed, asked_of_instance: instance.requests().len() }
}

fn bytes(text: &str) -> OsString {
    let Some(digits) = text.strip_prefix("BYTES:") else { return text.into() };
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(hex::decode(digits).unwrap());
    #[cfg(not(unix))]
    panic!("{digits} is not a hexadecimal value");
}

fn refused(outcome: &Outcome, parts: &[&str]) {
    let Err(error) = &outcome.signed else { panic!("{outcome:?} instead of an error with {parts:?}") };
    assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    assert_eq!(outcome.asked_of_instance, 0, "{error}");
}

fn signed(outcome: &Outcome, key: &str, region: &str) {
    assert_eq!(outcome.signed, Ok((key.to_owned(), region.to_owned())));
    assert_eq!(outcome.asked_of_instance, 0);
}

#[cfg(unix)]
#[tokio::test]
async fn cases_seen_in_practice_have_the_expected_result() {
    let cases: Value = serde_json::from_str(include_str!("../cases/profiles.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap();
        let variables: Vec<_> = case["env"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (&**name, bytes(value.as_str().unwrap())))
            .collect();
        let outcome = call(text("config"), text("credentials"), &variables).await;
        match text("name") {
            "quoted section names, as the AWS CLI writes them" => signed(&outcome, "AKIDMAC", "eu-west-1"),
            "a name with blanks and no quotes" => {
                let hint = "a section [profile Foo Bar], which must be [profile 'Foo Bar'] in ~/.aws/config: names with \
                            spaces need quotes in the config file";
                refused(&outcome, &[hint]);
            }
            "login_session" => refused(&outcome, &["~/.aws/config, line 2: login_session of the profile 'console'"]),
            "a profile name that is not UTF-8" => refused(&outcome, &["AWS_PROFILE is not valid UTF-8"]),
            name => panic!("unknown case {name:?}"),
        }
    }
}

const KEYS: &str = "aws_access_key_id = AKIDFILE\naws_secret_access_key = s\n";

/// Calls with a profile that configures credentials: `[profile a]` with these lines, followed by
/// other profiles.
async fn profile_with(lines: &str) -> Outcome {
    let config = format!("[profile a]\nregion = eu-west-1\n{lines}\n[profile keys]\n{KEYS}");
    call(&config, "", &[("AWS_PROFILE", "a".into())]).await
}

#[tokio::test]
async fn profile_that_cannot_be_used_never_falls_back_to_the_instance() {
    for (lines, part) in [
        ("login_session = s", "login_session of the profile 'a'"),
        ("login_session = s\ncredential_process = true", "login_session of the profile 'a'"),
        ("login_session = s\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = s", "login_session of"),
        ("role_arn = r\nsource_profile = b\n[profile b]\nlogin_session = s", "login_session of the profile 'b'"),
        ("role_arn = r\nlogin_session = s", "has neither a source_profile nor a credential_source"),
        ("role_arn = r", "has neither a source_profile nor a credential_source"),
        (
            "role_arn = r\ncredential_source = Ec2Instance",
            "credential_source of the profile 'a' is \"Ec2Instance\", which",
        ),
        ("credential_source = Moon", "is \"Moon\", which is not one of Environment"),
        ("credential_source = Ec2InstanceMetadata\nexternal_id = x", "has no role_arn next to it, but external_id"),
        (
            "credential_source = Ec2InstanceMetadata\naws_access_key_id = A",
            "has no role_arn next to it, but aws_access",
        ),
        ("web_identity_token_file = /t", "web_identity_token_file of the profile 'a' has no role_arn"),
        ("web_identity_token_file = /t\ncredential_source = Ec2InstanceMetadata", "has no role_arn next to it"),
        (
            "role_arn = r\nweb_identity_token_file = /t\ncredential_source = Ec2InstanceMetadata",
            "the web identity token file /t cannot be read",
        ),
        ("source_profile = keys", "source_profile of the profile 'a' has no role_arn next to it"),
        ("aws_access_key_id = A", "has no aws_secret_access_key next to it"),
        ("aws_session_token = t", "aws_session_token of the profile 'a' has no aws_access_key_id"),
        ("aws_security_token = t", "aws_security_token of the profile 'a' has no aws_access_key_id"),
        (
            "role_arn = r\nsource_profile = b\n[profile b]\naws_access_key_id = A\nrole_arn = q\nsource_profile = keys",
            "aws_access_key_id of the profile 'b' has no aws_secret_access_key",
        ),
        ("sso_start_url = u\nsso_region = r", "sso_start_url of the profile 'a' is a sign-in without sso_account_id"),
        ("sso_session = s", "names a section [sso-session s] that ~/.aws/config does not have"),
        ("sso_account_id = 1\nsso_role_name = r", "has no sso_start_url next to it"),
    ] {
        refused(&profile_with(lines).await, &[part]);
    }
}

#[tokio::test]
async fn profile_without_credentials_settings_falls_back_to_the_instance() {
    for lines in ["", "output = json", "login_session =", "mfa_serial = m\nduration_seconds = 900"] {
        let outcome = profile_with(lines).await;
        assert_eq!(outcome.signed, Ok(("ASIAROLE".to_owned(), "eu-west-1".to_owned())), "{lines}");
        assert_eq!(outcome.asked_of_instance, 3, "{lines}");
    }
}

#[tokio::test]
async fn keys_of_the_credentials_file_win_over_a_login_session() {
    let config = "[profile a]\nlogin_session = s\nregion = eu-west-1";
    let outcome = call(config, &format!("[a]\n{KEYS}"), &[("AWS_PROFILE", "a".into())]).await;
    signed(&outcome, "AKIDFILE", "eu-west-1");
}

#[tokio::test]
async fn profile_names_with_spaces_are_found() {
    for header in [
        "[profile 'My Corp']",
        "[profile \"My Corp\"]",
        "[profile\t'My Corp']",
        "[ profile   'My Corp' ]",
        "[profile My' 'Corp]",
        "[profile My\\ Corp]",
        "[profile 'My Corp'] # ours",
        "[profile 'My Corp'];[old]",
        "\u{feff}[profile 'My Corp']\r",
    ] {
        let config = format!("{header}\nregion = eu-west-1\n{KEYS}");
        let outcome = call(&config, "", &[("AWS_PROFILE", "My Corp".into())]).await;
        assert_eq!(outcome.signed, Ok(("AKIDFILE".to_owned(), "eu-west-1".to_owned())), "{header}");
    }
    // The AWS CLI writes the keys to the credentials file, where names have no quotes.
    let config = "[profile 'My Corp']\nregion = eu-west-1";
    let credentials = format!("[My Corp]\n{KEYS}");
    let name = [("AWS_PROFILE", "My Corp".into())];
    signed(&call(config, &credentials, &name).await, "AKIDFILE", "eu-west-1");
    let region = [name[0].clone(), ("AWS_REGION", "eu-north-1".into())];
    signed(&call("", &credentials, &region).await, "AKIDFILE", "eu-north-1");

    for name in ["Team #1; [x]", "a ] # b", "a];"] {
        let config = format!("[profile '{name}']\nregion = eu-west-1\n{KEYS}");
        signed(&call(&config, "", &[("AWS_PROFILE", name.into())]).await, "AKIDFILE", "eu-west-1");
    }
}

#[tokio::test]
async fn services_section_of_a_profile_may_have_spaces_in_its_name() {
    let server = ScriptedServer::start([answer(200, &[], r#"{"modelSummaries":[]}"#)]);
    let config = format!(
        "[profile a]\nregion = eu-west-1\nservices = x y\n{KEYS}[services 'x y']\nbedrock =\n  endpoint_url = {}\n",
        server.url()
    );
    let builder = || Client::builder().environment([("HOME", "/home/me"), ("AWS_PROFILE", "a")]);
    let client = builder().files(Files::of([("/home/me/.aws/config", config.clone())])).build().unwrap();
    client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap();
    assert_eq!(server.requests().len(), 1);

    let unquoted = config.replace("[services 'x y']", "[services x y]");
    let error = builder().files(Files::of([("/home/me/.aws/config", unquoted)])).build().unwrap_err().to_string();
    let hint = "the profile 'a' names a section [services 'x y'] that ~/.aws/config does not have, but a section \
                [services x y], which must be [services 'x y'] in ~/.aws/config: names with spaces need quotes";
    assert!(error.contains(hint), "{error}");
}

/// Each variable, the other variables that are needed so that it is read, and whether the error
/// comes before the first call.
#[cfg(unix)]
#[tokio::test]
async fn variable_that_is_not_utf8_is_an_error_that_names_it() {
    const KEY: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];
    let web: [(&str, &str); 2] = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"), ("AWS_ROLE_ARN", "r")];
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("AWS_PROFILE", &[]),
        ("AWS_PROFILE", &[KEY[0], KEY[1]]),
        ("AWS_DEFAULT_PROFILE", &[]),
        ("AWS_REGION", &[KEY[0], KEY[1]]),
        ("AWS_DEFAULT_REGION", &[KEY[0], KEY[1]]),
        ("AWS_CONFIG_FILE", &[]),
        ("AWS_SHARED_CREDENTIALS_FILE", &[]),
        ("HOME", &[]),
        ("AWS_ACCESS_KEY_ID", &[]),
        ("AWS_ACCESS_KEY_ID", &[KEY[1]]),
        ("AWS_SECRET_ACCESS_KEY", &[KEY[0]]),
        ("AWS_SESSION_TOKEN", &KEY),
        ("AWS_ACCOUNT_ID", &KEY),
        ("AWS_BEARER_TOKEN_BEDROCK", &[]),
        ("AWS_ENDPOINT_URL", &KEY),
        ("AWS_ENDPOINT_URL_BEDROCK", &KEY),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", &KEY),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", &KEY),
        ("AWS_USE_FIPS_ENDPOINT", &KEY),
        ("AWS_USE_DUALSTACK_ENDPOINT", &KEY),
        ("AWS_MAX_ATTEMPTS", &KEY),
        ("AWS_SDK_UA_APP_ID", &KEY),
        ("AWS_CA_BUNDLE", &KEY),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", &[]),
        ("AWS_ROLE_ARN", &[web[0]]),
        ("AWS_ROLE_SESSION_NAME", &web),
        ("AWS_ENDPOINT_URL_STS", &web),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", &[]),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &[]),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/")]),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/")]),
        ("AWS_EC2_METADATA_DISABLED", &[]),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &[]),
    ];
    for (name, others) in cases {
        // Bytes that would appear in an error as they are, or as U+FFFD.
        let mut variables = vec![("AWS_REGION", "eu-west-1".into())];
        if *name == "AWS_DEFAULT_REGION" {
            variables.clear();
        }
        variables.extend(others.iter().map(|(name, value)| (*name, OsString::from(value))));
        variables.push((name, bytes("BYTES:6b6570742d736563726574e9")));
        let outcome = call("", "[default]\nregion = eu-west-1\n", &variables).await;
        refused(&outcome, &[&format!("the environment variable {name} is not valid UTF-8")]);
        let error = outcome.signed.unwrap_err();
        assert!(!error.contains("kept") && !error.contains('\u{fffd}'), "{error}");
    }
}

/// A variable that is not read cannot cause an error.
#[cfg(unix)]
#[tokio::test]
async fn unread_variable_may_have_any_value() {
    let bad = || bytes("BYTES:e9");
    let keys = [
        ("AWS_REGION", "eu-west-1".into()),
        ("AWS_ACCESS_KEY_ID", "AKIDENV".into()),
        ("AWS_SECRET_ACCESS_KEY", "s".into()),
    ];
    for name in ["AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "HOME", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    {
        let variables = [&keys[..], &[(name, bad())]].concat();
        signed(&call("", "", &variables).await, "AKIDENV", "eu-west-1");
    }
}

#[tokio::test]
async fn aws_default_profile_has_lower_precedence_than_aws_profile() {
    let config = format!("[profile a]\nregion = eu-west-1\n{KEYS}[profile b]\nregion = eu-north-1\n{KEYS}");
    let default = ("AWS_DEFAULT_PROFILE", OsString::from("a"));
    signed(&call(&config, "", std::slice::from_ref(&default)).await, "AKIDFILE", "eu-west-1");
    signed(&call(&config, "", &[default, ("AWS_PROFILE", "b".into())]).await, "AKIDFILE", "eu-north-1");
    let elsewhere = call(&config, "", &[("AWS_DEFAULT_PROFILE", "c".into())]).await;
    refused(
        &elsewhere,
        &["AWS_DEFAULT_PROFILE=c: ~/.aws/config (with ~/.aws/credentials) has no profile 'c'; it has a, b"],
    );
}
