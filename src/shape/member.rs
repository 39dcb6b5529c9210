//! Reading of members, as lenient as AWS's clients.
//!
//! <https://smithy.io/2.0/spec/type-refinement-traits.html#client-error-correction-guidance>
//!
//! Numbers are read in any notation (see [`AnyInteger`] and [`Float`]):
//!
//! - An integer may be written as `1.0` or `1e2`. A fraction is dropped: `12.5` is 12, `-0.5` is 0.
//! - An integer out of the range of its type becomes the nearest value in range, so that a wrong
//!   count does not cost the response. It is an error in a request and in a `contentBlockIndex`
//!   (see [`ReadExact`]), because the nearest index would merge two blocks. A number beyond the
//!   range of an `f64`, such as `1e400`, is always an error.
//! - A float may be `"NaN"`, `"Infinity"` or `"-Infinity"`, and is written in the same form. A
//!   number beyond the range is infinite.

pub(super) mod number;

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{UnknownMembers, charge, grow};
use number::{AnyInteger, Float};

/// A type that a member of a shape can have.
pub(crate) trait Member: Serialize + Sized {
    /// Returns the default of a required member that did not arrive.
    fn absent() -> Self;

    /// Returns whether the value equals [`absent`](Self::absent). A comparison would expand to
    /// several times the code.
    fn is_absent(&self) -> bool;

    /// Reads a value. Returns `None` for `null`, which counts as absent.
    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;

    /// Writes the value. Only floats are written differently from serde's own form.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    /// Returns the value in the form in which a member is written.
    fn written(&self) -> Written<'_, Self> {
        Written(self)
    }
}

/// The value of a member, as it is written.
pub(crate) struct Written<'a, T>(&'a T);

impl<T: Member> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Reads any member.
struct Read<T>(PhantomData<T>);

impl<T> Read<T> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Member> DeserializeSeed<'de> for Read<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read_optional(deserializer)
    }
}

/// Reads an integer. A value out of range is an error.
pub(crate) struct ReadExact;

impl<'de> DeserializeSeed<'de> for ReadExact {
    type Value = Option<i32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<i32>, D::Error> {
        let number = AnyInteger::new(i32::MIN.into()..=i32::MAX.into()).exact().read(deserializer)?;
        Ok(number.and_then(|number| i32::try_from(number).ok()))
    }
}

/// Reads the value of a member. Returns `None` for `null`.
///
/// All shapes with members of a type share one function.
#[inline(never)]
pub(crate) fn read_member<'de, T: Member, A: MapAccess<'de>>(map: &mut A) -> Result<Option<T>, A::Error> {
    map.next_value_seed(Read::new())
}

/// Returns the default of a required member that did not arrive, and notes that it did not, so that
/// it is not written back.
pub(crate) fn missing<T: Member, E: Error>(unknown: &mut UnknownMembers, member: usize) -> Result<T, E> {
    unknown.miss(member)?;
    Ok(T::absent())
}

/// Returns whether to write a required member: it arrived, or was set later.
pub(crate) fn is_given<T: Member>(unknown: &UnknownMembers, member: usize, value: &T) -> bool {
    !unknown.misses(member) || !value.is_absent()
}

macro_rules! leaf {
    ($($type:ty = $absent:expr, $is_absent:expr);+ $(;)?) => {$(
        impl Member for $type {
            fn absent() -> Self {
                $absent
            }

            fn is_absent(&self) -> bool {
                let is_absent: fn(&Self) -> bool = $is_absent;
                is_absent(self)
            }

            fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                Option::deserialize(deserializer)
            }
        }
    )+};
}

leaf! {
    String = Self::new(), Self::is_empty;
    bool = false, |is_so| !is_so;
    super::Blob = Self::default(), |blob| blob.as_bytes().is_empty();
    super::Document = Self::null(), Self::is_null;
    super::Timestamp = Self::absent(), Self::is_absent;
}

macro_rules! integers {
    ($($type:ty),+) => {$(
        impl Member for $type {
            fn absent() -> Self {
                0
            }

            fn is_absent(&self) -> bool {
                *self == 0
            }

            fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                let number = AnyInteger::new(Self::MIN.into()..=Self::MAX.into()).read(deserializer)?;
                Ok(number.and_then(|number| Self::try_from(number).ok()))
            }
        }
    )+};
}

integers!(i32, i64);

impl Member for f64 {
    fn absent() -> Self {
        0.0
    }

    fn is_absent(&self) -> bool {
        self.to_bits() == 0
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(Option::deserialize(deserializer)?.map(|Float(number)| number))
    }

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Float(*self).serialize(serializer)
    }
}

impl<T: Member> Member for Box<T> {
    fn absent() -> Self {
        Self::new(T::absent())
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
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

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(ListVisitor(PhantomData))
    }
}

impl<T: Member> Member for BTreeMap<String, T> {
    fn absent() -> Self {
        Self::new()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_option(MapVisitor(PhantomData))
    }
}

/// Reads a list without its `null` elements. None of the lists in the model is sparse.
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

/// Reads a map without its `null` values.
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
        /// The capacity of a node of a `BTreeMap`. All nodes except the root are at least half
        /// full.
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
