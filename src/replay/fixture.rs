//! Fixtures: recorded exchanges in files that people can read and compare.
//!
//! An exchange is one JSON file with `about`, `request` and `responses`. A response that is an
//! event stream names two files in the same directory: the events as JSON lines, and their bytes.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

use crate::error::line;
use crate::eventstream::{Decoder, Frame, encode};
use crate::shape::Document;

/// The exchanges in a directory and its subdirectories.
#[derive(Debug, Clone, Default)]
pub struct Fixtures(Vec<Fixture>);

/// A recorded exchange.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fixture {
    /// The path in the directory, without the extension: `converse/one_sentence`.
    pub name: String,
    /// The description of the exchange.
    pub about: String,
    /// The request.
    pub request: FixtureRequest,
    /// The responses, which are used in turn. The last one is followed by the first.
    pub responses: Vec<FixtureResponse>,
}

/// The request of an exchange.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FixtureRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path as it is sent, percent-encoded.
    pub path: String,
    /// The query parameters as they are sent, sorted.
    pub query: Vec<String>,
    /// Headers that the request must have, with these values. The request may have others.
    pub headers: HeaderMap,
    /// The JSON body, if there is one.
    pub body: Option<Value>,
}

/// A response of an exchange.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FixtureResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: FixtureBody,
}

/// The body of a response.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FixtureBody {
    /// A body that is sent as a whole.
    Whole(Bytes),
    /// An event stream.
    Stream {
        /// The encoded event stream.
        bytes: Bytes,
        /// The events in the stream.
        events: Vec<StreamEvent>,
        /// The path of the file with the bytes.
        file: PathBuf,
    },
}

/// A frame as a JSON line: its headers, and its payload under `payload`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StreamEvent {
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The payload, which is JSON text.
    pub payload: Document,
}

/// An invalid fixture: the file and what is wrong with it.
#[derive(Debug)]
pub struct FixtureError {
    file: PathBuf,
    message: String,
    source: Option<io::Error>,
}

impl fmt::Display for FixtureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line::print(f, format_args!("fixture {}: {}", self.file.display(), self.message))
    }
}

impl std::error::Error for FixtureError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as &(dyn std::error::Error + 'static))
    }
}

/// The members of a JSON object, each as JSON text.
type Members = BTreeMap<String, Document>;

impl FixtureError {
    fn new(file: &Path, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), message: message.into(), source: None }
    }

    fn unreadable(file: &Path, error: io::Error) -> Self {
        Self { source: Some(error), ..Self::new(file, "cannot be read") }
    }
}

impl Fixtures {
    /// Reads every exchange of a directory and its subdirectories.
    ///
    /// # Errors
    ///
    /// Returns [`FixtureError`] if a file cannot be read or is not an exchange, or if there is no
    /// exchange.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, FixtureError> {
        let folder = folder.as_ref();
        let mut fixtures = Vec::new();
        for file in files(folder)? {
            fixtures.push(Fixture::load(folder, &file)?);
        }
        if fixtures.is_empty() {
            return Err(FixtureError::new(folder, "the directory has no exchanges"));
        }
        Ok(Self(fixtures))
    }

    /// Returns every exchange, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = &Fixture> {
        self.0.iter()
    }

    pub(super) fn as_slice(&self) -> &[Fixture] {
        &self.0
    }
}

/// Returns the `.json` files of a directory and its subdirectories, sorted.
fn files(folder: &Path) -> Result<Vec<PathBuf>, FixtureError> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| FixtureError::unreadable(folder, error))?;
    for entry in entries {
        let path = entry.map_err(|error| FixtureError::unreadable(folder, error))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

impl Fixture {
    fn load(folder: &Path, file: &Path) -> Result<Self, FixtureError> {
        let wrong = |message: &str| FixtureError::new(file, message);
        let text = fs::read(file).map_err(|error| FixtureError::unreadable(file, error))?;
        let json: Members =
            serde_json::from_slice(&text).map_err(|error| wrong(&format!("is not a JSON object: {error}")))?;
        let request = json.get("request").ok_or_else(|| wrong("has no `request`"))?;
        let responses = json.get("responses").and_then(|responses| responses.read::<Vec<Members>>().ok());
        let responses = responses.ok_or_else(|| wrong("has no list of objects under `responses`"))?;
        if responses.is_empty() {
            return Err(wrong("`responses` is empty"));
        }
        let name = file.strip_prefix(folder).unwrap_or(file).with_extension("");
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            about: json.get("about").and_then(|about| about.read().ok()).unwrap_or_default(),
            request: FixtureRequest::read(&request.read().unwrap_or_default()).map_err(wrong)?,
            responses: responses
                .iter()
                .map(|response| FixtureResponse::read(file, response))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl FixtureRequest {
    fn read(json: &Members) -> Result<Self, &'static str> {
        let text = |member: &str| json.get(member).and_then(|value| value.read::<String>().ok());
        let method =
            text("method").and_then(|method| method.parse().ok()).ok_or("the request has no valid `method`")?;
        let path_and_query = text("path").ok_or("the request has no `path`")?;
        let (path, query) = path_and_query.split_once('?').unwrap_or((&path_and_query, ""));
        Ok(Self {
            method,
            path: path.to_owned(),
            query: sorted_query(query),
            headers: headers(json)?,
            body: match json.get("body").map(Document::to_value) {
                Some(Err(_)) => {
                    return Err("the `body` of the request has a number out of range, or is nested too deeply");
                }
                body => body.and_then(Result::ok),
            },
        })
    }
}

/// Reads the `headers` of a request or a response.
fn headers(json: &Members) -> Result<HeaderMap, &'static str> {
    let mut headers = HeaderMap::new();
    let pairs = json.get("headers").map_or(Ok(BTreeMap::new()), Document::read::<BTreeMap<String, String>>);
    for (name, value) in pairs.map_err(|_| "`headers` is not an object of strings")? {
        let name = name.parse::<HeaderName>().map_err(|_| "`headers` has an invalid name")?;
        headers.append(name, HeaderValue::from_str(&value).map_err(|_| "`headers` has an invalid value")?);
    }
    Ok(headers)
}

/// Returns the parameters of a query, sorted, because their order does not matter.
pub(super) fn sorted_query(query: &str) -> Vec<String> {
    let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).map(ToOwned::to_owned).collect();
    pairs.sort();
    pairs
}

