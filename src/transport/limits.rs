//! [`Timeouts`] and [`Limits`]: how long a client waits, and how large responses may be.

use std::time::Duration;

/// The timeouts of a client. The error of an expired timeout names the timeout.
///
/// Set them for a client with [`ClientBuilder::timeouts`](crate::ClientBuilder::timeouts), for a
/// call with [`Client::with_timeouts`](crate::Client::with_timeouts).
///
/// Every timeout has a grace period of 20 ms, in which the client still accepts what has already
/// arrived. If the process was stopped or busy (a Lambda freeze, SIGSTOP), the grace period is as
/// long as the delay, up to 1 s.
///
/// ```no_run
/// # async fn run(client: bedrock_lite::Client, request: bedrock_lite::ConverseRequest) -> Result<(), bedrock_lite::Error> {
/// use std::time::Duration;
///
/// let timeouts = client.timeouts().call(Duration::from_secs(20));
/// let reply = client.with_timeouts(timeouts).converse(&request).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// How long the client waits for its credentials provider before each attempt. Defaults to
    /// 10 s.
    ///
    /// The error names the provider
    /// ([`CredentialsErrorKind::Timeout`](crate::CredentialsErrorKind::Timeout)). The value that a
    /// client is built with also limits how long its credentials cache waits for a provider. A
    /// longer value for a single call therefore has no effect.
    pub credentials: Duration,
    /// How long connecting may take: DNS, TCP and TLS. Defaults to 3 s.
    pub connect: Duration,
    /// How long an attempt may take until the response head arrives, with connecting and sending.
    /// Defaults to 10 minutes, because a model that does not stream responds when it is done.
    pub response: Duration,
    /// How long a response body or a stream may be idle. Each byte restarts the time. Defaults to
    /// 120 s.
    pub stream_idle: Duration,
    /// How long a call may take with all attempts, the delays between them and the reading of its
    /// stream. No limit by default.
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
    /// The default of [`credentials`](Self::credentials).
    pub(crate) const CREDENTIALS: Duration = Duration::from_secs(10);

    /// Creates the default timeouts.
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

    /// Sets how long connecting may take.
    #[must_use]
    pub fn connect(mut self, timeout: Duration) -> Self {
        self.connect = timeout;
        self
    }

    /// Sets how long an attempt may take until the response head arrives.
    #[must_use]
    pub fn response(mut self, timeout: Duration) -> Self {
        self.response = timeout;
        self
    }

    /// Sets how long a response body or a stream may be idle.
    #[must_use]
    pub fn stream_idle(mut self, timeout: Duration) -> Self {
        self.stream_idle = timeout;
        self
    }

    /// Sets how long the whole call may take.
    #[must_use]
    pub fn call(mut self, timeout: Duration) -> Self {
        self.call = Some(timeout);
        self
    }
}

/// The limits of response sizes, in bytes.
///
/// These limits are fixed:
///
/// - Response headers: 400 KiB. HTTP/1.1 also allows at most 100 headers; HTTP/2 counts 32 bytes
///   more for each header.
/// - Buffer of an HTTP/2 stream that is not read: 512 KiB.
/// - Frame of an event stream: [`MAX_FRAME`](crate::eventstream::MAX_FRAME). A stream buffers one
///   frame, the last chunk, and the response that is joined from its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The largest response body, and the most bytes of all events of a stream. Also limits the
    /// memory of the response that is joined from a stream. Defaults to 256 MiB.
    ///
    /// The largest responses of Bedrock, images in base64, are far below the default.
    pub body: usize,
    /// The largest body of an error response. The rest of a larger body is not read. Defaults to
    /// 1 MiB.
    pub error_body: usize,
    /// The most memory that a decoded response, or all events of a stream, may take without their
    /// text. Defaults to 256 MiB.
    ///
    /// JSON can multiply in memory: `{}` in a list has three bytes, but its value can take some
    /// hundred. Elements of lists and maps, boxed values and unknown members count. The text of
    /// strings and blobs does not count, because `body` limits it.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 256 * 1024 * 1024, error_body: 1024 * 1024, memory: 256 * 1024 * 1024 }
    }
}

impl Limits {
    /// Creates the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the largest response body, and the most bytes of all events of a stream.
    #[must_use]
    pub fn body(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }

    /// Sets the largest body of an error response.
    #[must_use]
    pub fn error_body(mut self, bytes: usize) -> Self {
        self.error_body = bytes;
        self
    }

    /// Sets the most memory that a decoded response may take without its text, in bytes.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }
}
