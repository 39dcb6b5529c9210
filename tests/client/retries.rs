//! Retries over a connection: quota, deadline, wrong clock, stale connections.

use std::future::Future;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bedrock_lite::clock::{Clock, Sleep};
use bedrock_lite::retry::RetryQuota;
use bedrock_lite::{
    Client, ConfigErrorKind, ConverseRequest, Credentials, Error, ListFoundationModelsRequest, Message, RetryPolicy,
    ServiceErrorKind, TransportErrorKind,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::support::{ScriptedServer, Step, answer, refusal};

const MODELS: &str = r#"{"modelSummaries":[]}"#;

async fn models(client: &Client) -> Result<u32, Error> {
    let models = client.list_foundation_models(&ListFoundationModelsRequest::new()).await?;
    Ok(models.metadata().attempts())
}

/// Counts its calls and does not sleep.
#[derive(Debug, Clone, Default)]
struct Sleepless(Arc<AtomicUsize>);

impl Sleep for Sleepless {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn calls_share_one_quota() {
    let server = ScriptedServer::start((0..9).map(|_| refusal(500, "InternalServerException")));
    let client = server.client().retry_quota(RetryQuota::with_tokens(30)).sleep(Sleepless::default()).build().unwrap();
    assert_eq!(models(&client).await.unwrap_err().attempts(), 3);
    assert_eq!(client.retry_quota().tokens(), 2);
    // Clones, also those with other settings, share the quota.
    assert_eq!(models(&client.clone()).await.unwrap_err().attempts(), 1);
    let patient = client.with_retry(RetryPolicy::new().max_attempts(9));
    assert_eq!(models(&patient).await.unwrap_err().attempts(), 1);
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn attempts_are_read_from_the_environment() {
    let client = |attempts: &str, server: &ScriptedServer| {
        Client::builder()
            .environment([("AWS_MAX_ATTEMPTS", attempts), ("AWS_REGION", "eu-west-1")])
            .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
            .endpoint_url(server.url())
            .sleep(Sleepless::default())
    };
    let server = ScriptedServer::start((0..9).map(|_| refusal(500, "InternalServerException")));
    assert_eq!(models(&client("5", &server).build().unwrap()).await.unwrap_err().attempts(), 5);
    let by_code = client("5", &server).retry(RetryPolicy::off()).build().unwrap();
    assert_eq!(models(&by_code).await.unwrap_err().attempts(), 1, "code wins over the environment");
    for bad in ["0", "three", "-1", "1.5"] {
        let Err(Error::Config(error)) = client(bad, &server).build() else { panic!("{bad}") };
        assert_eq!(error.kind(), ConfigErrorKind::InvalidSetting);
        assert!(error.to_string().contains("AWS_MAX_ATTEMPTS") && error.to_string().contains(bad), "{error}");
    }
}

#[tokio::test]
async fn response_timeout_is_retried_only_on_request() {
    let hang = || ScriptedServer::start([vec![Step::Hang], answer(200, &[], MODELS)]);
    let builder = |server: &ScriptedServer| server.client().response_timeout(Duration::from_secs(2));
    let server = hang();
    let error = models(&builder(&server).build().unwrap()).await.unwrap_err();
    assert_eq!((error.attempts(), error.is_timeout()), (1, true));
    let server = hang();
    let policy = RetryPolicy::new().response_timeouts(true);
    assert_eq!(models(&builder(&server).retry(policy).build().unwrap()).await.unwrap(), 2);
}

#[tokio::test]
async fn retry_that_is_not_sent_costs_no_quota() {
    let slow = || answer(503, &[("x-amz-retry-after", "9000")], "{}");
    let server = ScriptedServer::start((0..20).map(|_| slow()));
    let client = server.client().build().unwrap();
    let hurried = client.with_timeouts(client.timeouts().call(Duration::from_secs(1)));
    for _ in 0..5 {
        assert_eq!(models(&hurried).await.unwrap_err().attempts(), 1);
    }
    assert_eq!(client.retry_quota().tokens(), 500, "the call timeout would have expired");
    for sent in 6..=10 {
        let call = tokio::spawn({
            let client = client.clone();
            async move { models(&client).await }
        });
        while server.requests().len() < sent {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    }
    assert_eq!(client.retry_quota().tokens(), 500, "the call was dropped during the wait");
}

#[tokio::test]
async fn hanging_credentials_send_no_request() {
    #[derive(Debug)]
    struct Hangs;

    impl bedrock_lite::ProvideCredentials for Hangs {
        fn credentials(&self) -> bedrock_lite::credentials::CredentialsFuture<'_> {
            Box::pin(std::future::pending())
        }
    }

    let client = Client::builder()
        .environment([("", ""); 0])
        .region("us-east-1")
        .credentials_provider(Hangs)
        .endpoint_url("http://127.0.0.1:9")
        .call_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let error = models(&client).await.unwrap_err();
    assert_eq!((error.attempts(), error.is_timeout()), (0, true));
}

#[tokio::test]
async fn date_out_of_range_does_not_change_the_clock_skew() {
    let hostile = answer(200, &[("date", "31 Dec 262142 23:59:59 GMT")], MODELS);
    let server = ScriptedServer::start([hostile, answer(200, &[], MODELS)]);
    let client = server.client().build().unwrap();
    for _ in 0..2 {
        assert_eq!(models(&client).await.unwrap(), 1);
    }
    assert_eq!(client.clock_skew(), TimeDelta::zero());
}

#[tokio::test]
async fn wait_longer_than_the_call_timeout_is_not_started() {
    let slow = answer(429, &[("x-amzn-errortype", "ThrottlingException"), ("x-amz-retry-after", "5000")], "{}");
    let server = ScriptedServer::start([slow, answer(200, &[], MODELS)]);
    let client = server.client().call_timeout(Duration::from_secs(4)).build().unwrap();
    let begun = Instant::now();
    let error = models(&client).await.unwrap_err();
    assert!(error.is_throttling() && error.attempts() == 1, "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(4), "the error is returned at once");
}

#[tokio::test]
async fn deadline_covers_all_attempts_and_reports_the_last() {
    let server = ScriptedServer::start([refusal(503, "ServiceUnavailableException"), vec![Step::Hang]]);
    let client = server.client().build().unwrap();
    let hurried = client.with_timeouts(client.timeouts().call(Duration::from_secs(2)));
    let error = models(&hurried).await.unwrap_err();
    let Error::Transport(transport) = &error else { panic!("{error:?}") };
    assert_eq!((transport.kind(), transport.timeout()), (TransportErrorKind::Call, Some(Duration::from_secs(2))));
    assert_eq!((error.attempts(), error.is_timeout(), error.is_retryable()), (2, true, false));
    let host = server.url().replace("http://", "");
    let text = format!(
        "ListFoundationModels at {host}: the call timed out after 2s: \
         ServiceUnavailableException (503): no (1 attempt, request rid-1) (2 attempts)"
    );
    assert_eq!(error.to_string(), text);
}

/// A wrong clock, or one that was wrong until the machine woke up. It returns the given times in
/// order, then the last one.
#[derive(Debug, Clone)]
struct Times(Arc<Mutex<Vec<DateTime<Utc>>>>);

impl Times {
    fn new(seconds: &[i64]) -> Self {
        let midnight: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        Self(Arc::new(Mutex::new(seconds.iter().rev().map(|s| midnight + TimeDelta::seconds(*s)).collect())))
    }
}

impl Clock for Times {
    fn now(&self) -> DateTime<Utc> {
        let mut times = self.0.lock().unwrap();
        if times.len() > 1 { times.pop().unwrap() } else { *times.last().unwrap() }
    }
}

fn skewed(code: &str, date: &str) -> Vec<Step> {
    let headers = [("x-amzn-errortype", code), ("x-amzn-requestid", "rid"), ("date", date)];
    answer(403, &headers, r#"{"message":"Signature expired"}"#)
}

#[tokio::test]
async fn clock_skew_is_corrected_once() {
    const SIX: &str = "Thu, 01 Jan 2026 06:00:00 GMT";
    for code in [
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "RequestTimeTooSkewed",
        "RequestExpired",
        "RequestInTheFuture",
    ] {
        let server = ScriptedServer::start([skewed(code, SIX), skewed(code, SIX), answer(200, &[], MODELS)]);
        let client = server.client().clock(Times::new(&[0])).build().unwrap();
        let error = models(&client).await.unwrap_err();
        // The second response has the same error although the time was right, so the clock is not
        // the cause.
        assert_eq!((error.attempts(), error.is_retryable()), (2, false), "{code}");
        let requests = server.requests();
        let dates =
            requests.iter().map(|request| request.split("x-amz-date: ").nth(1).unwrap().split('\r').next().unwrap());
        assert_eq!(dates.collect::<Vec<_>>(), ["20260101T000000Z", "20260101T060000Z"]);
        assert_eq!(client.clock_skew(), TimeDelta::hours(6));
    }
    let server = ScriptedServer::start([skewed("AccessDeniedException", SIX)]);
    let error = models(&server.client().clock(Times::new(&[0])).build().unwrap()).await.unwrap_err();
    assert_eq!(error.attempts(), 1, "not a signature error");
}

/// Returns the times that the requests were signed with.
fn signing_times(server: &ScriptedServer) -> Vec<String> {
    let time = |request: &String| request.split("x-amz-date: ").nth(1).unwrap().split('\r').next().unwrap().to_owned();
    server.requests().iter().map(time).collect()
}

const RAW: &str = "20260101T000000Z";
const TWO: &str = "Thu, 01 Jan 2026 02:00:00 GMT";

#[tokio::test]
async fn date_that_is_not_from_the_service_is_ignored() {
    let id = ("x-amzn-requestid", "rid");
    for headers in [
        // Gateways send responses of their own, with their own clock.
        &[("date", "Fri, 31 Dec 9999 23:59:59 GMT")][..],
        &[("date", TWO)],
        &[("date", TWO), ("x-amzn-trace-id", "Root=1-67891233")],
        &[("date", TWO), ("x-amzn-requestid", "")],
        // These dates are not from the service.
        &[("date", "Fri, 31 Dec 9999 23:59:59 GMT"), id],
        &[("date", "Sat, 01 Jan 2000 00:00:00 GMT"), id],
        &[("date", TWO), ("age", "3"), id],
    ] {
        for status in [200, 403] {
            let server = ScriptedServer::start([answer(status, headers, MODELS), answer(200, &[], MODELS)]);
            let client = server.client().clock(Times::new(&[0])).build().unwrap();
            let _ = models(&client).await;
            assert_eq!(client.clock_skew(), TimeDelta::zero(), "{headers:?}");
            models(&client).await.unwrap();
            assert_eq!(signing_times(&server), [RAW, RAW], "{headers:?}");
        }
    }
}

#[tokio::test]
async fn learned_skew_that_breaks_a_call_is_dropped() {
    let good = |headers: &[(&'static str, &'static str)]| answer(200, headers, MODELS);
    let refused = |code, message: &str, headers: &[(&'static str, &'static str)]| {
        let headers = [&[("x-amzn-errortype", code), ("x-amzn-requestid", "rid")], headers].concat();
        answer(403, &headers, format!(r#"{{"message":"{message}"}}"#))
    };
    let wrong = [("x-amzn-requestid", "rid"), ("date", TWO)];
    let not_yet = "Signature not yet current: 20260101T020000Z is still later than 20260101T000500Z";
    for refusal in [
        // The response has the right time, no time, or the wrong time again.
        refused("InvalidSignatureException", not_yet, &[("date", "Thu, 01 Jan 2026 00:00:00 GMT")]),
        refused("InvalidSignatureException", not_yet, &[]),
        refused("InvalidSignatureException", not_yet, &[("date", TWO)]),
        refused("RequestTimeTooSkewed", "no", &[("date", TWO)]),
        refused("RequestTimeTooSkewed", "no", &[("date", "Fri, 31 Dec 9999 23:59:59 GMT")]),
        refused("SignatureDoesNotMatch", "no", &[]),
        // Cannot be told apart from a response of a gateway.
        answer(403, &[("x-amzn-errortype", "RequestExpired")], "{}"),
    ] {
        let server = ScriptedServer::start([good(&wrong), refusal, good(&wrong), good(&wrong)]);
        let client = server.client().clock(Times::new(&[0])).build().unwrap();
        for attempts in [1, 2, 1] {
            let reply = client.list_foundation_models(&ListFoundationModelsRequest::new()).await.unwrap();
            assert_eq!(reply.metadata().attempts(), attempts);
        }
        assert_eq!(signing_times(&server)[..3], [RAW, "20260101T020000Z", RAW]);
    }
}

#[tokio::test]
async fn skew_confirmed_by_a_refusal_is_kept_unless_its_time_is_refused() {
    let headers = [("x-amzn-requestid", "rid"), ("date", TWO), ("x-amzn-errortype", "InvalidSignatureException")];
    let body = r#"{"message":"The request signature we calculated does not match the signature you provided."}"#;
    let server = ScriptedServer::start([answer(200, &headers[..2], MODELS), answer(403, &headers, body)]);
    let client = server.client().clock(Times::new(&[0])).build().unwrap();
    models(&client).await.unwrap();
    let error = models(&client).await.unwrap_err();
    assert_eq!(
        (error.attempts(), client.clock_skew()),
        (1, TimeDelta::hours(2)),
        "the secret key is wrong, not the clock"
    );
}

#[tokio::test]
async fn dropped_skew_is_reported_without_retries() {
    let wrong = [("x-amzn-requestid", "rid"), ("date", TWO)];
    let server = ScriptedServer::start([answer(200, &wrong, MODELS), skewed("RequestTimeTooSkewed", TWO)]);
    let client = server.client().clock(Times::new(&[0])).retry(RetryPolicy::off()).build().unwrap();
    models(&client).await.unwrap();
    let Error::Service(error) = models(&client).await.unwrap_err() else { panic!("a service error") };
    assert_eq!((error.clock_skew(), client.clock_skew()), (Some(TimeDelta::zero()), TimeDelta::zero()));
    let said = "RequestTimeTooSkewed (403): Signature expired; the request was signed with a wrong clock correction, which is now dropped";
    assert_eq!(error.to_string(), said);
}

#[tokio::test]
async fn clock_that_starts_in_1970_is_corrected() {
    let server = ScriptedServer::start([skewed("InvalidSignatureException", TWO), answer(200, &[], MODELS)]);
    let client = server.client().clock(DateTime::<Utc>::UNIX_EPOCH).build().unwrap();
    models(&client).await.unwrap();
    assert_eq!(signing_times(&server), ["19700101T000000Z", "20260101T020000Z"]);
}

#[tokio::test]
async fn clock_at_its_extremes_does_not_panic() {
    for clock in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let server = ScriptedServer::start((0..6).map(|_| skewed("InvalidSignatureException", TWO)));
        let client = server.client().clock(clock).build().unwrap();
        for _ in 0..2 {
            models(&client).await.unwrap_err();
        }
    }
}

#[tokio::test]
async fn wrong_clock_is_reported_without_retries() {
    let server = ScriptedServer::start([skewed("InvalidSignatureException", "Thu, 01 Jan 2026 00:10:00 GMT")]);
    let client = server.client().clock(Times::new(&[0])).retry(RetryPolicy::off()).build().unwrap();
    let Error::Service(error) = models(&client).await.unwrap_err() else { panic!("a service error") };
    assert_eq!(error.clock_skew(), Some(TimeDelta::minutes(10)));
    assert_eq!(
        error.to_string(),
        "InvalidSignatureException (403): Signature expired; this machine's clock is 600 s off"
    );
}

/// Lambda freezes a process between signing and sending. When the process continues, its clock is
/// right again.
#[tokio::test]
async fn signature_that_expired_in_a_frozen_process_is_renewed() {
    let thawed = skewed("InvalidSignatureException", "Thu, 01 Jan 2026 00:10:00 GMT");
    let server = ScriptedServer::start([thawed, answer(200, &[], MODELS)]);
    let client = server.client().clock(Times::new(&[0, 600, 601])).build().unwrap();
    assert_eq!(models(&client).await.unwrap(), 2);
    assert_eq!(client.clock_skew(), TimeDelta::zero(), "the clock was correct all the time");

    let thawed = skewed("InvalidSignatureException", "Thu, 01 Jan 2026 00:10:00 GMT");
    let server = ScriptedServer::start([thawed]);
    let client = server.client().clock(Times::new(&[0, 600])).retry(RetryPolicy::off()).build().unwrap();
    let error = models(&client).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("Signature expired; the response arrived 600 s after the signature (1 attempt, request rid)"),
        "{error}"
    );
    assert!(matches!(&error, Error::Service(e) if e.clock_skew().is_none()) && error.is_retryable());
}

#[tokio::test]
async fn refused_signature_is_explained() {
    let expected =
        "POST\\n/model/a-model/converse\\n\\nhost:elsewhere\\nx-amz-security-token:hidden/token==\\n\\nhost\\nabc";
    let body = format!(
        r#"{{"message":"The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'{expected}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260101T000000Z'\n"}}"#
    );
    let server = ScriptedServer::start([answer(403, &[("x-amzn-errortype", "InvalidSignatureException")], body)]);
    let credentials = Credentials::new("AKIDEXAMPLE", "hiddensecret").with_session_token("hidden/token==");
    let client = server.client().credentials(credentials).build().unwrap();
    let request = ConverseRequest::new("a-model").message(Message::user("Hello"));
    let error = client.converse(&request).await.unwrap_err();
    let Error::Service(service) = &error else { panic!("{error:?}") };
    assert_eq!((service.kind(), error.attempts()), (ServiceErrorKind::InvalidSignature, 1));
    let mismatch = service.signature_mismatch().unwrap();
    let difference = mismatch.first_difference().unwrap();
    // Line 4 is the first header: the service did not receive a content-type.
    assert_eq!((difference.text, difference.line), ("canonical request", 4));
    assert_eq!(
        (difference.signed, difference.expected),
        (Some("content-type:application/json"), Some("host:elsewhere"))
    );
    assert!(mismatch.canonical_request().contains("x-amz-security-token:[redacted]"), "{mismatch}");
    assert!(mismatch.expected_canonical_request().unwrap().contains("x-amz-security-token:[redacted]"), "{mismatch}");
    assert!(mismatch.string_to_sign().starts_with("AWS4-HMAC-SHA256\n"));
    let verdict = "the canonical request differs in line 4: \
                   the client signed \"content-type:application/json\", the service expected \"host:elsewhere\"";
    assert_eq!(mismatch.verdict().as_deref(), Some(verdict));
    assert!(error.to_string().contains(&format!("signature you provided; {verdict} (1 attempt)")), "{error}");
    let said = format!("{error:?}{error:#?}{mismatch}{mismatch:?}");
    assert!(!said.contains("hidden"), "{said}");
    assert!(server.requests()[0].contains("hidden/token=="), "the request was sent");
}

/// Reads one request without a body.
fn read_head(stream: &mut TcpStream) -> bool {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if !stream.read(&mut byte).is_ok_and(|read| read == 1) {
            return false;
        }
        head.push(byte[0]);
    }
    true
}

/// Starts a server that responds to `answered` requests per connection, reads one more, and
/// disconnects after `pause`. It counts the requests.
fn forgetful(answered: usize, pause: Duration) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut left = answered;
            while read_head(&mut stream) {
                count.fetch_add(1, Ordering::SeqCst);
                if left == 0 {
                    std::thread::sleep(pause);
                    break;
                }
                left -= 1;
                write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{MODELS}", MODELS.len()).unwrap();
            }
        }
    });
    (url, requests)
}

