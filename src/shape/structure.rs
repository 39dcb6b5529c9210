//! Structures: the macro that declares them, their reader, and the members no model names.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;

use super::Document;

/// Declares structures in the words of the service model.
///
/// ```text
/// pub struct ConverseRequest            // the AWS name
///     label { model_id = "modelId" }    // travels in the path: in `new` and in stored JSON, never in the body
/// {
///     role: ConversationRole = "role",             // required: in `new`, always written
///     content: Vec<ContentBlock> = "content" from Blocks<ContentBlock>,   // the same; `new` takes one block or several
///     input: Document = "input" or Document::default(),   // the same, and read as that where it is missing
/// } optional {
///     max_tokens: one i32 = "maxTokens",           // Option<i32> and a setter
///     messages: list Message = "messages",         // Vec<Message> and a setter, not written when empty
///     system: blocks SystemContentBlock = "system",       // likewise; the setter takes one block or several
///     metadata: map String = "requestMetadata",    // BTreeMap<String, String>, likewise
/// } ignored "p"                          // padding: dropped as it is read
/// with metadata                          // an answer: has its `ResponseMetadata` beside it, which does not travel
/// ```
macro_rules! structure {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident $(label { $($(#[$label_meta:meta])* $label:ident = $label_wire:literal),+ $(,)? })? {
            $($(#[$req_meta:meta])* $req:ident : $req_type:ty = $req_wire:literal $(from Blocks<$block:ty>)? $(or $default:expr)?),* $(,)?
        } $(optional {
            $($(#[$opt_meta:meta])* $opt:ident : $kind:ident $opt_type:ty = $opt_wire:literal),* $(,)?
        })? $(ignored $ignored:literal)? $(with $metadata:ident)?
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($($(#[$label_meta])* pub $label: String,)+)?
            $($(#[$req_meta])* pub $req: $req_type,)*
            $($($(#[$opt_meta])* pub $opt: $crate::shape::kind!(type $kind $opt_type),)*)?
            unknown: $crate::shape::UnknownMembers,
            $($metadata: $crate::metadata::ResponseMetadata,)?
        }

        $(
            impl $name {
                /// What there is to know of the answer beside what it says: request id, attempts, headers.
                #[must_use]
                pub fn $metadata(&self) -> &$crate::metadata::ResponseMetadata {
                    &self.$metadata
                }
            }

            impl $crate::metadata::Answered for $name {
                fn set_metadata(&mut self, metadata: $crate::metadata::ResponseMetadata) {
                    self.$metadata = metadata;
                }
            }
        )?

        impl $name {
            #[doc = concat!("A `", stringify!($name), "` with what it requires; the rest is set by name.")]
            #[must_use]
            #[allow(clippy::new_without_default, reason = "`new` is the one way to make a shape")]
            #[allow(clippy::too_many_arguments, reason = "some answers of Bedrock require ten members")]
            pub fn new($($($label: impl Into<String>,)+)? $($req: impl Into<$crate::shape::kind!(given $req_type $(, $block)?)>),*) -> Self {
                Self {
                    $($($label: $label.into(),)+)?
                    $($req: Into::<$crate::shape::kind!(given $req_type $(, $block)?)>::into($req).into(),)*
                    $($($opt: Default::default(),)*)?
                    unknown: Default::default(),
                    $($metadata: Default::default(),)?
                }
            }

            $($($crate::shape::kind! { setter $kind $(#[$opt_meta])* $opt $opt_type })*)?

            #[allow(dead_code, reason = "for the shapes that a stream is folded into")]
            pub(crate) fn with_unknown(mut self, unknown: $crate::shape::UnknownMembers) -> Self {
                // Another shape's unknown member may have the name of a member of this one, which would be written twice.
                self.unknown = unknown.without(&[$($req_wire,)* $($($opt_wire,)*)?]);
                self
            }

            /// The members that were read and that no published model names.
            #[must_use]
            pub fn unknown(&self) -> &$crate::shape::UnknownMembers {
                &self.unknown
            }
        }

        impl $crate::shape::Structure for $name {
            const NAME: &'static str = stringify!($name);

            #[allow(non_camel_case_types, unused_mut, unused_variables, reason = "one form for every shape")]
            fn read<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                enum Member { $($($label,)+)? $($req,)* $($($opt,)*)? Ignored }
                const NAMES: &[&str] = &[$($($label_wire,)+)? $($req_wire,)* $($($opt_wire,)*)? $($ignored)?];
                $($(let mut $label = String::new();)+)?
                $(let mut $req: Option<$req_type> = None;)*
                $($(let mut $opt: $crate::shape::kind!(type $kind $opt_type) = Default::default();)*)?
                let mut unknown = $crate::shape::UnknownMembers::default();
                while let Some(name) = map.next_key_seed($crate::shape::ReadName(NAMES))? {
                    match name {
                        $($($crate::shape::MemberName::Known(at) if at == Member::$label as usize => $label = map.next_value()?,)+)?
                        $($crate::shape::MemberName::Known(at) if at == Member::$req as usize => $req = map.next_value()?,)*
                        $($($crate::shape::MemberName::Known(at) if at == Member::$opt as usize => {
                            $opt = $crate::shape::kind!(read $kind map);
                        })*)?
                        $crate::shape::MemberName::Known(at) if at == Member::Ignored as usize => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                        $crate::shape::MemberName::Known(_) => {}
                        $crate::shape::MemberName::Unknown(name) => unknown.read(name, &mut map)?,
                    }
                }
                Ok(Self {
                    $($($label,)+)?
                    $($req: $crate::shape::kind!(required $req $req_wire (A::Error) $(or $default)?),)*
                    $($($opt,)*)?
                    unknown,
                    $($metadata: Default::default(),)?
                })
            }

            fn write_labels<M: serde::ser::SerializeMap>(&self, _map: &mut M) -> Result<(), M::Error> {
                $($(if !self.$label.is_empty() {
                    _map.serialize_entry($label_wire, &self.$label)?;
                })+)?
                Ok(())
            }

            fn write_members<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $(map.serialize_entry($req_wire, &self.$req)?;)*
                $($(if $crate::shape::kind!(is_set $kind self.$opt) {
                    map.serialize_entry($opt_wire, &self.$opt)?;
                })*)?
                self.unknown.write(map)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                use $crate::shape::Structure as _;
                let mut map = serializer.serialize_map(None)?;
                self.write_labels(&mut map)?;
                self.write_members(&mut map)?;
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_map($crate::shape::StructureVisitor::<Self>::new())
            }
        }
    )+};
}

/// What each kind of member is: its type, its setter, how it is read, what stands in for it, when it is written.
macro_rules! kind {
    (type one $type:ty) => { Option<$type> };
    (type list $type:ty) => { Vec<$type> };
    (type blocks $type:ty) => { Vec<$type> };
    (type map $type:ty) => { std::collections::BTreeMap<String, $type> };

    (setter one $(#[$meta:meta])* $name:ident $type:ty) => {
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$type>) -> Self {
            self.$name = Some($name.into());
            self
        }
    };
    (setter list $(#[$meta:meta])* $name:ident $type:ty) => {
        $(#[$meta])*
        #[must_use]
        pub fn $name<I: IntoIterator<Item: Into<$type>>>(mut self, $name: I) -> Self {
            self.$name = $name.into_iter().map(Into::into).collect();
            self
        }
    };
    (setter blocks $(#[$meta:meta])* $name:ident $type:ty) => {
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$crate::shape::Blocks<$type>>) -> Self {
            self.$name = $name.into().into();
            self
        }
    };
    (setter map $(#[$meta:meta])* $name:ident $type:ty) => {
        $(#[$meta])*
        #[must_use]
        pub fn $name<K: Into<String>, V: Into<$type>, I: IntoIterator<Item = (K, V)>>(mut self, $name: I) -> Self {
            self.$name = $name.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
            self
        }
    };

    (given $type:ty) => { $type };
    (given $type:ty, $block:ty) => { $crate::shape::Blocks<$block> };

    (required $req:ident $wire:literal ($error:ty)) => {
        $req.ok_or_else(|| <$error as serde::de::Error>::missing_field($wire))?
    };
    (required $req:ident $wire:literal ($error:ty) or $default:expr) => { $req.unwrap_or_else(|| $default) };

    (read one $map:ident) => { $map.next_value::<Option<_>>()? };
    // AWS means the same by `null` and by nothing.
    (read $many:ident $map:ident) => { $map.next_value::<Option<_>>()?.unwrap_or_default() };

    (is_set one $place:expr) => { $place.is_some() };
    (is_set $many:ident $place:expr) => { !$place.is_empty() };
}

pub(crate) use {kind, structure};

/// What [`structure!`] makes of a declaration.
pub(crate) trait Structure: Sized {
    const NAME: &'static str;

    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;

    /// Writes what travels in the path, so that a stored request is whole.
    fn write_labels<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Writes what travels in the body.
    fn write_members<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Hands an object to [`Structure::read`].
pub(crate) struct StructureVisitor<T>(PhantomData<T>);

impl<T> StructureVisitor<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Structure> Visitor<'de> for StructureVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }
}

/// Members that were read and that no published model names: kept, and written back.
#[derive(Clone, Default, PartialEq)]
#[expect(clippy::box_collection, reason = "every shape has them and few have any: one word, not three")]
pub struct UnknownMembers(Option<Box<BTreeMap<String, Document>>>);

impl UnknownMembers {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Document> {
        self.0.as_ref()?.get(name)
    }

    /// Every member with its name, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.0.iter().flat_map(|members| members.iter()).map(|(name, value)| (name.as_str(), value))
    }

    /// These and those.
    pub(crate) fn and(mut self, others: Self) -> Self {
        if let Some(others) = others.0 {
            self.0.get_or_insert_default().extend(*others);
        }
        self
    }

    /// These, but for the members of those names.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        if let Some(members) = &mut self.0 {
            members.retain(|name, _| !names.contains(&name.as_str()));
        }
        self.0 = self.0.filter(|members| !members.is_empty());
        self
    }

    pub(crate) fn insert(&mut self, name: String, value: Document) {
        self.0.get_or_insert_default().insert(name, value);
    }

    pub(crate) fn read<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        let value = map.next_value()?;
        self.insert(name, value);
        Ok(())
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

impl fmt::Debug for UnknownMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
