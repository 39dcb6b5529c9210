//! The cache: one refresh at a time, ahead of time, and never anything that has ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bedrock_lite::credentials::{CachedCredentials, CredentialsFuture};
use bedrock_lite::{Clock, Credentials, CredentialsError, CredentialsErrorKind, ProvideCredentials};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;

use crate::surroundings::noon;

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

/// A source whose answers wait for a permit each: hourly credentials, or an error where it is told to fail.
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
    // Up to a minute: a busy machine must not be the reason.
    for _ in 0..60_000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("it never happens");
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_callers_make_one_request() {
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
async fn a_caller_that_leaves_does_not_take_the_refresh_along() {
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
async fn they_are_refreshed_ahead_of_time_behind_the_calls() {
    let (clock, source, cache) = cached(1);
    assert_eq!(id(&cache).await, "AKID1");
    clock.pass(TimeDelta::minutes(54));
    assert_eq!((&*id(&cache).await, source.asked()), ("AKID1", 1));
    // 4 minutes before the end: it begins, and no call waits for it.
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
async fn those_that_have_ended_are_never_handed_out() {
    let (clock, source, cache) = cached(10);
    assert_eq!(id(&cache).await, "AKID1");
    clock.pass(TimeDelta::hours(1));
    assert_eq!(id(&cache).await, "AKID2");
    clock.pass(TimeDelta::hours(1));
    source.fail(Some(|| CredentialsError::new("no more")));
    assert!(cache.credentials().await.unwrap_err().to_string().contains("no more"));
    // A failure poisons nothing.
    source.fail(None);
    assert_eq!(id(&cache).await, "AKID4");
}

#[tokio::test]
async fn a_failure_ahead_of_time_is_tried_again_after_a_while_and_hidden_meanwhile() {
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
    assert_eq!(source.asked(), 2, "it is tried at every call");
    source.fail(None);
    clock.pass(TimeDelta::seconds(41));
    id(&cache).await;
    until(|| source.asked() == 3).await;
    tokio::task::yield_now().await;
    assert_eq!(id(&cache).await, "AKID3");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_wait_get_the_same_error() {
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
async fn those_that_have_ended_when_they_come_are_refused_with_both_times() {
    let (_, source, cache) = cached(10);
    source.live(Some(TimeDelta::minutes(-1)));
    let error = cache.credentials().await.unwrap_err();
    assert_eq!(error.kind(), CredentialsErrorKind::Expired);
    let text = error.to_string();
    assert!(text.contains("2026-01-02T11:59:00Z") && text.contains("2026-01-02T12:00:00Z"), "{text}");
    // Those that end within minutes are not asked for at every call.
    source.live(Some(TimeDelta::minutes(2)));
    for _ in 0..5 {
        assert_eq!(id(&cache).await, "AKID2");
        tokio::task::yield_now().await;
    }
    assert_eq!(source.asked(), 2);
}

#[tokio::test]
async fn those_without_an_end_are_asked_for_once() {
    let (clock, source, cache) = cached(1);
    source.live(None);
    id(&cache).await;
    clock.pass(TimeDelta::days(4000));
    assert_eq!((&*id(&cache).await, source.asked()), ("AKID1", 1));
}

#[test]
fn a_refresh_that_ends_with_its_runtime_is_begun_anew() {
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
async fn a_source_that_panics_is_an_error() {
    #[derive(Debug)]
    struct Panics;
    impl ProvideCredentials for Panics {
        fn credentials(&self) -> CredentialsFuture<'_> {
            Box::pin(async { panic!("a source that is broken") })
        }
    }
    let error = CachedCredentials::new(Panics).credentials().await.unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
}
