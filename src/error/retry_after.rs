//! The delay that a response asks for before a retry.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
#[cfg(feature = "client")]
use http::HeaderMap;
use http::HeaderName;
use http::header::{DATE, RETRY_AFTER};
use http::response::Parts;

/// The time at which a client received a response, by the service's clock.
///
/// It is part of the extensions of a response that has a date in `retry-after` and no `Date`
/// header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReceivedAt(pub(crate) DateTime<Utc>);

/// Returns whether the delay depends on the time at which the response was received.
#[cfg(feature = "client")]
pub(crate) fn needs_received_at(headers: &HeaderMap) -> bool {
    headers.contains_key(RETRY_AFTER) && !headers.contains_key(DATE)
}

/// Returns the delay: `x-amz-retry-after` in milliseconds, else `retry-after` in seconds or as a
/// date.
///
/// A date is compared with the response's `Date`, or with the time of receipt if it has no valid
/// `Date`. A date in the past is a delay of zero.
pub(super) fn retry_after(head: &Parts) -> Option<Duration> {
    let text = |name: HeaderName| Some(head.headers.get(name)?.to_str().ok()?.trim());
    let number = |name| text(name)?.parse::<u64>().ok();
    if let Some(milliseconds) = number(HeaderName::from_static("x-amz-retry-after")) {
        return Some(Duration::from_millis(milliseconds));
    }
    if let Some(seconds) = number(RETRY_AFTER) {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(text(RETRY_AFTER)?)?;
    let now = text(DATE).and_then(http_date).or_else(|| Some(head.extensions.get::<ReceivedAt>()?.0))?;
    Some((until - now).to_std().unwrap_or_default())
}

/// Parses `Sun, 06 Nov 1994 08:49:37 GMT`, the format in which dates are sent (RFC 9110 section
/// 5.6.7).
///
/// chrono's parser for RFC 2822 accepts many more formats, and would add 20 kB to a program.
pub(crate) fn http_date(text: &str) -> Option<DateTime<Utc>> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const LENGTH: usize = "Sun, 06 Nov 1994 08:49:37 GMT".len();
    let (_day_of_week, text) = text.strip_suffix(" GMT").filter(|rest| rest.len() == LENGTH - 4)?.split_once(", ")?;
    let mut parts = text.split([' ', ':']);
    let mut part = || parts.next();
    let (day, month, year) = (part()?.parse().ok()?, part()?, part()?.parse().ok()?);
    let (hour, minute, second) = (part()?.parse().ok()?, part()?.parse().ok()?, part()?.parse::<u32>().ok()?);
    // A leap second counts as the second before it.
    let second = if second == 60 { 59 } else { second };
    // SigV4 cannot express a year outside this range, so that every later signature would fail.
    if !(1970..=9999).contains(&year) || parts.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    Some(NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(hour, minute, second)?.and_utc())
}
