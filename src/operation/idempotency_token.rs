//! Idempotency tokens, by which AWS recognizes a retry of a request.

use crate::error::{ConfigError, ConfigErrorKind};

/// Returns a random UUID (version 4).
///
/// The token is part of the HTTP request, which is the same in every attempt of a call.
///
/// The random bits of each token come from the operating system. A generator in the process can be
/// seeded, or copied by `fork`. Two jobs would then get the same token, and AWS would start only
/// one of them.
///
/// # Errors
///
/// Returns [`ConfigErrorKind::InvalidRequest`] if the operating system has no random bits.
pub(crate) fn idempotency_token() -> Result<String, ConfigError> {
    token(random)
}

fn token(random: impl FnOnce(&mut [u8; 16]) -> Result<(), ConfigError>) -> Result<String, ConfigError> {
    const VERSION_4: u128 = 4 << 76;
    const VERSION: u128 = 0xF << 76;
    const VARIANT_RFC_9562: u128 = 0b10 << 62;
    const VARIANT: u128 = 0b11 << 62;
    let mut bytes = [0; 16];
    random(&mut bytes)?;
    let bits = (u128::from_be_bytes(bytes) & !VERSION & !VARIANT) | VERSION_4 | VARIANT_RFC_9562;
    Ok(format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        bits >> 80 & 0xFFFF,
        bits >> 64 & 0xFFFF,
        bits >> 48 & 0xFFFF,
        bits & 0xFFFF_FFFF_FFFF,
    ))
}

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
fn random(bytes: &mut [u8; 16]) -> Result<(), ConfigError> {
    getrandom::getrandom(bytes).map_err(|error| no_entropy().with_source(error.to_string()))
}

/// Fails, because a browser has no operating system to ask.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
fn random(_: &mut [u8; 16]) -> Result<(), ConfigError> {
    Err(no_entropy())
}

fn no_entropy() -> ConfigError {
    let message = "cannot generate an idempotency token: the operating system has no random bytes: set the client token of the request";
    ConfigError::new(ConfigErrorKind::InvalidRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_a_uuid_of_version_4() {
        for _ in 0..100 {
            let token = idempotency_token().unwrap();
            let groups: Vec<_> = token.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{token}");
            assert!(groups.concat().bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{token}");
            assert!(groups[2].starts_with('4'), "{token}");
            assert!(groups[3].starts_with(['8', '9', 'a', 'b']), "{token}");
        }
        assert_ne!(idempotency_token().unwrap(), idempotency_token().unwrap());
    }

    #[test]
    fn token_has_all_random_bits_except_six() {
        let of = |byte| {
            let fill = |bytes: &mut [u8; 16]| {
                bytes.fill(byte);
                Ok(())
            };
            token(fill).unwrap()
        };
        assert_eq!(of(0xFF), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(of(0), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn missing_entropy_is_an_error() {
        let error = token(|_| Err(no_entropy())).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::InvalidRequest);
        assert!(error.to_string().contains("random"), "{error}");
    }
}
