//! Errors in XML, which a front end of AWS writes if it does not recognize the protocol of a
//! request.

/// An error in XML.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct XmlError {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) request_id: Option<String>,
}

/// The maximum length that is read, in bytes. Errors of AWS have a few hundred bytes.
const READ: usize = 64 * 1024;
/// The root elements that are not named like the code.
const WRAPPERS: [&str; 4] = ["ErrorResponse", "Error", "Errors", "Response"];

/// Reads an error. Returns `None` if the text is not XML, or is an HTML page.
///
/// There are two forms:
///
/// - `<ErrorResponse><Error><Code>…</Code><Message>…</Message></Error></ErrorResponse>`, with or
///   without the outer elements;
/// - an element that is named like the code: `<UnknownOperationException/>`.
pub(super) fn read(body: &[u8]) -> Option<XmlError> {
    let body = body.get(..READ).unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let root = root(text)?;
    if root.eq_ignore_ascii_case("html") {
        return None;
    }
    let named = (!WRAPPERS.contains(&root)).then(|| root.to_owned());
    let code = element(text, "Code").or(named.filter(|name| is_code(name)));
    let message = element(text, "Message").or_else(|| element(text, "message"));
    let request_id = element(text, "RequestId").or_else(|| element(text, "RequestID"));
    code.is_some().then_some(XmlError { code, message, request_id })
}

/// Returns whether the name of an element is an error code of AWS.
fn is_code(name: &str) -> bool {
    ["Exception", "Error", "Fault", "Failure"].iter().any(|end| name.ends_with(end))
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns whether a text in lower case is an HTML page.
pub(super) fn is_page(text: &str) -> bool {
    let text = content(text).unwrap_or_default();
    text.starts_with("<!doctype html") || root(text) == Some("html")
}

/// Returns the text after byte order marks, white space, declarations and comments.
fn content(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if let Some(rest) = text.strip_prefix("<?") {
            text = rest.split_once("?>")?.1;
        } else if let Some(rest) = text.strip_prefix("<!--") {
            text = rest.split_once("-->")?.1;
        } else {
            return Some(text);
        }
    }
}

/// Returns the name of the root element, without its namespace prefix.
fn root(mut text: &str) -> Option<&str> {
    loop {
        text = content(text)?;
        if let Some(rest) = text.strip_prefix("<!") {
            text = rest.split_once('>')?.1;
        } else {
            let rest = text.strip_prefix('<')?;
            let name = rest.get(..rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?)?;
            return local(name);
        }
    }
}

/// Returns a name without its namespace prefix, or `None` if nothing is left.
fn local(name: &str) -> Option<&str> {
    name.rsplit(':').next().filter(|name| !name.is_empty())
}

/// Returns the text of the first element with this name, with its references resolved. An empty
/// element counts as absent.
fn element(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (_, tag) = rest.split_once('<')?;
        let (tag, after) = tag.split_once('>')?;
        let found = tag.split(char::is_whitespace).next().and_then(local);
        if found == Some(name) && !tag.ends_with('/') {
            let content = match after.trim_start().strip_prefix("<![CDATA[") {
                Some(data) => data.split_once("]]>")?.0.to_owned(),
                None => resolved(after.split_once('<')?.0),
            };
            let content = content.trim();
            return (!content.is_empty()).then(|| content.to_owned());
        }
        rest = after;
    }
}

/// Returns a text with its entities and character references resolved.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let named = after.split_once(';').and_then(|(name, rest)| Some((reference(name)?, rest)));
        rest = if let Some((c, rest)) = named {
            out.push(c);
            rest
        } else {
            out.push('&');
            after
        };
    }
    out.push_str(rest);
    out
}

/// Returns the character of a reference such as `amp` or `#x27`.
pub(crate) fn reference(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(body: &str) -> Option<(Option<String>, Option<String>, Option<String>)> {
        read(body.as_bytes()).map(|error| (error.code, error.message, error.request_id))
    }

    #[test]
    fn error_formats_of_aws_are_read() {
        for (body, expected) in [
            ("<UnknownOperationException/>", ("UnknownOperationException", None, None)),
            (
                "\u{feff}<?xml version=\"1.0\"?>\n<UnknownOperationException />",
                ("UnknownOperationException", None, None),
            ),
            (
                "<AccessDeniedException>\n  <Message>Unable to determine service/operation name</Message>\n</AccessDeniedException>",
                ("AccessDeniedException", Some("Unable to determine service/operation name"), None),
            ),
            (
                "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
                 <Code>SignatureDoesNotMatch</Code><Message>a &lt;b&gt; &amp;&#39;&#x2019;c&bad; &amp</Message></Error>\
                 <RequestId>rid</RequestId></ErrorResponse>",
                ("SignatureDoesNotMatch", Some("a <b> &'’c&bad; &amp"), Some("rid")),
            ),
            (
                "<Response><Errors><Error><Code>X</Code><Message><![CDATA[a <b> &amp; c]]></Message></Error></Errors>\
                 <RequestID>r</RequestID></Response>",
                ("X", Some("a <b> &amp; c"), Some("r")),
            ),
            ("<a:Error><a:Code>X</a:Code></a:Error>", ("X", None, None)),
            ("<!-- c --><Error><Code>  X </Code><Message/></Error>", ("X", None, None)),
        ] {
            let (code, message, id): (&str, Option<&str>, Option<&str>) = expected;
            let expected = (Some(code.to_owned()), message.map(str::to_owned), id.map(str::to_owned));
            assert_eq!(parsed(body), Some(expected), "{body}");
        }
    }

    #[test]
    fn other_texts_are_not_errors() {
        for body in [
            "",
            "{}",
            "<",
            "<a",
            "<>",
            "<html><Code>X</Code></html>",
            "<!DOCTYPE html><HTML><title>502</title></HTML>",
            "<ErrorResponse/>",
            "<Error></Error>",
            "<Error><Code>",
            "<Error><Code>X",
            "<div>Exception</div>",
            "<?xml",
            "<!--",
        ] {
            assert_eq!(parsed(body), None, "{body}");
        }
    }
}
