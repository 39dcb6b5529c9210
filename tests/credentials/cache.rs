//! The cache: one refresh at a time, before expiry, and never expired credentials.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bedrock_lite::credentials::{CachedCredentials, CredentialsFuture, ProfileCredentials, ProviderConfig};
use bedrock_lite::profile::Files;
use bedrock_lite::{Clock, Credentials, CredentialsError, CredentialsErrorKind, ProvideCredentials};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;

use crate::provider_config::noon;

/// A clock that tests set.
#[derive(Debug, Clone)]
struct SetClock(Arc<Mutex<DateTime<Utc>>>);

impl SetClock {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(noon())))
    }

    fn pass(&self, time: TimeDelta) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
}

/// A provider that waits for a permit before each response. It returns hourly credentials, or an
/// error if a test sets one.
#[derive(Debug, Clone)]
struct Source(Arc<State>);

#[derive(Debug)]
struct State {
    clock: SetClock,
    asked: AtomicUsize,
    may_answer: Semaphore,
    lifetime: Mutex<Option<TimeDelta>>,
    fails: Mutex<Option<fn() -> CredentialsError>>,
}

impl Source {
    fn new(clock: &SetClock, permits: usize) -> Self {
        let lifetime = Mutex::new(Some(TimeDelta::hours(1)));
        let (asked, may_answer, fails) = (AtomicUsize::new(0), Semaphore::new(permits), Mutex::default());
        Self(Arc::new(State { clock: clock.clone(), asked, may_answer, lifetime, fails }))
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    fn live(&self, lifetime: Option<TimeDelta>) {
        *self.0.lifetime.lock().unwrap() = lifetime;
    }

    fn fail(&self, error: Option<fn() -> CredentialsError>) {
        *self.0.fails.lock().unwrap() = error;
    }
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            let number = self.0.asked.fetch_add(1, Ordering::SeqCst) + 1;
            self.0.may_answer.acquire().await.unwrap().forget();
            if let Some(error) = *self.0.fails.lock().unwrap() {
                return Err(error());
            }
            let credentials = Credentials::new(format!("AKID{number}"), "kept-secret");
            let lifetime = *self.0.lifetime.lock().unwrap();
            Ok(lifetime.into_iter().fold(credentials, |c, lifetime| c.with_expiry(self.0.clock.now() + lifetime)))
        })
    }
}

fn cached(permits: usize) -> (SetClock, Source, CachedCredentials) {
    let clock = SetClock::new();
    let source = Source::new(&clock, permits);
    let cache = CachedCredentials::with_clock(source.clone(), clock.clone());
    (clock, source, cache)
}

async fn id(cache: &CachedCredentials) -> String {
    cache.credentials().await.unwrap().access_key_id().to_owned()
}

/// Lets spawned tasks run until `done`.
async fn until(done: impl Fn() -> bool) {
    // Up to a minute, so that a busy machine does not fail the test.
    for _ in 0..60_000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("the condition was not met in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_callers_cause_one_request() {
    let (_, source, cache) = cached(0);
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { id(&cache).await })
        })
        .collect();
    until(|| source.asked() == 1).await;
    source.0.may_answer.add_permits(64);
    for caller in callers {
        assert_eq!(caller.await.unwrap(), "AKID1");
    }
    assert_eq!((source.asked(), &*id(&cache).await), (1, "AKID1"));
}

