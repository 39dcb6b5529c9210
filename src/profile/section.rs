//! [`Section`]: a section of the shared configuration files, merged from all its occurrences.

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

/// The properties of a profile, of an SSO session or of a `services` section.
///
/// `Debug` shows the names of the properties but no values, because they may be secrets.
#[derive(Clone, Default)]
pub struct Section {
    properties: BTreeMap<String, Property>,
}

/// A value and its position in the files.
#[derive(Clone)]
pub(super) struct Property {
    pub(super) value: Zeroizing<String>,
    pub(super) place: Place,
}

/// A position: one of the two files, and a line number that starts at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) in_credentials: bool,
    pub(super) line: usize,
}

impl Section {
    /// Returns the value of a property by its lower-case name. An empty value counts as unset, as
    /// for environment variables.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(|property| property.value.as_str()).filter(|value| !value.is_empty())
    }

    /// Returns the value of a nested property, such as `endpoint_url` of `bedrock_runtime` in a
    /// `services` section.
    #[must_use]
    pub fn nested(&self, name: &str, inner: &str) -> Option<&str> {
        // The text of a property with nested properties begins with a line break.
        let lines = self.get(name)?.strip_prefix('\n')?.lines();
        let pairs = lines.filter_map(|line| line.split_once('='));
        let mut found = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(inner)).map(|(_, value)| value.trim());
        found.next_back().filter(|value| !value.is_empty())
    }

    /// Returns all properties, sorted by name. Lines of a value are separated by line breaks.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.properties.iter().map(|(name, property)| (&**name, property.value.as_str()))
    }

    pub(super) fn insert(&mut self, name: String, property: Property) {
        self.properties.insert(name, property);
    }

    /// Appends a line to the value of a property.
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
