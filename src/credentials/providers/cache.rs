//! [`CachedCredentials`]: caches credentials, and refreshes them before they expire.
//!
//! A refresh runs as a task, so that it continues if the call that started it is dropped. Calls
//! that need its outcome wait on a channel. Two events can keep the task from finishing: its
//! runtime may be shut down, which closes the channel, or its runtime may be idle, as a
//! current-thread runtime is outside of `block_on`. The task increments a heartbeat counter so that
//! waiting calls on other runtimes notice the latter.

use std::borrow::Cow;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::task::Poll;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::response::failed;
use crate::clock::{Clock, SystemClock};
use crate::credentials::{ClientContext, Credentials, CredentialsFuture, ProvideCredentials, within};
use crate::error::{CredentialsError, CredentialsErrorKind};
use crate::transport::Timeouts;

/// How long before their expiry credentials are refreshed, in seconds. The jitter avoids a
/// thundering herd.
const REFRESH_BEFORE_EXPIRY: std::ops::Range<i64> = 240..300;
/// How long after a failed early refresh the next one starts, in seconds.
const RETRY_AFTER: std::ops::Range<i64> = 20..40;
/// How long credentials from a file without an expiry are used before the file is read again, in
/// seconds.
const MAX_FILE_AGE: i64 = 60;
/// How many refreshes a call waits for, if they are aborted by a panic or a shutdown, or if it
/// cannot use their outcome.
const MAX_REFRESHES: u32 = 3;
/// The interval of heartbeats of a refresh.
const HEARTBEAT: Duration = Duration::from_millis(100);
/// The interval at which a waiting call checks for heartbeats.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);
/// The number of consecutive checks without a heartbeat after which the runtime of a refresh counts
/// as idle.
const MAX_MISSED: u32 = 4;

/// A credentials provider that caches the credentials of another provider until they expire.
///
/// - There is one refresh at a time. All calls that need credentials wait for it. It continues if
///   these calls are dropped.
/// - Refreshes 4 to 5 minutes before expiry, in the background. Calls use the cached credentials
///   meanwhile.
/// - Never returns expired credentials. If a refresh fails, the calls that waited for it fail, and
///   the next call starts another refresh.
/// - Expiry is determined with the clock of the service, as measured by the client.
/// - Credentials that AWS refused are dropped, see [`invalidate`](ProvideCredentials::invalidate).
/// - Keys in the shared configuration files, which have no expiry, are read again every minute, in
///   the background.
/// - A call waits at most for the [`timeout`](Self::timeout). Defaults to 10 s.
/// - A refresh runs on the tokio runtime of the call that started it. If that runtime is idle, as a
///   current-thread runtime is outside of `block_on`, calls on other runtimes notice within about 1
///   s, and start another refresh.
///
/// It requires a tokio runtime, as the client does. Clones are cheap and share the cache.
///
/// ```
/// use bedrock_lite::Client;
/// use bedrock_lite::credentials::{CachedCredentials, ContainerCredentials, ProviderConfig};
///
/// let container = ContainerCredentials::new(&ProviderConfig::new());
/// let client = Client::builder()
///     .region("eu-west-1")
///     .credentials_provider(CachedCredentials::new(container))
///     .build()?;
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CachedCredentials {
    shared: Arc<Shared>,
    timeout: Duration,
}

struct Shared {
    provider: Box<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    cached: RwLock<Option<Cached>>,
    /// The running refresh.
    refresh: Mutex<Option<Refresh>>,
}

type Outcome = Result<Credentials, CredentialsError>;

/// A handle to a running refresh, for the calls that wait for it.
#[derive(Clone)]
struct Refresh {
    /// `None` while the refresh runs.
    outcome: watch::Receiver<Option<Outcome>>,
    /// The heartbeat counter.
    heartbeats: Arc<AtomicU64>,
    /// Whether a call stopped waiting for it, because its runtime seemed idle.
    is_abandoned: Arc<AtomicBool>,
    /// Whether it started before the expiry, so that no call had to wait for it.
    is_early: bool,
    started: std::time::Instant,
}

