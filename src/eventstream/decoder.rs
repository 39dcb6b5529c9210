//! [`Decoder`]: bytes as they arrive, in; frames, out.

use std::collections::VecDeque;
use std::mem;

use bytes::Bytes;

use super::MAX_FRAME;
use super::frame::Frame;
use super::headers::HeaderReader;
use super::prelude::{PRELUDE, Prelude};
use crate::error::{StreamError, StreamErrorKind};

/// A push decoder: give it bytes in pieces of any size, take whole frames.
///
/// Take frames until there is none after every [`push`](Self::push). Then it holds no more than one frame and the piece
/// pushed last, each byte is copied at most once, and of a frame that lies within one piece none is: its payload is a
/// slice of that piece (and keeps it alive). A frame that spans pieces is joined into a buffer of exactly its size.
///
/// Once it has failed it stays so: every later call gives the same error, and no frame.
/// See <https://smithy.io/2.0/aws/amazon-eventstream.html>.
///
/// ```
/// use bedrock_lite::StreamErrorKind;
/// use bedrock_lite::eventstream::{Decoder, Frame, encode};
///
/// let bytes = encode(&Frame::new("hello"))?;
/// let mut decoder = Decoder::new();
///
/// decoder.push(bytes.slice(..20)); // cut: one byte is missing
/// assert!(decoder.recv()?.is_none());
/// assert_eq!(decoder.finish().unwrap_err().kind(), StreamErrorKind::Truncated);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decoder {
    max_frame: usize,
    /// What was pushed and not looked at; no piece is empty.
    pieces: VecDeque<Bytes>,
    /// The frame that spans pieces, as far as it is there.
    joined: Vec<u8>,
    /// The prelude of the frame in `joined`, once its bytes are there.
    prelude: Option<Prelude>,
    headers: HeaderReader,
    /// A frame that `finish` met and nobody has taken.
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
    /// A decoder that takes frames of up to [`MAX_FRAME`] bytes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder that takes frames of up to `bytes` bytes, all their parts included; an empty frame has 16.
    ///
    /// It bounds memory: a buffer of a frame's size is reserved as soon as its prelude is there. A bound above
    /// [`MAX_FRAME`] changes nothing: the format has no larger frames.
    #[must_use]
    pub fn with_max_frame(bytes: usize) -> Self {
        Self {
            max_frame: bytes,
            pieces: VecDeque::new(),
            joined: Vec::new(),
            prelude: None,
            headers: HeaderReader::default(),
            ready: None,
            finished: false,
            failure: None,
        }
    }

    /// Takes the next piece of the stream, of any size, 0 included; after a failure it is dropped.
    ///
    /// It takes back a [`finish`](Self::finish).
    pub fn push(&mut self, bytes: impl Into<Bytes>) {
        let bytes = bytes.into();
        if self.failure.is_none() && !bytes.is_empty() {
            self.finished = false;
            self.pieces.push_back(bytes);
        }
    }

    /// The next frame; `None` while more bytes are needed.
    ///
    /// # Errors
    ///
    /// As soon as the bytes can show it: [`PreludeChecksum`](StreamErrorKind::PreludeChecksum),
    /// [`FrameTooLarge`](StreamErrorKind::FrameTooLarge) and lengths that are
    /// [`MalformedFrame`](StreamErrorKind::MalformedFrame) at a frame's twelfth byte,
    /// [`MessageChecksum`](StreamErrorKind::MessageChecksum) and headers that are `MalformedFrame` at its last. After
    /// [`finish`](Self::finish), [`Truncated`](StreamErrorKind::Truncated) where it would be `None` inside a frame.
    #[expect(clippy::should_implement_trait, reason = "`None` means not yet: an iterator's means never again")]
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

    /// Says that the stream has ended.
    ///
    /// Best when [`recv`](Self::recv) has nothing left. Whole frames that are still to be taken stay so; if the stream was cut
    /// after them, `recv` says so once they are taken.
    ///
    /// # Errors
    ///
    /// [`Truncated`](StreamErrorKind::Truncated) inside a frame; whatever `recv` would say of the bytes that are there.
    pub fn finish(&mut self) -> Result<(), StreamError> {
        self.finished = true;
        self.ready = self.recv()?;
        Ok(())
    }

    /// How many bytes were pushed and belong to no frame yet; 0 after a failure.
    #[must_use]
    pub fn buffered(&self) -> usize {
        self.joined.len() + self.pieces.iter().map(Bytes::len).sum::<usize>()
    }

    fn read(&mut self) -> Result<Option<Frame>, StreamError> {
        if self.joined.is_empty() {
            let Some(piece) = self.pieces.front_mut() else { return Ok(None) };
            if let Some(prelude) = Prelude::read(piece, self.max_frame)?
                && prelude.total <= piece.len()
            {
                let bytes = piece.split_to(prelude.total);
                self.drop_empty_piece();
                return Frame::read(bytes, prelude, &mut self.headers).map(Some);
            }
        }
        self.read_joined()
    }

    /// The frame that begins in one piece and ends in another.
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

    /// Moves bytes into `joined` until it has `wanted`, or no piece is left.
    fn join(&mut self, wanted: usize) {
        self.joined.reserve_exact(wanted.saturating_sub(self.joined.len()));
        while self.joined.len() < wanted
            && let Some(piece) = self.pieces.front_mut()
        {
            let taken = piece.split_to(piece.len().min(wanted - self.joined.len()));
            self.joined.extend_from_slice(&taken);
            self.drop_empty_piece();
        }
    }

    fn drop_empty_piece(&mut self) {
        if self.pieces.front().is_some_and(Bytes::is_empty) {
            self.pieces.pop_front();
        }
    }

    fn truncated(&self) -> StreamError {
        let there = self.buffered();
        let detail = match self.prelude {
            Some(prelude) => format!("{there} of its {} bytes arrived", prelude.total),
            None => format!("{there} of the {PRELUDE} bytes of its prelude arrived"),
        };
        StreamError::new(StreamErrorKind::Truncated, detail)
    }

    /// Fails for good, and frees what was held.
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
    fn pieces_of_one_byte_are_held_once() {
        let bytes = encode(&Frame::new(vec![7; 5000])).unwrap();
        let mut decoder = Decoder::new();
        for at in 0..bytes.len() {
            decoder.push(bytes.slice(at..=at));
            let frame = decoder.recv().unwrap();
            assert_eq!(frame.is_some(), at == bytes.len() - 1);
            assert!(decoder.pieces.is_empty());
            assert!(decoder.joined.capacity() <= bytes.len());
        }
    }

    #[test]
    fn a_failure_frees_what_was_held() {
        let mut decoder = Decoder::new();
        decoder.push(vec![0xff; 4096]);
        decoder.recv().unwrap_err();
        decoder.push(vec![0; 4096]);
        assert_eq!((decoder.buffered(), decoder.pieces.capacity()), (0, 0));
    }

    #[test]
    fn truncated_says_how_much_is_there() {
        let bytes = encode(&Frame::new("hello")).unwrap();
        for (cut, text) in [(11, "11 of the 12 bytes of its prelude arrived"), (12, "12 of its 21 bytes arrived")] {
            let mut decoder = Decoder::new();
            decoder.push(bytes.slice(..cut));
            assert!(decoder.finish().unwrap_err().to_string().ends_with(text));
        }
    }
}
