//! Step 2: the string to sign.

use std::fmt;

use chrono::{DateTime, Datelike, Timelike, Utc};

use super::{ALGORITHM, CanonicalRequest, Hex};

/// The credential scope of a signature: `20150830/us-east-1/bedrock/aws4_request`. It also has the
/// time.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    time: BasicTime,
    region: &'a str,
    service: &'a str,
}

impl<'a> Scope<'a> {
    /// Creates a scope from a time, a region and a signing name. The time has a resolution of one
    /// second. Years outside 0 to 9999 are clamped.
    #[must_use]
    pub fn new(time: DateTime<Utc>, region: &'a str, service: &'a str) -> Self {
        Self { time: BasicTime::new(time), region, service }
    }

    /// Returns the time in the format of `x-amz-date`: `20150830T123600Z`.
    #[must_use]
    pub fn date_time(&self) -> &str {
        self.time.as_str()
    }

    /// Returns the day for which the signing key is valid: `20150830`.
    #[must_use]
    pub fn date(&self) -> &str {
        self.date_time().get(..8).unwrap_or_default()
    }

    /// Returns the region.
    #[must_use]
    pub fn region(&self) -> &'a str {
        self.region
    }

    /// Returns the signing name of the service.
    #[must_use]
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// Appends the credential scope, without the cost of `Display`.
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

/// A time in the basic format of ISO 8601, to the second: `20150830T123600Z`. chrono's formatter
/// would cost more than the rest of the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BasicTime([u8; 16]);

impl BasicTime {
    /// Creates it from a time. Years outside 0 to 9999 are clamped.
    pub(crate) fn new(time: DateTime<Utc>) -> Self {
        let mut text = *b"00000000T000000Z";
        // Converted once, because each accessor of a `DateTime` would apply its offset again.
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
        // Never the default, because the text is ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Step 2 of a signature: the algorithm, the time, the credential scope and the hash of the
/// canonical request, one per line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StringToSign(String);

impl StringToSign {
    /// Creates the string to sign of a canonical request in a scope.
    #[must_use]
    pub fn new(scope: &Scope<'_>, request: &CanonicalRequest) -> Self {
        Self::from_hash(scope, &request.sha256())
    }

    /// Creates the string to sign from the SHA-256 hash of a canonical request in a scope.
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

    /// Returns the string to sign.
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
    fn times_equal_those_of_chrono() {
        for seconds in [0, 951_782_399, 1_440_938_160, 1_709_208_000, 253_402_300_799, 1_767_323_045] {
            let time = Utc.timestamp_opt(seconds, 999_999_999).unwrap();
            let scope = Scope::new(time, "r", "s");
            assert_eq!(scope.date_time(), time.format("%Y%m%dT%H%M%SZ").to_string());
            assert_eq!(scope.to_string(), time.format("%Y%m%d/r/s/aws4_request").to_string());
            assert_eq!(scope.to_string().len(), scope.len());
        }
    }

    #[test]
    fn extreme_times_do_not_panic() {
        assert_eq!(Scope::new(DateTime::<Utc>::MAX_UTC, "r", "s").date_time().len(), 16);
        assert_eq!(Scope::new(DateTime::<Utc>::MIN_UTC, "r", "s").date_time().get(..4), Some("0000"));
    }
}
