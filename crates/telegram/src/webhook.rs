//! What the receiving side of updates needs: which kinds are asked for, and the webhook's secret.

use std::fmt::Write;

use frankenstein::types::AllowedUpdate;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The header in which Telegram sends the webhook's secret (Bot API, "setWebhook").
pub const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

pub(crate) const ALLOWED: [AllowedUpdate; 4] = [
    AllowedUpdate::Message,
    AllowedUpdate::CallbackQuery,
    AllowedUpdate::MyChatMember,
    AllowedUpdate::PreCheckoutQuery,
];

/// The kinds of updates that are asked for. The list is sent each time, because Telegram keeps
/// the last one given (Bot API, "getUpdates").
#[must_use]
pub const fn allowed_updates() -> &'static [&'static str] {
    &["message", "callback_query", "my_chat_member", "pre_checkout_query"]
}

/// A webhook secret that every process derives alike from the token, and from which the token
/// cannot be told: 64 lowercase hexadecimal digits.
#[must_use]
pub fn webhook_secret(token: &SecretString) -> SecretString {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token.expose_secret().as_bytes()) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(b"webhook secret");
    let mut hex = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        // Writing into a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    SecretString::from(hex)
}

/// Whether the request carries the webhook's secret, in a time that does not tell how much of it
/// was right. `given` is the value of [`SECRET_HEADER`].
#[must_use]
pub fn secret_matches(expected: &SecretString, given: Option<&[u8]>) -> bool {
    let expected = expected.expose_secret().as_bytes();
    !expected.is_empty() && given.is_some_and(|given| expected.ct_eq(given).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_stable_allowed_by_telegram_and_belongs_to_the_token() {
        let secret = webhook_secret(&SecretString::from("42:AAA"));
        let again = webhook_secret(&SecretString::from("42:AAA"));
        let other = webhook_secret(&SecretString::from("42:AAB"));
        assert_eq!(secret.expose_secret(), again.expose_secret());
        assert_ne!(secret.expose_secret(), other.expose_secret());
        assert_eq!(secret.expose_secret().len(), 64);
        assert!(secret.expose_secret().bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(!secret.expose_secret().contains("AAA"));
    }

    #[test]
    fn only_the_very_secret_matches() {
        let secret = SecretString::from("abc");
        assert!(secret_matches(&secret, Some(b"abc")));
        assert!(!secret_matches(&secret, Some(b"abd")));
        assert!(!secret_matches(&secret, Some(b"ab")));
        assert!(!secret_matches(&secret, Some(b"")));
        assert!(!secret_matches(&secret, None));
        assert!(!secret_matches(&SecretString::from(""), Some(b"")));
    }

    #[test]
    fn the_names_of_updates_are_telegrams() {
        let names = serde_json::to_value(ALLOWED).unwrap();
        assert_eq!(names, serde_json::json!(allowed_updates()));
    }
}
