//! Reads files on a separate thread, so that a slow file system does not block other tasks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokio::sync::oneshot;

use super::ProviderConfig;
use crate::error::{ConfigError, ConfigErrorKind};

/// The maximum number of concurrent reads. Each read on a file system that hangs keeps a thread.
const MAX_READS: usize = 32;

/// The number of concurrent reads.
static READS: AtomicUsize = AtomicUsize::new(0);

/// A permit for one read. Dropping it releases the permit.
struct Permit;

impl Permit {
    fn acquire() -> Option<Self> {
        let permit = (READS.fetch_add(1, Ordering::Relaxed) < MAX_READS).then_some(Self);
        if permit.is_none() {
            READS.fetch_sub(1, Ordering::Relaxed);
        }
        permit
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        READS.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ProviderConfig {
    /// Runs a function that reads files, without blocking the executor.
    ///
    /// The thread does not belong to tokio's pool, because a runtime that is dropped waits for its
    /// pool, and would hang with the file system. If the future is dropped, the read continues, and
    /// its result is discarded.
    pub(super) async fn read_files<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, ConfigError> + Send + 'static,
    ) -> Result<T, ConfigError> {
        if !self.files.may_block() {
            return read(self);
        }
        let (done, outcome) = oneshot::channel();
        let provider_config = self.clone();
        start(Box::new(move |permit| {
            let outcome = read(&provider_config);
            drop(permit);
            // The receiver may have been dropped.
            let _ = done.send(outcome);
        }))?;
        outcome.await.unwrap_or_else(|_| Err(unreadable("the thread that reads credentials files panicked")))
    }
}

/// Starts a thread. The function is boxed, so that this code is not compiled for each type that is
/// read.
fn start(work: Box<dyn FnOnce(Permit) + Send>) -> Result<(), ConfigError> {
    let permit = Permit::acquire()
        .ok_or_else(|| unreadable("too many reads of credentials files are blocked: a file system may hang"))?;
    thread::Builder::new()
        .name("credentials_files".into())
        .spawn(move || work(permit))
        .map_err(|error| unreadable("cannot start a thread to read credentials files").with_source(error))?;
    Ok(())
}

fn unreadable(message: &str) -> ConfigError {
    ConfigError::new(ConfigErrorKind::UnreadableFile, message)
}
