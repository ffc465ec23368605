use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

/// A person may try so many codes that do not exist, …
const WRONG_MAX: i32 = 10;

/// … in so much time.
const WINDOW: Duration = Duration::HOUR;

/// When the person may try again; `None` when they may now. The wallet is locked meanwhile.
pub(super) async fn barred_until(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<Option<OffsetDateTime>, sqlx::Error> {
    let since: Option<OffsetDateTime> = sqlx::query_scalar(
        "select since from promo_tries where user_id = $1 and wrong >= $2 and since > $3",
    )
    .bind(user_id)
    .bind(WRONG_MAX)
    .bind(now - WINDOW)
    .fetch_optional(connection)
    .await?;
    Ok(since.map(|since| since + WINDOW))
}

/// One more code that does not exist.
pub(super) async fn count_wrong(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into promo_tries (user_id, since, wrong) values ($1, $2, 1)
         on conflict (user_id) do update set
             wrong = case when promo_tries.since > $3 then promo_tries.wrong + 1 else 1 end,
             since = case when promo_tries.since > $3 then promo_tries.since else $2 end",
    )
    .bind(user_id)
    .bind(now)
    .bind(now - WINDOW)
    .execute(connection)
    .await?;
    Ok(())
}
