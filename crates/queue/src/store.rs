//! The queue's statements.

use std::time::Duration;

use sqlx::{PgConnection, PgExecutor, PgPool, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Claim, Enqueued, NewJob, StaleClaim, retry_delay, trace};

/// The statement of [`enqueue`]. Parameters: pool, kind, payload, lane, key, priority, due time,
/// tries at most, now, trace.
pub const ENQUEUE: &str = "
    insert into jobs
        (pool, kind, payload, lane, unique_key, priority, state, run_at, attempts_max, created_at,
         trace)
    values ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $9, $10)
    on conflict (unique_key) where unique_key is not null and state <> 'dead' do nothing
    returning id";

/// Puts a job into the queue, within the caller's transaction.
///
/// # Errors
/// What the database says.
pub async fn enqueue(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    job: &NewJob,
) -> Result<Enqueued, sqlx::Error> {
    let id: Option<i64> = sqlx::query_scalar(ENQUEUE)
        .bind(job.pool)
        .bind(job.kind)
        .bind(&job.payload)
        .bind(&job.lane)
        .bind(&job.key)
        .bind(job.priority.number())
        .bind(job.run_at)
        .bind(job.attempts_max)
        .bind(now)
        .bind(job.trace.clone().or_else(trace::current))
        .fetch_optional(connection)
        .await?;
    Ok(id.map_or(Enqueued::Exists, Enqueued::Created))
}

/// Puts a job into the queue even when the living job of its key is running at this moment: what
/// that one was told may be older than what this one is for. The running job loses the key, so
/// there is still at most one that waits.
///
/// # Errors
/// What the database says.
pub async fn enqueue_after_running(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    job: &NewJob,
) -> Result<Enqueued, sqlx::Error> {
    if let Some(key) = &job.key {
        sqlx::query(
            "update jobs set unique_key = null where unique_key = $1 and state = 'running'",
        )
        .bind(key)
        .execute(&mut *connection)
        .await?;
    }
    enqueue(connection, now, job).await
}

/// Takes up to `limit` due jobs of a pool, the most urgent first. Of a lane only the oldest job is
/// taken, and only when none of the lane runs. An answer shorter than `limit` does not mean that
/// nothing is due: another worker may hold rows for the moment.
///
/// # Errors
/// What the database says.
pub async fn claim(
    pool: &PgPool,
    worker_pool: &str,
    owner: Uuid,
    limit: i64,
    lease: Duration,
    now: OffsetDateTime,
) -> Result<Vec<Claim>, sqlx::Error> {
    let rows = sqlx::query(CLAIM)
        .bind(worker_pool)
        .bind(now)
        .bind(limit)
        .bind(owner)
        .bind(now + lease)
        .fetch_all(pool)
        .await;
    let rows = match rows {
        // Two workers met at one lane, and the index that allows one running job a lane let the
        // first of them win. The other comes again.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Vec::new(),
        other => other?,
    };
    let mut claims = rows
        .iter()
        .map(|row| {
            Ok((
                row.try_get::<i16, _>("priority")?,
                Claim {
                    id: row.try_get("id")?,
                    fence: row.try_get("fence")?,
                    kind: row.try_get("kind")?,
                    payload: row.try_get("payload")?,
                    attempt: row.try_get("attempt")?,
                    lane: row.try_get("lane")?,
                    created_at: row.try_get("created_at")?,
                    trace: row.try_get("trace")?,
                },
            ))
        })
        .collect::<Result<Vec<_>, sqlx::Error>>()?;
    claims.sort_by_key(|(priority, claim)| (*priority, claim.id));
    Ok(claims.into_iter().map(|(_, claim)| claim).collect())
}

