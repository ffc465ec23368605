//! Signed addresses of results at our own port, each good for a while.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use time::OffsetDateTime;
use uuid::Uuid;

/// How long an address is good: as long as KIE.ai promises to keep its own.
pub const LINK_LIVES: Duration = Duration::from_hours(24);

/// The result, its place among the order's results, and the second at which the address ends.
const BODY_BYTES: usize = 16 + 2 + 8;

/// How much of the signature is in the address.
const SIGNATURE_BYTES: usize = 16;

/// Signs and reads addresses of results. The key is derived from the bot's token, so every process
/// has the same and the token cannot be told from an address.
#[derive(Clone)]
pub struct FileLinks {
    base: String,
    key: [u8; 32],
}

impl FileLinks {
    /// Addresses under `base`, the public address of the HTTP port without a slash at the end.
    #[must_use]
    pub fn new(base: &str, secret: &[u8]) -> Self {
        Self { base: base.to_owned(), key: sign(secret, b"addresses of results") }
    }

    /// The address of one result, from now on.
    #[must_use]
    pub fn address(&self, now: OffsetDateTime, order: Uuid, position: i16) -> String {
        let ends = (now + LINK_LIVES).unix_timestamp();
        let mut token = Vec::with_capacity(BODY_BYTES + SIGNATURE_BYTES);
        token.extend_from_slice(order.as_bytes());
        token.extend_from_slice(&position.to_be_bytes());
        token.extend_from_slice(&ends.to_be_bytes());
        let signature = sign(&self.key, &token);
        token.extend_from_slice(&signature[..SIGNATURE_BYTES]);
        format!("{}/files/{}", self.base, URL_SAFE_NO_PAD.encode(token))
    }

    /// The result that an address names, when we signed it and it has not ended.
    #[must_use]
    pub fn read(&self, now: OffsetDateTime, token: &str) -> Option<(Uuid, i16)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (body, signature) = bytes.split_at_checked(BODY_BYTES)?;
        if signature.len() != SIGNATURE_BYTES {
            return None;
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        mac.update(body);
        mac.verify_truncated_left(signature).ok()?;
        let order = Uuid::from_slice(body.get(..16)?).ok()?;
        let position = i16::from_be_bytes(body.get(16..18)?.try_into().ok()?);
        let ends = i64::from_be_bytes(body.get(18..)?.try_into().ok()?);
        (now.unix_timestamp() < ends).then_some((order, position))
    }
}

fn sign(key: &[u8], text: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

impl fmt::Debug for FileLinks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FileLinks").field("base", &self.base).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

    fn links() -> FileLinks {
        FileLinks::new("https://bot.example", b"42:AAA")
    }

    fn token(address: &str) -> String {
        address.strip_prefix("https://bot.example/files/").unwrap().to_owned()
    }

    #[test]
    fn an_address_names_its_result_until_it_ends() {
        let order = Uuid::from_u128(77);
        let token = token(&links().address(NOW, order, 3));
        assert_eq!(links().read(NOW, &token), Some((order, 3)));
        let last = NOW + LINK_LIVES - Duration::from_secs(1);
        assert_eq!(links().read(last, &token), Some((order, 3)));
        assert_eq!(links().read(NOW + LINK_LIVES, &token), None);
        assert_eq!(FileLinks::new("https://bot.example", b"42:AAB").read(NOW, &token), None);
    }

    proptest! {
        #[test]
        fn a_changed_address_is_worth_nothing(at in 0_usize..42, with in 1_u8..=255) {
            let token = token(&links().address(NOW, Uuid::from_u128(77), 0));
            let mut bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
            bytes[at] ^= with;
            prop_assert_eq!(links().read(NOW, &URL_SAFE_NO_PAD.encode(bytes)), None);
        }

        #[test]
        fn any_text_is_read_without_a_fault(text in "\\PC{0,80}") {
            prop_assert_eq!(links().read(NOW, &text), None);
        }
    }
}
