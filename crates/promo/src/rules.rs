use std::str::FromStr;

use hmac::{Hmac, KeyInit as _, Mac as _};
use money::Rub;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use time::{Date, OffsetDateTime};

/// What the shop has decided about giving money away.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The key of the hash by which a person is known for ever.
    pub person_key: SecretString,
    /// Who is told when a ceiling is reached, by Telegram's numbers.
    pub operators: Vec<i64>,
    /// The most welcome bonuses on one day of Moscow.
    pub welcome_daily_max: Rub,
    /// The most bonus money of fixed promo codes, top-ups and invitations on one day of Moscow.
    pub promo_daily_max: Rub,
    /// What an invited friend gets for the first payment.
    pub friend: Reward,
    /// What the inviter gets for it.
    pub inviter: Reward,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            person_key: SecretString::default(),
            operators: Vec::new(),
            welcome_daily_max: Rub::from_roubles(20_000),
            promo_daily_max: Rub::from_roubles(20_000),
            friend: Reward::Fixed(Rub::from_roubles(50)),
            inviter: Reward::Percent(10),
        }
    }
}

impl Rules {
    /// What stands for a person after everything else about them is erased. Without the key nobody
    /// can try all of Telegram's numbers.
    pub(crate) fn person_hash(&self, telegram_id: i64) -> String {
        let key = self.person_key.expose_secret().as_bytes();
        // A key of any length is taken, so the error does not happen.
        let Ok(mut hmac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
        hmac.update(b"person:");
        hmac.update(telegram_id.to_string().as_bytes());
        hmac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The day of Moscow, by which people and the operator count.
pub(crate) fn day(now: OffsetDateTime) -> Date {
    now.to_offset(time::macros::offset!(+3)).date()
}

/// What somebody gets for a payment: never more than the payment itself, so that nobody can pay
/// a rouble to get fifty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reward {
    /// So much.
    Fixed(Rub),
    /// So many hundredths of it.
    Percent(u16),
}

impl Reward {
    /// The reward for a payment.
    #[must_use]
    pub fn of(self, payment: Rub) -> Rub {
        match self {
            Self::Fixed(amount) => amount.min(payment).max(Rub::ZERO),
            Self::Percent(percent) => percent_of(payment, i64::from(percent.min(100))),
        }
    }
}

/// So many hundredths of an amount, rounded down to a kopeck.
pub(crate) fn percent_of(amount: Rub, percent: i64) -> Rub {
    Rub::from_kopecks(amount.kopecks().saturating_mul(percent) / 100)
}

/// Reads `50` (roubles) and `10%`.
impl FromStr for Reward {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.trim().strip_suffix('%') {
            Some(percent) => {
                let percent: u16 = percent.trim().parse().map_err(|_| ())?;
                (percent <= 100).then_some(Self::Percent(percent)).ok_or(())
            }
            None => {
                let amount = Rub::parse(text).map_err(|_| ())?;
                (amount >= Rub::ZERO).then_some(Self::Fixed(amount)).ok_or(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_reward_is_read_and_never_exceeds_the_payment() {
        let rub = Rub::from_roubles;
        let cases = [
            ("50", Ok(Reward::Fixed(rub(50))), rub(50)),
            ("10%", Ok(Reward::Percent(10)), rub(30)),
            ("900", Ok(Reward::Fixed(rub(900))), rub(300)),
            ("0", Ok(Reward::Fixed(Rub::ZERO)), Rub::ZERO),
            ("101%", Err(()), Rub::ZERO),
            ("-5", Err(()), Rub::ZERO),
            ("much", Err(()), Rub::ZERO),
        ];
        for (text, expected, reward) in cases {
            let read = text.parse::<Reward>();
            assert_eq!(read, expected, "{text}");
            if let Ok(read) = read {
                assert_eq!(read.of(rub(300)), reward, "{text}");
            }
        }
    }

    #[test]
    fn a_person_is_known_by_a_hash_that_needs_the_key() {
        let rules = |key: &str| Rules { person_key: key.into(), ..Rules::default() };
        let hash = rules("one").person_hash(42);
        assert_eq!(hash.len(), 64);
        assert_eq!(hash, rules("one").person_hash(42));
        assert_ne!(hash, rules("two").person_hash(42));
        assert_ne!(hash, rules("one").person_hash(43));
    }

    #[test]
    fn a_day_begins_at_midnight_in_moscow() {
        assert_eq!(day(datetime!(2026-01-01 20:59 UTC)), date!(2026 - 01 - 01));
        assert_eq!(day(datetime!(2026-01-01 21:00 UTC)), date!(2026 - 01 - 02));
    }
}
