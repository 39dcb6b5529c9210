//! The cache: credentials are asked for once, however many calls want them, and before the old ones end.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::answer::failed;
use super::{CredentialsFuture, ProvideCredentials};
use crate::clock::{Clock, SystemClock};
use crate::error::{CredentialsError, CredentialsErrorKind};
use crate::identity::Credentials;

/// How long before their end credentials are refreshed, in seconds: 5 minutes and up to one less, so that a fleet does not ask as one.
const AHEAD: std::ops::Range<i64> = 240..300;
/// How long after a refresh ahead of time failed the next is tried, in seconds.
const AGAIN: std::ops::Range<i64> = 20..40;
/// How often a refresh is begun anew that a runtime's end or a panic cut off.
const CUT_OFF: u32 = 3;

/// Keeps the credentials of another source for as long as they hold.
///
/// - One request at a time, however many calls wait for it; it goes on when one of them is dropped.
/// - From about 5 minutes before their end, the next call begins a refresh in the background, and goes on with what there is.
/// - Credentials that have ended are never handed out. A refresh that fails is an error for those who waited for it; the next call tries again.
///
/// It needs tokio, as the client does. Cheap to clone; clones share what is kept.
///
/// ```
/// use bedrock_lite::Client;
/// use bedrock_lite::credentials::{CachedCredentials, ContainerCredentials, Surroundings};
///
/// let container = ContainerCredentials::new(&Surroundings::new());
/// let client = Client::builder().region("eu-west-1").credentials_provider(CachedCredentials::new(container)).build()?;
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CachedCredentials(Arc<Shared>);

struct Shared {
    source: Box<dyn ProvideCredentials>,
    clock: Arc<dyn Clock>,
    kept: RwLock<Option<Kept>>,
    /// The refresh that is under way.
    refresh: Mutex<Option<Refresh>>,
}

/// What those who wait for a refresh see: nothing yet, then its outcome.
type Refresh = watch::Receiver<Option<Result<Credentials, CredentialsError>>>;

struct Kept {
    credentials: Credentials,
    /// From when on a refresh is begun; never, where they have no end.
    refresh_at: Option<DateTime<Utc>>,
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
        Self(Arc::new(Shared { source: Box::new(source), clock, kept, refresh }))
    }

    async fn get(&self) -> Result<Credentials, CredentialsError> {
        match self.0.look() {
            Found::Good(credentials) => return Ok(credentials),
            Found::EndsSoon(credentials) => {
                // Who cannot begin it goes on with what there is.
                let _ = self.0.join_refresh();
                return Ok(credentials);
            }
            Found::Nothing => {}
        }
        for _ in 0..CUT_OFF {
            let mut refresh = match self.0.join_refresh()? {
                Joined::Refresh(refresh) => refresh,
                Joined::AlreadyGood(credentials) => return Ok(credentials),
            };
            if let Ok(outcome) = refresh.wait_for(Option::is_some).await
                && let Some(outcome) = &*outcome
            {
                return outcome.clone();
            }
        }
        Err(failed("the refresh of the credentials was cut off"))
    }
}

enum Joined {
    Refresh(Refresh),
    AlreadyGood(Credentials),
}

impl Shared {
    fn look(&self) -> Found {
        // Whoever panicked while holding it left a whole entry behind, or the one before.
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = &*kept else { return Found::Nothing };
        // Those without an end need no clock.
        let Some(refresh_at) = kept.refresh_at else { return Found::Good(kept.credentials.clone()) };
        let now = self.clock.now();
        if kept.credentials.expires_at().is_some_and(|expires_at| expires_at <= now) {
            Found::Nothing
        } else if now < refresh_at {
            Found::Good(kept.credentials.clone())
        } else {
            Found::EndsSoon(kept.credentials.clone())
        }
    }

    /// The refresh that is under way, or a new one.
    fn join_refresh(self: &Arc<Self>) -> Result<Joined, CredentialsError> {
        let mut under_way = self.refresh.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(refresh) = under_way.as_ref().filter(|refresh| refresh.has_changed().is_ok()) {
            return Ok(Joined::Refresh(refresh.clone()));
        }
        // It may have ended since the caller looked.
        if let Found::Good(credentials) = self.look() {
            return Ok(Joined::AlreadyGood(credentials));
        }
        let runtime = Handle::try_current().map_err(|error| failed("there is no tokio runtime").with_source(error))?;
        let (done, refresh) = watch::channel(None);
        let shared = Arc::clone(self);
        runtime.spawn(async move {
            let outcome = shared.ask().await;
            shared.keep(&outcome);
            *shared.refresh.lock().unwrap_or_else(PoisonError::into_inner) = None;
            // Nobody may be waiting.
            let _ = done.send(Some(outcome));
        });
        *under_way = Some(refresh.clone());
        Ok(Joined::Refresh(refresh))
    }

    /// Asks the source for credentials that have not ended.
    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let credentials = self.source.credentials().await?;
        let now = self.clock.now();
        match credentials.expires_at() {
            Some(expires_at) if expires_at <= now => {
                let message = format!(
                    "what their source gave ended at {expires_at:?}, and the clock of this machine says {now:?}: is it right?"
                );
                Err(CredentialsError::of(CredentialsErrorKind::Expired, message))
            }
            _ => Ok(credentials),
        }
    }

    fn keep(&self, outcome: &Result<Credentials, CredentialsError>) {
        let now = self.clock.now();
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        match (outcome, &mut *kept) {
            (Ok(credentials), kept) => {
                let refresh_at = credentials.expires_at().map(|expires_at| refresh_at(now, expires_at));
                *kept = Some(Kept { credentials: credentials.clone(), refresh_at });
            }
            // Not at every call until then.
            (Err(_), Some(kept)) => kept.refresh_at = Some(now + TimeDelta::seconds(fastrand::i64(AGAIN))),
            (Err(_), None) => {}
        }
    }
}

/// Some minutes before the end; half way, where there are none.
fn refresh_at(now: DateTime<Utc>, expires_at: DateTime<Utc>) -> DateTime<Utc> {
    (expires_at - TimeDelta::seconds(fastrand::i64(AHEAD))).max(now + (expires_at - now) / 2)
}

impl ProvideCredentials for CachedCredentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.get())
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("source", &self.source).finish_non_exhaustive()
    }
}
