use ::payments::{Offer, Provider, Sources};
use money::Rub;
use rust_decimal::Decimal;
use secrecy::SecretString;

use super::Reader;

/// How people can pay.
#[derive(Clone, Debug, Default)]
pub struct Payments {
    /// What can be paid, and by which ways.
    pub offer: Offer,
    /// The shop at `YooKassa`.
    pub yookassa: Option<YooKassaConfig>,
    /// The application at Crypto Pay.
    pub crypto_pay: Option<CryptoPayConfig>,
    /// Proxies whose word about a sender's address is believed.
    pub proxies: Sources,
}

/// The shop at `YooKassa`.
#[derive(Clone, Debug)]
pub struct YooKassaConfig {
    /// Where `YooKassa` is.
    pub api_url: String,
    /// The shop's number.
    pub shop_id: String,
    /// The shop's key.
    pub secret_key: SecretString,
    /// To whom fiscal receipts are sent.
    pub receipt_email: Option<String>,
}

/// The application at Crypto Pay.
#[derive(Clone, Debug)]
pub struct CryptoPayConfig {
    /// Where Crypto Pay is.
    pub api_url: String,
    /// The application's token.
    pub token: SecretString,
}

impl Reader<'_> {
    /// Each way is on when its values are set; nobody pays in the test mode.
    pub(super) fn payments(&mut self, test_mode: bool, admins: &[i64]) -> Payments {
        let stars = self.switch("STARS_ENABLED", true);
        let rub_per_star = self.decimal("STARS_RUB_RATE", Decimal::ONE);
        let telegram_token = self.secret("TELEGRAM_PROVIDER_TOKEN");
        let yookassa = self.yookassa();
        let crypto_pay = self.crypto_pay();
        let manual_details = self.text("MANUAL_PAYMENT_DETAILS");
        if manual_details.is_some() && admins.is_empty() {
            self.mistakes.push(
                "MANUAL_PAYMENT_DETAILS needs ADMIN_ID: somebody has to find the transfers".into(),
            );
        }
        let is_on = |provider: &Provider| match provider {
            Provider::Stars => stars,
            Provider::Telegram => telegram_token.is_some(),
            Provider::YooKassa => yookassa.is_some(),
            Provider::CryptoPay => crypto_pay.is_some(),
            Provider::Manual => manual_details.is_some(),
        };
        let ways = Provider::ALL.into_iter().filter(is_on).filter(|_| !test_mode).collect();
        let usual = Offer::default();
        let offer = Offer {
            ways,
            rub_per_star,
            sums: self.sums().unwrap_or(usual.sums),
            bonuses: self.bonuses(),
            manual_details,
            telegram_token,
            receipt: usual.receipt,
        };
        Payments { offer, yookassa, crypto_pay, proxies: self.proxies() }
    }

    fn yookassa(&mut self) -> Option<YooKassaConfig> {
        let api_url = self.address("YOOKASSA_API_URL", "https://api.yookassa.ru/v3");
        let receipt_email = self.text("YOOKASSA_RECEIPT_EMAIL");
        match (self.text("YOOKASSA_SHOP_ID"), self.secret("YOOKASSA_SECRET_KEY")) {
            (Some(shop_id), Some(secret_key)) => {
                Some(YooKassaConfig { api_url, shop_id, secret_key, receipt_email })
            }
            (None, None) => None,
            _ => {
                self.mistakes.push(
                    "YOOKASSA_SHOP_ID and YOOKASSA_SECRET_KEY belong together: set both or none"
                        .into(),
                );
                None
            }
        }
    }

    fn crypto_pay(&mut self) -> Option<CryptoPayConfig> {
        let api_url = self.address("CRYPTO_PAY_API_URL", "https://pay.crypt.bot");
        self.secret("CRYPTO_PAY_TOKEN").map(|token| CryptoPayConfig { api_url, token })
    }

    fn proxies(&mut self) -> Sources {
        let words = self.list("TRUSTED_PROXIES");
        Sources::parse(words.iter().map(String::as_str)).unwrap_or_else(|| {
            self.mistakes.push(
                "TRUSTED_PROXIES is not a list of addresses and networks such as 10.0.0.0/8".into(),
            );
            Sources::default()
        })
    }

    /// The sums on buttons.
    fn sums(&mut self) -> Option<Vec<Rub>> {
        let words = self.list("TOPUP_SUMS");
        let sums: Option<Vec<Rub>> = words.iter().map(|word| positive(word)).collect();
        if sums.is_none() || words.len() > 12 {
            self.mistakes.push("TOPUP_SUMS is not a list of up to 12 sums such as 100,500".into());
        }
        sums.filter(|sums| !sums.is_empty())
    }

    /// From which sum how many percent come on top: `1000:5,3000:10`.
    fn bonuses(&mut self) -> Vec<(Rub, u8)> {
        let words = self.list("TOPUP_BONUSES");
        let read = |word: &String| {
            let (from, percent) = word.split_once(':')?;
            let percent: u8 = percent.trim_end_matches('%').parse().ok()?;
            Some((positive(from)?, percent)).filter(|_| (1..=100).contains(&percent))
        };
        let bonuses: Option<Vec<(Rub, u8)>> = words.iter().map(read).collect();
        let Some(mut bonuses) = bonuses else {
            let text = "TOPUP_BONUSES is not a table such as 1000:5,3000:10 (from: percent)";
            self.mistakes.push(text.into());
            return Vec::new();
        };
        bonuses.sort_unstable();
        bonuses
    }
}

fn positive(text: &str) -> Option<Rub> {
    Rub::parse(text).ok().filter(|amount| *amount > Rub::ZERO)
}
