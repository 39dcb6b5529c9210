//! [`Timestamp`]: a moment and its wire format.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::Document;
use super::member::number::{lends_text, unquoted};

/// A moment in UTC, with its wire format.
///
/// A timestamp created from a [`DateTime`] is written as RFC 3339 (ISO 8601):
/// `2026-01-02T03:04:05Z`, with a fraction of a second if there is one. A timestamp read from a
/// response is written back as the same JSON value. These formats are recognized:
///
/// - RFC 3339: `2026-01-02T03:04:05.5Z`, `2026-01-02T04:04:05+01:00`, and an offset without a
///   colon, `2026-01-02T04:04:05+0100`
/// - RFC 822, the format of HTTP headers: `Fri, 02 Jan 2026 03:04:05 GMT`
/// - the format of the shell's `date`, in UTC or with an offset: `Fri Jan 02 03:04:05 UTC 2026`
/// - the format of C's `asctime`, in UTC: `Fri Jan  2 03:04:05 2026`
/// - seconds since 1970, as a number or as text: `1767323045.5`. Digits beyond nanoseconds are
///   dropped. Only a number may have an exponent.
///
/// White space around the text is ignored. Any other text or JSON value is kept, and
/// [`to_datetime`](Self::to_datetime) returns `None`. It also returns `None` if a response lacked a
/// required timestamp; the text is then empty.
///
/// Timestamps are ordered by their moments. Those without a moment come first, ordered by their
/// text.
///
/// ```
/// use bedrock_lite::Timestamp;
///
/// let json = r#""Fri Jan 02 03:04:05 UTC 2026""#;
/// let shell: Timestamp = serde_json::from_str(json)?;
/// let iso: Timestamp = serde_json::from_str(r#""2026-01-02T03:04:05Z""#)?;
/// assert_eq!(shell, iso);
/// let moment = shell.to_datetime().ok_or("unrecognized")?;
/// assert_eq!(moment.timestamp(), 1_767_323_045);
/// assert_eq!(serde_json::to_string(&shell)?, json);
///
/// let other: Timestamp = serde_json::from_str(r#""yesterday""#)?;
/// assert_eq!(other.to_datetime(), None);
/// assert_eq!(other.to_string(), "yesterday");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Timestamp {
    moment: Option<DateTime<Utc>>,
    /// The wire format, unless it is ISO 8601 with `Z` and the fewest digits. It is boxed because
    /// it is rarely set.
    form: Option<Box<Form>>,
}

#[derive(Clone)]
enum Form {
    Text(Box<str>),
    Number(Box<str>),
    /// An object, a list or a boolean.
    Json(Document),
}

impl Timestamp {
    /// Returns the moment, or `None` if the format is not recognized.
    #[must_use]
    pub fn to_datetime(&self) -> Option<DateTime<Utc>> {
        self.moment
    }

    pub(super) fn absent() -> Self {
        Self { moment: None, form: None }
    }

    pub(super) fn is_absent(&self) -> bool {
        self.moment.is_none() && self.form.is_none()
    }

    fn from_text(text: &str) -> Self {
        let trimmed = text.trim_ascii();
        let moment = DateTime::parse_from_rfc3339(trimmed)
            .or_else(|_| DateTime::parse_from_rfc2822(trimmed))
            .map(|moment| moment.to_utc())
            .ok()
            .or_else(|| from_shell(trimmed))
            .or_else(|| from_seconds(trimmed))
            .or_else(|| from_short_offset(trimmed));
        let form = match moment {
            Some(moment) if canonical(moment) == text => None,
            _ => Some(Box::new(Form::Text(text.into()))),
        };
        Self { moment, form }
    }

    /// Reads the text of a JSON number.
    fn from_number(number: &str) -> Self {
        // Without its exponent, a number has the digits of an `f64`.
        let without_exponent = || from_seconds(&number.parse::<Number>().ok()?.to_string());
        let moment = from_seconds(number).or_else(without_exponent);
        Self { moment, form: Some(Box::new(Form::Number(number.into()))) }
    }

    fn from_other(json: Document) -> Self {
        Self { moment: None, form: Some(Box::new(Form::Json(json))) }
    }

    /// Returns the wire format: the text or the JSON.
    fn as_it_came(&self) -> &str {
        match self.form.as_deref() {
            Some(Form::Text(text) | Form::Number(text)) => text,
            Some(Form::Json(json)) => json.as_json(),
            None => "",
        }
    }

    /// Returns the key of comparisons.
    fn key(&self) -> (Option<DateTime<Utc>>, &str) {
        match self.moment {
            None => (None, self.as_it_came()),
            moment => (moment, ""),
        }
    }
}

