//! How shapes travel: the macros that declare them by AWS's names, and the types every family of shapes uses.
//!
//! A shape is declared once, in the words of the service model, and from that come the type, `new` with what is
//! required, a setter for the rest, and both directions of serde. Three rules hold for all of them:
//!
//! - a member that the model does not name is kept and written back ([`UnknownMembers`]);
//! - a union arm that the model does not name is the arm `Unknown`, a known arm with bad content is an error;
//! - an enum value that the model does not name is the value `Unknown`.

mod blob;
mod blocks;
mod document;
mod open_enum;
mod structure;
mod timestamp;
mod union;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

pub use blob::{Blob, InvalidBase64};
pub use blocks::Blocks;
pub use document::Document;
pub use structure::UnknownMembers;
pub use timestamp::Timestamp;

pub(crate) use blocks::single_block;
pub(crate) use open_enum::{OpenEnum, OpenEnumVisitor, open_enum};
pub(crate) use structure::{Body, Structure, StructureVisitor, kind, structure};
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
