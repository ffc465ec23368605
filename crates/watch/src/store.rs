//! The statements: what is looked at, and the tables `key_balances` and `rounds`.

use billing::World;
use money::{Credits, Rate};
use sqlx::{PgConnection, PgExecutor, PgPool, Row as _};
use time::OffsetDateTime;

/// When a round was done last.
pub(crate) async fn round(
    executor: impl PgExecutor<'_>,
    name: &str,
) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar("select at from rounds where name = $1")
        .bind(name)
        .fetch_optional(executor)
        .await
}

pub(crate) async fn set_round(
    pool: &PgPool,
    name: &str,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into rounds (name, at) values ($1, $2)
         on conflict (name) do update set at = excluded.at",
    )
    .bind(name)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

pub(crate) async fn set_balance(
    connection: &mut PgConnection,
    key: &str,
    balance: Credits,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into key_balances (key_name, credits, read_at) values ($1, $2::numeric, $3)
         on conflict (key_name) do update
         set credits = excluded.credits, read_at = excluded.read_at",
    )
    .bind(key)
    .bind(balance.to_string())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keys that are not in the settings any more have no balance to show.
pub(crate) async fn forget_other_keys(
    connection: &mut PgConnection,
    keys: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query("delete from key_balances where key_name <> all ($1)")
        .bind(keys)
        .execute(connection)
        .await?;
    Ok(())
}

/// What was paid to KIE.ai since a moment, in kopecks.
pub(crate) async fn burnt_since(
    connection: &mut PgConnection,
    since: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "select coalesce(sum(amount_kop), 0)::bigint from ledger
         where at > $1 and world = 'real' and debit = 'kie_credits'",
    )
    .bind(since)
    .fetch_one(connection)
    .await
}

/// Since when the oldest due job of these pools waits, and how many are due. What may wait for its
/// turn by its priority does not count.
pub(crate) async fn due(
    connection: &mut PgConnection,
    pools: &[&str],
    now: OffsetDateTime,
) -> Result<(Option<OffsetDateTime>, i64), sqlx::Error> {
    sqlx::query_as(
        "select min(run_at), count(*) from jobs
         where pool = any($1) and priority <= 2 and state = 'queued' and run_at <= $2",
    )
    .bind(pools)
    .bind(now)
    .fetch_one(connection)
    .await
}

/// Jobs given up since a moment: how many, and the newest with its reason.
pub(crate) async fn dead_since(
    connection: &mut PgConnection,
    since: OffsetDateTime,
) -> Result<Option<(i64, String, String)>, sqlx::Error> {
    sqlx::query_as(
        "select count(*) over (), kind, coalesce(last_error, '') from jobs
         where state = 'dead' and run_at > $1 order by id desc limit 1",
    )
    .bind(since)
    .fetch_optional(connection)
    .await
}

/// Orders that were over within the last hour.
pub(crate) struct Ended {
    pub(crate) orders: i64,
    /// How many of them failed for a reason that is not the person's.
    pub(crate) failed: i64,
    /// The most frequent of these reasons.
    pub(crate) most: Option<String>,
}

pub(crate) async fn ended_since(
    connection: &mut PgConnection,
    world: World,
    now: OffsetDateTime,
) -> Result<Ended, sqlx::Error> {
    let row = sqlx::query(
        "with ended as (
             select case when failure in ('temporary', 'unknown', 'lost', 'too_late', 'account')
                         then failure end as failure
             from generations
             where created_at > $2 - interval '2 hours' and updated_at > $2 - interval '1 hour'
               and world = $1 and state in ('done', 'failed', 'late')
         )
         select count(*) as orders, count(failure) as failed,
                mode() within group (order by failure) as most
         from ended",
    )
    .bind(world.as_str())
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(Ended {
        orders: row.try_get("orders")?,
        failed: row.try_get("failed")?,
        most: row.try_get("most")?,
    })
}

/// Payments that have waited for an operator since before a moment: how many, and since when.
pub(crate) async fn payments_waiting(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<Option<(i64, OffsetDateTime)>, sqlx::Error> {
    let (count, oldest): (i64, Option<OffsetDateTime>) = sqlx::query_as(
        "select count(*), min(updated_at) from payments
         where state in ('review', 'submitted') and updated_at < $1",
    )
    .bind(before)
    .fetch_one(connection)
    .await?;
    Ok(oldest.map(|oldest| (count, oldest)))
}

/// Models whose paid orders brought in less than they cost, as KIE.ai says itself where it does: the
/// model, how many orders, how many kopecks were lost.
pub(crate) async fn below_cost(
    connection: &mut PgConnection,
    since: OffsetDateTime,
    cost: Rate,
) -> Result<Vec<(String, i64, i64)>, sqlx::Error> {
    sqlx::query_as(
        "with orders as (
             select model, coalesce(taken_kop, price_kop) as price,
                    case when provider_credits is null then cost_kop
                         else ceil(provider_credits * $2::numeric * 100)::bigint end as cost
             from generations
             where created_at > $1 and world = 'real' and money = 'taken' and price_kop > 0
         )
         select model, count(*), sum(cost - price)::bigint from orders
         group by model having sum(price) < sum(cost)
         order by sum(cost - price) desc",
    )
    .bind(since)
    .bind(cost.rub_per_credit().to_string())
    .fetch_all(connection)
    .await
}

