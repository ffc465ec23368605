//! The keys of KIE.ai: which of them rest, what they have left, and how long that lasts.

use kie::KeyHealth;
use money::{Credits, Rate};
use outbox::{Alert, Looked, WatchNews};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::look::Watch;
use crate::{policy, store};

impl Watch {
    /// Asks again for keys that rest, which ends their rest when the reason is gone, and tells of
    /// those that go on resting.
    pub(crate) async fn look_at_keys(&self) -> Result<(), sqlx::Error> {
        let kie = &self.parts.kie;
        for key in kie.health().iter().filter(|key| key.benched_until.is_some()) {
            if let Err(error) = kie.credits(&key.name).await {
                tracing::debug!(key = %key.name, %error, "a key that rests was asked in vain");
            }
        }
        let keys = kie.health();
        let mut found: Vec<Alert> = keys.iter().filter_map(trouble_of).collect();
        if found.len() == keys.len() {
            found.push(Alert::NoKeys);
        }
        let looked = [
            Looked { at: "key:", quiet: policy::KEY_QUIET },
            Looked { at: "keys", quiet: policy::KEY_QUIET },
        ];
        self.report(&found, &looked).await
    }

    /// Asks what each key has left and says how long that lasts.
    pub(crate) async fn look_at_credits(&self, cost: Rate) -> Result<(), sqlx::Error> {
        let kie = &self.parts.kie;
        let mut balances = Vec::new();
        for key in kie.key_names() {
            match kie.credits(&key).await {
                Ok(balance) => balances.push((key, balance)),
                Err(error) => tracing::warn!(%key, %error, "the credits could not be read"),
            }
        }
        if balances.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let mut connection = self.parts.pool.acquire().await?;
        for (key, balance) in &balances {
            store::set_balance(&mut connection, key.as_str(), *balance, now).await?;
        }
        let names: Vec<String> = kie.key_names().iter().map(ToString::to_string).collect();
        store::forget_other_keys(&mut connection, &names).await?;
        let burnt = store::burnt_since(&mut connection, now - policy::DAY).await?;
        drop(connection);
        let all = left(&balances.iter().map(|(_, balance)| *balance).collect::<Vec<_>>());
        let hours = runway_hours(all, burnt, cost);
        let found = hours.filter(|hours| *hours < policy::RUNWAY_HOURS).map(|hours| {
            let news = WatchNews::Runway { hours, credits: all.to_string() };
            Alert::Watch { news }
        });
        self.report(found.as_slice(), &[Looked::at("runway")]).await
    }
}

fn trouble_of(key: &KeyHealth) -> Option<Alert> {
    let empty = key.balance.is_some_and(|(balance, _)| balance == Credits::ZERO);
    if key.benched_until.is_none() && !empty {
        return None;
    }
    let code = key.last_failure.as_ref().map_or(402, |failure| failure.code);
    let reason = if empty { "402, balance 0".to_owned() } else { code.to_string() };
    Some(Alert::KeyBenched { key: key.name.to_string(), reason })
}

/// What several keys have left together. Two with exactly the same balance are taken for keys of one
/// account: rather too little than too much.
pub(crate) fn left(balances: &[Credits]) -> Credits {
    let mut distinct = balances.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.into_iter().fold(Credits::ZERO, |sum, one| sum.plus(one).unwrap_or(sum))
}

/// How many hours the credits last when a day uses so many kopecks of them; `None`: for ever. What
/// lasts less than an hour but is not nothing counts as one.
pub(crate) fn runway_hours(credits: Credits, burnt_kop: i64, cost: Rate) -> Option<i64> {
    if credits == Credits::ZERO {
        return Some(0);
    }
    let day = Decimal::from(burnt_kop);
    if day <= Decimal::ZERO {
        return None;
    }
    let worth = credits.decimal() * cost.rub_per_credit() * Decimal::ONE_HUNDRED;
    let hours = worth.checked_mul(Decimal::from(24))?.checked_div(day)?;
    Some(hours.trunc().to_i64().unwrap_or(i64::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credits(text: &str) -> Credits {
        Credits::parse(text).unwrap()
    }

    fn cost() -> Rate {
        Rate::from_decimal(Decimal::new(475, 3)).unwrap()
    }

    #[test]
    fn the_runway_is_what_is_left_over_what_a_day_takes() {
        // 1000 credits are worth 475 ₽.
        for (left, day_kop, hours) in [
            ("1000", 47_500, Some(24)),
            ("1000", 95_000, Some(12)),
            ("1000", 0, None),
            ("0", 0, Some(0)),
            ("0", 100, Some(0)),
            ("0.5", 47_500, Some(1)),
            ("5916.25", 10_000, Some(674)),
        ] {
            assert_eq!(runway_hours(credits(left), day_kop, cost()), hours, "{left} {day_kop}");
        }
    }

    #[test]
    fn keys_with_the_same_balance_are_one_account() {
        assert_eq!(left(&[credits("10"), credits("10.0"), credits("5")]), credits("15"));
        assert_eq!(left(&[]), Credits::ZERO);
    }
}
