//! [`Timeouts`] and [`Limits`]: how long a client waits, and how much it takes.

use std::time::Duration;

/// How long a client waits for what; each has an error of its own that names it.
///
/// An expired timeout is not an error at once: for another 20 ms the client takes what has already arrived. If the process was stopped or
/// kept busy (a Lambda freeze, SIGSTOP), this grace period is as long as the delay, up to 1 s.
///
/// Set them for a client with [`ClientBuilder::timeouts`](crate::ClientBuilder::timeouts), for a call with
/// [`Client::with_timeouts`](crate::Client::with_timeouts).
///
/// ```no_run
/// # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) -> Result<(), bedrock_lite::Error> {
/// use std::time::Duration;
///
/// let hurried = client.with_timeouts(client.timeouts().call(Duration::from_secs(20)));
/// let reply = hurried.converse(&request).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// How long the client waits for its credentials provider before each attempt. Defaults to 10 s. The error names the provider
    /// ([`CredentialsErrorKind::Timeout`](crate::CredentialsErrorKind::Timeout)).
    ///
    /// The value that a client is built with also bounds how long its own cache lets a provider work. For one call, set a
    /// shorter time than that.
    pub credentials: Duration,
    /// How long connecting may take: name, TCP and TLS. Default 3 s.
    pub connect: Duration,
    /// How long connecting, sending and the answer's head may take together. Default 10 minutes: a model that does not stream answers
    /// when it is done.
    pub response: Duration,
    /// How long a stream, or the body of an answer, may be silent; any byte starts it anew. Default 120 s.
    pub stream_idle: Duration,
    /// How long a call may take with all its attempts, the waits between them and the reading of its stream. Default: as long
    /// as it takes.
    pub call: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            credentials: Self::CREDENTIALS,
            connect: Duration::from_secs(3),
            response: Duration::from_secs(600),
            stream_idle: Duration::from_secs(120),
            call: None,
        }
    }
}

impl Timeouts {
    /// How long a credentials provider may take, if no other time is set.
    pub(crate) const CREDENTIALS: Duration = Duration::from_secs(10);

    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long the client waits for its credentials provider before each attempt.
    #[must_use]
    pub fn credentials(mut self, timeout: Duration) -> Self {
        self.credentials = timeout;
        self
    }

    /// How long connecting may take.
    #[must_use]
    pub fn connect(mut self, timeout: Duration) -> Self {
        self.connect = timeout;
        self
    }

    /// How long connecting, sending and the answer's head may take together.
    #[must_use]
    pub fn response(mut self, timeout: Duration) -> Self {
        self.response = timeout;
        self
    }

    /// How long a stream, or the body of an answer, may be silent.
    #[must_use]
    pub fn stream_idle(mut self, timeout: Duration) -> Self {
        self.stream_idle = timeout;
        self
    }

    /// How long the whole call may take.
    #[must_use]
    pub fn call(mut self, timeout: Duration) -> Self {
        self.call = Some(timeout);
        self
    }
}

/// How much of an answer a client takes, in bytes.
///
/// The head of an answer is bounded: 100 headers and 400 KiB over HTTP/1.1; over HTTP/2 400 KiB, where each header counts 32 bytes more.
/// A stream of HTTP/2 that nobody reads takes 512 KiB. A frame of a stream is bounded by
/// [`MAX_FRAME`](crate::eventstream::MAX_FRAME); while it is read, a stream takes a frame and what arrived last, and the reply that is put
/// together from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest body of an answer, the most that a stream may bring in all, and the most memory that the reply put together
    /// from a stream may take. Default 256 MiB: Bedrock's largest answers, images in base64, stay far below.
    pub body: usize,
    /// The largest body of an error; what is beyond it is not read. Default 1 MiB.
    pub error_body: usize,
    /// The most memory that the value of a response may take beside its text, and the events of a stream together. Defaults to
    /// 256 MiB.
    ///
    /// A body can multiply in memory: `{}` in a list is three bytes, and a value of some hundred. Counted are elements of lists
    /// and maps, boxed values and unknown members. The text of strings and blobs is not: it is bounded by `body`.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 256 * 1024 * 1024, error_body: 1024 * 1024, memory: 256 * 1024 * 1024 }
    }
}

impl Limits {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The largest body of an answer, and the most that a stream may bring in all.
    #[must_use]
    pub fn body(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }

    /// The largest body of an error.
    #[must_use]
    pub fn error_body(mut self, bytes: usize) -> Self {
        self.error_body = bytes;
        self
    }

    /// Sets the most memory that the value of a response may take beside its text, in bytes.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }
}
