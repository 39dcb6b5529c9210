//! The tokens by which AWS tells a request that is sent again from a second request.

/// A random UUID (version 4).
///
/// It is made when the HTTP request is, which every attempt of a call sends: so each of them carries the same token.
pub(crate) fn idempotency_token() -> String {
    const VERSION_4: u128 = 4 << 76;
    const VERSION: u128 = 0xF << 76;
    const VARIANT_RFC_9562: u128 = 0b10 << 62;
    const VARIANT: u128 = 0b11 << 62;
    let bits = (fastrand::u128(..) & !VERSION & !VARIANT) | VERSION_4 | VARIANT_RFC_9562;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        bits >> 80 & 0xFFFF,
        bits >> 64 & 0xFFFF,
        bits >> 48 & 0xFFFF,
        bits & 0xFFFF_FFFF_FFFF,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_uuid_of_version_4() {
        for _ in 0..100 {
            let token = idempotency_token();
            let groups: Vec<_> = token.split('-').collect();
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{token}");
            assert!(groups.concat().bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{token}");
            assert!(groups[2].starts_with('4'), "{token}");
            assert!(groups[3].starts_with(['8', '9', 'a', 'b']), "{token}");
        }
        assert_ne!(idempotency_token(), idempotency_token());
    }
}
