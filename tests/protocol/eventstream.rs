//! Frames through the public API: complete, truncated, corrupt, hostile.

use std::error::Error as _;

use bedrock_lite::eventstream::{
    Decoder, EncodeErrorKind, Frame, HeaderValue, MAX_FRAME, MAX_HEADERS, MAX_PAYLOAD, encode,
};
use bedrock_lite::{StreamError, StreamErrorKind};
use bytes::Bytes;

/// Returns a frame with correct checksums and arbitrary content.
fn forge(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let total = u32::try_from(16 + headers.len() + payload.len()).unwrap();
    let mut bytes = prelude(total, u32::try_from(headers.len()).unwrap());
    bytes.extend(headers);
    bytes.extend(payload);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

fn prelude(total: u32, headers: u32) -> Vec<u8> {
    let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

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

/// Pushes `bytes` one at a time. Returns the kind of the error, which must come with the last byte
/// and not before.
fn kind_at_the_last_byte(bytes: &[u8]) -> StreamErrorKind {
    let mut decoder = Decoder::new();
    let (last, before) = bytes.split_last().unwrap();
    for (at, byte) in before.iter().enumerate() {
        decoder.push(vec![*byte]);
        assert!(decoder.recv().unwrap().is_none(), "a frame at byte {}", at + 1);
    }
    decoder.push(vec![*last]);
    decoder.recv().unwrap_err().kind()
}

fn chunks(bytes: &Bytes, size: usize) -> impl Iterator<Item = Bytes> {
    (0..bytes.len()).step_by(size).map(move |at| bytes.slice(at..bytes.len().min(at + size)))
}

/// Returns four typical frames, and their bytes.
fn stream() -> (Vec<Frame>, Bytes) {
    let frames = vec![
        Frame::event("messageStart", "application/json", r#"{"role":"assistant"}"#),
        Frame::new(""),
        Frame::event("contentBlockDelta", "application/json", "x".repeat(300)),
        Frame::exception("throttlingException", r#"{"message":"slow down"}"#),
    ];
    let bytes = frames.iter().flat_map(|frame| encode(frame).unwrap()).collect();
    (frames, bytes)
}

#[test]
fn chunks_of_every_size_give_the_same_frames() {
    let (frames, bytes) = stream();
    for size in 1..=bytes.len() {
        let (decoded, end) = decode(chunks(&bytes, size));
        assert_eq!(decoded, frames, "chunks of {size}");
        end.unwrap();
    }
}

#[test]
fn empty_chunks_change_nothing() {
    let (frames, bytes) = stream();
    let (decoded, end) = decode(chunks(&bytes, 5).flat_map(|chunk| [Bytes::new(), chunk, Bytes::new()]));
    assert_eq!(decoded, frames);
    end.unwrap();
}

#[test]
fn empty_stream_ends_without_error() {
    let mut decoder = Decoder::new();
    decoder.finish().unwrap();
    decoder.push(Bytes::new());
    assert!(decoder.recv().unwrap().is_none());
    decoder.finish().unwrap();
}

#[test]
fn frames_can_be_read_after_all_chunks_were_pushed() {
    let (frames, bytes) = stream();
    let mut decoder = Decoder::new();
    chunks(&bytes, 3).for_each(|chunk| decoder.push(chunk));
    assert_eq!(decoder.buffered(), bytes.len());
    for frame in frames {
        assert_eq!(decoder.recv().unwrap(), Some(frame));
    }
    assert_eq!(decoder.buffered(), 0);
    decoder.finish().unwrap();
}

#[test]
fn stream_truncated_at_every_byte_is_an_error() {
    let (frames, bytes) = stream();
    let mut ends = vec![0];
    ends.extend(frames.iter().scan(0, |end, frame| {
        *end += encode(frame).unwrap().len();
        Some(*end)
    }));
    for cut in 0..=bytes.len() {
        let (decoded, end) = decode([bytes.slice(..cut)]);
        assert_eq!(decoded.len(), ends.iter().filter(|end| **end <= cut).count() - 1, "cut at {cut}");
        match end {
            Ok(()) => assert!(ends.contains(&cut), "cut at {cut}"),
            Err(error) => {
                assert!(!ends.contains(&cut), "cut at {cut}");
                assert_eq!(error.kind(), StreamErrorKind::Truncated);
            }
        }
    }
}

#[test]
fn finish_keeps_unread_frames() {
    let (frames, bytes) = stream();
    let mut decoder = Decoder::new();
    decoder.push(bytes.slice(..bytes.len() - 1));
    decoder.finish().unwrap();
    decoder.finish().unwrap();
    for frame in &frames[..3] {
        assert_eq!(decoder.recv().unwrap().as_ref(), Some(frame));
    }
    assert_eq!(decoder.recv().unwrap_err().kind(), StreamErrorKind::Truncated);
    assert_eq!(decoder.finish().unwrap_err().kind(), StreamErrorKind::Truncated);
}

#[test]
fn push_after_finish_reopens_the_stream() {
    let bytes = encode(&Frame::new("hello")).unwrap();
    let mut decoder = Decoder::new();
    decoder.finish().unwrap();
    decoder.push(bytes.slice(..20));
    assert!(decoder.recv().unwrap().is_none());
    decoder.push(bytes.slice(20..));
    assert!(decoder.recv().unwrap().is_some());
    decoder.finish().unwrap();
}

#[test]
fn corrupt_prelude_fails_at_its_twelfth_byte() {
    let good = encode(&Frame::event("chunk", "application/json", "{}")).unwrap();
    for at in 0..12 {
        for bit in 0..8 {
            let mut bytes = good[..12].to_vec();
            bytes[at] ^= 1 << bit;
            assert_eq!(kind_at_the_last_byte(&bytes), StreamErrorKind::PreludeChecksum);
        }
    }
}

#[test]
fn frame_of_4_gib_fails_at_its_prelude() {
    let mut corrupt = prelude(u32::MAX, 0);
    corrupt[11] ^= 1;
    assert_eq!(kind_at_the_last_byte(&corrupt), StreamErrorKind::PreludeChecksum);
    assert_eq!(kind_at_the_last_byte(&prelude(u32::MAX, 0)), StreamErrorKind::FrameTooLarge);
}

#[test]
fn impossible_lengths_fail_at_the_twelfth_byte() {
    for (total, headers) in [(0, 0), (15, 0), (16, 1), (100, 85), (100, u32::MAX), (1 << 20, (128 << 10) + 1)] {
        let kind = kind_at_the_last_byte(&prelude(total, headers));
        assert_eq!(kind, StreamErrorKind::MalformedFrame, "{total}, {headers}");
    }
}

#[test]
fn frame_of_exactly_the_maximum_size_is_accepted() {
    let bytes = encode(&Frame::new("0123456789")).unwrap();
    for (bound, passes) in [(26, true), (25, false), (0, false)] {
        let mut decoder = Decoder::with_max_frame(bound);
        decoder.push(bytes.clone());
        match decoder.recv() {
            Ok(frame) => assert!(passes && frame.is_some()),
            Err(error) => assert!(!passes && error.kind() == StreamErrorKind::FrameTooLarge),
        }
    }
    let [frame, headers, payload] = [MAX_FRAME, MAX_HEADERS, MAX_PAYLOAD].map(|bound| u32::try_from(bound).unwrap());
    for (total, headers) in [(frame, headers), (payload + 16, 0), (payload + 17, 1)] {
        let (_, end) = decode([prelude(total, headers).into()]);
        assert_eq!(end.unwrap_err().kind(), StreamErrorKind::Truncated);
        assert_eq!(kind_at_the_last_byte(&prelude(total + 1, headers)), StreamErrorKind::FrameTooLarge);
    }
}

#[test]
fn every_flipped_bit_after_the_prelude_is_a_checksum_error() {
    let good = encode(&Frame::event("chunk", "application/json", "{}")).unwrap();
    for at in 12..good.len() {
        for bit in 0..8 {
            let mut bytes = good.to_vec();
            bytes[at] ^= 1 << bit;
            let (frames, end) = decode([bytes.into()]);
            assert!(frames.is_empty());
            assert_eq!(end.unwrap_err().kind(), StreamErrorKind::MessageChecksum, "byte {at}");
        }
    }
}

#[test]
fn inconsistent_headers_are_malformed() {
    let cases: [(&str, &[u8]); 11] = [
        ("a length alone", b"\x01"),
        ("a name alone", b"\x01n"),
        ("no name", b"\x00\x00"),
        ("a name longer than the headers", b"\x09n\x00"),
        ("a name that is not UTF-8", b"\x01\xff\x00"),
        ("an eleventh type", b"\x01n\x0a"),
        ("a number cut short", b"\x01n\x04\x00\x00\x00"),
        ("a text cut short", b"\x01n\x07\x00\x05text"),
        ("a text without a length", b"\x01n\x07\x00"),
        ("a text that is not UTF-8", b"\x01n\x07\x00\x01\xff"),
        ("a uuid cut short", b"\x01n\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    ];
    for (name, headers) in cases {
        // The payload has enough bytes for a reader that overruns the headers.
        let (frames, end) = decode([forge(headers, &[0; 64]).into()]);
        assert!(frames.is_empty(), "{name}");
        assert_eq!(end.unwrap_err().kind(), StreamErrorKind::MalformedFrame, "{name}");
    }
}

#[test]
fn error_of_a_header_says_what_is_wrong() {
    let (_, end) = decode([forge(b"\x01n\x0a", b"").into()]);
    let error = end.unwrap_err();
    assert!(error.to_string().ends_with("malformed frame: unknown type in the header at byte 0 of 3"), "{error}");
}

#[test]
fn errors_are_sticky() {
    let good = encode(&Frame::new("good")).unwrap();
    let mut corrupt = good.to_vec();
    corrupt[15] ^= 1;
    for bad in [corrupt, forge(b"\x01n\x0a", b""), prelude(u32::MAX, 0), vec![0xff; 12]] {
        let mut decoder = Decoder::new();
        decoder.push(bad);
        decoder.push(good.clone());
        let first = decoder.recv().unwrap_err();
        for _ in 0..2 {
            decoder.push(good.clone());
            for again in [decoder.recv().map(|_| ()).unwrap_err(), decoder.finish().unwrap_err()] {
                assert_eq!(again.kind(), first.kind());
                assert_eq!(again.to_string(), first.to_string());
                assert_eq!(again.source().map(ToString::to_string), first.source().map(ToString::to_string));
            }
        }
        assert_eq!(decoder.buffered(), 0);
    }
}

#[test]
fn frame_before_a_corrupt_one_is_returned() {
    let good = encode(&Frame::new("good")).unwrap();
    let (frames, end) = decode([[good.as_ref(), &[0xff; 12]].concat().into()]);
    assert_eq!(frames, [Frame::new("good")]);
    assert_eq!(end.unwrap_err().kind(), StreamErrorKind::PreludeChecksum);
}

#[test]
fn payload_is_a_slice_of_the_pushed_bytes() {
    let (frames, bytes) = stream();
    let within = bytes.as_ptr_range();
    let mut decoder = Decoder::new();
    decoder.push(bytes.clone());
    for _ in frames {
        let payload = decoder.recv().unwrap().unwrap().into_payload();
        let range = payload.as_ptr_range();
        assert!(within.contains(&range.start) && range.end <= within.end);
    }
}

#[test]
fn joined_frame_has_one_buffer_of_its_size() {
    let bytes = encode(&Frame::new(vec![7; 100_000])).unwrap();
    let mut decoder = Decoder::new();
    for chunk in chunks(&bytes, 1000) {
        decoder.push(chunk);
        if let Some(frame) = decoder.recv().unwrap() {
            let buffer = frame.into_payload().try_into_mut().unwrap();
            assert_eq!(buffer.len(), 100_000);
            assert!(buffer.capacity() <= bytes.len());
        }
    }
    assert_eq!(decoder.buffered(), 0);
}

/// If every push copied the frame, this would move 18 TB and not end.
#[test]
fn six_million_chunks_of_one_byte_are_fast() {
    let bytes = encode(&Frame::new(vec![7; 6_000_000])).unwrap();
    let mut decoder = Decoder::new();
    let mut frames = 0;
    for chunk in chunks(&bytes, 1) {
        decoder.push(chunk);
        frames += usize::from(decoder.recv().unwrap().is_some());
    }
    assert_eq!(frames, 1);
    decoder.finish().unwrap();
}

#[test]
fn hundred_thousand_frames_in_one_chunk_are_decoded() {
    let one = encode(&Frame::event("chunk", "application/json", "{}")).unwrap();
    let all = Bytes::from(one.repeat(100_000));
    let mut decoder = Decoder::new();
    decoder.push(all.clone());
    for left in (0..100_000_usize).rev() {
        decoder.recv().unwrap().unwrap();
        assert_eq!(decoder.buffered(), left * one.len());
    }
}

#[test]
fn maximum_number_of_headers_is_accepted() {
    let block = b"\x01n\x00".repeat(MAX_HEADERS / 3);
    let (frames, end) = decode([forge(&block, b"payload").into()]);
    end.unwrap();
    assert_eq!(frames[0].headers().count(), MAX_HEADERS / 3);
    assert_eq!(frames[0].payload(), "payload");

    let (_, end) = decode([forge(&b"\x01n\x00".repeat(1 << 17), b"").into()]);
    assert_eq!(end.unwrap_err().kind(), StreamErrorKind::MalformedFrame);
}

/// Implementations disagree on repeated names.
#[test]
fn first_of_two_headers_with_the_same_name_wins() {
    let (frames, _) = decode([forge(b"\x01n\x07\x00\x01a\x01n\x07\x00\x01b", b"").into()]);
    let values: Vec<_> = frames[0].headers().map(|(_, value)| value).collect();
    assert_eq!(values, ["a".into(), HeaderValue::from("b")]);
    assert_eq!(frames[0].header_str("n"), Some("a"));
}

#[test]
fn header_value_of_32_768_bytes_is_malformed() {
    for value_type in [6, 7] {
        for (length, good) in [(32_767_u16, true), (32_768, false), (u16::MAX, false)] {
            let [high, low] = length.to_be_bytes();
            let block = [[1, b'n', value_type, high, low].as_slice(), &vec![b'v'; length.into()]].concat();
            let (frames, end) = decode([forge(&block, b"").into()]);
            assert_eq!(frames.len(), usize::from(good), "type {value_type}, {length} bytes");
            let kind = end.err().map(|error| error.kind());
            assert_eq!(kind, (!good).then_some(StreamErrorKind::MalformedFrame), "type {value_type}, {length} bytes");
        }
    }
}

#[test]
fn payload_of_24_mib_is_encoded_and_decoded() {
    let sent = Frame::event("chunk", "application/json", vec![b'x'; MAX_PAYLOAD]);
    let bytes = encode(&sent).unwrap();
    let (frames, end) = decode([bytes.slice(..1000), bytes.slice(1000..)]);
    end.unwrap();
    assert!(frames == [sent], "another frame");
    let error = encode(&Frame::new(vec![b'x'; MAX_PAYLOAD + 1])).unwrap_err();
    assert_eq!(error.kind(), EncodeErrorKind::Frame);
}

#[test]
fn error_frame_is_decoded() {
    let frame = Frame::new("")
        .with_header(":message-type", "error")
        .with_header(":error-code", "InternalError")
        .with_header(":error-message", "it broke");
    let (frames, end) = decode([encode(&frame).unwrap()]);
    end.unwrap();
    assert_eq!(frames[0].message_type(), Some("error"));
    assert_eq!((frames[0].error_code(), frames[0].error_message()), (Some("InternalError"), Some("it broke")));
}
