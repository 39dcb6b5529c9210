//! [`UnknownMembers`]: the members that AWS's published API does not name.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess};
use serde::ser::{Error as _, SerializeMap};

use super::{Document, charge, grow};

/// The members of a shape that AWS's published API does not name. They are kept and written back.
///
/// Two values are equal if they have the same members.
#[derive(Clone, Default)]
pub struct UnknownMembers(Option<Box<Kept>>);

/// Additional data of an object. It is boxed because few objects have any.
#[derive(Clone, Default)]
struct Kept {
    /// The members, in the order of their names once the object is read.
    members: Vec<(Box<str>, Document)>,
    /// The members next to the variant of a union, if the object is the content of that variant.
    adjacent: UnknownMembers,
    /// The required members that the object lacked. Bit n is set for the n-th member.
    absent: u64,
}

static NONE: UnknownMembers = UnknownMembers(None);

impl UnknownMembers {
    /// Returns whether there are no unknown members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// Returns the member with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Document> {
        let members = self.members();
        let at = members.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        members.get(at).map(|(_, value)| value)
    }

    /// Returns all members with their names, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.members().iter().map(|(name, value)| (&**name, value))
    }

    fn members(&self) -> &[(Box<str>, Document)] {
        self.0.as_ref().map_or(&[], |kept| &kept.members)
    }

    /// Merges two sets of members. If both have a member, `others` wins.
    pub(crate) fn and(mut self, others: Self) -> Self {
        if let Some(others) = others.0 {
            self.0.get_or_insert_default().members.extend(others.members);
            self.sort();
        }
        self
    }

    /// Returns the members without those of the given names. Drops everything else that was kept.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        if let Some(kept) = &mut self.0 {
            kept.members.retain(|(name, _)| !names.contains(&&**name));
            kept.adjacent = Self::default();
            kept.absent = 0;
        }
        self.0 = self.0.filter(|kept| !kept.members.is_empty());
        self
    }

    fn kept<E: Error>(&mut self) -> Result<&mut Kept, E> {
        if self.0.is_none() {
            charge(size_of::<Kept>())?;
        }
        Ok(self.0.get_or_insert_default())
    }

    /// Reads a member. Call [`sort`](Self::sort) after the last one.
    pub(crate) fn read<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        let value = map.next_value()?;
        let kept = self.kept()?;
        // Most objects have at most one unknown member. `Vec` would make room for four.
        if kept.members.is_empty() {
            charge(size_of::<(Box<str>, Document)>())?;
            kept.members.reserve_exact(1);
        }
        grow(&mut kept.members)?;
        kept.members.push((name.into(), value));
        Ok(())
    }

    /// Sorts the members. If a name is repeated, the last member stays.
    pub(crate) fn sort(&mut self) {
        let Some(kept) = self.0.as_mut().filter(|kept| kept.members.len() > 1) else { return };
        if kept.members.is_sorted_by(|(a, _), (b, _)| a < b) {
            return;
        }
        // A `BTreeMap` of this type is compiled anyway. `sort` would add 4 kB to a program.
        let mut sorted = BTreeMap::new();
        for (name, value) in std::mem::take(&mut kept.members) {
            sorted.insert(String::from(name), value);
        }
        kept.members = sorted.into_iter().map(|(name, value)| (name.into(), value)).collect();
    }

    /// Removes and returns the member that is the variant of a union without known members. Call it
    /// before [`sort`](Self::sort), because it depends on the order of arrival.
    ///
    /// `__type`, which some AWS serializers add, is never the variant. `type`, which other APIs use
    /// for the name of the variant, is the variant only if there is no other member. If the name is
    /// repeated, the last member that is not `null` counts.
    pub(super) fn take_variant(&mut self) -> Option<(String, Document)> {
        let kept = self.0.as_mut()?;
        let find = |fits: &dyn Fn(&str, &Document) -> bool| {
            kept.members.iter().position(|(name, value)| &**name != "__type" && fits(name, value))
        };
        let at = find(&|name, value| name != "type" && !value.is_null())
            .or_else(|| find(&|_, value| !value.is_null()))
            .or_else(|| find(&|_, _| true))?;
        let (name, mut value) = kept.members.remove(at);
        while let Some(again) = kept.members.iter().position(|(other, _)| *other == name) {
            let (_, repeated) = kept.members.remove(again);
            value = if repeated.is_null() { value } else { repeated };
        }
        self.0 = self.0.take().filter(|kept| !kept.members.is_empty());
        Some((name.into(), value))
    }

    /// Returns the members next to the variant whose content is this object.
    pub(crate) fn adjacent(&self) -> &Self {
        self.0.as_ref().map_or(&NONE, |kept| &kept.adjacent)
    }

    pub(crate) fn adjacent_mut(&mut self) -> &mut Self {
        &mut self.0.get_or_insert_default().adjacent
    }

    /// Counts the memory of members next to a variant.
    pub(super) fn charge_adjacent<E: Error>() -> Result<(), E> {
        charge(size_of::<Kept>())
    }

    /// Notes that a required member did not arrive.
    pub(crate) fn miss<E: Error>(&mut self, member: usize) -> Result<(), E> {
        self.kept()?.absent |= bit(member);
        Ok(())
    }

    /// Returns whether a required member did not arrive.
    pub(crate) fn misses(&self, member: usize) -> bool {
        self.0.as_ref().is_some_and(|kept| kept.absent & bit(member) != 0)
    }

    /// Sets a member and replaces one of the same name.
    pub(crate) fn set(&mut self, name: String, value: Document) {
        let members = &mut self.0.get_or_insert_default().members;
        members.retain(|(known, _)| **known != *name);
        members.push((name.into(), value));
        self.sort();
    }

    /// Writes the members. The name of a known member is an error, because an object with a
    /// repeated name is ambiguous.
    pub(crate) fn write_except<M: SerializeMap>(&self, map: &mut M, known: &[&str]) -> Result<(), M::Error> {
        if let Some((name, _)) = self.iter().find(|(name, _)| known.contains(name)) {
            return Err(M::Error::custom(format_args!("extra({name:?}): AWS's API has this member: use its setter")));
        }
        self.write(map)
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

/// Returns the bit of a required member. Members beyond 64 have none and would always be written.
/// No shape has that many.
fn bit(member: usize) -> u64 {
    u32::try_from(member).ok().and_then(|member| 1_u64.checked_shl(member)).unwrap_or(0)
}

impl PartialEq for UnknownMembers {
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members()
    }
}

impl fmt::Debug for UnknownMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()?;
        debug_adjacent(self, f)
    }
}

/// Prints the members next to the variant of a union, if there are any.
pub(super) fn debug_adjacent(kept: &UnknownMembers, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let adjacent = kept.adjacent();
    if adjacent.0.is_none() { Ok(()) } else { write!(f, " with unknown: {adjacent:?}") }
}
