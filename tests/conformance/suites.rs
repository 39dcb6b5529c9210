//! Reads the conformance suites of other projects.

use std::path::PathBuf;

use serde_json::Value;

/// Returns the folder of the suites. Every test that needs the suites calls it.
pub(crate) fn folder() -> PathBuf {
    let folder = std::env::var_os("BEDROCK_CONFORMANCE");
    PathBuf::from(folder.expect("set BEDROCK_CONFORMANCE to the folder of the conformance suites"))
}

/// Returns a file of a suite without trailing line breaks. Some files have one, some do not.
pub(crate) fn text(path: &str) -> String {
    let path = folder().join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.trim_end_matches('\n').to_owned()
}

pub(crate) fn json(path: &str) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Returns the names in a folder of a suite, sorted.
pub(crate) fn names(path: &str) -> Vec<String> {
    let path = folder().join(path);
    let entries = std::fs::read_dir(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs every case. A case that is left out must exist and must fail. The number of passed cases
/// must match.
pub(crate) fn run_all<T>(
    cases: impl IntoIterator<Item = (String, T)>,
    left_out: &[(&str, &str)],
    expected: usize,
    check: impl Fn(&str, T) -> Result<(), String>,
) {
    let (mut run, mut skipped, mut failures) = (0, Vec::new(), Vec::new());
    for (name, case) in cases {
        let outcome = check(&name, case);
        if let Some((_, reason)) = left_out.iter().find(|(left, _)| *left == name) {
            skipped.push(name.clone());
            if outcome.is_ok() {
                failures.push(format!("{name}: passes, although it is left out because {reason}"));
            }
            continue;
        }
        run += 1;
        if let Err(failure) = outcome {
            failures.push(format!("{name}: {failure}"));
        }
    }
    let missing = left_out.iter().filter(|(name, _)| !skipped.iter().any(|skipped| skipped == name));
    failures.extend(missing.map(|(name, _)| format!("{name}: left out, but the suite has no such case")));
    assert!(failures.is_empty(), "{} of {run} cases fail:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(run, expected, "cases run");
}

/// Compares two results, and names the step if they differ.
pub(crate) fn same(step: &str, actual: impl AsRef<[u8]>, expected: impl AsRef<[u8]>) -> Result<(), String> {
    let (actual, expected) = (actual.as_ref(), expected.as_ref());
    if actual == expected {
        return Ok(());
    }
    let show = String::from_utf8_lossy;
    Err(format!("{step} differs\n--- expected\n{}\n--- actual\n{}\n---", show(expected), show(actual)))
}
