//! Submissions of orders to KIE.ai.

use billing::World;
use money::Credits;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::model::Attempt;

fn attempt_of(row: &PgRow) -> Result<Attempt, sqlx::Error> {
    Ok(Attempt {
        id: row.try_get("id")?,
        generation: row.try_get("generation_id")?,
        key_name: row.try_get("key_name")?,
        token: row.try_get("token")?,
        task_id: row.try_get("task_id")?,
        submitted_at: row.try_get("submitted_at")?,
    })
}

const ATTEMPT_COLUMNS: &str = "id, generation_id, key_name, token, task_id, submitted_at";

/// Writes down that a submission is about to be made.
pub(crate) async fn start_attempt(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    id: Uuid,
    generation: Uuid,
    world: World,
    key_name: &str,
    token: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into attempts (id, generation_id, number, world, key_name, token, state, submitted_at)
         select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, 'submitting', $6
         from attempts where generation_id = $2",
    )
    .bind(id)
    .bind(generation)
    .bind(world.as_str())
    .bind(key_name)
    .bind(token)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The latest submission of an order.
pub(crate) async fn latest_attempt(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Option<Attempt>, sqlx::Error> {
    let query = sqlx::AssertSqlSafe(format!(
        "select {ATTEMPT_COLUMNS} from attempts where generation_id = $1
         order by number desc limit 1"
    ));
    let row = sqlx::query(query).bind(generation).fetch_optional(connection).await?;
    row.as_ref().map(attempt_of).transpose()
}

/// The task that made the result of an order, with the name of the key that it belongs to.
pub(crate) async fn successful_task(
    connection: &mut PgConnection,
    generation: Uuid,
) -> Result<Option<(String, String)>, sqlx::Error> {
    sqlx::query_as(
        "select task_id, key_name from attempts
         where generation_id = $1 and state = 'succeeded' and task_id is not null
         order by number desc limit 1",
    )
    .bind(generation)
    .fetch_optional(connection)
    .await
}

/// The submission that this token of a callback address belongs to.
pub(crate) async fn attempt_by_token(
    connection: &mut PgConnection,
    token: &str,
) -> Result<Option<Attempt>, sqlx::Error> {
    let query =
        sqlx::AssertSqlSafe(format!("select {ATTEMPT_COLUMNS} from attempts where token = $1"));
    let row = sqlx::query(query).bind(token).fetch_optional(connection).await?;
    row.as_ref().map(attempt_of).transpose()
}

/// Writes down which task a submission became; `false` when the submission is closed, or became
/// another task.
pub(crate) async fn attach_task(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    attempt: Uuid,
    task_id: &str,
) -> Result<bool, sqlx::Error> {
    let attached = sqlx::query(
        "update attempts
         set task_id = $2, state = 'running', accepted_at = coalesce(accepted_at, $3)
         where id = $1 and state in ('submitting', 'uncertain', 'running')
           and (task_id is null or task_id = $2)",
    )
    .bind(attempt)
    .bind(task_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(attached.rows_affected() == 1)
}

/// Writes down how an open submission stands or ended; one that has ended stays as it ended, and
/// one whose task is known is not made uncertain again.
pub(crate) async fn close_attempt(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    attempt: Uuid,
    state: &'static str,
    failure: Option<(&str, &str)>,
    credits: Option<Credits>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update attempts
         set state = $2, failure = $3, failure_text = $4, credits = $5::numeric,
             finished_at = case when $2 = 'uncertain' then null else $6 end
         where id = $1
           and (state in ('submitting', 'uncertain') or (state = 'running' and task_id is not null
                and $2 not in ('uncertain', 'rejected')))",
    )
    .bind(attempt)
    .bind(state)
    .bind(failure.map(|(kind, _)| kind))
    .bind(failure.map(|(_, text)| text))
    .bind(credits.map(|credits| credits.to_string()))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
