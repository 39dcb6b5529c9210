//! The parser of the shared configuration files.
//!
//! - A line that begins with `[` starts a section.
//! - A line that begins with white space continues the property above.
//! - A line that begins with `#` or `;` is a comment, with or without white space before it.
//! - Every other line is a property. After a value, a comment must be preceded by white space.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::Location;
use super::names::{is_name, words};
use super::section::{Place, Property, Section};
use crate::error::{ConfigError, ConfigErrorKind};

const BLANK: [char; 2] = [' ', '\t'];
const COMMENT: [char; 2] = ['#', ';'];

/// The kinds of sections that AWS's tools read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Profile,
    SsoSession,
    Services,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Profile, Self::SsoSession, Self::Services];

    /// Returns the keyword before the name in the config file.
    pub(super) fn keyword(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::SsoSession => "sso-session",
            Self::Services => "services",
        }
    }
}

/// The name of a section.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether all of AWS's tools read the name, because it is quoted or needs no quotes.
    pub(super) is_common: bool,
}

/// The sections of a file, in order. A name may occur more than once.
#[derive(Debug, Default)]
pub(super) struct Parsed<'a> {
    pub(super) sections: Vec<(Kind, Name<'a>, Section)>,
    /// The headers of sections that AWS's tools ignore, without brackets.
    pub(super) ignored: Vec<String>,
}

/// A section header.
#[derive(Debug, PartialEq, Eq)]
enum Header<'a> {
    Section(Kind, Name<'a>),
    /// The header `[default]`, which `[profile default]` overrides.
    BareDefault,
    Ignored(&'a str),
}

/// Parses a config file. Its headers are `[default]`, `[profile name]`, `[sso-session name]` and
/// `[services name]`. Names may be quoted, as in `[profile 'a name']`.
pub(super) fn parse_config<'a>(text: &'a str, location: &Location) -> Result<Parsed<'a>, ConfigError> {
    parse(text, location, false)
}

/// Parses a credentials file. Its headers are `[name]`, without quotes.
pub(super) fn parse_credentials<'a>(text: &'a str, location: &Location) -> Result<Parsed<'a>, ConfigError> {
    parse(text, location, true)
}

fn parse<'a>(text: &'a str, location: &Location, in_credentials: bool) -> Result<Parsed<'a>, ConfigError> {
    // Editors on Windows write a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { sections: Vec::new(), property: None, in_credentials };
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        reader.line(line, line_number).map_err(|problem| {
            let message = format!("{location}, line {line_number}: {problem}");
            ConfigError::new(ConfigErrorKind::InvalidFile, message).at(location.shown_path(), Some(line_number))
        })?;
    }
    Ok(remove_ignored(reader.sections))
}

