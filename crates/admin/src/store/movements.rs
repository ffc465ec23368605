//! The ledger, as operators look at it.

use sqlx::{FromRow, PgConnection};
use time::OffsetDateTime;

/// An operation of the ledger; its parts are added up.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct Line {
    pub(crate) at: OffsetDateTime,
    pub(crate) kind: String,
    pub(crate) debit: String,
    pub(crate) credit: String,
    pub(crate) amount_kop: i64,
    pub(crate) user_id: Option<i64>,
    pub(crate) code: Option<String>,
    pub(crate) actor: String,
    pub(crate) reason: Option<String>,
    pub(crate) operation: String,
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) world: &'a str,
    /// Of one person.
    pub(crate) user: Option<i64>,
    /// Of these kinds; empty for all.
    pub(crate) kinds: &'a [&'a str],
    pub(crate) offset: i64,
    pub(crate) limit: i64,
}

/// Operations, the latest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<Vec<Line>, sqlx::Error> {
    let kinds: Vec<String> = wanted.kinds.iter().map(|kind| (*kind).to_owned()).collect();
    sqlx::query_as(
        "select ledger.at, ledger.kind, min(debit) as debit, min(credit) as credit,
                sum(amount_kop)::bigint as amount_kop, ledger.user_id, generation.code,
                ledger.actor, ledger.reason, ledger.operation
         from ledger
         left join generations generation on generation.id = ledger.generation_id
         where ledger.world = $1 and ($2::bigint is null or ledger.user_id = $2)
           and (cardinality($3::text[]) = 0 or kind = any($3))
         group by ledger.at, ledger.kind, ledger.user_id, generation.code, ledger.actor,
                  ledger.reason, ledger.operation
         order by max(ledger.id) desc offset $4 limit $5",
    )
    .bind(wanted.world)
    .bind(wanted.user)
    .bind(kinds)
    .bind(wanted.offset)
    .bind(wanted.limit)
    .fetch_all(connection)
    .await
}

/// How many rows of these kinds there were since a moment, and how much they come to.
pub(crate) async fn total(
    connection: &mut PgConnection,
    world: &str,
    kinds: &[&str],
    since: OffsetDateTime,
) -> Result<(i64, i64), sqlx::Error> {
    let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    sqlx::query_as(
        "select count(distinct operation), coalesce(sum(amount_kop), 0)::bigint from ledger
         where world = $1 and (cardinality($2::text[]) = 0 or kind = any($2)) and at >= $3",
    )
    .bind(world)
    .bind(kinds)
    .bind(since)
    .fetch_one(connection)
    .await
}
