//! Frames of random bytes, with correct and wrong checksums.

use aws_smithy_eventstream::frame::{read_message_from, write_message_to};
use aws_smithy_types::DateTime;
use aws_smithy_types::event_stream::{Header, HeaderValue as TheirValue, Message};
use bedrock_lite::eventstream::{Frame, HeaderValue, MAX_FRAME, encode};
use proptest::prelude::*;

use crate::invariants::frames::{forge, forge_prelude, hold, hold_with_a_flipped_bit};

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

/// Returns header blocks: valid ones, and arbitrary bytes.
fn headers() -> impl Strategy<Value = Vec<u8>> {
    let name = prop_oneof!["[:a-z-]{1,20}", "\u{e9}{0,3}"];
    let fixed = (0_u8..=10, prop::collection::vec(any::<u8>(), 16)).prop_map(|(kind, mut value)| {
        value.truncate([0, 0, 1, 2, 4, 8, 0, 0, 8, 16, 0][usize::from(kind)]);
        [vec![kind], value].concat()
    });
    let long = (6_u8..=7, prop_oneof![bytes(20), "\\PC{0,9}".prop_map(String::into_bytes)])
        .prop_map(|(kind, value)| [vec![kind, 0, u8::try_from(value.len()).unwrap()], value].concat());
    let one = (name, prop_oneof![fixed, long])
        .prop_map(|(name, value)| [vec![u8::try_from(name.len()).unwrap()], name.into_bytes(), value].concat());
    let right = prop::collection::vec(one, 0..6).prop_map(|headers| headers.concat());
    prop_oneof![4 => right, 1 => prop::collection::vec(prop_oneof![0_u8..10, any::<u8>()], 0..40)]
}

/// Returns a few frames, and bytes after them.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let frame = (headers(), bytes(80)).prop_map(|(headers, payload)| forge(&headers, &payload));
    let tail = prop_oneof![
        2 => Just(Vec::new()),
        1 => bytes(30),
        1 => (any::<u32>(), any::<u32>()).prop_map(|(total, headers)| forge_prelude(total, headers)),
        // Around the maximum number of headers.
        1 => (0..40_u32, 12..20_u32, bytes(40)).prop_map(|(total, headers, rest)| {
            [forge_prelude(total, total.saturating_sub(headers)), rest].concat()
        }),
    ];
    (prop::collection::vec(frame, 0..5), tail, 0..20_usize).prop_map(|(frames, tail, cut)| {
        let mut stream = [frames.concat(), tail].concat();
        stream.truncate(stream.len() - cut.saturating_sub(10).min(stream.len()));
        stream
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    let header = (
        "[:a-z]{1,9}",
        prop_oneof![
            any::<String>().prop_map(HeaderValue::String),
            bytes(20).prop_map(|bytes| HeaderValue::ByteArray(bytes.into())),
            any::<u128>().prop_map(HeaderValue::Uuid),
            any::<bool>().prop_map(HeaderValue::Bool),
            any::<i8>().prop_map(HeaderValue::Byte),
            any::<i16>().prop_map(HeaderValue::Int16),
            any::<i32>().prop_map(HeaderValue::Int32),
            any::<i64>().prop_map(HeaderValue::Int64),
            any::<i64>().prop_map(HeaderValue::Timestamp),
        ],
    );
    (prop::collection::vec(header, 0..4), bytes(60)).prop_map(|(headers, payload)| {
        headers.into_iter().fold(Frame::new(payload), |frame, (name, value)| frame.with_header(name, value))
    })
}

/// Converts the frame to the type of AWS's crate.
fn theirs(frame: &Frame) -> Message {
    let headers = frame.headers().map(|(name, value)| {
        let value = match value {
            HeaderValue::Bool(value) => TheirValue::Bool(value),
            HeaderValue::Byte(value) => TheirValue::Byte(value),
            HeaderValue::Int16(value) => TheirValue::Int16(value),
            HeaderValue::Int32(value) => TheirValue::Int32(value),
            HeaderValue::Int64(value) => TheirValue::Int64(value),
            HeaderValue::ByteArray(value) => TheirValue::ByteArray(value),
            HeaderValue::String(value) => TheirValue::String(value.into()),
            HeaderValue::Timestamp(value) => TheirValue::Timestamp(DateTime::from_millis(value)),
            HeaderValue::Uuid(value) => TheirValue::Uuid(value),
            other => unreachable!("{other:?} is not one of the ten types"),
        };
        Header::new(name.to_owned(), value)
    });
    Message::new_from_parts(headers.collect(), frame.payload().clone())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn frames_in_any_chunks_match_a_simple_implementation(
        stream in stream(),
        sizes in prop::collection::vec(0_u8..60, 0..12),
        max_frame in prop_oneof![4 => Just(MAX_FRAME), 1 => 0..200_usize],
    ) {
        hold(&stream.into(), &sizes, max_frame);
    }

    #[test]
    fn flipped_bit_is_never_a_valid_frame(frames in prop::collection::vec(frame(), 1..5), bit in any::<usize>()) {
        hold_with_a_flipped_bit(&frames, bit);
    }

    #[test]
    fn encoded_frame_is_the_same_as_that_of_aws(frame in frame()) {
        let (ours, expected) = (encode(&frame).unwrap(), theirs(&frame));
        let mut written = Vec::new();
        write_message_to(&expected, &mut written).unwrap();
        prop_assert_eq!(&ours, &written);
        prop_assert_eq!(read_message_from(ours).unwrap(), expected);
    }

    #[test]
    fn frame_converts_to_a_message_and_back(frame in frame()) {
        let message = Message::from(frame.clone());
        prop_assert_eq!(&message, &theirs(&frame));
        prop_assert_eq!(Frame::try_from(message).unwrap(), frame);
    }

    #[test]
    fn message_converts_to_a_frame_and_back(frame in frame()) {
        let message = read_message_from(encode(&frame).unwrap()).unwrap();
        let converted = Frame::try_from(message.clone()).unwrap();
        prop_assert_eq!(&converted, &frame);
        prop_assert_eq!(Message::from(converted), message);
    }
}

#[test]
fn timestamp_that_is_not_a_number_of_milliseconds_is_rounded_or_rejected() {
    let message =
        |at| Message::new_from_parts(vec![Header::new("at", TheirValue::Timestamp(at))], bytes::Bytes::from("payload"));
    let frame = Frame::try_from(message(DateTime::from_nanos(1_500_000).unwrap())).unwrap();
    assert_eq!(frame.header("at"), Some(HeaderValue::Timestamp(1)));
    let error = Frame::try_from(message(DateTime::from_secs(i64::MAX))).unwrap_err();
    assert_eq!(error.name(), "at");
    assert_eq!(error.to_string(), "the value of the header \"at\" cannot be converted to a frame's");
}
