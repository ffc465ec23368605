//! Removing what is of no use any more: `kiebot cleanup`, and the same by schedule. Results, money and
//! the record of what operators did are none of it; a person's own go when the person erases
//! themself.

use std::process::ExitCode;

use clock::Clock;
use serde::Serialize;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

use crate::cli::{PROBLEMS, say};
use crate::config::{Config, Environment};
use crate::office::Open;

/// So many rows go in one transaction, so that nobody waits for it.
const BATCH: i64 = 500;

/// So many batches of a kind go in one round of the schedule; the next round goes on.
const BATCHES_A_ROUND: u64 = 40;

/// A kind of what is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rubbish {
    /// Telegram repeats an update for a day at most (Bot API: getting updates).
    Updates,
    /// Conversations that rest: what was begun in them is dropped, the person stays.
    Sessions,
    /// What was told.
    Notices,
    /// Which messages showed the progress of orders that are long over.
    ProgressMessages,
    /// Counts of what people asked for in a minute or an hour.
    Paces,
    /// Addresses of files uploaded for orders that came to nothing.
    FailedFiles,
    /// Orders of the test mode.
    TestOrders,
    /// Jobs that were given up.
    DeadJobs,
    /// Alarms that are over.
    Alarms,
}

impl Rubbish {
    const ALL: [Self; 9] = [
        Self::Updates,
        Self::Sessions,
        Self::Notices,
        Self::ProgressMessages,
        Self::Paces,
        Self::FailedFiles,
        Self::TestOrders,
        Self::DeadJobs,
        Self::Alarms,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Updates => "updates",
            Self::Sessions => "sessions",
            Self::Notices => "notices",
            Self::ProgressMessages => "progress_messages",
            Self::Paces => "person_paces",
            Self::FailedFiles => "failed_files",
            Self::TestOrders => "test_orders",
            Self::DeadJobs => "dead_jobs",
            Self::Alarms => "alarms",
        }
    }

    /// What is older is of no use.
    const fn keep_days(self) -> i64 {
        match self {
            Self::Updates | Self::Paces => 2,
            Self::FailedFiles => 7,
            Self::Notices | Self::ProgressMessages | Self::TestOrders | Self::DeadJobs => 30,
            Self::Sessions | Self::Alarms => 90,
        }
    }

    async fn count(
        self,
        connection: &mut PgConnection,
        before: OffsetDateTime,
    ) -> Result<i64, sqlx::Error> {
        match self {
            Self::Updates => chat::count_updates(connection, before).await,
            Self::Sessions => chat::count_sessions(connection, before).await,
            Self::Notices => outbox::count_settled(connection, before).await,
            Self::ProgressMessages => chat::count_progress(connection, before).await,
            Self::Paces => chat::count_paces(connection, before).await,
            Self::FailedFiles => generation::count_failed_files(connection, before).await,
            Self::TestOrders => generation::count_test_orders(connection, before).await,
            Self::DeadJobs => queue::store::count_dead(connection, before).await,
            Self::Alarms => outbox::count_alarms(connection, before).await,
        }
    }

    async fn remove(
        self,
        connection: &mut PgConnection,
        before: OffsetDateTime,
    ) -> Result<u64, sqlx::Error> {
        match self {
            Self::Updates => chat::forget_updates(connection, before, BATCH).await,
            Self::Sessions => chat::empty_sessions(connection, before, BATCH).await,
            Self::Notices => outbox::forget_settled(connection, before, BATCH).await,
            Self::ProgressMessages => chat::forget_progress(connection, before, BATCH).await,
            Self::Paces => chat::forget_paces(connection, before, BATCH).await,
            Self::FailedFiles => generation::forget_failed_files(connection, before, BATCH).await,
            Self::TestOrders => generation::forget_test_orders(connection, before, BATCH).await,
            Self::DeadJobs => queue::store::forget_dead(connection, before, BATCH).await,
            Self::Alarms => outbox::forget_alarms(connection, before, BATCH).await,
        }
    }
}

