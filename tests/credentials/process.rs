//! `credential_process`: its output, and programs that misbehave.

use std::time::Duration;

use bedrock_lite::credentials::{ProcessCredentials, ProvideCredentials, ProviderConfig};
use bedrock_lite::{Credentials, CredentialsError, CredentialsErrorKind};

use crate::whole;

const GOOD: &str = r#"{"Version":1,"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"kept-secret","SessionToken":"kept-token","Expiration":"2026-01-02T12:00:00Z","AccountId":"123456789012"}"#;

async fn run(command: &str) -> Result<Credentials, CredentialsError> {
    let provider_config = ProviderConfig::new().environment([("", ""); 0]);
    ProcessCredentials::new(&provider_config, command).timeout(Duration::from_secs(20)).credentials().await
}

#[tokio::test]
async fn output_of_the_program_is_read() {
    let credentials = run(&format!("echo 'kept-secret' >&2; printf '%s' '{GOOD}'")).await.unwrap();
    assert_eq!(credentials.access_key_id(), "ASIAEXAMPLE");
    assert_eq!(credentials.session_token(), Some("kept-token"));
    assert_eq!(credentials.expires_at().unwrap().to_rfc3339(), "2026-01-02T12:00:00+00:00");
    assert_eq!(credentials.account_id(), Some("123456789012"));
    let long_lived = run(r#"printf '{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"s"}'"#).await.unwrap();
    assert_eq!((long_lived.session_token(), long_lived.expires_at()), (None, None));
}

#[tokio::test]
async fn errors_of_the_program_are_reported_without_its_output() {
    for (command, says) in [
        ("echo kept-secret >&2; exit 3".to_owned(), "exit code 3"),
        ("kill -9 $$".to_owned(), "signal"),
        ("no-such-program-anywhere kept-secret".to_owned(), "exit code 127"),
        ("echo kept-secret".to_owned(), "not valid JSON"),
        ("true".to_owned(), "not valid JSON"),
        (format!("echo '{}'", GOOD.replace(r#""Version":1"#, r#""Version":2"#)), "Version 2"),
        (format!("echo '{}'", GOOD.replace(r#""Version":1,"#, "")), "no Version"),
        (format!("echo '{}'", GOOD.replace("SecretAccessKey", "Secret")), "without SecretAccessKey"),
        (format!("echo '{}'", GOOD.replace("2026-01-02", "soon")), "not an ISO 8601 time"),
        ("head -c 10000000 /dev/zero".to_owned(), "printed too much"),
        (format!("echo '{GOOD}'; yes"), "printed too much"),
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
async fn hanging_program_is_killed_with_its_children() {
    let mark = std::env::temp_dir().join(format!("bedrock-lite-hanging-{}", std::process::id()));
    let provider_config = ProviderConfig::new().environment([("", ""); 0]);
    // The second program closes its output first. Its end is still awaited.
    for hang in ["(sleep 1; touch MARK) & wait", "exec >/dev/null; sleep 1; touch MARK"] {
        let command = hang.replace("MARK", mark.to_str().unwrap());
        let source = ProcessCredentials::new(&provider_config, command).timeout(Duration::from_millis(200));
        let error = source.credentials().await.unwrap_err();
        assert!(whole(&error).contains("did not exit within 200ms and was killed"), "{}", whole(&error));
    }
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(!mark.exists(), "a child outlived the program");
}

#[tokio::test]
async fn common_variants_of_the_output_are_accepted() {
    for output in [
        format!("\\357\\273\\277{GOOD}"),
        GOOD.replace("\"Version\":1", "\"Version\":\"1\""),
        GOOD.replace("12:00:00Z", "12:00:00+0000"),
        GOOD.replace("12:00:00Z", "07:00:00-0500"),
        GOOD.replace("12:00:00Z", "12:00:00.123456+00:00"),
    ] {
        let credentials = run(&format!("printf '{output}'")).await.unwrap();
        assert_eq!(credentials.expires_at().unwrap().timestamp(), 1_767_355_200, "{output}");
    }
    for (version, says) in
        [("\"2\"", "Version 2"), ("\"one\"", "a Version that is not a number"), ("null", "no Version")]
    {
        let output = GOOD.replace("\"Version\":1", &format!("\"Version\":{version}"));
        let error = run(&format!("printf '{output}'")).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[tokio::test]
async fn longest_and_zero_timeouts_do_not_panic() {
    let provider_config = ProviderConfig::new().environment([("", ""); 0]);
    for timeout in [Duration::MAX, Duration::from_secs(u64::MAX / 2)] {
        let source = ProcessCredentials::new(&provider_config, format!("printf '%s' '{GOOD}'")).timeout(timeout);
        assert_eq!(source.credentials().await.unwrap().access_key_id(), "ASIAEXAMPLE");
    }
    let source = ProcessCredentials::new(&provider_config, "sleep 60").timeout(Duration::ZERO);
    assert!(whole(&source.credentials().await.unwrap_err()).contains("did not exit within 0ns"));
}

/// Returns the number of threads of this process that run a program or read its output.
#[cfg(target_os = "linux")]
fn threads() -> usize {
    let names = std::fs::read_dir("/proc/self/task").unwrap().filter_map(|task| {
        // A thread may end in the meantime.
        std::fs::read_to_string(task.ok()?.path().join("comm")).ok()
    });
    names.filter(|name| name.starts_with("credential_proc")).count()
}

/// A helper starts an agent that leaves the helper's process group and keeps its output open.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn agent_outside_the_process_group_leaks_no_thread() {
    let provider_config = ProviderConfig::new().environment([("", ""); 0]);
    let agent = "setsid sleep 3600 & echo $! >PID;";
    let pid = std::env::temp_dir().join(format!("bedrock-lite-agent-{}", std::process::id()));
    let agent = agent.replace("PID", pid.to_str().unwrap());
    let kill = || {
        let id = std::fs::read_to_string(&pid).unwrap();
        assert!(std::process::Command::new("kill").arg(id.trim()).status().unwrap().success(), "the agent has ended");
    };
    // The output counts once the program has ended.
    let source = ProcessCredentials::new(&provider_config, format!("{agent} printf '%s' '{GOOD}'"));
    assert_eq!(source.credentials().await.unwrap().access_key_id(), "ASIAEXAMPLE");
    kill();
    // Without output, the timeout ends the wait. A busy machine may need part of it to start the
    // agent.
    std::fs::remove_file(&pid).unwrap();
    let mut time = Duration::from_millis(500);
    while !pid.exists() {
        let source = ProcessCredentials::new(&provider_config, agent.clone()).timeout(time);
        assert!(whole(&source.credentials().await.unwrap_err()).contains(&format!("did not exit within {time:?}")));
        time *= 2;
    }
    // Other tests also run programs, but none without end. The agent still runs.
    let begun = std::time::Instant::now();
    while threads() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} threads stay", threads());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    kill();
    std::fs::remove_file(&pid).unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn program_is_killed_when_its_future_is_dropped() {
    let pid = std::env::temp_dir().join(format!("bedrock-lite-left-{}", std::process::id()));
    let provider_config = ProviderConfig::new().environment([("", ""); 0]);
    let command = format!("echo $$ >{0}.new && mv {0}.new {0} && exec sleep 3600", pid.display());
    let source = ProcessCredentials::new(&provider_config, command).timeout(Duration::MAX);
    let waits = tokio::spawn(async move { source.credentials().await });
    while !pid.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    waits.abort();
    let id = std::fs::read_to_string(&pid).unwrap();
    let begun = std::time::Instant::now();
    while std::path::Path::new("/proc").join(id.trim()).exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the program still runs");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    std::fs::remove_file(&pid).unwrap();
}

#[tokio::test]
async fn program_has_no_input() {
    let error = run("cat").await.unwrap_err();
    assert!(error.to_string().contains("not valid JSON"), "{error}");
}

#[test]
fn debug_does_not_show_the_command() {
    let source = ProcessCredentials::new(&ProviderConfig::new(), "program --password kept-secret");
    assert!(!format!("{source:?}").contains("kept-secret"));
}
