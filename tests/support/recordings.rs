//! The recorded exchanges: each with its request, its head, its body and, of a stream, the frames.

#![allow(dead_code, reason = "not every test needs all of it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::Response;
use http::response::Parts;
use serde_json::Value;

/// How many exchanges there are: a test that finds fewer has not tested what it says.
const ALL: usize = 664;

pub(crate) struct Exchange {
    /// Operation and number, such as `converse/0001`.
    pub dir: String,
    /// AWS's name of the operation.
    pub op: String,
    /// AWS's code, of an exchange that failed.
    pub error: Option<String>,
    pub request: Value,
    pub head: Parts,
    pub body: Bytes,
    folder: PathBuf,
}

impl Exchange {
    fn read(root: &Path, row: &Value) -> Self {
        let dir = row["dir"].as_str().unwrap().to_owned();
        let folder = root.join(&dir);
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

    /// The frames of a stream, as an independent decoder read them.
    pub(crate) fn frames(&self) -> Vec<Frame> {
        let frames = json(&self.folder.join("frames.json"));
        frames.as_array().unwrap().iter().map(Frame::read).collect()
    }

    /// The request id, which is under one name whatever its case.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.head.headers.get("x-amzn-requestid").map(|value| value.to_str().unwrap())
    }

    /// The model id: the second segment of the path, decoded.
    pub(crate) fn model_id(&self) -> String {
        percent_decoded(self.path().split('/').nth(2).unwrap())
    }

    pub(crate) fn path(&self) -> &str {
        self.request["path"].as_str().unwrap()
    }

    /// The JSON that was sent, out of the wrapper that one of the recorders puts around it; or `None`: it was not kept.
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
    /// Its `:event-type` or `:exception-type`.
    pub name: String,
    pub is_exception: bool,
    /// Without the padding.
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

/// Every exchange of an operation.
pub(crate) fn exchanges(op: &str) -> Vec<Exchange> {
    let mut exchanges = all();
    exchanges.retain(|exchange| exchange.op == op);
    exchanges
}

/// Every exchange; that the index and the folders agree.
pub(crate) fn all() -> Vec<Exchange> {
    let root = std::env::var_os("BEDROCK_RECORDINGS").expect("BEDROCK_RECORDINGS must name the folder of recordings");
    let root = PathBuf::from(root);
    let exchanges: Vec<_> =
        json(&root.join("index.json")).as_array().unwrap().iter().map(|row| Exchange::read(&root, row)).collect();
    let indexed: BTreeSet<_> = exchanges.iter().map(|exchange| exchange.folder.clone()).collect();
    let folders = |folder: &Path| {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .collect::<Vec<_>>()
    };
    let there: BTreeSet<_> = folders(&root).iter().flat_map(|operation| folders(operation)).collect();
    assert_eq!(indexed, there, "the index and the folders");
    assert_eq!(indexed.len(), ALL);
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
