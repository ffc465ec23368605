//! How people can pay: each way that is on, and whether its provider lets us in.

use ::payments::{Access, Provider};
use secrecy::{ExposeSecret as _, SecretString};

use super::Finding;
use crate::compose::providers;
use crate::config::Config;

/// Every way that is on, or that there is none.
pub(super) async fn payments(config: &Config) -> Vec<Finding> {
    if config.test_mode {
        return vec![Finding::fine("payments", "nobody pays in the test mode")];
    }
    if config.payments.offer.ways.is_empty() {
        let text = "no way to pay is on: nobody can top up; set STARS_ENABLED=1, or the keys of a \
                    provider";
        return vec![Finding::problem("payments", text)];
    }
    let providers = match providers(&config.payments, "bot") {
        Ok(providers) => providers,
        Err(error) => return vec![Finding::problem("payments", error.to_string())],
    };
    let mut findings = Vec::new();
    for way in &config.payments.offer.ways {
        findings.push(match way {
            Provider::Stars => Finding::fine("stars", "on; the bot's token is all they need"),
            Provider::Telegram => cards(config.payments.offer.telegram_token.as_ref()),
            Provider::Manual => Finding::fine("transfers", "on; an operator finds the money"),
            Provider::YooKassa => {
                let asked = match &providers.yookassa {
                    Some(shop) => shop.access().await,
                    None => Access::Denied,
                };
                let names = ("YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY", "YOOKASSA_API_URL");
                let place = "https://yookassa.ru/my";
                let_in("yookassa", asked, names, place)
            }
            Provider::CryptoPay => {
                let asked = match &providers.crypto_pay {
                    Some(application) => application.access().await,
                    None => Access::Denied,
                };
                let names = ("CRYPTO_PAY_TOKEN", "CRYPTO_PAY_API_URL");
                let_in("crypto pay", asked, names, "@CryptoBot, Crypto Pay, My Apps")
            }
        });
    }
    findings
}

/// Its credentials, the setting of its address, and where the credentials are shown.
fn let_in(
    subject: &str,
    asked: Access,
    (credentials, address): (&str, &str),
    place: &str,
) -> Finding {
    match asked {
        Access::Given => Finding::fine(subject, "on; it lets us in"),
        Access::Denied => Finding::problem(
            subject,
            format!("does not let us in: copy {credentials} again ({place}), or nobody can pay"),
        ),
        Access::Unknown(why) => Finding::problem(
            subject,
            format!("cannot be asked ({why}): check the network and {address}"),
        ),
    }
}

/// Telegram says nothing of a token until somebody is billed, so it is looked at only (Bot Payments
/// API: `123:TEST:abcd`, and `LIVE` for real money).
fn cards(token: Option<&SecretString>) -> Finding {
    let token = token.map(|token| token.expose_secret().to_owned()).unwrap_or_default();
    let parts: Vec<_> = token.splitn(3, ':').collect();
    match parts.as_slice() {
        [number, "LIVE", rest] if is_number(number) && !rest.is_empty() => {
            Finding::fine("cards", "on; the token is one for real money")
        }
        [number, "TEST", rest] if is_number(number) && !rest.is_empty() => Finding::warning(
            "cards",
            "TELEGRAM_PROVIDER_TOKEN is one for trials: money that nobody paid is credited; take the \
             LIVE one from @BotFather, Payments",
        ),
        _ => Finding::problem(
            "cards",
            "TELEGRAM_PROVIDER_TOKEN is not a provider's token: copy it from @BotFather, Payments",
        ),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
