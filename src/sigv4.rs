//! Signature Version 4: how AWS knows who sent a request, and that nobody changed it on the way.
//!
//! Pure: a request, credentials and a time in, a signature out; no clock, no network. One file a step, as AWS's
//! [Create a signed AWS API request](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html)
//! counts them:
//!
//! 1. [`CanonicalRequest`]: the request written down in the one way both sides agree on.
//! 2. [`StringToSign`]: its hash, with the time and the [`Scope`] the signature holds for.
//! 3. [`SigningKey`]: derived from the secret for that scope; signs the string.
//! 4. [`Signer`]: all of it, on an [`http::Request`]; [`verify()`] is the other side, [`presign()`] puts it in a URL.
//!
//! ```
//! use bedrock_lite::sigv4::{CanonicalRequest, PayloadHash, Scope, SignableRequest, SigningKey, StringToSign};
//! use chrono::{TimeZone, Utc};
//!
//! let time = Utc.with_ymd_and_hms(2015, 8, 30, 12, 36, 0).unwrap();
//! let request = CanonicalRequest::new(&SignableRequest {
//!     method: "GET",
//!     path: "/",
//!     query: "",
//!     headers: &[("Host", b"example.amazonaws.com"), ("X-Amz-Date", b"20150830T123600Z")],
//!     payload: PayloadHash::of(b""),
//! })?;
//! let scope = Scope::new(time, "us-east-1", "service");
//! let string = StringToSign::new(&scope, &request);
//! let signature = SigningKey::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", &scope).sign(&string);
//! assert_eq!(signature.to_string(), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
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

/// What every Authorization header and every string to sign begins with.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A SHA-256 in lower-case hexadecimal, on the stack.
struct Hex([u8; 64]);

impl Hex {
    fn of(hash: &[u8; 32]) -> Self {
        let mut text = [b'0'; 64];
        // Cannot fail: 64 is twice 32.
        let _ = hex::encode_to_slice(hash, &mut text);
        Self(text)
    }

    fn as_str(&self) -> &str {
        // Cannot fail: hexadecimal is ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}
