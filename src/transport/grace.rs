//! [`Due`] and [`timeout_at`]: timeouts with a grace period.
//!
//! A process can be stopped (a Lambda freeze, SIGSTOP) or busy. When it continues, every timer has
//! expired, although the response may be in the buffer of the socket. An expired timer is therefore
//! not an error yet. The runtime first gets a grace period, in which its I/O driver and the task of
//! the connection can read what has arrived.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The shortest grace period. It delays every real timeout by this much.
pub(super) const SHORTEST: Duration = Duration::from_millis(20);
/// The longest grace period, for a timer that was seen this late or later.
const LONGEST: Duration = Duration::from_secs(1);
/// The most grace periods. Another one follows only if the process was stopped during the last one.
const MOST: u8 = 3;

/// A point in time that counts as passed only after its grace period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    at: Instant,
    grace_periods: u8,
}

impl Due {
    pub(crate) fn new(at: Instant) -> Self {
        Self { at, grace_periods: 0 }
    }

    /// Returns the point in time, or the end of the current grace period.
    pub(super) fn at(&self) -> Instant {
        self.at
    }

    /// Returns whether the time and its grace period have passed. The first call after
    /// [`at`](Self::at) begins the grace period.
    ///
    /// The grace period is as long as the timer was late, between 20 ms and 1 s. A process that was
    /// stopped needs more time to catch up than one that only waited.
    pub(crate) fn is_over(&mut self, now: Instant) -> bool {
        if now < self.at {
            return false;
        }
        let late = now - self.at;
        if self.grace_periods > 0 && (late <= SHORTEST || self.grace_periods >= MOST) {
            return true;
        }
        self.grace_periods += 1;
        self.at = now + late.clamp(SHORTEST, LONGEST);
        false
    }
}

/// Waits for a future until a point in time and its grace period have passed. Returns `None` if the
/// future is not ready by then.
pub(crate) async fn timeout_at<F: Future>(at: Instant, mut future: Pin<&mut F>) -> Option<F::Output> {
    let mut due = Due::new(at);
    let mut timer = pin!(sleep_until(at));
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        loop {
            ready!(timer.as_mut().poll(cx));
            if due.is_over(Instant::now()) {
                return Poll::Ready(None);
            }
            timer.as_mut().reset(due.at());
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, sleep};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn future_that_is_ready_in_the_grace_period_is_in_time() {
        let begun = Instant::now();
        let late = pin!(sleep(SECOND + SHORTEST / 2));
        assert_eq!(timeout_at(begun + SECOND, late).await, Some(()));
        let later = pin!(sleep(SECOND));
        let begun = Instant::now();
        assert_eq!(timeout_at(begun + SECOND / 2, later).await, None);
        assert_eq!(begun.elapsed(), SECOND / 2 + SHORTEST);
    }

    #[tokio::test(start_paused = true)]
    async fn late_timer_has_a_longer_grace_period() {
        for (late, grace) in [(1, 20), (300, 300), (60_000, 1_000)] {
            let mut due = Due::new(Instant::now());
            advance(Duration::from_millis(late)).await;
            assert!(!due.is_over(Instant::now()));
            assert_eq!(due.at() - Instant::now(), Duration::from_millis(grace), "{late} ms late");
            advance(Duration::from_millis(grace)).await;
            assert!(due.is_over(Instant::now()), "{late} ms late");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn number_of_grace_periods_is_limited() {
        let mut due = Due::new(Instant::now());
        for stopped in 0..4 {
            advance(60 * SECOND).await;
            assert_eq!(due.is_over(Instant::now()), stopped == 3);
        }
    }
}