struct Cached {
    credentials: Credentials,
    /// The time from which on a call starts a refresh. `None` if the credentials never need one.
    refresh_at: Option<DateTime<Utc>>,
}

impl Cached {
    /// Whether the clock was set back after the credentials were cached. Credentials without an
    /// expiry would otherwise not be read again until the clock catches up.
    fn clock_was_set_back(&self, now: DateTime<Utc>) -> bool {
        let max_delay = TimeDelta::seconds(MAX_FILE_AGE.max(RETRY_AFTER.end));
        self.credentials.expires_at().is_none()
            && self.refresh_at.is_some_and(|refresh_at| refresh_at - now > max_delay)
    }
}

/// The state of the cache at a point in time.
enum State {
    Fresh(Credentials),
    /// The credentials are valid, but need a refresh.
    Stale(Credentials),
    Empty,
}

impl CachedCredentials {
    /// Creates a cache for the credentials of a provider.
    pub fn new(provider: impl ProvideCredentials + 'static) -> Self {
        Self::with_clock(provider, SystemClock)
    }

    /// Creates a cache with a custom clock.
    pub fn with_clock(provider: impl ProvideCredentials + 'static, clock: impl Clock + 'static) -> Self {
        Self::with_shared_clock(provider, Arc::new(clock))
    }

    pub(crate) fn with_shared_clock(provider: impl ProvideCredentials + 'static, clock: Arc<dyn Clock>) -> Self {
        let (cached, refresh) = (RwLock::default(), Mutex::default());
        let shared = Shared { provider: Box::new(provider), clock, cached, refresh };
        Self { shared: Arc::new(shared), timeout: Timeouts::CREDENTIALS }
    }

    /// Sets the timeout of the provider, and the time that a call waits for it. Defaults to 10 s.
    ///
    /// A client waits at most [`Timeouts::credentials`].
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn get(&self, client: Option<&ClientContext>) -> Outcome {
        match self.shared.state(skew(client)) {
            State::Fresh(credentials) => Ok(credentials),
            State::Stale(credentials) => {
                // If the refresh cannot be started, the cached credentials are still valid.
                let _ = self.join(client, true);
                Ok(credentials)
            }
            State::Empty => {
                // The timer requires a runtime too.
                runtime()?;
                within(self.timeout, self, self.wait(client)).await
            }
        }
    }

    /// Waits for the running refresh, or for a new one.
    async fn wait(&self, client: Option<&ClientContext>) -> Outcome {
        for _ in 0..MAX_REFRESHES {
            let (mut refresh, is_new) = match self.join(client, false)? {
                Joined::Started(refresh) => (refresh, true),
                Joined::Running(refresh) => (refresh, false),
                Joined::Fresh(credentials) => return Ok(credentials),
            };
            match refresh.finished().await {
                // The process may have been suspended since the refresh finished.
                Some(Ok(credentials)) if self.shared.has_expired(&credentials, skew(client)) => {}
                // The refresh started before this call: this call is entitled to its full timeout,
                // and to an error of its own.
                Some(Err(error)) if !is_new && (refresh.is_early || error.kind() == CredentialsErrorKind::Timeout) => {}
                Some(outcome) => return outcome,
                None => self.shared.abandon(&refresh),
            }
        }
        let name = self.shared.provider.name();
        Err(failed(format!(
            "{name} did not respond {MAX_REFRESHES} times in a row: it panicked, or it blocks its thread"
        )))
    }