fn canonical(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Reads `Mon Aug 04 00:25:20 UTC 2025`, `Mon Aug 04 02:25:20 +0200 2025` and, without a zone,
/// `Mon Aug  4 00:25:20 2025`. Names of zones other than UTC are not read, because they are
/// ambiguous.
fn from_shell(text: &str) -> Option<DateTime<Utc>> {
    let mut words = text.split_ascii_whitespace();
    let (weekday, month, day) = (words.next()?, words.next()?, words.next()?);
    let (time, after_time) = (words.next()?, words.next()?);
    let (zone, year) = words.next().map_or(("UTC", after_time), |year| (after_time, year));
    let zone = match zone {
        "UTC" | "GMT" | "Z" => "GMT",
        offset if offset.starts_with(['+', '-']) => offset,
        _ => return None,
    };
    if words.next().is_some() {
        return None;
    }
    let http = format!("{weekday}, {day} {month} {year} {time} {zone}");
    DateTime::parse_from_rfc2822(&http).map(|moment| moment.to_utc()).ok()
}

/// Reads ISO 8601 with an offset without a colon: `2025-08-04T00:25:20+0000`.
fn from_short_offset(text: &str) -> Option<DateTime<Utc>> {
    let (rest, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    DateTime::parse_from_rfc3339(&format!("{rest}:{minutes}")).map(|moment| moment.to_utc()).ok()
}

/// Reads seconds since 1970 as a decimal number, exactly.
fn from_seconds(text: &str) -> Option<DateTime<Utc>> {
    /// The number of decimal digits of nanoseconds.
    const DIGITS: usize = 9;
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let nanos: i64 = format!("{fraction:0<DIGITS$}").get(..DIGITS)?.parse().ok()?;
    let whole: i64 = whole.parse().ok()?;
    let moment = DateTime::from_timestamp(sign * whole, 0)?;
    moment.checked_add_signed(chrono::TimeDelta::nanoseconds(sign * nanos))
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self { moment: Some(moment), form: None }
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

/// Writes the moment as ISO 8601, the format in a request's query. Without a moment, writes the
/// text as read.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.moment {
            Some(moment) => f.write_str(&canonical(moment)),
            None => f.write_str(self.as_it_came()),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.moment {
            Some(_) => write!(f, "Timestamp({self})"),
            None => write!(f, "Timestamp({:?})", self.to_string()),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.form.as_deref() {
            Some(Form::Number(text)) => match text.parse::<Number>() {
                Ok(number) if number.to_string() == **text => number.serialize(serializer),
                // The number has more digits than serde keeps, or a different notation.
                _ => RawValue::from_string(text.to_string()).map_err(serde::ser::Error::custom)?.serialize(serializer),
            },
            Some(Form::Json(json)) => json.serialize(serializer),
            Some(Form::Text(text)) => serializer.serialize_str(text),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyForm;

        impl<'de> Visitor<'de> for AnyForm {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a timestamp")
            }

            fn visit_str<E>(self, text: &str) -> Result<Timestamp, E> {
                Ok(Timestamp::from_text(text))
            }

            fn visit_i64<E>(self, seconds: i64) -> Result<Timestamp, E> {
                Ok(Timestamp::from_number(&seconds.to_string()))
            }

            fn visit_u64<E>(self, seconds: u64) -> Result<Timestamp, E> {
                Ok(Timestamp::from_number(&seconds.to_string()))
            }

            fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
                let number = Number::from_f64(seconds).ok_or_else(|| E::custom("the timestamp is not finite"))?;
                Ok(Timestamp::from_number(&number.to_string()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Timestamp, E> {
                Ok(Timestamp::from_other(Value::from(value).into()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Timestamp, A::Error> {
                let list = Value::deserialize(SeqAccessDeserializer::new(elements))?;
                Ok(Timestamp::from_other(list.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Timestamp, A::Error> {
                let object = Value::deserialize(MapAccessDeserializer::new(members))?;
                Ok(Timestamp::from_other(object.into()))
            }
        }

        if !lends_text::<D>() {
            return deserializer.deserialize_any(AnyForm);
        }
        let raw = <&RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        match text.as_bytes() {
            [b'"', ..] => match unquoted(text).filter(|text| !text.contains('\\')) {
                Some(plain) => Ok(Self::from_text(plain)),
                None => {
                    serde_json::from_str::<String>(text).map(|text| Self::from_text(&text)).map_err(D::Error::custom)
                }
            },
            [b'-' | b'0'..=b'9', ..] => Ok(Self::from_number(text)),
            b"null" => Err(D::Error::invalid_type(Unexpected::Unit, &AnyForm)),
            _ => Document::deserialize(raw).map(Self::from_other).map_err(D::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(json: &str, moment: Option<&str>) {
        let read: Timestamp = serde_json::from_str(json).unwrap();
        assert_eq!(read.to_datetime().map(canonical).as_deref(), moment, "{json}");
        assert_eq!(serde_json::to_string(&read).unwrap(), json, "it is written back unchanged");
    }

    #[test]
    fn recognized_formats_are_moments_and_written_back_unchanged() {
        let second = Some("2025-08-04T00:25:20Z");
        let fraction = Some("2025-08-04T00:25:20.500Z");
        reads(r#""2025-08-04T00:25:20Z""#, second);
        reads(r#""2025-08-04T00:25:20.000Z""#, second);
        reads(r#""2025-08-04T02:25:20+02:00""#, second);
        reads(r#""2025-07-25T19:30:55.377390235Z""#, Some("2025-07-25T19:30:55.377390235Z"));
        reads(r#""Mon Aug 04 00:25:20 UTC 2025""#, second);
        reads(r#""Mon Aug  4 00:25:20 GMT 2025""#, second);
        reads(r#""Mon, 04 Aug 2025 00:25:20 GMT""#, second);
        reads(r#""Mon, 4 Aug 2025 00:25:20 +0000""#, second);
        reads("1754267120", second);
        reads("1754267120.5", fraction);
        reads(r#""1754267120.5""#, fraction);
        reads("0", Some("1970-01-01T00:00:00Z"));
        reads("-1.5", Some("1969-12-31T23:59:58.500Z"));
        reads("1754267120.123", Some("2025-08-04T00:25:20.123Z"));
        reads("1754267120.123456789", Some("2025-08-04T00:25:20.123456789Z"));
        reads("1.75426712E9", second);
        reads(r#""2025-08-04T00:25:20+0000""#, second);
        reads(r#""2025-08-04T02:25:20.5+0200""#, fraction);
        reads(r#""Mon Aug  4 00:25:20 2025""#, second);
        reads(r#""Mon Aug 04 02:25:20 +0200 2025""#, second);
        reads(r#"" 2025-08-04T00:25:20Z\n""#, second);
        reads(r#""Mon Aug  4 00:25:20 2025 ""#, second);
    }

    #[test]
    fn unrecognized_format_keeps_its_text() {
        for text in [
            "",
            "yesterday",
            "2025-08-04",
            "2025-08-04T00:25:20",
            // Not a Tuesday, and a zone name that several countries use.
            "Tue Aug 04 00:25:20 UTC 2025",
            "Mon Aug 04 00:25:20 IST 2025",
            "Mon Aug 04 00:25:20 UTC 2025 or later",
            "2025-02-30T00:00:00Z",
            "1.",
            ".5",
            "1e9",
            "--1",
            "99999999999999999999",
        ] {
            reads(&format!("{text:?}"), None);
        }
        reads("9223372036854775807", None);
        reads("-9223372036854775808", None);
        reads("18446744073709551615", None);
        reads("1e+300", None);
        reads("99999999999999999999", None);
        for json in ["1e400", "true", "false", "{}", "[]", r#"{"seconds":1.50,"a":[1e400]}"#, "[1]"] {
            reads(json, None);
        }
        let from_slice: Timestamp = serde_json::from_slice(b"1e400").unwrap();
        assert_eq!(from_slice.to_string(), "1e400");
        for value in [serde_json::json!({"a": [1, null]}), serde_json::json!([true]), serde_json::json!(false)] {
            let read: Timestamp = serde_json::from_value(value.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), value);
        }
    }

    #[test]
    fn null_is_not_a_timestamp() {
        assert!(serde_json::from_str::<Timestamp>("null").is_err());
        assert!(serde_json::from_value::<Timestamp>(Value::Null).is_err());
    }

    #[test]
    fn timestamps_are_compared_by_their_moments() {
        let of = |json| serde_json::from_str::<Timestamp>(json).unwrap();
        let (iso, number) = (of(r#""2025-08-04T00:25:20Z""#), of("1754267120"));
        assert_eq!(iso, number);
        assert_eq!(iso, Timestamp::from(DateTime::from_timestamp(1_754_267_120, 0).unwrap()));
        assert!(of("1") < of("2"));
        assert!(of(r#""soon""#) < iso);
        assert_ne!(of(r#""soon""#), of(r#""later""#));
    }
}
