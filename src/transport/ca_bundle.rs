//! The file of `AWS_CA_BUNDLE`.

use std::path::Path;
use std::sync::Arc;

use crate::error::{ConfigError, ConfigErrorKind};

/// Returns the certificates in PEM of a CA bundle, and refuses a file that has none.
///
/// `name` is the variable or property that names the file.
pub(crate) fn ca_bundle(name: &str, path: &str, text: &str) -> Result<Arc<[u8]>, ConfigError> {
    if text.contains("-----BEGIN") && text.contains("CERTIFICATE-----") {
        return Ok(text.as_bytes().into());
    }
    Err(unfit_ca_bundle(name, path, "holds no certificate in PEM"))
}

/// The error of a CA bundle that is not one.
pub(crate) fn unfit_ca_bundle(name: &str, path: &str, problem: &str) -> ConfigError {
    let message =
        format!("{name}={path:?} {problem}: name a file of certificates that begin with -----BEGIN CERTIFICATE-----");
    ConfigError::new(ConfigErrorKind::InvalidSetting, message).at(Path::new(path), None)
}
