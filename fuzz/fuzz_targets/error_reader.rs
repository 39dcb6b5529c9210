//! The error reader: arbitrary responses, as bytes and as JSON members, and responses that repeat a
//! session token.
#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/invariants/mod.rs"]
mod invariants;

use invariants::errors::{HEADERS, body, head, hold, hold_no_token};

#[derive(Debug, Arbitrary)]
struct Input {
    status: u16,
    headers: Vec<(u8, Vec<u8>)>,
    members: Vec<(u8, String)>,
    /// Follows the members. If there are none, it is the whole body.
    bytes: Vec<u8>,
    /// How often the body is repeated.
    times: u8,
    token: String,
    before: String,
    after: String,
    way: u8,
}

fuzz_target!(|input: Input| {
    let named = |(which, value): (u8, Vec<u8>)| (HEADERS[usize::from(which) % HEADERS.len()].to_owned(), value);
    let head = head(input.status, &input.headers.into_iter().map(named).collect::<Vec<_>>());
    let members = if input.members.is_empty() { String::new() } else { body(&input.members) };
    hold(&head, &[members.as_bytes(), &input.bytes].concat().repeat(1 + usize::from(input.times / 16)));

    // The characters of a session token.
    let token: String = input.token.chars().filter(|c| c.is_ascii_alphanumeric() || "+/=-_".contains(*c)).collect();
    hold_no_token(&token, &input.before, &input.after, input.way);
});