/// What was found of one kind, or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Swept {
    /// The kind.
    pub(crate) what: &'static str,
    /// What is older than so many days.
    pub(crate) older_than_days: i64,
    /// How many.
    pub(crate) rows: i64,
}

/// Counts what could be removed.
pub(crate) async fn look(pool: &PgPool, now: OffsetDateTime) -> Result<Vec<Swept>, sqlx::Error> {
    let mut report = database::begin_report(pool).await?;
    let mut found = Vec::new();
    for kind in Rubbish::ALL {
        let rows = kind.count(&mut report, now - time::Duration::days(kind.keep_days())).await?;
        found.push(Swept { what: kind.name(), older_than_days: kind.keep_days(), rows });
    }
    report.rollback().await?;
    Ok(found)
}

/// Removes all of it.
pub(crate) async fn sweep(pool: &PgPool, clock: &Clock) -> Result<Vec<Swept>, sqlx::Error> {
    sweep_some(pool, clock, u64::MAX).await
}

/// Removes some of it, as a round of the schedule.
pub(crate) async fn sweep_a_round(pool: &PgPool, clock: &Clock) -> Result<Vec<Swept>, sqlx::Error> {
    sweep_some(pool, clock, BATCHES_A_ROUND).await
}

async fn sweep_some(
    pool: &PgPool,
    clock: &Clock,
    batches_max: u64,
) -> Result<Vec<Swept>, sqlx::Error> {
    let now = clock.now();
    let mut removed = Vec::new();
    for kind in Rubbish::ALL {
        let before = now - time::Duration::days(kind.keep_days());
        let (mut rows, mut batches) = (0_i64, 0);
        while batches < batches_max {
            let mut transaction = database::begin(pool).await?;
            let gone = kind.remove(&mut transaction, before).await?;
            transaction.commit().await?;
            if gone == 0 {
                break;
            }
            rows = rows.saturating_add_unsigned(gone);
            batches += 1;
            // Others come in between.
            tokio::task::yield_now().await;
        }
        removed.push(Swept { what: kind.name(), older_than_days: kind.keep_days(), rows });
    }
    Ok(removed)
}

/// `kiebot cleanup`, `kiebot cleanup --apply`; code 1 when the database is bigger than its plan.
pub(crate) async fn command(
    environment: &Environment,
    apply: bool,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let open = Open::by(environment).await?;
    let done = work(&open.pool, apply).await;
    open.close().await;
    let (swept, bytes) = done?;
    let limit = limit_bytes(environment)?;
    let code = if limit.is_some_and(|limit| bytes > limit) { PROBLEMS } else { 0 };
    if as_json {
        let database = json!({ "bytes": bytes, "limit_bytes": limit });
        let document = json!({ "applied": apply, "rows": swept, "database": database });
        say(&serde_json::to_string_pretty(&document)?);
        return Ok(ExitCode::from(code));
    }
    let word = if apply { "removed" } else { "could go" };
    for one in &swept {
        say(&format!("{}: {} {word}, older than {} days", one.what, one.rows, one.older_than_days));
    }
    let megabytes = bytes / 1_000_000;
    say(&match limit {
        Some(limit) => format!("database: {megabytes} MB of {} MB", limit / 1_000_000),
        None => format!("database: {megabytes} MB"),
    });
    if !apply && swept.iter().any(|one| one.rows > 0) {
        say("nothing was changed: `kiebot cleanup --apply` removes it");
    }
    Ok(ExitCode::from(code))
}

async fn work(pool: &PgPool, apply: bool) -> anyhow::Result<(Vec<Swept>, i64)> {
    let clock = Clock::system();
    let swept = if apply { sweep(pool, &clock).await? } else { look(pool, clock.now()).await? };
    Ok((swept, database::condition(pool).await?.bytes))
}

/// The size of the plan, in bytes. A private PostgreSQL has the disk, and no plan.
fn limit_bytes(environment: &Environment) -> anyhow::Result<Option<i64>> {
    if Config::database_url(environment).is_none() {
        return Ok(None);
    }
    let megabytes = Config::database_max_mb(environment)?;
    Ok(megabytes.map(|megabytes| megabytes.saturating_mul(1_000_000)))
}
