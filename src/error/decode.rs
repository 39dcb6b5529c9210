//! [`DecodeError`]: JSON that cannot be read as the expected shape.

use std::error::Error as StdError;
use std::fmt;
use std::num::NonZero;

use http::StatusCode;

use super::{Cause, Context, Excerpt, Redact, Secrets, json_path, line};

/// A response that does not match its shape, or a document that is not JSON.
#[derive(Debug)]
pub struct DecodeError {
    what: &'static str,
    path: Box<str>,
    body: Excerpt,
    context: Context,
    source: Cause,
    /// The limit that was exceeded, in bytes.
    memory_limit: Option<NonZero<usize>>,
}

impl DecodeError {
    /// Creates an error from that of `serde_json` for `body`. Tests, and implementations of
    /// [`FromResponse`](crate::operation::FromResponse), can use it.
    ///
    /// `what` is the name of the shape. The JSON path is determined from `source`.
    ///
    /// ```
    /// use bedrock_lite::DecodeError;
    ///
    /// let body = br#"{"a": [1, "x"]}"#;
    /// let result: Result<std::collections::BTreeMap<String, Vec<i32>>, _> =
    ///     serde_json::from_slice(body);
    /// let error = DecodeError::new("Numbers", body, result.unwrap_err());
    /// assert_eq!(error.path(), "a[1]");
    /// ```
    #[must_use]
    pub fn new(what: &'static str, body: &[u8], source: serde_json::Error) -> Self {
        let path = json_path(body, &source).into();
        Self {
            what,
            path,
            body: Excerpt::of(body),
            context: Context::default(),
            source: line::kept_cause(source.into()),
            memory_limit: None,
        }
    }

    /// Sets the memory limit that was exceeded, in bytes.
    #[must_use]
    pub fn with_memory_limit(mut self, limit: usize) -> Self {
        self.memory_limit = NonZero::new(limit.max(1));
        self
    }

    /// Creates the error of JSON that can be read but has no valid meaning.
    #[cfg(feature = "client")]
    pub(crate) fn meaningless(what: &'static str, body: &[u8], source: impl Into<Cause>) -> Self {
        let context = Context::default();
        Self {
            what,
            path: Box::default(),
            body: Excerpt::of(body),
            context,
            source: line::kept_cause(source.into()),
            memory_limit: None,
        }
    }

    /// Returns the AWS name of the shape, or `document`.
    #[must_use]
    pub fn what(&self) -> &str {
        self.what
    }

    /// Returns the JSON path of the error, such as `output.message.content[0].toolUse.name`. Empty
    /// if the error is about the whole text.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the first 4,096 bytes of the text that could not be read. Session tokens and API
    /// keys are redacted.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the limit that was exceeded, in bytes, if the value would have taken more memory.
    ///
    /// The limit of a client is
    /// [`Limits::memory`](https://docs.rs/bedrock-lite/latest/bedrock_lite/struct.Limits.html).
    #[must_use]
    pub fn memory_limit(&self) -> Option<usize> {
        self.memory_limit.map(NonZero::get)
    }

    /// Sets the status, the request ID and the attempts of the call.
    pub(crate) fn with_call(mut self, status: Option<StatusCode>, request_id: Option<&str>, attempts: u32) -> Self {
        self.context = Context { status, request_id: request_id.map(Into::into), attempts, origin: None };
        self
    }

    pub(super) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The maximum length of the start of a body that is printed, in bytes.
        const SHOWN: usize = 200;
        let mut text = line::Line::new(line::PART);
        match self.memory_limit {
            Some(limit) => text.append(format_args!(
                "the {} would take more than {limit} bytes of memory: raise Limits::memory to allow it",
                self.what
            )),
            None => text.append(format_args!("invalid {}", self.what)),
        }
        let start = String::from_utf8_lossy(&self.body);
        if !self.path.is_empty() {
            text.append(format_args!(" at {}", self.path));
        } else if !start.trim_start().is_empty() && !start.trim_start().starts_with(['{', '[', '"']) {
            text.append(": it starts with ");
            text.append_at_most(SHOWN, start.trim());
        }
        line::print(f, text.as_str())
    }
}

impl Redact for DecodeError {
    fn redact(&mut self, secrets: &Secrets) {
        self.path.redact(secrets);
        self.body.redact(secrets);
        self.context.redact(secrets);
        self.source.redact(secrets);
    }
}

impl StdError for DecodeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
