//! [`Fault`]: what broke a stream, kept so that it can be said again.

use crate::error::{StreamError, StreamErrorKind};

/// A [`StreamError`] in the making. Unlike that it can be cloned: a failed decoder repeats it for good.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    kind: StreamErrorKind,
    detail: String,
}

impl Fault {
    pub(super) fn new(kind: StreamErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StreamErrorKind::MalformedFrame, detail)
    }

    pub(super) fn checksum(kind: StreamErrorKind, computed: u32, claimed: u32) -> Self {
        Self::new(kind, format!("the bytes give {computed:08x}, the frame says {claimed:08x}"))
    }
}

impl From<&Fault> for StreamError {
    fn from(fault: &Fault) -> Self {
        Self::new(fault.kind, fault.detail.as_str())
    }
}
