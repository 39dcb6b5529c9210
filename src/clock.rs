//! The clock, and the skew between the local clock and the service's clock. The only module that
//! reads the system time.

use std::fmt;
#[cfg(feature = "client")]
use std::future::Future;
#[cfg(feature = "client")]
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use http::HeaderMap;
use http::header::{AGE, DATE};

use crate::error::{http_date, request_id};

/// A clock, which determines the time of signatures.
///
/// AWS refuses a signature whose time is wrong by more than five minutes. A client corrects a wrong
/// clock with [`ClockSkew`].
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the current time in UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// The system clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that always returns the same time, for tests.
impl Clock for DateTime<Utc> {
    fn now(&self) -> DateTime<Utc> {
        *self
    }
}

/// A timer for the delay between two attempts.
#[cfg(feature = "client")]
pub trait Sleep: Send + Sync + fmt::Debug {
    /// Returns a future that is ready after `duration`.
    fn sleep(&self, duration: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The timer of tokio.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleep;

#[cfg(feature = "client")]
impl Sleep for TokioSleep {
    fn sleep(&self, duration: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// How far the service's clock is ahead of the local clock, determined from responses.
///
/// A response changes the skew only if all of these conditions hold:
///
/// - It has a request ID of AWS (`x-amzn-requestid` or one of its other names). Responses that a
///   proxy or gateway generates have none.
/// - It has a `Date` from 2023, when Bedrock was released, to 2099.
/// - It does not come from a cache (it has no `Age`), and it arrived within 15 minutes.
///
/// The skew does not change if it is consistent with the `Date`, the time of the request and the
/// time of the response. Otherwise it becomes the `Date` minus the middle of these two times.
///
/// ```
/// use bedrock_lite::clock::ClockSkew;
/// use chrono::{DateTime, TimeDelta, Utc};
///
/// let skew = ClockSkew::new();
/// let sent: DateTime<Utc> = "2026-01-01T00:00:00Z".parse()?;
/// let mut headers = http::HeaderMap::new();
/// headers.insert("date", "Thu, 01 Jan 2026 00:05:01 GMT".parse()?);
/// headers.insert("x-amzn-requestid", "0b9ff1b4".parse()?);
/// skew.learn(&headers, sent, sent + TimeDelta::seconds(2));
/// assert_eq!(skew.get(), TimeDelta::minutes(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ClockSkew {
    milliseconds: AtomicI64,
    /// A skew that the service refused after it was learned, in milliseconds. It is not learned
    /// again. [`NONE`] if there is none.
    refused: AtomicI64,
}

/// The value for "no skew". No difference between two dates is this large.
const NONE: i64 = i64::MIN;
/// A response that took longer is too imprecise to determine the skew.
const TRUSTED: TimeDelta = TimeDelta::minutes(15);
/// A signature whose time is wrong by more than this can be refused because of its time.
const DETECTED: TimeDelta = TimeDelta::minutes(4);
/// The plausible years of a response. Bedrock was released in 2023, and no certificate in use is
/// valid until 2100.
const YEARS: std::ops::RangeInclusive<i32> = 2023..=2099;

impl Default for ClockSkew {
    fn default() -> Self {
        Self { milliseconds: AtomicI64::new(0), refused: AtomicI64::new(NONE) }
    }
}

impl ClockSkew {
    /// Creates a skew of zero.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the time to add to the local clock to get the service's clock.
    #[must_use]
    pub fn get(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.milliseconds.load(Ordering::Relaxed))
    }

    /// Updates the skew from the headers of a response. The request was signed at `sent`, and the
    /// response arrived at `received`, both by the local clock.
    pub fn learn(&self, headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) {
        self.observe(headers, sent, received);
    }

    /// Updates the skew as [`learn`](Self::learn) does. Returns the skew that the response shows,
    /// or `None` if it shows none.
    pub(crate) fn observe(
        &self,
        headers: &HeaderMap,
        sent: DateTime<Utc>,
        received: DateTime<Utc>,
    ) -> Option<TimeDelta> {
        let observed = self.observed(headers, sent, received)?;
        if !self.is_refused(observed) {
            self.milliseconds.store(observed.num_milliseconds(), Ordering::Relaxed);
        }
        Some(observed)
    }

    fn observed(&self, headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) -> Option<TimeDelta> {
        let took = received - sent;
        let is_aws = request_id(headers).is_some_and(|id| !id.is_empty());
        if !is_aws || headers.contains_key(AGE) || took < TimeDelta::zero() || took > TRUSTED {
            return None;
        }
        let date = http_date(headers.get(DATE)?.to_str().ok()?).filter(|date| YEARS.contains(&date.year()))?;
        let known = self.get();
        // The response was dated between the two times. Its date is rounded down to a second.
        if date - received <= known && known <= date - sent + TimeDelta::seconds(1) {
            return Some(known);
        }
        Some(date - (sent + took / 2))
    }

    fn is_refused(&self, skew: TimeDelta) -> bool {
        let refused = self.refused.load(Ordering::Relaxed);
        refused != NONE && is_within(skew, TimeDelta::milliseconds(refused), DETECTED)
    }

    /// Handles a refused signature. `observed` is the skew that the response shows. Returns the skew
    /// for the next signature, or `None` if the clock is not the cause.
    ///
    /// If `in_doubt`, a skew that has not changed since is dropped, and the next signature uses the
    /// local clock alone. The same skew is not learned again until a signature by the local clock is
    /// refused as well.
    #[cfg(feature = "client")]
    pub(crate) fn refused(
        &self,
        signed_with: TimeDelta,
        observed: Option<TimeDelta>,
        in_doubt: bool,
    ) -> Option<TimeDelta> {
        let by_local_clock = is_within(signed_with, TimeDelta::zero(), DETECTED);
        if let Some(skew) = observed.filter(|skew| by_local_clock && !is_within(*skew, signed_with, DETECTED)) {
            self.refused.store(NONE, Ordering::Relaxed);
            self.milliseconds.store(skew.num_milliseconds(), Ordering::Relaxed);
        }
        let known = self.since(signed_with);
        if known.is_none() && in_doubt && !by_local_clock {
            self.refused.store(signed_with.num_milliseconds(), Ordering::Relaxed);
            self.milliseconds.store(0, Ordering::Relaxed);
            return Some(TimeDelta::zero());
        }
        known
    }

    /// Returns whether a response shows the skew that a signature was made with.
    #[cfg(feature = "client")]
    pub(crate) fn is_confirmed(signed_with: TimeDelta, observed: Option<TimeDelta>) -> bool {
        observed.is_some_and(|observed| is_within(observed, signed_with, DETECTED))
    }

    /// Returns the current skew if it differs from `signed_with` by more than 4 minutes: enough for
    /// AWS to refuse the signature.
    #[must_use]
    pub fn since(&self, signed_with: TimeDelta) -> Option<TimeDelta> {
        let known = self.get();
        (!is_within(known, signed_with, DETECTED)).then_some(known)
    }

    /// Returns whether a signature was too old on arrival, if its response arrived `took` after it
    /// was made. This happens if the machine was suspended in between.
    #[must_use]
    pub fn is_old(took: TimeDelta) -> bool {
        took > DETECTED
    }
}

/// Returns whether two time differences are at most `most` apart. An overflow counts as further
/// apart.
fn is_within(one: TimeDelta, other: TimeDelta, most: TimeDelta) -> bool {
    one.checked_sub(&other).is_some_and(|apart| apart.abs() <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDNIGHT: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

    fn learnt(before: TimeDelta, headers: &[(&'static str, &str)], sent: i64, took: i64) -> i64 {
        let skew = ClockSkew { milliseconds: before.num_milliseconds().into(), ..ClockSkew::new() };
        let headers = [&[("x-amzn-requestid", "rid")], headers].concat().into_iter();
        let headers = headers.map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        let midnight: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        let sent = midnight + TimeDelta::seconds(sent);
        skew.learn(&headers.collect(), sent, sent + TimeDelta::seconds(took));
        skew.get().num_seconds()
    }

    #[test]
    fn consistent_date_does_not_change_the_skew() {
        for (sent, took) in [(0, 0), (-1, 2), (-60, 120), (-60, 61), (0, 120), (1, 0)] {
            assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], sent, took), 0, "{sent} {took}");
        }
        assert_eq!(learnt(TimeDelta::minutes(5), &[("date", MIDNIGHT)], -301, 2), 300);
    }

    #[test]
    fn inconsistent_date_changes_the_skew_in_both_directions() {
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], -301, 2), 300);
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], 3_600, 2), -3_601);
        assert_eq!(learnt(TimeDelta::minutes(5), &[("date", MIDNIGHT)], -1, 2), 0, "the local clock was corrected");
    }

    #[test]
    fn http_dates_are_read_strictly() {
        let read = |text| http_date(text).map(|date| date.timestamp());
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(read("Tue, 29 Feb 2028 23:59:59 GMT"), Some(1_835_481_599));
        assert_eq!(read("Fri, 31 Dec 9999 23:59:59 GMT"), Some(253_402_300_799));
        assert_eq!(read("Sat, 31 Dec 2016 23:59:60 GMT"), Some(1_483_228_799));
        for text in [
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "06 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn unreliable_responses_do_not_change_the_skew() {
        for headers in [&[("date", MIDNIGHT), ("age", "17280")][..], &[("date", "yesterday")], &[("date", "")], &[]] {
            assert_eq!(learnt(TimeDelta::zero(), headers, -3_600, 2), 0, "{headers:?}");
        }
        assert_eq!(
            learnt(TimeDelta::zero(), &[("date", "Sun, 31 Dec 262142 23:59:59 GMT")], 0, 2),
            0,
            "implausible year"
        );
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], -3_600, 901), 0, "too slow");
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], -3_600, -1), 0, "the local clock went back");
        for date in ["Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 01 Jan 2100 00:00:00 GMT", "Sat, 31 Dec 2022 23:59:59 GMT"]
        {
            assert_eq!(learnt(TimeDelta::zero(), &[("date", date)], 0, 2), 0, "{date}");
        }
        let midnight: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        for headers in [&[("x-amzn-requestid", "")][..], &[("x-amzn-trace-id", "Root=1-67891233")], &[]] {
            let skew = ClockSkew::new();
            let named = [headers, &[("date", MIDNIGHT)]].concat();
            let headers =
                named.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
            skew.learn(&headers.collect(), midnight + TimeDelta::hours(1), midnight + TimeDelta::hours(1));
            assert_eq!(skew.get(), TimeDelta::zero(), "{named:?} has no request ID of AWS");
        }
    }

    #[test]
    fn device_whose_clock_starts_at_1970_learns_the_time() {
        let (skew, epoch) = (ClockSkew::new(), DateTime::<Utc>::UNIX_EPOCH);
        let headers: HeaderMap = [("date", MIDNIGHT), ("x-amz-request-id", "rid")]
            .into_iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        skew.learn(&headers, epoch, epoch + TimeDelta::seconds(2));
        assert_eq!((epoch + skew.get()).to_rfc3339(), "2025-12-31T23:59:59+00:00");
    }

    #[cfg(feature = "client")]
    #[test]
    fn refused_skew_is_learned_again_only_after_the_local_clock_was_refused() {
        let (skew, hour) = (ClockSkew::new(), TimeDelta::hours(1));
        let midnight: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        let headers: HeaderMap = [("date", MIDNIGHT), ("x-amzn-requestid", "rid")]
            .into_iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let learn = || skew.learn(&headers, midnight - hour, midnight - hour);
        learn();
        assert_eq!(skew.get(), hour);
        assert_eq!(skew.refused(hour, Some(hour), false), None);
        assert_eq!(skew.refused(hour, None, true), Some(TimeDelta::zero()));
        // Another call was signed with the same skew.
        assert_eq!(skew.refused(hour, None, true), Some(TimeDelta::zero()));
        learn();
        assert_eq!(skew.get(), TimeDelta::zero());
        assert_eq!(skew.refused(TimeDelta::zero(), None, true), None);
        learn();
        assert_eq!(skew.get(), TimeDelta::zero(), "the signature may have been wrong");
        assert_eq!(skew.refused(TimeDelta::zero(), Some(hour), true), Some(hour));
        assert_eq!(skew.get(), hour);
    }

    #[cfg(feature = "client")]
    #[test]
    fn extreme_times_do_not_overflow() {
        let headers: HeaderMap = [("date", MIDNIGHT), ("x-amzn-requestid", "rid")]
            .into_iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        for (sent, received) in [(first, first), (last, last), (first, last), (last, first)] {
            let skew = ClockSkew::new();
            skew.learn(&headers, sent, received);
            for signed_with in [TimeDelta::MIN, TimeDelta::MAX, skew.get()] {
                let _ = (skew.since(signed_with), skew.refused(signed_with, Some(TimeDelta::MAX), true), skew.get());
            }
            assert!(!ClockSkew::is_old(TimeDelta::MIN) && ClockSkew::is_old(TimeDelta::MAX));
        }
    }
}
