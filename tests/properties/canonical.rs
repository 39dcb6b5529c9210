//! Canonical requests of random parts.

use proptest::prelude::*;

use crate::invariants::canonical::{Given, hold};

fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        Just(String::new()),
        Just(".".into()),
        Just("..".into()),
        Just("...".into()),
        Just("%2E%2e".into()),
        "[A-Za-z0-9._~!$&'()*+,;=:@%/-]{0,9}",
        "\\PC{0,4}",
    ];
    (any::<bool>(), prop::collection::vec(segment, 0..7))
        .prop_map(|(rooted, segments)| format!("{}{}", if rooted { "/" } else { "" }, segments.join("/")))
}

fn query() -> impl Strategy<Value = String> {
    let word = prop_oneof!["[a-zA-Z~ +]{0,3}", "(%[0-9a-fA-F]{2}){0,3}", "[%=&+?#/0-9a-g]{0,6}", "\\PC{0,3}"];
    let pair = (word.clone(), prop::option::of(word)).prop_map(|(name, value)| match value {
        Some(value) => format!("{name}={value}"),
        None => name,
    });
    prop::collection::vec(pair, 0..6).prop_map(|pairs| pairs.join("&"))
}

fn header() -> impl Strategy<Value = (String, Vec<u8>)> {
    let name = prop_oneof![
        4 => "[aAbB-]{1,2}",
        4 => "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}",
        1 => prop::sample::select(vec!["User-Agent", "TE", "x-amzn-trace-id", "X-Amz-Security-Token", "Content-Length"])
            .prop_map(str::to_owned),
    ];
    let value = prop_oneof![
        3 => "[ a\t\u{a0}\u{e9},\"]{0,12}".prop_map(String::into_bytes),
        1 => prop::collection::vec(prop_oneof![0x20_u8..0x7f, 0x80_u8..], 0..12),
    ];
    (name, value)
}

/// Rarely returns a header that no request can have.
fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let bad = ("[ -~\u{e9}]{0,3}", prop::collection::vec(prop_oneof![0_u8..0x20, 0x20_u8..0x7f], 0..5));
    (prop::collection::vec(header(), 0..8), prop::option::weighted(0.1, bad)).prop_map(|(mut headers, bad)| {
        headers.extend(bad);
        headers
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn canonical_request_follows_the_documentation_of_aws(
        method in "[A-Z]{3,7}",
        (path, query) in (path(), query()),
        headers in headers(),
        body in prop::collection::vec(any::<u8>(), 0..60),
        seed in any::<usize>(),
    ) {
        hold(&Given { method, path, query, headers, body }, seed);
    }
}
