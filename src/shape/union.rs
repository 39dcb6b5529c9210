//! The macro that declares unions, and their reader.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};

use super::{Document, Keeps, MemberName, ReadName, UnknownMembers};

/// Declares unions with the names of the service model: an enum with one variant per member, and
/// `Unknown` for unrecognized variants.
///
/// The content of a variant has a place for the members that a response has next to it ([`Keeps`]).
/// Text, lists and maps are wrapped in a [`Payload`](super::Payload) for it.
///
/// ```text
/// pub enum ImageSource {
///     Bytes(Blob) = "bytes",
///     // The default is its value if it is `null` and the only member.
///     Json(Document) = "json" default Document::null(),
/// } from {
///     Vec<u8> => Bytes,     // implements From<Vec<u8>>
/// } sensitive true          // `Debug` hides the content, as the model demands
/// ```
macro_rules! union {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident($type:ty) = $wire:literal $(default $null:expr)?),+ $(,)?
        } $(from {
            $($from:ty => $from_variant:ident),+ $(,)?
        })? $(sensitive $sensitive:literal)?
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* #[doc = ""] #[doc = concat!("Wire name: `", $wire, "`.")] $variant($type),)+
            /// A variant that this version does not know. It is written back unchanged.
            Unknown {
                /// The name of the variant. It is empty if a response lacked a required union.
                name: String,
                /// The content of the variant. It is `null` if there was no variant.
                value: $crate::shape::Document,
            },
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                const SENSITIVE: &[bool] = &[$($sensitive)?];
                if !SENSITIVE.is_empty() {
                    return f.write_str(concat!(stringify!($name), "(redacted)"));
                }
                match self {
                    $(Self::$variant(content) => f.debug_tuple(stringify!($variant)).field(content).finish(),)+
                    Self::Unknown { name, value } => {
                        f.debug_struct("Unknown").field("name", name).field("value", value).finish()
                    }
                }
            }
        }

        impl $name {
            /// Returns the unknown members that a response had next to the variant. They are
            /// written back. Comparisons ignore them.
            #[must_use]
            pub fn unknown(&self) -> &$crate::shape::UnknownMembers {
                $crate::shape::Keeps::kept(self)
            }
        }

        impl $name {
            #[allow(dead_code, reason = "only used by the unions in streams")]
            pub(crate) fn is_empty(&self) -> bool {
                $crate::shape::Member::is_absent(self)
            }
        }

        $($(
            impl From<$from> for $name {
                fn from(value: $from) -> Self {
                    Self::$from_variant(value.into())
                }
            }
        )+)?

        impl $crate::shape::Union for $name {
            const NAME: &'static str = stringify!($name);
            const VARIANTS: &'static [&'static str] = &[$($wire),+];

            fn read<'de, A: serde::de::MapAccess<'de>>(at: usize, map: &mut A) -> Result<Option<Self>, A::Error> {
                enum Variant { $($variant),+ }
                match at {
                    $(at if at == Variant::$variant as usize => {
                        Ok($crate::shape::read_member::<$type, _>(map)?.map(Self::$variant))
                    })+
                    _ => Ok(None),
                }
            }

            #[allow(unused_variables, reason = "only used by unions with a document")]
            fn null(at: usize) -> Option<Self> {
                $($(if Self::VARIANTS.get(at) == Some(&$wire) {
                    return Some(Self::$variant($null));
                })?)+
                None
            }

            fn of_unknown(name: String, value: $crate::shape::Document) -> Self {
                Self::Unknown { name, value }
            }
        }

        impl $crate::shape::Member for $name {
            fn absent() -> Self {
                Self::Unknown { name: String::new(), value: $crate::shape::Document::null() }
            }

            fn is_absent(&self) -> bool {
                matches!(self, Self::Unknown { name, value } if name.is_empty() && value.is_null())
            }

            fn read_optional<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }
        }

        impl $crate::shape::Keeps for $name {
            fn kept(&self) -> &$crate::shape::UnknownMembers {
                match self {
                    $(Self::$variant(content) => $crate::shape::Keeps::kept(content).adjacent(),)+
                    Self::Unknown { value, .. } => $crate::shape::Keeps::kept(value).adjacent(),
                }
            }

            fn kept_mut(&mut self) -> &mut $crate::shape::UnknownMembers {
                match self {
                    $(Self::$variant(content) => $crate::shape::Keeps::kept_mut(content).adjacent_mut(),)+
                    Self::Unknown { value, .. } => $crate::shape::Keeps::kept_mut(value).adjacent_mut(),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                match self {
                    $(Self::$variant(value) => map.serialize_entry($wire, value)?,)+
                    // The response had no variant.
                    Self::Unknown { .. } if self.is_empty() => {}
                    Self::Unknown { name, value } => map.serialize_entry(name, value)?,
                }
                $crate::shape::Keeps::kept(self).write(&mut map)?;
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

/// A type that [`union!`] declares.
pub(crate) trait Union: Keeps {
    const NAME: &'static str;
    const VARIANTS: &'static [&'static str];

    /// Reads the content of the variant at an index. Returns `None` for `null`.
    fn read<'de, A: MapAccess<'de>>(at: usize, map: &mut A) -> Result<Option<Self>, A::Error>;

    /// Returns the variant at an index if its content can be `null`, as that of a document.
    fn null(at: usize) -> Option<Self>;

    fn of_unknown(name: String, value: Document) -> Self;

    /// Creates a union from members that are not known variants.
    fn of_members(mut members: UnknownMembers) -> Self {
        let union = match members.take_variant() {
            Some((name, value)) => Self::of_unknown(name, value),
            None => Self::absent(),
        };
        union.with_adjacent(members)
    }

    /// Sets the members next to the variant.
    fn with_adjacent(mut self, members: UnknownMembers) -> Self {
        if !members.is_empty() {
            *self.kept_mut() = members;
        }
        self
    }
}

/// Reads any union.
///
/// serde's own `untagged` would read a known variant with invalid content as unknown. Here it is an
/// error.
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

    /// The variant is the known member that is not `null`. If there is none, it is an unknown
    /// member. If there are no members, it is `Unknown` with an empty name. All other unknown
    /// members are kept next to the variant. If a member is repeated, the last one counts, as in a
    /// structure. Two different known members are an error.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut known: Option<(usize, T)> = None;
        let mut others = UnknownMembers::default();
        // `null` counts as absent, unless it is the content of a document and the only member.
        let mut null = None;
        let mut null_at = None;
        let mut several_nulls = false;
        while let Some(name) = map.next_key_seed(ReadName(T::VARIANTS))? {
            match name {
                MemberName::Known(at) => match (T::read(at, &mut map)?, &known) {
                    (Some(_), Some((other, _))) if *other != at => {
                        return Err(A::Error::custom(format_args!("a {} with more than one member", T::NAME)));
                    }
                    (Some(variant), _) => known = Some((at, variant)),
                    (None, _) => {
                        several_nulls |= null_at.is_some_and(|other| other != at);
                        null_at = Some(at);
                        null = T::null(at);
                    }
                },
                MemberName::Unknown(name) => others.read(name, &mut map)?,
            }
        }
        let union = match known {
            Some((_, known)) => known,
            None => match (others.take_variant(), null) {
                (Some((name, value)), _) => T::of_unknown(name, value),
                (None, Some(null)) if !several_nulls => null,
                (None, _) => T::absent(),
            },
        };
        if !others.is_empty() {
            others.sort();
            UnknownMembers::charge_adjacent()?;
        }
        Ok(union.with_adjacent(others))
    }
}
