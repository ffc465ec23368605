//! What the smoke run reads of the program's tables.

use sqlx::PgPool;

/// The person of a Telegram id.
pub(super) async fn user(pool: &PgPool, telegram: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select id from users where telegram_id = $1")
        .bind(telegram)
        .fetch_one(pool)
        .await
}
