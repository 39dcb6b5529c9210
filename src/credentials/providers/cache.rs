//! The cache: credentials are asked for once, however many calls want them, and before the old ones end.

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

/// How long before their end credentials are refreshed, in seconds: 5 minutes and up to one less, so that a fleet does not ask as one.
const AHEAD: std::ops::Range<i64> = 240..300;
/// How long after a refresh ahead of time failed the next is tried, in seconds.
const AGAIN: std::ops::Range<i64> = 20..40;
/// How long credentials of a file that names no expiry are used before the file is read again, in seconds.
const FILE_AGE: i64 = 60;
/// How often a refresh is begun anew that a runtime's end or a panic cut off, or that brought nothing this call can use.
const CUT_OFF: u32 = 3;
/// How often a refresh shows that its runtime runs.
const BEAT: Duration = Duration::from_millis(100);
/// How long a waiting call listens for a beat.
const LISTEN: Duration = Duration::from_millis(250);
/// After how many times without a beat the runtime of a refresh counts as idle.
const SILENT: u32 = 4;

/// Keeps the credentials of another source for as long as they hold.
///
/// - One request at a time, however many calls wait for it; it goes on when one of them is dropped.
/// - From about 5 minutes before their end, the next call begins a refresh in the background, and goes on with what there is.
/// - Credentials that have ended are never handed out. A refresh that fails is an error for those who waited for it; the next call tries again.
/// - Expiry is judged by the clock of the service, as far as the client that asks has learned it.
/// - Credentials that AWS refused are dropped ([`invalidate`](ProvideCredentials::invalidate)), and asked for anew.
/// - Keys in the shared files, which name no expiry, are read again every minute, behind the calls.
/// - No call waits longer than 10 s, or as long as [`timeout`](Self::timeout) says.
/// - A refresh runs on the runtime of the call that began it. If that runtime is idle, as one of a single thread is outside of
///   `block_on`, calls on other runtimes notice within about 1 s, and begin their own.
///
/// It needs tokio, as the client does. Cheap to clone; clones share what is kept.
///
/// ```
/// use bedrock_lite::Client;
/// use bedrock_lite::credentials::{CachedCredentials, ContainerCredentials, ProviderConfig};
///
/// let container = ContainerCredentials::new(&ProviderConfig::new());
/// let client = Client::builder().region("eu-west-1").credentials_provider(CachedCredentials::new(container)).build()?;
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CachedCredentials {
    shared: Arc<Shared>,
    timeout: Duration,
}

struct Shared {
    source: Box<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    kept: RwLock<Option<Kept>>,
    /// The refresh that is under way.
    refresh: Mutex<Option<Refresh>>,
}

type Outcome = Result<Credentials, CredentialsError>;

/// A refresh that is under way, as those see it who wait for it.
#[derive(Clone)]
struct Refresh {
    /// Nothing yet, then the outcome.
    outcome: watch::Receiver<Option<Outcome>>,
    /// Counts while the runtime runs that the refresh is on.
    beats: Arc<AtomicU64>,
    /// A caller stopped waiting for it, because its runtime seemed not to run.
    is_left: Arc<AtomicBool>,
    /// Begun ahead of time: no call waited for it then.
    is_ahead: bool,
    begun: std::time::Instant,
}

struct Kept {
    credentials: Credentials,
    /// From when on a refresh is begun; never, where they have no end.
    refresh_at: Option<DateTime<Utc>>,
}

impl Kept {
    /// Whether the clock was set back since: credentials without an expiry would not be read again until it catches up.
    fn was_kept_by_another_clock(&self, now: DateTime<Utc>) -> bool {
        let most = TimeDelta::seconds(FILE_AGE.max(AGAIN.end));
        self.credentials.expires_at().is_none() && self.refresh_at.is_some_and(|refresh_at| refresh_at - now > most)
    }
}

/// What is kept, looked at now.
enum Found {
    Good(Credentials),
    EndsSoon(Credentials),
    Nothing,
}

impl CachedCredentials {
    /// The credentials of this source.
    pub fn new(source: impl ProvideCredentials + 'static) -> Self {
        Self::with_clock(source, SystemClock)
    }

    /// The same, by a clock other than the machine's.
    pub fn with_clock(source: impl ProvideCredentials + 'static, clock: impl Clock + 'static) -> Self {
        Self::with_shared_clock(source, Arc::new(clock))
    }

    pub(crate) fn with_shared_clock(source: impl ProvideCredentials + 'static, clock: Arc<dyn Clock>) -> Self {
        let (kept, refresh) = (RwLock::default(), Mutex::default());
        let shared = Shared { source: Box::new(source), clock, kept, refresh };
        Self { shared: Arc::new(shared), timeout: Timeouts::CREDENTIALS }
    }

