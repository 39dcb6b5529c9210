//! Reading files where a slow file system delays no other task: on a thread of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::oneshot;

use super::ProviderConfig;
use crate::error::{ConfigError, ConfigErrorKind};

/// How many reads may be under way. A file system that hangs keeps a thread for each read, and must not keep ever more of them.
const MOST: usize = 32;

static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// A read that counts as under way until it is dropped.
struct Counted;

impl Counted {
    fn begin() -> Option<Self> {
        let counted = (UNDER_WAY.fetch_add(1, Ordering::Relaxed) < MOST).then_some(Self);
        if counted.is_none() {
            UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
        }
        counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ProviderConfig {
    /// Does what reads files, and leaves the executor's thread free meanwhile.
    ///
    /// A thread of its own, not one of tokio's pool: a runtime waits for those when it is dropped, for as long as a file system
    /// hangs. When the future is dropped, the read goes on, and nothing waits for it.
    pub(super) async fn read_files<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, ConfigError> + Send + 'static,
    ) -> Result<T, ConfigError> {
        if !self.files.may_block() {
            return read(self);
        }
        let (done, outcome) = oneshot::channel();
        let provider_config = self.clone();
        start(Box::new(move |counted| {
            let outcome = read(&provider_config);
            drop(counted);
            // The caller may have gone.
            let _ = done.send(outcome);
        }))?;
        outcome.await.unwrap_or_else(|_| Err(unread("what reads files for this client panicked")))
    }
}

/// Starts a thread. What it does is boxed, so that every type that is read does not bring a copy of this.
fn start(work: Box<dyn FnOnce(Counted) + Send>) -> Result<(), ConfigError> {
    let counted = Counted::begin()
        .ok_or_else(|| unread("too many reads of credentials files do not end: a file system may hang"))?;
    thread::Builder::new()
        .name("credentials_files".into())
        .spawn(move || work(counted))
        .map_err(|error| unread("no thread can be started to read credentials files").with_source(error))?;
    Ok(())
}

fn unread(message: &str) -> ConfigError {
    ConfigError::new(ConfigErrorKind::UnreadableFile, message)
}
