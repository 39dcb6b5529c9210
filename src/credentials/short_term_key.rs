//! Creates short-term API keys from credentials. A short-term key is an encoded presigned request.

use std::time::Duration;

use base64_simd::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use crate::credentials::{ApiKey, Credentials};
#[cfg(feature = "client")]
use crate::error::Secrets;
use crate::error::{ConfigError, ConfigErrorKind};
use crate::sigv4::{PayloadHash, Scope, SignableRequest, presign};

const HOST: &str = "bedrock.amazonaws.com";
const ACTION: &str = "Action=CallWithBearerToken";
/// A query parameter that is not part of the signature.
const VERSION: &str = "&Version=1";
const PREFIX: &str = "bedrock-api-key-";

impl ApiKey {
    /// Adds the secrets that errors must not contain: the key, and the secrets that it encodes.
    ///
    /// The prefix of short-term keys is not a secret, and error messages about keys may contain it.
    #[cfg(feature = "client")]
    pub(crate) fn add_to(&self, secrets: &mut Secrets) {
        /// The prefix of long-term keys.
        const LONG_TERM: &str = "ABSK";
        let key = self.expose();
        secrets.add(key.strip_prefix(PREFIX).unwrap_or(key));
        let Some(encoded) = key.strip_prefix(PREFIX).or_else(|| key.strip_prefix(LONG_TERM)) else { return };
        let Ok(decoded) = base64_simd::forgiving_decode_to_vec(encoded.as_bytes()) else { return };
        let Ok(decoded) = String::from_utf8(decoded).map(Zeroizing::new) else { return };
        if !key.starts_with(PREFIX) {
            // A long-term key encodes `name:secret`.
            secrets.add(decoded.split_once(':').map_or("", |(_, secret)| secret));
            return;
        }
        let query = decoded.split_once('?').map_or("", |(_, query)| query);
        for (name, value) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
            if matches!(name, "X-Amz-Security-Token" | "X-Amz-Signature") {
                secrets.add(value);
                for (decoded, _) in url::form_urlencoded::parse(value.as_bytes()) {
                    secrets.add(&Zeroizing::new(decoded.into_owned()));
                }
            }
        }
    }

    /// The maximum lifetime of a short-term key: 12 hours.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

    /// Creates a short-term API key from credentials. Performs no I/O.
    ///
    /// The key grants the permissions of the credentials for Bedrock in one region. It is valid
    /// from `time` on, and expires after `lifetime` or with the credentials, whichever is earlier.
    /// It is identical to the key that AWS's token generators create from the same input.
    ///
    /// See [Generate an Amazon Bedrock API key][aws].
    ///
    /// [aws]: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-generate.html
    ///
    /// ```
    /// use bedrock_lite::{ApiKey, Credentials};
    /// use chrono::Utc;
    ///
    /// let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    /// let credentials = Credentials::new("AKIDEXAMPLE", secret);
    /// let lifetime = ApiKey::MAX_LIFETIME;
    /// let key = ApiKey::mint(&credentials, "eu-west-1", lifetime, Utc::now())?;
    /// assert!(key.expose().starts_with("bedrock-api-key-"));
    /// # Ok::<(), bedrock_lite::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - [`ConfigErrorKind::InvalidCredentials`] if the credentials are invalid.
    /// - [`ConfigErrorKind::InvalidSetting`] if the lifetime is less than 1 s or more than
    ///   [`MAX_LIFETIME`](Self::MAX_LIFETIME).
    /// - [`ConfigErrorKind::InvalidRegion`] if the region is malformed.
    pub fn mint(
        credentials: &Credentials,
        region: &str,
        lifetime: Duration,
        time: DateTime<Utc>,
    ) -> Result<Self, ConfigError> {
        crate::endpoint::check_region(region)?;
        if lifetime > Self::MAX_LIFETIME {
            let message = format!("an API key is valid for 12 hours at most, not {lifetime:?}");
            return Err(ConfigError::new(ConfigErrorKind::InvalidSetting, message));
        }
        let scope = Scope::new(time, region, "bedrock");
        let headers = [("host", HOST.as_bytes())];
        let payload = PayloadHash::of(b"");
        let request = SignableRequest { method: "POST", path: "/", query: ACTION, headers: &headers, payload };
        let presigned = presign(&request, credentials, &scope, lifetime)?;
        let url = Zeroizing::new([HOST, "/?", presigned.query(), VERSION].concat());
        let mut key = Zeroizing::new(String::with_capacity(PREFIX.len() + url.len().div_ceil(3) * 4));
        key.push_str(PREFIX);
        BASE64.encode_append(url.as_bytes(), &mut *key);
        Ok(Self::new(std::mem::take(&mut *key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_encoded_secrets_are_redacted_but_not_the_prefix() {
        const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDq";
        let credentials = Credentials::new("AKIDEXAMPLE", "secretaccesskey").with_session_token(TOKEN);
        let time = DateTime::from_timestamp(1_767_323_045, 0).unwrap();
        let key = ApiKey::mint(&credentials, "us-east-1", ApiKey::MAX_LIFETIME, time).unwrap();
        let mut secrets = Secrets::default();
        key.add_to(&mut secrets);
        assert_eq!(secrets.remove_str(key.expose()), "bedrock-api-key-[redacted]");
        assert_eq!(secrets.remove_str(&format!("token={TOKEN}")), "token=[redacted]");
        let text = "use https://bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256 and bedrock-api-key-";
        assert_eq!(secrets.remove_str(text), text);

        let long_term = ApiKey::new(format!("ABSK{}", BASE64.encode_to_string("BedrockAPIKey-abcd:s3cr3t/part")));
        let mut secrets = Secrets::default();
        long_term.add_to(&mut secrets);
        assert_eq!(secrets.remove_str("the part s3cr3t/part"), "the part [redacted]");
        assert_eq!(secrets.remove_str(long_term.expose()), "[redacted]");
    }
}
