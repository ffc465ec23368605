//! What of the conversation is of no use any more: how much there is, and removing it in small
//! batches.

use sqlx::PgConnection;
use time::OffsetDateTime;

/// How many updates were received before a moment. A day or more ago is safe to forget, because
/// Telegram repeats none that is older.
///
/// # Errors
/// What the database says.
pub async fn count_updates(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from updates where received_at < $1")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Forgets up to so many of them; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_updates(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    // Without an order, so that the index of times serves it: by number the last round would walk
    // over everything that stays.
    let gone = sqlx::query(
        "delete from updates where update_id in
             (select update_id from updates where received_at < $1 limit $2)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

/// How many conversations have rested since before a moment with something unfinished in them.
///
/// # Errors
/// What the database says.
pub async fn count_sessions(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from sessions where updated_at < $1 and state <> '{}'")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Empties up to so many of them; answers how many. The row stays, and its revision goes on: with the
/// person it is the key of orders, which must never come twice.
///
/// # Errors
/// What the database says.
pub async fn empty_sessions(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let emptied = sqlx::query(
        "update sessions set state = '{}', revision = revision + 1, screen_message_id = null
         where user_id in (select user_id from sessions
                           where updated_at < $1 and state <> '{}'
                           order by user_id limit $2 for update skip locked)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(emptied.rows_affected())
}

/// How many progress messages nobody has changed since before a moment.
///
/// # Errors
/// What the database says.
pub async fn count_progress(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from progress_messages where edited_at < $1")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Forgets up to so many of them; answers how many. The messages stay in their chats.
///
/// # Errors
/// What the database says.
pub async fn forget_progress(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query(
        "delete from progress_messages where generation_id in
             (select generation_id from progress_messages where edited_at < $1
              order by generation_id limit $2)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}

/// How many counts of what people asked for began before a moment.
///
/// # Errors
/// What the database says.
pub async fn count_paces(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from person_paces where window_started_at < $1")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Forgets up to so many of them; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_paces(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query(
        "delete from person_paces where (user_id, what) in
             (select user_id, what from person_paces where window_started_at < $1
              order by user_id, what limit $2)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(gone.rows_affected())
}
