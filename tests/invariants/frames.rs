//! The frame decoder returns the same as a simple implementation, as soon as the bytes allow it.

use bedrock_lite::eventstream::{Decoder, Frame, HeaderValue, MAX_HEADERS, encode};
use bedrock_lite::{StreamError, StreamErrorKind};
use bytes::Bytes;

use super::cut;

/// How a stream continues after its last complete frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum End {
    /// The stream ends there.
    Whole,
    /// The beginning of a frame follows.
    Cut,
    /// Invalid bytes follow. The error is known after `shown` bytes of the stream.
    Wrong { kind: StreamErrorKind, shown: usize },
}

/// Reads the whole stream with a simple implementation: its frames, each with its end offset, and
/// how it continues.
pub(crate) fn plain(bytes: &[u8], max_frame: usize) -> (Vec<(Frame, usize)>, End) {
    let mut frames = Vec::new();
    let mut at = 0;
    loop {
        let rest = &bytes[at..];
        let wrong = |kind, length| End::Wrong { kind, shown: at + length };
        let end = match prelude(rest, max_frame) {
            None if rest.is_empty() => End::Whole,
            None => End::Cut,
            Some(Err(kind)) => wrong(kind, 12),
            Some(Ok((total, _))) if rest.len() < total => End::Cut,
            Some(Ok((total, _))) if crc(&rest[..total - 4]) != number(rest, total - 4) => {
                wrong(StreamErrorKind::MessageChecksum, total)
            }
            Some(Ok((total, headers))) => {
                let frame = Frame::new(rest[12 + headers..total - 4].to_vec());
                match with_headers(frame, &rest[12..12 + headers]) {
                    Some(frame) => {
                        at += total;
                        frames.push((frame, at));
                        continue;
                    }
                    None => wrong(StreamErrorKind::MalformedFrame, total),
                }
            }
        };
        return (frames, end);
    }
}

/// Returns the lengths of a frame and of its headers, or `None` if the prelude is incomplete.
fn prelude(bytes: &[u8], max_frame: usize) -> Option<Result<(usize, usize), StreamErrorKind>> {
    let bytes = bytes.get(..12)?;
    let (total, headers) = (number(bytes, 0) as usize, number(bytes, 4) as usize);
    Some(if crc(&bytes[..8]) != number(bytes, 8) {
        Err(StreamErrorKind::PreludeChecksum)
    } else if total > max_frame {
        Err(StreamErrorKind::FrameTooLarge)
    } else if total < 16 || headers > total - 16 || headers > MAX_HEADERS {
        Err(StreamErrorKind::MalformedFrame)
    } else {
        Ok((total, headers))
    })
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Reads the header bytes into the frame, if they are valid.
fn with_headers(mut frame: Frame, mut bytes: &[u8]) -> Option<Frame> {
    fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        Some(taken)
    }
    while let Some(length) = take(&mut bytes, 1) {
        let name = std::str::from_utf8(take(&mut bytes, usize::from(length[0]))?).ok()?;
        let kind = take(&mut bytes, 1)?[0];
        let length = match kind {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            6 | 7 => usize::from(u16::from_be_bytes(take(&mut bytes, 2)?.try_into().ok()?)),
            9 => 16,
            _ => return None,
        };
        let value = take(&mut bytes, length)?;
        let value = match kind {
            0 | 1 => HeaderValue::Bool(kind == 0),
            2 => HeaderValue::Byte(i8::from_be_bytes(value.try_into().ok()?)),
            3 => HeaderValue::Int16(i16::from_be_bytes(value.try_into().ok()?)),
            4 => HeaderValue::Int32(i32::from_be_bytes(value.try_into().ok()?)),
            5 => HeaderValue::Int64(i64::from_be_bytes(value.try_into().ok()?)),
            6 => HeaderValue::ByteArray(Bytes::copy_from_slice(value)),
            7 => HeaderValue::String(std::str::from_utf8(value).ok()?.to_owned()),
            8 => HeaderValue::Timestamp(i64::from_be_bytes(value.try_into().ok()?)),
            _ => HeaderValue::Uuid(u128::from_be_bytes(value.try_into().ok()?)),
        };
        if name.is_empty() {
            return None;
        }
        frame = frame.with_header(name, value);
    }
    Some(frame)
}

/// Computes CRC-32 (ISO HDLC), bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

/// Returns a prelude with a correct checksum and arbitrary lengths.
pub(crate) fn forge_prelude(total: u32, headers: u32) -> Vec<u8> {
    let lengths = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    let crc = crc(&lengths);
    [lengths, crc.to_be_bytes().to_vec()].concat()
}

