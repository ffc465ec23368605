//! SQL of favourites, of each person's pace, and of erasing a person.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

/// A person's favourites, the one that was marked last at the head.
pub(crate) async fn favourites(
    connection: &mut PgConnection,
    user_id: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select model from favourites where user_id = $1 order by added_at desc, model",
    )
    .bind(user_id)
    .fetch_all(connection)
    .await
}

/// Marks a model, or takes its mark away; whether it is marked now.
pub(crate) async fn star(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    model: &str,
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query("delete from favourites where user_id = $1 and model = $2")
        .bind(user_id)
        .bind(model)
        .execute(&mut *connection)
        .await?;
    if gone.rows_affected() > 0 {
        return Ok(false);
    }
    sqlx::query("insert into favourites (user_id, model, added_at) values ($1, $2, $3)")
        .bind(user_id)
        .bind(model)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(true)
}

/// Counts one more of something in a person's window; answers how many there are now and when the
/// window began.
pub(crate) async fn count(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    what: &'static str,
    window: Duration,
) -> Result<(i32, OffsetDateTime), sqlx::Error> {
    sqlx::query_as(
        "insert into person_paces as pace (user_id, what, window_started_at, used)
         values ($1, $2, $3, 1)
         on conflict (user_id, what) do update
         set used = case when pace.window_started_at > $4
                         then least(pace.used, 1000000) + 1 else 1 end,
             window_started_at = case when pace.window_started_at > $4
                                      then pace.window_started_at else excluded.window_started_at end
         returning used, window_started_at",
    )
    .bind(user_id)
    .bind(what)
    .bind(now)
    .bind(now - window)
    .fetch_one(connection)
    .await
}

/// How many of something there were in a person's window, without counting one more.
pub(crate) async fn used(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
    what: &'static str,
    window: Duration,
) -> Result<i32, sqlx::Error> {
    let used: Option<i32> = sqlx::query_scalar(
        "select used from person_paces
         where user_id = $1 and what = $2 and window_started_at > $3",
    )
    .bind(user_id)
    .bind(what)
    .bind(now - window)
    .fetch_optional(connection)
    .await?;
    Ok(used.unwrap_or(0))
}

/// Takes from a person what is only theirs: the name, the number, the conversation, the marks. The
/// row stays, because the ledger names it.
pub(crate) async fn erase(
    connection: &mut PgConnection,
    user_id: i64,
    telegram_id: i64,
) -> Result<(), sqlx::Error> {
    for statement in [
        "delete from sessions where user_id = $1",
        "delete from favourites where user_id = $1",
        "delete from person_paces where user_id = $1",
        "update users set telegram_id = null, name = '', username = null where id = $1",
    ] {
        sqlx::query(statement).bind(user_id).execute(&mut *connection).await?;
    }
    sqlx::query("delete from progress_messages where chat_id = $1")
        .bind(telegram_id)
        .execute(connection)
        .await?;
    Ok(())
}
