//! Unions: the macro that declares them, and their one reader.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};

use super::{Document, MemberName, ReadName};

/// Declares unions in the words of the service model: an enum with an arm a member, and `Unknown` for the arms to come.
///
/// ```text
/// pub enum ImageSource {
///     Bytes(Blob) = "bytes",
///     Json(Document) = "json" or Document::null(),   // read as that where it is `null` and the only member
/// } from {
///     Vec<u8> => Bytes,        // From<Vec<u8>>, by way of what the arm holds
/// }
/// ```
macro_rules! union {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$arm_meta:meta])* $arm:ident($type:ty) = $wire:literal $(or $null:expr)?),+ $(,)?
        } $(from {
            $($from:ty => $from_arm:ident),+ $(,)?
        })?
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$arm_meta])* $arm($type),)+
            /// An arm that no published model names, as it was read; it is written back the same.
            Unknown {
                /// The arm's name.
                name: String,
                /// The arm's content.
                value: $crate::shape::Document,
            },
        }

        $($(
            impl From<$from> for $name {
                fn from(value: $from) -> Self {
                    Self::$from_arm(value.into())
                }
            }
        )+)?

        impl $crate::shape::Union for $name {
            const NAME: &'static str = stringify!($name);
            const ARMS: &'static [&'static str] = &[$($wire),+];

            fn read<'de, A: serde::de::MapAccess<'de>>(at: usize, map: &mut A) -> Result<Option<Self>, A::Error> {
                enum Arm { $($arm),+ }
                match at {
                    $(at if at == Arm::$arm as usize => Ok(map.next_value::<Option<$type>>()?.map(Self::$arm)),)+
                    _ => Ok(None),
                }
            }

            #[allow(unused_variables, reason = "few unions hold a document")]
            fn null(at: usize) -> Option<Self> {
                $($(if Self::ARMS.get(at) == Some(&$wire) {
                    return Some(Self::$arm($null));
                })?)+
                None
            }

            fn unknown(name: String, value: $crate::shape::Document) -> Self {
                Self::Unknown { name, value }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(Some(1))?;
                match self {
                    $(Self::$arm(value) => map.serialize_entry($wire, value)?,)+
                    Self::Unknown { name, value } => map.serialize_entry(name, value)?,
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map($crate::shape::UnionVisitor::<Self>::new())
            }
        }
    )+};
}

pub(crate) use union;

/// What [`union!`] makes of a declaration.
pub(crate) trait Union: Sized {
    const NAME: &'static str;
    const ARMS: &'static [&'static str];

    /// Reads the content of the arm at that place; `None` where it is `null`.
    fn read<'de, A: MapAccess<'de>>(at: usize, map: &mut A) -> Result<Option<Self>, A::Error>;

    /// The arm at that place where `null` is content for it, as it is for a document.
    fn null(at: usize) -> Option<Self>;

    fn unknown(name: String, value: Document) -> Self;
}

/// Reads any union.
///
/// serde's own fallback (`untagged`) would read a known arm with bad content as unknown; here that is an error.
pub(crate) struct UnionVisitor<T>(PhantomData<T>);

impl<T> UnionVisitor<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Union> Visitor<'de> for UnionVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut known = None;
        let mut unknown = None;
        // `null` beside the arm is nothing. Alone it is the arm: of a document, or of a kind to come.
        let mut null = None;
        let mut members = 0_usize;
        while let Some(name) = map.next_key_seed(ReadName(T::ARMS))? {
            match name {
                MemberName::Known(at) => {
                    members += 1;
                    let arm = T::read(at, &mut map)?;
                    if arm.is_none() {
                        null = T::null(at);
                    }
                    if arm.is_some() && known.is_some() {
                        return Err(A::Error::custom(format_args!("a {} with more than one member", T::NAME)));
                    }
                    known = known.or(arm);
                }
                MemberName::Unknown(name) => {
                    let value = map.next_value::<Document>()?;
                    // A name that some AWS serializers add beside the arm.
                    if name == "__type" {
                        continue;
                    }
                    members += 1;
                    // The first one is the arm.
                    if value.as_json() == "null" {
                        null = Some(T::unknown(name, value));
                    } else if unknown.is_none() {
                        unknown = Some(T::unknown(name, value));
                    }
                }
            }
        }
        known
            .or(unknown)
            .or(null.filter(|_| members == 1))
            .ok_or_else(|| A::Error::custom(format_args!("a {} without a member", T::NAME)))
    }
}
