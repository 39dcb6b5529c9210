//! Random error responses, and responses that repeat a session token.

use proptest::prelude::*;

use crate::invariants::errors::{HEADERS, WAYS, WORDS, body, head, hold, hold_no_token};

/// Returns codes as AWS writes them: with a namespace before them, with a URL after them, with
/// neither. Also returns text that is not a code.
fn code() -> impl Strategy<Value = String> {
    let words: Vec<_> = WORDS.iter().flat_map(|(_, words)| words.iter().copied()).chain(["Teapot"]).collect();
    let code = (prop::sample::select(words), any::<bool>(), 0..4).prop_map(|(word, exception, form)| {
        let code = format!("{word}{}", if exception { "Exception" } else { "" });
        match form {
            0 => code,
            1 => format!("com.amazon.coral.service#{code}"),
            2 => format!("{code}:http://internal.amazon.com/coral/com.amazon.bedrock/#x"),
            _ => format!("a#b#{code}:x"),
        }
    });
    prop_oneof![4 => code, 1 => "[ :#A-C]{0,5}", 1 => "\\PC{0,5}"]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        code(),
        "[0-9]{1,4}",
        "[ -~\n\r\u{e9}]{0,30}",
        Just("X-amz-security-Token:abcdef".to_owned()),
        Just("Invocation with on-demand throughput isn\u{2019}t supported".to_owned()),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let value = prop_oneof![
        6 => code().prop_map(String::into_bytes),
        2 => "[ +]?[0-9]{1,22}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..9),
    ];
    prop::collection::vec((prop::sample::select(&HEADERS[..]).prop_map(str::to_owned), value), 0..5)
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let members = || prop::collection::vec((any::<u8>(), text()), 0..8);
    let long = (members(), 1..3000_usize).prop_map(|(mut members, times)| {
        members.push((34, "long\u{e9} ".repeat(times)));
        members
    });
    prop_oneof![
        6 => members().prop_map(|members| body(&members).into_bytes()),
        1 => long.prop_map(|members| body(&members).into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..5000),
        1 => (text(), 0..900_usize).prop_map(|(text, times)| text.repeat(times).into_bytes()),
        1 => Just(b"<html><body><h1>502 Bad Gateway</h1></body></html>".to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn error_matches_the_response(
        status in prop_oneof![any::<u16>(), prop::sample::select(vec![300_u16, 303, 329, 400, 402, 403, 404])],
        headers in headers(),
        body in bodies(),
    ) {
        hold(&head(status, &headers), &body);
    }

    #[test]
    fn session_token_is_not_shown(
        token in "[A-Za-z0-9+/_-]{6,40}[A-Za-z0-9]{6,9}={0,2}",
        before in prop_oneof![3 => "[ -~\n]{0,20}", 1 => (4000..4097_usize).prop_map(|length| "x".repeat(length))],
        after in "[ -~\n\u{e9}]{0,20}",
        way in 0..WAYS,
    ) {
        hold_no_token(&token, &before, &after, way);
    }
}
