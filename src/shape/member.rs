//! How members are read: leniently, as AWS's clients read responses.
//!
//! <https://smithy.io/2.0/spec/type-refinement-traits.html#client-error-correction-guidance>

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{UnknownMembers, charge, grow};

/// What a member can be: anything that a shape is made of.
pub(crate) trait Member: Sized + PartialEq {
    /// Returns what stands in for a required member that did not arrive.
    fn absent() -> Self;

    /// Reads a value; `None` is `null`, which counts as absent.
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;
}

/// Reads any member.
pub(crate) struct Read<T>(PhantomData<T>);

impl<T> Read<T> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Member> DeserializeSeed<'de> for Read<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read_optional(deserializer)
    }
}

/// Returns what stands in for a required member that did not arrive, and notes that it did not, so that it is not
/// written back.
pub(crate) fn missing<T: Member, E: Error>(unknown: &mut UnknownMembers, member: usize) -> Result<T, E> {
    unknown.miss(member)?;
    Ok(T::absent())
}

/// Returns whether a required member is to be written: it arrived, or was set since.
pub(crate) fn is_given<T: Member>(unknown: &UnknownMembers, member: usize, value: &T) -> bool {
    !unknown.misses(member) || *value != T::absent()
}

macro_rules! leaf {
    ($($type:ty = $absent:expr),+ $(,)?) => {$(
        impl Member for $type {
            fn absent() -> Self {
                $absent
            }

            fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                Option::deserialize(deserializer)
            }
        }
    )+};
}

leaf! {
    String = Self::new(),
    i32 = 0,
    i64 = 0,
    f64 = 0.0,
    bool = false,
    super::Blob = Self::default(),
    super::Document = Self::null(),
    super::Timestamp = Self::absent(),
}

impl<T: Member> Member for Box<T> {
    fn absent() -> Self {
        Self::new(T::absent())
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        charge(size_of::<T>())?;
        Ok(T::read_optional(deserializer)?.map(Self::new))
    }
}

impl<T: Member> Member for Vec<T> {
    fn absent() -> Self {
        Self::new()
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(ListVisitor(PhantomData))
    }
}

impl<T: Member> Member for BTreeMap<String, T> {
    fn absent() -> Self {
        Self::new()
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(MapVisitor(PhantomData))
    }
}

/// Reads a list, without the elements that are `null`: none of AWS's lists here is sparse.
struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Member> Visitor<'de> for ListVisitor<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = sequence.next_element_seed(Read::<T>::new())? {
            let Some(element) = element else { continue };
            grow(&mut list)?;
            list.push(element);
        }
        Ok(Some(list))
    }
}

/// Reads a map, without the values that are `null`.
struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Member> Visitor<'de> for MapVisitor<T> {
    type Value = Option<BTreeMap<String, T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        /// The entries that a node of a `BTreeMap` has room for. Nodes are at least half full, but for a map's only one.
        const NODE: usize = 11;
        let mut map = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let Some(value) = entries.next_value_seed(Read::<T>::new())? else { continue };
            charge(size_of::<(String, T)>() * if map.is_empty() { NODE } else { 2 })?;
            map.insert(key, value);
        }
        Ok(Some(map))
    }
}
