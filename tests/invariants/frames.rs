//! The frame decoder gives what a plain reading of the format gives, as soon as the bytes can show it.

use bedrock_lite::eventstream::{Decoder, Frame, HeaderValue, MAX_HEADERS, encode};
use bedrock_lite::{StreamError, StreamErrorKind};
use bytes::Bytes;

use super::cut;

/// How a stream goes on after its last whole frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum End {
    /// Not at all.
    Whole,
    /// With the beginning of a frame.
    Cut,
    /// With bytes that are no frame, as `shown` bytes of the stream show.
    Wrong { kind: StreamErrorKind, shown: usize },
}

/// A plain reading of the whole stream: its frames, each with where it ends, and how it goes on.
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

/// The lengths of a frame and of its headers; `None` without all of the prelude.
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

/// The frame with the headers that these bytes are, if they are.
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

/// CRC-32 (ISO HDLC), bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

/// Two lengths that agree with their checksum, and perhaps with nothing else.
pub(crate) fn forge_prelude(total: u32, headers: u32) -> Vec<u8> {
    let lengths = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    let crc = crc(&lengths);
    [lengths, crc.to_be_bytes().to_vec()].concat()
}

/// A frame with right checksums around whatever it is given.
pub(crate) fn forge(headers: &[u8], payload: &[u8]) -> Vec<u8> {
    let length = |bytes: usize| u32::try_from(bytes).unwrap();
    let mut bytes = forge_prelude(length(16 + headers.len() + payload.len()), length(headers.len()));
    bytes.extend(headers);
    bytes.extend(payload);
    bytes.extend(crc(&bytes).to_be_bytes());
    bytes
}

/// The bytes, in one piece or in many, decode to what a plain reading finds, no later than it can be known.
pub(crate) fn hold(bytes: &Bytes, sizes: &[u8], max_frame: usize) {
    let (frames, end) = plain(bytes, max_frame);
    let mut start = 0;
    for (frame, end) in &frames {
        // What others write and the encoder does not, is a value longer than their numbers can count.
        match encode(frame) {
            Ok(again) => assert_eq!(again, bytes[start..*end]),
            Err(_) => assert!(end - start > 32_767, "{frame:?}"),
        }
        start = *end;
    }
    let whole = decode(std::slice::from_ref(bytes), &frames, end, max_frame);
    let pieces = decode(&cut(bytes, sizes), &frames, end, max_frame);
    assert_eq!(whole, pieces, "one piece, and many");
}

/// Decodes the pieces, holding the decoder to what is to come of them; gives what the stream ends with.
fn decode(pieces: &[Bytes], frames: &[(Frame, usize)], end: End, max_frame: usize) -> Option<String> {
    let mut decoder = Decoder::with_max_frame(max_frame);
    let (mut pushed, mut taken, mut coming) = (0, 0, frames.iter());
    for piece in pieces {
        decoder.push(piece.clone());
        pushed += piece.len();
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
                    let End::Wrong { kind, shown } = end else { panic!("{error}, where nothing is wrong") };
                    assert_eq!(error.kind(), kind);
                    assert!(shown <= pushed && coming.next().is_none(), "{error}, before its time");
                    return Some(stays_failed(decoder, &error));
                }
            }
        }
        assert!(coming.clone().next().is_none_or(|(_, ends)| *ends > pushed), "a whole frame is kept back");
        assert!(!matches!(end, End::Wrong { shown, .. } if shown <= pushed), "{end:?} is kept back");
        assert_eq!(decoder.buffered(), pushed - taken);
        assert!(decoder.buffered() < max_frame.max(12), "more is held than one frame");
    }
    assert!(coming.next().is_none(), "a frame less than there is");
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

/// A decoder that has failed says the same for good, and holds nothing.
fn stays_failed(mut decoder: Decoder, error: &StreamError) -> String {
    let said = |error: &StreamError| format!("{error:?}");
    decoder.push(forge(b"", b"good"));
    for again in [decoder.recv().map(|_| ()), decoder.finish(), decoder.recv().map(|_| ())] {
        assert_eq!(said(&again.unwrap_err()), said(error));
    }
    assert_eq!(decoder.buffered(), 0);
    said(error)
}

/// One bit is flipped in a stream of these frames: those before it come, then an error, and nothing of what was changed.
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
