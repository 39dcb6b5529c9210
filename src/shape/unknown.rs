//! [`UnknownMembers`]: the members that no published model names.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, MapAccess};
use serde::ser::{Error as _, SerializeMap};

use super::{Document, charge, grow};

/// Members that were read and that no published model names: kept, and written back.
///
/// Two of them are equal when they have equal members.
#[derive(Clone, Default)]
pub struct UnknownMembers(Option<Box<Kept>>);

/// Everything that is kept of an object beside its known members. It is boxed because few objects have any.
#[derive(Clone, Default)]
struct Kept {
    /// In the order of their names, once the object is read.
    members: Vec<(Box<str>, Document)>,
    /// The members next to the variant of a union, if the object is what that variant holds.
    beside: UnknownMembers,
    /// The required members that the object lacked: bit n is set for the n-th.
    absent: u64,
}

static NONE: UnknownMembers = UnknownMembers(None);

impl UnknownMembers {
    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// Returns the member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Document> {
        let members = self.members();
        let at = members.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        members.get(at).map(|(_, value)| value)
    }

    /// Returns every member with its name, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.members().iter().map(|(name, value)| (&**name, value))
    }

    fn members(&self) -> &[(Box<str>, Document)] {
        self.0.as_ref().map_or(&[], |kept| &kept.members)
    }

    /// Returns these members and those; of two with the same name, the other one.
    pub(crate) fn and(mut self, others: Self) -> Self {
        if let Some(others) = others.0 {
            self.0.get_or_insert_default().members.extend(others.members);
            self.sort();
        }
        self
    }

    /// Returns these members but for those of the given names, and nothing else that was kept with them.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        if let Some(kept) = &mut self.0 {
            kept.members.retain(|(name, _)| !names.contains(&&**name));
            kept.beside = Self::default();
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

    /// Reads a member. [`sort`](Self::sort) has to follow the last one.
    pub(crate) fn read<'de, A: MapAccess<'de>>(&mut self, name: String, map: &mut A) -> Result<(), A::Error> {
        let value = map.next_value()?;
        let kept = self.kept()?;
        // Most objects have one unknown member at most: room for four would be four times what it takes.
        if kept.members.is_empty() {
            charge(size_of::<(Box<str>, Document)>())?;
            kept.members.reserve_exact(1);
        }
        grow(&mut kept.members)?;
        kept.members.push((name.into(), value));
        Ok(())
    }

    /// Brings the members into order; of several with the same name, the last one stays.
    pub(crate) fn sort(&mut self) {
        let Some(kept) = self.0.as_mut().filter(|kept| kept.members.len() > 1) else { return };
        if kept.members.is_sorted_by(|(a, _), (b, _)| a < b) {
            return;
        }
        // By way of a map that the crate has anyway: a sort of this type would be 4 kB of a small program.
        let mut sorted = BTreeMap::new();
        for (name, value) in std::mem::take(&mut kept.members) {
            sorted.insert(String::from(name), value);
        }
        kept.members = sorted.into_iter().map(|(name, value)| (name.into(), value)).collect();
    }

    /// Takes out the member that is a union's variant, if no known one is; in the order of arrival, before
    /// [`sort`](Self::sort).
    ///
    /// `__type` is what some AWS serializers add, and never a variant. `type` is what other APIs call the variant in: it is taken only if
    /// there is no other member. Of several members with the variant's name, the last one that is not `null` counts.
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

    /// Returns the members next to the union's variant that holds the object.
    pub(crate) fn beside(&self) -> &Self {
        self.0.as_ref().map_or(&NONE, |kept| &kept.beside)
    }

    pub(crate) fn beside_mut(&mut self) -> &mut Self {
        &mut self.0.get_or_insert_default().beside
    }

    /// Counts what it takes to be kept next to a variant.
    pub(super) fn charge_beside<E: Error>() -> Result<(), E> {
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

    /// Sets a member, in place of one of the same name.
    pub(crate) fn set(&mut self, name: String, value: Document) {
        let members = &mut self.0.get_or_insert_default().members;
        members.retain(|(known, _)| **known != *name);
        members.push((name.into(), value));
        self.sort();
    }

    /// Writes the members. The name of a known member is an error, because an object that has a name twice is ambiguous.
    pub(crate) fn write_except<M: SerializeMap>(&self, map: &mut M, known: &[&str]) -> Result<(), M::Error> {
        if let Some((name, _)) = self.iter().find(|(name, _)| known.contains(name)) {
            return Err(M::Error::custom(format_args!("extra({name:?}) is a member of the model: use its setter")));
        }
        self.write(map)
    }

    pub(crate) fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
    }
}

/// The bit of a member; shapes with more than 64 members, of which there are none, would write the rest of them always.
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
        debug_beside(self, f)
    }
}

/// Shows the members next to a union's variant, if there are any.
pub(super) fn debug_beside(kept: &UnknownMembers, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let beside = kept.beside();
    if beside.0.is_none() { Ok(()) } else { write!(f, " beside unknown: {beside:?}") }
}
