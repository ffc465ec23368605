//! What is given away: the settings of bonuses.

use money::Rub;
use promo::{Reward, Rules};
use secrecy::SecretString;

use super::Reader;

/// The rules of giving; without a key of their own, people are known by the bot's token.
pub(super) fn read(reader: &mut Reader<'_>, token: Option<&SecretString>, admins: &[i64]) -> Rules {
    let usual = Rules::default();
    let key = reader.secret("PERSON_HASH_KEY").or_else(|| token.cloned());
    Rules {
        person_key: key.unwrap_or_default(),
        operators: admins.to_vec(),
        welcome_daily_max: sum(reader, "WELCOME_DAILY_MAX_RUB", usual.welcome_daily_max),
        promo_daily_max: sum(reader, "PROMO_DAILY_MAX_RUB", usual.promo_daily_max),
        friend: reward(reader, "REFERRAL_FRIEND_REWARD", usual.friend),
        inviter: reward(reader, "REFERRAL_INVITER_REWARD", usual.inviter),
    }
}

fn sum(reader: &mut Reader<'_>, name: &str, default: Rub) -> Rub {
    let Some(text) = reader.text(name) else { return default };
    match Rub::parse(&text) {
        Ok(amount) if amount >= Rub::ZERO => amount,
        Ok(_) | Err(_) => {
            reader.mistakes.push(format!("{name} is not a sum in roubles such as 20000"));
            default
        }
    }
}

fn reward(reader: &mut Reader<'_>, name: &str, default: Reward) -> Reward {
    reader.parsed(name, default, "a sum in roubles such as 50, or a percentage such as 10%")
}
