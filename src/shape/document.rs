//! [`Document`]: JSON of any form, kept as it was given.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::same_json::same_json;
use super::{DEFAULT_LIMIT, UnknownMembers, within};
use crate::error::{ConfigError, ConfigErrorKind, DecodeError, Error};
use crate::unicode;

/// JSON of any form: a tool's schema, a tool's input, fields of one model only.
///
/// It is kept as text, so that members stay in the order and numbers stay as they were given, and costs nothing until it
/// is read. Two documents are equal when their JSON values are; numbers are compared exactly.
///
/// It is written and read by `serde_json` alone (`to_string`, `to_value`, `from_slice` and the like), by way of its
/// [`RawValue`]: another format writes a wrapper in its place and may not read it back, and neither
/// can it be read inside `#[serde(flatten)]` or an enum that is `untagged` or internally tagged. The same holds for a shape
/// that has one in it, as any has that was read with a member no published model names. Where that is in the way, hold the
/// JSON text.
///
/// ```
/// use bedrock_lite::Document;
/// use serde_json::json;
///
/// let schema = Document::from(json!({"type": "object", "properties": {"city": {"type": "string"}}}));
/// let input = Document::from_json(r#"{"city": "Oslo"}"#)?;
/// let city: std::collections::BTreeMap<String, String> = input.read()?;
/// assert_eq!(city["city"], "Oslo");
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Clone)]
pub struct Document {
    raw: Box<RawValue>,
    /// The members next to it where it is a union's variant.
    pub(super) kept: UnknownMembers,
}

impl Document {
    pub(crate) fn null() -> Self {
        Self::of(RawValue::NULL.to_owned())
    }

    pub(crate) fn is_null(&self) -> bool {
        self.as_json() == "null"
    }

    fn of(raw: Box<RawValue>) -> Self {
        Self { raw, kept: UnknownMembers::default() }
    }

    /// A document without lone surrogates: serde keeps their escapes, and Bedrock refuses a request that contains one.
    fn repaired(raw: Box<RawValue>) -> Self {
        let Some(repaired) = unicode::repaired(raw.get().as_bytes()) else { return Self::of(raw) };
        let repaired = String::from_utf8(repaired).ok().and_then(|text| RawValue::from_string(text).ok());
        Self::of(repaired.unwrap_or(raw))
    }

    /// Returns the documents as one, a list of them.
    pub(crate) fn list<'a>(documents: impl IntoIterator<Item = &'a Self>) -> Self {
        let texts: Vec<_> = documents.into_iter().map(Self::as_json).collect();
        RawValue::from_string(format!("[{}]", texts.join(","))).map_or_else(|_| Self::null(), Self::of)
    }

    /// Any value that serde can write.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] where the value has no JSON form (a map whose keys are no strings, say).
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        serde_json::value::to_raw_value(value).map(Self::repaired).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidBody, "the value cannot be written as JSON")
                .with_source(error)
                .into()
        })
    }

    /// JSON text, kept to the byte but for lone surrogates (`"\ud83d"`): each is replaced by U+FFFD.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] where the text is not one JSON value.
    pub fn from_json(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        match serde_json::from_str::<&RawValue>(&text) {
            Ok(raw) => Ok(Self::repaired(raw.to_owned())),
            Err(error) => Err(DecodeError::new("document", text.as_bytes(), error).into()),
        }
    }

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.raw.get()
    }

    /// Reads the document as a type of your own.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`] if the document is not of that form, or, as one of this crate's shapes, takes more than 256 MiB of memory
    /// beside its text.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let json = self.as_json();
        let read = within(DEFAULT_LIMIT, || serde_json::from_str(json));
        Ok(read.or_decode_error("document", json.as_bytes(), DEFAULT_LIMIT)?)
    }

    /// Returns the document as a [`serde_json::Value`].
    ///
    /// Numbers beyond 64 bits lose digits there, as they do in any `Value`; [`as_json`](Self::as_json) has them whole.
    ///
    /// # Errors
    ///
    /// [`Error::Decode`], with the path of the value, if a `Value` cannot hold it: a number out of the range of an `f64` such as
    /// `1e400`, or values that are nested more than 128 deep. [`as_json`](Self::as_json) has those, too.
    pub fn to_value(&self) -> Result<Value, Error> {
        self.read()
    }
}

/// `{}`
impl Default for Document {
    fn default() -> Self {
        Self::from(Value::Object(serde_json::Map::new()))
    }
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl From<&Value> for Document {
    fn from(value: &Value) -> Self {
        Self::of(serde_json::value::to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        same_json(self.as_json(), other.as_json())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_json())
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::repaired)
    }
}
