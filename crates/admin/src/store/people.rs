//! People, as operators look at them.

use sqlx::{FromRow, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::query::Query;

/// A person in a list.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) telegram_id: Option<i64>,
    pub(crate) name: String,
    pub(crate) username: Option<String>,
    pub(crate) language: String,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) seen_at: OffsetDateTime,
    pub(crate) unreachable_since: Option<OffsetDateTime>,
    pub(crate) blocked_since: Option<OffsetDateTime>,
    /// The campaign through which they came.
    pub(crate) source: Option<String>,
    /// Since when they want no news.
    pub(crate) news_off_since: Option<OffsetDateTime>,
}

/// What a person has done, in numbers.
#[derive(Clone, Copy, Debug, Default, FromRow)]
pub(crate) struct Deeds {
    pub(crate) orders: i64,
    pub(crate) done: i64,
    pub(crate) failed: i64,
    pub(crate) spent_kop: i64,
    pub(crate) paid_kop: i64,
}

/// An order in a list.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct OrderLine {
    pub(crate) id: Uuid,
    pub(crate) code: String,
    pub(crate) model: String,
    pub(crate) state: String,
    pub(crate) price_kop: i64,
    pub(crate) failure: Option<String>,
    pub(crate) created_at: OffsetDateTime,
}

const PERSON: &str = "u.id, u.telegram_id, u.name, u.username, u.language, u.created_at, u.seen_at,
    u.unreachable_since, u.blocked_since, u.source, u.news_off_since";

const ORDER: &str = "id, code, model, state, price_kop, failure, created_at";

/// People by whatever is known of them, and those whom something else that was found has named.
pub(crate) async fn search(
    connection: &mut PgConnection,
    query: &Query,
    payers: &[i64],
    offset: i64,
    limit: i64,
) -> Result<Vec<Person>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "select {PERSON} from users u
         where u.telegram_id = $2 or u.id = $2
            or (u.created_at >= $3 and u.created_at < $4)
            or lower(u.username) = lower($1)
            or ($5::text is not null and (u.name ilike $5 or u.username ilike $5))
            or u.id in (select user_id from generations where code = upper($1) or id::text = lower($1))
            or u.id in (select user_id from ledger
                        where kind = 'topup' and right(operation, length($1) + 1) = ':' || $1)
            or u.id = any($6)
         order by u.seen_at desc, u.id offset $7 limit $8"
    ));
    sqlx::query_as(sql)
        .bind(&query.text)
        .bind(query.number)
        .bind(query.day.map(|(from, _)| from))
        .bind(query.day.map(|(_, to)| to))
        .bind(&query.pattern)
        .bind(payers)
        .bind(offset)
        .bind(limit)
        .fetch_all(connection)
        .await
}

pub(crate) async fn person(
    connection: &mut PgConnection,
    id: i64,
) -> Result<Option<Person>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!("select {PERSON} from users u where u.id = $1"));
    sqlx::query_as(sql).bind(id).fetch_optional(connection).await
}

/// What a person has done with one kind of wallet.
pub(crate) async fn deeds(
    connection: &mut PgConnection,
    id: i64,
    world: &str,
) -> Result<Deeds, sqlx::Error> {
    sqlx::query_as(
        "select
             (select count(*) from generations where user_id = $1 and world = $2) as orders,
             (select count(*) from generations
              where user_id = $1 and world = $2 and state = 'done') as done,
             (select count(*) from generations
              where user_id = $1 and world = $2 and state = 'failed') as failed,
             (select coalesce(sum(case kind when 'commit' then amount_kop else -amount_kop end), 0)
              from ledger where user_id = $1 and world = $2 and kind in ('commit', 'refund'))::bigint
                 as spent_kop,
             (select coalesce(sum(amount_kop), 0) from ledger
              where user_id = $1 and world = $2 and kind = 'topup')::bigint as paid_kop",
    )
    .bind(id)
    .bind(world)
    .fetch_one(connection)
    .await
}

/// The orders of a person, the latest first.
pub(crate) async fn orders(
    connection: &mut PgConnection,
    id: i64,
    failed_only: bool,
    offset: i64,
    limit: i64,
) -> Result<Vec<OrderLine>, sqlx::Error> {
    let sql = sqlx::AssertSqlSafe(format!(
        "select {ORDER} from generations
         where user_id = $1 and (not $2 or failure is not null)
         order by created_at desc, id offset $3 limit $4"
    ));
    sqlx::query_as(sql)
        .bind(id)
        .bind(failed_only)
        .bind(offset)
        .bind(limit)
        .fetch_all(connection)
        .await
}
