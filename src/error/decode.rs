//! [`DecodeError`]: what cannot be read.

use std::error::Error as StdError;
use std::fmt;
use std::num::NonZero;

use http::StatusCode;

use super::{Cause, Context, Excerpt, Redact, Secrets, json_path, line};

/// What could not be read: an answer that is not its shape, a document that is not JSON.
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
    pub(crate) fn new(what: &'static str, body: &[u8], source: serde_json::Error) -> Self {
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

    /// The same error, of a value that would take more memory than the limit.
    pub(crate) fn of_memory(mut self, limit: usize) -> Self {
        self.memory_limit = NonZero::new(limit.max(1));
        self
    }

    /// What can be read and yet cannot be meant.
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

    /// The AWS name of the shape, or `document`.
    #[must_use]
    pub fn what(&self) -> &str {
        self.what
    }

    /// Where in the JSON it is, such as `output.message.content[0].toolUse.name`; empty where it is all of it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The first 4,096 bytes of what was to be read, but for a session token or an API key that it repeats.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the limit that was exceeded, in bytes, if the value was not read because it would take more memory than that.
    ///
    /// A client's limit is [`Limits::memory`](https://docs.rs/bedrock-lite/latest/bedrock_lite/struct.Limits.html).
    #[must_use]
    pub fn memory_limit(&self) -> Option<usize> {
        self.memory_limit.map(NonZero::get)
    }

    /// The same error, knowing the call that the answer is of.
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
        /// How much is shown of what is not JSON at all, in bytes.
        const SHOWN: usize = 200;
        let mut text = line::Line::new(line::PART);
        match self.memory_limit {
            Some(limit) => text.say(format_args!(
                "the {} takes more than {limit} bytes of memory: raise Limits::memory if it is meant to",
                self.what
            )),
            None => text.say(format_args!("what was received is not a readable {}", self.what)),
        }
        let start = String::from_utf8_lossy(&self.body);
        if !self.path.is_empty() {
            text.say(format_args!(", at {}", self.path));
        } else if !start.trim_start().is_empty() && !start.trim_start().starts_with(['{', '[', '"']) {
            text.say(", it begins with ");
            text.say_at_most(SHOWN, start.trim());
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
