//! The frames that AWS's own projects test their decoders with.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use base64_simd::STANDARD;
use bedrock_lite::eventstream::{Decoder, Frame, HeaderValue, encode};
use bedrock_lite::{StreamError, StreamErrorKind};
use bytes::Bytes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Cases that their source calls negative and that are valid frames here, with the reason.
const POLICY: [(&str, &str); 1] = [(
    "duplicate_header",
    "the format does not forbid it: Rust, Go and JavaScript accept it, botocore and smithy-python do not; the first one wins here",
)];

fn suite(name: &str) -> PathBuf {
    let folder = std::env::var_os("BEDROCK_CONFORMANCE").expect("BEDROCK_CONFORMANCE must name the folder of suites");
    PathBuf::from(folder).join(name)
}

fn files(folder: PathBuf) -> BTreeMap<String, Bytes> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap().into()))
        .collect()
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn base64(text: &str) -> Bytes {
    STANDARD.decode_to_vec(text).unwrap().into()
}

fn hex_bytes(case: &Value, name: &str) -> Bytes {
    hex::decode(text(case, name)).unwrap().into()
}

fn decode(chunks: impl IntoIterator<Item = Bytes>) -> Result<Vec<Frame>, StreamError> {
    let mut decoder = Decoder::new();
    let mut frames = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        while let Some(frame) = decoder.recv()? {
            frames.push(frame);
        }
    }
    decoder.finish().map(|()| frames)
}

fn chunks(bytes: &Bytes, size: usize) -> impl Iterator<Item = Bytes> {
    (0..bytes.len()).step_by(size).map(move |at| bytes.slice(at..bytes.len().min(at + size)))
}

/// Returns the error of a stream of these bytes. It must be the same for every split into chunks.
fn error_of(name: &str, bytes: &Bytes) -> StreamErrorKind {
    let kinds = [1, 7, bytes.len()].map(|size| match decode(chunks(bytes, size)) {
        Ok(frames) => panic!("{name}: {frames:?}"),
        Err(error) => error.kind(),
    });
    assert!(kinds.iter().all(|kind| *kind == kinds[0]), "{name}: {kinds:?}");
    kinds[0]
}

/// Decodes the frames, and checks that encoding gives the same bytes, including lengths and
/// checksums.
fn frames_of(name: &str, bytes: &Bytes) -> Vec<Frame> {
    let frames = decode([bytes.clone()]).unwrap_or_else(|error| panic!("{name}: {error}"));
    for size in 1..=11 {
        assert_eq!(decode(chunks(bytes, size)).unwrap(), frames, "{name}, chunks of {size}");
    }
    let written: Bytes = frames.iter().flat_map(|frame| encode(frame).unwrap()).collect();
    assert_eq!(written, bytes, "{name} written again");
    frames
}

fn one(name: &str, bytes: &Bytes) -> Frame {
    let [frame] = frames_of(name, bytes).try_into().unwrap_or_else(|frames| panic!("{name}: {frames:?}"));
    frame
}

/// Returns `[lengths and checksums]` as in the bytes, for suites that list them.
fn numbers(bytes: &[u8]) -> [u32; 4] {
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    [number(0), number(4), number(8), number(bytes.len() - 4)]
}

/// Describes a frame in the notation of `eventstream-smithy` and `eventstream-vectors`.
fn described(frame: &Frame, bytes: &[u8]) -> Value {
    let headers: Vec<_> = frame
        .headers()
        .map(|(name, value)| match value {
            HeaderValue::Bool(value) => json!({"name": name, "bool": value}),
            HeaderValue::Byte(value) => json!({"name": name, "byte": value}),
            HeaderValue::Int16(value) => json!({"name": name, "short": value}),
            HeaderValue::Int32(value) => json!({"name": name, "int": value}),
            HeaderValue::Int64(value) => json!({"name": name, "long": value}),
            HeaderValue::ByteArray(value) => json!({"name": name, "bytes_base64": STANDARD.encode_to_string(value)}),
            HeaderValue::String(value) => json!({"name": name, "string": value}),
            HeaderValue::Timestamp(value) => json!({"name": name, "timestamp_ms": value}),
            HeaderValue::Uuid(value) => json!({"name": name, "uuid_hex": format!("{value:032x}")}),
            other => panic!("{other:?}"),
        })
        .collect();
    let [total_length, headers_length, prelude_crc, message_crc] = numbers(bytes);
    json!({
        "total_length": total_length, "headers_length": headers_length,
        "prelude_crc": prelude_crc, "message_crc": message_crc,
        "headers": headers, "payload_base64": STANDARD.encode_to_string(frame.payload()),
    })
}

