//! Numbers as responses have them: integers in any notation, floats that are not finite.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::de::{SliceRead, StrRead};
use serde_json::value::RawValue;

/// Returns whether the deserializer reads JSON text from memory, so that it lends the text of any value (`&RawValue`).
///
/// The types are compared by name, because types with lifetimes have no `TypeId`. If the names were not equal, values would be
/// read by serde's own methods, which refuse `1e400` and round a number to 64 bits.
pub(in crate::shape) fn lends_text<D>() -> bool {
    let name = type_name::<D>();
    name == type_name::<&mut serde_json::Deserializer<StrRead<'_>>>()
        || name == type_name::<&mut serde_json::Deserializer<SliceRead<'_>>>()
}

/// Returns the text of a JSON string without its quotation marks. Escapes stay as they are.
pub(in crate::shape) fn unquoted(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"')
}

/// An integer: a number in any notation, its fraction cut off. A number out of range is an error.
pub(super) struct Integer<T>(pub(super) T);

impl<'de, T: TryFrom<i64> + TryFrom<u64>> Deserialize<'de> for Integer<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyNotation<T>(PhantomData<T>);

        impl<T: TryFrom<i64> + TryFrom<u64>> Visitor<'_> for AnyNotation<T> {
            type Value = Integer<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(type_name::<T>())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                let fits = T::try_from(number).ok();
                fits.map(Integer).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                let fits = T::try_from(number).ok();
                fits.map(Integer).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }

            #[expect(clippy::cast_possible_truncation, reason = "the range is checked, and the fraction is cut off")]
            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                /// 2 to the power of 63.
                const END: f64 = 9_223_372_036_854_775_808.0;
                if (-END..END).contains(&number) {
                    self.visit_i64(number as i64)
                } else {
                    Err(E::invalid_value(Unexpected::Float(number), &self))
                }
            }
        }

        deserializer.deserialize_i64(AnyNotation(PhantomData))
    }
}

/// A float. AWS writes those that are not finite as strings, because JSON has no numbers for them.
pub(super) struct Float(pub(super) f64);

/// The floats that are not finite, as AWS writes them.
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
        // serde_json refuses a number beyond the range of an `f64`; Rust's own parser makes it infinite.
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

    #[expect(clippy::cast_precision_loss, reason = "JSON has one kind of numbers: an integer is a float here")]
    fn visit_i64<E>(self, number: i64) -> Result<Float, E> {
        Ok(Float(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON has one kind of numbers: an integer is a float here")]
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
