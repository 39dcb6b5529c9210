//! Structures: the macro that declares them, and their reader.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;

use super::Keeps;

/// Declares structures in the words of the service model.
///
/// ```text
/// pub struct ConverseRequest            // the AWS name
///     label { model_id = "modelId" }    // travels in the path: in `new` and in stored JSON, never in the body
/// {
///     role: ConversationRole = "role",             // required: in `new`, always written; where a response lacks it,
///                                                  // its default stands in for it (see `Member::absent`)
///     content: Vec<ContentBlock> = "content" from Blocks<ContentBlock>,   // the same; `new` takes one block or several
///     input: Document = "input" or Document::default(),   // read as that if it is missing, and always written
/// } optional {
///     max_tokens: one i32 = "maxTokens",           // Option<i32> and a setter
///     word_policy: boxed WordPolicy = "wordPolicy",       // Option<Box<WordPolicy>>, for large shapes that are rarely there
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

        impl $crate::shape::Member for $name {
            fn absent() -> Self {
                Self {
                    $($($label: Default::default(),)+)?
                    $($req: $crate::shape::kind!(absent $req_type $(, $default)?),)*
                    $($($opt: Default::default(),)*)?
                    unknown: Default::default(),
                    $($metadata: Default::default(),)?
                }
            }

            fn is_absent(&self) -> bool {
                true
                    $($(&& self.$label.is_empty())+)?
                    $(&& $crate::shape::Member::is_absent(&self.$req))*
                    $($(&& !$crate::shape::kind!(is_set $kind self.$opt))*)?
                    && self.unknown.is_empty()
            }

            fn read_optional<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                serde::Deserialize::deserialize(deserializer)
            }
        }

        impl $crate::shape::Keeps for $name {
            fn kept(&self) -> &$crate::shape::UnknownMembers {
                &self.unknown
            }

            fn kept_mut(&mut self) -> &mut $crate::shape::UnknownMembers {
                &mut self.unknown
            }
        }

        impl $crate::shape::Structure for $name {
            const NAME: &'static str = stringify!($name);
            const REQUIRED: usize = <[&str]>::len(&[$($req_wire),*]);

            #[allow(non_camel_case_types, unused_mut, unused_variables, reason = "one form for every shape")]
            fn read<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                enum Member { $($req,)* $($($label,)+)? $($($opt,)*)? Ignored }
                const NAMES: &[&str] = &[$($req_wire,)* $($($label_wire,)+)? $($($opt_wire,)*)? $($ignored)?];
                $($(let mut $label = String::new();)+)?
                $(let mut $req: Option<$req_type> = None;)*
                $($(let mut $opt: $crate::shape::kind!(type $kind $opt_type) = Default::default();)*)?
                let mut unknown = $crate::shape::UnknownMembers::default();
                while let Some(name) = map.next_key_seed($crate::shape::ReadName(NAMES))? {
                    match name {
                        $($($crate::shape::MemberName::Known(at) if at == Member::$label as usize => {
                            $label = $crate::shape::read_member(&mut map)?.unwrap_or_default();
                        })+)?
                        $($crate::shape::MemberName::Known(at) if at == Member::$req as usize => {
                            $req = $crate::shape::read_member(&mut map)?;
                        })*
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
                unknown.sort();
                Ok(Self {
                    $($($label,)+)?
                    $($req: $crate::shape::kind!(required $req (Member::$req as usize) unknown $(or $default)?),)*
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

            #[allow(non_camel_case_types, dead_code, reason = "a member's name is its place, and some shapes require none")]
            fn write_members<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                enum Member { $($req,)* }
                $(if $crate::shape::is_given(&self.unknown, Member::$req as usize, &self.$req) {
                    map.serialize_entry($req_wire, &$crate::shape::Member::written(&self.$req))?;
                })*
                $($(if $crate::shape::kind!(is_set $kind self.$opt) {
                    map.serialize_entry($opt_wire, $crate::shape::kind!(written $kind self.$opt))?;
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
    (type boxed $type:ty) => { Option<Box<$type>> };
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
    (setter boxed $(#[$meta:meta])* $name:ident $type:ty) => {
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$type>) -> Self {
            self.$name = Some(Box::new($name.into()));
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

    (required $req:ident ($at:expr) $unknown:ident) => {
        match $req {
            Some(given) => given,
            None => $crate::shape::missing(&mut $unknown, $at)?,
        }
    };
    (required $req:ident ($at:expr) $unknown:ident or $default:expr) => { $req.unwrap_or_else(|| $default) };

    (absent $type:ty) => { <$type as $crate::shape::Member>::absent() };
    (absent $type:ty, $default:expr) => { $default };

    (read one $map:ident) => { $crate::shape::read_member(&mut $map)? };
    (read boxed $map:ident) => { $crate::shape::read_member(&mut $map)? };
    // AWS means the same by `null` and by nothing.
    (read $many:ident $map:ident) => { $crate::shape::read_member(&mut $map)?.unwrap_or_default() };

    (written one $place:expr) => { &$place.as_ref().map($crate::shape::Member::written) };
    (written $other:ident $place:expr) => { &$place };

    (is_set one $place:expr) => { $place.is_some() };
    (is_set boxed $place:expr) => { $place.is_some() };
    (is_set $many:ident $place:expr) => { !$place.is_empty() };
}

pub(crate) use {kind, structure};

/// What [`structure!`] makes of a declaration.
pub(crate) trait Structure: Keeps {
    const NAME: &'static str;
    /// How many members are required.
    const REQUIRED: usize;

    /// Returns whether none of the required members arrived.
    fn misses_all(&self) -> bool {
        (0..Self::REQUIRED).all(|member| self.kept().misses(member))
    }

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
