//! A hit of the credentials cache: the cost that every call pays.

mod data;

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bedrock_lite::credentials::{CachedCredentials, CredentialsFuture};
use bedrock_lite::{Clock as _, Credentials, ProvideCredentials, SystemClock};
use chrono::TimeDelta;
use criterion::Criterion;
use tokio::runtime::Builder;

use data::Failed;

/// A provider that counts its calls.
#[derive(Debug)]
struct Source {
    credentials: Credentials,
    asked: Arc<AtomicUsize>,
}

impl ProvideCredentials for Source {
    fn credentials(&self) -> CredentialsFuture<'_> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(self.credentials.clone()) })
    }
}

fn main() -> Result<(), Failed> {
    let mut criterion = Criterion::default().configure_from_args();
    let lasting = data::credentials();
    // Valid for days, so that no refresh happens during the measurement.
    let temporary =
        lasting.clone().with_session_token("t".repeat(1000)).with_expiry(SystemClock.now() + TimeDelta::days(7));
    hit(&mut criterion, "lasting", lasting)?;
    hit(&mut criterion, "temporary", temporary)?;
    criterion.final_summary();
    Ok(())
}

fn hit(criterion: &mut Criterion, name: &str, credentials: Credentials) -> Result<(), Failed> {
    let runtime = Builder::new_current_thread().build()?;
    let asked = Arc::new(AtomicUsize::new(0));
    let cache = CachedCredentials::new(Source { credentials, asked: Arc::clone(&asked) });
    runtime.block_on(cache.credentials())?;
    criterion.bench_function(&format!("credentials kept, {name}"), |bencher| {
        // One `block_on` for all rounds, so that its own cost is not measured.
        bencher.iter_custom(|times| {
            runtime.block_on(async {
                let begun = Instant::now();
                for _ in 0..times {
                    let _ = black_box(cache.credentials().await);
                }
                begun.elapsed()
            })
        });
    });
    data::check("questions to the source", asked.load(Ordering::Relaxed), 1)
}
