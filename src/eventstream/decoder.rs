//! [`Decoder`]: decodes frames from chunks of bytes.

use std::collections::VecDeque;
use std::mem;

use bytes::Bytes;

use super::MAX_FRAME;
use super::frame::Frame;
use super::headers::HeaderReader;
use super::prelude::{PRELUDE, Prelude};
use crate::error::{StreamError, StreamErrorKind};

/// A push decoder: push chunks of any size, and receive whole frames.
///
/// Call [`recv`](Self::recv) until it returns `None` after each [`push`](Self::push). The decoder
/// then buffers at most one frame plus the last chunk. Each byte is copied at most once. A frame
/// contained in a single chunk is not copied: its payload is a slice of the chunk and keeps the
/// chunk alive. A frame that spans chunks is copied into a buffer of exactly its size.
///
/// Errors are sticky: after a failure every call returns the same error.
///
/// The format is described in
/// [the specification](https://smithy.io/2.0/aws/amazon-eventstream.html).
///
/// ```
/// use bedrock_lite::StreamErrorKind;
/// use bedrock_lite::eventstream::{Decoder, Frame, encode};
///
/// let bytes = encode(&Frame::new("hello"))?;
/// let mut decoder = Decoder::new();
///
/// decoder.push(bytes.slice(..20)); // one byte is missing
/// assert!(decoder.recv()?.is_none());
/// assert_eq!(decoder.finish().unwrap_err().kind(), StreamErrorKind::Truncated);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decoder {
    max_frame: usize,
    /// The chunks that were pushed and not yet decoded. None of them is empty.
    chunks: VecDeque<Bytes>,
    /// The bytes so far of a frame that spans chunks.
    joined: Vec<u8>,
    /// The prelude of the frame in `joined`, once it is complete.
    prelude: Option<Prelude>,
    headers: HeaderReader,
    /// A frame that `finish` decoded, and that `recv` has not returned yet.
    ready: Option<Frame>,
    finished: bool,
    failure: Option<StreamError>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::with_max_frame(MAX_FRAME)
    }
}

impl Decoder {
    /// Creates a decoder that accepts frames of up to [`MAX_FRAME`] bytes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a decoder that accepts frames of up to `bytes` bytes, including lengths, headers and
    /// CRCs. An empty frame has 16 bytes.
    ///
    /// This bounds the memory, because a buffer for the whole frame is allocated when its prelude
    /// is complete. Values above [`MAX_FRAME`] have no effect.
    #[must_use]
    pub fn with_max_frame(bytes: usize) -> Self {
        Self {
            max_frame: bytes,
            chunks: VecDeque::new(),
            joined: Vec::new(),
            prelude: None,
            headers: HeaderReader::default(),
            ready: None,
            finished: false,
            failure: None,
        }
    }

    /// Pushes the next chunk of the stream. It may be empty. After a failure it is ignored.
    ///
    /// Pushing more bytes after [`finish`](Self::finish) reopens the stream.
    pub fn push(&mut self, bytes: impl Into<Bytes>) {
        let bytes = bytes.into();
        if self.failure.is_none() && !bytes.is_empty() {
            self.finished = false;
            self.chunks.push_back(bytes);
        }
    }

