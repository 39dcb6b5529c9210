//! Signature Version 4 (SigV4), the algorithm that authenticates requests to AWS.
//!
//! The code performs no I/O and reads no clock: it computes a signature from a request, credentials
//! and a time. There is one file per step of
//! [Create a signed AWS API request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html):
//!
//! 1. [`CanonicalRequest`]: the request in its canonical form.
//! 2. [`StringToSign`]: the hash of the canonical request, with the time and the credential
//!    [`Scope`].
//! 3. [`SigningKey`]: the derived signing key of the scope, which signs the string to sign.
//! 4. [`Signer`]: all steps, on an [`http::Request`]. [`verify()`] checks a signature.
//!    [`presign()`] signs a URL.
//!
//! ```
//! use bedrock_lite::sigv4::{
//!     CanonicalRequest, PayloadHash, Scope, SignableRequest, SigningKey,
//!     StringToSign,
//! };
//! use chrono::{TimeZone, Utc};
//!
//! let time = Utc.with_ymd_and_hms(2015, 8, 30, 12, 36, 0).unwrap();
//! let request = CanonicalRequest::new(&SignableRequest {
//!     method: "GET",
//!     path: "/",
//!     query: "",
//!     headers: &[
//!         ("Host", b"example.amazonaws.com"),
//!         ("X-Amz-Date", b"20150830T123600Z"),
//!     ],
//!     payload: PayloadHash::of(b""),
//! })?;
//! let scope = Scope::new(time, "us-east-1", "service");
//! let string = StringToSign::new(&scope, &request);
//! let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
//! let signature = SigningKey::derive(secret, &scope).sign(&string);
//! assert_eq!(
//!     signature.to_string(),
//!     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
//! );
//! # Ok::<(), bedrock_lite::ConfigError>(())
//! ```

mod canonical_request;
mod presign;
mod signature;
mod signer;
mod string_to_sign;
pub(crate) mod uri_encode;
mod verify;

pub use canonical_request::{CanonicalRequest, NEVER_SIGNED, PayloadHash, SignableRequest};
pub use presign::{Presigned, presign};
pub use signature::{Signature, SigningKey};
pub use signer::{Signed, Signer};
#[cfg(feature = "client")]
pub(crate) use string_to_sign::BasicTime;
pub use string_to_sign::{Scope, StringToSign};
pub use verify::{Verified, VerifyError, VerifyErrorKind, verify};

/// The name of the algorithm, at the start of every Authorization header and string to sign.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A SHA-256 hash in lower-case hexadecimal, on the stack.
struct Hex([u8; 64]);

impl Hex {
    fn of(hash: &[u8; 32]) -> Self {
        let digit = |value: u8| if value < 10 { b'0' + value } else { b'a' + (value - 10) };
        let mut text = [b'0'; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(hash) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xF)]);
        }
        Self(text)
    }

    /// Reads a hash in lower-case hexadecimal. Upper-case digits are rejected, as by AWS.
    fn read(text: &str) -> Option<[u8; 32]> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let pairs: &[[u8; 2]; 32] = text.as_bytes().as_chunks().0.try_into().ok().filter(|_| text.len() == 64)?;
        let mut hash = [0; 32];
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(hash)
    }

    fn as_str(&self) -> &str {
        // Cannot fail, because hexadecimal digits are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}