#[tokio::test]
async fn cancelled_caller_does_not_cancel_the_refresh() {
    let (_, source, cache) = cached(0);
    let leaves = tokio::time::timeout(Duration::from_millis(20), cache.credentials());
    let stays = cache.clone();
    let stays = tokio::spawn(async move { id(&stays).await });
    assert!(leaves.await.is_err());
    source.0.may_answer.add_permits(1);
    assert_eq!(stays.await.unwrap(), "AKID1");
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn refresh_before_expiry_runs_in_the_background() {
    let (clock, source, cache) = cached(1);
    assert_eq!(id(&cache).await, "AKID1");
    clock.pass(TimeDelta::minutes(54));
    assert_eq!((&*id(&cache).await, source.asked()), ("AKID1", 1));
    // The refresh starts 4 minutes before expiry, and no call waits for it.
    clock.pass(TimeDelta::minutes(2));
    for _ in 0..3 {
        assert_eq!(id(&cache).await, "AKID1");
    }
    until(|| source.asked() == 2).await;
    source.0.may_answer.add_permits(1);
    let mut now = id(&cache).await;
    while now == "AKID1" {
        tokio::task::yield_now().await;
        now = id(&cache).await;
    }
    assert_eq!((&*now, source.asked()), ("AKID2", 2));
}

#[tokio::test]
async fn expired_credentials_are_never_returned() {
    let (clock, source, cache) = cached(10);
    assert_eq!(id(&cache).await, "AKID1");
    clock.pass(TimeDelta::hours(1));
    assert_eq!(id(&cache).await, "AKID2");
    clock.pass(TimeDelta::hours(1));
    source.fail(Some(|| CredentialsError::new("no more")));
    assert!(cache.credentials().await.unwrap_err().to_string().contains("no more"));
    // A failure does not poison the cache.
    source.fail(None);
    assert_eq!(id(&cache).await, "AKID4");
}

#[tokio::test]
async fn failed_early_refresh_is_retried_later_and_not_reported() {
    let (clock, source, cache) = cached(10);
    id(&cache).await;
    clock.pass(TimeDelta::minutes(56));
    source.fail(Some(|| CredentialsError::new("busy")));
    id(&cache).await;
    until(|| source.asked() == 2).await;
    for _ in 0..10 {
        tokio::task::yield_now().await;
        assert_eq!(id(&cache).await, "AKID1");
    }
    assert_eq!(source.asked(), 2, "every call retries");
    source.fail(None);
    clock.pass(TimeDelta::seconds(41));
    id(&cache).await;
    until(|| source.asked() == 3).await;
    tokio::task::yield_now().await;
    assert_eq!(id(&cache).await, "AKID3");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_waiting_callers_get_the_same_error() {
    let (_, source, cache) = cached(0);
    source.fail(Some(|| CredentialsError::not_configured("nothing here")));
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.credentials().await.unwrap_err() })
        })
        .collect();
    until(|| source.asked() == 1).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    source.0.may_answer.add_permits(1);
    for caller in callers {
        let error = caller.await.unwrap();
        assert!(error.to_string().contains("nothing here"), "{error}");
        assert_eq!(error.kind(), CredentialsErrorKind::NotConfigured);
    }
    assert_eq!(source.asked(), 1);
}

#[tokio::test]
async fn credentials_that_arrive_expired_are_an_error_with_both_times() {
    let (_, source, cache) = cached(10);
    source.live(Some(TimeDelta::minutes(-1)));
    let error = cache.credentials().await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::Expired);
    let text = error.to_string();
    assert!(text.contains("2026-01-02T11:59:00Z") && text.contains("2026-01-02T12:00:00Z"), "{text}");
    // Credentials that expire within minutes are not requested on every call.
    source.live(Some(TimeDelta::minutes(2)));
    for _ in 0..5 {
        assert_eq!(id(&cache).await, "AKID2");
        tokio::task::yield_now().await;
    }
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn credentials_without_expiry_are_requested_once() {
    let (clock, source, cache) = cached(1);
    source.live(None);
    id(&cache).await;
    clock.pass(TimeDelta::days(4000));
    assert_eq!((&*id(&cache).await, source.asked()), ("AKID1", 1));
}

#[test]
fn refresh_that_ends_with_its_runtime_is_restarted() {
    let (_, source, cache) = cached(0);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let first = runtime();
    let waits = first.block_on(async { tokio::time::timeout(Duration::from_millis(20), cache.credentials()).await });
    assert!(waits.is_err());
    drop(first);
    source.0.may_answer.add_permits(1);
    assert_eq!(runtime().block_on(id(&cache)), "AKID2");
}

