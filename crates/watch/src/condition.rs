//! How the shop is at one moment, for an operator who asks, as the database knows it.

use std::collections::BTreeSet;

use money::{Credits, Rate};
use outbox::{Alarm, Alert, WatchNews};
use queue::Standing;
use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::keys::{left, runway_hours};
use crate::look::{LEASE, LEASE_TERM};
use crate::rounds::Round;
use crate::store::Balance;
use crate::{policy, store};

/// The lease of the one process that asks Telegram for updates.
pub const POLLING: &str = "polling";

/// How the shop is.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What is wrong, the oldest first.
    pub alarms: Vec<Alarm>,
    /// Whether somebody looks each minute: no alarms mean something only then.
    pub watched: bool,
    /// When the last look was; none before the first.
    pub looked_at: Option<OffsetDateTime>,
    /// What is left at KIE.ai; none before it was asked.
    pub funds: Option<Funds>,
    /// The keys of KIE.ai; none before one of them was heard of.
    pub keys: Option<Keys>,
    /// When the books were audited last.
    pub audited_at: Option<OffsetDateTime>,
    /// How many disagreements that audit has found.
    pub violations: i64,
    /// The lease of asking Telegram; none when nobody ever did, because it calls us.
    pub polling: Option<Standing>,
}

/// What is left at KIE.ai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Funds {
    /// On all keys together.
    pub credits: Credits,
    /// How many hours that lasts at the pace of the last day; none when nothing was used in it.
    pub hours: Option<i64>,
    /// When KIE.ai said so: of several keys, the one that was heard longest ago.
    pub read_at: OffsetDateTime,
}

/// The keys of KIE.ai, as far as their balances and alarms tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// How many there are.
    pub known: usize,
    /// How many of them rest.
    pub resting: usize,
}

/// Reads how the shop is; a credit costs so much.
///
/// # Errors
/// What the database says.
pub async fn condition(
    connection: &mut PgConnection,
    cost: Rate,
    now: OffsetDateTime,
) -> Result<Condition, sqlx::Error> {
    let alarms = outbox::alarms(connection).await?;
    let balances = store::balances(connection).await?;
    let burnt = store::burnt_since(connection, now - policy::DAY).await?;
    let watch = queue::lease_standing(connection, LEASE, now).await?;
    Ok(Condition {
        watched: watch.is_some_and(|watch| watch.held),
        looked_at: watch.map(|watch| watch.expires_at - LEASE_TERM),
        funds: funds(&balances, burnt, cost),
        keys: keys(&balances, &alarms),
        audited_at: store::round(&mut *connection, Round::Books.name()).await?,
        violations: violations(&alarms),
        polling: queue::lease_standing(connection, POLLING, now).await?,
        alarms,
    })
}

fn funds(balances: &[Balance], burnt: i64, cost: Rate) -> Option<Funds> {
    let read_at = balances.iter().map(|balance| balance.read_at).min()?;
    let credits = left(&balances.iter().map(|balance| balance.credits).collect::<Vec<_>>());
    Some(Funds { credits, hours: runway_hours(credits, burnt, cost), read_at })
}

/// A key that rests may never have said its balance, so both tell which keys there are. Only the last
/// part of its name identifies a key.
fn keys(balances: &[Balance], alarms: &[Alarm]) -> Option<Keys> {
    let resting: BTreeSet<&str> = alarms
        .iter()
        .filter_map(|alarm| {
            let Alert::KeyBenched { key, .. } = &alarm.alert else { return None };
            key.rsplit('-').next()
        })
        .collect();
    let mut known: BTreeSet<&str> =
        balances.iter().filter_map(|balance| balance.key.rsplit('-').next()).collect();
    known.extend(&resting);
    (!known.is_empty()).then_some(Keys { known: known.len(), resting: resting.len() })
}

fn violations(alarms: &[Alarm]) -> i64 {
    let found = alarms.iter().find_map(|alarm| {
        let Alert::Watch { news: WatchNews::Books { violations, .. } } = alarm.alert else {
            return None;
        };
        Some(violations)
    });
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn balance(key: &str, credits: &str, hours_ago: i64) -> Balance {
        Balance {
            key: key.to_owned(),
            credits: Credits::parse(credits).unwrap(),
            read_at: NOW - time::Duration::hours(hours_ago),
        }
    }

    fn alarm(alert: Alert) -> Alarm {
        Alarm { alert, since: NOW, seen_at: NOW, told: 1 }
    }

    fn benched(key: &str) -> Alarm {
        alarm(Alert::KeyBenched { key: key.to_owned(), reason: "401".to_owned() })
    }

    #[test]
    fn keys_are_known_by_their_balances_and_by_their_alarms() {
        assert_eq!(keys(&[], &[alarm(Alert::NoKeys)]), None, "none was heard of");
        let balances = [balance("key-1-aa", "10", 0), balance("key-2-bb", "5", 0)];
        assert_eq!(keys(&balances, &[]), Some(Keys { known: 2, resting: 0 }));
        // One has never said its balance; another has another place in the settings by now.
        let alarms = [benched("key-3-cc"), benched("key-1-bb")];
        assert_eq!(keys(&balances, &alarms), Some(Keys { known: 3, resting: 2 }));
    }

    #[test]
    fn what_is_left_is_as_old_as_the_oldest_answer() {
        let cost = Rate::from_decimal(Decimal::new(475, 3)).unwrap();
        assert_eq!(funds(&[], 100, cost), None);
        let balances = [balance("key-1-aa", "600", 0), balance("key-2-bb", "400", 3)];
        let funds = funds(&balances, 47_500, cost).unwrap();
        assert_eq!(funds.credits, Credits::parse("1000").unwrap());
        assert_eq!((funds.hours, funds.read_at), (Some(24), NOW - time::Duration::hours(3)));
    }

    #[test]
    fn disagreements_are_those_of_the_open_alarm() {
        let news = WatchNews::Books { violations: 3, first: "x".to_owned() };
        assert_eq!(violations(&[benched("key-1-aa"), alarm(Alert::Watch { news })]), 3);
        assert_eq!(violations(&[]), 0);
    }
}
