//! Payments that belong to nobody here.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::Provider;

/// Notes that the operators are told of it; `false` when they were before.
pub(crate) async fn note(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    provider: Provider,
    external_id: &str,
) -> Result<bool, sqlx::Error> {
    let noted = sqlx::query(
        "insert into unclaimed_payments (provider, external_id, told_at) values ($1, $2, $3)
         on conflict do nothing",
    )
    .bind(provider.as_str())
    .bind(external_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}
