//! [`ResponseMetadata`]: request ID, headers, attempts and latency of a response.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::{Error, Redact, Redactor, request_id};

/// Metadata about a response: request ID, headers, attempts, latency.
///
/// Metadata is not part of the output: it is not serialized, and any two values are equal, so that
/// outputs compare by their content. It is empty if the output does not come from an HTTP response,
/// for example if it was read from a file.
///
/// ```no_run
/// # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) -> Result<(), bedrock_lite::Error> {
/// let reply = client.converse(&request).await?;
/// let metadata = reply.metadata();
/// println!("{:?} after {} attempts", metadata.request_id(), metadata.attempts());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct ResponseMetadata(Option<Box<Known>>);

#[derive(Clone)]
struct Known {
    status: StatusCode,
    headers: HeaderMap,
    exchange: ResponseTiming,
    /// The secrets of the call. Set only for responses whose body is read later.
    redactor: Option<Redactor>,
}

/// The number of attempts and the latency of a response.
///
/// The client puts it into the extensions of each `http::Response`. If you use another HTTP client,
/// you can do the same; it is optional.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_lite::Operation;
/// use bedrock_lite::operation::ResponseTiming;
/// use bedrock_lite::runtime::CountTokensRequest;
///
/// let mut response = http::Response::new(r#"{"inputTokens": 7}"#.into());
/// let timing = ResponseTiming::new(2, Duration::from_millis(80));
/// response.extensions_mut().insert(timing);
/// let counted = CountTokensRequest::http_response(response)?;
/// assert_eq!(counted.metadata().attempts(), 2);
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ResponseTiming {
    attempts: u32,
    time_to_headers: Option<Duration>,
    /// The most memory that the decoded response may take without its text, in bytes.
    memory: Option<usize>,
}

impl ResponseTiming {
    /// Creates the timing of a response: the number of its attempt, from 1, and the time until its
    /// headers arrived.
    #[must_use]
    pub fn new(attempts: u32, time_to_headers: Duration) -> Self {
        Self { attempts, time_to_headers: Some(time_to_headers), memory: None }
    }

    /// Sets the most memory that the decoded response may take without its text, in bytes. Defaults
    /// to 256 MiB.
    #[must_use]
    pub fn with_memory(self, bytes: usize) -> Self {
        Self { memory: Some(bytes), ..self }
    }

    /// Returns the timing that was put into a response head, or the default.
    pub(crate) fn of(head: &Parts) -> Self {
        head.extensions.get().copied().unwrap_or_default()
    }

    /// Returns the number of the attempt of the response, from 1, or 0 if it is unknown.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn memory(&self) -> Option<usize> {
        self.memory
    }
}

impl ResponseMetadata {
    pub(crate) fn from_head(mut head: Parts) -> Self {
        detach(&mut head.headers);
        let exchange = ResponseTiming::of(&head);
        Self(Some(Box::new(Known { status: head.status, headers: head.headers, exchange, redactor: None })))
    }

    /// Creates the metadata of a response whose body is read later, with the secrets that errors
    /// about it must not contain.
    pub(crate) fn knowing(head: Parts) -> Self {
        let redactor = head.extensions.get().cloned();
        let mut metadata = Self::from_head(head);
        if let Some(known) = &mut metadata.0 {
            known.redactor = redactor;
        }
        metadata
    }

    /// Removes the secrets of the call from an error.
    pub(crate) fn clean(&self, error: Error) -> Error {
        match self.0.as_ref().and_then(|known| known.redactor.as_ref()) {
            Some(redactor) => error.without(&redactor.secrets()),
            None => error,
        }
    }

    /// Returns the request ID of AWS (`x-amzn-requestid`). AWS Support asks for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers())
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.as_ref().map(|known| known.status)
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        self.0.as_ref().map_or(&NONE, |known| &known.headers)
    }

    /// Returns the value of a header, or `None` if it is missing or not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// Returns how often the request was sent, or 0 if this is unknown.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.as_ref().map_or(0, |known| known.exchange.attempts())
    }

    /// Returns the time from sending the last attempt to its response headers.
    #[must_use]
    pub fn time_to_headers(&self) -> Option<Duration> {
        self.0.as_ref()?.exchange.time_to_headers
    }
}

/// Copies the values of headers into one allocation of their total size.
///
/// hyper returns slices of the connection's read buffer, which can grow to 400 KiB. Headers that
/// are kept would keep this buffer alive.
pub(crate) fn detach(headers: &mut HeaderMap) {
    let mut copied = Vec::with_capacity(headers.values().map(HeaderValue::len).sum());
    for value in headers.values() {
        copied.extend_from_slice(value.as_bytes());
    }
    let mut rest = Bytes::from(copied);
    for value in headers.values_mut() {
        let is_sensitive = value.is_sensitive();
        // Always succeeds: the bytes come from a valid header value.
        if let Ok(mut copy) = HeaderValue::from_maybe_shared(rest.split_to(value.len())) {
            copy.set_sensitive(is_sensitive);
            *value = copy;
        }
    }
}

/// The smallest body that is not copied, in bytes. A smaller one may be a slice of a read buffer of
/// 400 KiB, and would keep it alive.
const SLICED: usize = 256 * 1024;

/// Returns a body that keeps little more than its bytes alive.
pub(crate) fn detached(body: Bytes) -> Bytes {
    if body.len() < SLICED { Bytes::copy_from_slice(&body) } else { body }
}

/// Any two values are equal, so that outputs compare by their content.
impl PartialEq for ResponseMetadata {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Shows request ID, status, attempts and latency, but no headers.
impl fmt::Debug for ResponseMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseMetadata")
            .field("request_id", &self.request_id())
            .field("status", &self.status())
            .field("attempts", &self.attempts())
            .field("time_to_headers", &self.time_to_headers())
            .finish_non_exhaustive()
    }
}

/// An output with a field for the metadata.
pub(crate) trait SetMetadata {
    fn set_metadata(&mut self, metadata: ResponseMetadata);
}