/// Reads a header in the notation of `eventstream-aws`.
fn aws_header(header: &Value) -> (String, HeaderValue) {
    let value = &header["value"];
    let number = || value.as_i64().unwrap();
    let bytes = || base64(value.as_str().unwrap());
    let value = match header["type"].as_u64().unwrap() {
        0 | 1 => HeaderValue::Bool(value.as_bool().unwrap()),
        2 => HeaderValue::Byte(number().try_into().unwrap()),
        3 => HeaderValue::Int16(number().try_into().unwrap()),
        4 => HeaderValue::Int32(number().try_into().unwrap()),
        5 => HeaderValue::Int64(number()),
        6 => HeaderValue::ByteArray(bytes()),
        7 => HeaderValue::String(String::from_utf8(bytes().to_vec()).unwrap()),
        8 => HeaderValue::Timestamp(number()),
        9 => HeaderValue::Uuid(u128::from_be_bytes(bytes()[..].try_into().unwrap())),
        other => panic!("type {other}"),
    };
    (text(header, "name").to_owned(), value)
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn aws_positive_frames_are_decoded() {
    let root = suite("eventstream-aws");
    let encoded = files(root.join("encoded/positive"));
    for (name, bytes) in &encoded {
        let expected = json(&fs::read(root.join("decoded/positive").join(name)).unwrap());
        let payload = base64(text(&expected, "payload"));
        let built = list(&expected, "headers")
            .iter()
            .map(aws_header)
            .fold(Frame::new(payload), |frame, (name, value)| frame.with_header(name, value));
        assert_eq!(one(name, bytes), built, "{name}");

        // Checksums are signed integers in this suite.
        let claimed = ["total_length", "headers_length", "prelude_crc", "message_crc"]
            .map(|number| expected[number].as_i64().unwrap().rem_euclid(1 << 32));
        assert_eq!(numbers(bytes).map(i64::from), claimed, "{name}");
    }
    assert_eq!(encoded.len(), 5);
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn aws_negative_frames_are_errors() {
    let root = suite("eventstream-aws");
    let encoded = files(root.join("encoded/negative"));
    for (name, bytes) in &encoded {
        let expected = match fs::read_to_string(root.join("decoded/negative").join(name)).unwrap().trim() {
            "Prelude checksum mismatch" => StreamErrorKind::PreludeChecksum,
            "Message checksum mismatch" => StreamErrorKind::MessageChecksum,
            other => panic!("{other}"),
        };
        assert_eq!(error_of(name, bytes), expected, "{name}");
    }
    assert_eq!(encoded.len(), 4);
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn smithy_frames_match_their_expectations() {
    let root = suite("eventstream-smithy");
    let files = files(root);
    let expectations = json(&files["expectations.json"]);
    let (mut good, mut bad, mut bad_headers) = (Vec::new(), 0, 0);
    for (name, expectation) in expectations.as_object().unwrap() {
        let bytes = &files[name];
        if expectation["expect"] == "ok" {
            assert_eq!(described(&one(name, bytes), bytes), expectation["decoded"], "{name}");
            good.extend_from_slice(bytes);
            continue;
        }
        let kind = error_of(name, bytes);
        bad += 1;
        // The files with bad headers also have a bad checksum, and a checksum error comes before
        // any header is read. So the checksum is corrected here. (One of the files has bytes after
        // its frame.)
        if kind == StreamErrorKind::MessageChecksum && name != "invalid_message_checksum" {
            let [total, ..] = numbers(bytes);
            let body = &bytes[..total as usize - 4];
            let mended = [body, &crc32fast::hash(body).to_be_bytes()].concat().into();
            assert_eq!(error_of(name, &mended), StreamErrorKind::MalformedFrame, "{name}, mended");
            bad_headers += 1;
        }
    }
    assert_eq!(frames_of("all that are good", &good.into()).len(), 3);
    assert_eq!((bad, bad_headers), (8, 5));
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn positive_vectors_are_decoded() {
    let vectors = json(&files(suite("eventstream-vectors"))["vectors.json"]);
    let positive = list(&vectors, "positive");
    for case in positive {
        let bytes = hex_bytes(case, "encoded_hex");
        assert_eq!(described(&one(text(case, "name"), &bytes), &bytes), case["decoded"], "{}", text(case, "source"));
    }
    assert_eq!(positive.len(), 23);
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn negative_vectors_are_errors() {
    let vectors = json(&files(suite("eventstream-vectors"))["vectors.json"]);
    let negative = list(&vectors, "negative");
    let (mut refused, mut policy) = (0, 0);
    for case in negative {
        let name = text(case, "name");
        if POLICY.iter().any(|(accepted, _)| *accepted == name) {
            let frame = one(name, &hex_bytes(case, "encoded_hex"));
            let values: Vec<_> = frame.headers().map(|(_, value)| value).collect();
            assert_eq!(values.len(), 2, "{name}");
            assert_eq!(frame.header("test").as_ref(), values.first(), "{name}");
            policy += 1;
            continue;
        }
        let (bytes, kind) = if case["encoded_hex"].is_null() {
            (filled(case), Some(StreamErrorKind::FrameTooLarge))
        } else {
            (hex_bytes(case, "encoded_hex"), None)
        };
        let kind_found = error_of(name, &bytes);
        let kind = kind.unwrap_or_else(|| match text(case, "expect_error") {
            "ChecksumMismatch" if name == "corrupted_headers" => StreamErrorKind::MessageChecksum,
            "ChecksumMismatch" => StreamErrorKind::PreludeChecksum,
            "InvalidEventBytes" => StreamErrorKind::Truncated,
            _ => StreamErrorKind::MalformedFrame,
        });
        assert_eq!(kind_found, kind, "{name}, {}", text(case, "source"));
        refused += 1;
    }
    assert_eq!((refused, policy), (10, 2));
}

/// Builds the bytes of a case that is given by its ends, its length and its hash.
fn filled(case: &Value) -> Bytes {
    let (head, tail) = (hex_bytes(case, "encoded_head_hex"), hex_bytes(case, "encoded_tail_hex"));
    let mut bytes = head.to_vec();
    let length = usize::try_from(case["encoded_len"].as_u64().unwrap()).unwrap();
    bytes.resize(length - tail.len(), b'0');
    bytes.extend(tail);
    assert_eq!(hex::encode(Sha256::digest(&bytes)), text(case, "sha256"));
    bytes.into()
}

#[test]
#[ignore = "needs BEDROCK_CONFORMANCE"]
fn vectors_in_chunks_are_decoded() {
    let vectors = json(&files(suite("eventstream-vectors"))["vectors.json"]);
    let multi = list(&vectors, "multi_message");
    for case in multi {
        let bytes = hex_bytes(case, "encoded_hex");
        let size = usize::try_from(case["feed_in_chunks_of"].as_u64().unwrap()).unwrap();
        let frames = decode(chunks(&bytes, size)).unwrap();
        let rows: Vec<_> = frames.iter().map(|frame| described(frame, &encode(frame).unwrap())).collect();
        assert_eq!(rows, list(case, "decoded_sequence"), "{}", text(case, "source"));
    }
    let chunked = list(&vectors, "chunked");
    for case in chunked {
        let chunks: Vec<Bytes> =
            list(case, "chunks_hex").iter().map(|chunk| hex::decode(chunk.as_str().unwrap()).unwrap().into()).collect();
        let frames = decode(chunks.clone()).unwrap();
        assert_eq!(frames.len(), 1);
        assert_eq!(described(&frames[0], &chunks.concat()), case["decoded"], "{}", text(case, "source"));
    }
    assert_eq!((multi.len(), chunked.len()), (1, 2));
}
