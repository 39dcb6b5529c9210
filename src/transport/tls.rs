//! TLS for the transport: rustls with ring, trusting what the platform trusts or, with `webpki-roots`, Mozilla's roots in its place.

use std::sync::Arc;

pub(crate) use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;

use crate::error::{ConfigError, ConfigErrorKind};

#[cfg(not(feature = "webpki-roots"))]
mod platform;

/// When it is found out what the platform trusts: to read its 150 certificates takes longer than a call on loopback, and who speaks
/// plain HTTP needs none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Roots {
    /// At once, so that an image without certificates is found out before the first call.
    Now,
    /// With the first certificate that is to be judged.
    OnUse,
}

/// The configuration that every connection uses: TLS 1.2 and 1.3, and certificates in PEM that are trusted as well.
pub(crate) fn client_config(ca_bundle: Option<&[u8]>, roots: Roots) -> Result<ClientConfig, ConfigError> {
    let extra = ca_bundle.map(certificates).transpose()?.unwrap_or_default();
    let provider = Arc::new(CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() });
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    #[cfg(feature = "webpki-roots")]
    let mut config = {
        // They are in the program: there is nothing to put off.
        let _ = roots;
        let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for certificate in extra {
            roots.add(certificate).map_err(|error| unfit().with_source(error))?;
        }
        builder.with_root_certificates(roots).with_no_client_auth()
    };
    #[cfg(not(feature = "webpki-roots"))]
    let mut config = {
        let verifier = platform::Verifier::new(extra, provider)?;
        if roots == Roots::Now {
            verifier.load().map_err(failed)?;
        }
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
    };
    if cfg!(feature = "http2") {
        config.alpn_protocols.push(b"h2".to_vec());
    }
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(config)
}

/// Loads no private keys: the client has no certificate of its own, and what signs with one would be 40 kB of a small program.
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
    ConfigError::new(ConfigErrorKind::InvalidSetting, "the CA bundle holds no certificate in PEM, or a broken one")
}
