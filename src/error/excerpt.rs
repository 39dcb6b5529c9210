//! [`Excerpt`]: the first bytes of a body that could not be read.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use super::{Redact, Secrets, without_secrets};

/// How much of a body an error keeps, in bytes.
const KEPT_BODY: usize = 4096;

/// The first bytes of a body, without the secrets that can be told by their names.
#[derive(Clone, Default)]
pub(super) struct Excerpt(Box<[u8]>);

impl Excerpt {
    pub(super) fn of(body: &[u8]) -> Self {
        /// How much is searched. What is kept is cut from it when the secrets, which can be long, are gone.
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

/// As a byte string: a list of numbers says nothing to a person.
impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}
