//! One section of a shared configuration file, merged from all places that it stands at.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

/// The properties of a profile, an SSO session or a `services` section, by their names in lower case.
///
/// `Debug` shows the names and no values: secrets are among them.
#[derive(Clone, Default)]
pub struct Section {
    properties: BTreeMap<String, Property>,
}

/// A value and where it stands.
#[derive(Clone)]
pub(super) struct Property {
    pub(super) value: Zeroizing<String>,
    pub(super) place: Place,
}

/// One of the two files, and a line of it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) in_credentials: bool,
    pub(super) line: usize,
}

impl Section {
    /// A property's value, by its name in lower case; one that is empty counts as unset, as an environment variable does.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(|property| property.value.as_str()).filter(|value| !value.is_empty())
    }

    /// A property inside a property: `endpoint_url` of `bedrock_runtime` in a `services` section.
    #[must_use]
    pub fn nested(&self, name: &str, inner: &str) -> Option<&str> {
        // A property with others inside has no value of its own: its text begins with a line break.
        let lines = self.get(name)?.strip_prefix('\n')?.lines();
        let pairs = lines.filter_map(|line| line.split_once('='));
        let mut found = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(inner)).map(|(_, value)| value.trim());
        found.next_back().filter(|value| !value.is_empty())
    }

    /// Every property as it was read, sorted by name. A value of several lines has line breaks between them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.properties.iter().map(|(name, property)| (&**name, property.value.as_str()))
    }

    pub(super) fn insert(&mut self, name: String, property: Property) {
        self.properties.insert(name, property);
    }

    /// Adds a line to a property's value.
    pub(super) fn extend(&mut self, name: &str, line: &str) {
        if let Some(property) = self.properties.get_mut(name) {
            property.value.push('\n');
            property.value.push_str(line);
        }
    }

    pub(super) fn merge(&mut self, later: Self) {
        self.properties.extend(later.properties);
    }

    pub(super) fn place(&self, name: &str) -> Option<Place> {
        self.properties.get(name).map(|property| property.place)
    }
}

impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.properties.keys()).finish()
    }
}
