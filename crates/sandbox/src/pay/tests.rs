use super::{CRYPTO_TOKEN, crypto_pay};

#[test]
fn a_notification_is_signed_over_its_body_with_the_digest_of_the_token() {
    assert!(CRYPTO_TOKEN.contains(':'));
    let signature = crypto_pay::signature("{}");
    assert_eq!(signature.len(), 64);
    assert_ne!(signature, crypto_pay::signature("{ }"));
}
