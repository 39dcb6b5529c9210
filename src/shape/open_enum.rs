//! Enums over strings that accept unrecognized values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::Visitor;

/// Declares enums with the names of the service model, and a variant `Unknown` for unrecognized
/// values.
macro_rules! open_enum {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$value_meta:meta])* $value:ident = $wire:literal),+ $(,)?
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$value_meta])* #[doc = ""] #[doc = concat!("Wire value: `", $wire, "`.")] $value,)+
            /// A value that this version does not know. It is empty if a response lacked the
            /// value of a required member.
            Unknown(Box<str>),
        }

        impl $name {
            /// Returns the wire value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $wire,)+
                    Self::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($wire => Self::$value,)+
                    _ => Self::Unknown(value.into()),
                }
            }
        }

        // Compared by the wire value, so that `Unknown("png")` equals `Png`.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl Eq for $name {}

        impl std::hash::Hash for $name {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::shape::OpenEnum for $name {
            const NAME: &'static str = stringify!($name);

            fn of(value: &str) -> Self {
                Self::from(value)
            }
        }

        impl $crate::shape::Member for $name {
            fn absent() -> Self {
                Self::Unknown(Box::default())
            }

            fn is_absent(&self) -> bool {
                matches!(self, Self::Unknown(value) if value.is_empty())
            }

            fn read_optional<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::shape::OpenEnumVisitor::<Self>::new())
            }
        }
    )+};
}

pub(crate) use open_enum;

/// A type that [`open_enum!`] declares.
pub(crate) trait OpenEnum {
    const NAME: &'static str;

    fn of(value: &str) -> Self;
}

/// Reads any open enum.
pub(crate) struct OpenEnumVisitor<T>(PhantomData<T>);

impl<T> OpenEnumVisitor<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: OpenEnum> Visitor<'_> for OpenEnumVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", T::NAME)
    }

    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(T::of(value))
    }
}
