//! Step 3: the derived signing key, and the signature.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::{Hex, Scope, StringToSign};

/// The derived signing key of a day, region and service.
///
/// It is derived from the secret access key by four HMACs, which is most of the cost of a
/// signature. Keep it for the whole day. The secret cannot be computed from it, but it can sign
/// requests, so `Debug` does not print it.
#[derive(Clone)]
pub struct SigningKey {
    /// An HMAC that has already processed the key. A clone saves two rounds of SHA-256 per
    /// signature.
    mac: Hmac<Sha256>,
}

impl SigningKey {
    /// Derives the signing key of a secret access key for a scope. Only the day of the scope's time
    /// counts.
    #[must_use]
    pub fn derive(secret_access_key: &str, scope: &Scope<'_>) -> Self {
        let mut secret = Zeroizing::new(Vec::with_capacity(4 + secret_access_key.len()));
        secret.extend_from_slice(b"AWS4");
        secret.extend_from_slice(secret_access_key.as_bytes());
        let mut key = Zeroizing::new(finish(keyed(&secret).chain_update(scope.date())));
        for part in [scope.region(), scope.service(), "aws4_request"] {
            key = Zeroizing::new(finish(keyed(&*key).chain_update(part)));
        }
        Self { mac: keyed(&*key) }
    }

    /// Signs a string to sign.
    #[must_use]
    pub fn sign(&self, string: &StringToSign) -> Signature {
        Signature(finish(self.mac.clone().chain_update(string.as_str())))
    }

    /// Returns whether a signature is that of a string to sign. The comparison takes constant time.
    #[must_use]
    pub fn verify(&self, string: &StringToSign, signature: &Signature) -> bool {
        self.mac.clone().chain_update(string.as_str()).verify_slice(&signature.0).is_ok()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([redacted])")
    }
}

#[expect(clippy::expect_used, reason = "HMAC accepts keys of any length, and a wrong key must not go unnoticed")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC accepts keys of any length")
}

fn finish(mac: Hmac<Sha256>) -> [u8; 32] {
    let mut output = mac.finalize().into_bytes();
    let bytes = output.into();
    output.as_mut_slice().zeroize();
    bytes
}

/// Step 3 of a signature: 32 bytes, written as 64 lower-case hexadecimal digits.
///
/// It does not implement `==`, which would not take constant time. Use [`SigningKey::verify`].
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        Hex::read(text).map(Self)
    }

    pub(super) fn push_to(&self, text: &mut String) {
        text.push_str(Hex::of(&self.0).as_str());
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Hex::of(&self.0).as_str())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}
