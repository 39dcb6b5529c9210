//! [`Verifier`]: judges certificates by what the platform trusts.

#[cfg(all(unix, not(target_os = "android"), not(target_vendor = "apple")))]
mod system;

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};

use crate::error::ConfigError;

#[cfg(not(all(unix, not(target_os = "android"), not(target_vendor = "apple"))))]
use rustls_platform_verifier::Verifier as Platform;
#[cfg(all(unix, not(target_os = "android"), not(target_vendor = "apple")))]
use system::Verifier as Platform;

/// The platform's verifier, made when it is first needed; signatures are checked without it.
pub(super) struct Verifier {
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    platform: OnceLock<Platform>,
}

impl Verifier {
    /// One that trusts some certificates beside the platform's.
    #[cfg_attr(not(target_os = "android"), expect(clippy::unnecessary_wraps, reason = "Android has none"))]
    pub(super) fn new(extra: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Self, ConfigError> {
        #[cfg(target_os = "android")]
        if !extra.is_empty() {
            let message = "Android's own trust store takes no CA bundle";
            return Err(ConfigError::new(crate::error::ConfigErrorKind::InvalidSetting, message));
        }
        Ok(Self { extra, provider, platform: OnceLock::new() })
    }

    /// Finds out what the platform trusts, unless that is known. A failure is not kept: certificates may be installed meanwhile.
    pub(super) fn load(&self) -> Result<&Platform, Error> {
        if let Some(platform) = self.platform.get() {
            return Ok(platform);
        }
        let provider = Arc::clone(&self.provider);
        #[cfg(not(target_os = "android"))]
        let new = Platform::new_with_extra_roots(self.extra.iter().cloned(), provider)?;
        #[cfg(target_os = "android")]
        let new = Platform::new(provider)?;
        Ok(self.platform.get_or_init(|| new))
    }
}

/// Shows no algorithms and certificates. Nothing prints it, but rustls requires it, and the whole would be in every program.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
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
