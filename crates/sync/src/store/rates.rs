//! How often tasks of the models work out.

use std::collections::BTreeMap;

use kie::SuccessRate;
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

/// What was read longer ago than this says nothing about now.
const FRESH: Duration = Duration::hours(24);

/// Fewer spans with traffic than this say nothing.
const SPANS_MIN: i16 = 3;

/// Of a thousand tasks of each model so many worked out in the last day; without the models of which
/// little is known.
///
/// # Errors
/// What the database says.
pub async fn success_rates(
    connection: &mut PgConnection,
    now: OffsetDateTime,
) -> Result<BTreeMap<String, u16>, sqlx::Error> {
    let rows: Vec<(String, i16)> = sqlx::query_as(
        "select model, permille from success_rates where read_at > $1 and spans >= $2",
    )
    .bind(now - FRESH)
    .bind(SPANS_MIN)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(model, permille)| (model, permille.unsigned_abs())).collect())
}

/// The first model of the list whose rate was not asked for.
pub(crate) async fn next(pool: &PgPool, run: i64) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select model from sync_models where sync_id = $1 and not rated order by position limit 1",
    )
    .bind(run)
    .fetch_optional(pool)
    .await
}

/// Keeps what was read; a model without traffic keeps nothing.
pub(crate) async fn keep(
    pool: &PgPool,
    run: i64,
    now: OffsetDateTime,
    model: &str,
    rate: Option<SuccessRate>,
) -> Result<(), sqlx::Error> {
    let number = |number: u16| i16::try_from(number).unwrap_or(i16::MAX);
    match rate {
        Some(rate) => {
            sqlx::query(
                "insert into success_rates (model, permille, spans, read_at)
                 values ($1, $2, $3, $4)
                 on conflict (model) do update
                 set permille = excluded.permille, spans = excluded.spans,
                     read_at = excluded.read_at",
            )
            .bind(model)
            .bind(number(rate.permille))
            .bind(number(rate.spans))
            .bind(now)
            .execute(pool)
            .await?;
        }
        None => {
            sqlx::query("delete from success_rates where model = $1")
                .bind(model)
                .execute(pool)
                .await?;
        }
    }
    pass(pool, run, model).await
}

/// The model was asked about.
pub(crate) async fn pass(pool: &PgPool, run: i64, model: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "with kept as (
             update sync_models set rated = true where sync_id = $1 and model = $2)
         update syncs set tries = 0 where id = $1",
    )
    .bind(run)
    .bind(model)
    .execute(pool)
    .await?;
    Ok(())
}

/// No more rates are asked for in this run.
pub(crate) async fn give_up(pool: &PgPool, run: i64) -> Result<(), sqlx::Error> {
    sqlx::query("update syncs set rates_done = true, tries = 0 where id = $1")
        .bind(run)
        .execute(pool)
        .await?;
    Ok(())
}