#[tokio::test]
async fn panic_of_a_provider_is_an_error() {
    #[derive(Debug)]
    struct Panics;
    impl ProvideCredentials for Panics {
        fn credentials(&self) -> CredentialsFuture<'_> {
            Box::pin(async { panic!("a broken provider") })
        }
    }
    let error = CachedCredentials::new(Panics).credentials().await.unwrap_err();
    assert!(error.to_string().contains("it panicked"), "{error}");
}

/// A single-threaded runtime does nothing outside of `block_on`.
#[test]
fn refresh_on_an_idle_runtime_does_not_block_other_runtimes() {
    let (_, source, cache) = cached(0);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let idle = runtime();
    let waits = idle.block_on(async { tokio::time::timeout(Duration::from_millis(20), cache.credentials()).await });
    assert!(waits.is_err());
    assert_eq!(source.asked(), 1);
    source.0.may_answer.add_permits(64);
    assert_eq!(runtime().block_on(id(&cache)), "AKID2");
    // The first refresh continues where it was, and its result does not replace newer credentials.
    idle.block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
    assert_eq!((idle.block_on(id(&cache)), source.asked()), ("AKID2".to_owned(), 2));
}

#[test]
fn two_running_runtimes_share_a_refresh() {
    let (_, source, cache) = cached(0);
    let (waiting, waits) = std::sync::mpsc::channel();
    let callers: Vec<_> = (0..2)
        .map(|_| {
            let (cache, waiting) = (cache.clone(), waiting.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                runtime.block_on(async {
                    let mut asks = std::pin::pin!(id(&cache));
                    let begun = tokio::time::timeout(Duration::ZERO, asks.as_mut()).await;
                    assert!(begun.is_err());
                    waiting.send(()).unwrap();
                    asks.await
                })
            })
        })
        .collect();
    for _ in 0..2 {
        waits.recv().unwrap();
    }
    source.0.may_answer.add_permits(64);
    for caller in callers {
        assert_eq!(caller.join().unwrap(), "AKID1");
    }
    assert_eq!(source.asked(), 1);
}

/// Computes the expiry at once, and returns the credentials when it gets a permit: like a response
/// that waits in a socket.
#[derive(Debug, Clone)]
struct Buffered(Source);

impl ProvideCredentials for Buffered {
    fn credentials(&self) -> CredentialsFuture<'_> {
        let expires_at = self.0.0.clock.now() + TimeDelta::hours(1);
        Box::pin(async move { Ok(self.0.credentials().await?.with_expiry(expires_at)) })
    }
}

#[tokio::test]
async fn response_that_expired_in_a_frozen_process_is_requested_again() {
    for is_ahead in [false, true] {
        let clock = SetClock::new();
        let source = Source::new(&clock, 0);
        let cache = CachedCredentials::with_clock(Buffered(source.clone()), clock.clone());
        let mut asked = 1;
        if is_ahead {
            source.0.may_answer.add_permits(1);
            assert_eq!(id(&cache).await, "AKID1");
            clock.pass(TimeDelta::minutes(57));
            assert_eq!(id(&cache).await, "AKID1");
            asked = 2;
        }
        let call = tokio::spawn({
            let cache = cache.clone();
            async move { id(&cache).await }
        });
        until(|| source.asked() == asked).await;
        clock.pass(TimeDelta::hours(5));
        let late = tokio::spawn({
            let cache = cache.clone();
            async move { id(&cache).await }
        });
        tokio::task::yield_now().await;
        source.0.may_answer.add_permits(9);
        assert_eq!(late.await.unwrap(), format!("AKID{}", asked + 1));
        assert_eq!(call.await.unwrap(), if is_ahead { "AKID1".to_owned() } else { "AKID2".to_owned() });
        assert_eq!(source.asked(), asked + 1);
    }
}