/// One walk down the index of due jobs per priority, so that the many future jobs of an urgent
/// priority are never in the way of due ones below it.
pub const CLAIM: &str = "
    with due as (
        select taken.id
        from (values (0::smallint), (1::smallint), (2::smallint), (3::smallint), (4::smallint))
            as urgency (priority)
        cross join lateral (
            select job.id
            from jobs job
            where job.pool = $1
              and job.priority = urgency.priority
              and job.state = 'queued'
              and job.run_at <= $2
              and (job.lane is null or not exists (
                  select from jobs other
                  where other.lane = job.lane
                    and other.state <> 'dead'
                    and (other.id < job.id or (other.state = 'running' and other.id <> job.id))
              ))
            order by job.run_at, job.id
            limit $3
            for update of job skip locked
        ) taken
        limit $3
    )
    update jobs
    set state = 'running', owner = $4, lease_until = $5, fence = fence + 1, attempt = attempt + 1
    from due
    where jobs.id = due.id
    returning jobs.id, jobs.fence, jobs.kind, jobs.payload, jobs.attempt, jobs.lane,
              jobs.created_at, jobs.priority, coalesce(jobs.trace, 'j' || jobs.id) as trace";

/// The statement of [`complete`].
pub const COMPLETE: &str = "delete from jobs where id = $1 and fence = $2";

/// Finishes a job, within the transaction of its effects.
///
/// # Errors
/// [`StaleClaim`] inside `Ok` when the claim is no longer ours; otherwise what the database says.
pub async fn complete(
    connection: &mut PgConnection,
    claim: &Claim,
) -> Result<Result<(), StaleClaim>, sqlx::Error> {
    let done = sqlx::query(COMPLETE).bind(claim.id).bind(claim.fence).execute(connection).await?;
    Ok(if done.rows_affected() == 1 { Ok(()) } else { Err(StaleClaim) })
}

/// Makes sure, until the end of the transaction, that a job is still ours.
///
/// # Errors
/// [`StaleClaim`] inside `Ok` when it is not; otherwise what the database says.
pub async fn confirm(
    connection: &mut PgConnection,
    claim: &Claim,
) -> Result<Result<(), StaleClaim>, sqlx::Error> {
    let ours: Option<i64> =
        sqlx::query_scalar("select id from jobs where id = $1 and fence = $2 for update")
            .bind(claim.id)
            .bind(claim.fence)
            .fetch_optional(connection)
            .await?;
    Ok(ours.map(drop).ok_or(StaleClaim))
}

/// Puts a job back until `until`, without counting the try.
///
/// # Errors
/// What the database says. A stale claim changes nothing and is no error.
pub async fn snooze(
    connection: &mut PgConnection,
    claim: &Claim,
    until: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update jobs
         set state = 'queued', owner = null, lease_until = null, run_at = $3,
             attempt = greatest(attempt - 1, 0)
         where id = $1 and fence = $2 and state = 'running'",
    )
    .bind(claim.id)
    .bind(claim.fence)
    .bind(until)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a failed job back by the retry schedule, or declares it dead after its last try.
///
/// # Errors
/// What the database says. A stale claim changes nothing and is no error.
pub async fn retry(
    pool: &PgPool,
    claim: &Claim,
    error: &str,
    jitter: Duration,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let text: String = error.chars().take(500).collect();
    sqlx::query(
        "update jobs
         set state = case when attempt >= attempts_max then 'dead' else 'queued' end,
             owner = null, lease_until = null, run_at = $3, last_error = $4
         where id = $1 and fence = $2 and state = 'running'",
    )
    .bind(claim.id)
    .bind(claim.fence)
    .bind(now + retry_delay(claim.attempt) + jitter)
    .bind(text)
    .execute(pool)
    .await?;
    Ok(())
}

/// Makes the living job with this key due now, if it waits. Says whether there was one.
///
/// # Errors
/// What the database says.
pub async fn wake(
    connection: &mut PgConnection,
    key: &str,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let woken = sqlx::query(
        "update jobs set run_at = least(run_at, $2)
         where unique_key = $1 and state = 'queued'",
    )
    .bind(key)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(woken.rows_affected() > 0)
}

/// Whether a living job with this key waits.
///
/// # Errors
/// What the database says.
pub async fn waits(connection: &mut PgConnection, key: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select exists (select from jobs where unique_key = $1 and state = 'queued')",
    )
    .bind(key)
    .fetch_one(connection)
    .await
}

