//! Unions: the macro that declares them, and their one reader.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};

use super::{Document, Keeps, MemberName, ReadName, UnknownMembers};

/// Declares unions in the words of the service model: an enum with an arm a member, and `Unknown` for the arms to come.
///
/// What an arm holds has a place for the members that a response has next to it ([`Keeps`]). Text, lists and maps get one by
/// being in a [`Payload`](super::Payload).
///
/// ```text
/// pub enum ImageSource {
///     Bytes(Blob) = "bytes",
///     Json(Document) = "json" or Document::null(),   // read as that where it is `null` and the only member
/// } from {
///     Vec<u8> => Bytes,        // From<Vec<u8>>, by way of what the arm holds
/// } sensitive true             // the service model marks it as sensitive: `Debug` hides the content
/// ```
macro_rules! union {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$arm_meta:meta])* $arm:ident($type:ty) = $wire:literal $(default $null:expr)?),+ $(,)?
        } $(from {
            $($from:ty => $from_arm:ident),+ $(,)?
        })? $(sensitive $sensitive:literal)?
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$arm_meta])* #[doc = ""] #[doc = concat!("Wire name: `", $wire, "`.")] $arm($type),)+
            /// A variant that no published model names, as it was read; it is written back the same.
            Unknown {
                /// The variant's name. It is empty if a response had no variant where one belongs.
                name: String,
                /// The variant's content; `null` if there was no variant.
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
                    $(Self::$arm(content) => f.debug_tuple(stringify!($arm)).field(content).finish(),)+
                    Self::Unknown { name, value } => {
                        f.debug_struct("Unknown").field("name", name).field("value", value).finish()
                    }
                }
            }
        }

        impl $name {
            /// Returns the members that a response had next to the variant, and that no published model names. They are
            /// written back; comparisons ignore them.
            #[must_use]
            pub fn unknown(&self) -> &$crate::shape::UnknownMembers {
                $crate::shape::Keeps::kept(self)
            }
        }

        impl $name {
            #[allow(dead_code, reason = "for the unions that a stream has")]
            pub(crate) fn is_empty(&self) -> bool {
                $crate::shape::Member::is_absent(self)
            }
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
                    $(at if at == Arm::$arm as usize => {
                        Ok($crate::shape::read_member::<$type, _>(map)?.map(Self::$arm))
                    })+
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
                    $(Self::$arm(content) => $crate::shape::Keeps::kept(content).beside(),)+
                    Self::Unknown { value, .. } => $crate::shape::Keeps::kept(value).beside(),
                }
            }

            fn kept_mut(&mut self) -> &mut $crate::shape::UnknownMembers {
                match self {
                    $(Self::$arm(content) => $crate::shape::Keeps::kept_mut(content).beside_mut(),)+
                    Self::Unknown { value, .. } => $crate::shape::Keeps::kept_mut(value).beside_mut(),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                match self {
                    $(Self::$arm(value) => map.serialize_entry($wire, value)?,)+
                    // There was no variant, and there is none now.
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

/// What [`union!`] makes of a declaration.
pub(crate) trait Union: Keeps {
    const NAME: &'static str;
    const ARMS: &'static [&'static str];

    /// Reads the content of the arm at that place; `None` where it is `null`.
    fn read<'de, A: MapAccess<'de>>(at: usize, map: &mut A) -> Result<Option<Self>, A::Error>;

    /// The arm at that place where `null` is content for it, as it is for a document.
    fn null(at: usize) -> Option<Self>;

    fn of_unknown(name: String, value: Document) -> Self;

    /// Makes a union of members that are no known variants.
    fn of_members(mut members: UnknownMembers) -> Self {
        let union = match members.take_variant() {
            Some((name, value)) => Self::of_unknown(name, value),
            None => Self::absent(),
        };
        union.with_beside(members)
    }

    /// The same union with members next to its variant.
    fn with_beside(mut self, members: UnknownMembers) -> Self {
        if !members.is_empty() {
            *self.kept_mut() = members;
        }
        self
    }
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

    /// The variant is the known member that is not `null`. Without one it is an unknown member, and without any it is
    /// `Unknown` with an empty name. All other unknown members are kept next to it. If a member is repeated, the last one counts,
    /// as in a structure; two different known members are an error.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut known: Option<(usize, T)> = None;
        let mut others = UnknownMembers::default();
        // `null` is absent, but for the content of a document if it is all there is.
        let mut null = None;
        let mut null_at = None;
        let mut several_nulls = false;
        while let Some(name) = map.next_key_seed(ReadName(T::ARMS))? {
            match name {
                MemberName::Known(at) => match (T::read(at, &mut map)?, &known) {
                    (Some(_), Some((other, _))) if *other != at => {
                        return Err(A::Error::custom(format_args!("a {} with more than one member", T::NAME)));
                    }
                    (Some(arm), _) => known = Some((at, arm)),
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
            UnknownMembers::charge_beside()?;
        }
        Ok(union.with_beside(others))
    }
}
