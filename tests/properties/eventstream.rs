//! Random frames: encoded, changed, split into chunks, and decoded.

use bedrock_lite::eventstream::{Decoder, Frame, HeaderValue, encode};
use bedrock_lite::{StreamError, StreamErrorKind};
use bytes::Bytes;
use proptest::prelude::*;

use crate::invariants::frames::forge;

/// Returns everything that a decoder returns for these chunks.
fn decode(chunks: impl IntoIterator<Item = Bytes>) -> (Vec<Frame>, Result<(), StreamError>) {
    let mut decoder = Decoder::new();
    let mut frames = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        loop {
            match decoder.recv() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, Err(error)),
            }
        }
    }
    let end = decoder.finish();
    (frames, end)
}

fn value() -> impl Strategy<Value = HeaderValue> {
    prop_oneof![
        any::<bool>().prop_map(HeaderValue::Bool),
        any::<i8>().prop_map(HeaderValue::Byte),
        any::<i16>().prop_map(HeaderValue::Int16),
        any::<i32>().prop_map(HeaderValue::Int32),
        any::<i64>().prop_map(HeaderValue::Int64),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| HeaderValue::ByteArray(bytes.into())),
        any::<String>().prop_map(HeaderValue::String),
        prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX), Just(-1)].prop_map(HeaderValue::Timestamp),
        any::<u128>().prop_map(HeaderValue::Uuid),
    ]
}

fn frame() -> impl Strategy<Value = Frame> {
    let name = any::<String>().prop_filter("1 to 255 bytes", |name| (1..=255).contains(&name.len()));
    let headers = prop::collection::vec((name, value()), 0..6);
    (headers, prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(headers, payload)| {
        headers.into_iter().fold(Frame::new(payload), |frame, (name, value)| frame.with_header(name, value))
    })
}

/// Splits `bytes` into chunks of the given sizes, repeatedly.
fn cut(mut bytes: Bytes, sizes: &[usize]) -> Vec<Bytes> {
    let mut chunks = Vec::new();
    for size in sizes.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        chunks.push(bytes.split_to(bytes.len().min(*size)));
    }
    chunks
}

proptest! {
    #[test]
    fn encoded_frames_are_decoded_for_every_split(
        frames in prop::collection::vec(frame(), 0..6),
        sizes in prop::collection::vec(1_usize..80, 1..20),
    ) {
        let bytes: Bytes = frames.iter().flat_map(|frame| encode(frame).unwrap()).collect();
        let (decoded, end) = decode(cut(bytes.clone(), &sizes));
        prop_assert_eq!(&decoded, &frames);
        prop_assert!(end.is_ok());
        let again: Bytes = decoded.iter().flat_map(|frame| encode(frame).unwrap()).collect();
        prop_assert_eq!(again, bytes);
    }

    #[test]
    fn changed_bytes_give_frames_or_an_error(
        frames in prop::collection::vec(frame(), 1..4),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..4),
        sizes in prop::collection::vec(1_usize..80, 1..9),
    ) {
        let mut bytes: Vec<u8> = frames.iter().flat_map(|frame| encode(frame).unwrap()).collect();
        for (at, flip) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        let (decoded, _) = decode(cut(bytes.into(), &sizes));
        prop_assert!(frames.starts_with(&decoded));
    }

    #[test]
    fn random_bytes_give_no_frame(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (frames, end) = decode([bytes.clone().into()]);
        prop_assert!(frames.is_empty());
        prop_assert_eq!(end.is_ok(), bytes.is_empty());
    }

    /// With correct checksums, which changed frames do not have. This tests the reader of headers.
    #[test]
    fn random_headers_are_read_or_malformed(
        headers in prop::collection::vec(prop_oneof![0_u8..12, any::<u8>()], 0..60),
        payload in prop::collection::vec(any::<u8>(), 0..30),
    ) {
        let (frames, end) = decode([forge(&headers, &payload).into()]);
        match end {
            Ok(()) => {
                prop_assert_eq!(frames[0].payload(), &payload);
                // Headers have one encoding. A bool has only two values.
                prop_assert_eq!(encode(&frames[0]).unwrap(), forge(&headers, &payload));
            }
            Err(error) => prop_assert_eq!(error.kind(), StreamErrorKind::MalformedFrame),
        }
    }
}
