//! Step 3: the key of a scope, and what it says about a string.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::{Hex, Scope, StringToSign};

/// A key that signs for one day, region and service.
///
/// Derived from the secret by four HMACs, which is most of what a signature costs: keep it, it is good for its whole day.
/// Nobody gets from it back to the secret, but whoever has it can sign: `Debug` does not show it.
#[derive(Clone)]
pub struct SigningKey {
    /// HMAC with the key already taken in: a signature costs a clone of it instead of two rounds of SHA-256.
    mac: Hmac<Sha256>,
}

impl SigningKey {
    /// The key that a secret access key has in a scope; of the scope's time only the day counts.
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

    /// The signature of a string.
    #[must_use]
    pub fn sign(&self, string: &StringToSign) -> Signature {
        Signature(finish(self.mac.clone().chain_update(string.as_str())))
    }

    /// Whether a signature is the one of a string, found out in a time that does not tell how much of it is right.
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

#[expect(clippy::expect_used, reason = "a wrong key would be worse than a panic that cannot happen")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn finish(mac: Hmac<Sha256>) -> [u8; 32] {
    let mut output = mac.finalize().into_bytes();
    let bytes = output.into();
    output.as_mut_slice().zeroize();
    bytes
}

/// Step 3 of a signature: 32 bytes, written as 64 hexadecimal digits in lower case.
///
/// Not comparable with `==`, which would tell by its time how much is right: [`SigningKey::verify`] does not.
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads what `Display` writes.
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
