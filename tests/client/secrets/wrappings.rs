//! The ways in which a peer can repeat what it received.

use std::fmt::Write;

/// The name and the value of a header.
pub(crate) type Header = (String, String);

/// Writes headers in some format.
pub(crate) type Wrapping = fn(&[Header]) -> String;

/// Returns the headers of a request.
pub(crate) fn headers(request: &str) -> Vec<Header> {
    let lines = request.lines().skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.into(), value.into())).collect()
}

fn joined(headers: &[Header], each: impl Fn(&str, &str) -> String) -> String {
    headers.iter().map(|(name, value)| each(name, value)).collect()
}

/// Writes the values only.
pub(crate) fn values(headers: &[Header]) -> String {
    headers.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")
}

fn raw(headers: &[Header]) -> String {
    joined(headers, |name, value| format!("{name}: {value}\r\n"))
}

fn json(headers: &[Header]) -> String {
    let members: serde_json::Map<_, _> =
        headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    serde_json::Value::from(members).to_string()
}

/// Escapes each character that is not a letter or a digit.
fn escaped(text: &str, escape: impl Fn(u8) -> String) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { escape(b) }).collect()
}

fn percent(text: &str) -> String {
    escaped(text, |byte| format!("%{byte:02X}"))
}

fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect()
}

fn lines(text: &str, length: usize, end: &str) -> String {
    text.as_bytes().chunks(length).map(|line| String::from_utf8_lossy(line).into_owned() + end).collect()
}

fn base64(headers: &[Header], before: &str) -> String {
    base64_simd::STANDARD.encode_to_string(format!("{before}{}", raw(headers)))
}

fn url_safe(headers: &[Header], before: &str) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(format!("{before}{}", raw(headers)))
}

