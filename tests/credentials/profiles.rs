//! The shared configuration files: invalid files, unusual files, and the role chains of profiles.

use std::error::Error as _;
use std::time::Duration;

use bedrock_lite::profile::{Base, CredentialSource, Files, Locations, Platform, Profiles};
use bedrock_lite::{ConfigError, ConfigErrorKind};

const HIDDEN: &str = "kept-secret";

fn chain_error(config: &str) -> ConfigError {
    let error = Profiles::parse(config, "").unwrap().role_chain("a").unwrap_err();
    assert_hidden(&error);
    error
}

fn assert_hidden(error: &ConfigError) {
    let shown = format!("{error} {error:?} {error:#?} {:?}", error.source());
    assert!(!shown.contains(HIDDEN), "{shown}");
}

#[test]
fn broken_line_is_named_and_not_shown() {
    for (config, line, problem) in [
        ("[profile a]\naws_secret_access_key kept-secret", 2, "no '='"),
        ("\n\naws_secret_access_key = kept-secret", 3, "before the first [section]"),
        ("[profile a]\n= kept-secret", 2, "no name"),
        ("[profile kept-secret", 1, "']'"),
        ("[profile a]\n  kept-secret", 2, "continues a property"),
        ("[profile a]\r\ns3 =\r\n  kept-secret\r\n", 3, "nested"),
    ] {
        let error = Profiles::parse(config, "").unwrap_err();
        assert_eq!((error.kind(), error.line()), (ConfigErrorKind::InvalidFile, Some(line)), "{config:?}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("~/.aws/config, line {line}: ")) && text.contains(problem), "{text}");
        assert_hidden(&error);
    }
    let error = Profiles::parse("", "[a]\nb").unwrap_err();
    assert!(error.to_string().starts_with("~/.aws/credentials, line 2: "), "{error}");
}

#[test]
fn unusual_but_valid_files_are_read() {
    let config = "\u{feff}[default]\r\nregion = eu-west-1\r\n\r\n  # a comment, indented\r\noutput = json\r\n";
    let profiles = Profiles::parse(config, "").unwrap();
    let default = profiles.profile("default").unwrap();
    assert_eq!((default.get("region"), default.get("output")), (Some("eu-west-1"), Some("json")));
    let services = "[services local]\nbedrock_runtime =\n  # ours\n  endpoint_url = http://one\n  Endpoint_URL = http://two\nsts =\n  endpoint_url =\n";
    let profiles = Profiles::parse(services, "").unwrap();
    let local = profiles.services("local").unwrap();
    assert_eq!(local.nested("bedrock_runtime", "endpoint_url"), Some("http://two"));
    assert_eq!(local.nested("sts", "endpoint_url"), None);
    assert_eq!(local.nested("bedrock", "endpoint_url"), None);
}

#[test]
fn quoted_names_are_found_and_hints_about_them_are_correct() {
    let profiles = Profiles::parse(
        "[profile 'a b']\nx = 1\n[sso-session \"My Corp Ltd\"]\nsso_region = r\n[services 'x y']\n[profile über]\nx = 2\n\
         [profile O'Brien]\nx = 3\n[profile '']\n[profilea 'b c']\n[profile 'c' d]",
        "[a b]\ny = 1\n[c d]\nx = 4\n[é ' #1]\nx = 5",
    )
    .unwrap();
    let get = |name: &str, property: &str| profiles.profile(name).and_then(|profile| profile.get(property));
    assert_eq!((get("a b", "x"), get("a b", "y")), (Some("1"), Some("1")), "the two files are one profile");
    assert_eq!((get("über", "x"), get("é ' #1", "x")), (Some("2"), Some("5")), "the same paths as botocore");
    assert_eq!(profiles.profiles().map(|(name, _)| name).collect::<Vec<_>>(), ["a b"]);
    assert!(profiles.sso_session("My Corp Ltd").is_some() && profiles.services("x y").is_some());
    assert!(get("", "x").is_none() && get("b c", "x").is_none());
    // Half of the pair is unreadable, so the other half is not used either.
    assert_eq!(get("c d", "x"), None);

    let missing = |config: &str, credentials: &str, name: &str| {
        Profiles::parse(config, credentials).unwrap().role_chain(name).unwrap_err().to_string()
    };
    for (config, credentials, name, hint) in [
        (
            "[profile  a\tb ] # x",
            "",
            "a b",
            "a section [profile  a b], which must be [profile 'a b'] in ~/.aws/config: names with spaces need quotes",
        ),
        ("[profile 'a b]", "", "a b", "a section [profile 'a b], which must be [profile 'a b'] in ~/.aws/config"),
        (
            "[profile O'Brien]",
            "",
            "O'Brien",
            r#"a section [profile O'Brien], which must be [profile 'O'"'"'Brien'] in ~/.aws/config"#,
        ),
        ("['a b']", "", "a b", "a section ['a b'], which must be [profile 'a b'] in ~/.aws/config"),
        ("[work]", "", "work", "a section [work], which must be [profile work] in ~/.aws/config"),
        ("", "['a b']", "a b", "a section ['a b'], which must be [a b] without quotes in ~/.aws/credentials"),
        ("", "[profile work]", "work", "a section [profile work], which must be [work] in ~/.aws/credentials"),
        ("[profile 'a b']", "", "c", "no profile 'c'; it has 'a b'"),
        (
            "[profile c]\nrole_arn = r\nsource_profile = a b\n[profile a b]",
            "",
            "c",
            "names a profile 'a b' that does not exist, but a section [profile a b], which must be [profile 'a b']",
        ),
        (
            "[profile c]\nsso_session = My Corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session My Corp]",
            "",
            "c",
            "a section [sso-session 'My Corp'] that ~/.aws/config does not have, but a section [sso-session My Corp], which \
             must be [sso-session 'My Corp'] in ~/.aws/config: names with spaces need quotes in the config file",
        ),
    ] {
        let text = missing(config, credentials, name);
        assert!(text.contains(hint), "{config:?} {credentials:?}: {text}");
    }
}

#[test]
fn sso_session_with_spaces_in_its_name_is_found() {
    let config = "[profile c]\nsso_session = My Corp Ltd\nsso_account_id = 1\nsso_role_name = r\n\
                  [sso-session 'My Corp Ltd']\nsso_region = x\nsso_start_url = u\n\
                  [profile d]\nrole_arn = r\nsource_profile = My Mac\n[profile \"My Mac\"]\ncredential_process = x";
    let profiles = Profiles::parse(config, "").unwrap();
    let Base::Sso(sso) = profiles.role_chain("c").unwrap().base else { panic!("no SSO") };
    assert_eq!((sso.session.as_deref(), &*sso.region), (Some("My Corp Ltd"), "x"));
    let chain = profiles.role_chain("d").unwrap();
    assert!(matches!(chain.base, Base::Process(_)) && chain.base_profile == "My Mac");
}

#[test]
fn debug_does_not_show_values() {
    let profiles = Profiles::parse(
        "[profile a]\naws_access_key_id = AKID\naws_secret_access_key = kept-secret\naws_session_token = kept-secret\n\
         [profile b]\ncredential_process = get --password kept-secret\naws_account_id = 123",
        "",
    )
    .unwrap();
    let (a, b) = (profiles.role_chain("a").unwrap(), profiles.role_chain("b").unwrap());
    let shown = format!("{profiles:?} {a:?} {b:#?}");
    assert!(shown.contains("AKID") && shown.contains("credential_process") && !shown.contains(HIDDEN), "{shown}");
    let Base::Process(process) = b.base else { panic!("{b:?}") };
    assert_eq!((process.command.as_str(), process.account_id.as_deref()), ("get --password kept-secret", Some("123")));
}

#[test]
fn invalid_profile_settings_are_errors() {
    for (config, line, part) in [
        ("[profile a]\nrole_arn = r\nsource_profile = b\nmfa_serial = m\n[profile b]", Some(4), "MFA"),
        ("[profile a]\nrole_arn = r\ncredential_source = Moon", Some(3), "is not one of Environment"),
        ("[profile a]\nrole_arn = r\nduration_seconds = 899\ncredential_source = Environment", Some(3), "900 to 43200"),
        ("[profile a]\nrole_arn = r\nduration_seconds = 1h\ncredential_source = Environment", Some(3), "900 to 43200"),
        ("[profile a]\nweb_identity_token_file = f", Some(2), "no role_arn"),
        ("[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nregion = x", None, "'b' has no credentials"),
        (
            "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a",
            Some(6),
            "a → b → a",
        ),
        (
            "[profile a]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_region = x",
            Some(2),
            "sso_start_url",
        ),
        (
            "[profile a]\nsso_session = s\n[sso-session s]\nsso_region = x\nsso_start_url = u",
            Some(2),
            "which AWS credentials require",
        ),
    ] {
        let error = chain_error(config);
        assert_eq!((error.kind(), error.line()), (ConfigErrorKind::InvalidProfile, line), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
    assert_eq!(chain_error("[profile a]\nregion = x").kind(), ConfigErrorKind::MissingCredentials);
    let missing = chain_error("[profile b]");
    assert_eq!(missing.kind(), ConfigErrorKind::MissingProfile);
    assert!(missing.to_string().ends_with("has no profile 'a'; it has b"), "{missing}");
}

#[test]
fn role_has_the_settings_of_its_profile() {
    let config = "[profile a]\nrole_arn = r\ncredential_source = ecscontainer\nduration_seconds = 900\nexternal_id = x\n\
                  [profile s]\nsso_session = s\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n\
                  [sso-session s]\nsso_region = eu-west-1\nsso_start_url = u";
    let profiles = Profiles::parse(config, "").unwrap();
    let chain = profiles.role_chain("a").unwrap();
    assert!(matches!(chain.base, Base::Source(CredentialSource::EcsContainer)));
    assert_eq!(chain.roles[0].duration, Some(Duration::from_secs(900)));
    assert_eq!(chain.roles[0].external_id.as_deref(), Some("x"));
    let Base::Sso(sso) = profiles.role_chain("s").unwrap().base else { panic!("no SSO") };
    assert_eq!((sso.session.as_deref(), &*sso.region, &*sso.start_url), (Some("s"), "eu-west-1", "u"));
}

/// Returns the locations of the files in this home directory.
fn at_home(home: &std::path::Path) -> Locations {
    let home = home.to_str().unwrap().to_owned();
    Locations::find(Platform::Unix, move |name| (name == "HOME").then(|| home.clone()))
}

#[test]
fn unreadable_files_are_named() {
    let home = std::env::temp_dir().join(format!("bedrock-lite-profiles-{}", std::process::id()));
    let config = home.join(".aws/config");
    std::fs::create_dir_all(&config).unwrap();
    let load = || Profiles::load(&at_home(&home), &Files::disk());
    let unreadable = |part: &str| {
        let error = load().unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::UnreadableFile, "{error}");
        assert_eq!(error.path(), Some(&*config));
        assert!(error.to_string().starts_with("~/.aws/config ") && error.to_string().contains(part), "{error}");
        assert_hidden(&error);
    };
    unreadable("is a directory");
    std::fs::remove_dir(&config).unwrap();
    assert_eq!(load().unwrap().profiles().count(), 0, "missing files are not an error");
    std::fs::write(&config, b"[default]\nkept-secret = \xff\n").unwrap();
    unreadable("is not UTF-8 in line 2");
    std::fs::write(&config, vec![b'#'; 10 << 20]).unwrap();
    unreadable("more than 1048576 bytes");
    std::fs::write(&config, "[default]\nregion = eu-west-1").unwrap();
    assert_eq!(load().unwrap().profile("default").unwrap().get("region"), Some("eu-west-1"));
    std::fs::remove_dir_all(&home).unwrap();
}

#[test]
fn invalid_home_has_no_files() {
    for home in ["/dev/null", "/nonexistent"] {
        let found = Profiles::load(&at_home(home.as_ref()), &Files::disk()).unwrap();
        assert_eq!(found.profiles().count(), 0);
    }
    let unconfigured = Locations::find(Platform::Unix, |_| None);
    let counted = Files::reader(|path| panic!("{} is read", path.display()));
    assert_eq!(Profiles::load(&unconfigured, &counted).unwrap().profiles().count(), 0);
}

#[test]
fn missing_permission_is_reported() {
    let files = Files::reader(|_| Err(std::io::ErrorKind::PermissionDenied.into()));
    let error = Profiles::load(&at_home("/home/me".as_ref()), &files).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ConfigErrorKind::UnreadableFile, "~/.aws/config cannot be read")
    );
    assert_eq!(error.source().unwrap().to_string(), "permission denied");
}

#[test]
fn file_locations_come_from_variables() {
    let files = Files::of([("/home/me/mine", "[profile a]\nregion = x"), ("/cred", "[a]\nregion = y")]);
    let locations = Locations::find(Platform::Unix, |name| match name {
        "HOME" => Some("/home/me/".to_owned()),
        "AWS_CONFIG_FILE" => Some("~/mine".to_owned()),
        "AWS_SHARED_CREDENTIALS_FILE" => Some("/cred".to_owned()),
        _ => None,
    });
    let profiles = Profiles::load(&locations, &files).unwrap();
    assert_eq!(profiles.profile("a").unwrap().get("region"), Some("y"), "the credentials file wins");
    let missing = profiles.role_chain("b").unwrap_err().to_string();
    assert!(missing.contains("~/mine (with /cred) has no profile 'b'; it has a"), "{missing}");
}
