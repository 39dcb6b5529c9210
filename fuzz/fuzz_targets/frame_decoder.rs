//! The frame decoder: arbitrary bytes in arbitrary chunks, with correct and wrong checksums.
#![no_main]

use bedrock_lite::eventstream::{Frame, MAX_FRAME};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/invariants/mod.rs"]
mod invariants;

use invariants::frames::{forge, forge_prelude, hold, hold_with_a_flipped_bit};

#[derive(Debug, Arbitrary)]
struct Input {
    /// Headers and payload of frames with correct checksums.
    frames: Vec<(Vec<u8>, Vec<u8>)>,
    /// Bytes of the stream to change, with their bit masks.
    changes: Vec<(u16, u8)>,
    /// The lengths of one more prelude, with a correct checksum.
    lengths: Option<(u32, u32)>,
    /// The bytes after them.
    tail: Vec<u8>,
    sizes: Vec<u8>,
    max_frame: Option<u8>,
    /// Frames for the encoder to write, and the bit to flip in them.
    written: Vec<(String, String, Vec<u8>)>,
    bit: u16,
}

fuzz_target!(|input: Input| {
    let mut bytes: Vec<u8> = input.frames.iter().flat_map(|(headers, payload)| forge(headers, payload)).collect();
    bytes.extend(input.lengths.map(|(total, headers)| forge_prelude(total, headers)).unwrap_or_default());
    bytes.extend(&input.tail);
    for (at, flip) in &input.changes {
        if let Some(byte) = bytes.get_mut(usize::from(*at)) {
            *byte ^= flip;
        }
    }
    hold(&bytes.into(), &input.sizes, input.max_frame.map_or(MAX_FRAME, usize::from));

    let name = |name: String| format!("n{}", name.chars().take(60).collect::<String>());
    let frames = input.written.into_iter().map(|(key, value, payload)| {
        Frame::new(payload).with_header(name(key), value.chars().take(8000).collect::<String>())
    });
    hold_with_a_flipped_bit(&frames.collect::<Vec<_>>(), usize::from(input.bit));
});
