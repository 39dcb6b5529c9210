//! `credential_process`: what it prints, and what becomes of it where it does not behave.

use std::time::Duration;

use bedrock_lite::credentials::{ProcessCredentials, ProvideCredentials, Surroundings};
use bedrock_lite::{Credentials, CredentialsError, CredentialsErrorKind};

use crate::whole;

const GOOD: &str = r#"{"Version":1,"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"kept-secret","SessionToken":"kept-token","Expiration":"2026-01-02T12:00:00Z","AccountId":"123456789012"}"#;

async fn run(command: &str) -> Result<Credentials, CredentialsError> {
    let surroundings = Surroundings::new().environment([("", ""); 0]);
    ProcessCredentials::new(&surroundings, command).timeout(Duration::from_secs(20)).credentials().await
}

#[tokio::test]
async fn what_it_prints_is_read() {
    let credentials = run(&format!("echo 'kept-secret' >&2; printf '%s' '{GOOD}'")).await.unwrap();
    assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
    assert_eq!(credentials.session_token(), Some("kept-token"));
    assert_eq!(credentials.expires_at().unwrap().to_rfc3339(), "2026-01-02T12:00:00+00:00");
    assert_eq!(credentials.account_id(), Some("123456789012"));
    let long_lived = run(r#"printf '{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"s"}'"#).await.unwrap();
    assert_eq!((long_lived.session_token(), long_lived.expires_at()), (None, None));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_that_it_printed() {
    for (command, says) in [
        ("echo kept-secret >&2; exit 3".to_owned(), "exit code 3"),
        ("kill -9 $$".to_owned(), "signal"),
        ("no-such-program-anywhere kept-secret".to_owned(), "exit code 127"),
        ("echo kept-secret".to_owned(), "no JSON"),
        ("true".to_owned(), "no JSON"),
        (format!("echo '{}'", GOOD.replace(r#""Version":1"#, r#""Version":2"#)), "Version 2"),
        (format!("echo '{}'", GOOD.replace(r#""Version":1,"#, "")), "no Version"),
        (format!("echo '{}'", GOOD.replace("SecretAccessKey", "Secret")), "without SecretAccessKey"),
        (format!("echo '{}'", GOOD.replace("2026-01-02", "soon")), "no moment"),
        ("head -c 10000000 /dev/zero".to_owned(), "more than credentials can be"),
        (format!("echo '{GOOD}'; yes"), "more than credentials can be"),
    ] {
        let error = run(&command).await.unwrap_err();
        assert_eq!(error.kind(), CredentialsErrorKind::Failed);
        let text = whole(&error);
        assert!(text.contains(says), "{command}: {text}");
        assert!(!text.contains("kept-"), "{text}");
    }
    assert_eq!(run(" ").await.unwrap_err().kind(), CredentialsErrorKind::Invalid);
}

#[tokio::test]
async fn one_that_hangs_is_killed_with_what_it_started() {
    let mark = std::env::temp_dir().join(format!("bedrock-lite-hanging-{}", std::process::id()));
    let surroundings = Surroundings::new().environment([("", ""); 0]);
    // The second closes its output first: its end is waited for all the same.
    for hang in ["(sleep 1; touch MARK) & wait", "exec >/dev/null; sleep 1; touch MARK"] {
        let command = hang.replace("MARK", mark.to_str().unwrap());
        let source = ProcessCredentials::new(&surroundings, command).timeout(Duration::from_millis(200));
        let error = source.credentials().await.unwrap_err();
        assert!(whole(&error).contains("did not end within 200ms and was killed"), "{}", whole(&error));
    }
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(!mark.exists(), "a child of the process outlived it");
}

#[tokio::test]
async fn it_has_no_input_to_wait_for() {
    let error = run("cat").await.unwrap_err();
    assert!(error.to_string().contains("no JSON"), "{error}");
}

#[test]
fn debug_does_not_show_the_command() {
    let source = ProcessCredentials::new(&Surroundings::new(), "program --password kept-secret");
    assert!(!format!("{source:?}").contains("kept-secret"));
}
