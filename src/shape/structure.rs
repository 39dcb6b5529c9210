//! The macro that declares structures, and their reader.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;

use super::Keeps;

/// Declares structures with the names of the service model.
///
/// ```text
/// pub struct ConverseRequest          // the AWS name
///     path { model_id = "modelId" }   // a path parameter: in `new` and in stored JSON, never in
///                                     // the body
/// {
///     // Required: in `new`, always written. If a response lacks it, it gets its default (see
///     // `Member::absent`).
///     role: ConversationRole = "role",
///     // Required. `new` takes one block or several.
///     content: Vec<ContentBlock> = "content" from Blocks<ContentBlock>,
///     // Required. An error if it is out of range.
///     index: i32 = "index" read exact,
///     // This value if it is missing. Always written.
///     input: Document = "input" default Document::default(),
/// } optional {
///     // Option<String> and a setter
///     text: option String = "text",
///     // Option<i64>; the setter takes any integer (see `Number`)
///     latency: number i64 = "latencyMs",
///     // as `number`, but an error if it is out of range in a stored request
///     max_tokens: exact i32 = "maxTokens",
///     // Option<Box<WordPolicy>>, for large shapes that are rarely set
///     word_policy: boxed WordPolicy = "wordPolicy",
///     // Vec<Message>, not written if empty; the setter replaces the list
///     messages: vec Message = "messages",
///     // Vec<SystemContentBlock>, not written if empty; the setter adds one block or several
///     system: blocks SystemContentBlock = "system",
///     // BTreeMap<String, String>, not written if empty; the setter replaces the map
///     metadata: map String = "requestMetadata",
/// } sensitive { metadata }            // `Debug` hides these values, as the model demands
/// skip "p"                            // padding, dropped when it is read
/// with metadata                       // a response: has its `ResponseMetadata`
/// public new                          // a request with more than four required members (see
///                                     // `constructor`)
/// ```
macro_rules! structure {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident $(path { $($(#[$path_meta:meta])* $path:ident = $path_wire:literal),+ $(,)? })? {
            $($(#[$req_meta:meta])* $req:ident : $req_type:ty = $req_wire:literal $(from Blocks<$block:ty>)? $(read $how:ident)? $(default $default:expr)?),* $(,)?
        } $(optional {
            $($(#[$opt_meta:meta])* $opt:ident : $kind:ident $opt_type:ty = $opt_wire:literal),* $(,)?
        })? $(sensitive { $($sensitive:ident),+ $(,)? })? $(skip $skipped:literal)? $(with $metadata:ident)? $(public $new:ident)?
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        pub struct $name {
            $($($(#[$path_meta])* #[doc = ""] #[doc = concat!("Wire name: `", $path_wire, "`, in the path.")] pub $path: String,)+)?
            $($(#[$req_meta])* #[doc = ""] #[doc = concat!("Wire name: `", $req_wire, "`.")] pub $req: $req_type,)*
            $($($(#[$opt_meta])* #[doc = ""] #[doc = concat!("Wire name: `", $opt_wire, "`.")] pub $opt: $crate::shape::kind!(type $kind $opt_type),)*)?
            unknown: $crate::shape::UnknownMembers,
            $($metadata: $crate::metadata::ResponseMetadata,)?
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let names: &[&str] = &[
                    $($(stringify!($path),)+)? $(stringify!($req),)* $($(stringify!($opt),)*)? "unknown",
                    $(stringify!($metadata),)?
                ];
                let values: &[&dyn std::fmt::Debug] = &[
                    $($(&self.$path,)+)? $(&self.$req,)* $($(&self.$opt,)*)? &self.unknown, $(&self.$metadata,)?
                ];
                let sensitive: &[&str] = &[$($(stringify!($sensitive)),+)?];
                $crate::shape::debug_structure(f, stringify!($name), (names, values), sensitive)
            }
        }

        $(
            impl $name {
                /// Returns the metadata of the response: request ID, headers, attempts, latency.
                #[must_use]
                pub fn $metadata(&self) -> &$crate::metadata::ResponseMetadata {
                    &self.$metadata
                }
            }

            impl $crate::metadata::SetMetadata for $name {
                fn set_metadata(&mut self, metadata: $crate::metadata::ResponseMetadata) {
                    self.$metadata = metadata;
                }
            }
        )?

        impl $name {
            $crate::shape::constructor! {
                $(public $new)? [$($($path)+)? $($req)*]
                #[doc = concat!("Creates the shape `", stringify!($name), "` with its required members, if it has any. Use the setters for optional members.")]
                #[must_use]
                #[allow(clippy::new_without_default, reason = "every shape is built with `new`")]
                #[allow(clippy::too_many_arguments, reason = "some requests require more than seven members")]
                fn new($($($path: impl Into<String>,)+)? $($req: impl Into<$crate::shape::kind!(given $req_type $(, $block)?)>),*) -> Self {
                    Self {
                        $($($path: $path.into(),)+)?
                        $($req: Into::<$crate::shape::kind!(given $req_type $(, $block)?)>::into($req).into(),)*
                        $($($opt: Default::default(),)*)?
                        unknown: Default::default(),
                        $($metadata: Default::default(),)?
                    }
                }
            }

            $($($crate::shape::kind! { setter $kind $(#[$opt_meta])* $opt $opt_type })*)?

            #[allow(dead_code, reason = "only used by the shapes that a stream is accumulated into")]
            pub(crate) fn with_unknown(mut self, unknown: $crate::shape::UnknownMembers) -> Self {
                // This shape may have a member with the name of another shape's unknown member. It
                // would be written twice.
                self.unknown = unknown.without(&[$($req_wire,)* $($($opt_wire,)*)?]);
                self
            }

            /// Sets a member that AWS's published API does not name, such as one that the service
            /// added recently.
            ///
            /// Replaces a member of this name that was set or read before. The member is written as
            /// given. The name must not be one that has a setter: a request with such a member fails
            /// before it is sent.
            #[must_use]
            pub fn extra(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.unknown.set(name.into(), value.into().into());
                self
            }

            /// Returns the members that AWS's published API does not name: those that were read,
            /// and those that were set with [`extra`](Self::extra).
            #[must_use]
            pub fn unknown(&self) -> &$crate::shape::UnknownMembers {
                &self.unknown
            }
        }

        impl $crate::shape::Member for $name {
            fn absent() -> Self {
                Self {
                    $($($path: Default::default(),)+)?
                    $($req: $crate::shape::kind!(absent $req_type $(, $default)?),)*
                    $($($opt: Default::default(),)*)?
                    unknown: Default::default(),
                    $($metadata: Default::default(),)?
                }
            }

            fn is_absent(&self) -> bool {
                true
                    $($(&& self.$path.is_empty())+)?
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

            #[allow(non_camel_case_types, unused_mut, unused_variables, reason = "the same code for every shape")]
            fn read<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                enum Member { $($req,)* $($($path,)+)? $($($opt,)*)? Skipped }
                const NAMES: &[&str] = &[$($req_wire,)* $($($path_wire,)+)? $($($opt_wire,)*)? $($skipped)?];
                $($(let mut $path = String::new();)+)?
                $(let mut $req: Option<$req_type> = None;)*
                $($(let mut $opt: $crate::shape::kind!(type $kind $opt_type) = Default::default();)*)?
                let mut unknown = $crate::shape::UnknownMembers::default();
                while let Some(name) = map.next_key_seed($crate::shape::ReadName(NAMES))? {
                    match name {
                        $($($crate::shape::MemberName::Known(at) if at == Member::$path as usize => {
                            $path = $crate::shape::read_member(&mut map)?.unwrap_or_default();
                        })+)?
                        $($crate::shape::MemberName::Known(at) if at == Member::$req as usize => {
                            $req = $crate::shape::kind!(read required map $($how)?);
                        })*
                        $($($crate::shape::MemberName::Known(at) if at == Member::$opt as usize => {
                            $opt = $crate::shape::kind!(read $kind map);
                        })*)?
                        $crate::shape::MemberName::Known(at) if at == Member::Skipped as usize => {
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                        $crate::shape::MemberName::Known(_) => {}
                        $crate::shape::MemberName::Unknown(name) => unknown.read(name, &mut map)?,
                    }
                }
                unknown.sort();
                Ok(Self {
                    $($($path,)+)?
                    $($req: $crate::shape::kind!(required $req (Member::$req as usize) unknown $(default $default)?),)*
                    $($($opt,)*)?
                    unknown,
                    $($metadata: Default::default(),)?
                })
            }

            #[allow(non_camel_case_types, dead_code, unused_mut, reason = "variants are named like members, and some shapes have no required members")]
            fn missing(&self) -> Vec<&'static str> {
                enum Member { $($req,)* }
                let mut missing = Vec::new();
                $(if !$crate::shape::is_given(&self.unknown, Member::$req as usize, &self.$req) {
                    missing.push($req_wire);
                })*
                missing
            }

            fn write_path_parameters<M: serde::ser::SerializeMap>(&self, _map: &mut M) -> Result<(), M::Error> {
                $($(if !self.$path.is_empty() {
                    _map.serialize_entry($path_wire, &self.$path)?;
                })+)?
                Ok(())
            }

            #[allow(non_camel_case_types, dead_code, reason = "variants are named like members, and some shapes have no required members")]
            fn write_members<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                enum Member { $($req,)* }
                $(if $crate::shape::is_given(&self.unknown, Member::$req as usize, &self.$req) {
                    map.serialize_entry($req_wire, &$crate::shape::Member::written(&self.$req))?;
                })*
                $($(if $crate::shape::kind!(is_set $kind self.$opt) {
                    map.serialize_entry($opt_wire, $crate::shape::kind!(written $kind self.$opt))?;
                })*)?
                self.unknown.write_except(map, &[$($($path_wire,)+)? $($req_wire,)* $($($opt_wire,)*)?])
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                use $crate::shape::Structure as _;
                let mut map = serializer.serialize_map(None)?;
                self.write_path_parameters(&mut map)?;
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

/// Makes the `new` of a shape public, unless the shape has more than four required members.
///
/// Programs read such shapes from responses, and do not build them. A test that needs one reads it from JSON. The rule
/// keeps the long parameter lists, which change with the service model, out of the public API. A request with more than
/// four required members says `public new`.
///
/// ```compile_fail,E0624
/// bedrock_lite::runtime::GuardrailUsage::new(1, 0, 0, 0, 0, 0);
/// ```
macro_rules! constructor {
    (public new [$($member:ident)*] $($new:tt)*) => { $crate::shape::constructor! { (pub) $($new)* } };
    ([$($one:ident $($two:ident $($three:ident $($four:ident)?)?)?)?] $($new:tt)*) => {
        $crate::shape::constructor! { (pub) $($new)* }
    };
    ([$($member:ident)*] $($new:tt)*) => {
        $crate::shape::constructor! { (pub(crate)) #[allow(dead_code, reason = "few of these shapes are built in the crate")] $($new)* }
    };
    (($visibility:vis) $(#[$meta:meta])* fn $($new:tt)*) => { $(#[$meta])* $visibility fn $($new)* };
}

/// Expands to the parts of a member that depend on its kind: type, setter, reading, default, and
/// when it is written.
macro_rules! kind {
    (type option $type:ty) => { Option<$type> };
    (type number $type:ty) => { Option<$type> };
    (type exact $type:ty) => { Option<$type> };
    (type boxed $type:ty) => { Option<Box<$type>> };
    (type vec $type:ty) => { Vec<$type> };
    (type blocks $type:ty) => { Vec<$type> };
    (type map $type:ty) => { std::collections::BTreeMap<String, $type> };

    (setter option $(#[$meta:meta])* $name:ident $type:ty) => {
        #[doc = concat!("Sets `", stringify!($name), "`.")]
        ///
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$type>) -> Self {
            self.$name = Some($name.into());
            self
        }
    };
    (setter number $(#[$meta:meta])* $name:ident $type:ty) => {
        #[doc = concat!("Sets `", stringify!($name), "`.")]
        ///
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $name: impl $crate::shape::Number<$type>) -> Self {
            self.$name = Some($name.into_number());
            self
        }
    };
    (setter exact $($setter:tt)*) => { $crate::shape::kind! { setter number $($setter)* } };
    (setter boxed $(#[$meta:meta])* $name:ident $type:ty) => {
        #[doc = concat!("Sets `", stringify!($name), "`.")]
        ///
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$type>) -> Self {
            self.$name = Some(Box::new($name.into()));
            self
        }
    };
    (setter vec $(#[$meta:meta])* $name:ident $type:ty) => {
        #[doc = concat!("Replaces the list `", stringify!($name), "`.")]
        ///
        $(#[$meta])*
        #[must_use]
        pub fn $name<I: IntoIterator<Item: Into<$type>>>(mut self, $name: I) -> Self {
            self.$name = $name.into_iter().map(Into::into).collect();
            self
        }
    };
    (setter blocks $(#[$meta:meta])* $name:ident $type:ty) => {
        #[doc = concat!("Adds one block or several to `", stringify!($name), "`.")]
        ///
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $name: impl Into<$crate::shape::Blocks<$type>>) -> Self {
            self.$name.extend(Vec::from($name.into()));
            self
        }
    };
    (setter map $(#[$meta:meta])* $name:ident $type:ty) => {
        #[doc = concat!("Replaces the map `", stringify!($name), "`.")]
        ///
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
    (required $req:ident ($at:expr) $unknown:ident default $default:expr) => { $req.unwrap_or_else(|| $default) };

    (absent $type:ty) => { <$type as $crate::shape::Member>::absent() };
    (absent $type:ty, $default:expr) => { $default };

    (read required $map:ident) => { $crate::shape::read_member(&mut $map)? };
    (read required $map:ident exact) => { $map.next_value_seed($crate::shape::ReadExact)? };
    (read option $map:ident) => { $crate::shape::read_member(&mut $map)? };
    (read number $map:ident) => { $crate::shape::read_member(&mut $map)? };
    (read exact $map:ident) => { $map.next_value_seed($crate::shape::ReadExact)? };
    (read boxed $map:ident) => { $crate::shape::read_member(&mut $map)? };
    // `null` and an absent list are the same for AWS.
    (read $many:ident $map:ident) => { $crate::shape::read_member(&mut $map)?.unwrap_or_default() };

    (written option $place:expr) => { &$place.as_ref().map($crate::shape::Member::written) };
    (written number $place:expr) => { &$place.as_ref().map($crate::shape::Member::written) };
    (written $other:ident $place:expr) => { &$place };

    (is_set option $place:expr) => { $place.is_some() };
    (is_set number $place:expr) => { $place.is_some() };
    (is_set exact $place:expr) => { $place.is_some() };
    (is_set boxed $place:expr) => { $place.is_some() };
    (is_set $many:ident $place:expr) => { !$place.is_empty() };
}

pub(crate) use {constructor, kind, structure};

/// A type that [`structure!`] declares.
pub(crate) trait Structure: Keeps {
    const NAME: &'static str;
    /// The number of required members.
    const REQUIRED: usize;

    /// Returns whether none of the required members arrived.
    fn misses_all(&self) -> bool {
        (0..Self::REQUIRED).all(|member| self.kept().misses(member))
    }

    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;

    /// Returns the names of the required members that neither arrived nor were set later. They are
    /// not written.
    fn missing(&self) -> Vec<&'static str>;

    /// Writes the members in the path, so that a stored request is complete.
    fn write_path_parameters<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Writes the members in the body.
    fn write_members<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Replaces a value that the service model marks as sensitive.
struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redacted")
    }
}

/// Prints a structure like a derived `Debug`, but hides the values of sensitive members.
pub(crate) fn debug_structure(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    (names, values): (&[&str], &[&dyn fmt::Debug]),
    sensitive: &[&str],
) -> fmt::Result {
    let mut shown = f.debug_struct(name);
    for (name, value) in names.iter().zip(values) {
        let value = if sensitive.contains(name) { &Redacted } else { *value };
        shown.field(name.trim_start_matches("r#"), value);
    }
    shown.finish()
}

/// Reads any structure with [`Structure::read`].
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
