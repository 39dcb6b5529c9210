//! The unknown members of a value. They are kept, so a round trip alone would not detect a
//! misspelled member.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde_json::{Map, Value};

/// How often each unknown member, variant (`Unknown { name: … }`) and enum value (`Unknown("…")`)
/// occurred.
#[derive(Default)]
pub(crate) struct Unknowns(BTreeMap<String, usize>);

impl Unknowns {
    /// Reads them from the `Debug` output of a value, which shows all of them.
    pub(crate) fn look_into(&mut self, value: &impl Debug) {
        let text = format!("{value:?}");
        for (at, mark) in text.match_indices("unknown: ") {
            // A map of documents, which print themselves as JSON.
            let members =
                serde_json::Deserializer::from_str(&text[at + mark.len()..]).into_iter::<Map<String, Value>>();
            for name in members.take(1).flat_map(Result::unwrap).map(|(name, _)| name) {
                *self.0.entry(name).or_default() += 1;
            }
        }
        for (at, mark) in ["Unknown { name: ", "Unknown("].iter().flat_map(|mark| text.match_indices(mark)) {
            let name = text[at + mark.len()..].split('"').nth(1).unwrap();
            *self.0.entry(format!("{mark}{name}")).or_default() += 1;
        }
    }

    pub(crate) fn list(&self) -> Vec<(&str, usize)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count)).collect()
    }
}
