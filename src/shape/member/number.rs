//! Numbers in responses: integers in any notation, and floats that are not finite.

use std::any::type_name;
use std::fmt;
use std::ops::RangeInclusive;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::de::{SliceRead, StrRead};
use serde_json::value::RawValue;

/// Returns whether the deserializer reads JSON text from memory, so that it can lend the text of
/// any value (`&RawValue`).
///
/// The types are compared by name, because types with lifetimes have no `TypeId`. If the names were
/// not equal, values would be read by serde's own methods, which reject `1e400` and round numbers
/// to 64 bits.
pub(in crate::shape) fn lends_text<D>() -> bool {
    let name = type_name::<D>();
    name == type_name::<&mut serde_json::Deserializer<StrRead<'_>>>()
        || name == type_name::<&mut serde_json::Deserializer<SliceRead<'_>>>()
}

/// Returns the text of a JSON string without its quotation marks. Escapes are not decoded.
pub(in crate::shape) fn unquoted(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

/// Reads an integer in any notation, without its fraction. Returns `None` for `null`.
pub(super) struct AnyInteger {
    range: RangeInclusive<i64>,
    /// Whether a number out of range is an error. Otherwise it becomes the nearest value in range.
    exact: bool,
}

impl AnyInteger {
    pub(super) fn new(range: RangeInclusive<i64>) -> Self {
        Self { range, exact: false }
    }

    pub(super) fn exact(self) -> Self {
        Self { exact: true, ..self }
    }

    pub(super) fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<i64>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for AnyInteger {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self.range.end() == i64::MAX { "i64" } else { "i32" })
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_i64(self)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        if self.exact && !self.range.contains(&number) {
            return Err(E::invalid_value(Unexpected::Signed(number), &self));
        }
        Ok(Some(number.clamp(*self.range.start(), *self.range.end())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        match i64::try_from(number) {
            Err(_) if self.exact => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
            fits => self.visit_i64(fits.unwrap_or(i64::MAX)),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the fraction is dropped, and values out of range saturate")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        /// 2 to the power of 63.
        const END: f64 = 9_223_372_036_854_775_808.0;
        if self.exact && !(-END..END).contains(&number) {
            return Err(E::invalid_value(Unexpected::Float(number), &self));
        }
        self.visit_i64(number as i64)
    }
}

/// A float. AWS writes floats that are not finite as strings, because JSON has no numbers for them.
pub(super) struct Float(pub(super) f64);

/// Floats that are not finite, as AWS writes them.
///
/// <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#non-numeric-float-and-double-serialization>
const NAN: &str = "NaN";
const INFINITY: &str = "Infinity";
const NEGATIVE_INFINITY: &str = "-Infinity";

impl Serialize for Float {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            number if number.is_finite() => serializer.serialize_f64(number),
            number if number.is_nan() => serializer.serialize_str(NAN),
            number if number > 0.0 => serializer.serialize_str(INFINITY),
            _ => serializer.serialize_str(NEGATIVE_INFINITY),
        }
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !lends_text::<D>() {
            return deserializer.deserialize_any(AnyFloat);
        }
        // serde_json rejects a number beyond the range of an `f64`. Rust's own parser returns
        // infinity.
        let text = <&RawValue>::deserialize(deserializer)?.get();
        match text.as_bytes() {
            [b'"', ..] => AnyFloat.visit_str(unquoted(text).unwrap_or(text)),
            [b'{', ..] => Err(Error::invalid_type(Unexpected::Map, &AnyFloat)),
            [b'[', ..] => Err(Error::invalid_type(Unexpected::Seq, &AnyFloat)),
            b"true" | b"false" => Err(Error::invalid_type(Unexpected::Bool(text == "true"), &AnyFloat)),
            _ => text.parse().map(Float).map_err(|_| Error::invalid_type(Unexpected::Other(text), &AnyFloat)),
        }
    }
}

struct AnyFloat;

impl Visitor<'_> for AnyFloat {
    type Value = Float;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("f64")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Float, E> {
        Ok(Float(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON has one type of numbers, so an integer can be a float")]
    fn visit_i64<E>(self, number: i64) -> Result<Float, E> {
        Ok(Float(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON has one type of numbers, so an integer can be a float")]
    fn visit_u64<E>(self, number: u64) -> Result<Float, E> {
        Ok(Float(number as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Float, E> {
        match text {
            NAN => Ok(Float(f64::NAN)),
            INFINITY => Ok(Float(f64::INFINITY)),
            NEGATIVE_INFINITY => Ok(Float(f64::NEG_INFINITY)),
            _ => Err(E::invalid_type(Unexpected::Str(text), &self)),
        }
    }
}
