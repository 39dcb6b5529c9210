//! [`Clients`]: one reqwest client, and so one connection pool, per tokio runtime.
//!
//! A task of the runtime that opened a connection drives it. If that runtime is idle, such as a
//! current-thread runtime outside `block_on`, the connection makes no progress. A call from another
//! runtime that reused this connection would wait forever.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Instant;

use tokio::runtime::{Handle, Id};

use super::connections::POOL_IDLE;
use crate::error::ConfigError;

/// The most runtimes that have a pool at the same time, without the first one. Beyond that, the
/// least recently used pool is closed.
const MOST: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Clients {
    /// The client of the first runtime. It is built before the first request, so that invalid
    /// settings are found early.
    first: RwLock<Option<Numbered>>,
    /// The runtime that sent the first request. Most programs have no other.
    first_runtime: OnceLock<Id>,
    others: Mutex<Vec<Other>>,
    /// How many clients have been built.
    built: AtomicU64,
}

/// The number of a client, and so of its connections.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Generation(u64);

type Numbered = (reqwest::Client, Generation);

#[derive(Debug)]
struct Other {
    runtime: Id,
    client: Numbered,
    last_used: Instant,
}

impl Clients {
    /// Builds the first client, for the runtime that sends the first request.
    pub(super) fn prepare(
        &self,
        build: impl FnOnce() -> Result<reqwest::Client, ConfigError>,
    ) -> Result<Numbered, ConfigError> {
        if let Some(client) = &*self.first.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(client.clone());
        }
        let new = self.number(build()?);
        Ok(self.first.write().unwrap_or_else(PoisonError::into_inner).get_or_insert(new).clone())
    }

    fn number(&self, client: reqwest::Client) -> Numbered {
        (client, Generation(self.built.fetch_add(1, Ordering::Relaxed)))
    }

    /// Returns the client of the current runtime.
    pub(super) fn get(
        &self,
        build: impl Fn() -> Result<reqwest::Client, ConfigError>,
    ) -> Result<Numbered, ConfigError> {
        let Ok(runtime) = Handle::try_current() else { return self.prepare(build) };
        let runtime = runtime.id();
        if *self.first_runtime.get_or_init(|| runtime) == runtime {
            return self.prepare(build);
        }
        let now = Instant::now();
        if let Some(other) = self.others().iter_mut().find(|other| other.runtime == runtime) {
            other.last_used = now;
            return Ok(other.client.clone());
        }
        let client = self.number(build()?);
        let mut others = self.others();
        // All connections of a pool that was not used for this long are closed already.
        others.retain(|other| now.saturating_duration_since(other.last_used) < POOL_IDLE);
        if others.len() >= MOST
            && let Some((oldest, _)) = others.iter().enumerate().min_by_key(|(_, other)| other.last_used)
        {
            others.remove(oldest);
        }
        // Two threads of the runtime may have built one client each.
        others.retain(|other| other.runtime != runtime);
        others.push(Other { runtime, client: client.clone(), last_used: now });
        Ok(client)
    }

    /// Drops a client with its idle connections. The next request of its runtime uses a new
    /// connection.
    ///
    /// Calls that failed at the same time had connections of the same client. Only the first of
    /// them drops it.
    pub(super) fn renew(&self, seen: Generation) {
        let mut first = self.first.write().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_some_and(|(_, generation)| *generation == seen) {
            *first = None;
        } else {
            self.others().retain(|other| other.client.1 != seen);
        }
    }

    fn others(&self) -> MutexGuard<'_, Vec<Other>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Route;
    use super::super::connections::{Connecting, Connections};
    use super::*;

    #[test]
    fn number_of_pools_is_limited_if_each_call_has_a_new_runtime() {
        let connecting = Connecting {
            timeout: Duration::from_secs(1),
            app_id: None,
            ca_bundle: None,
            by_tls: false,
            http1_only: false,
        };
        let client = Connections::new(None, connecting).pool().get(Route::Loopback).unwrap().0;
        let clients = Clients::default();
        let get = || clients.get(|| Ok(client.clone())).unwrap();
        for _ in 0..MOST + 20 {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async { get() });
        }
        assert_eq!(clients.others.lock().unwrap().len(), MOST);
        get();
        assert_eq!(clients.others.lock().unwrap().len(), MOST, "a call outside a runtime adds no pool");
    }
}
