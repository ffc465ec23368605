//! Reports that come by the clock: the digest of each day, and of each month with its files.

use figures::{Period, Span, moscow};
use sqlx::PgPool;
use time::OffsetDateTime;

use super::Picture;
use super::errand::{What, send};
use crate::decisions::decisions;

/// The hour of Moscow from which on the reports are sent, unless a setting says otherwise.
pub(crate) const DIGEST_HOUR: u8 = 9;

/// Puts the digest of yesterday and the report of the last month into the queue for each owner, once
/// for each day and month, from the hour of the setting on. Answers how many reports there were.
///
/// # Errors
/// What the database says; then nothing was put.
pub async fn send_reports(
    pool: &PgPool,
    now: OffsetDateTime,
    owners: &[i64],
) -> Result<usize, sqlx::Error> {
    if owners.is_empty() {
        return Ok(0);
    }
    let mut transaction = database::begin(pool).await?;
    let wanted = decisions(&mut transaction).await?.digest_hour();
    if moscow(now).hour() < wanted.unwrap_or(DIGEST_HOUR) {
        return Ok(0);
    }
    let digest = wanted.is_some().then_some((Span::Day, [What::Message].as_slice()));
    let month = [What::Message, What::Picture(Picture::Money), What::Html, What::Csv];
    let mut begun = 0;
    for (span, things) in digest.into_iter().chain([(Span::Month, month.as_slice())]) {
        let Some(over) = Period::at(span, now).before() else { continue };
        if !figures::begin_slot(&mut transaction, now, over).await? {
            continue;
        }
        begun += 1;
        for owner in owners {
            for thing in things {
                send(&mut transaction, now, *owner, *thing, over).await?;
            }
        }
    }
    transaction.commit().await?;
    Ok(begun)
}
