//! Errors when there is no connection: TLS, certificates, proxies and names.
//!
//! Proxy and certificate variables are read per process. Tests that set them start this test
//! executable again, with a filter for the one test that reads them.
#![cfg(feature = "rustls")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bedrock_lite::{
    Client, ClientBuilder, ConverseRequest, Credentials, Error, Message, RetryPolicy, TransportErrorKind,
};

use crate::support::tls;

fn builder() -> ClientBuilder {
    Client::builder()
        .environment([("", ""); 0])
        .credentials(Credentials::new("AKIDEXAMPLE", "secretaccesskey"))
        .region("eu-west-1")
        .retry(RetryPolicy::new().delays(Duration::from_millis(1), Duration::from_millis(1)))
        .connect_timeout(Duration::from_secs(60))
}

async fn failure(builder: ClientBuilder) -> Error {
    let request = ConverseRequest::new("a-model").message(Message::user("Hello"));
    match builder.build() {
        Ok(client) => client.converse(&request).await.unwrap_err(),
        Err(error) => error,
    }
}

/// Runs [`program`] in a new process with the given variables, and returns its output.
fn run(place: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "connecting::program", "--ignored", "--nocapture"]);
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command.env("PLACE", place).envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let said = said.lines().find_map(|line| line.split_once("SAID: ")).map(|(_, said)| said.to_owned());
    said.unwrap_or_else(|| String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
#[ignore = "other tests run this as a program"]
async fn program() {
    let Ok(place) = std::env::var("PLACE") else { return };
    let builder = if place.contains("://") { builder().endpoint_url(place) } else { builder().region(place) };
    let error = failure(builder).await;
    println!("SAID: {error}");
}

fn platform_only() -> bool {
    cfg!(all(target_os = "linux", not(feature = "webpki-roots"), not(feature = "native-tls")))
}

#[test]
fn unknown_issuer_is_reported_once_with_advice() {
    let url = tls::tls_server("{}");
    // Only a different authority is trusted.
    let other = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls/leaf.pem");
    let said = run(&url, &[("SSL_CERT_FILE", other), ("SSL_CERT_DIR", "/nonexistent")]);
    let host = url.replace("https://", "");
    let begin = format!("Converse at {host}: no connection: ");
    assert!(
        said.starts_with(&begin) && said.contains(" (1 attempt)"),
        "the certificate error appears more than once: {said}"
    );
    let (cause, remedy) = said.split_once("; help: ").unwrap_or_else(|| panic!("{said}"));
    assert!(remedy.contains("AWS_CA_BUNDLE"), "{said}");
    if cfg!(feature = "native-tls") {
        assert!(cause.contains("certificate verify failed"), "{said}");
    } else {
        assert!(cause.contains("invalid peer certificate: UnknownIssuer"), "{said}");
    }
    assert_eq!(said.matches("certificate verify failed").count() + said.matches("UnknownIssuer").count(), 1, "{said}");
}

#[test]
fn missing_ca_files_are_reported_with_the_feature_that_helps() {
    if !platform_only() {
        return;
    }
    let none = [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];
    for (place, begin) in [("eu-west-1", "TLS cannot be set up: "), (&*tls::tls_server("{}"), "Converse at localhost:")]
    {
        let said = run(place, &none);
        assert!(said.starts_with(begin), "{said}");
        assert!(said.contains("webpki-roots") && said.contains("ca-certificates"), "{said}");
        assert!(!said.contains("(3 attempts)"), "a certificate error is not retried: {said}");
    }
}

#[tokio::test]
async fn tls_to_a_plain_http_port_is_reported() {
    let error = failure(builder().endpoint_url(tls::plain_server_of_tls_clients())).await;
    assert!(matches!(&error, Error::Transport(e) if e.kind() == TransportErrorKind::Connect), "{error}");
    assert!(!error.is_retryable() && error.attempts() == 1, "{error}");
    assert!(error.to_string().contains("does not speak TLS") && error.to_string().contains("http://"), "{error}");
}

#[tokio::test]
async fn plain_http_to_a_tls_port_is_reported() {
    let error = failure(builder().endpoint_url(tls::tls_server_of_plain_clients())).await;
    assert!(matches!(&error, Error::Transport(e) if e.kind() == TransportErrorKind::Protocol), "{error}");
    assert!(error.to_string().contains("invalid HTTP response: invalid HTTP version parsed (1 attempt)"), "{error}");
    assert!(error.advice().unwrap().contains("https://"), "{error}");
}

#[tokio::test]
async fn name_that_does_not_exist_is_reported() {
    // `.invalid` never exists (RFC 6761). The client ignores proxies of the machine that runs the
    // test.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let direct = || reqwest::Client::builder().no_proxy().build().unwrap();
    let once = || builder().retry(RetryPolicy::off()).http_client(direct());
    let error = failure(once().endpoint_url("http://bedrock-runtime.eu-wset-1.invalid")).await;
    assert!(error.to_string().contains(": no connection: ") && error.to_string().contains("dns error: "), "{error}");
    assert!(error.advice().unwrap().contains("endpoint URL"), "{error}");
    let error = failure(once().endpoint_url("http://bedrock-runtime.eu-wset-1.amazonaws.com")).await;
    assert!(error.to_string().contains("dns error: ") && error.advice().unwrap().contains("\"eu-wset-1\""), "{error}");
    assert!(error.advice().unwrap().contains("region"), "{error}");
}

/// Starts a proxy that responds to each CONNECT with a status, and counts them.
fn proxy(status: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut request, mut buffer) = (Vec::new(), [0; 1024]);
            while !request.ends_with(b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(read) if read > 0 => request.extend_from_slice(buffer.get(..read).unwrap()),
                    _ => break,
                }
            }
            assert!(request.starts_with(b"CONNECT bedrock-runtime.eu-west-1.amazonaws.com:443 "));
            counted.fetch_add(1, Ordering::Relaxed);
            let _ = stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes());
        }
    });
    (host, asked)
}

