//! The macros that declare AWS's shapes, and the types that every family of shapes uses.
//!
//! A shape is declared once, with the names of the service model. The macros expand to the type,
//! `new` with the required members, a setter per optional member, `Serialize` and `Deserialize`.
//! Three rules hold for all shapes:
//!
//! - A member that the model does not name is kept and written back ([`UnknownMembers`]). This
//!   includes members next to a union's variant.
//! - A union variant that the model does not name is read as `Unknown`. A known variant with
//!   invalid content is an error.
//! - An enum value that the model does not name is read as `Unknown`.
//!
//! Reading is lenient: a missing required member gets its default and is not written back. `null`
//! counts as absent, also in lists and maps (see [`Member`]). The memory that a response may take
//! is bounded (see [`within`]).

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

/// The name of a member: its index among the names of the model, or the name itself.
pub(crate) enum MemberName {
    Known(usize),
    Unknown(String),
}

/// Reads the name of a member. It does not allocate if the model names the member.
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
/// The text is searched for lone surrogates only after serde has rejected it, so that text without
/// them costs nothing. serde does not reject them in a [`Document`], which is kept as text and
/// searches for them itself.
#[inline(never)]
pub(crate) fn from_json<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    read_json(text).or_else(|error| match unicode::repaired(text) {
        Some(repaired) => read_json(&repaired),
        None => Err(error),
    })
}

/// Reads JSON. The text is checked for UTF-8 once, and not again for every string in it.
fn read_json<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    serde_json::from_str(json_text(text)?)
}
