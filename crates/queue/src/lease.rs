use std::time::Duration;

use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

/// The right to do what one process at a time may do, for a limited time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What may be done.
    pub name: &'static str,
    /// Who may.
    pub owner: Uuid,
    /// Grows with each change of owner; a write made under the lease checks it.
    pub term: i64,
    /// Until when, unless renewed.
    pub expires_at: OffsetDateTime,
}

/// A lease as anybody sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Until when it is held, or was.
    pub expires_at: OffsetDateTime,
    /// Whether somebody holds it now.
    pub held: bool,
}

/// How a lease stands; `None` when nobody has ever taken it.
///
/// # Errors
/// What the database says.
pub async fn standing(
    connection: &mut PgConnection,
    name: &str,
    now: OffsetDateTime,
) -> Result<Option<Standing>, sqlx::Error> {
    let row: Option<(OffsetDateTime, bool)> = sqlx::query_as(
        "select expires_at, owner is not null and expires_at > $2 from leases where name = $1",
    )
    .bind(name)
    .bind(now)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(expires_at, held)| Standing { expires_at, held }))
}

/// Takes or renews a lease. `None` when another owner's has not run out.
///
/// # Errors
/// What the database says.
pub async fn acquire(
    pool: &PgPool,
    name: &'static str,
    owner: Uuid,
    duration: Duration,
    now: OffsetDateTime,
) -> Result<Option<Lease>, sqlx::Error> {
    let expires_at = now + duration;
    let term: Option<i64> = sqlx::query_scalar(
        "insert into leases as mine (name, owner, term, expires_at) values ($1, $2, 1, $3)
         on conflict (name) do update
         set term = mine.term + (mine.owner is distinct from excluded.owner)::int,
             owner = excluded.owner,
             expires_at = excluded.expires_at
         where mine.owner is not distinct from excluded.owner
            or mine.owner is null
            or mine.expires_at <= $4
         returning term",
    )
    .bind(name)
    .bind(owner)
    .bind(expires_at)
    .bind(now)
    .fetch_optional(pool)
    .await?;
    Ok(term.map(|term| Lease { name, owner, term, expires_at }))
}

/// Gives a lease back, so that another process need not wait for its end.
///
/// # Errors
/// What the database says. A lease that is no longer ours is left alone.
pub async fn give_back(pool: &PgPool, lease: &Lease) -> Result<(), sqlx::Error> {
    sqlx::query("update leases set owner = null where name = $1 and owner = $2 and term = $3")
        .bind(lease.name)
        .bind(lease.owner)
        .bind(lease.term)
        .execute(pool)
        .await?;
    Ok(())
}
