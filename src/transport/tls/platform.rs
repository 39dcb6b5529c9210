//! [`Verifier`]: verifies certificates with the trust store of the platform.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

use crate::error::ConfigError;

/// The verifier of the platform. It is created at the first handshake. Handshake signatures are
/// checked without it.
#[derive(Debug)]
pub(super) struct Verifier {
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    platform: OnceLock<rustls_platform_verifier::Verifier>,
}

impl Verifier {
    /// Creates a verifier that also trusts `extra`.
    #[cfg_attr(not(target_os = "android"), expect(clippy::unnecessary_wraps, reason = "fails on Android only"))]
    pub(super) fn new(extra: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Self, ConfigError> {
        #[cfg(target_os = "android")]
        if !extra.is_empty() {
            let message = "a CA bundle is not supported on Android: install the certificates on the device";
            return Err(ConfigError::new(crate::error::ConfigErrorKind::InvalidSetting, message));
        }
        Ok(Self { extra, provider, platform: OnceLock::new() })
    }

    /// Loads the trust store of the platform, unless it is loaded. A failure is not cached, because
    /// certificates may be installed later.
    pub(super) fn load(&self) -> Result<&rustls_platform_verifier::Verifier, Error> {
        if let Some(platform) = self.platform.get() {
            return Ok(platform);
        }
        let provider = Arc::clone(&self.provider);
        #[cfg(not(target_os = "android"))]
        let new = rustls_platform_verifier::Verifier::new_with_extra_roots(self.extra.iter().cloned(), provider)?;
        #[cfg(target_os = "android")]
        let new = rustls_platform_verifier::Verifier::new(provider)?;
        Ok(self.platform.get_or_init(|| new))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.load()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