/// Whether a lane has a job that waits or runs.
///
/// # Errors
/// What the database says.
pub async fn is_lane_busy(connection: &mut PgConnection, lane: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select exists (select from jobs where lane = $1 and state <> 'dead')")
        .bind(lane)
        .fetch_one(connection)
        .await
}

/// Removes the waiting job with this key, if there is one: its reason is gone.
///
/// # Errors
/// What the database says.
pub async fn withdraw(connection: &mut PgConnection, key: &str) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("delete from jobs where unique_key = $1 and state = 'queued'")
        .bind(key)
        .execute(connection)
        .await?;
    Ok(gone.rows_affected() > 0)
}

/// Prolongs the leases of the jobs that `owner` is really working on. A job whose task is gone is
/// not among them, so that it is rescued like that of a dead process.
///
/// # Errors
/// What the database says.
pub async fn heartbeat(
    pool: &PgPool,
    owner: Uuid,
    working_on: &[i64],
    lease_until: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update jobs set lease_until = $3
         where id = any($2) and owner = $1 and state = 'running'",
    )
    .bind(owner)
    .bind(working_on)
    .bind(lease_until)
    .execute(pool)
    .await?;
    Ok(())
}

/// Gives back the jobs of workers whose lease ran out: their process died or hangs. The fence
/// grows, so that a worker which only hung cannot finish a job that waits for another.
///
/// # Errors
/// What the database says.
pub async fn rescue(pool: &PgPool, now: OffsetDateTime) -> Result<u64, sqlx::Error> {
    let rescued = sqlx::query(
        "update jobs set state = 'queued', owner = null, lease_until = null, fence = fence + 1
         where state = 'running' and lease_until < $1",
    )
    .bind(now)
    .execute(pool)
    .await?;
    Ok(rescued.rows_affected())
}

/// Gives back everything that `owner` still holds, at an orderly stop.
///
/// # Errors
/// What the database says.
pub async fn hand_back(pool: &PgPool, owner: Uuid) -> Result<u64, sqlx::Error> {
    let handed = sqlx::query(
        "update jobs set state = 'queued', owner = null, lease_until = null, fence = fence + 1,
                         attempt = greatest(attempt - 1, 0)
         where owner = $1 and state = 'running'",
    )
    .bind(owner)
    .execute(pool)
    .await?;
    Ok(handed.rows_affected())
}

/// When the next waiting job is due; `None` when none waits.
///
/// # Errors
/// What the database says.
pub async fn next_due(pool: &PgPool) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar("select min(run_at) from jobs where state = 'queued'").fetch_one(pool).await
}

/// How many jobs have been dead since before a moment.
///
/// # Errors
/// What the database says.
pub async fn count_dead(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from jobs where state = 'dead' and run_at < $1")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Removes up to so many jobs that have been dead since before a moment; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_dead(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query(
        "delete from jobs where id in
             (select id from jobs where state = 'dead' and run_at < $1 order by id limit $2)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

/// How many jobs are in each state, and how long the oldest due one has waited.
#[derive(Clone, Debug, Default)]
pub struct Depth {
    /// Waiting, due or not.
    pub queued: i64,
    /// Being worked on.
    pub running: i64,
    /// Given up.
    pub dead: i64,
    /// Age of the oldest due job, in seconds.
    pub oldest_due_s: i64,
}

/// The queue's depth, for metrics and the panel.
///
/// # Errors
/// What the database says.
pub async fn depth(
    executor: impl PgExecutor<'_>,
    now: OffsetDateTime,
) -> Result<Depth, sqlx::Error> {
    let row = sqlx::query(
        "select count(*) filter (where state = 'queued') as queued,
                count(*) filter (where state = 'running') as running,
                count(*) filter (where state = 'dead') as dead,
                coalesce(extract(epoch from $1 - min(run_at) filter
                    (where state = 'queued' and run_at <= $1)), 0)::bigint as oldest_due_s
         from jobs",
    )
    .bind(now)
    .fetch_one(executor)
    .await?;
    Ok(Depth {
        queued: row.try_get("queued")?,
        running: row.try_get("running")?,
        dead: row.try_get("dead")?,
        oldest_due_s: row.try_get("oldest_due_s")?,
    })
}
