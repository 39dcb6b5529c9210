//! Paths that are not regular files: pipes, folders and devices are refused by name, and reading
//! one does not hang a call.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;

use bedrock_lite::credentials::{
    ContainerCredentials, ProfileCredentials, ProvideCredentials, ProviderConfig, WebIdentityCredentials,
};
use bedrock_lite::profile::Files;
use bedrock_lite::{ConfigErrorKind, Credentials, Error};

use crate::whole;

/// A folder that is removed when the value is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bedrock-lite-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn pipe(&self) -> PathBuf {
        let path = self.0.join("pipe");
        if !path.exists() {
            assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        }
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn providers(path: &str) -> Vec<Box<dyn ProvideCredentials>> {
    let with = |variables: &[(&str, &str)]| ProviderConfig::new().environment(variables.iter().copied());
    let keys = with(&[("AWS_SHARED_CREDENTIALS_FILE", path), ("AWS_CONFIG_FILE", "/dev/null")]);
    let config = with(&[("AWS_CONFIG_FILE", path), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")]);
    let container = with(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", path),
    ]);
    let bundle = with(&[("AWS_CA_BUNDLE", path), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://127.0.0.1:9/")]);
    vec![
        Box::new(ProfileCredentials::new(&keys)),
        Box::new(ProfileCredentials::new(&config)),
        Box::new(WebIdentityCredentials::of_role(&with(&[]), "arn:aws:iam::1:role/r", path).region("us-east-1")),
        Box::new(ContainerCredentials::new(&container)),
        Box::new(ContainerCredentials::new(&bundle)),
    ]
}

#[tokio::test]
async fn path_that_is_not_a_regular_file_is_an_error_without_waiting() {
    let folder = Folder::new("not-regular");
    let pipe = folder.pipe();
    let linked = folder.0.join("link");
    std::os::unix::fs::symlink(&pipe, &linked).unwrap();
    for path in [&pipe, &linked, &folder.0, Path::new("/dev/zero"), Path::new("/dev/tty")] {
        let path = path.to_str().unwrap();
        for provider in providers(path) {
            let error = provider.credentials().await.unwrap_err();
            let text = whole(&error);
            assert!(text.contains(path) && text.contains("not a regular file"), "{provider:?}: {text}");
        }
    }
}

#[test]
fn building_a_client_does_not_wait_for_a_pipe() {
    let folder = Folder::new("pipe-of-a-client");
    let pipe = folder.pipe();
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE"] {
        let environment = [(variable, pipe.to_str().unwrap()), ("AWS_PROFILE", "default")];
        let client = bedrock_lite::Client::builder().environment(environment).region("us-east-1");
        let error = client.credentials(Credentials::new("AKID", "kept")).build().unwrap_err();
        let Error::Config(error) = error else { panic!("{error:?}") };
        assert_eq!((error.kind(), error.path()), (ConfigErrorKind::UnreadableFile, Some(&*pipe)));
    }
}

#[tokio::test]
async fn null_device_is_an_empty_file() {
    assert_eq!(&**Files::disk().read(Path::new("/dev/null"), 10).unwrap().unwrap(), "");
    let environment = [("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")];
    let error =
        ProfileCredentials::new(&ProviderConfig::new().environment(environment)).credentials().await.unwrap_err();
    assert!(error.to_string().contains("/dev/null has a profile"), "{error}");
}
