//! The tokens by which AWS tells a request that is sent again from a second request.

use crate::error::{ConfigError, ConfigErrorKind};

/// Returns a random UUID (version 4).
///
/// The token is made with the HTTP request, which every attempt of a call sends, so all attempts carry the same token.
/// Its bits come from the operating system for each token. A generator that the program can seed, or that `fork` copies,
/// would give two jobs one token, and AWS would start only one of them.
///
/// # Errors
///
/// [`ConfigErrorKind::InvalidRequest`] if the operating system has no random bits to give.
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

/// There is no operating system to ask.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
fn random(_: &mut [u8; 16]) -> Result<(), ConfigError> {
    Err(no_entropy())
}

fn no_entropy() -> ConfigError {
    let message = "no idempotency token: the operating system gives no random bytes; set the request's client token";
    ConfigError::new(ConfigErrorKind::InvalidRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_uuid_of_version_4() {
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
    fn every_random_bit_but_six_is_in_the_token() {
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
    fn without_entropy_there_is_no_token() {
        let error = token(|_| Err(no_entropy())).unwrap_err();
        assert_eq!(error.kind(), ConfigErrorKind::InvalidRequest);
        assert!(error.to_string().contains("random"), "{error}");
    }
}
