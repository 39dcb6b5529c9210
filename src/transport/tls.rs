//! The TLS configuration: rustls with ring.
//!
//! Trusts the certificates of the platform or, with the feature `webpki-roots`, Mozilla's roots.

use std::sync::Arc;

pub(crate) use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;

use crate::error::{ConfigError, ConfigErrorKind};

#[cfg(not(feature = "webpki-roots"))]
mod platform;

/// When to load the trust store of the platform.
///
/// Reading its 150 certificates takes longer than a call on loopback, and plain HTTP does not need
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Roots {
    /// The trust store is loaded when the client is built, so that a container image without
    /// certificates fails before the first call.
    Now,
    /// The trust store is loaded when the first certificate is verified.
    OnUse,
}

/// Returns the configuration of all connections, without ALPN: TLS 1.2 and 1.3. The PEM
/// certificates of `ca_bundle` are trusted in addition.
pub(crate) fn client_config(ca_bundle: Option<&[u8]>, roots: Roots) -> Result<ClientConfig, ConfigError> {
    let extra = ca_bundle.map(certificates).transpose()?.unwrap_or_default();
    let provider = Arc::new(CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() });
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    #[cfg(feature = "webpki-roots")]
    {
        // The roots are compiled in, so there is nothing to load.
        let _ = roots;
        let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in extra {
            roots.add(certificate).map_err(|error| unfit().with_source(error))?;
        }
        Ok(builder.with_root_certificates(roots).with_no_client_auth())
    }
    #[cfg(not(feature = "webpki-roots"))]
    {
        let verifier = platform::Verifier::new(extra, provider)?;
        if roots == Roots::Now {
            verifier.load().map_err(failed)?;
        }
        Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
    }
}

/// A key provider that loads no private keys. The client has no certificates, and the code that
/// signs with them would add 40 kB to a small program.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _key: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("client certificates are not supported".to_owned()))
    }
}

fn failed(error: rustls::Error) -> ConfigError {
    ConfigError::new(ConfigErrorKind::HttpClient, "TLS cannot be set up").with_source(error)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, ConfigError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(certificates) if certificates.is_empty() => Err(unfit()),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(unfit().with_source(error)),
    }
}

fn unfit() -> ConfigError {
    ConfigError::new(ConfigErrorKind::InvalidSetting, "the CA bundle has no PEM certificate, or an invalid one")
}
