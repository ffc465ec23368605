//! What became of the orders, as the tables tell.

use std::collections::HashMap;

use sqlx::PgPool;
use time::OffsetDateTime;

/// An order as it stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Ending {
    /// The person.
    pub(crate) chat_id: i64,
    pub(crate) code: String,
    pub(crate) state: String,
    pub(crate) money: String,
    /// The hold's own word for it.
    pub(crate) hold: Option<String>,
    /// Results that were sent, and all of them.
    pub(crate) sent: i64,
    pub(crate) outputs: i64,
    /// What the person was told about the end of it, and what became of those words.
    pub(crate) told: Vec<String>,
}

/// In how many ways the orders have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Charged and sent.
    pub delivered: u32,
    /// Charged; the person had blocked the bot, and the result waits in the history.
    pub waiting: u32,
    /// Given back and told.
    pub refunded: u32,
    /// Given back and told because it took too long; of these a result came all the same, as a gift.
    pub gifts: u32,
}

/// How old what is due has grown in the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, sqlx::FromRow)]
pub struct QueueAge {
    /// Jobs that are due.
    pub due: i64,
    /// The age of the oldest of them, in milliseconds.
    pub oldest_ms: i64,
}

/// How many orders each person has placed.
///
/// # Errors
/// What the database says.
pub async fn placed_by(pool: &PgPool) -> Result<HashMap<i64, i64>, sqlx::Error> {
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("select chat_id, count(*) from generations group by chat_id")
            .fetch_all(pool)
            .await?;
    Ok(rows.into_iter().collect())
}

/// How old the queue is.
///
/// # Errors
/// What the database says.
pub async fn age_of_queue(pool: &PgPool, now: OffsetDateTime) -> Result<QueueAge, sqlx::Error> {
    sqlx::query_as(
        "select count(*) as due,
                coalesce(extract(epoch from $1 - min(run_at)) * 1000, 0)::bigint as oldest_ms
         from jobs where state = 'queued' and run_at <= $1",
    )
    .bind(now)
    .fetch_one(pool)
    .await
}

/// How orders that were submitted have waited for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Turns {
    /// Orders that were submitted.
    pub submitted: i64,
    /// Of these, how many were overtaken by one that was placed later, by more than a moment.
    pub overtaken: i64,
    /// The longest time from the order to the submission, in milliseconds.
    pub longest_ms: i64,
}

/// Whether orders were submitted in their turn. What was sent twice is left out: its second try
/// comes later.
///
/// # Errors
/// What the database says.
pub async fn turns(pool: &PgPool, moment_ms: i64) -> Result<Turns, sqlx::Error> {
    sqlx::query_as(
        "with waits as (
             select created_at, submitted_at,
                    min(submitted_at) over (
                        order by created_at rows between 1 following and unbounded following
                    ) as later
             from generations where submitted_at is not null and tries <= 1
         )
         select count(*) as submitted,
                count(*) filter (
                    where submitted_at - later > $1 * interval '1 ms') as overtaken,
                coalesce(max(extract(epoch from submitted_at - created_at) * 1000), 0)::bigint
                    as longest_ms
         from waits",
    )
    .bind(moment_ms)
    .fetch_one(pool)
    .await
}

/// How many orders still have to end. One that was given back as late has ended for the person; it
/// is looked after for three days more.
///
/// # Errors
/// What the database says.
pub async fn open_orders(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "select count(*) from generations where finished_at is null and state <> 'late'",
    )
    .fetch_one(pool)
    .await
}

/// Notices that wait, and jobs that are neither dead nor for an order that is late.
pub(crate) async fn left_to_do(pool: &PgPool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "select (select count(*) from notices where state = 'waiting')
              + (select count(*) from jobs
                 where state <> 'dead' and not exists (
                     select from generations g
                     where g.state = 'late' and unique_key in ('poll:' || g.id, 'expire:' || g.id)
                 ))",
    )
    .fetch_one(pool)
    .await
}

/// Every order.
pub(crate) async fn endings(pool: &PgPool) -> Result<Vec<Ending>, sqlx::Error> {
    sqlx::query_as(
        "select g.chat_id, g.code, g.state, g.money, h.state as hold,
                count(o.sent_as) as sent, count(o.generation_id) as outputs,
                array(select distinct (n.fact ->> 'fact') || ' ' || n.state
                      from notices n
                      where n.fact ->> 'generation' = g.id::text
                        and n.fact ->> 'fact' in ('failed', 'late')) as told
         from generations g
         left join holds h on h.generation_id = g.id
         left join outputs o on o.generation_id = g.id
         group by g.id, h.state",
    )
    .fetch_all(pool)
    .await
}

/// Jobs that were given up: what they were, and why.
pub(crate) async fn dead_jobs(pool: &PgPool) -> Result<Vec<(String, Option<String>)>, sqlx::Error> {
    sqlx::query_as("select kind, last_error from jobs where state = 'dead'").fetch_all(pool).await
}

/// What stands in the way of an end, for whoever looks why it does not come.
pub(crate) async fn stuck(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select concat_ws(' ', kind, state, 'try', attempt, last_error) from jobs
         where state <> 'dead' order by id limit 20",
    )
    .fetch_all(pool)
    .await
}
