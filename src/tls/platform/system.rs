//! [`Verifier`]: judges certificates by the CA files of the system.
//!
//! The same as `rustls_platform_verifier` does here, without its reader of revocation lists: there are none, and it would be 25 kB
//! of a small program.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerified;
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, OtherError, RootCertStore};

pub(in crate::tls) struct Verifier {
    roots: RootCertStore,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    /// Reads the system's certificates. Those of them that are broken are left out, broken extra ones are an error.
    #[expect(clippy::needless_pass_by_value, reason = "as that of rustls_platform_verifier has it")]
    pub(super) fn new_with_extra_roots(
        extra: impl IntoIterator<Item = CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        for certificate in extra {
            roots.add(certificate)?;
        }
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(Error::General("No CA certificates were loaded from the system".to_owned()));
        }
        Ok(Self { roots, algorithms: provider.signature_verification_algorithms })
    }

    pub(super) fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        verify_server_cert_signed_by_trust_anchor(&certificate, &self.roots, intermediates, now, self.algorithms.all)
            .map_err(of_purpose)?;
        verify_server_name(&certificate, server_name)?;
        Ok(ServerCertVerified::assertion())
    }
}

/// As `rustls_platform_verifier` names it on every platform.
#[derive(Debug)]
struct WrongPurpose;

impl fmt::Display for WrongPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("certificate had invalid extensions")
    }
}

impl std::error::Error for WrongPurpose {}

fn of_purpose(error: Error) -> Error {
    match error {
        Error::InvalidCertificate(
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. },
        ) => Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(WrongPurpose)))),
        error => error,
    }
}