/// Removes sections that AWS's tools ignore, and `[default]` if there is a `[profile default]`.
fn remove_ignored(all: Vec<(Header<'_>, Section)>) -> Parsed<'_> {
    let mut parsed = Parsed::default();
    let is_default =
        |header: &Header<'_>| matches!(header, Header::Section(Kind::Profile, name) if name.text == "default");
    let has_profile_default = all.iter().any(|(header, _)| is_default(header));
    for (header, section) in all {
        match header {
            Header::Section(kind, name) => parsed.sections.push((kind, name, section)),
            Header::BareDefault if !has_profile_default => {
                let name = Name { text: Cow::Borrowed("default"), is_common: true };
                parsed.sections.push((Kind::Profile, name, section));
            }
            Header::BareDefault => {}
            Header::Ignored(header) => parsed.ignored.push(header.to_owned()),
        }
    }
    parsed
}

struct Reader<'a> {
    sections: Vec<(Header<'a>, Section)>,
    /// The name of the property that an indented line continues, and whether it has nested
    /// properties.
    property: Option<(String, bool)>,
    in_credentials: bool,
}

/// The description of a syntax error. It contains no text of the line, which may be a secret.
type Problem = &'static str;

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str, number: usize) -> Result<(), Problem> {
        // An indented comment is not a continuation.
        let trimmed = line.trim_matches(BLANK);
        if trimmed.is_empty() || trimmed.starts_with(COMMENT) {
            return Ok(());
        }
        if line.starts_with('[') {
            self.header(line)
        } else if line.starts_with(BLANK) {
            self.continuation(trimmed)
        } else {
            self.property(line, number)
        }
    }

    fn header(&mut self, line: &'a str) -> Result<(), Problem> {
        let inside = between_brackets(line, self.in_credentials).ok_or("a section header must end with ']'")?;
        let header = if self.in_credentials { credentials_header(inside) } else { config_header(inside) };
        self.sections.push((header, Section::default()));
        self.property = None;
        Ok(())
    }

    fn property(&mut self, line: &str, number: usize) -> Result<(), Problem> {
        let (_, section) = self.sections.last_mut().ok_or("a property is before the first [section]")?;
        let (name, value) = without_comment(line).split_once('=').ok_or("a property has no '='")?;
        let (name, value) = (name.trim_matches(BLANK).to_ascii_lowercase(), value.trim_matches(BLANK));
        if name.is_empty() {
            return Err("a property has no name before its '='");
        }
        self.property = Some((name.clone(), value.is_empty()));
        if is_name(&name) {
            let place = Place { in_credentials: self.in_credentials, line: number };
            section.insert(name, Property { value: Zeroizing::new(value.to_owned()), place });
        }
        Ok(())
    }

    fn continuation(&mut self, line: &str) -> Result<(), Problem> {
        let (_, section) = self.sections.last_mut().ok_or("an indented line is before the first [section]")?;
        let (name, has_inner) =
            self.property.as_ref().ok_or("an indented line continues a property, but there is no property above it")?;
        if *has_inner {
            let (inner, _) = without_comment(line).split_once('=').ok_or("a nested property has no '='")?;
            if inner.trim_matches(BLANK).is_empty() {
                return Err("a nested property has no name before its '='");
            }
        }
        section.extend(name, line);
        Ok(())
    }
}

/// Returns the text between the brackets of a header.
///
/// A `]` ends the header if only a comment follows. In the config file, a `]` inside quotes does
/// not end it if a later one does.
fn between_brackets(line: &str, in_credentials: bool) -> Option<&str> {
    let rest = line.strip_prefix('[')?;
    let ends = rest.match_indices(']').filter_map(|(at, _)| {
        let (inside, after) = rest.split_at_checked(at)?;
        let after = after.strip_prefix(']')?.trim_start_matches(BLANK);
        (after.is_empty() || after.starts_with(COMMENT)).then(|| inside.trim_matches(BLANK))
    });
    let mut ends = ends.peekable();
    let first = ends.peek().copied();
    if in_credentials { first } else { ends.find(|inside| words(inside).is_some()).or(first) }
}

fn config_header(inside: &str) -> Header<'_> {
    if inside == "default" {
        return Header::BareDefault;
    }
    section_header(inside).unwrap_or(Header::Ignored(inside))
}

fn section_header(inside: &str) -> Option<Header<'_>> {
    let (keyword, bare) = inside.split_once(BLANK)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.keyword() == keyword)?;
    let bare = bare.trim_matches(BLANK);
    if is_name(bare) {
        return Some(Header::Section(kind, Name { text: Cow::Borrowed(bare), is_common: true }));
    }
    let mut words = words(bare)?.into_iter();
    let name = words.next().filter(|name| !name.is_empty() && words.len() == 0)?;
    let is_common = name != bare;
    Some(Header::Section(kind, Name { text: Cow::Owned(name), is_common }))
}

/// Reads a header of the credentials file. The AWS CLI writes names with blanks without quotes.
/// Headers like `[profile name]` are mistakes.
fn credentials_header(inside: &str) -> Header<'_> {
    let has_keyword = |kind: Kind| inside.strip_prefix(kind.keyword()).is_some_and(|rest| rest.starts_with(BLANK));
    if inside.is_empty() || Kind::ALL.into_iter().any(has_keyword) {
        return Header::Ignored(inside);
    }
    Header::Section(Kind::Profile, Name { text: Cow::Borrowed(inside), is_common: is_name(inside) })
}

/// Returns a line without its comment, which is preceded by white space.
fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (at, sign) in line.char_indices() {
        if COMMENT.contains(&sign) && BLANK.contains(&before) {
            return line.get(..at).unwrap_or_default();
        }
        before = sign;
    }
    line
}