/// Models for which KIE.ai took more credits than the orders say: the model, what they say together,
/// what was taken. An order whose price is an upper bound says the most that can be taken.
pub(crate) async fn drifts(
    connection: &mut PgConnection,
    since: OffsetDateTime,
    least: i64,
) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    sqlx::query_as(
        "select model, trim_scale(sum(credits))::text, trim_scale(sum(provider_credits))::text
         from generations
         where created_at > $1 and world = 'real' and provider_credits is not null
         group by model
         having sum(provider_credits) > sum(credits)
            and count(*) filter (where provider_credits > credits) >= $2
         order by sum(provider_credits) - sum(credits) desc",
    )
    .bind(since)
    .bind(least)
    .fetch_all(connection)
    .await
}

/// What a key of KIE.ai had left when it was last asked.
pub(crate) struct Balance {
    pub(crate) key: String,
    pub(crate) credits: Credits,
    pub(crate) read_at: OffsetDateTime,
}

pub(crate) async fn balances(connection: &mut PgConnection) -> Result<Vec<Balance>, sqlx::Error> {
    let rows = sqlx::query(
        "select key_name, credits::text as credits, read_at from key_balances order by key_name",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let credits = Credits::parse(row.try_get("credits")?);
            Ok(Balance {
                key: row.try_get("key_name")?,
                credits: credits.map_err(|error| sqlx::Error::Decode(error.into()))?,
                read_at: row.try_get("read_at")?,
            })
        })
        .collect()
}

pub(crate) async fn open_alarms(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from alarms where over_at is null")
        .fetch_one(connection)
        .await
}

pub(crate) async fn last_entry(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select coalesce(max(id), 0) from ledger").fetch_one(pool).await
}

