//! When a request is sent again, and after how long: error, quota and jitter in, wait or stop out.

mod quota;

use std::time::Duration;

use crate::error::{Error, ServiceErrorKind, TransportErrorKind};

pub use quota::RetryQuota;

/// How often a request is sent, and how long the client waits in between.
///
/// The wait before attempt *i* + 1 is `random(0..1) × min(base × 2^(i - 1), longest)`, with a base of its own for throttling;
/// where the service names a time (`x-amz-retry-after` or `retry-after`), the wait is at least that, but no more than 5 s longer than it would have been.
/// All calls of a client draw on one [`RetryQuota`].
///
/// Sent again is a request whose connection failed before the head of an answer was whole, and one that the service did not take:
/// throttling, a model that is not ready, errors 500, 502, 503 and 504, also where they are the first thing in a stream, and a signature
/// that was refused because the clock was wrong. A model can have begun before a gateway's 504 or a connection that broke; AWS's own
/// clients send again as well: [`off`](Self::off) is for those who would rather not. Not sent again unless asked for is a time-out,
/// and never an answer or a stream that was cut: what the model did until then is paid for, and would be paid twice.
///
/// A request that is refused for its session token (`ExpiredTokenException`, `UnrecognizedClientException`) is retried at once,
/// and once a call, if the credentials provider then has other credentials. It counts as an attempt, and costs no quota.
/// [`off`](Self::off) does not retry it.
///
/// A pooled connection that is known to be closed is replaced before anything is sent: this is no attempt. If a connection breaks
/// once it has been used for the request, sending the request again is a retry, which [`off`](Self::off) excludes: the service
/// may have read the request. The retry uses a new connection. On Linux a request that the peer does not acknowledge
/// within 10 s counts as a broken connection. Not retried is a new connection that is reset while a body of more than 16 KiB is
/// sent: this is how a refused upload ends.
///
/// After AWS's standard retry mode, 2.1 ("Retry behavior" in the AWS SDKs and tools reference guide).
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// Whether `ModelTimeoutException` is tried again. Default no.
    pub model_timeouts: bool,
    /// Whether a request is sent again when the head of its answer did not come in time. Default no.
    pub response_timeouts: bool,
}

/// What to do after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send it again after this long.
    Wait(Duration),
    /// Hand out the error.
    Stop(Stop),
}

/// Why a request is not sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stop {
    /// It would fail again, or be paid twice.
    NotRetried,
    /// It was sent as often as it may be.
    AttemptsUsedUp,
    /// The [`RetryQuota`] is used up.
    QuotaUsedUp,
}

/// How much longer than its own wait a client lets the service make it wait.
const RETRY_AFTER_MARGIN: Duration = Duration::from_secs(5);
/// What a retry costs of the quota.
const COST: u32 = 14;
/// What a retry after throttling costs.
const THROTTLING_COST: u32 = 5;
/// What a call that succeeds at once gives back.
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

    /// Waits no longer than this, before the jitter.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Tries a model's time-out again, too.
    #[must_use]
    pub fn model_timeouts(mut self, retried: bool) -> Self {
        self.model_timeouts = retried;
        self
    }

    /// Sends again where no answer came within the response time-out, too. The model may have done its work: that is paid twice.
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
            // A stream had begun, and what the model did is paid for: whether to pay again is the user's to say.
            _ => false,
        }
    }
}

/// The attempts of one call: counted, decided about and paid for. It sends nothing itself.
///
/// ```
/// use std::time::Duration;
///
/// use bedrock_lite::retry::{Attempts, Decision, RetryPolicy, RetryQuota, Stop};
/// use bedrock_lite::{Error, ServiceError};
///
/// let (policy, quota) = (RetryPolicy::new().max_attempts(2), RetryQuota::new());
/// let mut attempts = Attempts::new(&policy, &quota);
/// let answer = http::Response::builder().status(503).body(())?;
/// let error = Error::from(ServiceError::from_response(&answer.into_parts().0, b""));
/// attempts.sending();
/// assert_eq!(attempts.failed(&error, 1.0), Decision::Wait(Duration::from_millis(50)));
/// attempts.sending();
/// assert_eq!(attempts.failed(&error, 1.0), Decision::Stop(Stop::AttemptsUsedUp));
/// assert_eq!(quota.tokens(), 486);
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug)]
pub struct Attempts<'a> {
    policy: &'a RetryPolicy,
    quota: &'a RetryQuota,
    number: u32,
    /// What the last retry cost.
    paid: Option<u32>,
    /// What was taken for a retry that is not sent yet.
    held: Option<u32>,
    clock_corrected: bool,
    credentials_renewed: bool,
}

