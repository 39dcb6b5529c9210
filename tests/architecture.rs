//! Checks the architecture: dependencies between modules point downward, and some names appear only
//! in the listed files.
#![expect(clippy::unwrap_used, reason = "a panic in a test is a test failure")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the crate, and the modules that it may name. A module comes after those that it
/// names, so that there are no circular dependencies.
///
/// A submodule with its own entry is a separate module here. For example, every signer needs
/// `credentials`, and `credentials/providers` uses the signer.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("troubleshooting", &[]),
    ("unicode", &[]),
    ("error", &["unicode"]),
    ("metadata", &["error"]),
    ("clock", &["error"]),
    ("profile", &["error"]),
    ("shape", &["error", "metadata", "unicode"]),
    ("retry", &["error"]),
    ("transport", &["error", "metadata", "shape"]),
    ("credentials", &["error", "transport"]),
    ("sigv4", &["error", "credentials"]),
    ("endpoint", &["error", "sigv4"]),
    ("credentials/short_term_key", &["error", "credentials", "sigv4", "endpoint"]),
    ("credentials/providers", &["error", "clock", "credentials", "profile", "sigv4", "endpoint", "transport"]),
    ("eventstream", &["error"]),
    ("operation", &["error", "metadata", "shape", "endpoint"]),
    ("runtime", &["error", "metadata", "shape", "endpoint", "eventstream", "operation", "unicode"]),
    ("control", &["error", "metadata", "shape", "endpoint", "operation"]),
    ("replay", &["error", "clock", "shape", "credentials", "sigv4", "eventstream"]),
    (
        "client",
        &[
            "error",
            "metadata",
            "clock",
            "profile",
            "retry",
            "credentials",
            "sigv4",
            "endpoint",
            "operation",
            "runtime",
            "control",
            "transport",
        ],
    ),
];

/// The names that only some files may use: the names, and the files.
const NAMED_ONLY_IN: &[(&[&str], &[&str])] = &[
    (&["reqwest::"], &["transport.rs", "transport/"]),
    (&["hyper::", "hyper_util::"], &["transport/connections.rs", "transport/proxy.rs", "replay/server.rs"]),
    (&["rustls::"], &["transport/tls.rs", "transport/tls/"]),
    (&["Utc::now", "SystemTime"], &["clock.rs"]),
    (&["std::env::", "env::var"], &["credentials/", "client/proxy.rs"]),
    // The fixture store reads and writes files. Images, videos, audio and documents can be read from files.
    (&["std::fs", "fs::"], &["credentials/", "profile/files.rs", "replay/fixture.rs", "runtime/content/media_file.rs"]),
    (&["tokio::"], &["clock.rs", "transport.rs", "transport/", "client/", "replay/", "credentials/"]),
];

/// Returns the code of each source file, without comments and unit tests, by its path below `src`.
fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let code = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        text.lines().map(without_comment).collect::<Vec<_>>().join("\n")
    };
    files.iter().map(|file| (file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned(), code(file))).collect()
}

/// Removes a comment. A comment begins a line or follows white space; the `//` of `http://` does
/// neither.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with("//") { "" } else { line.split(" //").next().unwrap_or_default() }
}

/// Returns the module of a file: the longest entry of `MAY_KNOW` that its path begins with.
fn module(file: &str) -> &str {
    let path = file.trim_end_matches(".rs");
    let is_in = |module: &str| path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let found =
        MAY_KNOW.iter().map(|(module, _)| *module).filter(|module| is_in(module)).max_by_key(|module| module.len());
    found.unwrap_or(path)
}

/// Returns the modules that the code names as `crate::…`.
fn known(code: &str) -> BTreeSet<&str> {
    assert!(!code.contains("crate::{"), "one `use` per module, because this test reads only that form");
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
        .collect()
}

#[test]
fn modules_name_only_modules_below_them() {
    let mut checked = 0;
    for (file, code) in sources() {
        let module = module(&file).to_owned();
        if module == "lib" {
            continue;
        }
        let (_, allowed) = MAY_KNOW
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("the module {module} is missing: add it to MAY_KNOW"));
        for other in known(&code) {
            assert!(
                other == module || allowed.contains(&other),
                "src/{file} names crate::{other}, which {module} must not depend on"
            );
        }
        checked += 1;
    }
    assert!(checked > 50, "read only {checked} files");
}

#[test]
fn dependencies_between_modules_are_not_circular() {
    for (at, (module, known)) in MAY_KNOW.iter().enumerate() {
        for other in *known {
            let below = MAY_KNOW.iter().position(|(name, _)| name == other).unwrap();
            assert!(below < at, "{module} may know {other}, which stands above it");
        }
    }
}

#[test]
fn restricted_names_appear_only_in_the_listed_files() {
    let sources = sources();
    for (words, places) in NAMED_ONLY_IN {
        let mut named = 0;
        for (file, code) in &sources {
            let may =
                places.iter().any(|place| if place.ends_with('/') { file.starts_with(place) } else { file == place });
            for word in words.iter().filter(|word| code.contains(**word)) {
                assert!(may, "src/{file} names {word}, which is allowed only in {places:?}");
                named += 1;
            }
        }
        assert!(named > 0, "{words:?} is named nowhere: the rule holds nothing");
    }
}

/// AWS's crates are used in the feature `smithy`, and in tests as independent implementations.
#[test]
fn crates_of_aws_are_only_named_in_the_feature_smithy() {
    for (file, code) in sources().into_iter().filter(|(file, _)| file != "eventstream/smithy.rs") {
        let named = ["aws_smithy_", "aws_sigv4", "aws_credential_types"].iter().find(|word| code.contains(**word));
        assert_eq!(named, None, "src/{file}");
    }
}

#[test]
fn source_files_have_a_limited_length() {
    const LONGEST: usize = 550;
    for (file, _) in sources() {
        let lines =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&file)).unwrap().lines().count();
        assert!(lines <= LONGEST, "src/{file} has {lines} lines: split it by subject");
    }
}
