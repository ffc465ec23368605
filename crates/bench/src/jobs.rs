//! The queue: how many jobs pass through it, and how long a claim takes when very many wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use clock::{Clock, Ids};
use queue::store::{CLAIM, COMPLETE};
use queue::{Claim, Handler, NewJob, Outcome, PoolSettings, Priority, Runner, Wake};
use serde_json::json;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::figures::{median, milliseconds, per_second, percentile, range};
use crate::pgbench::{self, Length, with_variables};
use crate::report::Line;
use crate::server::{Database, Server};

const WORKERS: u32 = 20;
const LEASE: Duration = Duration::from_secs(30);
/// Jobs in one round of the script.
const JOBS_IN_ROUND: u32 = 20;

pub(crate) async fn measure(server: &Server, quick: bool) -> anyhow::Result<Vec<Line>> {
    let (times, jobs) = if quick { (1, 4_000) } else { (3, 20_000) };
    let waiting = if quick { 20_000 } else { 100_000 };
    let mut lines = vec![throughput(server, times, jobs).await?];
    lines.extend(latency(server, waiting).await?);
    Ok(lines)
}

/// Completes whatever it gets, and counts it.
struct Nothing {
    pool: PgPool,
    left: AtomicU32,
    done: CancellationToken,
}

impl Handler for Nothing {
    fn run(&self, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            let completed = async {
                let mut connection = self.pool.acquire().await?;
                queue::store::complete(&mut connection, &claim).await
            };
            match completed.await {
                Ok(Ok(())) if self.left.fetch_sub(1, Ordering::SeqCst) == 1 => self.done.cancel(),
                Ok(_) => {}
                Err(error) => return Outcome::Again(error.to_string()),
            }
            Outcome::Done
        })
    }
}

async fn throughput(server: &Server, times: u32, jobs: u32) -> anyhow::Result<Line> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for time in 1..=times {
        let database = server.database(&format!("reference_{time}"), WORKERS).await?;
        // More than are taken, so that every claim finds one.
        fill_plain(&database, 2 * jobs).await?;
        let rounds = Length::Rounds(jobs / WORKERS / JOBS_IN_ROUND);
        let rate = pgbench::run(&database.url, &script(), WORKERS, rounds).await?;
        theirs.push(rate * f64::from(JOBS_IN_ROUND));
        database.pool.close().await;
        let database = server.database(&format!("queue_{time}"), WORKERS).await?;
        fill_plain(&database, jobs).await?;
        ours.push(drain(&database.pool, jobs).await);
        database.pool.close().await;
    }
    let note = format!(
        "Runner with {WORKERS} workers, {jobs} waiting; the reference claims one by one on \
         {WORKERS} connections; ours {} /s, pgbench {} /s",
        range(&ours, 0),
        range(&theirs, 0)
    );
    Ok(Line::new("b", "no-op jobs", median(&ours), "/s")
        .beside("pgbench, claim 1 + complete", median(&theirs))
        .note(note))
}

async fn drain(pool: &PgPool, jobs: u32) -> f64 {
    let done = CancellationToken::new();
    let handler =
        Arc::new(Nothing { pool: pool.clone(), left: AtomicU32::new(jobs), done: done.clone() });
    let settings = PoolSettings {
        name: "bench",
        workers: usize::try_from(WORKERS).unwrap_or(20),
        lease: LEASE,
        look_every: Duration::from_secs(1),
    };
    let runner = Runner::new(
        pool.clone(),
        settings,
        handler,
        Clock::system(),
        Ids::system(),
        Wake::default(),
    );
    let start = Instant::now();
    runner.run(done.cancelled(), Duration::from_secs(5)).await;
    per_second(jobs, start.elapsed())
}

async fn fill_plain(database: &Database, jobs: u32) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let mut transaction = database::begin(&database.pool).await?;
    for number in 0..jobs {
        let job = NewJob::new("bench", "nothing", json!({ "number": number }), now);
        queue::store::enqueue(&mut transaction, now, &job).await?;
    }
    transaction.commit().await?;
    database.settle().await
}