#[test]
fn refusing_proxy_is_named_with_its_status() {
    for (status, number, attempts, remedy) in [
        ("407 Proxy Authentication Required", 407, "(1 attempt)", "user:password@"),
        ("403 Forbidden", 403, "(1 attempt)", "NO_PROXY"),
        ("503 Service Unavailable", 503, "(3 attempts)", "NO_PROXY"),
    ] {
        let (host, asked) = proxy(status);
        let said = run("eu-west-1", &[("HTTPS_PROXY", &format!("http://me:hidden@{host}"))]);
        let obstacle = format!("no connection: the proxy {host} refused to connect with status {number}: ");
        assert!(said.contains(&obstacle) && said.contains(attempts) && said.contains(remedy), "{said}");
        assert!(said.starts_with("Converse at bedrock-runtime.eu-west-1.amazonaws.com: "), "{said}");
        assert!(!said.contains("hidden"), "{said}");
        assert!(asked.load(Ordering::Relaxed) >= 1);
    }
    // A proxy that does not listen is named as well.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = run("eu-west-1", &[("HTTPS_PROXY", &format!("http://me:hidden@{closed}"))]);
    assert!(said.contains(&format!("no connection: through the proxy {closed}: ")), "{said}");
    assert!(said.contains("Connection refused") && !said.contains("hidden"), "{said}");
}

#[test]
fn invalid_proxy_url_is_an_error() {
    let said = run("eu-west-1", &[("HTTPS_PROXY", "::bad")]);
    assert!(said.starts_with("HTTPS_PROXY=\"::bad\" is not the URL of a proxy: "), "{said}");
    // Local addresses need no proxy.
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let said = run(&format!("http://{closed}"), &[("HTTP_PROXY", "::bad")]);
    assert!(said.starts_with(&format!("Converse at {closed}: no connection: ")), "{said}");
}
