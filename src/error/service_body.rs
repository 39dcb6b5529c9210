//! The code and message in the body of an error, in each format that services and gateways write.

use serde_json::Value;

use super::xml::{self, XmlError};
use crate::unicode;

/// The maximum length of a body that is parsed, in bytes. Bodies of AWS are about 1 KiB. Parsing
/// takes a multiple of the body's size in memory.
const READ: usize = 1024 * 1024;

/// The byte order mark, which some gateways write before JSON.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The parsed body of an error.
#[derive(Debug)]
pub(super) enum ErrorBody {
    /// JSON. `null` if the body cannot be read.
    Json(Value),
    Xml(XmlError),
}

impl ErrorBody {
    /// Reads JSON, else XML. Services answer requests that they do not recognize in XML.
    pub(super) fn read(body: &[u8]) -> Self {
        if body.len() > READ {
            return Self::Json(Value::Null);
        }
        let body = body.strip_prefix(BOM).unwrap_or(body);
        let read = |body: &[u8]| serde_json::from_str(str::from_utf8(body).ok()?).ok();
        match read(body).or_else(|| read(&unicode::repaired(body)?)) {
            Some(json) => Self::Json(json),
            None => xml::read(body).map_or(Self::Json(Value::Null), Self::Xml),
        }
    }

    pub(super) fn is_xml(&self) -> bool {
        matches!(self, Self::Xml(_))
    }

    /// Returns the code: `__type`, `code` or `error.code`, also capitalized, else `error.type`,
    /// which Anthropic and `OpenAI` use.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::Json(json) => {
                ["/__type", "/code", "/Code", "/error/code", "/Error/Code", "/Output/__type", "/error/type"]
                    .into_iter()
                    .find_map(|pointer| bare_code(json.pointer(pointer)?.as_str()?))
            }
            Self::Xml(xml) => bare_code(xml.code.as_deref()?),
        }
    }

    pub(super) fn message(&self) -> Option<&str> {
        match self {
            Self::Json(json) => ["/message", "/Message", "/errorMessage", "/error/message", "/Error/Message", "/error"]
                .into_iter()
                .find_map(|pointer| json.pointer(pointer)?.as_str()),
            Self::Xml(xml) => xml.message.as_deref(),
        }
    }

    /// Returns the request ID, which XML has in the body.
    pub(super) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Json(_) => None,
            Self::Xml(xml) => xml.request_id.as_deref(),
        }
    }

    /// Returns a member of the JSON as text.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.member(member)?.as_str()
    }

    pub(super) fn member(&self, member: &str) -> Option<&Value> {
        match self {
            Self::Json(json) => json.get(member),
            Self::Xml(_) => None,
        }
    }
}

/// Returns the bare code: `com.amazon.bedrock#ThrottlingException:http://…` →
/// `ThrottlingException`. It is one line and not empty.
pub(super) fn bare_code(code: &str) -> Option<&str> {
    let code = code.split(|c: char| c == ':' || c.is_control()).next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default().trim();
    (!code.is_empty()).then_some(code)
}
