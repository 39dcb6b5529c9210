//! Retries: which errors are retried, how often, and after which delay.
//!
//! [`RetryPolicy`] configures them, and [`RetryQuota`] limits the retries of all calls of a client.
//! [`Attempts`] makes the decisions for one call. It performs no I/O, so it also serves a program
//! that sends [`Operation`](crate::Operation)s with another HTTP client.

mod quota;

use std::time::Duration;

use crate::error::{Error, ServiceErrorKind, TransportErrorKind};

pub use quota::RetryQuota;

/// The retry policy: how often a request is sent, and the delay between two attempts.
///
/// The policy follows version 2.1 of AWS's standard retry mode, described in
/// [Retry behavior](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
///
/// # What is retried
///
/// - Connection errors before the response headers are complete.
/// - Throttling and `ModelNotReadyException`.
/// - Errors with status 500, 502, 503 and 504.
/// - These errors as an exception before the first event of a stream.
/// - A signature that was refused because the clock was wrong, once per call.
/// - A refused session token (`ExpiredTokenException`, `UnrecognizedClientException`), once per
///   call, if the credentials provider then returns other credentials. This retry has no delay and
///   costs no quota, but counts as an attempt.
///
/// Not retried by default: [response timeouts](Self::response_timeouts) and
/// [model timeouts](Self::model_timeouts).
///
/// Never retried: truncated responses, and streams after the first event. Their tokens are already
/// billed and would be billed twice.
///
/// A model may have started before a 504 of a gateway or before a connection error. AWS's SDKs retry
/// these errors too. [`off`](Self::off) disables all retries.
///
/// # Delays
///
/// The delay before attempt *i* + 1 is `random(0..1) × min(base × 2^(i - 1), max_delay)`. The base
/// is [`throttling_delay`](Self::throttling_delay) after throttling, else
/// [`base_delay`](Self::base_delay). If the response has `x-amz-retry-after` or `retry-after`, the
/// delay is at least that time, but at most 5 s longer than without the header. All calls of a
/// client share one [`RetryQuota`].
///
/// # Connections
///
/// - A pooled connection that is known to be closed is replaced before the request is sent. This is
///   not an attempt.
/// - If a connection fails after the request was sent on it, the service may have read the request.
///   Sending it again is a retry, and uses a new connection.
/// - On Linux, a request that the peer does not acknowledge within 10 s counts as a connection
///   error.
/// - A new connection that is reset while a body of more than 16 KiB is sent is not retried. A
///   refused upload ends this way.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The most attempts of a call, with the first one. Defaults to 3.
    pub max_attempts: u32,
    /// The base of the delay after errors other than throttling. Defaults to 50 ms.
    pub base_delay: Duration,
    /// The base of the delay after throttling. Defaults to 1 s.
    pub throttling_delay: Duration,
    /// The longest delay, before the jitter. Defaults to 20 s.
    pub max_delay: Duration,
    /// Whether `ModelTimeoutException` is retried. Defaults to `false`.
    pub model_timeouts: bool,
    /// Whether a request is retried if its response headers did not arrive within
    /// [`Timeouts::response`](crate::Timeouts::response). Defaults to `false`.
    pub response_timeouts: bool,
}

/// The decision after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The request is retried after this delay.
    Wait(Duration),
    /// The request is not retried, and the call returns the error.
    Stop(Stop),
}

/// The reason why a request is not retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stop {
    /// The policy does not retry this error.
    NotRetried,
    /// The call had [`RetryPolicy::max_attempts`] attempts.
    AttemptsUsedUp,
    /// The [`RetryQuota`] has too few tokens.
    QuotaUsedUp,
}

/// How much `retry-after` can add to the delay of the policy.
const RETRY_AFTER_MARGIN: Duration = Duration::from_secs(5);
/// The tokens that a retry takes from the quota.
const COST: u32 = 14;
/// The tokens that a retry after throttling takes.
const THROTTLING_COST: u32 = 5;
/// The tokens that a call releases if its first attempt succeeds.
const REFUND: u32 = 1;

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(50),
            throttling_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(20),
            model_timeouts: false,
            response_timeouts: false,
        }
    }
}

impl RetryPolicy {
    /// Creates the default policy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a policy without retries: each request is sent once.
    #[must_use]
    pub fn off() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// Sets the most attempts of a call, with the first one.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets the bases of the delay: after throttling, and after other errors.
    #[must_use]
    pub fn delays(mut self, throttling: Duration, other: Duration) -> Self {
        self.throttling_delay = throttling;
        self.base_delay = other;
        self
    }

    /// Sets the longest delay, before the jitter.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets whether `ModelTimeoutException` is retried.
    #[must_use]
    pub fn model_timeouts(mut self, retried: bool) -> Self {
        self.model_timeouts = retried;
        self
    }