impl FixtureResponse {
    fn read(file: &Path, json: &Members) -> Result<Self, FixtureError> {
        let wrong = |message: &str| FixtureError::new(file, message);
        let text = |member: &str| json.get(member).and_then(|value| value.read::<String>().ok());
        let status = json.get("status").and_then(|status| status.read::<u16>().ok());
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let headers = headers(json).map_err(wrong)?;
        let body = match (text("stream"), text("text"), json.get("body")) {
            (Some(stream), ..) => FixtureBody::load_stream(&file.with_file_name(stream))?,
            (None, Some(text), _) => FixtureBody::Whole(text.into()),
            (None, None, Some(json)) => FixtureBody::Whole(compact(json.as_json()).into()),
            (None, None, None) => FixtureBody::Whole(Bytes::new()),
        };
        Ok(Self { status: status.ok_or_else(|| wrong("a response has no valid `status`"))?, headers, body })
    }
}

/// Removes insignificant white space from JSON. The order of members and the digits of numbers are
/// kept, which a [`Value`] would not do.
fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let keep = |c: &char| {
        if in_string {
            (in_string, escaped) = (escaped || *c != '"', !escaped && *c == '\\');
            return true;
        }
        in_string = *c == '"';
        !c.is_ascii_whitespace()
    };
    json.chars().filter(keep).collect()
}

impl FixtureBody {
    /// Reads the files `name.jsonl` and `name.bin`.
    fn load_stream(name: &Path) -> Result<Self, FixtureError> {
        let lines = name.with_extension("jsonl");
        let text = fs::read_to_string(&lines).map_err(|error| FixtureError::unreadable(&lines, error))?;
        let events = text
            .lines()
            .enumerate()
            .map(|(number, line)| StreamEvent::read(line).map_err(|message| format!("line {}: {message}", number + 1)))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|message| FixtureError::new(&lines, message))?;
        let file = name.with_extension("bin");
        // The bytes are generated from the events, also if their file does not exist yet.
        let bytes = match fs::read(&file) {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                StreamEvent::encode(&events).map_err(|message| FixtureError::new(&lines, message))?
            }
            Err(error) => return Err(FixtureError::unreadable(&file, error)),
        };
        Ok(Self::Stream { bytes, events, file })
    }
}

impl StreamEvent {
    fn read(line: &str) -> Result<Self, String> {
        // Read as documents, so that the payload is kept exactly, and the headers keep their order.
        let members: Vec<(String, Document)> = ordered(line)?;
        let mut headers = Vec::new();
        let mut payload = None;
        for (name, value) in members {
            if name == "payload" {
                payload = Some(value);
            } else {
                headers.push((name, value.read::<String>().map_err(|_| "a header is not a string".to_owned())?));
            }
        }
        Ok(Self { headers, payload: payload.ok_or("no `payload`")? })
    }

    /// Returns the frame.
    #[must_use]
    pub fn frame(&self) -> Frame {
        let payload = self.payload.as_json().as_bytes().to_vec();
        self.headers.iter().fold(Frame::new(payload), |frame, (name, value)| frame.with_header(name, value.as_str()))
    }

    /// Encodes events as an event stream.
    ///
    /// # Errors
    ///
    /// Returns a message if a header is too long for a frame.
    pub fn encode(events: &[Self]) -> Result<Bytes, String> {
        let mut bytes = Vec::new();
        for event in events {
            bytes.extend_from_slice(&encode(&event.frame()).map_err(|error| error.to_string())?);
        }
        Ok(bytes.into())
    }

    /// Decodes the events of an event stream.
    ///
    /// # Errors
    ///
    /// Returns a message if the bytes are not valid frames, or a payload is not JSON.
    pub fn decode(bytes: Bytes) -> Result<Vec<Self>, String> {
        let mut decoder = Decoder::new();
        decoder.push(bytes);
        let mut events = Vec::new();
        while let Some(frame) = decoder.recv().map_err(|error| error.to_string())? {
            let headers =
                frame.headers().map(|(name, value)| (name.to_owned(), value.as_str().unwrap_or_default().to_owned()));
            let payload = String::from_utf8_lossy(frame.payload()).into_owned();
            let payload = Document::from_json(payload).map_err(|error| error.to_string())?;
            events.push(Self { headers: headers.collect(), payload });
        }
        decoder.finish().map_err(|error| error.to_string())?;
        Ok(events)
    }
}

/// Returns the members of a JSON object in their order.
fn ordered(line: &str) -> Result<Vec<(String, Document)>, String> {
    struct Members;

    impl<'de> serde::de::Visitor<'de> for Members {
        type Value = Vec<(String, Document)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    let mut json = serde_json::Deserializer::from_str(line);
    serde::Deserializer::deserialize_map(&mut json, Members).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_json_only_loses_white_space() {
        let json = "{\n  \"b\": [1.0, 10000000000000000000001],\n  \"a\": \"x \\\" y\\\\\",\t\"c\": { }\n}";
        assert_eq!(compact(json), "{\"b\":[1.0,10000000000000000000001],\"a\":\"x \\\" y\\\\\",\"c\":{}}");
    }
}
