//! The built-in schedule: one backup per slot, whoever of the processes comes first.

use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

use crate::dump::dump;
use crate::{BackupError, Made, Settings, store};

/// A backup that began so long ago and never ended was lost with its process.
const LOST_AFTER: Duration = Duration::hours(2);

/// What a look at the schedule came to.
#[derive(Debug)]
pub enum Due {
    /// The slot has its backup, or another process makes it.
    NotNow,
    /// It was made.
    Made(Made),
    /// It was due and failed; the next slot tries again.
    Failed(BackupError),
}

/// Makes the backup of the present slot unless it is made already. Slots are counted from the
/// beginning of Unix time, so all processes agree on them.
///
/// # Errors
/// What the database says about the schedule itself.
pub async fn run_due(
    pool: &PgPool,
    url: &str,
    settings: &Settings,
    every: Duration,
    now: OffsetDateTime,
    finished: impl Fn() -> OffsetDateTime,
) -> Result<Due, sqlx::Error> {
    let seconds = every.whole_seconds().max(60);
    let since = now.unix_timestamp().rem_euclid(seconds);
    let slot = now - Duration::seconds(since) - Duration::nanoseconds(now.nanosecond().into());
    let Some(id) = store::take_slot(pool, slot, now, LOST_AFTER).await? else {
        return Ok(Due::NotNow);
    };
    let made = dump(pool, url, settings, now).await;
    store::finish(&mut *pool.acquire().await?, id, finished(), &made).await?;
    Ok(match made {
        Ok(made) => Due::Made(made),
        Err(error) => Due::Failed(error),
    })
}