pub(crate) async fn moved_after(
    pool: &PgPool,
    entry: i64,
) -> Result<Vec<(String, i64, i64)>, sqlx::Error> {
    sqlx::query_as(
        "select kind, sum(amount_kop)::bigint, max(id) from ledger
         where id > $1 and world = 'real' group by kind",
    )
    .bind(entry)
    .fetch_all(pool)
    .await
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    async fn rows(statement: &'static str) -> PgPool {
        let pool = test_db::fresh_pool().await;
        sqlx::raw_sql(
            "insert into users (telegram_id, language, created_at, seen_at)
             values (1, 'ru', '2026-03-01 12:00Z', '2026-03-01 12:00Z')",
        )
        .execute(&pool)
        .await
        .unwrap();
        sqlx::raw_sql(statement).execute(&pool).await.unwrap();
        pool
    }

    /// Orders: model, price, cost, credits of the list and of the provider, state, failure, minutes
    /// ago.
    const ORDERS: &str = "
        insert into generations (id, code, order_key, user_id, chat_id, language, world, model,
            answers, price_kop, cost_kop, credits, provider_credits, state, money, failure,
            created_at, finished_at, updated_at)
        select gen_random_uuid(), number::text, number::text, users.id, 1, 'ru', 'real', model, '{}',
               price, cost, credits, taken, state,
               case state when 'done' then 'taken' else 'returned' end, failure,
               timestamptz '2026-03-02 12:00Z' - ago, timestamptz '2026-03-02 12:00Z' - ago,
               timestamptz '2026-03-02 12:00Z' - ago
        from users, (values
            -- Sold well, and as the list says.
            (1, 'good', 380, 190, 4, 4, 'done', null, interval '5 minutes'),
            -- The price list says 4 credits; KIE.ai takes 10, that is 4,75 ₽ for 3,80 ₽.
            (2, 'dear', 380, 190, 4, 10, 'done', null, interval '6 minutes'),
            (3, 'dear', 380, 190, 4, 10, 'done', null, interval '7 minutes'),
            (4, 'dear', 380, 190, 4, 10, 'done', null, interval '8 minutes'),
            -- An operator's price below cost; nobody says what was taken.
            (5, 'cheap', 100, 190, 4, null, 'done', null, interval '9 minutes'),
            -- Long ago.
            (6, 'old', 100, 190, 4, 4, 'done', null, interval '2 days'),
            -- What people did wrong is no failure of ours.
            (7, 'good', 380, 190, 4, null, 'failed', 'content', interval '10 minutes'),
            (8, 'good', 380, 190, 4, null, 'failed', 'temporary', interval '11 minutes'),
            (9, 'good', 380, 190, 4, null, 'failed', 'temporary', interval '12 minutes'),
            (10, 'good', 380, 190, 4, null, 'failed', 'lost', interval '13 minutes'),
            (11, 'good', 380, 190, 4, null, 'failed', 'lost', interval '3 hours')
        ) as orders (number, model, price, cost, credits, taken, state, failure, ago);";

    #[tokio::test]
    async fn margins_drifts_and_failures_are_read_from_the_orders() {
        let pool = rows(ORDERS).await;
        let mut connection = pool.acquire().await.unwrap();
        let cost = Rate::from_decimal(Decimal::new(475, 3)).unwrap();
        let since = NOW - time::Duration::DAY;
        let losses = below_cost(&mut connection, since, cost).await.unwrap();
        assert_eq!(losses, [("dear".to_owned(), 3, 285), ("cheap".to_owned(), 1, 90)]);
        let drifted = drifts(&mut connection, since, 3).await.unwrap();
        assert_eq!(drifted, [("dear".to_owned(), "12".to_owned(), "30".to_owned())]);
        assert_eq!(drifts(&mut connection, since, 4).await.unwrap(), []);
        let ended = ended_since(&mut connection, World::Real, NOW).await.unwrap();
        assert_eq!((ended.orders, ended.failed), (9, 3));
        assert_eq!(ended.most.as_deref(), Some("temporary"));
        let none = ended_since(&mut connection, World::Test, NOW).await.unwrap();
        assert_eq!((none.orders, none.failed, none.most), (0, 0, None));
    }

    #[tokio::test]
    async fn what_waits_too_long_is_read_from_the_queue_and_the_payments() {
        let pool = rows(
            "insert into jobs (pool, kind, payload, priority, state, run_at, created_at, last_error)
             select pool, kind, '{}', priority, state, at, at, error
             from (values
                 ('talk', 'a', 0, 'queued', timestamptz '2026-03-02 11:50Z', null),
                 ('talk', 'bulk', 4, 'queued', timestamptz '2026-03-02 10:00Z', null),
                 ('work_test', 'b', 2, 'queued', timestamptz '2026-03-02 10:00Z', null),
                 ('work', 'later', 2, 'queued', timestamptz '2026-03-02 13:00Z', null),
                 ('talk', 'old', 0, 'dead', timestamptz '2026-03-01 11:00Z', 'x'),
                 ('talk', 'update', 0, 'dead', timestamptz '2026-03-02 11:00Z', 'the reason')
             ) as jobs (pool, kind, priority, state, at, error);
             insert into payments (id, order_key, user_id, chat_id, world, provider, amount_kop,
                 currency, provider_amount, state, reason, idem_key, expires_at, created_at,
                 updated_at)
             select gen_random_uuid(), at::text, users.id, 1, 'real', 'manual', 100, 'RUB', 100,
                    'review', 'differs', at::text, at, at, at
             from users, (values (timestamptz '2026-03-02 09:00Z'),
                                 (timestamptz '2026-03-02 10:30Z'),
                                 (timestamptz '2026-03-02 11:59Z')) as payments (at);",
        )
        .await;
        let mut connection = pool.acquire().await.unwrap();
        let waits = due(&mut connection, &["talk", "work", "pay"], NOW).await.unwrap();
        assert_eq!(waits, (Some(datetime!(2026-03-02 11:50 UTC)), 1));
        let dead = dead_since(&mut connection, NOW - time::Duration::DAY).await.unwrap();
        assert_eq!(dead, Some((1, "update".to_owned(), "the reason".to_owned())));
        let hour_ago = NOW - time::Duration::HOUR;
        let waiting = payments_waiting(&mut connection, hour_ago).await.unwrap();
        assert_eq!(waiting, Some((2, datetime!(2026-03-02 09:00 UTC))));
        let before = datetime!(2026-03-02 08:00 UTC);
        assert_eq!(payments_waiting(&mut connection, before).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_round_is_due_again_when_its_time_is_over() {
        let pool = test_db::fresh_pool().await;
        let due = async |round, minutes: i64| {
            crate::is_due(&pool, round, NOW + time::Duration::minutes(minutes)).await.unwrap()
        };
        use crate::Round::{Books, BooksAgain, Slow};
        assert!(due(Slow, 0).await && due(Books, 0).await, "at the first start");
        crate::done(&pool, Slow, NOW).await.unwrap();
        crate::done(&pool, Books, NOW).await.unwrap();
        assert!(!due(Slow, 9).await && due(Slow, 10).await);
        assert!(!due(Books, 61).await && due(BooksAgain, 61).await && due(Books, 24 * 60).await);
    }
}
