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

/// Kinds of which there are so few that an index has them in their order.
const SELDOM: &str =
    "('topup', 'bonus', 'release', 'refund', 'adjust', 'expire', 'loss', 'payback',
    'gift_out', 'gift_in')";

/// The first row of each operation and kind: it stands for all its parts.
const FIRST: &str = "first.world = $1 and not exists (
    select from ledger before
    where before.operation = first.operation and before.kind = first.kind and before.part < first.part
)";

/// Where the newest operations are found, without a look at all of the ledger.
fn newest(wanted: &Wanted<'_>) -> String {
    // The wanted kinds are among those of orders: there is one among the last few rows.
    let often = wanted.kinds.iter().any(|kind| ["hold", "commit", "cost"].contains(kind));
    if wanted.user.is_none() && !wanted.kinds.is_empty() && !often {
        return format!(
            "select id, operation, kind from unnest($3::text[]) as wanted (name)
             cross join lateral (
                 select first.id, first.operation, first.kind from ledger first
                 where first.kind = wanted.name and first.kind in {SELDOM} and {FIRST}
                 order by first.id desc limit $4 + $5
             ) first
             where $2::bigint is null
             order by id desc offset $4 limit $5"
        );
    }
    let whose = if wanted.user.is_some() { "first.user_id = $2" } else { "$2::bigint is null" };
    format!(
        "select first.id, first.operation, first.kind from ledger first
         where {whose} and (cardinality($3::text[]) = 0 or first.kind = any($3)) and {FIRST}
         order by first.id desc offset $4 limit $5"
    )
}

/// Operations, the latest first.
pub(crate) async fn list(
    connection: &mut PgConnection,
    wanted: &Wanted<'_>,
) -> Result<Vec<Line>, sqlx::Error> {
    let kinds: Vec<String> = wanted.kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let sql = format!(
        "with newest as ({newest})
         select ledger.at, ledger.kind, min(debit) as debit, min(credit) as credit,
                sum(amount_kop)::bigint as amount_kop, ledger.user_id, generation.code,
                ledger.actor, ledger.reason, ledger.operation
         from newest
         join ledger on ledger.operation = newest.operation and ledger.kind = newest.kind
         left join generations generation on generation.id = ledger.generation_id
         group by ledger.at, ledger.kind, ledger.user_id, generation.code, ledger.actor,
                  ledger.reason, ledger.operation
         order by max(ledger.id) desc",
        newest = newest(wanted)
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql))
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
