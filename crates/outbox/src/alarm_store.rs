//! The alarms that are open: each is told when it is new, told again after growing pauses, and once
//! when it is over.

use std::time::Duration;

use sqlx::types::Json;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;

use crate::{Alert, Fact, Open, Over, WatchNews};

/// What is seen again sooner than this is not even written down again: a storm of orders that meet
/// one trouble does not queue up for one row.
const SEEN_APART: Duration = Duration::from_secs(30);

/// Something that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked<'a> {
    /// The subject, or what the subjects of several things begin with.
    pub at: &'a str,
    /// What was not seen for so long is over.
    pub quiet: Duration,
}

impl<'a> Looked<'a> {
    /// What is not seen now is over.
    #[must_use]
    pub const fn at(at: &'a str) -> Self {
        Self { at, quiet: Duration::ZERO }
    }
}

/// An alarm for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What is wrong.
    pub alert: Alert,
    /// Since when.
    pub since: OffsetDateTime,
    /// When it was seen last.
    pub seen_at: OffsetDateTime,
    /// How often the operators were told.
    pub told: i32,
}

/// How long an alarm that was told so often rests before it is told again.
const fn pause(told: i32) -> time::Duration {
    match told {
        ..=1 => time::Duration::HOUR,
        2 => time::Duration::hours(4),
        3.. => time::Duration::hours(12),
    }
}

/// Writes down what a look has found: what is wrong, and what was looked at and is in order. The
/// operators get one message with all that is new, is due to be told again, or is over. Says whether
/// there was something to tell. Alerts that are no alarms are left out.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn report(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    operators: &[i64],
    found: &[Alert],
    looked: &[Looked<'_>],
) -> Result<bool, sqlx::Error> {
    let mut open = Vec::new();
    let mut seen = Vec::new();
    for alert in found {
        if let Some(subject) = alert.subject() {
            open.extend(see(connection, now, &subject, alert).await?);
            seen.push(subject);
        }
    }
    let mut over = Vec::new();
    for one in looked {
        over.extend(end(connection, now, one, &seen).await?);
    }
    if open.is_empty() && over.is_empty() {
        return Ok(false);
    }
    for told in &open {
        tracing::warn!(alert = ?told.alert, time = told.time, "something is wrong");
    }
    let alert = Alert::Watch { news: WatchNews::Round { open, over } };
    let fact = Fact::OperatorAlert { alert };
    for operator in operators {
        crate::tell(connection, now, *operator, None, &fact).await?;
    }
    Ok(true)
}

/// Notes that something is wrong; answers when it is to be told now.
async fn see(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    subject: &str,
    alert: &Alert,
) -> Result<Option<Open>, sqlx::Error> {
    let fresh: bool = sqlx::query_scalar(
        "select exists (select from alarms
                        where subject = $1 and over_at is null and last_seen_at > $2)",
    )
    .bind(subject)
    .bind(now - SEEN_APART)
    .fetch_one(&mut *connection)
    .await?;
    if fresh {
        return Ok(None);
    }
    let row = sqlx::query(
        "insert into alarms (subject, alert, first_seen_at, last_seen_at) values ($1, $2, $3, $3)
         on conflict (subject) where over_at is null do update
         set alert = excluded.alert, last_seen_at = excluded.last_seen_at, seen = alarms.seen + 1
         returning id, first_seen_at, told, told_at",
    )
    .bind(subject)
    .bind(Json(alert))
    .bind(now)
    .fetch_one(&mut *connection)
    .await?;
    let (id, told): (i64, i32) = (row.try_get("id")?, row.try_get("told")?);
    let told_at: Option<OffsetDateTime> = row.try_get("told_at")?;
    if told_at.is_some_and(|at| at + pause(told) > now) {
        return Ok(None);
    }
    sqlx::query("update alarms set told = told + 1, told_at = $2 where id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    let first: OffsetDateTime = row.try_get("first_seen_at")?;
    let minutes = (now - first).whole_minutes();
    Ok(Some(Open { alert: alert.clone(), minutes, time: told + 1 }))
}

/// Ends what was looked at and not seen; answers with what the operators had been told of.
async fn end(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    looked: &Looked<'_>,
    seen: &[String],
) -> Result<Vec<Over>, sqlx::Error> {
    let rows = sqlx::query(
        "update alarms set over_at = $2
         where over_at is null and starts_with(subject, $1) and last_seen_at < $3
           and subject <> all ($4)
         returning alert, first_seen_at, told",
    )
    .bind(looked.at)
    .bind(now)
    .bind(now - looked.quiet)
    .bind(seen)
    .fetch_all(connection)
    .await?;
    let mut over = Vec::new();
    for row in rows {
        if row.try_get::<i32, _>("told")? > 0 {
            let since: OffsetDateTime = row.try_get("first_seen_at")?;
            let alert = row.try_get::<Json<Alert>, _>("alert")?.0;
            over.push(Over { alert, minutes: (now - since).whole_minutes() });
        }
    }
    Ok(over)
}

