//! Every recorded stream, compared with the result of an independent decoder.

use base64_simd::STANDARD;
use bedrock_lite::eventstream::{Decoder, Frame, encode};
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::support::recordings;
use crate::support::recordings::{all, expected};

fn decode(bytes: &Bytes, size: usize) -> Vec<Frame> {
    let mut decoder = Decoder::new();
    let mut frames = Vec::new();
    for at in (0..bytes.len()).step_by(size) {
        decoder.push(bytes.slice(at..bytes.len().min(at + size)));
        while let Some(frame) = decoder.recv().unwrap() {
            frames.push(frame);
        }
    }
    decoder.finish().unwrap();
    frames
}

/// Converts a frame to the form of `frames.json`.
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
fn every_recorded_stream_has_the_frames_of_an_independent_decoder() {
    let mut streams = all();
    streams.retain(recordings::Exchange::has_frames);
    let (mut frames_read, mut written_alike) = (0, 0);
    for exchange in &streams {
        let rows_there = exchange.rows();
        for size in [1, 7, exchange.body.len()] {
            let frames = decode(&exchange.body, size);
            let rows: Vec<_> = frames.iter().map(row).collect();
            assert_eq!(rows, rows_there, "{}, chunks of {size}", exchange.dir);

            let written: Bytes = frames.iter().flat_map(|frame| encode(frame).unwrap()).collect();
            assert_eq!(written, exchange.body, "{} written again", exchange.dir);
            written_alike += 1;
        }
        frames_read += rows_there.len();
    }
    let there = expected([245, 85]);
    assert_eq!((streams.len(), frames_read, written_alike), (there, expected([4786, 1460]), 3 * there));
}