fn script() -> String {
    let claim = with_variables(
        CLAIM,
        &["'bench'", ":now::timestamptz", "1", ":owner::uuid", ":lease::timestamptz"],
    );
    let complete = with_variables(COMPLETE, &[":job_id::bigint", ":job_fence::bigint"]);
    let mut text = format!(
        "select clock_timestamp()::text as now, gen_random_uuid()::text as owner,
         (clock_timestamp() + interval '{} s')::text as lease \\gset\n",
        LEASE.as_secs()
    );
    for _ in 0..JOBS_IN_ROUND {
        text.push_str(&format!("{claim} \\gset job_\n{complete};\n"));
    }
    text
}

/// A fifth of the jobs stands in lanes of ten, a fifth is due in an hour, all priorities occur.
fn mixed(number: u32, now: time::OffsetDateTime) -> NewJob {
    let due = now - Duration::from_secs(600) + Duration::from_millis(number.into());
    let job = NewJob::new("bench", "nothing", json!({ "number": number }), due);
    let priority = usize::try_from(number / 5).unwrap_or(0) % Priority::ALL.len();
    let mut job = job.priority(Priority::ALL[priority]);
    match number % 5 {
        0 => job.lane(format!("lane {}", (number / 5) % 2_000)),
        1 => {
            job.run_at = now + Duration::from_secs(3600);
            job
        }
        _ => job,
    }
}

async fn latency(server: &Server, waiting: u32) -> anyhow::Result<Vec<Line>> {
    let database = server.database("waiting", 2).await?;
    let clock = Clock::system();
    let ids = Ids::system();
    let start = clock.now();
    let mut transaction = database::begin(&database.pool).await?;
    for number in 0..waiting {
        queue::store::enqueue(&mut transaction, start, &mixed(number, start)).await?;
    }
    transaction.commit().await?;
    database.settle().await?;
    let mut lines = Vec::new();
    let mut next = waiting;
    for limit in [1_u32, WORKERS] {
        let (mut claims, mut commits) = (Vec::new(), Vec::new());
        for _ in 0..500 {
            commits.push(commit_of_one_row(&database.pool, &clock, &ids).await?);
            let (took, count) =
                claim_and_replace(&database.pool, &clock, &ids, limit, next).await?;
            anyhow::ensure!(count == limit, "{count} jobs were claimed in place of {limit}");
            next += count;
            claims.push(took);
        }
        for percent in [50, 99] {
            let what = format!("claim of {limit} with {waiting} waiting, p{percent}");
            let reference = format!("commit of one row, p{percent}");
            lines.push(
                Line::new("b", what, percentile(&claims, percent), "ms")
                    .beside(reference, percentile(&commits, percent)),
            );
        }
    }
    Ok(lines)
}

/// What the disk asks for any claim: a statement that changes one row.
async fn commit_of_one_row(pool: &PgPool, clock: &Clock, ids: &Ids) -> anyhow::Result<f64> {
    let (owner, now) = (ids.uuid(), clock.now());
    let start = Instant::now();
    queue::acquire_lease(pool, "bench", owner, Duration::ZERO, now).await?;
    Ok(milliseconds(start.elapsed()))
}

/// Takes jobs, then finishes them and puts as many others behind, so that equally many wait.
async fn claim_and_replace(
    pool: &PgPool,
    clock: &Clock,
    ids: &Ids,
    limit: u32,
    next: u32,
) -> anyhow::Result<(f64, u32)> {
    let now = clock.now();
    let start = Instant::now();
    let claims = queue::store::claim(pool, "bench", ids.uuid(), limit.into(), LEASE, now).await?;
    let took = milliseconds(start.elapsed());
    let count = u32::try_from(claims.len())?;
    let mut transaction = database::begin(pool).await?;
    for (claim, number) in claims.iter().zip(next..) {
        queue::store::complete(&mut transaction, claim).await??;
        let job = mixed(number, clock.now());
        queue::store::enqueue(&mut transaction, now, &job).await?;
    }
    transaction.commit().await?;
    Ok((took, count))
}
