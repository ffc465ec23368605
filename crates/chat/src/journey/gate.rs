//! How much one person may ask for, and what they are told beyond it.

use billing::World;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::shop::Limits;
use super::{Said, leave, store};

/// Moderation may say no so often within [`REFUSED_WITHIN`] before a person has to pause.
const REFUSED_MAX: usize = 3;

/// Softer words are looked for so often in a day.
const SOFTENED_MAX: i32 = 10;

/// A language model writes the prompts of so many ideas in a day; beyond it the person's own words go.
pub(crate) const WRITTEN_MAX: i32 = 20;

/// The time in which refusals count together.
const REFUSED_WITHIN: Duration = Duration::HOUR;

/// How long the pause is.
const PAUSE: Duration = Duration::HOUR;

/// Counts a message or a press; the seconds until more are taken, when it was one too many.
pub(crate) async fn request(
    connection: &mut PgConnection,
    limits: &Limits,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<Option<i64>, sqlx::Error> {
    let window = Duration::MINUTE;
    let (used, since) = store::count(connection, now, user_id, "request", window).await?;
    let over = i64::from(used) > i64::from(limits.requests_per_minute);
    Ok(over.then(|| (since + window - now).whole_seconds().max(1)))
}

/// Counts a file; what the person is told when it was one too many.
pub(crate) async fn upload(
    connection: &mut PgConnection,
    limits: &Limits,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<Option<Said>, sqlx::Error> {
    let (used, _) = store::count(connection, now, user_id, "upload", Duration::HOUR).await?;
    let most = i64::from(limits.uploads_per_hour);
    Ok((i64::from(used) > most).then_some(Said::TooManyUploads(most)))
}

/// Counts a wish for softer words; what the person is told when it was one too many.
pub(crate) async fn soften(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<Option<Said>, sqlx::Error> {
    let (used, _) = store::count(connection, now, user_id, "soften", Duration::DAY).await?;
    Ok((used > SOFTENED_MAX).then_some(Said::TooManySoftened))
}

/// Whether a language model may write for the person once more today.
pub(crate) async fn may_write(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<bool, sqlx::Error> {
    let used = store::used(connection, now, user_id, "write", Duration::DAY).await?;
    Ok(used < WRITTEN_MAX)
}

/// Counts an idea whose prompts a language model writes.
pub(crate) async fn written(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<(), sqlx::Error> {
    store::count(connection, now, user_id, "write", Duration::DAY).await?;
    Ok(())
}

/// Why the person cannot order just now.
pub(crate) async fn order(
    connection: &mut PgConnection,
    limits: &Limits,
    now: OffsetDateTime,
    user_id: i64,
    world: World,
) -> Result<Option<Said>, sqlx::Error> {
    if leave::is_leaving(&mut *connection, user_id).await? {
        return Ok(Some(Said::Leaving));
    }
    let most = i64::from(limits.open_orders);
    if generation::open_count(&mut *connection, user_id).await? >= most {
        return Ok(Some(Said::TooManyOpen(most)));
    }
    let since = now - REFUSED_WITHIN - PAUSE;
    let refused = generation::refused_at(connection, user_id, world, since).await?;
    Ok(paused_until(&refused)
        .filter(|until| *until > now)
        .map(|until| Said::Paused((until - now).whole_minutes() + 1)))
}

/// When the pause ends that the last refusals have led to; they come the latest first.
fn paused_until(refused: &[OffsetDateTime]) -> Option<OffsetDateTime> {
    let last = refused.first()?;
    let earliest = refused.get(REFUSED_MAX - 1)?;
    (*last - *earliest <= REFUSED_WITHIN).then_some(*last + PAUSE)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOON: OffsetDateTime = datetime!(2026-01-01 12:00 UTC);

    fn minutes(at: &[i64]) -> Vec<OffsetDateTime> {
        at.iter().map(|minutes| NOON + Duration::minutes(*minutes)).collect()
    }

    #[test]
    fn three_refusals_in_an_hour_are_followed_by_an_hour_of_pause() {
        assert_eq!(paused_until(&minutes(&[])), None);
        assert_eq!(paused_until(&minutes(&[20, 0])), None);
        assert_eq!(paused_until(&minutes(&[60, 20, 0])), Some(NOON + Duration::minutes(120)));
        assert_eq!(paused_until(&minutes(&[61, 20, 0])), None);
        assert_eq!(paused_until(&minutes(&[90, 80, 70, 0])), Some(NOON + Duration::minutes(150)));
    }
}
