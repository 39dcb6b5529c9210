//! The recorded exchanges: each has its request, its response head, its body and, for a stream, the
//! frames.
//!
//! `BEDROCK_RECORDINGS` lists the folders as `PATH` does. A set of recordings is recognized by its
//! number of exchanges. Expected counts are given per set, so that a test works with one set as
//! well as with both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Response;
use http::response::Parts;
use serde_json::Value;

/// The sets of recordings: the number of exchanges, and the name in messages. A test that finds
/// fewer exchanges has not tested what it claims.
const SETS: [(usize, &str); 2] = [(664, "recordings"), (213, "recordings-2026-11")];

/// One value for each of the [`SETS`].
pub(crate) type PerSet = [usize; SETS.len()];

pub(crate) struct Exchange {
    /// Set, operation and number, such as `recordings/converse/0001`.
    pub dir: String,
    /// The name of the operation in AWS's models.
    pub op: String,
    /// The error code of a failed exchange.
    pub error: Option<String>,
    pub request: Value,
    pub head: Parts,
    pub body: Bytes,
    folder: PathBuf,
}

impl Exchange {
    fn read(root: &Path, set: &str, row: &Value) -> Self {
        let dir = row["dir"].as_str().unwrap();
        let folder = root.join(dir);
        let dir = format!("{set}/{dir}");
        let response = json(&folder.join("response.json"));
        assert_eq!(response["status"], row["status"], "{dir}");
        let mut builder = Response::builder().status(u16::try_from(response["status"].as_u64().unwrap()).unwrap());
        for header in response["headers"].as_array().unwrap() {
            builder = builder.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
        }
        let (head, ()) = builder.body(()).unwrap().into_parts();
        Self {
            op: row["op"].as_str().unwrap().to_owned(),
            error: row["error"].as_str().map(ToOwned::to_owned),
            request: json(&folder.join("request.json")),
            head,
            body: fs::read(folder.join("response.body")).unwrap().into(),
            dir,
            folder,
        }
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.head.status == 200
    }

    pub(crate) fn response(&self) -> Response<Bytes> {
        Response::from_parts(self.head.clone(), self.body.clone())
    }

    /// Returns whether the response is an event stream.
    pub(crate) fn has_frames(&self) -> bool {
        self.folder.join("frames.json").is_file()
    }

    /// Returns the rows of `frames.json`, as an independent decoder read them.
    pub(crate) fn rows(&self) -> Vec<Value> {
        json(&self.folder.join("frames.json")).as_array().unwrap().clone()
    }

    /// Returns the frames of a stream, as an independent decoder read them.
    pub(crate) fn frames(&self) -> Vec<Frame> {
        self.rows().iter().map(Frame::read).collect()
    }

    /// Returns the request ID, whose header name has varying case.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.head.headers.get("x-amzn-requestid").map(|value| value.to_str().unwrap())
    }

    /// Returns the model ID: the second segment of the path, decoded.
    pub(crate) fn model_id(&self) -> String {
        percent_decoded(self.path().split('/').nth(2).unwrap())
    }

    pub(crate) fn path(&self) -> &str {
        self.request["path"].as_str().unwrap()
    }

    /// Returns the JSON that was sent, without the wrapper that one of the recorders adds. Returns
    /// `None` if it was not kept.
    pub(crate) fn sent(&self) -> Option<Value> {
        let mut sent: Value = serde_json::from_str(self.request["body"].as_str()?).unwrap();
        let wrapped = sent.as_object().is_some_and(|sent| sent.len() == 2 && sent.contains_key("content"));
        if wrapped && sent["type"] == "json" {
            sent = sent["content"].take();
        }
        Some(sent)
    }
}

/// A frame of `frames.json`.
pub(crate) struct Frame {
    /// The value of `:event-type` or `:exception-type`.
    pub name: String,
    pub is_exception: bool,
    /// The payload without padding.
    pub payload: Value,
}

impl Frame {
    fn read(row: &Value) -> Self {
        let headers = &row["headers"];
        let is_exception = headers[":message-type"] == "exception";
        let name = if is_exception { &headers[":exception-type"] } else { &headers[":event-type"] };
        let mut payload: Value = serde_json::from_str(row["payload"].as_str().unwrap()).unwrap();
        payload.as_object_mut().unwrap().remove("p");
        Self { name: name.as_str().unwrap().to_owned(), is_exception, payload }
    }
}

/// Returns every exchange of an operation.
pub(crate) fn exchanges(op: &str) -> Vec<Exchange> {
    let mut exchanges = all();
    exchanges.retain(|exchange| exchange.op == op);
    exchanges
}

/// Returns every exchange of every available set.
pub(crate) fn all() -> Vec<Exchange> {
    sets().into_iter().flat_map(|(at, root)| set(at, &root)).collect()
}

/// Returns the sum over the available sets.
pub(crate) fn expected(per_set: PerSet) -> usize {
    sets().iter().map(|(at, _)| per_set[*at]).sum()
}

/// Returns the sums over the available sets with their names, without those that are zero.
pub(crate) fn all_expected<'a>(per_set: impl IntoIterator<Item = (&'a str, PerSet)>) -> Vec<(&'a str, usize)> {
    let sums = per_set.into_iter().map(|(name, per_set)| (name, expected(per_set)));
    sums.filter(|(_, sum)| *sum > 0).collect()
}

/// Returns whether the set with this name is available.
pub(crate) fn has_set(name: &str) -> bool {
    sets().iter().any(|(at, _)| SETS[*at].1 == name)
}

/// Returns the folders of `BEDROCK_RECORDINGS`, each with its index in [`SETS`].
fn sets() -> Vec<(usize, PathBuf)> {
    let folders =
        std::env::var_os("BEDROCK_RECORDINGS").expect("BEDROCK_RECORDINGS must list the folders of recordings");
    let sets: Vec<_> = std::env::split_paths(&folders)
        .map(|root| {
            let size = json(&root.join("index.json")).as_array().unwrap().len();
            let at = SETS.iter().position(|(known, _)| *known == size);
            (at.unwrap_or_else(|| panic!("{}: no known set has {size} exchanges", root.display())), root)
        })
        .collect();
    let distinct: BTreeSet<_> = sets.iter().map(|(at, _)| at).collect();
    assert!(!sets.is_empty() && distinct.len() == sets.len(), "a set of recordings is listed twice: {sets:?}");
    sets
}

/// Returns every exchange of a set, and checks that the index matches the folders.
fn set(at: usize, root: &Path) -> Vec<Exchange> {
    let (size, name) = SETS[at];
    let index = json(&root.join("index.json"));
    let exchanges: Vec<_> = index.as_array().unwrap().iter().map(|row| Exchange::read(root, name, row)).collect();
    let indexed: BTreeSet<_> = exchanges.iter().map(|exchange| exchange.folder.clone()).collect();
    let folders = |folder: &Path| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect::<Vec<_>>()
    };
    let there: BTreeSet<_> = folders(root).iter().flat_map(|operation| folders(operation)).collect();
    assert_eq!(indexed, there, "{name}: the index and the folders");
    assert_eq!(indexed.len(), size, "{name}");
    exchanges
}

fn json(file: &Path) -> Value {
    let text = fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            u8::from_str_radix(str::from_utf8(&digits).unwrap(), 16).unwrap()
        } else {
            byte
        });
    }
    String::from_utf8(decoded).unwrap()
}
