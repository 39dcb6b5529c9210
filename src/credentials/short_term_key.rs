//! Minting an API key from credentials: a presigned request in disguise, made on this machine alone.

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
/// Not part of what is signed.
const VERSION: &str = "&Version=1";
const PREFIX: &str = "bedrock-api-key-";

impl ApiKey {
    /// Adds what no error may repeat: the key, and the secrets that it encodes.
    ///
    /// The prefix of short-term keys is public, and stands in texts that explain keys.
    #[cfg(feature = "client")]
    pub(crate) fn add_to(&self, secrets: &mut Secrets) {
        /// What long-term keys begin with.
        const LONG_TERM: &str = "ABSK";
        let key = self.expose();
        secrets.add(key.strip_prefix(PREFIX).unwrap_or(key));
        let Some(encoded) = key.strip_prefix(PREFIX).or_else(|| key.strip_prefix(LONG_TERM)) else { return };
        let Ok(decoded) = base64_simd::forgiving_decode_to_vec(encoded.as_bytes()) else { return };
        let Ok(decoded) = String::from_utf8(decoded).map(Zeroizing::new) else { return };
        if !key.starts_with(PREFIX) {
            // A name and the secret.
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

    /// The longest that a minted key holds: 12 hours.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

    /// Mints a short-term key: whoever has it can call Bedrock in this region as the credentials could, from `time` on, until
    /// `lifetime` is over or the credentials end. Nothing is sent.
    ///
    /// It is what AWS's own token generators make, to the byte.
    ///
    /// ```
    /// use bedrock_lite::{ApiKey, Credentials};
    /// use chrono::Utc;
    ///
    /// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    /// let key = ApiKey::mint(&credentials, "eu-west-1", ApiKey::MAX_LIFETIME, Utc::now())?;
    /// assert!(key.expose().starts_with("bedrock-api-key-"));
    /// # Ok::<(), bedrock_lite::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigErrorKind::InvalidCredentials`] for credentials that no request can carry,
    /// [`ConfigErrorKind::InvalidSetting`] for a lifetime of less than 1 s or more than [`MAX_LIFETIME`](Self::MAX_LIFETIME), and
    /// [`ConfigErrorKind::InvalidRegion`] for a region that none is called by.
    pub fn mint(
        credentials: &Credentials,
        region: &str,
        lifetime: Duration,
        time: DateTime<Utc>,
    ) -> Result<Self, ConfigError> {
        crate::endpoint::check_region(region)?;
        if lifetime > Self::MAX_LIFETIME {
            let message = format!("an API key holds for 12 hours at most, not {lifetime:?}");
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
    fn what_a_key_encodes_is_a_secret_and_its_prefix_is_not() {
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
