//! [`Clients`]: a reqwest client, and so a connection pool, for each tokio runtime.
//!
//! A connection is driven by a task of the runtime that opened it. If that runtime is idle (a current-thread runtime outside
//! `block_on`), the connection stands still, and a call from another runtime that took it from a shared pool would wait for an
//! answer that nobody reads.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use tokio::runtime::{Handle, Id};

use super::connections::POOL_IDLE;
use crate::error::ConfigError;

/// How many runtimes beside the first have a pool at the same time. Beyond that, the pool that was used least recently is closed.
const MOST: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Clients {
    /// Set up before anything is sent, so that settings that do not fit are found at once.
    first: OnceLock<reqwest::Client>,
    /// The runtime that sent something first: most programs have no other.
    first_runtime: OnceLock<Id>,
    others: Mutex<HashMap<Id, Other>>,
}

#[derive(Debug)]
struct Other {
    client: reqwest::Client,
    last_used: Instant,
}

impl Clients {
    /// Sets up the first client, for whichever runtime comes first.
    pub(super) fn prepare(
        &self,
        build: impl FnOnce() -> Result<reqwest::Client, ConfigError>,
    ) -> Result<&reqwest::Client, ConfigError> {
        if let Some(client) = self.first.get() {
            return Ok(client);
        }
        let new = build()?;
        Ok(self.first.get_or_init(|| new))
    }

    /// Returns the client of the current runtime.
    pub(super) fn get(
        &self,
        build: impl Fn() -> Result<reqwest::Client, ConfigError>,
    ) -> Result<reqwest::Client, ConfigError> {
        let first = self.prepare(&build)?;
        let Ok(runtime) = Handle::try_current() else { return Ok(first.clone()) };
        let runtime = runtime.id();
        if *self.first_runtime.get_or_init(|| runtime) == runtime {
            return Ok(first.clone());
        }
        let now = Instant::now();
        let others = || self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(other) = others().get_mut(&runtime) {
            other.last_used = now;
            return Ok(other.client.clone());
        }
        let client = build()?;
        let mut others = others();
        // All connections of a pool that was not used for this long are closed: nothing is lost with it.
        others.retain(|_, other| now.saturating_duration_since(other.last_used) < POOL_IDLE);
        if others.len() >= MOST
            && let Some(oldest) = others.iter().min_by_key(|(_, other)| other.last_used).map(|(runtime, _)| *runtime)
        {
            others.remove(&oldest);
        }
        others.insert(runtime, Other { client: client.clone(), last_used: now });
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Route;
    use super::super::connections::{Connecting, Connections};
    use super::*;

    #[test]
    fn a_program_that_makes_a_runtime_for_each_call_keeps_a_bounded_number_of_pools() {
        let connecting = Connecting { timeout: Duration::from_secs(1), app_id: None, ca_bundle: None, by_tls: false };
        let client = Connections::new(None, connecting).pool().get(Route::Loopback).unwrap();
        let clients = Clients::default();
        let get = || clients.get(|| Ok(client.clone())).unwrap();
        for _ in 0..MOST + 20 {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async { get() });
        }
        assert_eq!(clients.others.lock().unwrap().len(), MOST);
        get();
        assert_eq!(clients.others.lock().unwrap().len(), MOST, "outside a runtime there is nothing to keep");
    }
}