#[tokio::test]
async fn failed_early_refresh_does_not_fail_a_call_that_joins_it() {
    let (clock, source, cache) = cached(1);
    assert_eq!(id(&cache).await, "AKID1");
    clock.pass(TimeDelta::seconds(3599));
    assert_eq!(id(&cache).await, "AKID1");
    until(|| source.asked() == 2).await;
    // It fails, but only after expiry, when a call waits for it.
    clock.pass(TimeDelta::seconds(2));
    source.fail(Some(|| CredentialsError::new("the connection broke in the meantime")));
    let call = tokio::spawn({
        let cache = cache.clone();
        async move { cache.credentials().await.map(|credentials| credentials.access_key_id().to_owned()) }
    });
    tokio::task::yield_now().await;
    source.0.may_answer.add_permits(1);
    until(|| source.asked() == 3 || call.is_finished()).await;
    source.fail(None);
    source.0.may_answer.add_permits(9);
    assert_eq!(call.await.unwrap().unwrap(), "AKID3");
}

#[tokio::test]
async fn keys_of_a_file_are_read_again_after_a_minute_in_the_background() {
    let (clock, written) = (SetClock::new(), Arc::new(Mutex::new("AKIDOLD")));
    let read = Arc::clone(&written);
    let files = Files::reader(move |_| {
        let id = *read.lock().unwrap();
        Ok(format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = kept-secret").into_bytes())
    });
    let variables = [("AWS_SHARED_CREDENTIALS_FILE", "/keys"), ("AWS_CONFIG_FILE", "~/none")];
    let provider_config = ProviderConfig::new().environment(variables).files(files);
    let cache = CachedCredentials::with_clock(ProfileCredentials::new(&provider_config), clock.clone());
    assert_eq!(id(&cache).await, "AKIDOLD");
    *written.lock().unwrap() = "AKIDNEW";
    clock.pass(TimeDelta::seconds(59));
    assert_eq!(id(&cache).await, "AKIDOLD");
    clock.pass(TimeDelta::seconds(1));
    assert_eq!(id(&cache).await, "AKIDOLD", "no call waits for it");
    let begun = std::time::Instant::now();
    while id(&cache).await != "AKIDNEW" {
        assert!(begun.elapsed() < Duration::from_secs(60), "the file is not read again");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn refused_credentials_are_dropped_and_newer_ones_are_kept() {
    let (_, source, cache) = cached(9);
    let first = cache.credentials().await.unwrap();
    cache.invalidate(&first);
    assert_eq!(id(&cache).await, "AKID2");
    // Sixty calls that are refused for the same credentials cause one request.
    for _ in 0..60 {
        cache.invalidate(&first);
    }
    assert_eq!((id(&cache).await, source.asked()), ("AKID2".to_owned(), 2));
}

#[tokio::test]
async fn refresh_from_before_a_refusal_is_not_used_after_it() {
    let (clock, source, cache) = cached(1);
    let first = cache.credentials().await.unwrap();
    clock.pass(TimeDelta::minutes(57));
    assert_eq!(id(&cache).await, "AKID1");
    until(|| source.asked() == 2).await;
    cache.invalidate(&first);
    source.0.may_answer.add_permits(9);
    assert_eq!(id(&cache).await, "AKID3");
    assert_eq!(id(&cache).await, "AKID3", "the older refresh is not kept");
}

/// A device boots with its clock ahead, and reads a file before the clock is corrected.
#[tokio::test]
async fn keys_of_a_file_are_read_again_after_the_clock_was_set_back() {
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&reads);
    let files = Files::reader(move |path: &std::path::Path| {
        if !path.ends_with("credentials") {
            return Err(std::io::ErrorKind::NotFound.into());
        }
        let read = counted.fetch_add(1, Ordering::SeqCst);
        Ok(format!("[default]\naws_access_key_id = AKID{read}\naws_secret_access_key = s\n").into_bytes())
    });
    let clock = SetClock::new();
    let provider_config = ProviderConfig::new().environment([("HOME", "/h")]).files(files).clock(clock.clone());
    let cache = CachedCredentials::with_clock(ProfileCredentials::new(&provider_config), clock.clone());
    clock.pass(TimeDelta::days(365));
    assert_eq!(id(&cache).await, "AKID0");
    clock.pass(TimeDelta::days(-365));
    assert_eq!(id(&cache).await, "AKID0", "the old keys are used while the file is read");
    until(|| reads.load(Ordering::SeqCst) == 2).await;
}
