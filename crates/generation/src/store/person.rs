//! What a person, or all of a model's orders, have been through.

use std::collections::HashMap;

use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Usual;
use billing::World;

/// When moderation refused a person's orders since a moment, the latest first.
pub(crate) async fn refused_at(
    connection: &mut PgConnection,
    user_id: i64,
    world: World,
    since: OffsetDateTime,
) -> Result<Vec<OffsetDateTime>, sqlx::Error> {
    sqlx::query_scalar(
        "select finished_at from generations
         where user_id = $1 and failure = 'content' and finished_at > $3 and world = $2
         order by finished_at desc limit 100",
    )
    .bind(user_id)
    .bind(world.as_str())
    .bind(since)
    .fetch_all(connection)
    .await
}

/// The short numbers of orders.
pub(crate) async fn codes(
    connection: &mut PgConnection,
    orders: &[Uuid],
) -> Result<HashMap<Uuid, String>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("select id, code from generations where id = any($1)")
            .bind(orders)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().collect())
}

/// Takes out of a person's orders what the person put in and what was made of it.
pub(crate) async fn erase(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    user_id: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update generations
         set answers = '{}', uploads = '{}', uploaded_at = null, failure_text = null, chat_id = 0,
             updated_at = $2
         where user_id = $1 and finished_at is not null",
    )
    .bind(user_id)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "update outputs set url = '', file_id = null, original_file_id = null, message_id = null,
             title = null, content = null
         from generations where generations.id = generation_id and user_id = $1
           and finished_at is not null",
    )
    .bind(user_id)
    .execute(&mut *connection)
    .await?;
    for statement in [
        "delete from likenesses using generations
         where generations.id = generation_id and user_id = $1",
        "delete from softenings using generations
         where generations.id = generation_id and user_id = $1",
    ] {
        sqlx::query(statement).bind(user_id).execute(&mut *connection).await?;
    }
    // What a language model was told holds the person's words too.
    sqlx::query(
        "update batches
         set inputs = '{}', scripts = '[]', chat_id = 0,
             wish = case when wish is not null then '' end,
             brief = case when brief is not null then '' end
         where user_id = $1",
    )
    .bind(user_id)
    .execute(connection)
    .await?;
    Ok(())
}

/// How long the last `count` paid orders of each model took, for models with `least` of them.
pub(crate) async fn usual(
    connection: &mut PgConnection,
    models: &[String],
    count: i64,
    least: i64,
) -> Result<HashMap<String, Usual>, sqlx::Error> {
    let rows = sqlx::query(
        "select wanted.model,
                (percentile_disc(0.5) within group (order by seconds))::bigint as half,
                (percentile_disc(0.9) within group (order by seconds))::bigint as most
         from unnest($1::text[]) as wanted (model)
         cross join lateral (
             select greatest(1, round(extract(epoch from finished_at - created_at))) as seconds
             from generations
             where model = wanted.model and world = 'real' and state = 'done' and money = 'taken'
             order by created_at desc limit $2
         ) as last
         group by wanted.model
         having count(*) >= $3",
    )
    .bind(models)
    .bind(count)
    .bind(least)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let seconds = |column: &str| {
                row.try_get::<i64, _>(column)
                    .map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX))
            };
            Ok((row.try_get("model")?, Usual { half: seconds("half")?, most: seconds("most")? }))
        })
        .collect()
}

/// Remembers under which lasting name a result can be sent as a file.
pub(crate) async fn remember_original(
    connection: &mut PgConnection,
    generation: Uuid,
    position: i16,
    file_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update outputs set original_file_id = $3 where generation_id = $1 and position = $2",
    )
    .bind(generation)
    .bind(position)
    .bind(file_id)
    .execute(connection)
    .await?;
    Ok(())
}
