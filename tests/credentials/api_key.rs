//! Short-term API keys, generated locally.

use std::time::Duration;

use base64_simd::STANDARD as BASE64;
use bedrock_lite::sigv4::{PayloadHash, Scope, SignableRequest, presign};
use bedrock_lite::{ApiKey, ConfigErrorKind, Credentials};
use chrono::{DateTime, TimeZone, Utc};

const TOKEN: &str = "IQoJb3JpZ2luX2VjE/+token==";

fn time() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

/// Returns the URL in a generated key.
fn url(key: &ApiKey) -> String {
    let encoded = key.expose().strip_prefix("bedrock-api-key-").unwrap();
    String::from_utf8(BASE64.decode_to_vec(encoded).unwrap()).unwrap()
}

/// The expected texts are from aws-bedrock-token-generator 1.1.0 with botocore 1.44.5, at the same
/// time.
#[test]
fn generated_key_is_the_same_as_that_of_the_aws_generator() {
    let key = ApiKey::mint(&credentials(), "us-east-1", ApiKey::MAX_LIFETIME, time()).unwrap();
    assert_eq!(
        url(&key),
        "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20260102T030405Z\
         &X-Amz-Expires=43200&X-Amz-SignedHeaders=host\
         &X-Amz-Signature=a7e60d008bb2b3e53c57f4b2566e9d5b5fc59b6b56a4a552c6aa0d0fee79b57d&Version=1"
    );
    let temporary = credentials().with_session_token(TOKEN);
    let key = ApiKey::mint(&temporary, "us-east-1", ApiKey::MAX_LIFETIME, time()).unwrap();
    assert_eq!(
        url(&key),
        "bedrock.amazonaws.com/?Action=CallWithBearerToken&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Fus-east-1%2Fbedrock%2Faws4_request&X-Amz-Date=20260102T030405Z\
         &X-Amz-Expires=43200&X-Amz-SignedHeaders=host&X-Amz-Security-Token=IQoJb3JpZ2luX2VjE%2F%2Btoken%3D%3D\
         &X-Amz-Signature=9642dcf2acce8566dbce5fc076254e47cce37d363a00ed40a6851a389648e9d0&Version=1"
    );
    key.validate().unwrap();
}

#[test]
fn invalid_lifetimes_and_regions_of_keys_are_errors() {
    let kind = |credentials: &Credentials, region: &str, seconds: u64| {
        ApiKey::mint(credentials, region, Duration::from_secs(seconds), time()).unwrap_err().kind()
    };
    assert_eq!(kind(&credentials(), "us-east-1", 43_201), ConfigErrorKind::InvalidSetting);
    assert_eq!(kind(&credentials(), "us-east-1", 0), ConfigErrorKind::InvalidSetting);
    assert_eq!(kind(&credentials(), "US/east", 900), ConfigErrorKind::InvalidRegion);
    assert_eq!(kind(&Credentials::new("a", "s\n"), "us-east-1", 900), ConfigErrorKind::InvalidCredentials);
}

#[test]
fn debug_of_a_presigned_query_shows_no_secret() {
    let scope = Scope::new(time(), "us-east-1", "bedrock");
    let headers = [("host", &b"h"[..])];
    let request =
        SignableRequest { method: "GET", path: "/", query: "", headers: &headers, payload: PayloadHash::of(b"") };
    let temporary = credentials().with_session_token("kept-token");
    let presigned = presign(&request, &temporary, &scope, Duration::from_secs(7 * 86_400)).unwrap();
    assert!(presigned.query().contains("kept-token"));
    let shown = format!("{presigned:?} {} {:?}", presigned.signed(), presigned.signed());
    assert!(!shown.contains("kept-token"), "{shown}");
    let error = presign(&request, &temporary, &scope, Duration::from_secs(7 * 86_400 + 1)).unwrap_err();
    assert_eq!(error.kind(), ConfigErrorKind::InvalidSetting);
}
