//! The XML that STS answers with: elements, their text, and character references.

use crate::error::xml_reference;

/// How deep the elements of a response may go; those of STS go to 4.
const MAX_DEPTH: usize = 16;

/// Reads a document, and calls `found` with the name of an element's parent, its own name, and a piece of its text.
///
/// Returns `None` for a document that is not well formed, is truncated, or declares a document type, which no response of STS does.
/// Attributes and what is outside of the root are not looked at.
pub(super) fn read(document: &str, mut found: impl FnMut(&str, &str, &str)) -> Option<()> {
    let mut rest = document;
    let mut open: Vec<&str> = Vec::new();
    loop {
        let (content, markup) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let mut text = |piece: &str| {
            if let [.., parent, name] = open.as_slice() {
                found(local(parent), local(name), &piece.replace("\r\n", "\n"));
            }
        };
        text(&resolved(content)?);
        rest = if markup.is_empty() {
            return open.is_empty().then_some(());
        } else if let Some(data) = markup.strip_prefix("<![CDATA[") {
            let (data, after) = data.split_once("]]>")?;
            text(data);
            after
        } else if let Some(comment) = markup.strip_prefix("<!--") {
            comment.split_once("-->")?.1
        } else if let Some(instruction) = markup.strip_prefix("<?") {
            instruction.split_once("?>")?.1
        } else if let Some(end) = markup.strip_prefix("</") {
            let (name, after) = end.split_once('>')?;
            if open.pop()? != name.trim_end() {
                return None;
            }
            after
        } else {
            let (tag, after) = tag(markup.strip_prefix('<')?)?;
            let name = tag.split(|c: char| c.is_whitespace() || c == '/').next()?;
            // A document type has no name.
            if open.len() >= MAX_DEPTH || name.is_empty() || name.starts_with('!') {
                return None;
            }
            if !tag.ends_with('/') {
                open.push(name);
            }
            after
        };
    }
}

/// Splits what follows `<` at the end of the tag. A `>` in quotes belongs to the value of an attribute.
fn tag(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let end = text.find(|c: char| {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => return c == '>',
            Some(_) => {}
        }
        false
    })?;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// A text with its references resolved; `None` if there is an unknown one.
fn resolved(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (name, after) = part.split_once(';')?;
        out.push(xml_reference(name)?);
        out.push_str(after);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(document: &str) -> Option<Vec<String>> {
        let mut all = Vec::new();
        read(document, |parent, name, text| {
            if !text.is_empty() {
                all.push(format!("{parent}/{name}={text}"));
            }
        })?;
        Some(all)
    }

    #[test]
    fn elements_and_their_text_are_read() {
        for (document, expected) in [
            ("<a><b>1</b></a>", &["a/b=1"][..]),
            (
                "<?xml version=\"1.0\"?>\n<!-- <a> --><x:a q=\">\" r='/'><x:b >1&amp;&#50;&#x33;</x:b ></x:a>\n",
                &["a/b=1&23"],
            ),
            ("<a><b><![CDATA[1 & <2>]]></b><c/><d e='f'/></a>", &["a/b=1 & <2>"]),
            ("<a><b>1\r\n2<!-- -->3</b></a>", &["a/b=1\n2", "a/b=3"]),
            ("<a>1</a>", &[]),
        ] {
            assert_eq!(texts(document).unwrap(), expected, "{document}");
        }
    }

    #[test]
    fn documents_that_are_not_well_formed_are_refused() {
        for document in [
            "<a>",
            "</a>",
            "<a></b>",
            "<a><b></a></b>",
            "<a",
            "<a b='>'",
            "<a>&</a>",
            "<a>&bad;</a>",
            "<a>&#xd800;</a>",
            "<!DOCTYPE a><a></a>",
            "<a><![CDATA[</a>",
            "<!-- <a></a>",
            "<?xml",
            "<>",
            "< a></a>",
        ] {
            assert_eq!(texts(document), None, "{document}");
        }
        let deep = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(texts(&deep(MAX_DEPTH)).is_some());
        assert_eq!(texts(&deep(MAX_DEPTH + 1)), None);
    }
}
