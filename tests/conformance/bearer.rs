//! Decides between an API key of the environment and SigV4. The expectations come from botocore and
//! the AWS SDK for Rust.
//!
//! Two differences are deliberate. A key may go unencrypted to the local machine, where AWS's tools
//! refuse it, because tests and local stand-ins for Bedrock need this. And the user agent has no
//! feature metrics (`m/3`).
//!
//! The suite's `sso_token_provider` is left out: Bedrock does not accept those tokens. The rest of
//! that suite, sessions of the shared configuration and their cached tokens, belongs to the SSO
//! credentials provider.

use bedrock_lite::profile::Files;
use bedrock_lite::{
    ApiKey, AuthScheme, Client, ClientBuilder, ConfigErrorKind, ConverseRequest, Credentials, Error, Message,
};
use serde_json::Value;

use crate::suites::{json, run_all, same};
use crate::support::{ScriptedServer, refusal};

const ANONYMOUS: &str = "this client does not send unauthenticated requests";
const OTHER: &str = "the case is for services other than Bedrock";

/// Returns a builder with the variable of the key, other variables, and keys for signing.
fn builder(variables: &Value) -> ClientBuilder {
    let variables = variables.as_object().into_iter().flatten();
    let variables = variables.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    let others = [("AWS_REGION", "us-west-2"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let others = others.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Client::builder().environment(variables.chain(others)).files(Files::of([("", ""); 0]))
}

fn keys() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret")
}

/// Sends a call to this machine and returns its `authorization` header. Of a signature it returns
/// the algorithm only.
fn authorization(client: ClientBuilder) -> Result<String, Error> {
    let server = ScriptedServer::start([refusal(400, "ValidationException")]);
    let client = client.endpoint_url(server.url()).build()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = ConverseRequest::new("m").message(Message::user("hello"));
    let refused = runtime.block_on(client.converse(&request)).unwrap_err();
    if matches!(refused, Error::Credentials(_)) {
        assert!(server.requests().is_empty());
        return Err(refused);
    }
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(400), "{refused:?}");
    let requests = server.requests();
    let request = requests.first().expect("a request");
    let sent: Vec<_> = request.lines().filter_map(|line| line.strip_prefix("authorization: ")).collect();
    let [one] = *sent else { panic!("{sent:?}") };
    Ok(if one.starts_with("AWS4-HMAC-SHA256 ") { "sigv4".to_owned() } else { one.to_owned() })
}

/// Applies a scheme preference in code, in botocore's notation.
fn preferring(builder: ClientBuilder, said: Option<&str>) -> Result<ClientBuilder, String> {
    Ok(match said {
        None => builder,
        Some("signature_version=v4" | "auth_scheme_preference=sigv4") => {
            builder.auth_scheme_preference([AuthScheme::SigV4])
        }
        Some(other) => match other.strip_prefix("token_provider=") {
            Some(token) => builder.api_key(token),
            None => return Err(format!("nothing here is {other}")),
        },
    })
}

/// Checks that a URL is refused as insecure. The query is dropped, because an endpoint has none.
fn is_insecure(client: ClientBuilder, url: &str) -> Result<(), String> {
    match client.endpoint_url(url.split('?').next().unwrap()).build() {
        Err(Error::Config(error)) if error.kind() == ConfigErrorKind::Insecure => Ok(()),
        other => Err(format!("{other:?} instead of an error")),
    }
}