#[tokio::test]
async fn failure_of_a_new_connection_is_an_attempt() {
    let (url, requests) = forgetful(0, Duration::ZERO);
    let client = ScriptedServer::start([]).client().endpoint_url(url).build().unwrap();
    let error = models(&client.with_retry(RetryPolicy::off())).await.unwrap_err();
    let Error::Transport(transport) = &error else { panic!("{error:?}") };
    assert_eq!((transport.kind(), requests.load(Ordering::SeqCst)), (TransportErrorKind::Head, 1));
    assert_eq!(models(&client).await.unwrap_err().attempts(), 3);
    assert_eq!(requests.load(Ordering::SeqCst), 4);
}

/// Records the waits and does not sleep.
#[derive(Debug, Clone, Default)]
struct Waits(Arc<Mutex<Vec<Duration>>>);

impl Sleep for Waits {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

#[tokio::test]
async fn date_in_retry_after_sets_the_wait() {
    let noon: DateTime<Utc> = "2026-01-02T12:00:00Z".parse().unwrap();
    let slow = |headers: &[(&str, &str)]| answer(503, headers, "{}");
    let server = ScriptedServer::start([
        // First by the clock of the client, then by the date of the response, then limited to the
        // longest wait.
        slow(&[("retry-after", "Fri, 02 Jan 2026 12:00:03 GMT")]),
        slow(&[("retry-after", "Fri, 02 Jan 2026 11:00:02 GMT"), ("date", "Fri, 02 Jan 2026 11:00:00 GMT")]),
        slow(&[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")]),
        slow(&[("retry-after", "Thu, 01 Jan 2026 12:00:00 GMT")]),
        slow(&[("retry-after", "Fri, 02 Jan 2026 12:00:04 GMT")]),
    ]);
    let waits = Waits::default();
    let client = server.client().clock(noon).sleep(waits.clone()).jitter(|| 0.0);
    let client = client.retry(RetryPolicy::new().max_attempts(5)).build().unwrap();
    let error = models(&client).await.unwrap_err();
    assert_eq!((error.attempts(), error.retry_after()), (5, Some(Duration::from_secs(4))));
    assert_eq!(*waits.0.lock().unwrap(), [3, 2, 5, 0].map(Duration::from_secs));
}