impl<'a> Attempts<'a> {
    /// The first attempt of a call.
    #[must_use]
    pub fn new(policy: &'a RetryPolicy, quota: &'a RetryQuota) -> Self {
        Self { policy, quota, number: 1, paid: None, held: None, clock_corrected: false, credentials_renewed: false }
    }

    /// The number of the attempt that is being made, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whether to send again after an attempt that ended in `error`; `jitter` is from 0 to 1.
    #[must_use]
    pub fn failed(&mut self, error: &Error, jitter: f64) -> Decision {
        // A signature that is refused for its time twice is not refused for its time.
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

    /// Returns whether a request whose session token was refused may be sent once more with other credentials.
    ///
    /// It may once a call, if the policy allows one more attempt. It costs no quota and needs no wait: the service took nothing.
    #[must_use]
    pub fn may_renew_credentials(&self) -> bool {
        !self.credentials_renewed && self.number < self.policy.max_attempts
    }

    /// Begins the attempt with other credentials. Returns `false`, and does nothing, if there may be none.
    #[must_use]
    pub fn renewed_credentials(&mut self) -> bool {
        if !self.may_renew_credentials() {
            return false;
        }
        self.credentials_renewed = true;
        self.number += 1;
        true
    }

    /// The attempt is being sent: what it cost is spent.
    pub fn sending(&mut self) {
        self.paid = self.held.take().or(self.paid);
    }

    /// The call has succeeded: what it may give back to the quota, it gives back.
    pub fn succeeded(self) {
        self.quota.give(self.paid.unwrap_or(REFUND));
    }
}

/// A retry that is never sent, because its call was dropped or its time is over, costs nothing.
impl Drop for Attempts<'_> {
    fn drop(&mut self) {
        if let Some(held) = self.held {
            self.quota.give(held);
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
        let quota = RetryQuota::new();
        let throttled = answered(429, "ThrottlingException");
        let mut attempts = Attempts::new(&policy, &quota);
        let waits: Vec<_> = (1..=7).map(|_| attempts.failed(&throttled, 1.0)).collect();
        assert_eq!(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000].map(wait));
        let unavailable = answered(503, "ServiceUnavailableException");
        let mut attempts = Attempts::new(&policy, &quota);
        assert_eq!([1, 2, 3].map(|_| attempts.failed(&unavailable, 0.5)), [25, 50, 100].map(wait));
        attempts.number = 90;
        assert_eq!(attempts.failed(&unavailable, 1.0), wait(20_000));
    }

    #[test]
    fn only_what_may_pass_is_sent_again() {
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
            assert_eq!(first(&policy, &answered(status, code)), Decision::Stop(Stop::NotRetried), "{code}");
        }
        let patient = policy.model_timeouts(true);
        assert_eq!(first(&patient, &answered(408, "ModelTimeoutException")), wait(50));
    }

    #[test]
    fn a_quota_is_never_overdrawn_nor_overfull() {
        let quota = RetryQuota::with_tokens(9_999);
        assert_eq!(quota.tokens(), 500);
        let (policy, error) = (RetryPolicy::new().max_attempts(1_000), answered(500, "InternalServerException"));
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
    fn a_retry_that_is_not_sent_costs_nothing() {
        let (policy, quota) = (RetryPolicy::new(), RetryQuota::new());
        let mut attempts = Attempts::new(&policy, &quota);
        let error = answered(500, "InternalServerException");
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
    fn a_clock_is_put_right_once() {
        let (policy, quota) = (RetryPolicy::new(), RetryQuota::new());
        let mut attempts = Attempts::new(&policy, &quota);
        let Error::Service(refused) = answered(403, "SignatureDoesNotMatch") else { panic!("a service error") };
        let refused: Error = refused.with_clock_skew(chrono::TimeDelta::hours(1)).into();
        assert_eq!(attempts.failed(&refused, 1.0), wait(50));
        assert_eq!(attempts.failed(&refused, 1.0), Decision::Stop(Stop::NotRetried));
    }
}