    /// Sets how long the source may take, and how long a call waits for it. Defaults to 10 s.
    ///
    /// A client waits no longer than its own [`Timeouts::credentials`].
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    async fn get(&self, client: Option<&ClientContext>) -> Outcome {
        match self.shared.look(skew(client)) {
            Found::Good(credentials) => Ok(credentials),
            Found::EndsSoon(credentials) => {
                // Who cannot begin it goes on with what there is.
                let _ = self.join(client, true);
                Ok(credentials)
            }
            Found::Nothing => {
                // Without a runtime there is no timer either.
                runtime()?;
                within(self.timeout, self, self.wait(client)).await
            }
        }
    }

    /// Waits for the refresh that is under way, or for a new one.
    async fn wait(&self, client: Option<&ClientContext>) -> Outcome {
        for _ in 0..CUT_OFF {
            let (mut refresh, is_own) = match self.join(client, false)? {
                Joined::Begun(refresh) => (refresh, true),
                Joined::UnderWay(refresh) => (refresh, false),
                Joined::AlreadyGood(credentials) => return Ok(credentials),
            };
            match refresh.landed().await {
                // This call's own process may have stood still since it landed.
                Some(Ok(credentials)) if self.shared.has_ended(&credentials, skew(client)) => {}
                // It was begun before this call, perhaps long ago, and for no call at all or for one that has waited long enough.
                Some(Err(error)) if !is_own && (refresh.is_ahead || error.kind() == CredentialsErrorKind::Timeout) => {}
                Some(outcome) => return outcome,
                None => self.shared.leave(&refresh),
            }
        }
        let name = self.shared.source.name();
        Err(failed(format!("{name} did not answer {CUT_OFF} times in a row: it panicked, or it blocks its thread")))
    }

    /// The refresh that is under way, or a new one.
    fn join(&self, client: Option<&ClientContext>, is_ahead: bool) -> Result<Joined, CredentialsError> {
        /// How much longer than it may take a refresh can seem to take.
        const MARGIN: Duration = Duration::from_secs(30);
        let mut under_way = self.shared.under_way();
        let runs = |refresh: &&Refresh| {
            refresh.outcome.has_changed().is_ok() && refresh.begun.elapsed() < self.timeout.saturating_add(MARGIN)
        };
        if let Some(refresh) = under_way.as_ref().filter(runs) {
            return Ok(Joined::UnderWay(refresh.clone()));
        }
        // It may have ended since the caller looked.
        if let Found::Good(credentials) = self.shared.look(skew(client)) {
            return Ok(Joined::AlreadyGood(credentials));
        }
        let (runtime, client, cache) = (runtime()?, client.cloned(), self.clone());
        let (done, outcome) = watch::channel(None);
        let refresh = Refresh {
            outcome,
            beats: Arc::default(),
            is_left: Arc::default(),
            is_ahead,
            begun: std::time::Instant::now(),
        };
        let own = refresh.clone();
        runtime.spawn(async move {
            let outcome = beating(&own.beats, cache.ask(client.as_ref())).await;
            cache.shared.land(&own, &outcome, skew(client.as_ref()));
            // Nobody may be waiting.
            let _ = done.send(Some(outcome));
        });
        *under_way = Some(refresh.clone());
        Ok(Joined::Begun(refresh))
    }

    /// Asks the source for credentials that have not ended.
    async fn ask(&self, client: Option<&ClientContext>) -> Outcome {
        let (shared, skew) = (&self.shared, skew(client));
        let mut may_ask_again = true;
        loop {
            let asked_at = shared.now(skew);
            let source = &shared.source;
            let asked = async {
                match client {
                    Some(client) => source.credentials_for(client).await,
                    None => source.credentials().await,
                }
            };
            let outcome = within(self.timeout, source.as_ref(), asked).await;
            let now = shared.now(skew);
            // A process that was stopped in between finds answers that have grown old, and timers that have run out.
            let again = match &outcome {
                Ok(credentials) => credentials.expires_at().is_some_and(|at| asked_at < at && at <= now),
                Err(_) => TimeDelta::from_std(self.timeout).is_ok_and(|most| (now - asked_at) / 2 > most),
            };
            if again && std::mem::take(&mut may_ask_again) {
                continue;
            }
            let credentials = outcome?;
            return match credentials.expires_at() {
                Some(expires_at) if expires_at <= now => {
                    let message = format!(
                        "what their source gave ended at {expires_at:?}, and the clock of this machine says {now:?}: is it right?"
                    );
                    Err(CredentialsError::of(CredentialsErrorKind::Expired, message))
                }
                _ => Ok(credentials),
            };
        }
    }
}

enum Joined {
    Begun(Refresh),
    UnderWay(Refresh),
    AlreadyGood(Credentials),
}

