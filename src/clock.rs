//! The clock: the one place that asks what time it is, and how far the service's clock is from ours.

use std::fmt;
#[cfg(feature = "client")]
use std::future::Future;
#[cfg(feature = "client")]
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use http::HeaderMap;
use http::header::{AGE, DATE};

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
pub trait Sleeper: Send + Sync + fmt::Debug {
    /// Is ready after this long.
    fn sleep(&self, duration: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Waits by tokio's clock.
#[cfg(feature = "client")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleeper;

#[cfg(feature = "client")]
impl Sleeper for TokioSleeper {
    fn sleep(&self, duration: std::time::Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// How far the service's clock is ahead of ours, as its answers tell.
///
/// Learnt from the `Date` of an answer and the times around it: where those allow for the skew that is known, it stays as it is;
/// else it is the `Date` less the middle of the two. Answers out of a cache (`Age`) teach nothing, nor do those that took more
/// than 15 minutes.
///
/// ```
/// use bedrock_lite::clock::ClockSkew;
/// use chrono::{DateTime, TimeDelta, Utc};
///
/// let skew = ClockSkew::new();
/// let sent: DateTime<Utc> = "2026-01-01T00:00:00Z".parse()?;
/// let mut headers = http::HeaderMap::new();
/// headers.insert("date", "Thu, 01 Jan 2026 00:05:01 GMT".parse()?);
/// skew.learn(&headers, sent, sent + TimeDelta::seconds(2));
/// assert_eq!(skew.get(), TimeDelta::minutes(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct ClockSkew {
    milliseconds: AtomicI64,
}

/// An answer that took longer says too little about the time.
const TRUSTED: TimeDelta = TimeDelta::minutes(15);
/// More than this between the time of a signature and the service's own, and the signature is refused for it.
const DETECTED: TimeDelta = TimeDelta::minutes(4);

impl ClockSkew {
    /// No skew, until an answer says otherwise.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What to add to our clock to get the service's.
    #[must_use]
    pub fn get(&self) -> TimeDelta {
        TimeDelta::milliseconds(self.milliseconds.load(Ordering::Relaxed))
    }

    /// Learns from the headers of an answer to a request that was signed at `sent` and answered at `received`, both by our clock.
    pub fn learn(&self, headers: &HeaderMap, sent: DateTime<Utc>, received: DateTime<Utc>) {
        let took = received - sent;
        if headers.contains_key(AGE) || took < TimeDelta::zero() || took > TRUSTED {
            return;
        }
        let Some(date) = headers.get(DATE).and_then(|date| http_date(date.to_str().ok()?)) else { return };
        let known = self.get();
        // The answer was dated between the two times, and within the second that its date names.
        if date - received <= known && known <= date - sent + TimeDelta::seconds(1) {
            return;
        }
        let skew = date - (sent + took / 2);
        self.milliseconds.store(skew.num_milliseconds(), Ordering::Relaxed);
    }

    /// How wrong the clock was that a signature was made by, where that is enough for it to be refused.
    #[must_use]
    pub fn since(&self, signed_with: TimeDelta) -> Option<TimeDelta> {
        let known = self.get();
        ((known - signed_with).abs() > DETECTED).then_some(known)
    }

    /// Whether a signature was too old on arrival, for this long passed until the answer to it: a machine that slept in between, say.
    #[must_use]
    pub fn is_old(took: TimeDelta) -> bool {
        took > DETECTED
    }
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form in which dates are sent (RFC 9110 section 5.6.7).
///
/// Not by chrono, whose reader of RFC 2822 takes many more forms and is some 20 kB of a small program.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const LENGTH: usize = "Sun, 06 Nov 1994 08:49:37 GMT".len();
    let (_day_of_week, text) = text.strip_suffix(" GMT").filter(|rest| rest.len() == LENGTH - 4)?.split_once(", ")?;
    let mut parts = text.split([' ', ':']);
    let mut part = || parts.next();
    let (day, month, year) = (part()?.parse().ok()?, part()?, part()?.parse().ok()?);
    let (hour, minute, second) = (part()?.parse().ok()?, part()?.parse().ok()?, part()?.parse::<u32>().ok()?);
    // A leap second, which no clock here has, is the one before it.
    let second = if second == 60 { 59 } else { second };
    // A year that no signature can name would be in the way of every one to come.
    if !(1970..=9999).contains(&year) || parts.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    Some(NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, second)?.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDNIGHT: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

    fn learnt(before: TimeDelta, headers: &[(&'static str, &str)], sent: i64, took: i64) -> i64 {
        let skew = ClockSkew { milliseconds: before.num_milliseconds().into() };
        let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
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
    }
}