    /// Sets whether response timeouts are retried. The model may have finished its work, which is
    /// then billed twice.
    #[must_use]
    pub fn response_timeouts(mut self, retried: bool) -> Self {
        self.response_timeouts = retried;
        self
    }

    fn delay(&self, attempt: u32, error: &Error, jitter: f64) -> Duration {
        let base = if error.is_throttling() { self.throttling_delay } else { self.base_delay };
        let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = base.saturating_mul(doubled).min(self.max_delay);
        let delay = Duration::try_from_secs_f64(longest.as_secs_f64() * jitter.clamp(0.0, 1.0)).unwrap_or(longest);
        match error {
            Error::Service(e) => {
                e.retry_after().map_or(delay, |asked| asked.clamp(delay, delay.saturating_add(RETRY_AFTER_MARGIN)))
            }
            _ => delay,
        }
    }

    fn is_retried(&self, error: &Error) -> bool {
        match error {
            Error::Service(e) => {
                e.is_retryable() || (self.model_timeouts && e.kind() == ServiceErrorKind::ModelTimeout)
            }
            Error::Transport(e) => {
                e.is_retryable()
                    || (self.response_timeouts && e.kind() == TransportErrorKind::Head && error.is_timeout())
            }
            // The model has started, and its tokens are billed. Only the caller can decide to pay
            // for them again.
            _ => false,
        }
    }
}

/// The attempts of one call: counts them, decides about retries, and takes their cost from the
/// quota. Sends nothing itself.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_lite::retry::{Attempts, Decision, RetryPolicy, RetryQuota, Stop};
/// use bedrock_lite::{Error, ServiceError};
///
/// let (policy, quota) = (RetryPolicy::new().max_attempts(2), RetryQuota::new());
/// let mut attempts = Attempts::new(&policy, &quota);
/// let (head, ()) = http::Response::builder().status(503).body(())?.into_parts();
/// let error = Error::from(ServiceError::from_response(&head, b""));
/// attempts.sending();
/// let decision = attempts.failed(&error, 1.0);
/// assert_eq!(decision, Decision::Wait(Duration::from_millis(50)));
/// attempts.sending();
/// let decision = attempts.failed(&error, 1.0);
/// assert_eq!(decision, Decision::Stop(Stop::AttemptsUsedUp));
/// assert_eq!(quota.tokens(), 486);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug)]
pub struct Attempts<'a> {
    policy: &'a RetryPolicy,
    quota: &'a RetryQuota,
    number: u32,
    /// The cost of the last retry.
    paid: Option<u32>,
    /// The cost of a retry that is not sent yet.
    held: Option<u32>,
    clock_corrected: bool,
    credentials_renewed: bool,
}

impl<'a> Attempts<'a> {
    /// Creates the state of a call before its first attempt.
    #[must_use]
    pub fn new(policy: &'a RetryPolicy, quota: &'a RetryQuota) -> Self {
        Self { policy, quota, number: 1, paid: None, held: None, clock_corrected: false, credentials_renewed: false }
    }

    /// Returns the number of the current attempt, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns whether to retry after an attempt that failed with `error`. `jitter` is from 0 to 1.
    #[must_use]
    pub fn failed(&mut self, error: &Error, jitter: f64) -> Decision {
        // After the clock was corrected, a second refusal has another cause.
        let clock = matches!(error, Error::Service(e) if e.is_refused_for_time());
        if !self.policy.is_retried(error) || (clock && self.clock_corrected) {
            return Decision::Stop(Stop::NotRetried);
        }
        if self.number >= self.policy.max_attempts {
            return Decision::Stop(Stop::AttemptsUsedUp);
        }
        let cost = if error.is_throttling() { THROTTLING_COST } else { COST };
        if !self.quota.take(cost) {
            return Decision::Stop(Stop::QuotaUsedUp);
        }
        let delay = self.policy.delay(self.number, error, jitter);
        self.held = Some(cost);
        self.clock_corrected |= clock;
        self.number += 1;
        Decision::Wait(delay)
    }

    /// Returns whether a request whose session token was refused may be retried with other
    /// credentials.
    ///
    /// Allowed once per call, if the policy allows another attempt. Costs no quota and needs no
    /// delay, because the service did not process the request.
    #[must_use]
    pub fn may_renew_credentials(&self) -> bool {
        !self.credentials_renewed && self.number < self.policy.max_attempts
    }

    /// Begins the attempt with other credentials. Does nothing and returns `false` if
    /// [`may_renew_credentials`](Self::may_renew_credentials) does.
    #[must_use]
    pub fn renewed_credentials(&mut self) -> bool {
        if !self.may_renew_credentials() {
            return false;
        }
        self.credentials_renewed = true;
        self.number += 1;
        true
    }

