//! A loopback server that serves fixtures and verifies signatures.

use std::convert::Infallible;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::fixture::{FixtureBody, FixtureResponse, Fixtures, sorted_query};
use super::nearest::{Asked, find};
use super::paced_body::PacedBody;
use crate::clock::{Clock as _, SystemClock};
use crate::credentials::{ApiKey, Credentials};
use crate::sigv4::{VerifyError, VerifyErrorKind, verify};

/// The maximum size of a request body, in bytes.
const MAX_REQUEST: usize = 32 * 1024 * 1024;
/// The maximum difference between the time of a signature and the server's clock.
const MAX_SKEW: TimeDelta = TimeDelta::minutes(5);
/// The signing name that requests must be signed for.
const SIGNING_NAME: &str = "bedrock";

/// A server on a free port of 127.0.0.1. It stops when it is dropped.
pub struct ReplayServer {
    address: SocketAddr,
    replay: Arc<Replay>,
    accepting: JoinHandle<()>,
}

/// Builds a [`ReplayServer`].
#[derive(Debug)]
#[must_use]
pub struct ReplayServerBuilder(Replay);

#[derive(Debug)]
struct Replay {
    fixtures: Fixtures,
    credentials: Credentials,
    api_key: ApiKey,
    region: String,
    chunk: usize,
    pause: Duration,
    /// The number of times that each fixture was served.
    turns: Mutex<Vec<usize>>,
    /// What was served, in the order of the requests.
    served: Mutex<Vec<String>>,
}

impl ReplayServer {
    /// Creates a builder of a server for these fixtures.
    pub fn builder(fixtures: Fixtures) -> ReplayServerBuilder {
        let turns = Mutex::new(vec![0; fixtures.as_slice().len()]);
        ReplayServerBuilder(Replay {
            fixtures,
            // AWS's example credentials.
            credentials: Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            api_key: ApiKey::new("bedrock-api-key-example"),
            region: "us-east-1".to_owned(),
            chunk: usize::MAX,
            pause: Duration::ZERO,
            turns,
            served: Mutex::default(),
        })
    }

    /// Returns the URL of the server: `http://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the credentials that requests must be signed with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.replay.credentials
    }

    /// Returns the region that requests must be signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.replay.region
    }

    /// Returns the API key that the server accepts instead of a signature.
    #[must_use]
    pub fn api_key(&self) -> &ApiKey {
        &self.replay.api_key
    }

    /// Returns the environment variables that point this crate, the AWS CLI or any AWS SDK to the
    /// server.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let credentials = &self.replay.credentials;
        let mut variables = vec![
            ("AWS_ENDPOINT_URL_BEDROCK", self.url()),
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", self.url()),
            ("AWS_REGION", self.replay.region.clone()),
            // boto3 reads this variable.
            ("AWS_DEFAULT_REGION", self.replay.region.clone()),
            ("AWS_ACCESS_KEY_ID", credentials.access_key_id().to_owned()),
            ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key().to_owned()),
        ];
        variables.extend(credentials.session_token().map(|token| ("AWS_SESSION_TOKEN", token.to_owned())));
        variables
    }

    /// Returns what was served so far, in order: the name of the fixture, or why there was none.
    #[must_use]
    pub fn served(&self) -> Vec<String> {
        lock(&self.replay.served).clone()
    }
}

impl Drop for ReplayServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for ReplayServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayServer").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl ReplayServerBuilder {
    /// Sets the credentials that requests must be signed with. Defaults to AWS's example
    /// credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.0.credentials = credentials;
        self
    }

    /// Sets the region that requests must be signed for, and that
    /// [`environment`](ReplayServer::environment) contains. Defaults to `us-east-1`. A request for
    /// a different region gets the same error as from a regional endpoint of AWS.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.0.region = region.into();
        self
    }

    /// Sends event streams in chunks of `bytes` bytes, with a pause between two chunks. By default
    /// a stream is sent as a whole.
    pub fn chunks(mut self, bytes: usize, pause: Duration) -> Self {
        self.0.chunk = bytes;
        self.0.pause = pause;
        self
    }

    /// Starts the server in the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Returns an I/O error if no port is available.
    pub async fn start(self) -> std::io::Result<ReplayServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let replay = Arc::new(self.0);
        let accepting = tokio::spawn(accept(listener, Arc::clone(&replay)));
        Ok(ReplayServer { address, replay, accepting })
    }
}

