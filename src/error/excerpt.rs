//! [`Excerpt`]: the first bytes of a body that could not be read.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use super::{Redact, Secrets, without_secrets};

/// The maximum length of a body that an error keeps, in bytes.
const KEPT_BODY: usize = 4096;

/// The first bytes of a body, without the secrets that are recognized by their names.
#[derive(Clone, Default)]
pub(super) struct Excerpt(Box<[u8]>);

impl Excerpt {
    pub(super) fn of(body: &[u8]) -> Self {
        /// The maximum length that is searched for secrets, in bytes. It is larger than the
        /// excerpt, because a removed secret can be long.
        const SEARCHED: usize = 1024 * 1024;
        Self::first(&without_secrets(body.get(..SEARCHED).unwrap_or(body)))
    }

    fn first(bytes: &[u8]) -> Self {
        Self(bytes.get(..KEPT_BODY).unwrap_or(bytes).into())
    }
}

impl Deref for Excerpt {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Redact for Excerpt {
    fn redact(&mut self, secrets: &Secrets) {
        if let Cow::Owned(clean) = secrets.remove(self) {
            *self = Self::first(&clean);
        }
    }
}

/// Prints a byte string, because a list of numbers is unreadable.
impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}
