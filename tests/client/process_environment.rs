//! What the process's own environment says, in processes of their own: a test cannot change the variables of others.
#![cfg(unix)]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use bedrock_lite::Client;
use bedrock_lite::profile::Files;

/// Says that this process is one that a test has started.
const CHILD: &str = "BEDROCK_LITE_TEST_CHILD";

/// Builds a client in a process with these variables alone. Returns the files that it looked for, one a line, and what became of
/// it.
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

/// What the other process does; in this one nothing.
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
fn without_home_the_user_database_says_where_the_files_are() {
    let said = build_with(&[]);
    let home = Command::new("sh").args(["-c", "eval echo ~$(id -un)"]).output().unwrap();
    let home = String::from_utf8(home.stdout).unwrap();
    let home = home.trim().trim_end_matches('/');
    assert!(!home.starts_with('~'), "the user who runs this has no entry in the user database: {home}");
    for file in ["config", "credentials"] {
        assert!(said.contains(&format!("read {home}/.aws/{file}\n")), "{said}");
    }
    let said = build_with(&[("HOME", "/elsewhere".into())]);
    assert!(said.contains("read /elsewhere/.aws/config\n"), "{said}");
}

#[test]
fn an_empty_home_has_no_files() {
    let said = build_with(&[("HOME", OsString::new())]);
    assert!(!said.contains("read ") && said.contains("error "), "{said}");
}

#[test]
fn a_variable_of_the_process_that_is_not_utf8_is_an_error_that_names_it() {
    let said = build_with(&[("AWS_PROFILE", OsString::from_vec(b"prof\xe9".to_vec()))]);
    assert!(said.contains("error the environment variable AWS_PROFILE is not valid UTF-8"), "{said}");
    assert!(!said.contains("built"), "{said}");
}
