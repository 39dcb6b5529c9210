//! [`Context`]: the call that an error belongs to.

use std::sync::Arc;

use http::StatusCode;
use http::uri::Authority;

use super::{Redact, Secrets, request_id};

/// The call that an error belongs to. Its fields are set as the error is returned through the
/// layers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: Option<Box<str>>,
    pub(crate) attempts: u32,
    pub(crate) origin: Option<Arc<Origin>>,
}

impl Context {
    pub(super) fn note(&mut self, head: &http::response::Parts) {
        self.status = Some(head.status);
        if let Some(id) = request_id(&head.headers) {
            self.request_id = Some(id.into());
        }
    }
}

impl Redact for Context {
    fn redact(&mut self, secrets: &Secrets) {
        self.request_id.redact(secrets);
    }
}

/// The operation and the host of a call.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(super) operation: Box<str>,
    pub(super) authority: Authority,
    pub(super) https: bool,
}

#[cfg_attr(not(feature = "client"), expect(dead_code, reason = "only a client makes calls"))]
impl Origin {
    pub(crate) fn new(operation: &str, authority: &Authority, https: bool) -> Arc<Self> {
        Arc::new(Self { operation: operation.into(), authority: authority.clone(), https })
    }
}
