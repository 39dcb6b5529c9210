//! The environment of the process. Each test starts a new process, because a test cannot change its
//! own variables while others run.
#![cfg(unix)]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use bedrock_lite::Client;
use bedrock_lite::profile::Files;

/// Marks a process that was started by a test.
const CHILD: &str = "BEDROCK_LITE_TEST_CHILD";

/// Builds a client in a new process that has only these variables. Returns the files that the
/// client looked for, one per line, and the result.
fn build_with(variables: &[(&str, OsString)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "process_environment::child", "--nocapture"])
        .env_clear()
        .env(CHILD, "1")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs in the new process only. Does nothing in the test process.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let paths = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&paths);
    let files = Files::reader(move |path: &Path| {
        seen.lock().unwrap().push(path.to_owned());
        Err(std::io::ErrorKind::NotFound.into())
    });
    let built = Client::builder().files(files).build();
    for path in paths.lock().unwrap().iter() {
        println!("read {}", path.display());
    }
    match built {
        Ok(_) => println!("built"),
        Err(error) => println!("error {error}"),
    }
}

#[test]
fn without_home_the_home_directory_comes_from_the_user_database() {
    let said = build_with(&[]);
    let home = Command::new("sh").args(["-c", "eval echo ~$(id -un)"]).output().unwrap();
    let home = String::from_utf8(home.stdout).unwrap();
    let home = home.trim().trim_end_matches('/');
    assert!(!home.starts_with('~'), "the current user has no entry in the user database: {home}");
    for file in ["config", "credentials"] {
        assert!(said.contains(&format!("read {home}/.aws/{file}\n")), "{said}");
    }
    let said = build_with(&[("HOME", "/elsewhere".into())]);
    assert!(said.contains("read /elsewhere/.aws/config\n"), "{said}");
}

#[test]
fn empty_home_reads_no_files() {
    let said = build_with(&[("HOME", OsString::new())]);
    assert!(!said.contains("read ") && said.contains("error "), "{said}");
}

#[test]
fn process_variable_that_is_not_utf8_is_an_error_that_names_it() {
    let said = build_with(&[("AWS_PROFILE", OsString::from_vec(b"prof\xe9".to_vec()))]);
    assert!(said.contains("error the environment variable AWS_PROFILE is not valid UTF-8"), "{said}");
    assert!(!said.contains("built"), "{said}");
}
