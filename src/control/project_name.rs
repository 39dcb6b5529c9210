//! [`ProjectName`]: a string that the service model marks as sensitive.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shape::Member;

/// The name of a project: 1 to 127 characters, at least one of them not white space.
///
/// The service model marks the name as sensitive. `Debug` therefore prints a placeholder, and there
/// is no `Display`. [`as_str`](Self::as_str) returns the text.
///
/// ```
/// use bedrock_lite::control::ProjectName;
///
/// let name = ProjectName::from("team a");
/// assert_eq!(name.as_str(), "team a");
/// assert_eq!(format!("{name:?}"), "ProjectName(redacted)");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProjectName(String);

impl ProjectName {
    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Member for ProjectName {
    fn absent() -> Self {
        Self::default()
    }

    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }

    fn read_optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(deserializer)
    }
}

impl fmt::Debug for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProjectName(redacted)")
    }
}

impl Deref for ProjectName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ProjectName {
    fn from(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl From<&String> for ProjectName {
    fn from(name: &String) -> Self {
        Self(name.clone())
    }
}

impl From<String> for ProjectName {
    fn from(name: String) -> Self {
        Self(name)
    }
}

impl From<ProjectName> for String {
    fn from(name: ProjectName) -> Self {
        name.0
    }
}

impl PartialEq<str> for ProjectName {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ProjectName {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Serialize for ProjectName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProjectName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}
