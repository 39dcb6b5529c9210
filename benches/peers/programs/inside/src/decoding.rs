//! Decodes the frames of a complete stream. The type and the payload of each frame are read.

use std::hint::black_box;

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use bedrock_lite::eventstream::Decoder;
use bytes::Bytes;

use crate::Failed;
use crate::rounds::{Batch, medians};

/// Returns nanoseconds per frame.
pub fn measure(events: usize, rounds: usize) -> Result<Vec<(&'static str, f64)>, Failed> {
    let frames = answers::frames(events);
    let stream = Bytes::from(frames.concat());
    let libraries = [("bedrock-lite", ours as Decode), ("aws-smithy-eventstream", aws_smithy_eventstream)];
    let batches = libraries.into_iter().map(|(name, decode)| {
        let (stream, expected) = (&stream, frames.len());
        let batch: Batch<'_> = Box::new(move |times| {
            for _ in 0..times {
                let decoded = decode(stream.clone())?;
                if decoded != expected {
                    return Err(format!("{name}: {decoded} frames instead of {expected}").into());
                }
            }
            Ok(())
        });
        (name, batch)
    });
    let a_stream = medians(batches.collect(), rounds)?;
    Ok(a_stream.into_iter().map(|(name, nanoseconds)| (name, nanoseconds / frames.len() as f64)).collect())
}

/// Returns the number of frames.
type Decode = fn(Bytes) -> Result<usize, Failed>;

fn ours(stream: Bytes) -> Result<usize, Failed> {
    let mut decoder = Decoder::new();
    decoder.push(stream);
    let mut frames = 0;
    while let Some(frame) = decoder.recv()? {
        black_box((frame.event_type(), frame.payload()));
        frames += 1;
    }
    decoder.finish()?;
    Ok(frames)
}

fn aws_smithy_eventstream(mut stream: Bytes) -> Result<usize, Failed> {
    let mut decoder = MessageFrameDecoder::new();
    let mut frames = 0;
    while let DecodedFrame::Complete(message) = decoder.decode_frame(&mut stream)? {
        let header = message.headers().iter().find(|header| header.name().as_str() == ":event-type");
        let event_type = header.and_then(|header| header.value().as_string().ok());
        black_box((event_type, message.payload()));
        frames += 1;
    }
    Ok(frames)
}
