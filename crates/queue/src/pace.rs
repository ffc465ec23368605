use std::time::Duration;

use sqlx::PgPool;
use time::OffsetDateTime;

/// So many of something in any stretch of time of the window's length, shared by all processes.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// What is limited.
    pub name: String,
    /// How many per window; each is kept with its moment, so this is for dozens, not thousands.
    pub per_window: usize,
    /// How long the sliding window is.
    pub window: Duration,
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// So many may be used now: at least one, at most as many as were asked for.
    Granted(usize),
    /// Nothing is left; the first of the window grows old at this moment.
    NotBefore(OffsetDateTime),
}

/// Asks for up to `wanted` of an allowance. What is granted counts as used.
///
/// # Errors
/// What the database says.
pub async fn take(
    pool: &PgPool,
    allowance: &Allowance,
    wanted: usize,
    now: OffsetDateTime,
) -> Result<Grant, sqlx::Error> {
    sqlx::query("insert into paces (name, taken) values ($1, '{}') on conflict (name) do nothing")
        .bind(&allowance.name)
        .execute(pool)
        .await?;
    let mut transaction = database::begin(pool).await?;
    let taken: Vec<OffsetDateTime> =
        sqlx::query_scalar("select taken from paces where name = $1 for update")
            .bind(&allowance.name)
            .fetch_one(&mut *transaction)
            .await?;
    let mut recent: Vec<_> =
        taken.into_iter().filter(|moment| *moment > now - allowance.window).collect();
    let granted = wanted.min(allowance.per_window.saturating_sub(recent.len()));
    if granted == 0 {
        // Who asks for less than others may have taken waits until enough of theirs is old.
        recent.sort_unstable();
        let last_in_the_way = recent.get(recent.len().saturating_sub(allowance.per_window));
        let grows_old = last_in_the_way.copied().unwrap_or(now);
        return Ok(Grant::NotBefore(grows_old + allowance.window));
    }
    recent.extend(std::iter::repeat_n(now, granted));
    sqlx::query("update paces set taken = $2 where name = $1")
        .bind(&allowance.name)
        .bind(recent)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Grant::Granted(granted))
}
