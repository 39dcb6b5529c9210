//! Streams of random frames: valid, invalid, of unrecognized kinds, broken.

use proptest::prelude::*;

use crate::invariants::events::{FRAMES, hold, stream};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z \"\\\\\u{e9}\u{1f980}]{0,8}",
        Just("end_turn".to_owned()),
        prop::sample::select(vec![
            "{}",
            "null",
            "[1, 2.5e3]",
            "1e999",
            "{\"a\":\"\\ud800\"}",
            "{\"text\":\"x\"}",
            "{\"text\":\"x\",\"image\":{}}",
            "{\"toolUse\":{}}",
            "{\"contentBlockIndex\":0,\"delta\":{\"text\":5}}",
            "{\"contentBlockIndex\":2147483648}",
            "12345678901234567890123",
        ])
        .prop_map(str::to_owned),
    ]
}

/// Frames of any kind, in any order.
fn any_frames() -> impl Strategy<Value = Vec<(u8, u8, String)>> {
    prop::collection::vec((0..FRAMES, any::<u8>(), text()), 0..12)
}

/// A message with its parts in order, sometimes with one frame in a wrong place.
fn message() -> impl Strategy<Value = Vec<(u8, u8, String)>> {
    let block = prop_oneof![
        prop::collection::vec(2_u8..3, 1..4),
        prop::collection::vec(3_u8..5, 1..4),
        prop::collection::vec(5_u8..7, 1..4),
        prop::collection::vec(prop_oneof![Just(2_u8), Just(11)], 1..4),
        prop::collection::vec(7_u8..8, 0..3).prop_map(|deltas| [vec![13], deltas].concat()),
        prop::collection::vec(8_u8..9, 0..3).prop_map(|deltas| [vec![14], deltas].concat()),
        prop::collection::vec(9_u8..11, 0..3).prop_map(|deltas| [vec![15], deltas].concat()),
        prop::collection::vec(2_u8..13, 0..3).prop_map(|deltas| [vec![16], deltas].concat()),
    ];
    let content = prop::collection::vec(block, 0..4).prop_flat_map(|blocks| {
        let mut frames = vec![(0, 0)];
        for (index, kinds) in blocks.into_iter().enumerate() {
            let index = u8::try_from(index).unwrap();
            frames.extend(kinds.iter().map(|kind| (*kind, index)));
            frames.push((17, index));
        }
        frames.extend([(18, 0), (19, 0)]);
        let texts = prop::collection::vec(text(), frames.len());
        texts.prop_map(move |texts| {
            frames.iter().zip(texts).map(|((kind, index), text)| (*kind, *index, text)).collect()
        })
    });
    let intruder = prop::option::weighted(0.4, (any::<prop::sample::Index>(), (0..FRAMES, any::<u8>(), text())));
    (content, intruder).prop_map(|(mut frames, intruder): (Vec<_>, _)| {
        if let Some((at, frame)) = intruder {
            frames.insert(at.index(frames.len() + 1), frame);
        }
        frames
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn frames_in_any_chunks_give_their_events(
        frames in prop_oneof![any_frames(), message()],
        broken in prop::option::weighted(0.2, (any::<prop::sample::Index>(), any::<u8>())),
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
        sizes in prop::collection::vec(0_u8.., 0..8),
    ) {
        let mut bytes = stream(&frames);
        if let Some((at, flip)) = broken && !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        hold(&bytes.into(), &sizes);
    }
}
