//! All SQL of this crate.

pub(crate) mod codes;
mod days;
pub(crate) mod gifts;
pub(crate) mod referrals;
mod tries;
pub(crate) mod welcome;

use sqlx::{PgConnection, Row as _};

/// An amount in kopecks of a row.
fn rub(row: &sqlx::postgres::PgRow, column: &str) -> Result<money::Rub, sqlx::Error> {
    row.try_get(column).map(money::Rub::from_kopecks)
}

/// An amount that may be missing.
fn maybe_rub(row: &sqlx::postgres::PgRow, column: &str) -> Result<Option<money::Rub>, sqlx::Error> {
    let kopecks: Option<i64> = row.try_get(column)?;
    Ok(kopecks.map(money::Rub::from_kopecks))
}

/// Where a person is told things; `None` for somebody who has erased themself.
async fn chat_of(connection: &mut PgConnection, user_id: i64) -> Result<Option<i64>, sqlx::Error> {
    let chat: Option<Option<i64>> =
        sqlx::query_scalar("select telegram_id from users where id = $1")
            .bind(user_id)
            .fetch_optional(connection)
            .await?;
    Ok(chat.flatten())
}

/// Tells a person, if they can be told.
async fn tell(
    connection: &mut PgConnection,
    now: time::OffsetDateTime,
    user_id: i64,
    news: outbox::BonusNews,
) -> Result<(), sqlx::Error> {
    let Some(chat) = chat_of(&mut *connection, user_id).await? else { return Ok(()) };
    outbox::tell(connection, now, chat, Some(user_id), &outbox::Fact::Bonus { news }).await
}
