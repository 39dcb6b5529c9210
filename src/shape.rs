//! How shapes travel: the macros that declare them by AWS's names, and the types every family of shapes uses.
//!
//! A shape is declared once, in the words of the service model, and from that come the type, `new` with what is
//! required, a setter for the rest, and both directions of serde. Three rules hold for all of them:
//!
//! - a member that the model does not name is kept and written back ([`UnknownMembers`]), also next to a union's variant;
//! - a union arm that the model does not name is the arm `Unknown`, a known arm with bad content is an error;
//! - an enum value that the model does not name is the value `Unknown`.
//!
//! Reading is lenient: a required member that did not arrive has its default and is not written back, and `null` is absent,
//! also in lists and maps (see [`Member`]). What a response may take in memory is bounded (see [`within`]).

mod blob;
mod blocks;
mod body;
mod document;
mod member;
mod memory;
mod number;
mod open_enum;
mod payload;
mod pii_entity_types;
mod same_json;
mod structure;
mod timestamp;
mod union;
mod unknown;

use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Visitor};

use crate::error::json_text;
use crate::unicode;

pub use blob::{Blob, InvalidBase64};
pub use blocks::Blocks;
pub use document::Document;
pub use number::Number;
pub use payload::Payload;
pub use timestamp::Timestamp;
pub use unknown::UnknownMembers;

pub(crate) use blocks::single_block;
pub(crate) use body::Body;
pub(crate) use member::{Member, ReadExact, is_given, missing, read_member};
pub(crate) use memory::{DEFAULT_LIMIT, charge, grow, within};
pub(crate) use open_enum::{OpenEnum, OpenEnumVisitor, open_enum};
pub(crate) use payload::Keeps;
pub(crate) use pii_entity_types::pii_entity_types;
pub(crate) use structure::{Structure, StructureVisitor, constructor, debug_structure, kind, structure};
pub(crate) use union::{Union, UnionVisitor, union};

/// A member's name as it is read: its place among those the model names, or the name itself.
pub(crate) enum MemberName {
    Known(usize),
    Unknown(String),
}

/// Reads a member's name without allocating when the model names it.
pub(crate) struct ReadName(pub(crate) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for ReadName {
    type Value = MemberName;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<MemberName, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for ReadName {
    type Value = MemberName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<MemberName, E> {
        Ok(match self.0.iter().position(|known| *known == name) {
            Some(index) => MemberName::Known(index),
            None => MemberName::Unknown(name.to_owned()),
        })
    }
}

/// Reads JSON, with U+FFFD for each lone surrogate.
///
/// The text is searched for lone surrogates only after serde has refused it, so that a text without them costs nothing.
/// A [`Document`] is kept as text, which serde does not refuse: it looks for them itself.
#[inline(never)]
pub(crate) fn from_json<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    read_json(text).or_else(|error| match unicode::repaired(text) {
        Some(repaired) => read_json(&repaired),
        None => Err(error),
    })
}

/// Reads JSON. It is looked at once for whether it is text, as JSON must be throughout, and not again at every string in it.
fn read_json<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    serde_json::from_str(json_text(text)?)
}