/// What is wrong now, the oldest first.
///
/// # Errors
/// What the database says.
pub async fn alarms(connection: &mut PgConnection) -> Result<Vec<Alarm>, sqlx::Error> {
    let rows = sqlx::query(
        "select alert, first_seen_at, last_seen_at, told from alarms where over_at is null
         order by id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Alarm {
                alert: row.try_get::<Json<Alert>, _>("alert")?.0,
                since: row.try_get("first_seen_at")?,
                seen_at: row.try_get("last_seen_at")?,
                told: row.try_get("told")?,
            })
        })
        .collect()
}

/// How many alarms were over before a moment.
///
/// # Errors
/// What the database says.
pub async fn count_alarms(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from alarms where over_at < $1")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Removes up to so many alarms that were over before a moment; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_alarms(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query(
        "delete from alarms where id in
             (select id from alarms where over_at < $1 order by id limit $2)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

    fn late(minutes: i64) -> Alert {
        Alert::Watch { news: WatchNews::QueueLate { minutes, due: 3 } }
    }

    async fn told(pool: &PgPool) -> i64 {
        sqlx::query_scalar("select count(*) from notices").fetch_one(pool).await.unwrap()
    }

    #[tokio::test]
    async fn an_alarm_is_told_at_once_again_after_growing_pauses_and_once_when_it_is_over() {
        let pool = test_db::fresh_pool().await;
        let mut connection = pool.acquire().await.unwrap();
        let (minute, mut moments) = (time::Duration::MINUTE, Vec::new());
        for passed in 0..=60 * 30 {
            let now = NOW + minute * passed;
            let alert = late(i64::from(passed));
            let looked = [Looked::at("queue")];
            if report(&mut connection, now, &[7], &[alert], &looked).await.unwrap() {
                moments.push(passed);
            }
        }
        assert_eq!(moments, [0, 60, 300, 1020, 1740]);
        assert_eq!(told(&pool).await, 5);
        let open = alarms(&mut connection).await.unwrap();
        assert_eq!((open.len(), open[0].told, open[0].since), (1, 5, NOW));
        let after = NOW + minute * 1801;
        let looked = [Looked::at("queue")];
        assert!(report(&mut connection, after, &[7], &[], &looked).await.unwrap());
        assert!(!report(&mut connection, after, &[7], &[], &looked).await.unwrap(), "once");
        assert_eq!(alarms(&mut connection).await.unwrap(), []);
        let fact: Json<Fact> =
            sqlx::query_scalar("select fact from notices order by id desc limit 1")
                .fetch_one(&pool)
                .await
                .unwrap();
        let over = vec![Over { alert: late(1800), minutes: 1801 }];
        let news = WatchNews::Round { open: Vec::new(), over };
        assert_eq!(fact.0, Fact::OperatorAlert { alert: Alert::Watch { news } });
    }

    #[tokio::test]
    async fn what_is_found_together_is_one_message_to_each_operator() {
        let pool = test_db::fresh_pool().await;
        let mut connection = pool.acquire().await.unwrap();
        let key = |name: &str| Alert::KeyBenched { key: name.to_owned(), reason: "401".to_owned() };
        let found = [key("key-1-aa"), key("key-2-bb"), Alert::NoKeys];
        assert!(report(&mut connection, NOW, &[7, 8], &found, &[]).await.unwrap());
        assert_eq!(told(&pool).await, 2);
        // The other place in the settings is the same key.
        let again = [key("key-2-aa"), Alert::NoKeys];
        let soon = NOW + time::Duration::MINUTE;
        assert!(!report(&mut connection, soon, &[7, 8], &again, &[]).await.unwrap());
        let looked = [Looked { at: "key:", quiet: Duration::from_secs(600) }];
        let later = NOW + time::Duration::minutes(10) + time::Duration::SECOND;
        assert!(report(&mut connection, later, &[7, 8], &[], &looked).await.unwrap());
        let open: Vec<_> = alarms(&mut connection).await.unwrap();
        let open: Vec<_> = open.iter().filter_map(|alarm| alarm.alert.subject()).collect();
        assert_eq!(open, ["key:aa", "keys"], "the one that was seen later goes on");
    }

    #[tokio::test]
    async fn what_happens_and_is_over_at_once_is_no_alarm() {
        let pool = test_db::fresh_pool().await;
        let mut connection = pool.acquire().await.unwrap();
        let alert = Alert::ManyRefusals { user: 1 };
        assert!(!report(&mut connection, NOW, &[7], &[alert], &[]).await.unwrap());
        assert_eq!(told(&pool).await, 0);
    }
}
