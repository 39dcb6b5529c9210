//! [`Document`]: any JSON value, kept as text.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::same_json::same_json;
use super::{DEFAULT_LIMIT, UnknownMembers, within};
use crate::error::{ConfigError, ConfigErrorKind, DecodeError, Error};
use crate::unicode;

/// Any JSON value: the schema of a tool, the input of a tool, or fields of a single model.
///
/// It is kept as text. The order of members and the digits of numbers stay as given, and it is
/// parsed only when it is read. Two documents are equal if their JSON values are equal. Numbers are
/// compared exactly.
///
/// # Limitations
///
/// Only `serde_json` can write and read it (`to_string`, `to_value`, `from_slice` and so on),
/// because it uses [`RawValue`]. Other formats write a wrapper in its place and may be unable to
/// read it. It cannot be read inside `#[serde(flatten)]`, or inside an enum that is `untagged` or
/// internally tagged. The same holds for a shape that contains a document, and for a shape that was
/// read with unknown members. Store the JSON text in these cases.
///
/// ```
/// use bedrock_lite::Document;
/// use serde_json::json;
///
/// let schema = Document::from(json!({
///     "type": "object",
///     "properties": {"city": {"type": "string"}},
/// }));
/// let input = Document::from_json(r#"{"city": "Oslo"}"#)?;
/// let city: std::collections::BTreeMap<String, String> = input.read()?;
/// assert_eq!(city["city"], "Oslo");
/// # Ok::<(), bedrock_lite::Error>(())
/// ```
#[derive(Clone)]
pub struct Document {
    raw: Box<RawValue>,
    /// The members next to this one, if it is the content of a union's variant.
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

    /// Creates a document without lone surrogates. serde keeps their escapes, and Bedrock rejects a
    /// request that contains one.
    fn repaired(raw: Box<RawValue>) -> Self {
        let Some(repaired) = unicode::repaired(raw.get().as_bytes()) else { return Self::of(raw) };
        let repaired = String::from_utf8(repaired).ok().and_then(|text| RawValue::from_string(text).ok());
        Self::of(repaired.unwrap_or(raw))
    }

    /// Returns the documents as one JSON array.
    pub(crate) fn list<'a>(documents: impl IntoIterator<Item = &'a Self>) -> Self {
        let texts: Vec<_> = documents.into_iter().map(Self::as_json).collect();
        RawValue::from_string(format!("[{}]", texts.join(","))).map_or_else(|_| Self::null(), Self::of)
    }

    /// Creates a document from any value that serde can write.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if the value has no JSON form, such as a map whose keys are not
    /// strings.
    pub fn new<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        serde_json::value::to_raw_value(value).map(Self::repaired).map_err(|error| {
            ConfigError::new(ConfigErrorKind::InvalidBody, "the value cannot be written as JSON")
                .with_source(error)
                .into()
        })
    }

    /// Creates a document from JSON text. The text is kept unchanged, except that lone surrogates
    /// (`"\ud83d"`) are replaced by U+FFFD.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the text is not exactly one JSON value.
    pub fn from_json(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        match serde_json::from_str::<&RawValue>(&text) {
            Ok(raw) => Ok(Self::repaired(raw.to_owned())),
            Err(error) => Err(DecodeError::new("document", text.as_bytes(), error).into()),
        }
    }

    /// Returns the JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.raw.get()
    }

    /// Reads the document as a custom type.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the document does not have the form of the type. Also if a
    /// shape of this crate would take more than 256 MiB of memory in addition to the text.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let json = self.as_json();
        let read = within(DEFAULT_LIMIT, || serde_json::from_str(json));
        Ok(read.or_decode_error("document", json.as_bytes(), DEFAULT_LIMIT)?)
    }

    /// Returns the document as a [`serde_json::Value`].
    ///
    /// Numbers beyond 64 bits lose digits in a `Value`. [`as_json`](Self::as_json) has all digits.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`], with the JSON path, if a `Value` cannot hold the document: a
    /// number out of the range of an `f64` such as `1e400`, or values nested more than 128 deep.
    /// Use [`as_json`](Self::as_json) for such documents.
    pub fn to_value(&self) -> Result<Value, Error> {
        self.read()
    }
}

/// Returns `{}`.
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