    /// Returns the running refresh, or starts a new one.
    fn join(&self, client: Option<&ClientContext>, is_early: bool) -> Result<Joined, CredentialsError> {
        /// The time beyond its timeout after which a refresh counts as lost.
        const MARGIN: Duration = Duration::from_secs(30);
        let mut current = self.shared.current();
        let is_running = |refresh: &&Refresh| {
            refresh.outcome.has_changed().is_ok() && refresh.started.elapsed() < self.timeout.saturating_add(MARGIN)
        };
        if let Some(refresh) = current.as_ref().filter(is_running) {
            return Ok(Joined::Running(refresh.clone()));
        }
        // It may have finished since the caller checked.
        if let State::Fresh(credentials) = self.shared.state(skew(client)) {
            return Ok(Joined::Fresh(credentials));
        }
        let (runtime, client, cache) = (runtime()?, client.cloned(), self.clone());
        let (done, outcome) = watch::channel(None);
        let refresh = Refresh {
            outcome,
            heartbeats: Arc::default(),
            is_abandoned: Arc::default(),
            is_early,
            started: std::time::Instant::now(),
        };
        let handle = refresh.clone();
        runtime.spawn(async move {
            let outcome = with_heartbeat(&handle.heartbeats, cache.request(client.as_ref())).await;
            cache.shared.finish(&handle, &outcome, skew(client.as_ref()));
            // All receivers may have been dropped.
            let _ = done.send(Some(outcome));
        });
        *current = Some(refresh.clone());
        Ok(Joined::Started(refresh))
    }

    /// Requests credentials from the provider. Fails if they have expired.
    async fn request(&self, client: Option<&ClientContext>) -> Outcome {
        let (shared, skew) = (&self.shared, skew(client));
        let mut may_retry = true;
        loop {
            let requested_at = shared.now(skew);
            let provider = &shared.provider;
            let credentials = async {
                match client {
                    Some(client) => provider.credentials_for(client).await,
                    None => provider.credentials().await,
                }
            };
            let outcome = within(self.timeout, provider.as_ref(), credentials).await;
            let now = shared.now(skew);
            // If the process was suspended in between, the credentials may have expired, or the
            // timeout may be wrong.
            let was_suspended = match &outcome {
                Ok(credentials) => credentials.expires_at().is_some_and(|at| requested_at < at && at <= now),
                Err(_) => TimeDelta::from_std(self.timeout).is_ok_and(|timeout| (now - requested_at) / 2 > timeout),
            };
            if was_suspended && std::mem::take(&mut may_retry) {
                continue;
            }
            let credentials = outcome?;
            return match credentials.expires_at() {
                Some(expires_at) if expires_at <= now => {
                    let message = format!(
                        "the provider returned credentials that expired at {expires_at:?}, but it is {now:?} now: check the system clock"
                    );
                    Err(CredentialsError::of(CredentialsErrorKind::Expired, message))
                }
                _ => Ok(credentials),
            };
        }
    }
}

enum Joined {
    /// This call started a refresh.
    Started(Refresh),
    /// Another call has started a refresh.
    Running(Refresh),
    /// A refresh finished in the meantime.
    Fresh(Credentials),
}

impl Refresh {
    /// Waits for the outcome. Returns `None` if the refresh was aborted, or if its runtime is idle.
    async fn finished(&mut self) -> Option<Outcome> {
        let (mut last, mut missed) = (self.heartbeats.load(Ordering::Relaxed), 0);
        while missed < MAX_MISSED {
            match timeout(CHECK_INTERVAL, self.outcome.wait_for(Option::is_some)).await {
                Ok(Ok(outcome)) => return outcome.clone(),
                Ok(Err(_)) => return None,
                Err(_) => {
                    let heartbeats = self.heartbeats.load(Ordering::Relaxed);
                    // One missed heartbeat is not enough: on a busy machine, timers are late.
                    missed = if heartbeats == last { missed + 1 } else { 0 };
                    last = heartbeats;
                }
            }
        }
        None
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.heartbeats, &other.heartbeats)
    }
}

/// Runs a future, and increments a counter at each heartbeat while a runtime polls it.
async fn with_heartbeat<T>(heartbeats: &AtomicU64, work: impl Future<Output = T>) -> T {
    let (mut work, mut timer) = (pin!(work), pin!(sleep(HEARTBEAT)));
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        while timer.as_mut().poll(cx).is_ready() {
            heartbeats.fetch_add(1, Ordering::Relaxed);
            timer.as_mut().reset(Instant::now() + HEARTBEAT);
        }
        Poll::Pending
    })
    .await
}

impl Shared {
    fn now(&self, skew: TimeDelta) -> DateTime<Utc> {
        let now = self.clock.now();
        now.checked_add_signed(skew).unwrap_or(now)
    }

    fn has_expired(&self, credentials: &Credentials, skew: TimeDelta) -> bool {
        credentials.expires_at().is_some_and(|expires_at| expires_at <= self.now(skew))
    }

