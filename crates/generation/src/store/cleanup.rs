//! What of orders is of no use any more: how much there is, and removing it in small batches.
//! Results and money of real orders are none of it.

use sqlx::PgConnection;
use time::OffsetDateTime;

/// How many orders that came to nothing before a moment still name files uploaded for them.
///
/// # Errors
/// What the database says.
pub async fn count_failed_files(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "select count(*) from generations
         where state in ('failed', 'cancelled') and uploads <> '{}' and finished_at < $1",
    )
    .bind(before)
    .fetch_one(connection)
    .await
}

/// Forgets the uploaded files of up to so many of them; answers how many.
///
/// # Errors
/// What the database says.
pub async fn forget_failed_files(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let emptied = sqlx::query(
        "update generations set uploads = '{}', uploaded_at = null
         where id in (select id from generations
                      where state in ('failed', 'cancelled') and uploads <> '{}'
                        and finished_at < $1
                      order by finished_at limit $2 for update skip locked)",
    )
    .bind(before)
    .bind(limit)
    .execute(connection)
    .await?;
    Ok(emptied.rows_affected())
}

/// How many orders of the test mode were over before a moment.
///
/// # Errors
/// What the database says.
pub async fn count_test_orders(
    connection: &mut PgConnection,
    before: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from generations where world = 'test' and finished_at < $1")
        .bind(before)
        .fetch_one(connection)
        .await
}

/// Removes up to so many of them with all that hangs on them; answers how many. Their movements of
/// test money stay in the books. One from which another order goes on waits for that one.
///
/// # Errors
/// What the database says; the caller rolls back.
pub async fn forget_test_orders(
    connection: &mut PgConnection,
    before: OffsetDateTime,
    limit: i64,
) -> Result<u64, sqlx::Error> {
    let old: Vec<(uuid::Uuid, Option<uuid::Uuid>)> = sqlx::query_as(
        "select id, batch_id from generations old
         where world = 'test' and finished_at < $1
           and not exists (select from generations later where later.continues = old.id)
         order by finished_at limit $2 for update skip locked",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<_> = old.iter().map(|(id, _)| *id).collect();
    let batches: Vec<_> = old.iter().filter_map(|(_, batch)| *batch).collect();
    for statement in [
        "delete from outputs where generation_id = any($1)",
        "delete from likenesses where generation_id = any($1)",
        "delete from softenings where generation_id = any($1)",
        "delete from attempts where generation_id = any($1)",
        "delete from free_slots where generation_id = any($1)",
        "delete from generations where id = any($1)",
    ] {
        sqlx::query(statement).bind(&ids).execute(&mut *connection).await?;
    }
    sqlx::query(
        "delete from batches where id = any($1) and not exists
             (select from generations member where member.batch_id = batches.id)",
    )
    .bind(&batches)
    .execute(connection)
    .await?;
    u64::try_from(ids.len()).map_err(|error| sqlx::Error::Encode(error.into()))
}

#[cfg(test)]
mod tests {
    /// A table that points to orders and is not emptied with them stops the cleaning for good.
    #[tokio::test]
    async fn all_that_hangs_on_an_order_is_known() {
        let pool = test_db::fresh_pool().await;
        let tables: Vec<String> = sqlx::query_scalar(
            "select conrelid::regclass::text from pg_constraint
             where contype = 'f' and confrelid = 'generations'::regclass order by 1",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        let known =
            ["attempts", "free_slots", "generations", "likenesses", "outputs", "softenings"];
        assert_eq!(tables, known);
    }
}
