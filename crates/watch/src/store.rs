//! The statements: what is looked at, and the tables `key_balances` and `rounds`.

use billing::World;
use money::{Credits, Rate};
use sqlx::{PgConnection, PgPool, Row as _};
use time::OffsetDateTime;

/// When a round was done last.
pub(crate) async fn round(
    pool: &PgPool,
    name: &str,
) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar("select at from rounds where name = $1").bind(name).fetch_optional(pool).await
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
    limit: i64,
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
         order by sum(cost - price) desc limit $3",
    )
    .bind(since)
    .bind(cost.rub_per_credit().to_string())
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Models for which KIE.ai took more credits than the orders say: the model, what they say together,
/// what was taken. An order whose price is an upper bound says the most that can be taken.
pub(crate) async fn drifts(
    connection: &mut PgConnection,
    since: OffsetDateTime,
    least: i64,
    limit: i64,
) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    sqlx::query_as(
        "select model, trim_scale(sum(credits))::text, trim_scale(sum(provider_credits))::text
         from generations
         where created_at > $1 and world = 'real' and provider_credits is not null
         group by model
         having sum(provider_credits) > sum(credits)
            and count(*) filter (where provider_credits > credits) >= $2
         order by sum(provider_credits) - sum(credits) desc limit $3",
    )
    .bind(since)
    .bind(least)
    .bind(limit)
    .fetch_all(connection)
    .await
}

pub(crate) async fn balances(
    connection: &mut PgConnection,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    sqlx::query_as("select key_name, trunc(credits)::bigint from key_balances order by key_name")
        .fetch_all(connection)
        .await
}

pub(crate) async fn open_orders(
    connection: &mut PgConnection,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    sqlx::query_as(
        "select state, count(*) from generations where finished_at is null group by state",
    )
    .fetch_all(connection)
    .await
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