    fn state(&self, skew: TimeDelta) -> State {
        // The entry is replaced whole, so a panic cannot leave an inconsistent one.
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        let Some(cached) = &*cached else { return State::Empty };
        // Reading the clock is not necessary if there is no refresh.
        let Some(refresh_at) = cached.refresh_at else { return State::Fresh(cached.credentials.clone()) };
        let now = self.now(skew);
        if cached.credentials.expires_at().is_some_and(|expires_at| expires_at <= now) {
            State::Empty
        } else if now < refresh_at && !cached.clock_was_set_back(now) {
            State::Fresh(cached.credentials.clone())
        } else {
            State::Stale(cached.credentials.clone())
        }
    }

    fn current(&self) -> MutexGuard<'_, Option<Refresh>> {
        self.refresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops waiting for a refresh, so that the next call starts another one.
    fn abandon(&self, refresh: &Refresh) {
        refresh.is_abandoned.store(true, Ordering::Relaxed);
        let mut current = self.current();
        if current.as_ref().is_some_and(|other| other.is(refresh)) {
            *current = None;
        }
    }

    /// Stores the outcome of a refresh, unless another refresh has replaced it. Credentials of an
    /// abandoned refresh are stored if the cache is empty.
    fn finish(&self, refresh: &Refresh, outcome: &Outcome, skew: TimeDelta) {
        let mut current = self.current();
        if current.as_ref().is_some_and(|other| other.is(refresh)) {
            self.store(outcome, skew);
            *current = None;
        } else if refresh.is_abandoned.load(Ordering::Relaxed)
            && outcome.is_ok()
            && matches!(self.state(skew), State::Empty)
        {
            self.store(outcome, skew);
        }
    }

    fn store(&self, outcome: &Outcome, skew: TimeDelta) {
        let now = self.now(skew);
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        match (outcome, &mut *cached) {
            (Ok(credentials), cached) => {
                let refresh_at = match credentials.expires_at() {
                    Some(expires_at) => Some(refresh_at(now, expires_at)),
                    None => credentials.is_from_file().then(|| now + TimeDelta::seconds(MAX_FILE_AGE)),
                };
                *cached = Some(Cached { credentials: credentials.clone(), refresh_at });
            }
            // Otherwise each call until the expiry would start a refresh.
            (Err(_), Some(cached)) => cached.refresh_at = Some(now + TimeDelta::seconds(fastrand::i64(RETRY_AFTER))),
            (Err(_), None) => {}
        }
    }

    /// Drops refused credentials from the cache. Newer credentials are kept.
    fn drop_refused(&self, refused: &Credentials) {
        let mut current = self.current();
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        if cached.as_ref().is_some_and(|cached| cached.credentials.signs_like(refused)) {
            *cached = None;
            // The running refresh may return the refused credentials.
            *current = None;
        }
    }
}

fn skew(client: Option<&ClientContext>) -> TimeDelta {
    client.map_or(TimeDelta::zero(), |client| client.clock_skew)
}

fn runtime() -> Result<Handle, CredentialsError> {
    Handle::try_current().map_err(|error| failed("there is no tokio runtime").with_source(error))
}

/// Returns the time of the refresh: some minutes before the expiry, but not before half of the
/// lifetime has passed.
fn refresh_at(now: DateTime<Utc>, expires_at: DateTime<Utc>) -> DateTime<Utc> {
    (expires_at - TimeDelta::seconds(fastrand::i64(REFRESH_BEFORE_EXPIRY))).max(now + (expires_at - now) / 2)
}

impl ProvideCredentials for CachedCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.get(None))
    }

    fn credentials_for<'a>(&'a self, client: &'a ClientContext) -> CredentialsFuture<'a> {
        Box::pin(self.get(Some(client)))
    }

    fn invalidate(&self, refused: &Credentials) {
        self.shared.drop_refused(refused);
        self.shared.provider.invalidate(refused);
    }

    fn name(&self) -> Cow<'_, str> {
        self.shared.provider.name()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("provider", &self.provider).finish_non_exhaustive()
    }
}