fn cases<'a>(part: &'a Value, name: &str) -> Vec<(String, &'a Value)> {
    part.as_array().unwrap().iter().enumerate().map(|(number, case)| (format!("{name} {number}"), case)).collect()
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn scheme_selection_matches_botocore() {
    let left_out = [("selection 3", ANONYMOUS), ("selection 4", OTHER), ("selection 5", OTHER)];
    let file = json("bearer/bearer.json");
    run_all(cases(&file["scheme_selection"]["cases"], "selection"), &left_out, 3, |_, case| {
        let bedrock = case["signing_name"] == "bedrock" && case["auth_options"].to_string().contains("httpBearerAuth");
        if !bedrock {
            return Err("no service of this client".to_owned());
        }
        let preference = case["config_kwargs"]["auth_scheme_preference"].as_str();
        if preference.is_some_and(|preference| preference.contains("noAuth")) {
            return Err("nothing is sent without authorization".to_owned());
        }
        let mut variables = serde_json::Map::new();
        variables.extend(preference.map(|said| ("AWS_AUTH_SCHEME_PREFERENCE".to_owned(), said.into())));
        variables.extend(case["env_token"].as_str().map(|key| ("AWS_BEARER_TOKEN_BEDROCK".to_owned(), key.into())));
        variables.extend([
            ("AWS_ACCESS_KEY_ID".to_owned(), "AKID".into()),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), "s".into()),
        ]);
        let sent = authorization(builder(&variables.into())).map_err(|e| e.to_string())?;
        let expected = if case["expected_signature_version"] == "bearer" { "Bearer test_token" } else { "sigv4" };
        same("authorization", sent, expected)
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn bearer_signer_matches_the_suite() {
    let file = json("bearer/bearer.json");
    run_all(cases(&file["signer"]["cases"], "signer"), &[], 6, |_, case| {
        let unconfigured = builder(&Value::Null);
        let client = case["token"].as_str().map_or(unconfigured, |key| builder(&Value::Null).api_key(ApiKey::new(key)));
        match (case["url"].as_str(), case["expectedException"].as_str()) {
            (Some(url), Some("InvalidEndpointConfigurationError")) => is_insecure(client, url),
            (None, Some("NoAuthTokenError")) => match authorization(client) {
                Err(Error::Credentials(_)) => Ok(()),
                other => Err(format!("{other:?} instead of an error")),
            },
            _ => {
                let expected = case["expectedHeaders"]["Authorization"].as_str().unwrap();
                same("authorization", authorization(client).map_err(|e| e.to_string())?, expected)
            }
        }
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn variable_names_match_the_suite() {
    let left_out = [("name 0", OTHER), ("name 1", OTHER), ("name 2", OTHER)];
    let file = json("bearer/bearer.json");
    run_all(cases(&file["env_var_name"]["cases"], "name"), &left_out, 0, |_, case| {
        let variables: Value = [(case[1].as_str().unwrap(), "k")].into_iter().collect();
        let sent = authorization(builder(&variables).credentials(keys())).map_err(|e| e.to_string())?;
        same("authorization", sent, "Bearer k")
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn bearer_calls_match_the_suite() {
    let left_out = [("call 6", ANONYMOUS)];
    let file = json("bearer/bearer.json");
    run_all(cases(&file["end_to_end"], "call"), &left_out, 11, |_, case| {
        let mut variables = case["env"].clone();
        if case["no_sigv4_credentials"] != true {
            let members = variables.as_object_mut().unwrap();
            members.insert("AWS_ACCESS_KEY_ID".to_owned(), "AKID".into());
            members.insert("AWS_SECRET_ACCESS_KEY".to_owned(), "s".into());
        }
        let client = preferring(builder(&variables), case["code_config"].as_str())?;
        if case["expect_error"] == true {
            return is_insecure(client, "http://bedrock.example.com");
        }
        let sent = match (authorization(client), case["expect_error_contains"].is_string()) {
            (Err(Error::Credentials(_)), true) => return Ok(()),
            (Ok(sent), false) => sent,
            (other, _) => return Err(format!("{other:?} instead of {case}")),
        };
        let whole = case["expect_authorization"].as_str();
        let expected = whole.or(case["expect_authorization_prefix"].as_str()).unwrap_or("sigv4");
        same("authorization", sent, expected)
    });
}

/// A provider that must not be called.
#[test]
fn api_key_does_not_read_files_or_keys() {
    let files = Files::reader(|path| panic!("{} is read", path.display()));
    let variables =
        [("AWS_REGION", "us-west-2"), ("AWS_BEARER_TOKEN_BEDROCK", "k"), ("AWS_ACCESS_KEY_ID", "half of a pair")];
    let client = Client::builder().environment(variables).files(files);
    assert_eq!(authorization(client).unwrap(), "Bearer k");
}
