//! The event reader: frames of every kind in every order, valid and broken, in arbitrary chunks.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/invariants/mod.rs"]
mod invariants;

use invariants::events::{hold, stream};

#[derive(Debug, Arbitrary)]
struct Input {
    frames: Vec<(u8, u8, String)>,
    changes: Vec<(u16, u8)>,
    cut: u8,
    sizes: Vec<u8>,
}

fuzz_target!(|input: Input| {
    let mut bytes = stream(&input.frames);
    for (at, flip) in &input.changes {
        if let Some(byte) = bytes.get_mut(usize::from(*at)) {
            *byte ^= flip;
        }
    }
    // Half of the streams are complete.
    bytes.truncate(bytes.len().saturating_sub(usize::from(input.cut.saturating_sub(128))));
    hold(&bytes.into(), &input.sizes);
});
