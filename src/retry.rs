//! When a request is sent again, and after how long: attempt, error and jitter in, wait or stop out.

use std::time::Duration;

use crate::error::{Error, ServiceErrorKind};

/// How often a request is sent, and how long the client waits in between.
///
/// The wait before attempt *i* + 1 is `random(0..1) × min(base × 2^(i - 1), longest)`, with a base of its own for throttling;
/// where the service names a time (`x-amz-retry-after`), the wait is at least that, but no more than 5 s longer than it would have been.
///
/// Sent again is a request that found no connection, and one that the service did not take: throttling, a model that is not
/// ready, errors 500, 502, 503 and 504, also where they are the first thing in a stream. A gateway's 504 can come after a model
/// has begun; AWS's own clients send it again as well: [`off`](Self::off) is for those who would rather not. Never sent again are
/// a time-out and a stream that was cut: what the model did until then is paid for.
///
/// After AWS's standard retry mode ("Retry behavior" in the AWS SDKs and tools reference guide).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a request is sent at the most, the first time included. Default 3.
    pub max_attempts: u32,
    /// The base of the wait after a failure that is no throttling. Default 50 ms.
    pub base_delay: Duration,
    /// The base of the wait after throttling. Default 1 s.
    pub throttling_delay: Duration,
    /// The longest wait, before the jitter. Default 20 s.
    pub max_delay: Duration,
    /// Whether `ModelTimeoutException` is tried again. Default no: what the model did until then is paid for, and paid again.
    pub model_timeouts: bool,
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send it again after this long.
    Wait(Duration),
    /// Hand out the error.
    Stop,
}

/// How much longer than its own wait a client lets the service make it wait.
const RETRY_AFTER_MARGIN: Duration = Duration::from_secs(5);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(50),
            throttling_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(20),
            model_timeouts: false,
        }
    }
}

impl RetryPolicy {
    /// The default policy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A policy that sends everything once.
    #[must_use]
    pub fn off() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// Sends a request at most so often, the first time included.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Begins with these waits: after throttling, and after any other failure.
    #[must_use]
    pub fn delays(mut self, throttling: Duration, other: Duration) -> Self {
        self.throttling_delay = throttling;
        self.base_delay = other;
        self
    }

    /// Tries a model's time-out again, too.
    #[must_use]
    pub fn model_timeouts(mut self, retried: bool) -> Self {
        self.model_timeouts = retried;
        self
    }

    /// Whether to send again after attempt number `attempt` (from 1) ended in `error`; `jitter` is from 0 to 1.
    #[must_use]
    pub fn decide(&self, attempt: u32, error: &Error, jitter: f64) -> Decision {
        if attempt >= self.max_attempts || !self.is_retried(error) {
            return Decision::Stop;
        }
        let base = if error.is_throttling() { self.throttling_delay } else { self.base_delay };
        let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = base.saturating_mul(doubled).min(self.max_delay);
        let delay = Duration::try_from_secs_f64(longest.as_secs_f64() * jitter.clamp(0.0, 1.0)).unwrap_or(longest);
        Decision::Wait(match error {
            Error::Service(e) => {
                e.retry_after().map_or(delay, |asked| asked.clamp(delay, delay.saturating_add(RETRY_AFTER_MARGIN)))
            }
            _ => delay,
        })
    }

    fn is_retried(&self, error: &Error) -> bool {
        match error {
            Error::Service(e) => {
                e.is_retryable() || (self.model_timeouts && e.kind() == ServiceErrorKind::ModelTimeout)
            }
            Error::Transport(e) => e.is_retryable(),
            // A stream had begun, and what the model did is paid for: whether to pay again is the user's to say.
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;

    fn answered(status: u16, code: &str) -> Error {
        let response = http::Response::builder().status(status).header("x-amzn-errortype", code);
        let (head, ()) = response.body(()).unwrap().into_parts();
        ServiceError::from_response(&head, b"{}").into()
    }

    fn wait(milliseconds: u64) -> Decision {
        Decision::Wait(Duration::from_millis(milliseconds))
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::new().max_attempts(99);
        let throttled = answered(429, "ThrottlingException");
        let waits: Vec<_> = (1..=7).map(|attempt| policy.decide(attempt, &throttled, 1.0)).collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000].map(wait));
        let unavailable = answered(503, "ServiceUnavailableException");
        assert_eq!([1, 2, 3].map(|attempt| policy.decide(attempt, &unavailable, 0.5)), [25, 50, 100].map(wait));
        assert_eq!(policy.decide(90, &unavailable, 1.0), wait(20_000));
    }

    #[test]
    fn only_what_may_pass_is_sent_again() {
        let policy = RetryPolicy::new();
        let codes = [
            (400, "ValidationException"),
            (403, "AccessDeniedException"),
            (424, "ModelErrorException"),
            (408, "ModelTimeoutException"),
        ];
        for (status, code) in codes {
            assert_eq!(policy.decide(1, &answered(status, code), 1.0), Decision::Stop, "{code}");
        }
        assert_eq!(policy.decide(3, &answered(500, "InternalServerException"), 1.0), Decision::Stop, "out of attempts");
        let patient = policy.model_timeouts(true);
        assert_eq!(patient.decide(1, &answered(408, "ModelTimeoutException"), 1.0), wait(50));
    }
}