    /// Returns the next frame, or `None` if more bytes are needed.
    ///
    /// # Errors
    ///
    /// - [`PreludeChecksum`](StreamErrorKind::PreludeChecksum),
    ///   [`FrameTooLarge`](StreamErrorKind::FrameTooLarge), or
    ///   [`MalformedFrame`](StreamErrorKind::MalformedFrame) for invalid lengths, at the twelfth
    ///   byte of a frame;
    /// - [`MessageChecksum`](StreamErrorKind::MessageChecksum), or `MalformedFrame` for invalid
    ///   headers, at the last byte of a frame;
    /// - [`Truncated`](StreamErrorKind::Truncated) inside a frame after [`finish`](Self::finish).
    pub fn recv(&mut self) -> Result<Option<Frame>, StreamError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if let Some(frame) = self.ready.take() {
            return Ok(Some(frame));
        }
        match self.read() {
            Ok(None) if self.finished && self.buffered() > 0 => Err(self.fail(self.truncated())),
            Ok(frame) => Ok(frame),
            Err(failure) => Err(self.fail(failure)),
        }
    }

    /// Marks the end of the stream.
    ///
    /// Call it after [`recv`](Self::recv) has returned `None`. If it is called earlier, `recv`
    /// still returns the remaining frames, and then the error if the stream is truncated.
    ///
    /// # Errors
    ///
    /// Returns [`Truncated`](StreamErrorKind::Truncated) inside a frame, or the error that `recv`
    /// would return.
    pub fn finish(&mut self) -> Result<(), StreamError> {
        self.finished = true;
        self.ready = self.recv()?;
        Ok(())
    }

    /// Returns the number of bytes that were pushed and are not part of a frame yet. Returns 0
    /// after a failure.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.joined.len() + self.chunks.iter().map(Bytes::len).sum::<usize>()
    }

    fn read(&mut self) -> Result<Option<Frame>, StreamError> {
        if self.joined.is_empty() {
            let Some(chunk) = self.chunks.front_mut() else { return Ok(None) };
            if let Some(prelude) = Prelude::read(chunk, self.max_frame)?
                && prelude.total <= chunk.len()
            {
                let bytes = chunk.split_to(prelude.total);
                self.drop_empty_chunk();
                return Frame::read(bytes, prelude, &mut self.headers).map(Some);
            }
        }
        self.read_joined()
    }

    /// Reads a frame that spans chunks.
    fn read_joined(&mut self) -> Result<Option<Frame>, StreamError> {
        let prelude = if let Some(prelude) = self.prelude {
            prelude
        } else {
            self.join(PRELUDE);
            let Some(prelude) = Prelude::read(&self.joined, self.max_frame)? else { return Ok(None) };
            *self.prelude.insert(prelude)
        };
        self.join(prelude.total);
        if self.joined.len() < prelude.total {
            return Ok(None);
        }
        self.prelude = None;
        Frame::read(mem::take(&mut self.joined).into(), prelude, &mut self.headers).map(Some)
    }

    /// Moves bytes into `joined` until it has `wanted` bytes, or no chunk is left.
    fn join(&mut self, wanted: usize) {
        self.joined.reserve_exact(wanted.saturating_sub(self.joined.len()));
        while self.joined.len() < wanted
            && let Some(chunk) = self.chunks.front_mut()
        {
            let taken = chunk.split_to(chunk.len().min(wanted - self.joined.len()));
            self.joined.extend_from_slice(&taken);
            self.drop_empty_chunk();
        }
    }

    fn drop_empty_chunk(&mut self) {
        if self.chunks.front().is_some_and(Bytes::is_empty) {
            self.chunks.pop_front();
        }
    }

    fn truncated(&self) -> StreamError {
        let arrived = self.buffered();
        let detail = match self.prelude {
            Some(prelude) => format!("{arrived} of its {} bytes arrived", prelude.total),
            None => format!("{arrived} of the {PRELUDE} bytes of its prelude arrived"),
        };
        StreamError::new(StreamErrorKind::Truncated, detail)
    }

    /// Stores the error and frees all buffers.
    fn fail(&mut self, error: StreamError) -> StreamError {
        *self = Self { failure: Some(error.clone()), ..Self::with_max_frame(self.max_frame) };
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eventstream::encode;

    #[test]
    fn chunks_of_one_byte_are_buffered_once() {
        let bytes = encode(&Frame::new(vec![7; 5000])).unwrap();
        let mut decoder = Decoder::new();
        for at in 0..bytes.len() {
            decoder.push(bytes.slice(at..=at));
            let frame = decoder.recv().unwrap();
            assert_eq!(frame.is_some(), at == bytes.len() - 1);
            assert!(decoder.chunks.is_empty());
            assert!(decoder.joined.capacity() <= bytes.len());
        }
    }

    #[test]
    fn failure_frees_the_buffers() {
        let mut decoder = Decoder::new();
        decoder.push(vec![0xff; 4096]);
        decoder.recv().unwrap_err();
        decoder.push(vec![0; 4096]);
        assert_eq!((decoder.buffered(), decoder.chunks.capacity()), (0, 0));
    }

    #[test]
    fn truncated_error_has_the_number_of_bytes() {
        let bytes = encode(&Frame::new("hello")).unwrap();
        for (length, text) in [(11, "11 of the 12 bytes of its prelude arrived"), (12, "12 of its 21 bytes arrived")] {
            let mut decoder = Decoder::new();
            decoder.push(bytes.slice(..length));
            assert!(decoder.finish().unwrap_err().to_string().ends_with(text));
        }
    }
}
