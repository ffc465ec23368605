//! The table of backups, and the sums that a restored one is compared by.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

use crate::{BackupError, Made};

/// What must be the same in a restored database.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// People.
    pub users: i64,
    /// Rows of the ledger.
    pub ledger: i64,
    /// Everything that ever moved, in kopecks.
    pub ledger_kop: i64,
    /// Everything that people can spend, in kopecks.
    pub balance_kop: i64,
    /// Everything that is on hold, in kopecks.
    pub held_kop: i64,
    /// Orders.
    pub generations: i64,
}

/// The sums as the connection sees them.
pub(crate) async fn sums(connection: &mut PgConnection) -> Result<Sums, sqlx::Error> {
    let (users, generations): (i64, i64) =
        sqlx::query_as("select (select count(*) from users), (select count(*) from generations)")
            .fetch_one(&mut *connection)
            .await?;
    let (ledger, ledger_kop): (i64, i64) =
        sqlx::query_as("select count(*), coalesce(sum(amount_kop), 0)::bigint from ledger")
            .fetch_one(&mut *connection)
            .await?;
    let (balance_kop, held_kop): (i64, i64) = sqlx::query_as(
        "select coalesce(sum(balance_kop), 0)::bigint, coalesce(sum(held_kop), 0)::bigint
         from wallets",
    )
    .fetch_one(connection)
    .await?;
    Ok(Sums { users, ledger, ledger_kop, balance_kop, held_kop, generations })
}

/// Gives the moment that a transaction sees a name, by which `pg_dump` sees the same.
pub(crate) async fn share_snapshot(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    // The transaction does nothing while the dump is made, however long that takes.
    sqlx::query("set local idle_in_transaction_session_timeout = 0")
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar("select pg_export_snapshot()").fetch_one(connection).await
}

/// Takes the backup of a slot of the schedule; `None` when somebody has it, unless that one began
/// before `lost` and never ended.
pub(crate) async fn take_slot(
    pool: &PgPool,
    slot: OffsetDateTime,
    now: OffsetDateTime,
    lost: Duration,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(
        "insert into backups (slot, started_at) values ($1, $2)
         on conflict (slot) do update set started_at = $2
         where backups.finished_at is null and backups.started_at < $3
         returning id",
    )
    .bind(slot)
    .bind(now)
    .bind(now - lost)
    .fetch_optional(pool)
    .await
}

/// Writes down a backup that was asked for by hand.
pub(crate) async fn begin(pool: &PgPool, now: OffsetDateTime) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("insert into backups (started_at) values ($1) returning id")
        .bind(now)
        .fetch_one(pool)
        .await
}

pub(crate) async fn finish(
    connection: &mut PgConnection,
    id: i64,
    now: OffsetDateTime,
    made: &Result<Made, BackupError>,
) -> Result<(), sqlx::Error> {
    let (done, error) = match made {
        Ok(made) => (Some(made), None),
        Err(error) => (None, Some(error.to_string())),
    };
    sqlx::query(
        "update backups
         set finished_at = $2, file = $3, bytes = $4, sha256 = $5, encrypted = $6, sums = $7,
             error = $8
         where id = $1",
    )
    .bind(id)
    .bind(now)
    .bind(done.map(|made| made.name()))
    .bind(done.map(|made| i64::try_from(made.bytes).unwrap_or(i64::MAX)))
    .bind(done.map(|made| made.sha256.clone()))
    .bind(done.map(|made| made.encrypted))
    .bind(done.map(|made| Json(made.sums.clone())))
    .bind(error)
    .execute(connection)
    .await?;
    Ok(())
}

/// A backup that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// When it was ready.
    pub at: OffsetDateTime,
    /// Its size, in bytes.
    pub bytes: i64,
}

/// What became of the backups so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// The newest that was made.
    pub made: Option<Kept>,
    /// When one failed after it.
    pub failed_at: Option<OffsetDateTime>,
}

/// What became of the backups so far.
///
/// # Errors
/// What the database says.
pub async fn past(connection: &mut PgConnection) -> Result<Past, sqlx::Error> {
    let made: Option<(OffsetDateTime, i64)> = sqlx::query_as(
        "select finished_at, bytes from backups where file is not null
         order by finished_at desc limit 1",
    )
    .fetch_optional(&mut *connection)
    .await?;
    let failed: Option<OffsetDateTime> =
        sqlx::query_scalar("select max(finished_at) from backups where error is not null")
            .fetch_one(connection)
            .await?;
    let made = made.map(|(at, bytes)| Kept { at, bytes });
    let failed_at = failed.filter(|at| made.is_none_or(|made| *at > made.at));
    Ok(Past { made, failed_at })
}

/// The sums that were written down with a file.
pub(crate) async fn sums_of(
    connection: &mut PgConnection,
    file: &str,
) -> Result<Option<Sums>, sqlx::Error> {
    let sums: Option<Option<Json<Sums>>> = sqlx::query_scalar(
        "select sums from backups where file = $1 and error is null order by id desc limit 1",
    )
    .bind(file)
    .fetch_optional(connection)
    .await?;
    Ok(sums.flatten().map(|sums| sums.0))
}

/// Whether a database has tables of anybody.
pub(crate) async fn has_tables(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select exists (select from information_schema.tables
                        where table_schema not in ('pg_catalog', 'information_schema'))",
    )
    .fetch_one(pool)
    .await
}
