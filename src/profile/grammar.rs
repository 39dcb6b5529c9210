//! The grammar of a shared configuration file, line by line.
//!
//! A line that begins with `[` opens a section, one that begins with white space continues the property above, any other is a
//! property; comments begin with `#` or `;`, after a value only where white space is before them.

use zeroize::Zeroizing;

use super::Location;
use super::section::{Place, Property, Section};
use crate::error::{ConfigError, ConfigErrorKind};

const BLANK: [char; 2] = [' ', '\t'];
const COMMENT: [char; 2] = ['#', ';'];

/// The sections that a tool reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Profile,
    SsoSession,
    Services,
}

/// A file's sections, in their order; one name may stand at several places.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) sections: Vec<(Kind, String, Section)>,
    /// What stands between the brackets of those that no tool reads.
    pub(super) ignored: Vec<String>,
}

/// What a header says.
#[derive(Debug, PartialEq, Eq)]
enum Header<'a> {
    Section(Kind, &'a str),
    /// `[default]`, which `[profile default]` replaces.
    BareDefault,
    Ignored(&'a str),
}

/// Reads a config file: `[profile name]`, `[default]`, `[sso-session name]`, `[services name]`.
pub(super) fn parse_config(text: &str, location: &Location) -> Result<Parsed, ConfigError> {
    parse(text, location, false)
}

/// Reads a credentials file: `[name]`.
pub(super) fn parse_credentials(text: &str, location: &Location) -> Result<Parsed, ConfigError> {
    parse(text, location, true)
}

fn parse(text: &str, location: &Location, in_credentials: bool) -> Result<Parsed, ConfigError> {
    // Editors of Windows put a byte order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { sections: Vec::new(), property: None, in_credentials };
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        reader.line(line, line_number).map_err(|problem| {
            let message = format!("{location}, line {line_number}: {problem}");
            ConfigError::new(ConfigErrorKind::InvalidFile, message).at(location.shown_path(), Some(line_number))
        })?;
    }
    Ok(keep(reader.sections))
}

/// Leaves out what no tool reads, and `[default]` beside `[profile default]`.
fn keep(all: Vec<(Header<'_>, Section)>) -> Parsed {
    let mut parsed = Parsed::default();
    let prefixed = all.iter().any(|(header, _)| *header == Header::Section(Kind::Profile, "default"));
    for (header, section) in all {
        match header {
            Header::Section(kind, name) => parsed.sections.push((kind, name.to_owned(), section)),
            Header::BareDefault if !prefixed => parsed.sections.push((Kind::Profile, "default".to_owned(), section)),
            Header::BareDefault => {}
            Header::Ignored(header) => parsed.ignored.push(header.to_owned()),
        }
    }
    parsed
}

struct Reader<'a> {
    sections: Vec<(Header<'a>, Section)>,
    /// The property that a line with white space in front continues, and whether it has properties inside.
    property: Option<(String, bool)>,
    in_credentials: bool,
}

/// What is wrong with a line. Nothing of the line itself: it may be a secret.
type Problem = &'static str;

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str, number: usize) -> Result<(), Problem> {
        // A comment of its own may be indented: no value begins with its sign.
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
        let uncommented = line.split(COMMENT).next().unwrap_or_default().trim_end_matches(BLANK);
        let inside = uncommented.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let inside = inside.ok_or("a section's header must end with ']'")?.trim_matches(BLANK);
        let header = if self.in_credentials { credentials_header(inside) } else { config_header(inside) };
        self.sections.push((header, Section::default()));
        self.property = None;
        Ok(())
    }

    fn property(&mut self, line: &str, number: usize) -> Result<(), Problem> {
        let (_, section) = self.sections.last_mut().ok_or("a property stands before the first [section]")?;
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
        let (_, section) = self.sections.last_mut().ok_or("white space in front, before the first [section]")?;
        let (name, has_inner) =
            self.property.as_ref().ok_or("white space in front continues a property, and there is none above")?;
        if *has_inner {
            let (inner, _) = without_comment(line).split_once('=').ok_or("a property inside another has no '='")?;
            if inner.trim_matches(BLANK).is_empty() {
                return Err("a property inside another has no name before its '='");
            }
        }
        section.extend(name, line);
        Ok(())
    }
}

fn config_header(inside: &str) -> Header<'_> {
    if inside == "default" {
        return Header::BareDefault;
    }
    let Some((word, name)) = inside.split_once(BLANK) else { return Header::Ignored(inside) };
    let name = name.trim_matches(BLANK);
    let kind = match word {
        "profile" => Kind::Profile,
        "sso-session" => Kind::SsoSession,
        "services" => Kind::Services,
        _ => return Header::Ignored(inside),
    };
    if is_name(name) { Header::Section(kind, name) } else { Header::Ignored(inside) }
}

fn credentials_header(inside: &str) -> Header<'_> {
    if is_name(inside) { Header::Section(Kind::Profile, inside) } else { Header::Ignored(inside) }
}

/// The names of profiles and of properties.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-/.%@:+".contains(&b))
}

/// The line up to a comment's sign with white space before it.
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