/// All encodings.
pub(crate) const ALL: &[(&str, Wrapping)] = &[
    ("plain", raw),
    ("Go map", |h| format!("map[{}]", joined(h, |n, v| format!("{n}:[{v}] ")))),
    ("JSON object", json),
    ("JSON arrays", |h| format!("[{}]", joined(h, |n, v| format!("[\"{n}\", \"{v}\"],")))),
    ("JSON values", |h| serde_json::Value::from(h.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>()).to_string()),
    ("JSON with escaped slashes", |h| json(h).replace('/', "\\/")),
    ("JSON in JSON", |h| serde_json::Value::from(json(h)).to_string()),
    ("JSON in JSON in JSON", |h| serde_json::Value::from(serde_json::Value::from(json(h)).to_string()).to_string()),
    ("Python tuples", |h| format!("[{}]", joined(h, |n, v| format!("(b'{n}', b'{v}'), ")))),
    ("Python dictionary", |h| format!("{{{}}}", joined(h, |n, v| format!("'{n}': '{v}', ")))),
    ("Rust debug", |h| format!("{h:?}")),
    ("Java map", |h| format!("{{{}}}", joined(h, |n, v| format!("{n}=[{v}], ")))),
    ("HTML table", |h| joined(h, |n, v| format!("<tr><td>{n}</td><td>{v}</td></tr>"))),
    ("HTML in names", |h| escaped(&raw(h), |b| format!("&#{b};"))),
    ("HTML in hexadecimal", |h| each(&raw(h), |b| format!("&#x{b:x};"))),
    ("HTML entities", |h| raw(h).replace('/', "&sol;").replace('+', "&plus;").replace('=', "&equals;")),
    ("CGI variables", |h| joined(h, |n, v| format!("HTTP_{}={v}\n", n.to_uppercase().replace('-', "_")))),
    ("curl", |h| joined(h, |n, v| format!("-H '{n}: {v}' \\\n"))),
    ("logfmt", |h| joined(h, |n, v| format!("{n}=\"{v}\" "))),
    ("YAML", |h| joined(h, |n, v| format!("{n}: |\n  {}", lines(v, 60, "\n  ")))),
    ("values", |h| joined(h, |_, v| format!("{v}, "))),
    ("percent-encoded", |h| percent(&raw(h))),
    ("percent-encoded in lower case", |h| escaped(&raw(h), |b| format!("%{b:02x}"))),
    ("percent-encoded twice", |h| percent(&percent(&raw(h)))),
    ("percent-encoded three times", |h| percent(&percent(&percent(&raw(h))))),
    ("query", |h| joined(h, |n, v| format!("{n}={}&", percent(v)))),
    ("\\u escapes", |h| each(&raw(h), |b| format!("\\u{b:04x}"))),
    ("\\u escapes in upper case, twice", |h| each(&raw(h), |b| format!("\\\\u{b:04X}"))),
    ("\\x escapes", |h| each(&raw(h), |b| format!("\\x{b:02x}"))),
    ("octal escapes", |h| each(&raw(h), |b| format!("\\{b:03o}"))),
    ("Rust escapes", |h| escaped(&raw(h), |b| format!("\\u{{{b:x}}}"))),
    ("UTF-16, the low byte first", |h| each(&raw(h), |b| format!("{}\0", char::from(b)))),
    ("UTF-16, the high byte first", |h| each(&raw(h), |b| format!("\0{}", char::from(b)))),
    ("quoted-printable", |h| lines(&escaped(&raw(h), |b| format!("={b:02X}")), 75, "=\r\n")),
    ("long lines", |h| lines(&raw(h), 40, "\r\n ")),
    ("short lines", |h| lines(&raw(h), 7, "\n")),
    ("escaped lines", |h| lines(&raw(h), 15, "\\n")),
    ("words", |h| lines(&raw(h), 5, " ")),
    ("characters", |h| each(&raw(h), |b| format!("\"{}\",", char::from(b).escape_default()))),
    ("decimal bytes", |h| format!("{:?}", raw(h).as_bytes())),
    ("hexadecimal bytes", |h| each(&raw(h), |b| format!("{b:02x} "))),
    ("hexadecimal with prefix", |h| each(&raw(h), |b| format!("0x{b:02X}, "))),
    ("hexadecimal", |h| each(&raw(h), |b| format!("{b:02x}"))),
    ("hexadecimal in upper case", |h| each(&raw(h), |b| format!("{b:02X}"))),
    ("Base64", |h| base64(h, "")),
    ("Base64 moved by one", |h| base64(h, "x")),
    ("Base64 moved by two", |h| base64(h, "xy")),
    ("Base64 in lines", |h| lines(&base64(h, ""), 76, "\r\n")),
    ("Base64 of Base64", |h| base64_simd::STANDARD.encode_to_string(base64(h, "x"))),
    ("Base64 of percent-encoded", |h| base64_simd::STANDARD.encode_to_string(percent(&raw(h)))),
    ("Base64 percent-encoded", |h| percent(&base64(h, "x"))),
    ("URL-safe Base64", |h| url_safe(h, "")),
    ("URL-safe Base64 moved by one", |h| url_safe(h, "x")),
    ("URL-safe Base64 moved by two", |h| url_safe(h, "xy")),
    ("Base64 of each value", |h| joined(h, |n, v| format!("{n}: {}\n", base64_simd::STANDARD.encode_to_string(v)))),
    ("starts of values", |h| joined(h, |_, v| format!("{}… ", v.chars().take(40).collect::<String>()))),
    ("ends of values", |h| joined(h, |_, v| format!("…{} ", v.get(v.len().saturating_sub(30)..).unwrap_or(v)))),
    ("bearer", |h| joined(h, |_, v| format!("{} ", v.replace("Bearer ", "Bearer%20").replace('=', "%3D")))),
];

/// Writes a few encodings in one text.
pub(crate) fn some(headers: &[Header]) -> String {
    let mut text = String::new();
    for name in ["Go map", "JSON object", "query", "\\u escapes", "Base64 moved by one", "hexadecimal"] {
        if let Some((name, wrapping)) = ALL.iter().find(|(known, _)| *known == name) {
            let _ = write!(text, "{name} {} ", wrapping(headers));
        }
    }
    text
}
