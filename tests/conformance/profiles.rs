//! The shared configuration files against the cases of the AWS SDK for Rust.

use std::collections::BTreeMap;
use std::path::Path;

use bedrock_lite::profile::{Base, Locations, Platform, ProfileName, Profiles, RoleChain, Section};
use bedrock_lite::{ConfigError, ConfigErrorKind};
use serde_json::{Value, json};

use crate::suites::{json, run_all, same};

fn sections<'a>(all: impl Iterator<Item = (&'a str, &'a Section)>) -> Value {
    all.map(|(name, section)| (name.to_owned(), section.iter().collect::<BTreeMap<_, _>>()))
        .map(|(name, properties)| (name, json!(properties)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn profile_grammar_matches_the_suite() {
    let file = json("profiles/parser-tests.json");
    let cases = file["tests"].as_array().unwrap().iter();
    let cases = cases.map(|case| (case["name"].as_str().unwrap().to_owned(), case));
    run_all(cases, &[], 65, |_, case| {
        let text = |name: &str| case["input"][name].as_str().unwrap_or_default();
        let parsed = Profiles::parse(text("configFile"), text("credentialsFile"));
        match (parsed, case["output"].get("config")) {
            (Ok(profiles), Some(expected)) => {
                same("profiles", sections(profiles.profiles()).to_string(), expected["profiles"].to_string())?;
                let sessions = expected.get("sso_sessions").cloned().unwrap_or_else(|| json!({}));
                same("SSO sessions", sections(profiles.sso_sessions()).to_string(), sessions.to_string())
            }
            (Err(error), None) => {
                same("error kind", format!("{:?}", error.kind()), "InvalidFile")?;
                error.line().map(drop).ok_or_else(|| "the error names no line".to_owned())
            }
            (parsed, expected) => Err(format!("{parsed:?} instead of {expected:?}")),
        }
    });
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn file_locations_match_the_suite() {
    let file = json("profiles/file-location-tests.json");
    let cases = file["tests"].as_array().unwrap().iter().enumerate();
    let cases = cases.map(|(number, case)| (format!("{number}: {}", case["name"].as_str().unwrap()), case));
    run_all(cases, &[], 9, |_, case| {
        let variable = |name: &str| case["environment"][name].as_str().map(str::to_owned);
        let platform = if case["platform"] == "windows" { Platform::Windows } else { Platform::Unix };
        let found = Locations::find(platform, variable);
        let path = |path: Option<&Path>| path.map(|path| path.to_str().unwrap().to_owned()).unwrap_or_default();
        same("config", path(found.config().path()), case["configLocation"].as_str().unwrap())?;
        same("credentials", path(found.credentials().path()), case["credentialsLocation"].as_str().unwrap())?;
        let expected = case["profile"].as_str().unwrap_or("default");
        same("profile", ProfileName::select(None, variable).as_str(), expected)
    });
}

/// Builds the files that have the content of a case's input.
fn profiles(input: &Value) -> Result<Profiles, ConfigError> {
    let mut config = String::new();
    for (word, all) in [("profile", &input["profiles"]), ("sso-session", &input["sso_sessions"])] {
        for (name, properties) in all.as_object().into_iter().flatten() {
            config.extend(["[", word, " ", name, "]\n"]);
            for (property, value) in properties.as_object().unwrap() {
                config.extend([property, " = ", value.as_str().unwrap(), "\n"]);
            }
        }
    }
    Profiles::parse(&config, "")
}

/// Describes a role chain in the notation of the cases.
fn plan(chain: &RoleChain) -> Value {
    let base = match &chain.base {
        Base::StaticKeys(keys) => json!({"AccessKey": {
            "access_key_id": keys.access_key_id,
            "secret_access_key": *keys.secret_access_key,
            "session_token": keys.session_token.as_deref(),
            "account_id": keys.account_id,
        }}),
        Base::Source(source) => json!({"NamedSource": source.as_str()}),
        Base::WebIdentity(identity) => json!({"WebIdentityToken": {
            "role_arn": identity.role_arn,
            "web_identity_token_file": identity.token_file,
            "role_session_name": identity.session_name,
        }}),
        Base::Sso(sso) => json!({"Sso": {
            "sso_account_id": sso.account_id,
            "sso_region": sso.region,
            "sso_role_name": sso.role_name,
            "sso_start_url": sso.start_url,
            "sso_session": sso.session,
        }}),
        other => panic!("no case has {other:?}"),
    };
    let roles = chain.roles.iter().map(|role| {
        json!({"AssumeRole": {
            "role_arn": role.role_arn,
            "role_session_name": role.session_name,
            "external_id": role.external_id,
        }})
    });
    let mut steps: Vec<_> = std::iter::once(base).chain(roles).collect();
    for part in steps.iter_mut().filter_map(Value::as_object_mut).flat_map(|step| step.values_mut()) {
        if let Some(members) = part.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
    }
    json!({"ProfileChain": steps})
}

/// The error texts of AWS, and our kinds.
const ERRORS: [(&str, ConfigErrorKind); 13] = [
    ("profile must contain `source_profile`", ConfigErrorKind::InvalidProfile),
    ("profile contained both source_profile and credential_source", ConfigErrorKind::InvalidProfile),
    ("profile missing aws_secret_access_key", ConfigErrorKind::InvalidProfile),
    ("profile missing aws_access_key_id", ConfigErrorKind::InvalidProfile),
    ("profile `B` did not contain credential information", ConfigErrorKind::InvalidProfile),
    ("profile `A` did not contain credential information", ConfigErrorKind::MissingCredentials),
    ("could not find source profile B referenced from A", ConfigErrorKind::InvalidProfile),
    ("No profiles were defined", ConfigErrorKind::MissingProfile),
    ("profile formed an infinite loop", ConfigErrorKind::InvalidProfile),
    ("if `sso_role_name` is set, then `sso_account_id` must also be set", ConfigErrorKind::InvalidProfile),
    ("if `sso_account_id` is set, then `sso_role_name` must also be set", ConfigErrorKind::InvalidProfile),
    (
        "`sso_region` can only be specified in the [sso-session] config when a session name is given",
        ConfigErrorKind::InvalidProfile,
    ),
    ("sso-session named `oops` (referenced by profile `A`) was not found", ConfigErrorKind::InvalidProfile),
];

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn role_chains_match_the_suite() {
    let file = json("credentials/assume-role-tests.json");
    let cases = file.as_array().unwrap().iter().map(|case| (case["docs"].as_str().unwrap().to_owned(), case));
    run_all(cases, &[], 24, |_, case| {
        let profiles = profiles(&case["input"]).map_err(|e| e.to_string())?;
        let chain = profiles.role_chain(case["input"]["selected_profile"].as_str().unwrap());
        match (chain, case["output"]["Error"].as_str()) {
            (Ok(chain), None) => same("plan", plan(&chain).to_string(), case["output"].to_string()),
            (Err(error), Some(text)) => {
                let (_, kind) = ERRORS.iter().find(|(aws, _)| *aws == text).ok_or("an unknown error text")?;
                same("error kind", format!("{:?}", error.kind()), format!("{kind:?}"))
            }
            (chain, expected) => Err(format!("{chain:?} instead of {expected:?}")),
        }
    });
}
