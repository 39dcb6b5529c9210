//! [`Payload`]: text, a list or a map as the content of a union's variant.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

use serde::de::Deserializer;
use serde::ser::{Serialize, Serializer};

use super::unknown::debug_adjacent;
use super::{Blob, Document, Member, UnknownMembers};

/// The text, list or map that is the content of a union's variant, such as
/// [`ContentBlock::Text`](crate::ContentBlock::Text).
///
/// It dereferences to the `String`, the `Vec` or the map, and these convert into it. It also keeps
/// the unknown members that a response has next to the variant, so that they are written back. The
/// union's `unknown` returns them. Comparisons ignore them.
///
/// ```
/// use bedrock_lite::ContentBlock;
///
/// let json = r#"{"type": "text", "text": "hi"}"#;
/// let block: ContentBlock = serde_json::from_str(json)?;
/// let ContentBlock::Text(text) = &block else { panic!("not text") };
/// assert_eq!(text, "hi");
/// assert_eq!(block, ContentBlock::from("hi"));
/// assert!(block.unknown().get("type").is_some());
/// let written = serde_json::to_string(&block)?;
/// assert_eq!(written, r#"{"text":"hi","type":"text"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Payload<T> {
    value: T,
    kept: UnknownMembers,
}

impl<T> Payload<T> {
    /// Returns the text, the list or the map.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Payload<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Payload<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> From<T> for Payload<T> {
    fn from(value: T) -> Self {
        Self { value, kept: UnknownMembers::default() }
    }
}

impl From<&str> for Payload<String> {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&String> for Payload<String> {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

impl From<Cow<'_, str>> for Payload<String> {
    fn from(text: Cow<'_, str>) -> Self {
        Self::from(text.into_owned())
    }
}

impl From<Payload<Self>> for String {
    fn from(text: Payload<Self>) -> Self {
        text.value
    }
}

impl<T> From<Payload<Self>> for Vec<T> {
    fn from(list: Payload<Self>) -> Self {
        list.value
    }
}

impl<K, V> From<Payload<Self>> for BTreeMap<K, V> {
    fn from(map: Payload<Self>) -> Self {
        map.value
    }
}

impl AsRef<str> for Payload<String> {
    fn as_ref(&self) -> &str {
        &self.value
    }
}

impl<T: IntoIterator> IntoIterator for Payload<T> {
    type Item = T::Item;
    type IntoIter = T::IntoIter;

    fn into_iter(self) -> T::IntoIter {
        self.value.into_iter()
    }
}

/// Compares the content and ignores unknown members.
impl<T: PartialEq> PartialEq for Payload<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Payload<T> {}

impl<T: Hash> Hash for Payload<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl PartialEq<str> for Payload<String> {
    fn eq(&self, other: &str) -> bool {
        self.value == other
    }
}

impl PartialEq<&str> for Payload<String> {
    fn eq(&self, other: &&str) -> bool {
        self.value == *other
    }
}

impl PartialEq<String> for Payload<String> {
    fn eq(&self, other: &String) -> bool {
        self.value == *other
    }
}

impl PartialEq<Payload<Self>> for String {
    fn eq(&self, other: &Payload<Self>) -> bool {
        *self == other.value
    }
}

impl<T> PartialEq<Vec<T>> for Payload<Vec<T>>
where
    T: PartialEq,
{
    fn eq(&self, other: &Vec<T>) -> bool {
        self.value == *other
    }
}

impl<T: fmt::Debug> fmt::Debug for Payload<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)?;
        debug_adjacent(&self.kept, f)
    }
}

impl<T: fmt::Display> fmt::Display for Payload<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: Serialize> Serialize for Payload<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T: Member> Member for Payload<T> {
    fn absent() -> Self {
        T::absent().into()
    }

    fn is_absent(&self) -> bool {
        self.value.is_absent()
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::read_optional(deserializer)?.map(Self::from))
    }
}

/// A type that can be the content of a union's variant. It keeps the members next to the variant.
pub(crate) trait Keeps: Member {
    fn kept(&self) -> &UnknownMembers;

    fn kept_mut(&mut self) -> &mut UnknownMembers;
}

macro_rules! keeps {
    ($([$($generics:tt)*] $type:ty),+ $(,)?) => {$(
        impl<$($generics)*> Keeps for $type {
            fn kept(&self) -> &UnknownMembers {
                &self.kept
            }

            fn kept_mut(&mut self) -> &mut UnknownMembers {
                &mut self.kept
            }
        }
    )+};
}

keeps!([T: Member] Payload<T>, [] Blob, [] Document);

impl<T: Keeps> Keeps for Box<T> {
    fn kept(&self) -> &UnknownMembers {
        (**self).kept()
    }

    fn kept_mut(&mut self) -> &mut UnknownMembers {
        (**self).kept_mut()
    }
}