/// Accepts connections and serves them until it is dropped.
async fn accept(listener: TcpListener, replay: Arc<Replay>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // For example out of file descriptors. Retrying at once would spin.
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                };
                // Send each chunk of a response when it is written.
                let _ = stream.set_nodelay(true);
                let replay = Arc::clone(&replay);
                connections.spawn(async move {
                    let service = service_fn(|request| respond(&replay, request));
                    // A peer that closes the connection is not a failure of the server.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn respond(replay: &Replay, request: Request<Incoming>) -> Result<Response<PacedBody>, Infallible> {
    let (head, body) = request.into_parts();
    let found = match Limited::new(body, MAX_REQUEST).collect().await {
        Ok(body) => replay.find(&Request::from_parts(head, body.to_bytes())),
        Err(_) => Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeException", "the body is too large")),
    };
    let (served, response) = match found {
        Ok((name, response)) => (name, response),
        Err(refusal) => (refusal.message.clone(), refusal.into_response()),
    };
    lock(&replay.served).push(served);
    Ok(response)
}

impl Replay {
    fn find(&self, request: &Request<Bytes>) -> Result<(String, Response<PacedBody>), Refusal> {
        self.authenticate(request)?;
        let body = request.body();
        let asked = Asked {
            method: request.method(),
            path: request.uri().path(),
            query: sorted_query(request.uri().query().unwrap_or_default()),
            headers: request.headers(),
            body: (!body.is_empty())
                .then(|| serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body)))),
        };
        let fixtures = self.fixtures.as_slice();
        let at = find(fixtures, &asked)
            .map_err(|message| Refusal::new(StatusCode::NOT_FOUND, "NoSuchFixtureException", message))?;
        let turn = lock(&self.turns).get_mut(at).map_or(0, |turn| std::mem::replace(turn, *turn + 1));
        let found = fixtures.get(at).and_then(|fixture| {
            let response = fixture.responses.get(turn % fixture.responses.len().max(1))?;
            Some((fixture.name.clone(), self.respond(response)))
        });
        found
            .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "NoSuchFixtureException", "the fixture has no response"))
    }

    fn respond(&self, response: &FixtureResponse) -> Response<PacedBody> {
        let body = match &response.body {
            FixtureBody::Whole(bytes) => PacedBody::whole(bytes.clone()),
            FixtureBody::Stream { bytes, .. } => PacedBody::paced(bytes.clone(), self.chunk, self.pause),
        };
        let mut http_response = Response::new(body);
        *http_response.status_mut() = response.status;
        *http_response.headers_mut() = response.headers.clone();
        http_response
    }

    /// Checks the signature, or the API key.
    fn authenticate(&self, request: &Request<Bytes>) -> Result<(), Refusal> {
        let authorization = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
        if let Some(key) = authorization.strip_prefix(b"Bearer ") {
            let known = key == self.api_key.expose().as_bytes();
            return if known {
                Ok(())
            } else {
                Err(Refusal::forbidden("AccessDeniedException", "the API key is unknown"))
            };
        }
        let credentials = &self.credentials;
        let verified = verify(request, |id| (id == credentials.access_key_id()).then(|| credentials.clone()))?;
        if verified.service() != SIGNING_NAME {
            let message = "Credential should be scoped to correct service: 'bedrock'.";
            return Err(Refusal::forbidden("InvalidSignatureException", message));
        }
        if verified.region() != self.region {
            let message = format!("Credential should be scoped to a valid region, not '{}'.", verified.region());
            return Err(Refusal::forbidden("InvalidSignatureException", message));
        }
        let (signed, now) = (verified.time(), SystemClock.now());
        if (now - signed).abs() > MAX_SKEW {
            let message = format!("Signature not current: it is of {signed}, and it is {now} (5 min.)");
            return Err(Refusal::forbidden("InvalidSignatureException", message));
        }
        Ok(())
    }
}

/// A request that no fixture is served for, and the error to respond with.
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    fn into_response(self) -> Response<PacedBody> {
        let body = json!({"message": self.message}).to_string();
        let mut response = Response::new(PacedBody::whole(body.into()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(self.code));
        response.headers_mut().insert("x-amzn-requestid", HeaderValue::from_static("replay"));
        response
    }
}

/// Writes the error as AWS does.
impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        match (error.kind(), error.canonical_request(), error.string_to_sign()) {
            (VerifyErrorKind::Missing, ..) => {
                Self::forbidden("MissingAuthenticationTokenException", "Missing Authentication Token")
            }
            (VerifyErrorKind::UnknownKey | VerifyErrorKind::WrongToken, ..) => {
                Self::forbidden("UnrecognizedClientException", "The security token included in the request is invalid.")
            }
            (VerifyErrorKind::WrongSignature, Some(canonical_request), Some(string_to_sign)) => Self::forbidden(
                "InvalidSignatureException",
                format!(
                    "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                     Access Key and signing method. Consult the service documentation for details.\n\n\
                     The Canonical String for this request should have been\n'{canonical_request}'\n\n\
                     The String-to-Sign should have been\n'{string_to_sign}'\n"
                ),
            ),
            _ => Self::forbidden("IncompleteSignatureException", error.to_string()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
