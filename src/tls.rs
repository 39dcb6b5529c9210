//! TLS for the transport: rustls with ring, trusting what the platform trusts or, with `webpki-roots`, Mozilla's roots in its place.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;

use crate::error::{ConfigError, ConfigErrorKind};

/// The configuration that every connection uses: TLS 1.2 and 1.3.
pub(crate) fn client_config() -> Result<ClientConfig, ConfigError> {
    let failed =
        |error: rustls::Error| ConfigError::new(ConfigErrorKind::HttpClient, "TLS cannot be set up").with_source(error);
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    #[cfg(feature = "webpki-roots")]
    let mut config = {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        builder.with_root_certificates(roots).with_no_client_auth()
    };
    #[cfg(not(feature = "webpki-roots"))]
    let mut config = {
        use rustls_platform_verifier::BuilderVerifierExt as _;
        builder.with_platform_verifier().map_err(failed)?.with_no_client_auth()
    };
    if cfg!(feature = "http2") {
        config.alpn_protocols.push(b"h2".to_vec());
    }
    config.alpn_protocols.push(b"http/1.1".to_vec());
    Ok(config)
}
