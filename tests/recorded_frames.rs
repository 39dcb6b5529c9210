//! Every recorded stream, against what an independent decoder read in it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that panics is a test that fails")]

use std::fs;
use std::path::{Path, PathBuf};

use base64_simd::STANDARD;
use bedrock_lite::eventstream::{Decoder, Frame, encode};
use bytes::Bytes;
use serde_json::{Map, Value};

fn recordings() -> PathBuf {
    let folder = std::env::var_os("BEDROCK_RECORDINGS").expect("BEDROCK_RECORDINGS must name the folder of recordings");
    PathBuf::from(folder)
}

/// The folders that hold an event stream.
fn streams(root: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut streams: Vec<_> = list(root)
        .iter()
        .filter(|path| path.is_dir())
        .flat_map(|operation| list(operation))
        .filter(|exchange| exchange.join("frames.json").is_file())
        .collect();
    streams.sort();
    streams
}

fn decode(bytes: &Bytes, size: usize) -> Vec<Frame> {
    let mut decoder = Decoder::new();
    let mut frames = Vec::new();
    for at in (0..bytes.len()).step_by(size) {
        decoder.push(bytes.slice(at..bytes.len().min(at + size)));
        while let Some(frame) = decoder.next().unwrap() {
            frames.push(frame);
        }
    }
    decoder.finish().unwrap();
    frames
}

/// A frame as `frames.json` has it.
fn row(frame: &Frame) -> Value {
    let mut headers = Map::new();
    for (name, value) in frame.headers() {
        let text = value.as_str().expect("Bedrock sends strings only").to_owned();
        assert!(headers.insert(name.to_owned(), text.into()).is_none(), "{name} twice");
    }
    let mut row = Map::from_iter([("headers".to_owned(), headers.into())]);
    match str::from_utf8(frame.payload()) {
        Ok(text) => row.insert("payload".to_owned(), text.into()),
        Err(_) => row.insert("payload_b64".to_owned(), STANDARD.encode_to_string(frame.payload()).into()),
    };
    row.into()
}

#[test]
#[ignore = "needs BEDROCK_RECORDINGS"]
fn every_recorded_stream() {
    let streams = streams(&recordings());
    let (mut frames_read, mut written_alike) = (0, 0);
    for folder in &streams {
        let bytes = Bytes::from(fs::read(folder.join("response.body")).unwrap());
        let expected: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("frames.json")).unwrap()).unwrap();
        for size in [1, 7, bytes.len()] {
            let frames = decode(&bytes, size);
            let rows: Vec<_> = frames.iter().map(row).collect();
            assert_eq!(rows, expected, "{}, pieces of {size}", folder.display());

            let written: Bytes = frames.iter().flat_map(|frame| encode(frame).unwrap()).collect();
            assert_eq!(written, bytes, "{} written again", folder.display());
            written_alike += 1;
        }
        frames_read += expected.len();
    }
    assert_eq!((streams.len(), frames_read, written_alike), (245, 4786, 3 * 245));
}
