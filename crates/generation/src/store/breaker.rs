//! The statements of `breakers`.

use billing::World;
use sqlx::{PgConnection, Row as _};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::breaker::Breaker;

/// What a model says to an order at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Welcome,
    /// The order is the trial of the model: see [`begin_trial`].
    Trial,
    Resting,
}

/// Whether a model takes an order at this moment; the answer holds until the transaction ends.
pub(crate) async fn admits(
    connection: &mut PgConnection,
    model: &str,
) -> Result<Admission, sqlx::Error> {
    let state: Option<(String, Option<Uuid>)> =
        sqlx::query_as("select state, trial_id from breakers where model = $1 for update")
            .bind(model)
            .fetch_optional(&mut *connection)
            .await?;
    Ok(match state {
        None => Admission::Welcome,
        Some((state, _)) if state == "closed" => Admission::Welcome,
        Some((state, None)) if state == "half_open" => Admission::Trial,
        Some(_) => Admission::Resting,
    })
}

/// This order, which was taken, is the trial of the model.
pub(crate) async fn begin_trial(
    connection: &mut PgConnection,
    model: &str,
    order: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query("update breakers set trial_id = $2 where model = $1")
        .bind(model)
        .bind(order)
        .execute(connection)
        .await?;
    Ok(())
}

/// Models whose trial order is over, and whether it worked. A cancelled trial says nothing: the
/// next order becomes the trial.
pub(crate) async fn ended_trials(
    connection: &mut PgConnection,
) -> Result<Vec<(String, bool)>, sqlx::Error> {
    sqlx::query(
        "update breakers set trial_id = null
         from generations
         where generations.id = trial_id and generations.state = 'cancelled'",
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query_as(
        "select breaker.model, generation.state = 'done' and generation.failure is null
         from breakers breaker
         join generations generation on generation.id = breaker.trial_id
         where breaker.state = 'half_open' and generation.state in ('done', 'failed', 'late')
         for update of breaker",
    )
    .fetch_all(connection)
    .await
}

pub(crate) async fn half_open(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "update breakers set state = 'half_open' where state = 'open' and retry_at <= $1
         returning model",
    )
    .bind(now)
    .fetch_all(connection)
    .await
}

/// Models with so many orders of the last hour that are over, with failures of the provider and
/// the number of all. What came before a model was let in again does not count.
pub(crate) async fn failing(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    world: World,
    least: i64,
) -> Result<Vec<(String, i64, i64)>, sqlx::Error> {
    sqlx::query_as(
        "select generation.model,
                count(*) filter (where generation.failure in
                    ('temporary', 'unknown', 'lost', 'too_late')) as failed,
                count(*) as orders
         from generations generation
         left join breakers breaker on breaker.model = generation.model
         where generation.world = $1 and generation.created_at > $2
           and generation.state in ('done', 'failed', 'late')
           and (breaker.model is null
                or (breaker.state = 'closed' and generation.created_at > breaker.since))
         group by generation.model
         having count(*) >= $3",
    )
    .bind(world.as_str())
    .bind(now - time::Duration::HOUR)
    .bind(least)
    .fetch_all(connection)
    .await
}

/// Takes a model off; says whether it was on.
pub(crate) async fn open(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    model: &str,
    retry_at: OffsetDateTime,
    failed: i64,
    orders: i64,
) -> Result<bool, sqlx::Error> {
    let opened = sqlx::query(
        "insert into breakers (model, state, failed, orders, since, retry_at)
         values ($1, 'open', $2, $3, $4, $5)
         on conflict (model) do update
         set state = 'open', failed = excluded.failed, orders = excluded.orders,
             since = excluded.since, retry_at = excluded.retry_at, trial_id = null
         where breakers.state = 'closed'",
    )
    .bind(model)
    .bind(failed)
    .bind(orders)
    .bind(now)
    .bind(retry_at)
    .execute(connection)
    .await?;
    Ok(opened.rows_affected() == 1)
}

/// The trial failed: the model rests again.
pub(crate) async fn reopen(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    model: &str,
    retry_at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update breakers set state = 'open', since = $2, retry_at = $3, trial_id = null
         where model = $1",
    )
    .bind(model)
    .bind(now)
    .bind(retry_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The model is on sale again; says whether it rested.
pub(crate) async fn close(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    model: &str,
) -> Result<bool, sqlx::Error> {
    let closed = sqlx::query(
        "update breakers set state = 'closed', since = $2, retry_at = $2, trial_id = null
         where model = $1 and state <> 'closed'",
    )
    .bind(model)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// The models that rest, or that wait for the end of a trial.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Breaker>, sqlx::Error> {
    let rows = sqlx::query(
        "select model, state = 'half_open' and trial_id is null as on_trial, failed, orders, since
         from breakers where state <> 'closed' order by model",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Breaker {
                model: row.try_get("model")?,
                on_trial: row.try_get("on_trial")?,
                failed: row.try_get("failed")?,
                orders: row.try_get("orders")?,
                since: row.try_get("since")?,
            })
        })
        .collect()
}
