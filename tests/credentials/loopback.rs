//! The credentials providers over real connections, to servers that misbehave, and with a client on
//! top.

use std::process::Command;
use std::time::{Duration, Instant};

use bedrock_lite::credentials::{
    ContainerCredentials, InstanceMetadataCredentials, ProviderConfig, WebIdentityCredentials,
};
use bedrock_lite::profile::Files;
use bedrock_lite::{
    Client, ConverseRequest, CredentialsError, CredentialsErrorKind, Error, Message, ProvideCredentials,
};
use chrono::{TimeDelta, Utc};

use crate::provider_config::json;
use crate::support::{ScriptedServer, Step, answer};
use crate::whole;

const ANSWER: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn",
    "usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":4}}"#;

fn container(server: &ScriptedServer) -> [(&'static str, String); 2] {
    [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/credentials", server.url())),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "kept-container-token".to_owned()),
    ]
}

/// Returns each provider with this server in place of its service.
fn sources(server: &ScriptedServer) -> [(&'static str, Box<dyn ProvideCredentials>); 3] {
    let provider_config =
        ProviderConfig::new().environment(container(server)).files(Files::of([("/token", "kept-jwt")]));
    let sts = WebIdentityCredentials::of_role(&provider_config, "arn:aws:iam::1:role/r", "/token").region("us-east-1");
    let instance = InstanceMetadataCredentials::new(&provider_config).endpoint_url(server.url());
    [
        ("container", Box::new(ContainerCredentials::new(&provider_config))),
        ("STS", Box::new(sts.endpoint_url(server.url()))),
        ("instance", Box::new(instance)),
    ]
}

/// Returns the error of each provider if its service follows this script on every connection.
async fn failures(script: &[Step]) -> Vec<(&'static str, CredentialsError)> {
    let mut failures = Vec::new();
    for at in 0..3 {
        let server = ScriptedServer::start(vec![script.to_vec(); 4]);
        let (name, source) = sources(&server).into_iter().nth(at).unwrap();
        let begun = Instant::now();
        let error = source.credentials().await.unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(5), "{name} took {:?}", begun.elapsed());
        assert!(!whole(&error).contains("kept-"), "{name}: {}", whole(&error));
        assert_eq!(error.kind(), CredentialsErrorKind::Failed, "{name}: {error}");
        failures.push((name, error));
    }
    failures
}

#[tokio::test]
async fn response_of_ten_megabytes_is_not_read() {
    let large = answer(200, &[], "x".repeat(10 * 1024 * 1024));
    for (name, error) in failures(&large).await {
        assert!(whole(&error).contains("exceeds the limit"), "{name}: {}", whole(&error));
    }
}

#[tokio::test]
async fn invalid_and_truncated_responses_are_errors() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"AccessKeyId\"".to_vec();
    for script in [vec![Step::Send(cut)], vec![Step::Send(b"SSH-2.0-kept\r\n\r\n".to_vec())], vec![]] {
        for (name, error) in failures(&script).await {
            assert!(error.to_string().contains("did not respond"), "{name}: {error}");
        }
    }
    // The token, the role and the credentials are invalid.
    for (name, error) in failures(&answer(200, &[], "<html>kept-nonsense")).await {
        let says = ["not valid JSON", "not valid XML", "an invalid role name"];
        assert!(says.iter().any(|says| error.to_string().contains(says)), "{name}: {error}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = ScriptedServer::start([answer(200, &[], json(Utc::now() + TimeDelta::hours(1)))]);
    for (name, error) in failures(&answer(307, &[("location", &elsewhere.url())], "")).await {
        assert!(error.to_string().contains("returned 307"), "{name}: {error}");
    }
    assert!(elsewhere.requests().is_empty(), "a redirect was followed");
}

#[tokio::test]
async fn silent_instance_metadata_is_given_up_after_two_seconds() {
    let server = ScriptedServer::start([vec![Step::Hang]]);
    let [_, _, (_, source)] = sources(&server);
    let begun = Instant::now();
    let error = source.credentials().await.unwrap_err();
    assert!(error.to_string().contains("hop limit"), "{error}");
    assert!((2..60).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_calls_of_a_client_cause_one_container_request() {
    let expires_at = Utc::now() + TimeDelta::hours(1);
    let mut slow = vec![Step::Pause(Duration::from_millis(150))];
    slow.extend(answer(200, &[], json(expires_at)));
    let task = ScriptedServer::start([slow]);
    let bedrock = ScriptedServer::start((0..64).map(|_| answer(200, &[], ANSWER)));
    let client = Client::builder()
        .environment(container(&task))
        .region("us-east-1")
        .endpoint_url(bedrock.url())
        .build()
        .unwrap();
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move {
                client.converse(&ConverseRequest::new("m").message(Message::user("Hello"))).await.unwrap().text()
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), "Hi");
    }
    assert_eq!((task.requests().len(), bedrock.requests().len()), (1, 64));
    let request = &task.requests()[0];
    assert!(request.contains("authorization: kept-container-token\r\n"), "{request}");
    let request = &bedrock.requests()[0];
    assert!(request.contains("Credential=ASIAEXAMPLE/") && request.contains("x-amz-security-token: kept-token"));
}

#[tokio::test]
async fn client_signs_with_new_credentials_after_expiry() {
    let first = Utc::now() + TimeDelta::seconds(4);
    let second = json(Utc::now() + TimeDelta::hours(1)).replace("ASIAEXAMPLE", "ASIASECOND");
    let task = ScriptedServer::start([answer(200, &[], json(first)), answer(200, &[], second)]);
    let bedrock = ScriptedServer::start((0..3).map(|_| answer(200, &[], ANSWER)));
    let client = Client::builder().environment(container(&task)).region("us-east-1").endpoint_url(bedrock.url());
    let client = client.build().unwrap();
    let request = ConverseRequest::new("m").message(Message::user("Hello"));
    client.converse(&request).await.unwrap();
    tokio::time::sleep(Duration::from_millis(4100)).await;
    client.converse(&request).await.unwrap();
    let requests = bedrock.requests();
    assert!(requests[0].contains("Credential=ASIAEXAMPLE/") && requests[1].contains("Credential=ASIASECOND/"));
}

#[tokio::test]
async fn client_without_credentials_lists_the_tried_providers() {
    let client =
        Client::builder().environment([("AWS_EC2_METADATA_DISABLED", "true")]).region("us-east-1").build().unwrap();
    let error = client.converse(&ConverseRequest::new("m").message(Message::user("Hello"))).await.unwrap_err();
    let Error::Credentials(error) = error else { panic!("{error:?}") };
    let tried: Vec<_> = error.tried().iter().map(|tried| tried.provider().to_string()).collect();
    assert_eq!(tried.first().map(String::as_str), Some("environment"));
    assert_eq!(tried.last().map(String::as_str), Some("instance metadata"));
    let text = error.to_string();
    for name in
        ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS", "AWS_EC2_METADATA_DISABLED"]
    {
        assert!(text.contains(name), "{text}");
    }
}

/// Proxies are configured in the environment of the process, so the test starts itself in a new
/// process.
#[test]
fn local_endpoints_do_not_use_a_proxy() {
    let proxy = ScriptedServer::start([]);
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "loopback::behind_a_proxy", "--ignored"]);
    for variable in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(variable, proxy.url());
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    assert_eq!(proxy.requests(), [""; 0], "the proxy received a request");
}

#[tokio::test]
#[ignore = "run by local_endpoints_do_not_use_a_proxy, with a proxy in the environment"]
async fn behind_a_proxy() {
    let expires_at = Utc::now() + TimeDelta::hours(1);
    let server = ScriptedServer::start([answer(200, &[], json(expires_at))]);
    let [(_, container), ..] = sources(&server);
    container.credentials().await.unwrap();
    assert_eq!(server.requests().len(), 1);
    let token = answer(200, &[("x-aws-ec2-metadata-token-ttl-seconds", "21600")], "token");
    let server = ScriptedServer::start([token, answer(200, &[], "role"), answer(200, &[], json(expires_at))]);
    let [_, _, (_, instance)] = sources(&server);
    instance.credentials().await.unwrap();
    assert_eq!(server.requests().len(), 3);
    // For addresses that are not loopback, the proxy is not used either, whether or not a server is
    // there.
    let task = ProviderConfig::new().environment([("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x")]);
    let _ = ContainerCredentials::new(&task).credentials().await;
    let _ = InstanceMetadataCredentials::new(&task).credentials().await;
}
