//! Checks the CA bundle: the file of `AWS_CA_BUNDLE` or `ca_bundle`.

use std::path::Path;
use std::sync::Arc;

use crate::error::{ConfigError, ConfigErrorKind};

/// Returns the content of a CA bundle. A file without PEM certificates is an error.
///
/// `name` is the variable or property that names the file.
pub(crate) fn ca_bundle(name: &str, path: &str, text: &str) -> Result<Arc<[u8]>, ConfigError> {
    if text.contains("-----BEGIN") && text.contains("CERTIFICATE-----") {
        return Ok(text.as_bytes().into());
    }
    Err(unfit_ca_bundle(name, path, "has no PEM certificate"))
}

/// Creates the error of an invalid CA bundle.
pub(crate) fn unfit_ca_bundle(name: &str, path: &str, problem: &str) -> ConfigError {
    let message =
        format!("{name}={path:?} {problem}: use a file of certificates that begin with -----BEGIN CERTIFICATE-----");
    ConfigError::new(ConfigErrorKind::InvalidSetting, message).at(Path::new(path), None)
}
