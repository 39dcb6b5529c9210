//! The clock: the one place that asks what time it is, and how far the service's clock is from ours.

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

/// Tells the time that requests are signed with.
///
/// AWS refuses signatures whose time is more than five minutes off; [`ClockSkew`] is what a client adds to a clock that is wrong.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now, in UTC.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still, for tests.
impl Clock for DateTime<Utc> {
    fn now(&self) -> DateTime<Utc> {
        *self
    }
}

/// Waits between two attempts.
#[cfg(feature = "client")]
pub trait Sleep: Send + Sync + fmt::Debug {
    /// Is ready after this long.
    fn sleep(&self, duration: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Waits by tokio's clock.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleep;

#[cfg(feature = "client")]
impl Sleep for TokioSleep {
    fn sleep(&self, duration: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// How far the service's clock is ahead of ours, as its responses tell.
///
/// A response teaches a skew if all of this holds; any other response changes nothing:
///
/// - It carries AWS's request ID (`x-amzn-requestid` and its other names): a proxy or gateway that answers by itself has none.
/// - It has a `Date` from 2023, when Bedrock opened, to 2099.
/// - It does not come from a cache (no `Age`), and it arrived within 15 minutes.
///
/// The known skew stays as it is if the `Date` and the times around it allow for it. Otherwise, the skew becomes the `Date` less the
/// middle of the two times.
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
    /// A skew that was learned and then refused by the service, in milliseconds; it is not learned again. [`NONE`] if there is none.
    refused: AtomicI64,
}

/// No time difference between two dates is this large.
const NONE: i64 = i64::MIN;
/// An answer that took longer says too little about the time.
const TRUSTED: TimeDelta = TimeDelta::minutes(15);
/// More than this between the time of a signature and the service's own, and the signature is refused for it.
const DETECTED: TimeDelta = TimeDelta::minutes(4);
/// The years that a response of the service can be from: Bedrock opened in 2023, and no certificate in use lasts until 2100.
const YEARS: std::ops::RangeInclusive<i32> = 2023..=2099;

impl Default for ClockSkew {
    fn default() -> Self {
        Self { milliseconds: AtomicI64::new(0), refused: AtomicI64::new(NONE) }
    }
}

impl ClockSkew {
    /// No skew, until a response says otherwise.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What to add to our clock to get the service's.
    #[must_use]
    pub fn get(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.milliseconds.load(Ordering::Relaxed))
    }

    /// Learns from the headers of a response to a request that was signed at `sent` and answered at `received`, both by our clock.
    pub fn learn(&self, headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) {
        self.learn_told(headers, sent, received);
    }

    /// Learns, and returns the skew that the response tells, or `None` if it tells nothing.
    pub(crate) fn learn_told(
        &self,
        headers: &HeaderMap,
        sent: DateTime<Utc>,
        received: DateTime<Utc>,
    ) -> Option<TimeDelta> {
        let told = self.told(headers, sent, received)?;
        if !self.is_refused(told) {
            self.milliseconds.store(told.num_milliseconds(), Ordering::Relaxed);
        }
        Some(told)
    }

    fn told(&self, headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) -> Option<TimeDelta> {
        let took = received - sent;
        let is_aws = request_id(headers).is_some_and(|id| !id.is_empty());
        if !is_aws || headers.contains_key(AGE) || took < TimeDelta::zero() || took > TRUSTED {
            return None;
        }
        let date = http_date(headers.get(DATE)?.to_str().ok()?).filter(|date| YEARS.contains(&date.year()))?;
        let known = self.get();
        // The response was dated between the two times, and within the second that its date names.
        if date - received <= known && known <= date - sent + TimeDelta::seconds(1) {
            return Some(known);
        }
        Some(date - (sent + took / 2))
    }

    fn is_refused(&self, skew: TimeDelta) -> bool {
        let refused = self.refused.load(Ordering::Relaxed);
        refused != NONE && is_within(skew, TimeDelta::milliseconds(refused), DETECTED)
    }

    /// Takes note of a signature that the service refused, and of the skew that the refusal told. Returns the skew to sign with
    /// instead, or `None` if the clock is not to blame.
    ///
    /// If `in_doubt`, a skew that nothing has corrected since is dropped: the next signature is made by our clock alone. The same
    /// skew is not learned again until a signature by our clock is refused as well.
    #[cfg(feature = "client")]
    pub(crate) fn refused(&self, signed_with: TimeDelta, told: Option<TimeDelta>, in_doubt: bool) -> Option<TimeDelta> {
        let by_our_clock = is_within(signed_with, TimeDelta::zero(), DETECTED);
        if let Some(told) = told.filter(|told| by_our_clock && !is_within(*told, signed_with, DETECTED)) {
            self.refused.store(NONE, Ordering::Relaxed);
            self.milliseconds.store(told.num_milliseconds(), Ordering::Relaxed);
        }
        let known = self.since(signed_with);
        if known.is_none() && in_doubt && !by_our_clock {
            self.refused.store(signed_with.num_milliseconds(), Ordering::Relaxed);
            self.milliseconds.store(0, Ordering::Relaxed);
            return Some(TimeDelta::zero());
        }
        known
    }

    /// Whether a response tells the skew that a signature was made with.
    #[cfg(feature = "client")]
    pub(crate) fn is_confirmed(signed_with: TimeDelta, told: Option<TimeDelta>) -> bool {
        told.is_some_and(|told| is_within(told, signed_with, DETECTED))
    }

    /// How wrong the clock was that a signature was made by, where that is enough for it to be refused.
    #[must_use]
    pub fn since(&self, signed_with: TimeDelta) -> Option<TimeDelta> {
        let known = self.get();
        (!is_within(known, signed_with, DETECTED)).then_some(known)
    }

    /// Whether a signature was too old on arrival, for this long passed until the answer to it: a machine that slept in between, say.
    #[must_use]
    pub fn is_old(took: TimeDelta) -> bool {
        took > DETECTED
    }
}

/// Returns whether two differences are at most this far apart. What no `TimeDelta` can hold is further apart.
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
    fn what_the_times_allow_for_stays() {
        for (sent, took) in [(0, 0), (-1, 2), (-60, 120), (-60, 61), (0, 120), (1, 0)] {
            assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], sent, took), 0, "{sent} {took}");
        }
        assert_eq!(learnt(TimeDelta::minutes(5), &[("date", MIDNIGHT)], -301, 2), 300);
    }

    #[test]
    fn what_they_do_not_is_learnt_both_ways() {
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], -301, 2), 300);
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], 3_600, 2), -3_601);
        assert_eq!(learnt(TimeDelta::minutes(5), &[("date", MIDNIGHT)], -1, 2), 0, "the clock was put right");
    }

    #[test]
    fn a_date_is_read_as_it_is_sent() {
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
    fn some_answers_teach_nothing() {
        for headers in [&[("date", MIDNIGHT), ("age", "17280")][..], &[("date", "yesterday")], &[("date", "")], &[]] {
            assert_eq!(learnt(TimeDelta::zero(), headers, -3_600, 2), 0, "{headers:?}");
        }
        assert_eq!(
            learnt(TimeDelta::zero(), &[("date", "Sun, 31 Dec 262142 23:59:59 GMT")], 0, 2),
            0,
            "no year of ours"
        );
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], -3_600, 901), 0, "too slow");
        assert_eq!(learnt(TimeDelta::zero(), &[("date", MIDNIGHT)], -3_600, -1), 0, "a clock that went back");
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
            assert_eq!(skew.get(), TimeDelta::zero(), "{named:?}: no request ID of AWS");
        }
    }

    #[test]
    fn a_device_without_a_clock_of_its_own_learns_the_time() {
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
    fn a_skew_that_was_refused_is_not_learned_again_until_our_clock_is_refused_too() {
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
        // Another call was signed with it, too.
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
    fn no_time_is_too_far_away_to_be_compared() {
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
