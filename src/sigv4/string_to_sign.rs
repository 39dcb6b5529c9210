//! Step 2: what the signature is computed over.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike, Utc};

use super::{ALGORITHM, CanonicalRequest, Hex};

/// When, where and for what a signature holds: `20150830/us-east-1/bedrock/aws4_request`.
///
/// `Display` writes it as AWS calls it, the credential scope.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    time: BasicTime,
    region: &'a str,
    service: &'a str,
}

impl<'a> Scope<'a> {
    /// A scope at a time (to the second; years 0 to 9999, others are cut to that), in a region, for a signing name.
    #[must_use]
    pub fn new(time: DateTime<Utc>, region: &'a str, service: &'a str) -> Self {
        Self { time: BasicTime::new(time), region, service }
    }

    /// The time as `x-amz-date` has it: `20150830T123600Z`.
    #[must_use]
    pub fn date_time(&self) -> &str {
        self.time.as_str()
    }

    /// The day a derived key is good for: `20150830`.
    #[must_use]
    pub fn date(&self) -> &str {
        self.date_time().get(..8).unwrap_or_default()
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &'a str {
        self.region
    }

    /// The signing name of the service.
    #[must_use]
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// Appends what `Display` writes, without its machinery.
    pub(super) fn push_to(&self, text: &mut String) {
        for part in [self.date(), "/", self.region, "/", self.service, "/aws4_request"] {
            text.push_str(part);
        }
    }

    pub(super) fn len(&self) -> usize {
        8 + 1 + self.region.len() + 1 + self.service.len() + "/aws4_request".len()
    }
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/aws4_request", self.date(), self.region, self.service)
    }
}

/// A time in ISO 8601's basic format, to the second: `20150830T123600Z`. By hand: chrono's formatter costs more than the rest of
/// the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BasicTime([u8; 16]);

impl BasicTime {
    /// Years 0 to 9999, others are cut to that.
    pub(crate) fn new(time: DateTime<Utc>) -> Self {
        let mut text = *b"00000000T000000Z";
        // Once: each part of a `DateTime` would apply its offset anew.
        let time = time.naive_utc();
        let digit = |number: u32| b'0' + u8::try_from(number % 10).unwrap_or_default();
        let year = u32::try_from(time.year().clamp(0, 9999)).unwrap_or_default();
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let date = [(0, year / 100), (2, year), (4, time.month()), (6, time.day())];
        for (at, number) in date.into_iter().chain([(9, hour), (11, minute), (13, second)]) {
            if let Some(digits) = text.get_mut(at..at + 2) {
                digits.copy_from_slice(&[digit(number / 10), digit(number)]);
            }
        }
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        // Never the default: digits and two letters.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Step 2 of a signature: the algorithm, the time, the scope and the hash of the canonical request, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StringToSign(String);

impl StringToSign {
    /// Of a canonical request, in a scope.
    #[must_use]
    pub fn new(scope: &Scope<'_>, request: &CanonicalRequest) -> Self {
        Self::from_hash(scope, &request.sha256())
    }

    /// Of a canonical request that only the SHA-256 is known of, in a scope.
    #[must_use]
    pub fn from_hash(scope: &Scope<'_>, hash: &[u8; 32]) -> Self {
        let mut text = String::with_capacity(ALGORITHM.len() + 1 + 16 + 1 + scope.len() + 1 + 64);
        text.push_str(ALGORITHM);
        text.push('\n');
        text.push_str(scope.date_time());
        text.push('\n');
        scope.push_to(&mut text);
        text.push('\n');
        text.push_str(Hex::of(hash).as_str());
        Self(text)
    }

    /// What is signed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StringToSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn times_are_written_as_chrono_writes_them() {
        for seconds in [0, 951_782_399, 1_440_938_160, 1_709_208_000, 253_402_300_799, 1_767_323_045] {
            let time = Utc.timestamp_opt(seconds, 999_999_999).unwrap();
            let scope = Scope::new(time, "r", "s");
            assert_eq!(scope.date_time(), time.format("%Y%m%dT%H%M%SZ").to_string());
            assert_eq!(scope.to_string(), time.format("%Y%m%d/r/s/aws4_request").to_string());
            assert_eq!(scope.to_string().len(), scope.len());
        }
    }

    #[test]
    fn a_time_no_calendar_holds_is_no_panic() {
        assert_eq!(Scope::new(DateTime::<Utc>::MAX_UTC, "r", "s").date_time().len(), 16);
        assert_eq!(Scope::new(DateTime::<Utc>::MIN_UTC, "r", "s").date_time().get(..4), Some("0000"));
    }
}