impl Refresh {
    /// The outcome. `None` if the refresh was cut off, or if its runtime does not run.
    async fn landed(&mut self) -> Option<Outcome> {
        let (mut heard, mut silent) = (self.beats.load(Ordering::Relaxed), 0);
        while silent < SILENT {
            match timeout(LISTEN, self.outcome.wait_for(Option::is_some)).await {
                Ok(Ok(outcome)) => return outcome.clone(),
                Ok(Err(_)) => return None,
                Err(_) => {
                    let beats = self.beats.load(Ordering::Relaxed);
                    // Several times in a row: on a busy machine, this runtime's timers and that one's are late together.
                    silent = if beats == heard { silent + 1 } else { 0 };
                    heard = beats;
                }
            }
        }
        None
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.beats, &other.beats)
    }
}

/// Shows, while it waits, that it is polled by a runtime that runs.
async fn beating<T>(beats: &AtomicU64, work: impl Future<Output = T>) -> T {
    let (mut work, mut beat) = (pin!(work), pin!(sleep(BEAT)));
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        while beat.as_mut().poll(cx).is_ready() {
            beats.fetch_add(1, Ordering::Relaxed);
            beat.as_mut().reset(Instant::now() + BEAT);
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

    fn has_ended(&self, credentials: &Credentials, skew: TimeDelta) -> bool {
        credentials.expires_at().is_some_and(|expires_at| expires_at <= self.now(skew))
    }

    fn look(&self, skew: TimeDelta) -> Found {
        // Whoever panicked while holding it left a whole entry behind, or the one before.
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = &*kept else { return Found::Nothing };
        // Those without an end need no clock.
        let Some(refresh_at) = kept.refresh_at else { return Found::Good(kept.credentials.clone()) };
        let now = self.now(skew);
        if kept.credentials.expires_at().is_some_and(|expires_at| expires_at <= now) {
            Found::Nothing
        } else if now < refresh_at && !kept.was_kept_by_another_clock(now) {
            Found::Good(kept.credentials.clone())
        } else {
            Found::EndsSoon(kept.credentials.clone())
        }
    }

    fn under_way(&self) -> MutexGuard<'_, Option<Refresh>> {
        self.refresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a refresh no longer; the next call begins another.
    fn leave(&self, refresh: &Refresh) {
        refresh.is_left.store(true, Ordering::Relaxed);
        let mut under_way = self.under_way();
        if under_way.as_ref().is_some_and(|other| other.is(refresh)) {
            *under_way = None;
        }
    }

    /// Keeps the outcome of a refresh, unless another one has taken its place. Credentials that arrive after their caller has left
    /// are kept too if there are no others.
    fn land(&self, refresh: &Refresh, outcome: &Outcome, skew: TimeDelta) {
        let mut under_way = self.under_way();
        if under_way.as_ref().is_some_and(|other| other.is(refresh)) {
            self.keep(outcome, skew);
            *under_way = None;
        } else if refresh.is_left.load(Ordering::Relaxed)
            && outcome.is_ok()
            && matches!(self.look(skew), Found::Nothing)
        {
            self.keep(outcome, skew);
        }
    }

    fn keep(&self, outcome: &Outcome, skew: TimeDelta) {
        let now = self.now(skew);
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        match (outcome, &mut *kept) {
            (Ok(credentials), kept) => {
                let refresh_at = match credentials.expires_at() {
                    Some(expires_at) => Some(refresh_at(now, expires_at)),
                    None => credentials.is_from_file().then(|| now + TimeDelta::seconds(FILE_AGE)),
                };
                *kept = Some(Kept { credentials: credentials.clone(), refresh_at });
            }
            // Not at every call until then.
            (Err(_), Some(kept)) => kept.refresh_at = Some(now + TimeDelta::seconds(fastrand::i64(AGAIN))),
            (Err(_), None) => {}
        }
    }

    /// Drops credentials that were refused. Those that have taken their place since stay.
    fn drop_refused(&self, refused: &Credentials) {
        let mut under_way = self.under_way();
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_some_and(|kept| kept.credentials.signs_like(refused)) {
            *kept = None;
            // What it brings may be as old as what was refused.
            *under_way = None;
        }
    }
}

fn skew(client: Option<&ClientContext>) -> TimeDelta {
    client.map_or(TimeDelta::zero(), |client| client.clock_skew)
}

fn runtime() -> Result<Handle, CredentialsError> {
    Handle::try_current().map_err(|error| failed("there is no tokio runtime").with_source(error))
}

/// Some minutes before the end; half way, where there are none.
fn refresh_at(now: DateTime<Utc>, expires_at: DateTime<Utc>) -> DateTime<Utc> {
    (expires_at - TimeDelta::seconds(fastrand::i64(AHEAD))).max(now + (expires_at - now) / 2)
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
        self.shared.source.invalidate(refused);
    }

    fn name(&self) -> Cow<'_, str> {
        self.shared.source.name()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("source", &self.source).finish_non_exhaustive()
    }
}
