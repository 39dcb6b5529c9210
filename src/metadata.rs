//! [`ResponseMetadata`]: what there is to know of an answer beside what it says.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::error::{Error, Redact, Redactor, request_id};

/// What there is to know of an answer beside what it says: request id, headers, attempts, time.
///
/// It is no part of the answer: it is neither written nor read with it, and any two are equal, so that answers compare
/// by what they say. That of an answer that came from no response (one read from a file, say) knows nothing.
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
    /// Kept by responses whose body is read later.
    redactor: Option<Redactor>,
}

/// How an answer was come by, told by whoever carried it: put it into the extensions of the `http::Response`.
///
/// The client does; with an HTTP client of your own, it is yours to do or to leave.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_lite::Operation;
/// use bedrock_lite::operation::ResponseTiming;
/// use bedrock_lite::runtime::CountTokensRequest;
///
/// let mut answer = http::Response::new(r#"{"inputTokens": 7}"#.into());
/// answer.extensions_mut().insert(ResponseTiming::new(2, Duration::from_millis(80)));
/// let counted = CountTokensRequest::http_response(answer)?;
/// assert_eq!(counted.metadata().attempts(), 2);
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ResponseTiming {
    attempts: u32,
    time_to_headers: Option<Duration>,
    /// The most memory that what is read from the answer may take, in bytes.
    memory: Option<usize>,
}

impl ResponseTiming {
    /// The number of the attempt that was answered, from 1, and how long its answer's head took.
    #[must_use]
    pub fn new(attempts: u32, time_to_headers: Duration) -> Self {
        Self { attempts, time_to_headers: Some(time_to_headers), memory: None }
    }

    /// Sets the most memory that a response may take beside its text, in bytes. Defaults to 256 MiB.
    #[must_use]
    pub fn with_memory(self, bytes: usize) -> Self {
        Self { memory: Some(bytes), ..self }
    }

    /// Returns the timing that was put into a response head, or the default.
    pub(crate) fn of(head: &Parts) -> Self {
        head.extensions.get().copied().unwrap_or_default()
    }

    /// Returns the number of the attempt that brought the response, from 1; 0 if nothing has set it.
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

    /// The same of a response whose body is read later: an error about it must not repeat the secrets of the call.
    pub(crate) fn knowing(head: Parts) -> Self {
        let redactor = head.extensions.get().cloned();
        let mut metadata = Self::from_head(head);
        if let Some(known) = &mut metadata.0 {
            known.redactor = redactor;
        }
        metadata
    }

    /// The same error without the secrets of the call.
    pub(crate) fn clean(&self, error: Error) -> Error {
        match self.0.as_ref().and_then(|known| known.redactor.as_ref()) {
            Some(redactor) => error.without(&redactor.secrets()),
            None => error,
        }
    }

    /// The request id that AWS gave the call (`x-amzn-requestid`): quote it when you ask AWS for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers())
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.as_ref().map(|known| known.status)
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        self.0.as_ref().map_or(&NONE, |known| &known.headers)
    }

    /// A header whose value is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// How often the request was sent; 0 where nobody said.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.as_ref().map_or(0, |known| known.exchange.attempts())
    }

    /// How long the head of the answer took, from the sending of the attempt that was answered.
    #[must_use]
    pub fn time_to_headers(&self) -> Option<Duration> {
        self.0.as_ref()?.exchange.time_to_headers
    }
}

/// Copies the values of headers into one allocation of their size.
///
/// hyper hands out slices of the connection's read buffer, which grows to 400 KiB: kept headers would keep it alive.
pub(crate) fn detach(headers: &mut HeaderMap) {
    let mut copied = Vec::with_capacity(headers.values().map(HeaderValue::len).sum());
    for value in headers.values() {
        copied.extend_from_slice(value.as_bytes());
    }
    let mut rest = Bytes::from(copied);
    for value in headers.values_mut() {
        let is_sensitive = value.is_sensitive();
        // The bytes of a header's value are a header's value.
        if let Ok(mut copy) = HeaderValue::from_maybe_shared(rest.split_to(value.len())) {
            copy.set_sensitive(is_sensitive);
            *value = copy;
        }
    }
}

/// How large a body is that is kept as it came, in bytes: a smaller one is copied, because it may be a slice of a read
/// buffer of 400 KiB.
const SLICED: usize = 256 * 1024;

/// Returns a body that keeps little more than its own bytes alive.
pub(crate) fn detached(body: Bytes) -> Bytes {
    if body.len() < SLICED { Bytes::copy_from_slice(&body) } else { body }
}

/// Any two are equal: answers compare by what they say.
impl PartialEq for ResponseMetadata {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Says which call it was, and no header.
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

/// An output that has a place for it.
pub(crate) trait SetMetadata {
    fn set_metadata(&mut self, metadata: ResponseMetadata);
}