    /// Records that the attempt is being sent. Its cost is then spent.
    pub fn sending(&mut self) {
        self.paid = self.held.take().or(self.paid);
    }

    /// Records that the call succeeded. Releases the cost of its last retry, or 1 token if it had
    /// none.
    pub fn succeeded(self) {
        self.quota.release(self.paid.unwrap_or(REFUND));
    }
}

/// Releases the cost of a retry that is not sent, because the call was dropped or timed out.
impl Drop for Attempts<'_> {
    fn drop(&mut self) {
        if let Some(held) = self.held {
            self.quota.release(held);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ServiceError;

    fn refused_with(status: u16, code: &str) -> Error {
        let response = http::Response::builder().status(status).header("x-amzn-errortype", code);
        let (head, ()) = response.body(()).unwrap().into_parts();
        ServiceError::from_response(&head, b"{}").into()
    }

    fn wait(milliseconds: u64) -> Decision {
        Decision::Wait(Duration::from_millis(milliseconds))
    }

    #[test]
    fn delays_double_up_to_the_maximum() {
        let policy = RetryPolicy::new().max_attempts(99);
        let quota = RetryQuota::new();
        let throttled = refused_with(429, "ThrottlingException");
        let mut attempts = Attempts::new(&policy, &quota);
        let delays: Vec<_> = (1..=7).map(|_| attempts.failed(&throttled, 1.0)).collect();
        assert_eq!(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000].map(wait));
        let unavailable = refused_with(503, "ServiceUnavailableException");
        let mut attempts = Attempts::new(&policy, &quota);
        assert_eq!([1, 2, 3].map(|_| attempts.failed(&unavailable, 0.5)), [25, 50, 100].map(wait));
        attempts.number = 90;
        assert_eq!(attempts.failed(&unavailable, 1.0), wait(20_000));
    }

    #[test]
    fn permanent_errors_are_not_retried() {
        let (policy, quota) = (RetryPolicy::new(), RetryQuota::new());
        let first = |policy: &RetryPolicy, error: &Error| Attempts::new(policy, &quota).failed(error, 1.0);
        let codes = [
            (400, "ValidationException"),
            (403, "AccessDeniedException"),
            (403, "InvalidSignatureException"),
            (424, "ModelErrorException"),
            (408, "ModelTimeoutException"),
        ];
        for (status, code) in codes {
            assert_eq!(first(&policy, &refused_with(status, code)), Decision::Stop(Stop::NotRetried), "{code}");
        }
        let patient = policy.model_timeouts(true);
        assert_eq!(first(&patient, &refused_with(408, "ModelTimeoutException")), wait(50));
    }

    #[test]
    fn quota_stays_between_zero_and_its_capacity() {
        let quota = RetryQuota::with_tokens(9_999);
        assert_eq!(quota.tokens(), 500);
        let (policy, error) = (RetryPolicy::new().max_attempts(1_000), refused_with(500, "InternalServerException"));
        let mut attempts = Attempts::new(&policy, &quota);
        let retry = || {
            let decision = attempts.failed(&error, 0.0);
            attempts.sending();
            decision
        };
        let retries = std::iter::repeat_with(retry).take_while(|d| *d == wait(0)).count();
        assert_eq!((retries, quota.tokens()), (35, 10));
        attempts.succeeded();
        assert_eq!(quota.tokens(), 24);
        Attempts::new(&policy, &quota).succeeded();
        assert_eq!(quota.tokens(), 25);
    }

    #[test]
    fn retry_that_is_not_sent_costs_nothing() {
        let (policy, quota) = (RetryPolicy::new(), RetryQuota::new());
        let mut attempts = Attempts::new(&policy, &quota);
        let error = refused_with(500, "InternalServerException");
        assert_eq!(attempts.failed(&error, 0.0), wait(0));
        assert_eq!(quota.tokens(), 486);
        drop(attempts);
        assert_eq!(quota.tokens(), 500);

        let mut attempts = Attempts::new(&policy, &quota);
        assert_eq!(attempts.failed(&error, 0.0), wait(0));
        attempts.sending();
        drop(attempts);
        assert_eq!(quota.tokens(), 486);
    }

    #[test]
    fn clock_is_corrected_once_per_call() {
        let (policy, quota) = (RetryPolicy::new(), RetryQuota::new());
        let mut attempts = Attempts::new(&policy, &quota);
        let Error::Service(refused) = refused_with(403, "SignatureDoesNotMatch") else { panic!("a service error") };
        let refused: Error = refused.with_clock_skew(chrono::TimeDelta::hours(1)).into();
        assert_eq!(attempts.failed(&refused, 1.0), wait(50));
        assert_eq!(attempts.failed(&refused, 1.0), Decision::Stop(Stop::NotRetried));
    }
}