/// Returns a frame with correct checksums and arbitrary content.
pub(crate) fn forge(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| u32::try_from(bytes).unwrap();
    let mut bytes = forge_prelude(length(16 + headers.len() + payload.len()), length(headers.len()));
    bytes.extend(headers);
    bytes.extend(payload);
    bytes.extend(crc(&bytes).to_be_bytes());
    bytes
}

/// Asserts that the bytes, in one chunk or many, decode to the expected frames, as early as
/// possible.
pub(crate) fn hold(bytes: &Bytes, sizes: &[u8], max_frame: usize) {
    let (frames, end) = plain(bytes, max_frame);
    let mut start = 0;
    for (frame, end) in &frames {
        // Others can write values that are longer than the encoder allows.
        match encode(frame) {
            Ok(again) => assert_eq!(again, bytes[start..*end]),
            Err(_) => assert!(end - start > 32_767, "{frame:?}"),
        }
        start = *end;
    }
    let whole = decode(std::slice::from_ref(bytes), &frames, end, max_frame);
    let chunks = decode(&cut(bytes, sizes), &frames, end, max_frame);
    assert_eq!(whole, chunks, "one chunk and many chunks differ");
}

/// Decodes the chunks, compares each frame, and returns the error at the end.
fn decode(chunks: &[Bytes], frames: &[(Frame, usize)], end: End, max_frame: usize) -> Option<String> {
    let mut decoder = Decoder::with_max_frame(max_frame);
    let (mut pushed, mut taken, mut coming) = (0, 0, frames.iter());
    for chunk in chunks {
        decoder.push(chunk.clone());
        pushed += chunk.len();
        loop {
            match decoder.recv() {
                Ok(Some(frame)) => {
                    let (expected, ends) = coming.next().unwrap();
                    assert_eq!(frame, *expected);
                    assert!(*ends <= pushed, "a frame before its last byte");
                    taken = *ends;
                }
                Ok(None) => break,
                Err(error) => {
                    let End::Wrong { kind, shown } = end else { panic!("an error for valid bytes: {error}") };
                    assert_eq!(error.kind(), kind);
                    assert!(shown <= pushed && coming.next().is_none(), "{error}, before its time");
                    return Some(stays_failed(decoder, &error));
                }
            }
        }
        assert!(coming.clone().next().is_none_or(|(_, ends)| *ends > pushed), "a complete frame is not returned");
        assert!(!matches!(end, End::Wrong { shown, .. } if shown <= pushed), "{end:?} is kept back");
        assert_eq!(decoder.buffered(), pushed - taken);
        assert!(decoder.buffered() < max_frame.max(12), "more than one frame is buffered");
    }
    assert!(coming.next().is_none(), "a frame is missing");
    match decoder.finish() {
        Ok(()) => {
            assert_eq!(end, End::Whole);
            None
        }
        Err(error) => {
            assert_eq!((end, error.kind()), (End::Cut, StreamErrorKind::Truncated));
            Some(stays_failed(decoder, &error))
        }
    }
}

/// Asserts that errors are sticky, and that a failed decoder holds no bytes.
fn stays_failed(mut decoder: Decoder, error: &StreamError) -> String {
    let said = |error: &StreamError| format!("{error:?}");
    decoder.push(forge(b"", b"good"));
    for again in [decoder.recv().map(|_| ()), decoder.finish(), decoder.recv().map(|_| ())] {
        assert_eq!(said(&again.unwrap_err()), said(error));
    }
    assert_eq!(decoder.buffered(), 0);
    said(error)
}

/// Flips one bit in a stream of these frames. Asserts that the frames before it are returned, then
/// an error, and nothing of the changed frame.
pub(crate) fn hold_with_a_flipped_bit(frames: &[Frame], bit: usize) {
    let mut bytes: Vec<u8> = frames.iter().flat_map(|frame| encode(frame).unwrap()).collect();
    if bytes.is_empty() {
        return;
    }
    let bit = bit % (bytes.len() * 8);
    let (mut whole, mut start) = (0, 0);
    for frame in frames {
        let ends = start + encode(frame).unwrap().len();
        if ends > bit / 8 {
            break;
        }
        (whole, start) = (whole + 1, ends);
    }
    bytes[bit / 8] ^= 1 << (bit % 8);
    let mut decoder = Decoder::new();
    decoder.push(bytes);
    for frame in &frames[..whole] {
        assert_eq!(decoder.recv().unwrap().as_ref(), Some(frame));
    }
    let in_prelude = bit / 8 < start + 12;
    let kind = if in_prelude { StreamErrorKind::PreludeChecksum } else { StreamErrorKind::MessageChecksum };
    assert_eq!(decoder.recv().unwrap_err().kind(), kind);
}
